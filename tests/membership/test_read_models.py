"""The questions that membership answers: rosters, memberships, sessions, attendance, and what is due."""

import ast
import inspect
from dataclasses import replace
from datetime import date
from textwrap import dedent
from typing import Any

import pytest

from services.membership.aggregates.membership import Membership
from services.membership.aggregates.session import Session
from services.membership.events import (
    AbsenceWarned,
    AttendanceCounted,
    CycleEnded,
    DevelopmentPlanFiled,
    MemberUnlisted,
    ObjectionAnswered,
    ObjectionRaised,
    ProjectYearEnded,
    RemovalLifted,
    RollClosed,
    RollCorrected,
    RollMarked,
    RosterEnded,
    SessionCancelled,
    SessionMissed,
    SessionSettled,
)
from services.membership.read_models.agenda import agenda
from services.membership.read_models.attendance import AttendanceRow, attendance
from services.membership.read_models.memberships import MembershipRow, Removal, memberships
from services.membership.read_models.rosters import RosterRow, Scheduled, rosters
from services.membership.read_models.sessions import Correction, SessionRow, sessions
from services.membership.service import membership as service
from shared.kernel.model import Aggregate, Due, ReadModel
from shared.kernel.published import MemberLeft, SessionAttended, StudioRosterClosed, TraineeEvaluated
from tests.membership.examples import (
    ACTIVE,
    AGREEMENT,
    AT_PERSONNEL,
    CHEN_JING,
    CHENS_ROSTER,
    CHENS_STUDIO,
    CHOSEN_BY_HOST,
    CLASS_MEETING,
    DOCUMENT,
    HU_JUN,
    HU_NAMED,
    HUS,
    LAST_DAY,
    LI_NA,
    MEMBER,
    OPENED,
    PAIR,
    PLAN_NOTED,
    PLAQUE_DAY,
    REINSTATED,
    REMOVED,
    SESSION_DAY,
    SIGNED,
    WANGS_STUDIO,
    folded,
    happened,
    held,
    listed,
    pending_removal,
    planned,
)

BOTH, BOTH_OFFICES = ("host", "trainee"), ("personnel", "student_affairs")
ROLL_CLOSED = RollClosed(session_id=CLASS_MEETING, studio_id=CHENS_STUDIO)
MARKED = RollMarked(present=(HU_JUN,), absent={LI_NA: "late"})
CYCLE_OVER = CycleEnded(studio_id=CHENS_STUDIO, ends_on=LAST_DAY)
EMPTY_ROSTER = RosterRow(
    CHENS_STUDIO, CHEN_JING, state="open", is_plan_filed=False, plaqued_on=None, ends_on=None, members=(),
    sessions_planned=0, sessions_settled=0,
)  # fmt: skip
A_YEAR = (12, 12, 12)
ACTIVE_ROSTER = replace(
    EMPTY_ROSTER, state="active", is_plan_filed=True, plaqued_on=PLAQUE_DAY, ends_on=LAST_DAY, sessions_a_year=A_YEAR
)
SCHEDULED = Scheduled(CLASS_MEETING, SESSION_DAY, "A201", "主题班会", 4)
CHOSEN = MembershipRow(
    CHENS_STUDIO, HU_JUN, CHEN_JING, state="proposed", chosen_by=("host",), has_agreement=False, signed_by=(),
    receipts=(), plan_filed=False, host_points=None,
)  # fmt: skip
SIGNED_ROW = replace(CHOSEN, state="matched", chosen_by=BOTH, has_agreement=True, signed_by=BOTH)
JOINED_ROW = replace(SIGNED_ROW, state="joined", receipts=BOTH_OFFICES)
HELD_ROW = SessionRow(
    CHENS_STUDIO, CHEN_JING, SESSION_DAY, "A201", "主题班会", 4, (HU_JUN, LI_NA), date(2023, 5, 14),
    present=(), absent=None, is_closed=False,
)  # fmt: skip
CLOSE_ROLL_DUE = Due(ask="CloseRoll", body={"session_id": str(CLASS_MEETING)}, on=date(2023, 5, 14), cause=7)
END_CYCLE_DUE = Due(ask="EndCycle", body={"studio_id": str(CHENS_STUDIO)}, on=date(2026, 4, 25), cause=7)
CONFIRM_DUE = Due(
    ask="ConfirmRemoval", body={"membership_id": str(HUS)}, since=SESSION_DAY, workdays=5, rules=0, cause=7)  # fmt: skip
