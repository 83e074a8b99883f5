"""Why a year's money was released, held or cancelled (FIN-01, A.9-13, AMB-20)."""

from collections.abc import Iterable
from datetime import date

from services.finance.aggregates.fund import Fund
from services.finance.aggregates.years import Release, release_of, released_from
from services.finance.events import FundingCut, FundsReleased, ReleaseCancelled, WindingDown
from services.finance.explanations.terms import (
    OF_YEARS,
    Midterm,
    Terms,
    day_input,
    fund_at,
    midterm_at,
    money_input,
    terms_of,
)
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation, Input, Past, Source, Step, Told, step, told
from shared.kernel.model import Happened
from shared.kernel.money import in_hundredths


def explain(happened: Happened, past: Past, context: Context) -> Iterable[Explanation]:
    """Each year when it is released; at the fund's end each that was not, and under other settings all again."""
    fund = fund_at(happened, past)
    terms, midterm = terms_of(fund, happened, past, context), midterm_at(happened, past, fund.studio_id)
    if isinstance(happened.event, FundsReleased):
        number = happened.event.year
        last = fund.ending.activities_through or _failed(midterm, terms, number)
        yield _explained(fund, number, terms, midterm, last, ())
    elif fund.ending.activities_through is None:
        last = last_day(happened, fund, terms, midterm)
        settled = set() if terms.is_redone else set(fund.releases.released)
        for number in sorted({*fund.cycle.years, *(year.number for year in terms.years)} - settled):
            yield _explained(fund, number, terms, midterm, last, _cancelled(happened, past, number))


def last_day(happened: Happened, fund: Fund, terms: Terms, midterm: Midterm) -> date:
    """Through which activities are paid and years released, once this end is judged again."""
    event: FundingCut | WindingDown = happened.event
    if isinstance(event, FundingCut) and event.cause == "midterm" and midterm.passed_on:
        return terms.ends_on
    return terms.ends_on if event.activities_through == fund.cycle.ends_on else event.activities_through


def _cancelled(happened: Happened, past: Past, number: int) -> tuple[Source, ...]:
    return past.sources(happened.stream, ReleaseCancelled, only=lambda cancelled: cancelled.year == number)


def _failed(midterm: Midterm, terms: Terms, number: int) -> date | None:
    """The day before a failure that came before the year began: from then on nothing is released."""
    year = terms.year(number)
    if midterm.failed_on is None or year is None or year.starts_on < midterm.failed_on:
        return None
    return date.fromordinal(midterm.failed_on.toordinal() - 1)


def _explained(
    fund: Fund, number: int, terms: Terms, midterm: Midterm, last: date | None, cancelled: tuple[Source, ...]
) -> Explanation:
    year = terms.year(number)
    outcome = release_of(year, midterm.passed_on, last)
    inputs: list[Input] = [midterm.input(), terms.laid_out(), *terms.unknown()]
    steps: list[Step] = [step("FIN-01", "number of the year ≤ years_laid_out", number, "≤", len(terms.years))]
    if year is not None:
        inputs += [
            day_input("year_starts_on", year.starts_on, "年度首日", "first day of the year", terms.sources),
            Input(
                name="held", value=year.held, zh="须待中期合格" if year.held else "不待中期结果",
                en="waits for the mid-term" if year.held else "does not wait for the mid-term", sources=terms.sources,
            ),
            money_input("year_fen", terms.year_fen, "每年经费", "money of a year", terms.sources),
        ]  # fmt: skip
        if terms.midterm_due_on is not None:
            due_on = terms.midterm_due_on
            inputs.append(day_input("midterm_due_on", due_on, "中期应考日", "the mid-term is due on", terms.sources))
            words = "ordinal of year_starts_on ≥ ordinal of midterm_due_on"
            steps.append(step("AMB-20", words, year.starts_on.toordinal(), "≥", due_on.toordinal()))
        if year.held:
            steps.append(step("AMB-20", "passes of the mid-term ≥ 1", int(midterm.passed_on is not None), "≥", 1))
        first = released_from(year, midterm.passed_on)
        if last is not None:
            inputs.append(day_input("last_day", last, "最后可核拨日", "last day of releases", cancelled))
            if first is not None:
                words = "ordinal of the day it is there from ≤ ordinal of last_day"
                steps.append(step("A.9-13", words, first.toordinal(), "≤", last.toordinal()))
    fen = terms.year_fen if outcome == "released" else 0
    return Explanation(
        kind="release", subject={"studio_id": fund.studio_id, "year": number}, outcome=outcome,
        rules=_rules(outcome, midterm), inputs=tuple(inputs), steps=tuple(steps), settings=OF_YEARS,
        amounts={"fen": fen}, **_told(outcome, number, fen),
    )  # fmt: skip


def _rules(outcome: Release, midterm: Midterm) -> tuple[str, ...]:
    if outcome == "released":
        return "FIN-01", "A.9-13", "AMB-18", "AMB-20"
    if outcome == "held":
        return "AMB-20", "A.9-13"
    return ("FIN-05", "A.9-13", "AMB-20") if midterm.failed_on else ("A.9-13", "FIN-01", "AMB-20")


def _told(outcome: Release, number: int, fen: int) -> Told:
    zh, en = {
        "released": ("第{year}年经费{yuan}元予以核拨", "year {year} brings {yuan} yuan"),
        "held": ("第{year}年经费待中期考核合格后核拨", "the money of year {year} waits for a passed mid-term"),
        "cancelled": ("第{year}年经费不予核拨", "the money of year {year} is not released"),
    }[outcome]
    return told(zh, en, year=number, yuan=in_hundredths(fen))


RELEASE = Decision(
    kind="release", facts=(FundsReleased, FundingCut, WindingDown), explain=explain,
    records=(FundsReleased, ReleaseCancelled),
)  # fmt: skip
