"""How much went back to the school at the fund's end (A.9-8, AMB-19)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from services.finance.aggregates.fund import Fund
from services.finance.aggregates.years import lapsing, release_of
from services.finance.events import (
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSpent,
    FundsLapsed,
    FundsReleased,
    FundsReturned,
)
from services.finance.explanations.terms import ALL, Midterm, Terms, fund_at, midterm_at, money_input, terms_of
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation, Input, Past, step, told
from shared.kernel.model import Happened
from shared.kernel.money import in_hundredths


def explain(happened: Happened, past: Past, context: Context) -> Iterable[Explanation]:
    fund, stream = fund_at(happened, past), happened.stream
    terms, midterm = terms_of(fund, happened, past, context), midterm_at(happened, past, fund.studio_id)
    years = _released(fund, terms, midterm, past)
    released = len(years) * terms.year_fen
    spent = fund.claims.spent - _never_paid(fund, past)
    lapsed = _lapsed(fund, terms, years, tuple(_money(stream, past)))
    goes_on = past.supposed("cut", studio_id=fund.studio_id) == "not_cut"
    fen = 0 if goes_on else max(0, released - spent - lapsed)
    zh, en = ("经费支持继续，尚无结余", "the funding goes on") if goes_on else (
        "结余{yuan}元上交学校", "{yuan} yuan go back to the school"
    )  # fmt: skip
    yield Explanation(
        kind="return", subject={"studio_id": fund.studio_id}, outcome="open" if goes_on else "returned",
        rules=("A.9-8", "AMB-19", "AMB-17") if fund.ending.is_cut else ("A.9-8", "AMB-19"),
        inputs=(
            Input(name="years_released", value=len(years), unit="years", zh=f"已核拨年度：{len(years)}",
                  en=f"years released: {len(years)}", sources=past.sources(stream, FundsReleased)),
            terms.laid_out(),
            money_input("year_fen", terms.year_fen, "每年经费", "money of a year", terms.sources),
            money_input("released_fen", released, "已核拨", "released", past.sources(stream, FundsReleased)),
            money_input("spent_fen", spent, "已支出", "spent", past.sources(stream, ExpenseSpent, ExpenseReversed)),
            money_input("lapsed_fen", lapsed, "年末收回", "lapsed", past.sources(stream, FundsLapsed)),
            midterm.input(),
            *terms.unknown(),
        ),
        steps=(
            step("FIN-01", "years_released ≤ years_laid_out", len(years), "≤", len(terms.years)),
            step("FIN-08", "spent_fen + lapsed_fen ≤ released_fen", spent + lapsed, "≤", released),
            step("A.9-8", "released_fen − spent_fen − lapsed_fen = returned fen", released - spent - lapsed, "=", fen),
        ),
        settings=ALL, amounts={"fen": fen},
        **told(zh, en, yuan=in_hundredths(fen)),
    )  # fmt: skip


def _released(fund: Fund, terms: Terms, midterm: Midterm, past: Past) -> set[int]:
    """The years whose money came: as recorded, as supposed, or as these terms would have had it."""
    years = set(fund.releases.released)
    if terms.is_redone:
        last = terms.ends_on if fund.ending.activities_through == fund.cycle.ends_on else fund.ending.activities_through
        years = {year.number for year in terms.years if release_of(year, midterm.passed_on, last) == "released"}
    for number in {*fund.cycle.years, *(year.number for year in terms.years)}:
        supposed = past.supposed("release", studio_id=fund.studio_id, year=number)
        if supposed is not None:
            years = years | {number} if supposed == "released" else years - {number}
    return years


def _never_paid(fund: Fund, past: Past) -> int:
    """What was paid of claims that are supposed to have been refused."""
    paid = ((id, claim.asked.fen) for id, claim in fund.claims.all.items() if claim.state == "paid")
    return sum(
        fen for id, fen in paid if past.supposed("refusal", studio_id=fund.studio_id, expense_id=id) == "refused"
    )  # fmt: skip


def _money(stream: UUID, past: Past) -> Iterator[tuple[date, Any]]:
    """What moved money of claims, with its day."""
    kinds = (ExpenseClaimed, ExpenseRefused, ExpenseSpent, ExpenseReversed)
    events: list[Any] = []

    def noted(event: Any) -> bool:
        events.append(event)
        return True

    sources = past.sources(stream, *kinds, only=noted)
    yield from zip((source.on for source in sources), events, strict=True)


def _lapsed(fund: Fund, terms: Terms, released: set[int], moved: tuple[tuple[date, Any], ...]) -> int:
    """What the years' ends took back before the fund's end; the same sum as at each year's end."""
    if not terms.is_redone:
        return fund.releases.lapsed_fen
    last = (
        terms.ends_on
        if fund.ending.activities_through in (None, fund.cycle.ends_on)
        else fund.ending.activities_through
    )
    lapsed = 0
    for year in terms.years if terms.lapses else ():
        if last is not None and year.ends_on >= last:
            break
        spent, reserved = _sums(event for day, event in moved if day <= year.ends_on)
        through = sum(terms.year_fen for number in released if number <= year.number)
        lapsed += lapsing(through, spent, reserved, lapsed)
    return lapsed


def _sums(events: Iterable[Any]) -> tuple[int, int]:
    """Spent and reserved after these events."""
    spent, reserved = 0, 0
    for event in events:
        match event:
            case ExpenseClaimed(fen=fen):
                reserved += fen
            case ExpenseRefused(fen=fen):
                reserved -= fen or 0
            case ExpenseSpent(fen=fen):
                spent, reserved = spent + fen, reserved - fen
            case ExpenseReversed(fen=fen):
                spent -= fen
    return spent, reserved


RETURN = Decision(kind="return", facts=(FundsReturned,), explain=explain)