PENDING = pending_removal(CLASS_MEETING)
PENDING_ROW = Removal(1, 1, 9, (CLASS_MEETING,), SESSION_DAY, 5)
OBJECTED = ObjectionRaised(**HU_NAMED, reason="当日公派")
DISMISSED = ObjectionAnswered(
    **HU_NAMED, upheld=False, reason="没有公派记录", since=SESSION_DAY, objection_workdays=5
)  # fmt: skip
LIFTED = RemovalLifted(**HU_NAMED, year=1, because="correction")
DECISIONS = {"CloseRoll": (Session, sessions), "EvaluateTrainee": (Membership, memberships)}
"""The commands that need If-Match: which aggregate they decide, which rows give the ETag."""


def attended(person: Any, hours: int = 4) -> SessionAttended:
    return SessionAttended(session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, person_id=person, class_hours=hours)


def counted(absent: int, absences_left: int) -> AttendanceCounted:
    return AttendanceCounted(
        **HU_NAMED, host_id=CHEN_JING, year=1, obliged=5, attended=3, absent=absent, excluded=1, attended_hours=12,
        denominator=9, absences_left=absences_left,
    )  # fmt: skip


def year_end(year: int, on: date) -> Due:
    return Due(ask="EndProjectYear", body={"studio_id": str(CHENS_STUDIO), "year": year}, on=on, cause=7)


def missed(person: Any) -> SessionMissed:
    return SessionMissed(session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, person_id=person, kind="late")


def left(reason: str) -> MemberLeft:
    return MemberLeft(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, reason=reason)


def row(model: ReadModel[Any], stream_id: Any, *events: Any) -> Any:
    return folded(model, *(happened(event, stream_id) for event in events))[str(stream_id)]


def recorded_by(kind: type[Aggregate]) -> set[type[Any]]:
    """Every event class that an aggregate makes in its methods, and the one that its streams begin with."""
    calls = (node for node in ast.walk(ast.parse(dedent(inspect.getsource(kind)))) if isinstance(node, ast.Call))
    called = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    known = vars(inspect.getmodule(kind))
    return {known[name] for name in called if hasattr(known.get(name), "__event_name__")} | {kind.opens}


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ((), EMPTY_ROSTER),
        (
            (PLAN_NOTED, listed(HU_JUN)),
            replace(EMPTY_ROSTER, is_plan_filed=True, sessions_a_year=A_YEAR, members=(HU_JUN,)),
        ),
        ((PLAN_NOTED, ACTIVE), ACTIVE_ROSTER),
        (
            (PLAN_NOTED, listed(HU_JUN), ACTIVE, planned(), SessionSettled(session_id=CLASS_MEETING)),
            replace(
                ACTIVE_ROSTER,
                members=(HU_JUN,),
                sessions_planned=1,
                sessions_settled=1,
                schedule=(replace(SCHEDULED, state="settled"),),
            ),
        ),
        (
            (PLAN_NOTED, ACTIVE, planned(), SessionCancelled(session_id=CLASS_MEETING)),
            replace(ACTIVE_ROSTER, schedule=(replace(SCHEDULED, state="cancelled"),)),
        ),
        ((PLAN_NOTED, ACTIVE, CYCLE_OVER), replace(ACTIVE_ROSTER, state="cycle_over")),
        (
            (PLAN_NOTED, ACTIVE, StudioRosterClosed(studio_id=CHENS_STUDIO, members=())),
            replace(ACTIVE_ROSTER, state="closed"),
        ),
        (
            (PLAN_NOTED, ACTIVE, RosterEnded(reason="studio_disqualified")),
            replace(ACTIVE_ROSTER, state="studio_disqualified"),
        ),
    ],
    ids=["open", "a member", "active", "a session", "a cancelled session", "cycle over", "closed", "ended"],
)
def test_a_roster_shows_members_sessions_and_how_far_it_is(events: tuple[Any, ...], shown: RosterRow) -> None:
    assert row(rosters, CHENS_ROSTER, OPENED, *events) == shown


