"""Which years a cycle has, when the money of each may be released, and what lapses at its end."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Literal

from services.finance.events import ProjectYear
from shared.kernel.calendar import add_months, project_years
from shared.kernel.policy import PolicySettings

Release = Literal["released", "held", "cancelled"]


def years_of(starts_on: date, midterm_due_on: date, settings: PolicySettings) -> tuple[ProjectYear, ...]:
    """A year that starts on or after the mid-term's due date is held, unless the school holds none (A.9-13, AMB-20)."""
    if settings.allocation_calendar == "fiscal_year":
        spans = tuple(_calendar_years(starts_on, add_months(starts_on, settings.cycle_months)))
    else:
        spans = project_years(starts_on, settings.cycle_months)
    return tuple(
        ProjectYear(
            number=n, starts_on=first, ends_on=last, held=settings.hold_from_midterm and first >= midterm_due_on
        )
        for n, (first, last) in enumerate(spans[: settings.release_count], start=1)
    )


def _calendar_years(starts_on: date, ends_on: date) -> Iterable[tuple[date, date]]:
    """Each calendar year that the cycle touches, from the later of January 1 and the cycle's start (AMB-18)."""
    for year in range(starts_on.year, ends_on.year + 1):
        yield max(date(year, 1, 1), starts_on), min(date(year, 12, 31), ends_on)


def released_from(year: ProjectYear, passed_on: date | None) -> date | None:
    """The day from which a year's money is there: its first, a held one's not before the pass; None while held."""
    if not year.held:
        return year.starts_on
    return None if passed_on is None else max(year.starts_on, passed_on)


def release_of(year: ProjectYear | None, passed_on: date | None, last_day: date | None) -> Release:
    """How a year comes out when the fund ends after `last_day`, None while it runs (A.9-13)."""
    if year is None:
        return "cancelled"
    first = released_from(year, passed_on)
    if last_day is None:
        return "held" if first is None else "released"
    return "released" if first is not None and first <= last_day else "cancelled"


def waiting(years: Collection[int], released: Collection[int], cancelled: Collection[int]) -> list[int]:
    """The years whose money has neither come nor been cancelled: an end cancels them (A.9-13)."""
    return sorted(set(years) - set(released) - set(cancelled))


def lapsing(released_through: int, spent: int, reserved: int, lapsed: int) -> int:
    """What a year's end takes back: neither spent nor reserved of all that was released up to it (AMB-19).

    What is spent and reserved is taken from the oldest money first.
    """
    return max(0, released_through - spent - reserved - lapsed)
