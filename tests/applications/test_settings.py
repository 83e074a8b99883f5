"""The office adopts versions of the policy settings; the latest effective one decides on each day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.applications.aggregates.settings import OwnBook
from services.applications.commands import AdoptSettings, adopt_settings
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from shared.kernel.policy import CATALOGUE, PolicySettings
from shared.kernel.published import SettingsAdopted
from shared.kernel.settings import DEFAULTS, InForce
from tests.applications.examples import LIU_OF_PERSONNEL
from tests.scenario import SCHOOL, Given, given, stream

pytestmark = pytest.mark.rule("AMB-08", "AMB-11")

FROM_APRIL, FROM_SEPTEMBER = date(2023, 4, 1), date(2023, 9, 1)
STRICTER = SettingsAdopted(number=1, effective_from=FROM_APRIL, values={"tenure_semesters": 14})
STILL_STRICTER = SettingsAdopted(number=2, effective_from=FROM_APRIL, values={"tenure_semesters": 16})
TWO_NUMBERS_NEEDED = "PolicySettings.midterm_window_months is a pair, check_change takes any length"
A_LEVEL_NEEDED = "check_change takes any text, and each application then fails on LADDER.index"
A_CHAIN_NEEDED = "check_change takes any words, and no application gets through such a chain"


def book(*events: SettingsAdopted) -> Aggregate:
    return stream(OwnBook, OwnBook.id_for(SCHOOL), *events)


def adopting(**values: Any) -> AdoptSettings:
    return AdoptSettings(effective_from=FROM_APRIL, values=values)


def the_office(*streams: Aggregate) -> Given:
    return given(*streams).by(Role.PERSONNEL, LIU_OF_PERSONNEL)


def in_force(version: int, **values: Any) -> InForce:
    return InForce(version=version, values=replace(PolicySettings(), **values))


@pytest.mark.parametrize(
    "values",
    [
        {"tenure_semesters": 14},
        {"honor_min_level": "province"},
        {"midterm_window_months": [12, 24]},
        {"level_one_weights": [20, 20, 30, 25, 5]},
        {"review_chain": ["department", "office", "panel", "school"]},
        {"pass_score_points": 85, "selection_min_score_points": 0, "excellent_quota_percent": 100},
        {"cycle_months": 22, "credit_hours": 1, "panel_min_experts": 7},
        {"cycle_months": 120},
    ],
)
def test_the_office_adopts_a_version(values: dict[str, Any]) -> None:
    the_office().when(adopt_settings, adopting(**values)).then(
        SettingsAdopted(number=1, effective_from=FROM_APRIL, values=values)
    )


def test_versions_are_numbered_in_the_order_of_their_adoption() -> None:
    autumn = AdoptSettings(effective_from=FROM_SEPTEMBER, values={"tenure_semesters": 16})

    the_office(book(STRICTER)).when(adopt_settings, autumn).then(
        SettingsAdopted(number=2, effective_from=FROM_SEPTEMBER, values={"tenure_semesters": 16})
    )


@pytest.mark.rule("A.7")
def test_a_second_version_from_the_same_day_is_refused() -> None:
    the_office(book(STRICTER)).when(adopt_settings, adopting(tenure_semesters=16)).then_refused(
        "settings-overlap", "A.7", version=1
    )


@pytest.mark.rule("A.7")
def test_a_version_cannot_be_dated_before_what_is_decided_already() -> None:
    the_office().on("2023-04-02").when(adopt_settings, adopting(tenure_semesters=16)).then_refused(
        "settings-dated-back", "A.7", effective_from="2023-04-01", on="2023-04-02"
    )


@pytest.mark.rule("A.7")
def test_a_business_date_in_the_past_does_not_date_a_version_back() -> None:
    the_office().on("2023-04-02").dated("2023-03-25").when(adopt_settings, adopting(tenure_semesters=16)).then_refused(
        "settings-dated-back", "A.7", on="2023-04-02"
    )


def test_the_newest_version_again_is_no_news() -> None:
    the_office(book(STRICTER)).when(adopt_settings, adopting(tenure_semesters=14)).then_nothing()


def test_a_version_that_names_nothing_is_refused() -> None:
    the_office().when(adopt_settings, adopting()).then_refused("nothing-adopted", "A.7")


def test_what_a_version_does_not_name_stays_as_it_is_in_force_on_its_day() -> None:
    later = AdoptSettings(effective_from=FROM_SEPTEMBER, values={"pass_score_points": 65})

    the_office(book(STRICTER)).when(adopt_settings, later).then(
        SettingsAdopted(
            number=2, effective_from=FROM_SEPTEMBER, values={"tenure_semesters": 14, "pass_score_points": 65}
        )
    )


def test_what_contradicts_what_stays_is_refused() -> None:
    lower = SettingsAdopted(number=1, effective_from=FROM_APRIL, values={"excellent_score_points": 70})
    later = AdoptSettings(effective_from=FROM_SEPTEMBER, values={"pass_score_points": 75})

    the_office(book(lower)).when(adopt_settings, later).then_refused("settings-contradict", "AMB-14")


def test_what_is_no_setting_is_refused() -> None:
    the_office().when(adopt_settings, adopting(tea_breaks=3)).then_refused("setting-unknown", "A.7", name="tea_breaks")


@pytest.mark.parametrize("name", ["read", "__doc__", "__dataclass_fields__"])
def test_what_only_looks_like_a_setting_is_refused(name: str) -> None:
    the_office().when(adopt_settings, adopting(**{name: 3})).then_refused("setting-unknown", "A.7", name=name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tenure_semesters", "12"),
        ("tenure_semesters", 12.0),
        ("tenure_semesters", True),
        ("tenure_semesters", None),
        ("tenure_semesters", -1),
        ("tenure_semesters", 10**30),
        ("honor_min_level", ""),
        ("honor_min_level", 3),
        ("review_chain", []),
        ("review_chain", "department"),
        ("review_chain", [1, 2]),
        ("midterm_window_months", [15, "21"]),
        ("level_one_weights", [15, 15, 35, 30, 6]),
    ],
)
def test_a_value_of_another_kind_is_refused(name: str, value: Any) -> None:
    the_office().when(adopt_settings, adopting(**{name: value})).then_refused(
        "setting-invalid", CATALOGUE[name].rule, name=name
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("honor_min_level", "galaxy"),
        ("review_chain", ["janitor"]),
        ("review_chain", ["panel"]),
        ("review_chain", ["office", "department", "panel"]),
        ("midterm_window_months", [15]),
        ("midterm_window_months", [21, 15]),
        ("midterm_window_months", [15, 15]),
        ("midterm_window_months", [15, 18, 21]),
        ("level_one_weights", [100]),
        ("cycle_months", 0),
        ("cycle_months", 121),
        ("credit_hours", 0),
        ("panel_min_experts", 0),
        ("panel_min_experts", 4),
        ("selection_min_score_points", 101),
        ("pass_score_points", 101),
        ("trainee_pass_points", 101),
        ("trainee_excellent_points", 101),
        ("excellent_quota_percent", 101),
    ],
)
def test_a_value_that_no_decision_could_rest_on_is_refused(name: str, value: Any) -> None:
    the_office().when(adopt_settings, adopting(**{name: value})).then_refused(
        "setting-invalid", CATALOGUE[name].rule, name=name
    )


@pytest.mark.parametrize(
    ("day", "decides"),
    [
        (date(2023, 3, 31), DEFAULTS),
        (date(2023, 4, 1), in_force(1, tenure_semesters=14)),
        (date(2023, 8, 31), in_force(1, tenure_semesters=14)),
        (date(2023, 9, 1), in_force(2, tenure_semesters=18)),
    ],
)
def test_the_version_in_force_on_the_day_decides(day: date, decides: InForce) -> None:
    autumn = SettingsAdopted(number=2, effective_from=date(2023, 9, 1), values={"tenure_semesters": 18})

    assert book(STRICTER, autumn).on(day) == decides


def test_of_two_versions_of_one_day_the_later_adopted_decides() -> None:
    assert book(STRICTER, STILL_STRICTER).on(FROM_APRIL) == in_force(2, tenure_semesters=16)


def test_an_earlier_effective_version_adopted_later_does_not_replace_a_later_one() -> None:
    afterthought = SettingsAdopted(number=2, effective_from=date(2023, 3, 1), values={"pass_score_points": 70})

    assert book(STRICTER, afterthought).on(FROM_APRIL) == in_force(1, tenure_semesters=14)


def test_what_a_version_does_not_name_has_its_default() -> None:
    weights = SettingsAdopted(number=2, effective_from=FROM_APRIL, values={"level_one_weights": [20, 20, 30, 25, 5]})

    assert book(STRICTER, weights).on(FROM_APRIL) == in_force(2, level_one_weights=(20, 20, 30, 25, 5))