def test_who_left_is_no_longer_shown_on_the_roster() -> None:
    events = (
        OPENED,
        listed(HU_JUN),
        listed(LI_NA),
        MemberUnlisted(membership_id=HUS, person_id=HU_JUN, unlisted_on=date(2023, 5, 9)),
    )

    assert row(rosters, CHENS_ROSTER, *events) == replace(EMPTY_ROSTER, members=(LI_NA,))


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ((CHOSEN_BY_HOST,), CHOSEN),
        (PAIR, replace(CHOSEN, state="matched", chosen_by=BOTH)),
        ((*PAIR, AGREEMENT), replace(CHOSEN, state="matched", chosen_by=BOTH, has_agreement=True)),
        (SIGNED, SIGNED_ROW),
        ((*SIGNED, AT_PERSONNEL), replace(SIGNED_ROW, receipts=("personnel",))),
        ((*SIGNED, AT_PERSONNEL, AGREEMENT), replace(SIGNED_ROW, signed_by=())),
        (MEMBER, JOINED_ROW),
        ((*MEMBER, DevelopmentPlanFiled(document=DOCUMENT)), replace(JOINED_ROW, plan_filed=True)),
        (
            (*MEMBER, TraineeEvaluated(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, points=88)),
            replace(JOINED_ROW, host_points=88),
        ),
        ((*MEMBER, left("withdrawn")), replace(JOINED_ROW, state="withdrawn")),
        ((*MEMBER, left("studio_disqualified")), replace(JOINED_ROW, state="studio_disqualified")),
    ],
    ids=["chosen", "matched", "drafted", "signed", "filed", "redrafted", "joined", "plan", "points", "left", "ended"],
)
def test_a_membership_shows_how_far_a_pair_has_come(events: tuple[Any, ...], shown: MembershipRow) -> None:
    assert row(memberships, HUS, *events) == shown


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ((), HELD_ROW),
        ((MARKED,), replace(HELD_ROW, present=(HU_JUN,), absent={str(LI_NA): "late"})),
        (
            (MARKED, attended(HU_JUN), missed(LI_NA), ROLL_CLOSED),
            replace(HELD_ROW, present=(HU_JUN,), absent={str(LI_NA): "late"}, is_closed=True),
        ),
    ],
    ids=["held", "marked", "closed"],
)
def test_a_session_shows_its_roll(events: tuple[Any, ...], shown: SessionRow) -> None:
    assert row(sessions, CLASS_MEETING, held(HU_JUN, LI_NA), *events) == shown


def test_attendance_is_shown_by_studio_person_and_project_year() -> None:
    first, second = counted(absent=1, absences_left=1), counted(absent=2, absences_left=0)
    warned = AbsenceWarned(**HU_NAMED, year=1, part=6, absent=2, denominator=9)
    told = [first, second, warned, replace(first, year=2), replace(first, studio_id=WANGS_STUDIO)]
    row_ = AttendanceRow(CHENS_STUDIO, CHEN_JING, HUS, HU_JUN, 1, 5, 3, 2, 1, 12, 9, 0, warned=(6,))

    assert folded(attendance, *(happened(event, CLASS_MEETING) for event in told)) == {
        f"{CHENS_STUDIO}:{HU_JUN}:1": row_,
        f"{CHENS_STUDIO}:{HU_JUN}:2": replace(row_, year=2, absent=1, absences_left=1, warned=()),
        f"{WANGS_STUDIO}:{HU_JUN}:1": replace(row_, studio_id=WANGS_STUDIO, absent=1, absences_left=1, warned=()),
    }


@pytest.mark.parametrize(
    ("events", "state", "removal"),
    [
        ((), "removal_pending", PENDING_ROW),
        ((OBJECTED,), "removal_pending", replace(PENDING_ROW, objection="raised", reason="当日公派")),
        (
            (OBJECTED, DISMISSED),
            "removal_pending",
            replace(PENDING_ROW, objection="dismissed", reason="当日公派", answer="没有公派记录"),
        ),
        ((LIFTED,), "joined", None),
        ((REMOVED,), "removed", PENDING_ROW),
        ((REMOVED, REINSTATED), "joined", None),
    ],
    ids=["pending", "objected", "dismissed", "lifted", "removed", "reinstated"],
)
def test_a_membership_shows_its_removal_with_the_numbers(events: tuple[Any, ...], state: str, removal: Any) -> None:
    shown = row(memberships, HUS, *MEMBER, PENDING, *events)

    assert (shown.state, shown.removal) == (state, removal)


