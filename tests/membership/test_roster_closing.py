"""The roster closes after the cycle, with every roll closed and each active trainee evaluated."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.membership.commands import CloseRoster, EndCycle, close_roster, end_cycle
from services.membership.events import (
    CycleEnded,
    DevelopmentPlanFiled,
    MemberUnlisted,
    RollClosed,
    RollMarked,
    RosterEnded,
)
from shared.kernel.model import Aggregate
from shared.kernel.published import MemberLeft, RosterEntry, StudioRosterClosed, TraineeEvaluated
from tests.membership.examples import (
    ACTIVE,
    CHENS_STUDIO,
    CLASS_MEETING,
    DOCUMENT,
    HOME_VISIT,
    HU_JUN,
    HUS,
    LAST_DAY,
    LI_NA,
    LIS,
    PLAN_NOTED,
    REINSTATED,
    REMOVED,
    held,
    listed,
    member,
    pending_removal,
    planned,
    roster,
    session,
)
from tests.scenario import given

pytestmark = pytest.mark.rule("MEM-06", "MEM-14", "A.9-3", "A.9-15")

CLOSE, END = CloseRoster(studio_id=CHENS_STUDIO), EndCycle(studio_id=CHENS_STUDIO)
CYCLE_OVER = CycleEnded(studio_id=CHENS_STUDIO, ends_on=LAST_DAY)
RUNNING = (PLAN_NOTED, listed(HU_JUN), ACTIVE, planned())
PLAN_FILED = DevelopmentPlanFiled(document=DOCUMENT)
HU_LEFT = MemberLeft(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, reason="withdrawn")
HU_UNLISTED = MemberUnlisted(membership_id=HUS, person_id=HU_JUN, unlisted_on=date(2023, 5, 9))
NOBODY = StudioRosterClosed(studio_id=CHENS_STUDIO, members=())


def evaluated(person: UUID, membership_id: UUID, points: int) -> TraineeEvaluated:
    return TraineeEvaluated(studio_id=CHENS_STUDIO, membership_id=membership_id, person_id=person, points=points)


def entry(**more: Any) -> RosterEntry:
    """Hu Jun, who attended the one session of four hours and was given 88 points."""
    stood = {
        "person_id": HU_JUN, "membership_id": HUS, "status": "active", "attended_hours": 4, "sessions_obliged": 1,
        "sessions_attended": 1, "unexcused_absences": 0, "host_points": 88, "plan_filed": False,
    }  # fmt: skip
    hours = {"hours_by_year": ({**stood, **more}["attended_hours"], 0, 0)}
    return RosterEntry(**{**stood, **hours, **more})


def closed(*entries: RosterEntry) -> StudioRosterClosed:
    return StudioRosterClosed(studio_id=CHENS_STUDIO, members=entries)


def attended(*present: UUID, id: UUID = CLASS_MEETING, hours: int = 4, **absent: str) -> Aggregate:
    """A closed session that obliged both; `hu` and `li` name the reason of an absence."""
    reasons = {{"hu": HU_JUN, "li": LI_NA}[name]: kind for name, kind in absent.items()}
    return session(
        held(HU_JUN, LI_NA, id=id, hours=hours), RollMarked(present=present, absent=reasons),
        RollClosed(session_id=id, studio_id=CHENS_STUDIO),
    )  # fmt: skip


def hu(*events: Any) -> Aggregate:
    return member(HU_JUN, evaluated(HU_JUN, HUS, 88), *events)


def test_the_roster_says_how_each_member_stands() -> None:
    both = roster(*RUNNING, listed(LI_NA), planned(HOME_VISIT, hours=2), CYCLE_OVER)
    sessions = [attended(HU_JUN, LI_NA), attended(LI_NA, id=HOME_VISIT, hours=2, hu="personal_leave")]
    members = [hu(PLAN_FILED), member(LI_NA, evaluated(LI_NA, LIS, 59))]

    given(both, *members, *sessions).when(close_roster, CLOSE).then(
        closed(
            entry(sessions_obliged=2, plan_filed=True),
            entry(
                person_id=LI_NA, membership_id=LIS, attended_hours=6, sessions_obliged=2, sessions_attended=2,
                host_points=59,
            ),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("marks", "unexcused"),
    [({}, 1), ({"hu": "unexcused"}, 1), ({"hu": "personal_leave"}, 0)],
    ids=["unmarked", "unexcused", "personal leave"],
)
def test_only_an_absence_without_excuse_is_counted_as_such(marks: dict[str, str], unexcused: int) -> None:
    given(roster(*RUNNING, CYCLE_OVER), hu(), attended(**marks)).when(close_roster, CLOSE).then(
        closed(entry(attended_hours=0, sessions_attended=0, unexcused_absences=unexcused))
    )


@pytest.mark.parametrize("kind", ["late", "left_early", "sick_leave"])
def test_who_was_late_left_early_or_was_ill_attended_with_the_sessions_hours(kind: str) -> None:
    given(roster(*RUNNING, CYCLE_OVER), hu(), attended(hu=kind)).when(close_roster, CLOSE).then(closed(entry()))


@pytest.mark.parametrize("kind", ["statutory_leave", "official_duty"])
def test_statutory_leave_and_official_duty_are_in_neither_count(kind: str) -> None:
    given(roster(*RUNNING, CYCLE_OVER), hu(), attended(hu=kind)).when(close_roster, CLOSE).then(
        closed(entry(attended_hours=0, sessions_obliged=0, sessions_attended=0))
    )


def test_sessions_before_joining_do_not_count() -> None:
    before = session(held(), RollClosed(session_id=CLASS_MEETING, studio_id=CHENS_STUDIO))

    given(roster(*RUNNING, CYCLE_OVER), hu(), before).when(close_roster, CLOSE).then(
        closed(entry(attended_hours=0, sessions_obliged=0, sessions_attended=0))
    )


def test_a_session_that_was_planned_but_never_held_does_not_count() -> None:
    unheld = planned(HOME_VISIT)

    given(roster(*RUNNING, unheld, CYCLE_OVER), hu(), attended(HU_JUN)).when(close_roster, CLOSE).then(closed(entry()))


@pytest.mark.parametrize("points", [0, 60, 100])
def test_the_hosts_last_evaluation_stands_on_the_roster(points: int) -> None:
    given(roster(*RUNNING, CYCLE_OVER), hu(evaluated(HU_JUN, HUS, points)), attended(HU_JUN)).when(
        close_roster, CLOSE
    ).then(closed(entry(host_points=points)))


def test_who_withdrew_stands_on_the_roster_as_withdrawn_and_needs_no_evaluation() -> None:
    left = roster(*RUNNING, HU_UNLISTED, CYCLE_OVER)

    given(left, member(HU_JUN, HU_LEFT), attended(HU_JUN)).when(close_roster, CLOSE).then(
        closed(entry(status="withdrawn", host_points=None))
    )


def test_a_supplementary_member_stands_on_no_closing_roster_and_needs_no_evaluation() -> None:
    helper = member(LI_NA, kind="supplementary")
    both = roster(*RUNNING, listed(LI_NA), CYCLE_OVER)

    given(both, hu(), helper, attended(HU_JUN, LI_NA)).when(close_roster, CLOSE).then(closed(entry()))


def test_a_removed_trainee_stands_on_the_roster_as_removed_and_needs_no_evaluation() -> None:
    removed = member(HU_JUN, pending_removal(CLASS_MEETING), REMOVED)

    given(roster(*RUNNING, HU_UNLISTED, CYCLE_OVER), removed, attended()).when(close_roster, CLOSE).then(
        closed(entry(status="removed", attended_hours=0, sessions_attended=0, unexcused_absences=1, host_points=None))
    )


def test_a_reinstated_trainee_counts_as_active() -> None:
    back = hu(pending_removal(CLASS_MEETING), REMOVED, REINSTATED)

    given(roster(*RUNNING, CYCLE_OVER), back, attended(HU_JUN)).when(close_roster, CLOSE).then(closed(entry()))


def test_the_roster_does_not_close_while_a_removal_is_pending() -> None:
    given(roster(*RUNNING, CYCLE_OVER), hu(pending_removal(CLASS_MEETING)), attended()).when(
        close_roster, CLOSE
    ).then_nothing()


def test_a_roster_of_nobody_closes_too() -> None:
    given(roster(PLAN_NOTED, ACTIVE, CYCLE_OVER)).when(close_roster, CLOSE).then(NOBODY)


def test_the_roster_does_not_close_before_the_cycles_end() -> None:
    given(roster(*RUNNING), hu(), attended(HU_JUN)).when(close_roster, CLOSE).then_nothing()


def test_the_roster_does_not_close_while_a_roll_is_open() -> None:
    open_roll = session(held(HU_JUN), RollMarked(present=(HU_JUN,), absent={}))

    given(roster(*RUNNING, CYCLE_OVER), hu(), open_roll).when(close_roster, CLOSE).then_nothing()


def test_the_roster_does_not_close_while_an_active_trainee_lacks_the_evaluation() -> None:
    both = roster(*RUNNING, listed(LI_NA), CYCLE_OVER)

    given(both, hu(), member(LI_NA), attended(HU_JUN, LI_NA)).when(close_roster, CLOSE).then_nothing()


def test_the_roster_closes_once() -> None:
    given(roster(*RUNNING, CYCLE_OVER, closed(entry())), hu(), attended(HU_JUN)).when(
        close_roster, CLOSE
    ).then_nothing()


@pytest.mark.parametrize("reason", ["studio_disqualified", "studio_closed"])
def test_a_studio_that_was_cut_short_has_no_closing_roster(reason: str) -> None:
    given(roster(*RUNNING, CYCLE_OVER, RosterEnded(reason=reason)), hu(), attended(HU_JUN)).when(
        close_roster, CLOSE
    ).then_nothing()


def test_a_roll_that_closes_after_the_final_still_closes_the_roster() -> None:
    completed = roster(*RUNNING, CYCLE_OVER, RosterEnded(reason="completed"))

    given(completed, hu(), attended(HU_JUN)).when(close_roster, CLOSE).then(closed(entry()))


def test_the_cycle_ends() -> None:
    given(roster(PLAN_NOTED, ACTIVE, planned())).on("2026-04-25").when(end_cycle, END).then(CYCLE_OVER)


@pytest.mark.parametrize(
    "history",
    [
        (PLAN_NOTED, ACTIVE, planned(), CYCLE_OVER),
        (*RUNNING, RosterEnded(reason="studio_closed")),
        (PLAN_NOTED,),
    ],
    ids=["over already", "studio ended", "no plaque"],
)
def test_the_cycle_of_a_running_studio_ends_once(history: tuple[Any, ...]) -> None:
    given(roster(*history)).on("2026-04-25").when(end_cycle, END).then_nothing()
