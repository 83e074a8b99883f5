"""Sessions have their day, place and content, and count from the plaque day through the last of the cycle."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.membership.commands import (
    ActivateRoster,
    CancelSession,
    HoldSession,
    PlanSession,
    activate_roster,
    cancel_session,
    hold_session,
    plan_session,
)
from services.membership.events import (
    MemberUnlisted,
    RosterEnded,
    SessionCancelled,
    SessionHeld,
    SessionPlanned,
)
from shared.kernel.people import Role
from shared.kernel.published import StudioRosterClosed
from tests.membership.examples import (
    ACTIVE,
    CHEN_JING,
    CHENS_STUDIO,
    CLASS_MEETING,
    HOME_VISIT,
    HU_JUN,
    HUS,
    LAST_DAY,
    LI_NA,
    PLAN_NOTED,
    PLAQUE_DAY,
    SESSION_DAY,
    WANG_LEI,
    WANGS_STUDIO,
    held,
    listed,
    planned,
    roster,
    session,
    wangs_roster,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("MEM-05", "MEM-08", "A.9-4", "AMB-12")

PLAN = PlanSession(
    studio_id=CHENS_STUDIO, session_id=CLASS_MEETING, held_on=SESSION_DAY, place="A201", topic="主题班会", class_hours=4
)
HOLD = HoldSession(studio_id=CHENS_STUDIO, session_id=CLASS_MEETING)
ACTIVATE = ActivateRoster(studio_id=CHENS_STUDIO, plaqued_on=PLAQUE_DAY, ends_on=LAST_DAY)
ENDINGS = pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (StudioRosterClosed(studio_id=CHENS_STUDIO, members=()), "closed"),
        (RosterEnded(reason="studio_disqualified"), "studio_disqualified"),
        (RosterEnded(reason="studio_closed"), "studio_closed"),
    ],
)


def host(*events: Any) -> Given:
    return given(roster(PLAN_NOTED, *events)).by(Role.HOST, CHEN_JING)


def held_on(day: date, closes_on: date) -> SessionHeld:
    return SessionHeld(
        session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, host_id=CHEN_JING, held_on=day, place="A201",
        topic="主题班会", class_hours=4, obliged=(), closes_on=closes_on,
    )  # fmt: skip


def test_the_roster_runs_from_the_plaque() -> None:
    given(roster(PLAN_NOTED)).when(activate_roster, ACTIVATE).then(ACTIVE)


def test_the_days_until_a_roll_closes_are_those_of_the_settings_in_force() -> None:
    given(roster(PLAN_NOTED)).under(roll_closes_after_days=7).when(activate_roster, ACTIVATE).then(replace(ACTIVE))


def test_the_plaque_is_noted_once() -> None:
    given(roster(PLAN_NOTED, ACTIVE)).when(activate_roster, ACTIVATE).then_nothing()


def test_a_plaque_waits_for_its_studio_to_be_established() -> None:
    given().when(activate_roster, ACTIVATE).then_waits_for("applications", "studio-established")


def test_a_session_is_planned_with_day_place_and_content() -> None:
    host(ACTIVE).when(plan_session, PLAN).then(
        SessionPlanned(session_id=CLASS_MEETING, held_on=SESSION_DAY, place="A201", topic="主题班会", class_hours=4)
    )


def test_the_same_plan_again_changes_nothing() -> None:
    host(ACTIVE, planned()).when(plan_session, PLAN).then_nothing()


@pytest.mark.parametrize("other", [{"place": "B105"}, {"topic": "家访"}, {"class_hours": 2}, {"held_on": PLAQUE_DAY}])
def test_another_session_does_not_take_its_id(other: dict[str, Any]) -> None:
    host(ACTIVE, planned()).when(plan_session, replace(PLAN, **other)).then_refused("id-taken", None)


@ENDINGS
def test_nothing_is_planned_once_the_roster_is_closed_or_ended(ending: Any, reason: str) -> None:
    host(ACTIVE, ending).when(plan_session, PLAN).then_refused("roster-ended", "AMB-16", reason=reason)


def test_a_session_obliges_those_on_the_roster_that_day() -> None:
    host(listed(HU_JUN), ACTIVE, listed(LI_NA), planned()).on("2023-05-10").when(hold_session, HOLD).then(
        held(HU_JUN, LI_NA)
    )


@pytest.mark.parametrize(
    ("joined_on", "obliged"),
    [(date(2023, 5, 9), (HU_JUN,)), (SESSION_DAY, (HU_JUN,)), (date(2023, 5, 11), ())],
    ids=["day before", "same day", "day after"],
)
def test_a_session_before_joining_obliges_nobody(joined_on: date, obliged: tuple[Any, ...]) -> None:
    host(ACTIVE, listed(HU_JUN, joined_on), planned()).on("2023-05-12").when(hold_session, HOLD).then(
        held(*obliged, closes_on=date(2023, 5, 16))
    )


def test_a_session_obliges_no_member_who_has_left() -> None:
    host(
        ACTIVE,
        listed(HU_JUN),
        listed(LI_NA),
        planned(),
        MemberUnlisted(membership_id=HUS, person_id=HU_JUN, unlisted_on=date(2023, 5, 9)),
    ).on("2023-05-10").when(hold_session, HOLD).then(held(LI_NA))


@pytest.mark.parametrize(("day", "closes_on"), [("2023-05-10", date(2023, 5, 14)), ("2023-05-20", date(2023, 5, 24))])
def test_a_session_is_recorded_on_its_day_or_later_and_its_roll_stays_open_for_three_days(
    day: str, closes_on: date
) -> None:
    host(ACTIVE, planned()).on(day).when(hold_session, HOLD).then(held(closes_on=closes_on))


def test_who_left_after_the_session_was_obliged_to_come_though_it_is_recorded_later() -> None:
    left = MemberUnlisted(membership_id=HUS, person_id=HU_JUN, unlisted_on=date(2023, 5, 11))

    host(ACTIVE, listed(HU_JUN), planned(), left).on("2023-05-12").when(hold_session, HOLD).then(
        held(HU_JUN, closes_on=date(2023, 5, 16))
    )


def test_a_session_is_not_recorded_before_its_day() -> None:
    host(ACTIVE, planned()).on("2023-05-09").when(hold_session, HOLD).then_refused(
        "session-not-yet", "MEM-08", held_on="2023-05-10", on="2023-05-09"
    )


@pytest.mark.parametrize(
    ("day", "closes_on"),
    [(PLAQUE_DAY, date(2023, 4, 28)), (LAST_DAY, date(2026, 4, 28))],
    ids=["plaque day", "last day of the cycle"],
)
def test_sessions_count_from_the_plaque_day_through_the_last_day(day: date, closes_on: date) -> None:
    host(ACTIVE, planned(day=day)).on(day.isoformat()).when(hold_session, HOLD).then(held_on(day, closes_on))


@pytest.mark.parametrize("history", [(ACTIVE,), ()], ids=["day before the plaque", "no plaque yet"])
def test_no_session_counts_before_the_plaque(history: tuple[Any, ...]) -> None:
    host(*history, planned(day=date(2023, 4, 23))).on("2023-04-24").when(hold_session, HOLD).then_refused(
        "session-before-plaque", "MEM-05", on="2023-04-23"
    )


def test_no_session_counts_after_the_cycles_last_day() -> None:
    host(ACTIVE, planned(day=date(2026, 4, 25))).on("2026-04-25").when(hold_session, HOLD).then_refused(
        "session-after-cycle", "AMB-12", on="2026-04-25", ends_on="2026-04-24"
    )


@ENDINGS
def test_nothing_is_held_once_the_roster_is_closed_or_ended(ending: Any, reason: str) -> None:
    host(ACTIVE, planned(), ending).on("2023-05-10").when(hold_session, HOLD).then_refused(
        "roster-ended", "AMB-16", reason=reason
    )


def test_a_session_is_held_once() -> None:
    given(roster(ACTIVE, planned()), session(held())).by(Role.HOST, CHEN_JING).on("2023-05-10").when(
        hold_session, HOLD
    ).then_nothing()


def test_a_session_that_was_not_planned_is_not_found() -> None:
    host(ACTIVE, planned()).on("2023-05-10").when(
        hold_session, HoldSession(studio_id=CHENS_STUDIO, session_id=HOME_VISIT)
    ).then_unknown()


def test_a_session_id_of_another_studio_is_taken() -> None:
    wangs = wangs_roster(replace(ACTIVE, studio_id=WANGS_STUDIO), planned())

    given(wangs, session(held())).by(Role.HOST, WANG_LEI).on("2023-05-10").when(
        hold_session, HoldSession(studio_id=WANGS_STUDIO, session_id=CLASS_MEETING)
    ).then_refused("id-taken", None)


CANCEL = CancelSession(studio_id=CHENS_STUDIO, session_id=CLASS_MEETING)
CANCELLED = SessionCancelled(session_id=CLASS_MEETING)


def test_a_planned_session_is_cancelled_once() -> None:
    host(ACTIVE, planned()).when(cancel_session, CANCEL).then(CANCELLED)
    host(ACTIVE, planned(), CANCELLED).when(cancel_session, CANCEL).then_nothing()


def test_a_session_that_was_held_is_not_cancelled() -> None:
    given(roster(ACTIVE, planned()), session(held())).by(Role.HOST, CHEN_JING).when(
        cancel_session, CANCEL
    ).then_refused("session-held", "MEM-08")


def test_a_session_that_was_not_planned_is_not_cancelled() -> None:
    host(ACTIVE).when(cancel_session, CANCEL).then_unknown()


@ENDINGS
def test_nothing_is_cancelled_once_the_roster_is_closed_or_ended(ending: Any, reason: str) -> None:
    host(ACTIVE, planned(), ending).when(cancel_session, CANCEL).then_refused("roster-ended", "AMB-16", reason=reason)


def test_a_cancelled_session_is_not_held_and_its_id_not_planned_again() -> None:
    host(ACTIVE, planned(), CANCELLED).on("2023-05-10").when(hold_session, HOLD).then_refused(
        "session-cancelled", "MEM-08"
    )
    host(ACTIVE, planned(), CANCELLED).when(plan_session, PLAN).then_refused("id-taken", None)


@pytest.mark.rule("MEM-06")
def test_a_removed_trainee_is_not_obliged_until_taken_back() -> None:
    removed = MemberUnlisted(membership_id=HUS, person_id=HU_JUN, unlisted_on=date(2023, 5, 10))
    back = listed(HU_JUN, SESSION_DAY)

    host(ACTIVE, listed(HU_JUN), planned(), removed).on("2023-05-10").when(hold_session, HOLD).then(held())
    host(ACTIVE, listed(HU_JUN), planned(), removed, back).on("2023-05-10").when(hold_session, HOLD).then(held(HU_JUN))


@pytest.mark.rule("A.9-11")
def test_a_session_is_entered_up_to_thirty_days_late() -> None:
    host(ACTIVE).on("2023-06-09").when(plan_session, PLAN).then(planned())
    host(ACTIVE).on("2023-06-10").when(plan_session, PLAN).then_refused("session-long-past", "A.9-11", days=31, most=30)


def test_another_studios_session_is_nobody_elses_plan() -> None:
    theirs = replace(held_on(SESSION_DAY, SESSION_DAY), studio_id=WANGS_STUDIO)
    streams = roster(PLAN_NOTED, ACTIVE), session(theirs)

    given(*streams).by(Role.HOST, CHEN_JING).on("2023-05-10").when(plan_session, PLAN).then_refused("id-taken", None)
