"""When a period ends and a decision takes effect: mainland China's working days, and dates by the civil code."""

import json
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Self
from zoneinfo import ZoneInfo

from shared.kernel.values import Unfit

SHANGHAI = ZoneInfo("Asia/Shanghai")

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class UnannouncedYear(LookupError):
    """The year's holidays are not loaded, so whether its days are worked is unknown (A.9-5)."""

    def __init__(self, year: int) -> None:
        """Name the year that is missing."""
        super().__init__(f"the working days of {year} are not announced")
        self.year = year


@dataclass(frozen=True)
class Year:
    """One announced year: days off (weekend days inside a break as listed) and weekend days worked (调休).

    `notice` is the announcement's number, None unless it was seen. `Unfit` for a day outside the year,
    for a day both off and worked, and for a make-up day that is no weekend day.
    """

    year: int
    holidays: frozenset[date]
    makeups: frozenset[date]
    notice: str | None = None

    def __post_init__(self) -> None:
        """Refuse a year that contradicts itself."""
        if strays := sorted(day for day in self.holidays | self.makeups if day.year != self.year):
            raise Unfit(f"{strays[0]}不在{self.year}年内", f"{strays[0]} is not in {self.year}")
        if both := sorted(self.holidays & self.makeups):
            raise Unfit(f"{both[0]}既是放假日又是调休上班日", f"{both[0]} is both a day off and a make-up day")
        if weekdays := sorted(day for day in self.makeups if not _is_weekend(day)):
            raise Unfit(f"{weekdays[0]}不是周末，无须调休", f"{weekdays[0]} is no weekend day and needs no make-up")


@dataclass(frozen=True)
class WorkCalendar:
    """The announced years by number; it grows by loading a year and never guesses one (A.9-5)."""

    years: Mapping[int, Year]

    @classmethod
    def of(cls, years: Iterable[Year]) -> Self:
        """Hold these years; of two with one number the later stands."""
        return cls(MappingProxyType({year.year: year for year in years}))

    def with_year(self, year: Year) -> Self:
        """Load a year, or replace it when a notice changed it; the calendar it is asked of stays as it was."""
        return self.of((*self.years.values(), year))

    def is_workday(self, day: date) -> bool:
        """Tell whether the day is worked; UnannouncedYear if its year is not loaded."""
        year = self.years.get(day.year)
        if year is None:
            raise UnannouncedYear(day.year)
        return day in year.makeups or not (_is_weekend(day) or day in year.holidays)

    def period_end(self, start: date, workdays: int) -> date | None:
        """Last day, to 24:00, of a period in working days, its first day excluded (A.9-22).

        0 days give the start itself. None is *end unknown*: the period reaches into a year not loaded (A.9-5).
        ValueError for fewer than 0 days.
        """
        _refuse_negative(workdays)
        end = start
        try:
            for _ in range(workdays):
                end = self._workday_after(end)
        except UnannouncedYear:
            return None
        return end

    def takes_effect_on(self, start: date, workdays: int) -> date | None:
        """Calendar day after the period's end (A.9-22); the start itself for 0 working days: at once (A.9-1).

        None is *end unknown*: the consequence waits (A.9-5). ValueError for fewer than 0 days.
        """
        end = self.period_end(start, workdays)
        return end if end is None or workdays == 0 else end + _ONE_DAY

    def _workday_after(self, day: date) -> date:
        day += _ONE_DAY
        while not self.is_workday(day):
            day += _ONE_DAY
        return day


def add_months(day: date, months: int) -> date:
    """Corresponding day so many months later, earlier if negative; month end if there is none (civil code art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def years_before(anchor: date, years: int) -> date:
    """First day of the last so many years, the anchor's corresponding day included (AMB-06)."""
    return add_months(anchor, -12 * years)


def cycle_end(start: date, months: int) -> date:
    """Last day, to 24:00 in Shanghai, of a cycle of so many months from its plaque day (AMB-12)."""
    return add_months(start, months)


def project_years(start: date, months: int = 36) -> tuple[tuple[date, date], ...]:
    """First and last day of each project year, both included (A.9-13).

    Anniversaries count from the plaque day; a last year shorter than twelve months ends with the cycle.
    """
    ends = [add_months(start, min(passed, months)) for passed in range(12, months + 12, 12)]
    starts = [start, *(end + _ONE_DAY for end in ends[:-1])]
    return tuple(zip(starts, ends, strict=False))


def midnight(day: date) -> datetime:
    """Instant, in UTC, at which the day begins in Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def business_date(instant: datetime) -> date:
    """Date in Shanghai at an instant (A.9-11); ValueError for an instant without a time zone."""
    if instant.utcoffset() is None:
        message = "an instant needs its time zone"
        raise ValueError(message)
    return instant.astimezone(SHANGHAI).date()


def _is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


def _refuse_negative(workdays: int) -> None:
    if workdays < 0:
        message = f"a period has no {workdays} working days"
        raise ValueError(message)


def _year(listed: Mapping[str, Any]) -> Year:
    return Year(
        year=listed["year"],
        holidays=frozenset(map(date.fromisoformat, listed["holidays"])),
        makeups=frozenset(map(date.fromisoformat, listed["makeups"])),
        notice=listed["notice"],
    )


def _official() -> WorkCalendar:
    text = files("shared.kernel").joinpath("calendar_data.json").read_text(encoding="utf-8")
    return WorkCalendar.of(map(_year, json.loads(text)["years"]))


OFFICIAL = _official()
