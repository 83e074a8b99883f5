"""The school's policy settings: defaults, versions with a date, and what may be changed."""

from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from shared.kernel.model import NotYet, Refused
from shared.kernel.money import Fen
from shared.kernel.policy import CATALOGUE, PolicySettings
from shared.kernel.published import SettingsAdopted
from shared.kernel.settings import DEFAULTS, InForce, SchoolBook, check_change
from tests.scenario import SCHOOL, stream

MARCH, APRIL, MAY = date(2024, 3, 1), date(2024, 4, 1), date(2024, 5, 1)
SEVENTY, EIGHTY = {"pass_score_points": 70}, {"pass_score_points": 80}


class Book(SchoolBook):
    """The settings as their owner keeps them."""

    opens = (SettingsAdopted,)


def adopted(number: int, effective_from: date, values: dict[str, Any]) -> SettingsAdopted:
    return SettingsAdopted(number=number, effective_from=effective_from, values=values)


def book(*versions: SettingsAdopted) -> Book:
    known: Book = stream(Book, Book.id_for(SCHOOL), *versions)  # type: ignore[assignment]
    return known


def in_force(version: int, **values: Any) -> InForce:
    return InForce(version=version, values=PolicySettings(**values))


def test_the_defaults_are_the_policys_own_numbers() -> None:
    assert PolicySettings() == PolicySettings(
        backdate_max_days=30, review_chain=("department", "student_affairs", "personnel", "panel", "school"),
        publication_notice_workdays=5, tenure_semesters=12, honor_min_level="county",
        contest_min_level="prefecture", research_min_level="prefecture", recency_years=5,
        selection_min_score_points=60, panel_min_experts=5, panel_quorum=(2, 3),
        cycle_months=36, midterm_due_months=18, midterm_window_months=(15, 21), pass_score_points=60,
        result_notice_workdays=5, roll_closes_after_days=3, absence_limit=(1, 3),
        absence_counted_kinds=("unexcused", "personal_leave"),
        absence_excluded_kinds=("statutory_leave", "official_duty"), absence_min_sessions=4, absence_warn=(6, 4),
        removal_objection_workdays=5, transfer_days=60, release_fen=Fen(300_000),
        release_count=3, wind_down_days=30, trainee_pass_points=60, trainee_excellent_points=85,
        excellent_quota_percent=30, credit_hours=8, level_one_weights=(15, 15, 35, 30, 5),
    )  # fmt: skip


def test_before_any_version_the_defaults_decide() -> None:
    assert book().on(MARCH) == DEFAULTS == in_force(0)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 2, 29), in_force(0)),
        (MARCH, in_force(1, pass_score_points=70)),
        (date(2024, 4, 30), in_force(1, pass_score_points=70)),
        (MAY, in_force(2, pass_score_points=80)),
    ],
    ids=["the day before", "its first day", "until the next", "the next"],
)
def test_a_version_decides_from_its_date_on(day: date, expected: InForce) -> None:
    assert book(adopted(1, MARCH, SEVENTY), adopted(2, MAY, EIGHTY)).on(day) == expected


def test_of_two_versions_of_one_date_the_later_adopted_decides() -> None:
    assert book(adopted(1, MARCH, SEVENTY), adopted(2, MARCH, EIGHTY)).on(MARCH) == in_force(2, pass_score_points=80)


def test_a_version_adopted_later_for_an_earlier_date_decides_only_until_the_other() -> None:
    known = book(adopted(1, MAY, SEVENTY), adopted(2, MARCH, EIGHTY))

    assert [known.on(day).version for day in (MARCH, APRIL, MAY)] == [2, 2, 1]


def test_a_version_names_what_it_changes_and_leaves_the_rest_at_the_defaults() -> None:
    known = book(adopted(1, MARCH, SEVENTY), adopted(2, MAY, {"release_count": 2}))

    assert known.on(MAY) == in_force(2, release_count=2)


def test_a_consequence_finds_its_causes_version_by_number() -> None:
    known = book(adopted(1, MARCH, SEVENTY))

    assert (known.numbered(0), known.numbered(1)) == (DEFAULTS, in_force(1, pass_score_points=70))


def test_a_version_that_has_not_arrived_is_waited_for() -> None:
    with pytest.raises(NotYet, match="settings version 2 of applications"):
        book(adopted(1, MARCH, SEVENTY)).numbered(2)


def test_the_owner_numbers_the_versions() -> None:
    known = book(adopted(1, MARCH, SEVENTY))
    known.adopt(MAY, EIGHTY, APRIL)

    assert known.pending == [adopted(2, MAY, EIGHTY)]


def test_a_version_may_hold_from_the_day_it_is_adopted_but_no_earlier() -> None:
    known = book()
    known.adopt(APRIL, EIGHTY, APRIL)
    with pytest.raises(Refused) as said:
        book().adopt(date(2024, 3, 31), EIGHTY, APRIL)

    assert known.pending == [adopted(1, APRIL, EIGHTY)]
    assert (said.value.code, said.value.rule) == ("settings-dated-back", "A.7")


