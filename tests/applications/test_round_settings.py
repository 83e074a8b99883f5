"""A round may have settings of its own; what it opened with decides in it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.applications.commands import OpenRound, apply, open_round, post_list
from services.applications.events import Contest, ListPosted
from shared.kernel.people import Role
from shared.kernel.policy import CATALOGUE
from tests.applications.examples import CHEN_JING, CHENS, OPENED, ROUND, ranked, recommended, round_
from tests.applications.test_eligibility import applying, chen
from tests.applications.test_list import POST, the_school
from tests.applications.test_rounds import OPENED_NOW, at_the_office, opening
from tests.scenario import given


@pytest.mark.rule("A.7", "APP-08", "AMB-08", "AMB-14")
def test_a_round_is_opened_with_settings_of_its_own() -> None:
    own = {"tenure_semesters": 14, "honor_min_level": "prefecture", "selection_min_score_points": 70}

    at_the_office().when(open_round, opening(settings=own)).then(
        replace(
            OPENED_NOW, tenure_semesters=14, honor_min_level="prefecture", min_score_points=70, overrides=own
        )
    )  # fmt: skip


@pytest.mark.rule("A.7")
@pytest.mark.parametrize("name", ["cycle_months", "release_fen", "recusal_years", "no-such-setting"])
def test_what_is_no_setting_of_a_round_is_refused(name: str) -> None:
    value = CATALOGUE[name].default if name in CATALOGUE else 1

    at_the_office().when(open_round, opening(settings={name: value})).then_refused(
        "not-a-round-setting", "A.7", name=name
    )


@pytest.mark.rule("A.7")
@pytest.mark.parametrize(
    ("own", "rule"),
    [
        ({"tenure_semesters": "12"}, "APP-08"),
        ({"tenure_semesters": 101}, "APP-08"),
        ({"recency_mode": "moon"}, "AMB-06"),
        ({"panel_min_experts": 4}, "A.9-25"),
        ({"review_chain": ["panel"]}, "AMB-11"),
    ],
)
def test_a_value_that_a_setting_does_not_take_is_refused(own: dict[str, Any], rule: str) -> None:
    at_the_office().when(open_round, opening(settings=own)).then_refused("setting-invalid", rule)


@pytest.mark.rule("AMB-07")
@pytest.mark.parametrize(
    ("school", "own", "asked", "reason", "outcome"),
    [
        (True, {}, True, None, True),
        (True, {}, False, "新建系部", False),
        (True, {}, False, None, "waiver-without-reason"),
        (True, {"require_class_honor": False}, True, "新建系部", False),
        (True, {"require_class_honor": False}, True, None, "waiver-without-reason"),
        (False, {}, True, None, False),
        (False, {}, False, None, False),
        (False, {"require_class_honor": True}, True, None, True),
    ],
)
def test_the_class_honour_is_asked_for_by_the_settings_and_waived_with_a_reason(
    school: bool,  # noqa: FBT001
    own: dict[str, Any],
    asked: bool,  # noqa: FBT001
    reason: str | None,
    outcome: bool | str,  # noqa: FBT001
) -> None:
    asking = opening(settings=own, require_class_honor=asked, waiver_reason=reason)
    made = at_the_office().under(require_class_honor=school).when(open_round, asking)

    if isinstance(outcome, str):
        made.then_refused(outcome, "AMB-07")
    else:
        assert made.events[0].require_class_honor is outcome


@pytest.mark.rule("AMB-09", "APP-08")
@pytest.mark.parametrize(
    ("unit", "needed", "semesters", "numbers"),
    [
        ("semester", 12, 12, None),
        ("semester", 12, 11, {"semesters": 11, "needed": 12}),
        ("semester", 11, 11, None),
        ("calendar_year", 12, 12, None),
        ("calendar_year", 12, 13, None),
        ("calendar_year", 12, 11, {"years": 5, "needed": 6}),
        # Half a year does not count: eleven semesters are five whole years, and five and a half ask for six.
        ("calendar_year", 11, 11, {"years": 5, "needed": 6}),
        ("calendar_year", 11, 12, None),
    ],
)
def test_service_counts_in_semesters_or_in_whole_years(
    unit: str, needed: int, semesters: int, numbers: dict[str, int] | None
) -> None:
    opened = round_(opened=replace(OPENED, tenure_unit=unit, tenure_semesters=needed))
    applied = chen(opened).when(apply, applying(semesters=semesters))

    if numbers:
        applied.then_refused("tenure-too-short", "APP-08", **numbers)
    else:
        condition = applied.events[0].eligibility[1]
        assert condition.unit == ("years" if unit == "calendar_year" else None)
        assert condition.given == (str(semesters // 2) if condition.unit else str(semesters))


@pytest.mark.rule("AMB-06", "APP-12")
@pytest.mark.parametrize(
    ("mode", "won_on", "state"),
    [
        ("date", date(2018, 3, 31), "met"),
        ("date", date(2018, 3, 30), "unmet"),
        ("calendar_year", date(2018, 1, 1), "met"),
        ("calendar_year", date(2017, 12, 31), "unmet"),
        ("calendar_year", date(2023, 3, 31), "met"),
        ("calendar_year", date(2023, 4, 1), "unmet"),
    ],
)
def test_recent_years_begin_on_the_corresponding_day_or_on_january_first(mode: str, won_on: date, state: str) -> None:
    opened = round_(opened=replace(OPENED, recency_mode=mode))
    contest = Contest(title="班主任能力比赛", level="province", won_on=won_on)

    flag = chen(opened).when(apply, applying(contests=(contest,))).events[0].preferences[0]

    assert (flag.flag, flag.state, flag.until) == ("P1", state, date(2023, 3, 31))
    assert flag.since == (date(2018, 3, 31) if mode == "date" else date(2018, 1, 1))


@pytest.mark.rule("AMB-06", "AMB-09")
def test_the_rounds_own_way_of_counting_stands_whatever_is_adopted_later() -> None:
    at_the_office().under(tenure_unit="calendar_year", recency_mode="calendar_year").when(open_round, opening()).then(
        replace(OPENED_NOW, tenure_unit="calendar_year", recency_mode="calendar_year")
    )
    opened = round_(opened=replace(OPENED, tenure_semesters=11))
    applied = chen(opened).under(tenure_unit="calendar_year").when(apply, applying(semesters=11))
    assert applied.events[0].eligibility[1].unit is None


@pytest.mark.rule("SIL-01", "A.9-26")
def test_a_round_may_have_a_notice_of_its_own() -> None:
    own = round_(ranked(CHENS), opened=replace(OPENED, overrides={"publication_notice_workdays": 3}))

    events = the_school(own, recommended(CHENS, CHEN_JING)).when(post_list, POST).events

    assert events[0] == ListPosted(
        round_id=ROUND, application_ids=(CHENS,), posted_on=date(2023, 4, 10), notice_workdays=3
    )


@pytest.mark.rule("AMB-28", "APP-17")
@pytest.mark.parametrize("kind", ["host", "coordinator"])
def test_a_candidate_applies_as_host_or_as_a_lead_who_coordinates_only(kind: str) -> None:
    applied = given(round_()).by(Role.TEACHER, CHEN_JING).when(apply, applying(lead_kind=kind)).events[0]

    assert applied.lead_kind == kind


def test_a_round_is_opened_without_settings_of_its_own_as_before() -> None:
    assert OpenRound(round_id=ROUND, title="2023年", deadline=date(2023, 3, 31), places=2).settings == {}
