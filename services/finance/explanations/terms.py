"""What a fund was laid out by with the plaque, or would have been under the settings that are asked about."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.finance.aggregates.fund import Fund
from services.finance.aggregates.settings import KnownBook
from services.finance.aggregates.years import years_of
from services.finance.events import FundingCut, MidtermPassed, ProjectYear, YearsLaidOut
from shared.kernel.calendar import add_months, cycle_end
from shared.kernel.context import Context
from shared.kernel.explaining import Input, Past, Source
from shared.kernel.model import Happened
from shared.kernel.money import in_hundredths
from shared.kernel.policy import PolicySettings

LAYOUT = ("release_count", "cycle_months", "midterm_due_months", "allocation_calendar", "hold_from_midterm")
OF_YEARS = ("release_fen", *LAYOUT)
OF_ENDS = ("wind_down_days", "cycle_months")
ALL = (*OF_YEARS, "wind_down_days", "carry_forward")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The years, what each brings, and the wind-down. `is_redone`: other settings changed them.

    `is_unknown`: they would have, but the fund is older than the facts that this takes; the recorded years stand.
    """

    years: tuple[ProjectYear, ...]
    year_fen: int
    ends_on: date
    midterm_due_on: date | None
    wind_down_days: int
    lapses: bool
    is_redone: bool = False
    is_unknown: bool = False
    sources: tuple[Source, ...] = ()

    def year(self, number: int) -> ProjectYear | None:
        return next((year for year in self.years if year.number == number), None)

    def laid_out(self) -> Input:
        """How many years bring money: the setting's, or fewer when the cycle has no more."""
        count = len(self.years)
        return Input(
            name="years_laid_out", value=count, unit="years", zh=f"布设年度：{count}", en=f"years laid out: {count}",
            sources=self.sources,
        )  # fmt: skip

    def unknown(self) -> tuple[Input, ...]:
        if not self.is_unknown:
            return ()
        return (
            Input(
                name="midterm_due_on", value=None, unit="date",
                zh="布设年度时未记录中期应考日，仍按已记录的年度计算",
                en="the fund does not say when its mid-term was due: the recorded years are kept",
                sources=self.sources,
            ),
        )  # fmt: skip


def fund_at(happened: Happened, past: Past) -> Fund:
    return past.find(Fund, happened.stream)


def terms_of(fund: Fund, happened: Happened, past: Past, context: Context) -> Terms:
    """The recorded ones, but for each setting that is asked about with another value than it had then."""
    sources = past.sources(happened.stream, YearsLaidOut)
    cycle = fund.cycle
    recorded = Terms(
        years=tuple(cycle.years.values()), year_fen=cycle.year_fen, ends_on=cycle.ends_on,
        midterm_due_on=cycle.midterm_due_on, wind_down_days=cycle.wind_down_days, lapses=cycle.lapses, sources=sources,
    )  # fmt: skip
    book = past.find(KnownBook, KnownBook.id_for(context.school))
    then = book.numbered(happened.rules).values
    other = {
        name: getattr(context.settings, name) for name in ALL if getattr(context.settings, name) != getattr(then, name)
    }
    if not other or not sources:
        return recorded
    settings = replace(book.on(sources[-1].on).values, **other)
    redone = replace(
        recorded,
        year_fen=settings.release_fen if "release_fen" in other else recorded.year_fen,
        wind_down_days=settings.wind_down_days if "wind_down_days" in other else recorded.wind_down_days,
        lapses=settings.carry_forward == "lapse_at_year_end" if "carry_forward" in other else recorded.lapses,
        is_redone=True,
    )
    return _laid_out_anew(redone, fund, settings) if set(other) & set(LAYOUT) else redone


def _laid_out_anew(terms: Terms, fund: Fund, settings: PolicySettings) -> Terms:
    if fund.cycle.midterm_due_on is None:
        return replace(terms, is_unknown=True)
    due_on = add_months(fund.cycle.starts_on, settings.midterm_due_months)
    years = years_of(fund.cycle.starts_on, due_on, settings)
    return replace(
        terms, years=years, ends_on=cycle_end(fund.cycle.starts_on, settings.cycle_months), midterm_due_on=due_on
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Midterm:
    """When its result came here and what it was, or is supposed to have been."""

    passed_on: date | None = None
    failed_on: date | None = None
    is_supposed: bool = False
    sources: tuple[Source, ...] = ()

    def input(self) -> Input:
        value = "passed" if self.passed_on else "failed" if self.failed_on else "none"
        zh = {"passed": "合格", "failed": "不合格", "none": "尚无结果"}[value]
        supposed = "（假设）" if self.is_supposed else ""
        en = f"the mid-term: {value}{' (supposed)' if self.is_supposed else ''}"
        return Input(name="midterm", value=value, zh=f"中期考核：{zh}{supposed}", en=en, sources=self.sources)


def midterm_at(happened: Happened, past: Past, studio_id: UUID) -> Midterm:
    """The result that finance knew, this event's included."""
    event = happened.event
    passes = past.sources(happened.stream, MidtermPassed)
    cuts = past.sources(happened.stream, FundingCut, only=lambda cut: cut.cause == "midterm")
    passed_on = happened.on if isinstance(event, MidtermPassed) else passes[-1].on if passes else None
    is_cut_now = isinstance(event, FundingCut) and event.cause == "midterm"
    failed_on = happened.on if is_cut_now else cuts[-1].on if cuts else None
    supposed = past.supposed("evaluation", studio_id=studio_id, stage="midterm")
    known_on = passed_on or failed_on
    if supposed is None or known_on is None:
        return Midterm(passed_on=passed_on, failed_on=failed_on, sources=(*passes, *cuts))
    return Midterm(
        passed_on=known_on if supposed == "passed" else None,
        failed_on=None if supposed == "passed" else known_on,
        is_supposed=True,
        sources=(*passes, *cuts),
    )


def day_input(name: str, day: date, zh: str, en: str, sources: tuple[Source, ...] = ()) -> Input:
    """A date; steps compare its ordinal, day 1 being the first of January of year 1."""
    return Input(name=name, value=day.isoformat(), unit="date", zh=f"{zh}：{day}", en=f"{en}: {day}", sources=sources)


def money_input(name: str, fen: int, zh: str, en: str, sources: tuple[Source, ...] = ()) -> Input:
    yuan = in_hundredths(fen)
    return Input(name=name, value=fen, unit="fen", zh=f"{zh}：{yuan}元", en=f"{en}: {yuan} yuan", sources=sources)
