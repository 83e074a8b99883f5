"""Working days against a reference that looks each day up in the official list and counts one by one."""

import json
from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.kernel.calendar import OFFICIAL, WorkCalendar, Year, add_months, project_years

pytestmark = pytest.mark.rule("A.9-5", "A.9-22", "SIL-01")

LISTED = json.loads(files("shared.kernel").joinpath("calendar_data.json").read_text(encoding="utf-8"))["years"]
OFF = {day for year in LISTED for day in year["holidays"]}
ON = {day for year in LISTED for day in year["makeups"]}
YEARS = sorted(year["year"] for year in LISTED)
DAYS = some.dates(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31))


def is_worked(day: date) -> bool:
    """By the list alone: a make-up day is worked, a holiday is not, else the week decides."""
    if day.isoformat() in ON:
        return True
    return day.isoformat() not in OFF and day.strftime("%A") not in ("Saturday", "Sunday")


def last_day(start: date, workdays: int) -> date | None:
    """Strike off the calendar's days one by one; None as soon as a leaf is missing."""
    leaves = [start + timedelta(days=n) for n in range(1, 1_000)]
    worked = 0
    for day in leaves:
        if worked == workdays:
            return day - timedelta(days=1)
        if day.year not in YEARS:
            return None
        worked += is_worked(day)
    return None


@given(start=DAYS, workdays=some.integers(1, 60))
def test_a_period_ends_where_counting_by_hand_ends_it(start: date, workdays: int) -> None:
    assert OFFICIAL.period_end(start, workdays) == last_day(start, workdays)


@given(start=DAYS, workdays=some.integers(1, 60))
def test_its_consequence_comes_the_day_after(start: date, workdays: int) -> None:
    end = last_day(start, workdays)

    assert OFFICIAL.takes_effect_on(start, workdays) == (None if end is None else end + timedelta(days=1))


@given(start=DAYS, workdays=some.integers(0, 60), more=some.integers(0, 20))
def test_a_longer_period_never_ends_earlier(start: date, workdays: int, more: int) -> None:
    shorter, longer = OFFICIAL.period_end(start, workdays), OFFICIAL.period_end(start, workdays + more)

    assert longer is None or (shorter is not None and shorter <= longer)


@given(
    start=some.dates(date(YEARS[-1], 11, 1), date(YEARS[-1], 12, 31)), workdays=some.integers(1, 60), data=some.data()
)
def test_loading_the_next_year_gives_an_end_to_what_had_none_and_changes_no_other(
    start: date, workdays: int, data: some.DataObject
) -> None:
    following = YEARS[-1] + 1
    new_year = some.dates(date(following, 1, 1), date(following, 12, 31))
    holidays = data.draw(some.frozensets(new_year, max_size=20))
    known = OFFICIAL.period_end(start, workdays)
    longer = OFFICIAL.with_year(Year(following, holidays, frozenset()))

    then = longer.period_end(start, workdays)

    assert then is not None
    assert known in (None, then)
    assert known is None or then.year == YEARS[-1]


@given(start=some.dates(date(2000, 1, 1), date(2100, 1, 1)), months=some.integers(1, 60))
def test_project_years_cover_the_cycle_day_by_day_once(start: date, months: int) -> None:
    spans = project_years(start, months)
    days = [first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)]

    assert days == [start + timedelta(days=n) for n in range((add_months(start, months) - start).days + 1)]


def test_an_empty_calendar_knows_no_end() -> None:
    assert WorkCalendar.of([]).period_end(date(2024, 1, 1), 1) is None
