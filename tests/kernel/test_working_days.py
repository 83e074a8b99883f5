"""When periods end and decisions take effect, against the official calendar and two outside ones."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import holidays
import pytest

from shared.kernel.calendar import (
    OFFICIAL,
    SHANGHAI,
    UnannouncedYear,
    WorkCalendar,
    Year,
    add_months,
    business_date,
    cycle_end,
    midnight,
    project_years,
    years_before,
)

EVERY_DAY = [date(2019, 1, 1) + timedelta(days=n) for n in range((date(2027, 1, 1) - date(2019, 1, 1)).days)]
# Stands in for the unpublished 2027 notice: only New Year's Day is sure enough for a test.
A_2027 = Year(2027, holidays=frozenset({date(2027, 1, 1)}), makeups=frozenset())


def test_the_official_calendar_holds_2019_through_2026() -> None:
    assert sorted(OFFICIAL.years) == list(range(2019, 2027))


def test_no_notice_number_is_cited_unseen() -> None:
    assert {year.notice for year in OFFICIAL.years.values()} == {None}


def test_every_day_agrees_with_chinese_calendar() -> None:
    assert [day for day in EVERY_DAY if OFFICIAL.is_workday(day) != chinese_calendar.is_workday(day)] == []


def test_every_day_agrees_with_holidays() -> None:
    china = holidays.country_holidays("CN", years=range(2019, 2027))
    assert [day for day in EVERY_DAY if OFFICIAL.is_workday(day) != china.is_working_day(day)] == []


def test_the_makeup_days_are_those_holidays_knows() -> None:
    china = holidays.country_holidays("CN", years=range(2019, 2027))
    ours = {day for year in OFFICIAL.years.values() for day in year.makeups}
    assert ours == {day for day in china.weekend_workdays if day in set(EVERY_DAY)}


@pytest.mark.parametrize("day", [date(2024, 2, 4), date(2024, 2, 18), date(2024, 9, 29), date(2026, 10, 10)])
def test_a_makeup_day_on_a_weekend_is_worked(day: date) -> None:
    assert OFFICIAL.is_workday(day)


@pytest.mark.parametrize("day", [date(2024, 2, 12), date(2020, 1, 31), date(2025, 1, 28), date(2026, 2, 23)])
def test_a_weekday_of_the_spring_festival_is_not_worked(day: date) -> None:
    assert not OFFICIAL.is_workday(day)


def test_new_years_eve_of_2024_was_only_recommended_as_leave_and_is_worked() -> None:
    assert OFFICIAL.is_workday(date(2024, 2, 9))


def test_an_ordinary_week_has_five_working_days() -> None:
    week = [date(2024, 10, 21) + timedelta(days=n) for n in range(7)]
    assert [OFFICIAL.is_workday(day) for day in week] == [True] * 5 + [False] * 2


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2027, 1, 1), date(2027, 1, 2)])
def test_a_day_of_a_year_not_loaded_is_neither_worked_nor_off(day: date) -> None:
    with pytest.raises(UnannouncedYear, match=str(day.year)) as missing:
        OFFICIAL.is_workday(day)
    assert missing.value.year == day.year


def test_a_notice_posted_on_2024_10_24_ends_on_2024_10_31() -> None:
    assert OFFICIAL.period_end(date(2024, 10, 24), 5) == date(2024, 10, 31)


def test_a_notice_posted_on_2024_10_24_takes_effect_on_2024_11_01() -> None:
    assert OFFICIAL.takes_effect_on(date(2024, 10, 24), 5) == date(2024, 11, 1)


def test_a_notice_ending_on_a_friday_takes_effect_on_the_saturday() -> None:
    assert OFFICIAL.takes_effect_on(date(2024, 10, 18), 5) == date(2024, 10, 26)


def test_a_notice_posted_on_a_saturday_counts_from_monday() -> None:
    assert OFFICIAL.period_end(date(2024, 10, 26), 5) == date(2024, 11, 1)


def test_a_notice_over_the_spring_festival_of_2024_counts_both_makeup_days() -> None:
    assert OFFICIAL.period_end(date(2024, 2, 2), 5) == date(2024, 2, 8)
    assert OFFICIAL.period_end(date(2024, 2, 8), 5) == date(2024, 2, 21)


def test_a_notice_over_the_national_day_of_2024_skips_it_and_counts_the_makeup_saturday() -> None:
    assert OFFICIAL.period_end(date(2024, 9, 27), 5) == date(2024, 10, 10)
    assert OFFICIAL.period_end(date(2024, 10, 8), 4) == date(2024, 10, 12)


def test_a_notice_over_the_extended_spring_festival_of_2020_waits_it_out() -> None:
    assert OFFICIAL.period_end(date(2020, 1, 23), 1) == date(2020, 2, 3)


def test_a_period_crosses_from_one_loaded_year_into_the_next() -> None:
    assert OFFICIAL.period_end(date(2024, 12, 30), 5) == date(2025, 1, 7)


@pytest.mark.parametrize("start", [date(2024, 10, 24), date(2024, 10, 26), date(2027, 5, 1)])
def test_a_period_of_no_days_ends_and_takes_effect_at_once(start: date) -> None:
    assert OFFICIAL.period_end(start, 0) == start
    assert OFFICIAL.takes_effect_on(start, 0) == start


def test_a_period_of_fewer_than_no_days_is_an_error() -> None:
    with pytest.raises(ValueError, match="-1 working days"):
        OFFICIAL.period_end(date(2024, 10, 24), -1)


def test_a_period_reaching_into_2027_has_an_unknown_end() -> None:
    assert OFFICIAL.period_end(date(2026, 12, 28), 5) is None
    assert OFFICIAL.takes_effect_on(date(2026, 12, 28), 5) is None


def test_a_period_ending_on_the_last_loaded_day_is_known() -> None:
    assert OFFICIAL.period_end(date(2026, 12, 24), 5) == date(2026, 12, 31)
    assert OFFICIAL.takes_effect_on(date(2026, 12, 24), 5) == date(2027, 1, 1)


def test_a_period_is_unknown_from_a_start_before_the_first_loaded_year() -> None:
    assert OFFICIAL.period_end(date(2018, 12, 20), 5) is None


def test_the_unknown_end_is_computed_once_the_year_is_loaded() -> None:
    assert OFFICIAL.with_year(A_2027).period_end(date(2026, 12, 28), 5) == date(2027, 1, 5)


def test_loading_a_year_leaves_the_calendar_it_was_asked_of_unchanged() -> None:
    OFFICIAL.with_year(A_2027)
    assert 2027 not in OFFICIAL.years


def test_a_year_loaded_again_replaces_the_one_before() -> None:
    changed = Year(2026, holidays=frozenset({date(2026, 12, 31)}), makeups=frozenset({date(2026, 12, 26)}))
    calendar = OFFICIAL.with_year(changed)
    assert calendar.is_workday(date(2026, 12, 26))
    assert not calendar.is_workday(date(2026, 12, 31))


def test_an_empty_calendar_knows_no_end() -> None:
    assert WorkCalendar.of(()).period_end(date(2024, 10, 24), 1) is None


@pytest.mark.parametrize(
    ("off", "worked", "why"),
    [
        ({date(2026, 12, 31)}, set(), "not in 2027"),
        (set(), {date(2026, 12, 26)}, "not in 2027"),
        ({date(2027, 1, 2)}, {date(2027, 1, 2)}, "both a day off and a make-up day"),
        (set(), {date(2027, 1, 4)}, "no weekend day"),
    ],
)
def test_a_year_that_contradicts_itself_is_an_error(off: set[date], worked: set[date], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Year(2027, holidays=frozenset(off), makeups=frozenset(worked))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), -60, date(2019, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 12, 15), 0, date(2024, 12, 15)),
        (date(2024, 2, 29), 1, date(2024, 3, 29)),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_month_end(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_five_years_before_a_leap_day_is_the_month_end() -> None:
    assert years_before(date(2024, 2, 29), 5) == date(2019, 2, 28)


def test_a_cycle_of_36_months_ends_on_the_corresponding_day() -> None:
    assert cycle_end(date(2023, 4, 24), 36) == date(2026, 4, 24)


def test_each_project_year_starts_the_day_after_the_anniversary_before() -> None:
    assert project_years(date(2023, 4, 24)) == (
        (date(2023, 4, 24), date(2024, 4, 24)),
        (date(2024, 4, 25), date(2025, 4, 24)),
        (date(2025, 4, 25), date(2026, 4, 24)),
    )


def test_project_years_of_a_leap_day_plaque_keep_returning_to_the_leap_day() -> None:
    assert project_years(date(2024, 2, 29), months=48) == (
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 3, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2027, 2, 28)),
        (date(2027, 3, 1), date(2028, 2, 29)),
    )


@pytest.mark.parametrize("months", [1, 11, 12, 13, 24, 30, 36])
def test_the_last_project_year_ends_with_the_cycle(months: int) -> None:
    assert project_years(date(2023, 4, 24), months)[-1][1] == cycle_end(date(2023, 4, 24), months)


def test_a_day_begins_in_shanghai_eight_hours_before_utc() -> None:
    begins = midnight(date(2024, 11, 1))
    assert begins == datetime(2024, 10, 31, 16, tzinfo=UTC)
    assert begins.tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2024, 10, 31, 15, 59, 59, tzinfo=UTC), date(2024, 10, 31)),
        (datetime(2024, 10, 31, 16, tzinfo=UTC), date(2024, 11, 1)),
        (datetime(2024, 12, 31, 16, tzinfo=UTC), date(2025, 1, 1)),
        (datetime(2024, 11, 1, 0, 0, tzinfo=SHANGHAI), date(2024, 11, 1)),
    ],
)
def test_the_business_date_turns_at_midnight_in_shanghai(instant: datetime, day: date) -> None:
    assert business_date(instant) == day


def test_an_instant_without_a_time_zone_has_no_business_date() -> None:
    with pytest.raises(ValueError, match="time zone"):
        business_date(datetime(2024, 11, 1))  # noqa: DTZ001 - the missing zone is the case
