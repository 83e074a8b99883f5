"""Who was there and who was not is marked until the roll closes, by hand or when the third day is over."""

from typing import Any

import pytest

from services.membership.commands import Absent, CloseRoll, MarkRoll, close_roll, mark_roll
from services.membership.events import RollClosed, RollMarked, SessionMissed, SessionSettled
from shared.kernel.people import Role
from shared.kernel.published import SessionAttended
from tests.membership.examples import (
    ACTIVE,
    CHEN_JING,
    CHENS_STUDIO,
    CLASS_MEETING,
    HU_JUN,
    LI_NA,
    WANG_LEI,
    ZHOU_YAN,
    held,
    planned,
    roster,
    session,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("MEM-07", "A.9-12", "AMB-02")

CLOSE = CloseRoll(session_id=CLASS_MEETING)
ROLL_CLOSED = RollClosed(session_id=CLASS_MEETING, studio_id=CHENS_STUDIO)
SETTLED = SessionSettled(session_id=CLASS_MEETING)
KINDS = ["unexcused", "personal_leave", "sick_leave", "statutory_leave", "official_duty", "late", "left_early"]


def attended(person: Any, hours: int = 4) -> SessionAttended:
    return SessionAttended(session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, person_id=person, class_hours=hours)


def missed(person: Any, kind: str) -> SessionMissed:
    return SessionMissed(session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, person_id=person, kind=kind)


def marking(*present: Any, **absent: str) -> MarkRoll:
    names = {"hu": HU_JUN, "li": LI_NA, "zhou": ZHOU_YAN, "wang": WANG_LEI}
    marks = tuple(Absent(person_id=names[name], kind=kind) for name, kind in absent.items())
    return MarkRoll(session_id=CLASS_MEETING, present=present, absent=marks)


def host(*events: Any) -> Given:
    """The session that Hu Jun, Li Na and Zhou Yan had to attend."""
    return (
        given(roster(ACTIVE, planned()), session(held(HU_JUN, LI_NA, ZHOU_YAN), *events))
        .by(Role.HOST, CHEN_JING)
        .on("2023-05-10")
    )


def test_the_host_marks_who_was_there_and_who_was_not_and_why() -> None:
    host().when(mark_roll, marking(HU_JUN, LI_NA, zhou="sick_leave")).then(
        RollMarked(present=(HU_JUN, LI_NA), absent={ZHOU_YAN: "sick_leave"})
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_reason_of_absence_is_recorded(kind: str) -> None:
    host().when(mark_roll, marking(hu=kind)).then(RollMarked(present=(), absent={HU_JUN: kind}))


def test_marks_may_change_until_the_roll_closes() -> None:
    host(RollMarked(present=(HU_JUN,), absent={})).when(mark_roll, marking(hu="late")).then(
        RollMarked(present=(), absent={HU_JUN: "late"})
    )


@pytest.mark.parametrize("again", [marking(HU_JUN, LI_NA), marking(LI_NA, HU_JUN)])
def test_the_same_marks_again_change_nothing(again: MarkRoll) -> None:
    host(RollMarked(present=(HU_JUN, LI_NA), absent={})).when(mark_roll, again).then_nothing()


@pytest.mark.parametrize("roll", [marking(WANG_LEI), marking(HU_JUN, wang="late")], ids=["present", "absent"])
def test_only_those_on_the_roster_that_day_are_marked(roll: MarkRoll) -> None:
    host().when(mark_roll, roll).then_refused("not-on-roll", "AMB-02", persons=[str(WANG_LEI)])


def test_nobody_is_both_present_and_absent() -> None:
    host().when(mark_roll, marking(HU_JUN, hu="late")).then_refused("present-and-absent", "MEM-07")


@pytest.mark.parametrize("roll", [marking(HU_JUN), marking()], ids=["new marks", "none"])
def test_a_closed_roll_is_frozen(roll: MarkRoll) -> None:
    host(ROLL_CLOSED).when(mark_roll, roll).then_refused("roll-closed", "A.9-12")


def test_a_closed_roll_says_of_each_person_whether_they_were_there() -> None:
    marked = RollMarked(present=(LI_NA,), absent={ZHOU_YAN: "official_duty"})

    host(marked).when(close_roll, CLOSE).then(
        missed(HU_JUN, "unexcused"), attended(LI_NA), missed(ZHOU_YAN, "official_duty"), ROLL_CLOSED, SETTLED
    )


def test_whoever_is_not_marked_was_absent_without_excuse() -> None:
    host().when(close_roll, CLOSE).then(
        missed(HU_JUN, "unexcused"), missed(LI_NA, "unexcused"), missed(ZHOU_YAN, "unexcused"), ROLL_CLOSED, SETTLED
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_closed_roll_keeps_the_reason_of_each_absence(kind: str) -> None:
    marked = RollMarked(present=(LI_NA, ZHOU_YAN), absent={HU_JUN: kind})

    host(marked).when(close_roll, CLOSE).then(
        missed(HU_JUN, kind), attended(LI_NA), attended(ZHOU_YAN), ROLL_CLOSED, SETTLED
    )


def test_the_last_marks_are_those_that_count() -> None:
    marks = (
        RollMarked(present=(), absent={HU_JUN: "late", LI_NA: "late"}),
        RollMarked(present=(HU_JUN, LI_NA, ZHOU_YAN), absent={}),
    )

    host(*marks).when(close_roll, CLOSE).then(
        attended(HU_JUN), attended(LI_NA), attended(ZHOU_YAN), ROLL_CLOSED, SETTLED
    )


@pytest.mark.parametrize("hours", [0, 1, 8])
def test_attendance_carries_the_sessions_class_hours(hours: int) -> None:
    marked = RollMarked(present=(HU_JUN,), absent={})

    given(roster(ACTIVE, planned(hours=hours)), session(held(HU_JUN, hours=hours), marked)).on("2023-05-10").when(
        close_roll, CLOSE
    ).then(attended(HU_JUN, hours), ROLL_CLOSED, SETTLED)


def test_the_roll_of_a_session_that_obliged_nobody_closes_too() -> None:
    given(roster(ACTIVE, planned()), session(held())).on("2023-05-10").when(close_roll, CLOSE).then(
        ROLL_CLOSED, SETTLED
    )


def test_a_roll_closes_once() -> None:
    given(roster(ACTIVE, planned(), SETTLED), session(held(HU_JUN), ROLL_CLOSED)).on("2023-05-10").when(
        close_roll, CLOSE
    ).then_nothing()


@pytest.mark.parametrize(("handler", "asked"), [(mark_roll, marking()), (close_roll, CLOSE)])
def test_a_session_that_was_not_held_has_no_roll(handler: Any, asked: Any) -> None:
    given(roster(ACTIVE, planned())).when(handler, asked).then_unknown()


def test_a_person_named_twice_was_there_once() -> None:
    host().when(mark_roll, marking(HU_JUN, LI_NA, HU_JUN)).then(RollMarked(present=(HU_JUN, LI_NA), absent={}))


def test_no_roll_closes_before_its_sessions_day() -> None:
    host().on("2023-05-09").when(close_roll, CLOSE).then_refused("session-not-yet", "MEM-08", on="2023-05-09")