def test_two_versions_never_hold_from_the_same_day() -> None:
    known = book(adopted(1, MAY, SEVENTY))
    with pytest.raises(Refused) as said:
        known.adopt(MAY, EIGHTY, APRIL)

    assert (said.value.code, said.value.numbers["version"]) == ("settings-overlap", 1)


def test_the_newest_version_adopted_again_is_no_news() -> None:
    known = book(adopted(1, MAY, SEVENTY))
    known.adopt(MAY, SEVENTY, APRIL)

    assert known.pending == []


def test_a_follower_takes_the_next_version_over() -> None:
    known = book(adopted(1, MARCH, SEVENTY))
    known.follow(adopted(2, MAY, EIGHTY))

    assert known.pending == [adopted(2, MAY, EIGHTY)]


@pytest.mark.parametrize("number", [1, 3])
def test_a_follower_passes_over_what_is_here_or_out_of_turn(number: int) -> None:
    known = book(adopted(1, MARCH, SEVENTY))
    known.follow(adopted(number, MAY, EIGHTY))

    assert known.pending == []


def test_each_school_has_a_book_of_its_own() -> None:
    assert Book.id_for("jiangyin") != Book.id_for("wuxi")


def test_stored_lists_are_read_as_they_were_meant() -> None:
    assert PolicySettings.read({"midterm_window_months": [12, 24]}) == PolicySettings(midterm_window_months=(12, 24))


def test_a_stored_name_that_is_no_setting_any_more_is_passed_over() -> None:
    assert PolicySettings.read({"colour_of_the_plaque": "red", **SEVENTY}) == PolicySettings(pass_score_points=70)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"pass_score_points": 70},
        {"result_notice_workdays": 0},
        {"release_fen": 1_000_000_000},
        {"honor_min_level": "prefecture"},
        {"review_chain": ["department", "office", "panel", "school"]},
        {"review_chain": ["department", "personnel", "student_affairs", "panel", "school"]},
        {"absence_limit": [1, 2]},
        {"absence_warn": [5]},
        {"midterm_window_months": [12, 24]},
        {"level_one_weights": [20, 10, 35, 30, 5]},
    ],
)
def test_a_change_of_the_defaults_own_kind_is_fine(values: dict[str, Any]) -> None:
    check_change(values)


@pytest.mark.parametrize("name", ["colour_of_the_plaque", "read", "__class__", "", "PASS_SCORE_POINTS"])
def test_what_is_no_setting_is_refused(name: str) -> None:
    with pytest.raises(Refused) as said:
        check_change({name: 1})

    assert (said.value.code, said.value.rule, said.value.numbers) == ("setting-unknown", "A.7", {"name": name})


def test_a_very_long_name_is_repeated_in_part() -> None:
    with pytest.raises(Refused) as said:
        check_change({"a" * 5_000: 1})

    assert said.value.numbers == {"name": "a" * 100}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pass_score_points", -1),
        ("pass_score_points", 1_000_000_001),
        ("pass_score_points", 60.0),
        ("pass_score_points", True),
        ("pass_score_points", "60"),
        ("pass_score_points", None),
        ("pass_score_points", [60]),
        ("honor_min_level", ""),
        ("honor_min_level", "c" * 101),
        ("honor_min_level", 3),
        ("review_chain", []),
        ("review_chain", "department"),
        ("review_chain", ["department", 3]),
        ("level_one_weights", [20, 15, 35, 30, 5]),
        ("level_one_weights", [15, 15, 35, 30]),
        ("midterm_window_months", [15, "21"]),
    ],
)
def test_a_value_of_another_kind_is_refused(name: str, value: object) -> None:
    with pytest.raises(Refused) as said:
        check_change({name: value})

    assert (said.value.code, said.value.rule) == ("setting-invalid", CATALOGUE[name].rule)
    assert said.value.numbers["name"] == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("midterm_window_months", [15]),
        ("midterm_window_months", [21, 15]),
        ("credit_hours", 0),
        ("cycle_months", 0),
        ("pass_score_points", 101),
        ("excellent_quota_percent", 101),
        ("honor_min_level", "galaxy"),
        ("review_chain", ["panel", "dept"]),
        ("review_chain", ["department", "panel", "school"]),
        ("review_chain", ["department", "student_affairs", "panel", "school"]),
        ("review_chain", ["department", "office", "panel"]),
        ("absence_limit", [4, 3]),
        ("absence_limit", [0, 3]),
        ("absence_counted_kinds", ["yawning"]),
        ("panel_quorum", [2]),
        ("absence_warn", [0]),
        ("recency_years", 0),
    ],
)
def test_a_value_no_decision_can_be_made_with_is_refused(name: str, value: object) -> None:
    with pytest.raises(Refused):
        check_change({name: value})


def test_no_setting_is_a_float() -> None:
    assert {type(getattr(DEFAULTS.values, field.name)) for field in fields(PolicySettings)} == {
        bool,
        int,
        str,
        tuple,
        Fen,
    }
