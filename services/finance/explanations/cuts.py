"""Why the funding was cut, and what that cancelled (FIN-05, AMB-17)."""

from collections.abc import Iterable
from datetime import timedelta

from services.finance.aggregates.fund import Fund
from services.finance.aggregates.years import release_of
from services.finance.events import FundingCut, FundsReleased, MidtermPassed, ReleaseCancelled
from services.finance.explanations.terms import OF_YEARS, Terms, fund_at, midterm_at, money_input, terms_of, yuan
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation, Input, Past, step, told
from shared.kernel.model import Happened


def explain(happened: Happened, past: Past, context: Context) -> Iterable[Explanation]:
    """At the cut; and at a pass, after which a failure would have cut."""
    fund, event = fund_at(happened, past), happened.event
    terms, midterm = terms_of(fund, happened, past, context), midterm_at(happened, past, fund.studio_id)
    is_ethics = isinstance(event, FundingCut) and event.cause == "ethics"
    is_cut = is_ethics or midterm.failed_on is not None
    waiting = _waiting(fund, terms, happened) if is_cut else 0
    fen = waiting * terms.year_fen
    released = past.sources(happened.stream, FundsReleased)
    cancelled = past.sources(happened.stream, ReleaseCancelled)
    cause = "师德问题" if is_ethics else "中期考核不合格"
    words = told(
        "{cause}，取消经费支持，未核拨的{waiting}年共{yuan}元不再核拨" if is_cut else "经费支持继续",
        "the funding is cut ({why}): {waiting} years, {yuan} yuan, are cancelled" if is_cut else "the funding goes on",
        cause=cause, why="ethics" if is_ethics else "the mid-term failed", waiting=waiting,
        yuan=yuan(fen),
    )  # fmt: skip
    yield Explanation(
        kind="cut", subject={"studio_id": fund.studio_id}, outcome="cut" if is_cut else "not_cut",
        rules=("FIN-05", "AMB-17", "A.9-2"), settings=OF_YEARS, amounts={"fen": fen},
        inputs=(
            Input(name="ethics", value=is_ethics, zh="师德一票否决" if is_ethics else "无师德问题",
                  en="disqualified for ethics" if is_ethics else "not for ethics"),
            midterm.input(),
            Input(name="years_waiting", value=waiting, unit="years", zh=f"未核拨的年度：{waiting}",
                  en=f"years not released: {waiting}", sources=(*released, *cancelled)),
            money_input("year_fen", terms.year_fen, "每年经费", "money of a year", terms.sources),
            *terms.unknown(),
        ),
        steps=(step("FIN-05", "years_waiting × year_fen = cancelled fen", waiting * terms.year_fen, "=", fen),),
        **words,
    )  # fmt: skip


def _waiting(fund: Fund, terms: Terms, happened: Happened) -> int:
    """How many years a cut cancels: none when an earlier end did so already."""
    if fund.activities_through is not None:
        return 0
    if not terms.is_redone:
        return len(set(fund.years) - set(fund.released_years))
    before = happened.on - timedelta(days=1)
    return sum(release_of(year, None, before) == "cancelled" for year in terms.years)


CUT = Decision(kind="cut", facts=(FundingCut, MidtermPassed), explain=explain)
