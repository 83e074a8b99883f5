"""Why the funding was cut, and what that cancelled (FIN-05, AMB-17)."""

from collections.abc import Iterable
from datetime import timedelta

from services.finance.aggregates.fund import Fund
from services.finance.aggregates.years import release_of, waiting
from services.finance.events import FundingCut, FundsReleased, MidtermPassed, ReleaseCancelled
from services.finance.explanations.terms import OF_YEARS, Midterm, Terms, fund_at, midterm_at, money_input, terms_of
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation, Input, Past, step, told
from shared.kernel.model import Happened
from shared.kernel.money import in_hundredths


def explain(happened: Happened, past: Past, context: Context) -> Iterable[Explanation]:
    """At the cut; and at a pass, after which a failure would have cut."""
    fund, event = fund_at(happened, past), happened.event
    terms, midterm = terms_of(fund, happened, past, context), midterm_at(happened, past, fund.studio_id)
    is_ethics = isinstance(event, FundingCut) and event.cause == "ethics"
    is_cut = is_ethics or midterm.failed_on is not None
    count = len(_waiting(fund, terms, midterm, happened)) if is_cut else 0
    fen = count * terms.year_fen
    released = past.sources(happened.stream, FundsReleased)
    cancelled = past.sources(happened.stream, ReleaseCancelled)
    recorded = int(event.cancelled_fen) if isinstance(event, FundingCut) else 0
    cause = "师德问题" if is_ethics else "中期考核不合格"
    words = told(
        "{cause}，取消经费支持，未核拨的{waiting}年共{yuan}元不再核拨" if is_cut else "经费支持继续",
        "the funding is cut ({why}): {waiting} years, {yuan} yuan, are cancelled" if is_cut else "the funding goes on",
        cause=cause, why="ethics" if is_ethics else "the mid-term failed", waiting=count,
        yuan=in_hundredths(fen),
    )  # fmt: skip
    yield Explanation(
        kind="cut", subject={"studio_id": fund.studio_id}, outcome="cut" if is_cut else "not_cut",
        rules=("FIN-05", "AMB-17", "A.9-2"), settings=OF_YEARS, amounts={"fen": fen},
        inputs=(
            Input(name="ethics", value=is_ethics, zh="师德一票否决" if is_ethics else "无师德问题",
                  en="disqualified for ethics" if is_ethics else "not for ethics"),
            midterm.input(),
            Input(name="years_waiting", value=count, unit="years", zh=f"未核拨的年度：{count}",
                  en=f"years not released: {count}", sources=(*released, *cancelled)),
            money_input("year_fen", terms.year_fen, "每年经费", "money of a year", terms.sources),
            money_input("cancelled_fen", recorded, "已记录的取消金额", "cancelled as recorded", cancelled),
            *terms.unknown(),
        ),
        steps=(step("FIN-05", "years_waiting × year_fen = cancelled_fen as recorded", fen, "=", recorded),),
        **words,
    )  # fmt: skip


def _waiting(fund: Fund, terms: Terms, midterm: Midterm, happened: Happened) -> list[int]:
    """The years that a cut cancels; what its own transaction cancelled so far still waits, an earlier end left none."""
    years = {year.number for year in terms.years}
    cancelled = years if fund.ending.activities_through is not None else set()
    before = happened.on - timedelta(days=1)
    released = (
        {year.number for year in terms.years if release_of(year, midterm.passed_on, before) == "released"}
        if terms.is_redone
        else set(fund.releases.released)
    )
    return waiting(years, released, cancelled)


CUT = Decision(kind="cut", facts=(FundingCut, MidtermPassed), explain=explain, records=(FundingCut,))