def test_a_membership_shows_whether_it_is_a_trainees() -> None:
    shown = row(memberships, HUS, replace(CHOSEN_BY_HOST, kind="supplementary"), *PAIR[1:])

    assert shown.kind == "supplementary"


def test_a_corrected_roll_shows_what_it_says_now_and_what_it_said_before() -> None:
    correction = RollCorrected(
        session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, person_id=LI_NA, before="late", after="present",
        reason="签到表",
    )  # fmt: skip
    shown = row(sessions, CLASS_MEETING, held(HU_JUN, LI_NA), MARKED, missed(LI_NA), ROLL_CLOSED, correction)

    assert (shown.present, shown.absent) == ((HU_JUN, LI_NA), {})
    assert shown.corrections == (Correction(LI_NA, "late", "present", "签到表", SESSION_DAY, None),)


def test_a_correction_to_an_absence_shows_it() -> None:
    correction = RollCorrected(
        session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, person_id=HU_JUN, before="present", after="unexcused",
        reason="签到表",
    )  # fmt: skip
    shown = row(sessions, CLASS_MEETING, held(HU_JUN, LI_NA), MARKED, ROLL_CLOSED, correction)

    assert (shown.present, shown.absent) == ((), {str(LI_NA): "late", str(HU_JUN): "unexcused"})


def test_the_end_of_each_project_year_but_the_last_is_on_the_agenda() -> None:
    shown = folded(agenda, happened(ACTIVE, CHENS_ROSTER))

    assert shown == {
        str(CHENS_ROSTER): END_CYCLE_DUE,
        f"{CHENS_ROSTER}:1": year_end(1, date(2024, 4, 25)),
        f"{CHENS_ROSTER}:2": year_end(2, date(2025, 4, 25)),
    }


def test_a_year_that_ended_is_no_longer_on_the_agenda() -> None:
    ended = ProjectYearEnded(studio_id=CHENS_STUDIO, year=1)

    assert folded(agenda, happened(ACTIVE, CHENS_ROSTER), happened(ended, CHENS_ROSTER))[f"{CHENS_ROSTER}:1"] is None


@pytest.mark.parametrize(
    ("stream_id", "events", "due"),
    [
        (CLASS_MEETING, (held(HU_JUN),), CLOSE_ROLL_DUE),
        (CLASS_MEETING, (held(HU_JUN), ROLL_CLOSED), None),
        (CHENS_ROSTER, (ACTIVE,), END_CYCLE_DUE),
        (CHENS_ROSTER, (ACTIVE, CYCLE_OVER), None),
        (CHENS_ROSTER, (ACTIVE, RosterEnded(reason="studio_closed")), None),
        (HUS, (PENDING,), CONFIRM_DUE),
        (HUS, (PENDING, OBJECTED), None),
        (HUS, (PENDING, OBJECTED, DISMISSED), CONFIRM_DUE),
        (HUS, (PENDING, LIFTED), None),
        (HUS, (PENDING, REMOVED), None),
        (HUS, (PENDING, left("withdrawn")), None),
    ],
    ids=[
        "open roll",
        "closed roll",
        "running cycle",
        "cycle over",
        "studio ended",
        "removal pending",
        "objected",
        "dismissed",
        "lifted",
        "removed",
        "withdrawn",
    ],
)
def test_time_closes_open_rolls_ends_running_cycles_and_removes(
    stream_id: Any, events: tuple[Any, ...], due: Due | None
) -> None:
    assert row(agenda, stream_id, *events) == due


@pytest.mark.parametrize("ask", ["CloseRoll", "EndCycle", "EndProjectYear", "ConfirmRemoval"])
def test_what_a_due_asks_for_is_a_command_of_membership(ask: str) -> None:
    assert service.command_named(ask) in service.handlers


@pytest.mark.parametrize(("kind", "model"), DECISIONS.values(), ids=DECISIONS)
def test_the_rows_that_a_decision_rests_on_are_of_the_streams_newest_version(
    kind: type[Aggregate], model: ReadModel[Any]
) -> None:
    assert recorded_by(kind) <= set(model.facts)


def test_these_are_all_the_decisions() -> None:
    need_if_match = {
        route.operation_id
        for route in service.routes.routes
        if "If-Match" in [parameter["name"] for parameter in (route.openapi_extra or {}).get("parameters", [])]
    }

    assert need_if_match == set(DECISIONS)
