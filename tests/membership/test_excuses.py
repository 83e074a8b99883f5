"""A trainee asks to be excused, the host answers; a granted excuse stands on the open roll (MEM-07)."""

from typing import Any
from uuid import UUID

import pytest

from services.membership.aggregates.excuses import Excuses
from services.membership.commands import (
    Absent,
    AnswerExcuse,
    HandInExcuse,
    HoldSession,
    MarkRoll,
    answer_excuse,
    hand_in_excuse,
    hold_session,
    mark_roll,
)
from services.membership.events import ExcuseAnswered, ExcuseHandedIn, RollClosed, RollMarked, RosterEnded
from services.membership.read_models.excuses import ExcuseRow, excuses
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from tests.membership.examples import (
    ACTIVE,
    CHEN_JING,
    CHENS_STUDIO,
    CLASS_MEETING,
    DOCUMENT,
    HOME_VISIT,
    HU_JUN,
    LI_NA,
    SESSION_DAY,
    folded,
    happened,
    held,
    listed,
    member,
    planned,
    roster,
    session,
)
from tests.scenario import Given, given, stream

pytestmark = pytest.mark.rule("MEM-07", "AMB-04")

EXCUSE_ID = UUID(int=0x99)
HAND_IN = HandInExcuse(
    studio_id=CHENS_STUDIO, session_id=CLASS_MEETING, excuse_id=EXCUSE_ID, kind="official_duty", reason="市里会议"
)
HANDED_IN = ExcuseHandedIn(
    excuse_id=EXCUSE_ID, session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, host_id=CHEN_JING, person_id=HU_JUN,
    kind="official_duty", document=None, reason="市里会议",
)  # fmt: skip
GRANT = AnswerExcuse(session_id=CLASS_MEETING, excuse_id=EXCUSE_ID, granted=True, reason="属实")
DECLINE = AnswerExcuse(session_id=CLASS_MEETING, excuse_id=EXCUSE_ID, granted=False, reason="无通知")
HOLD = HoldSession(studio_id=CHENS_STUDIO, session_id=CLASS_MEETING)
CLOSED = RollClosed(session_id=CLASS_MEETING, studio_id=CHENS_STUDIO)
EXCUSED = RollMarked(present=(), absent={HU_JUN: "official_duty"})
SICK = {"kind": "sick_leave", "reason": "住院"}


def answered(*, granted: bool) -> ExcuseAnswered:
    return ExcuseAnswered(
        excuse_id=EXCUSE_ID, session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, person_id=HU_JUN, granted=granted,
        reason="属实" if granted else "无通知",
    )  # fmt: skip


def handed_in(*events: Any) -> Aggregate:
    return stream(Excuses, Excuses.id_for(CLASS_MEETING), *(events or (HANDED_IN,)))


def hu(*streams: Any, more: tuple[Any, ...] = ()) -> Given:
    running = roster(listed(HU_JUN), ACTIVE, planned(), *more)
    return given(running, member(HU_JUN), *streams).on("2023-05-10").by(Role.TRAINEE, HU_JUN)


def chen(*streams: Any, more: tuple[Any, ...] = ()) -> Given:
    return hu(*streams, more=more).by(Role.HOST, CHEN_JING)


def test_a_trainee_asks_before_the_session() -> None:
    hu().when(hand_in_excuse, HAND_IN).then(HANDED_IN)


@pytest.mark.parametrize("roll", [(), (CLOSED,)], ids=["open roll", "closed roll"])
def test_a_trainee_asks_after_the_session(roll: tuple[Any, ...]) -> None:
    hu(session(held(HU_JUN), *roll)).when(hand_in_excuse, HAND_IN).then(HANDED_IN)


def test_the_same_excuse_again_changes_nothing_and_its_id_is_taken() -> None:
    hu(handed_in()).when(hand_in_excuse, HAND_IN).then_nothing()
    other = HandInExcuse(
        studio_id=CHENS_STUDIO, session_id=CLASS_MEETING, excuse_id=EXCUSE_ID, kind="personal_leave", reason="家事"
    )
    hu(handed_in()).when(hand_in_excuse, other).then_refused("id-taken", None)


def test_who_did_not_have_to_be_there_needs_no_excuse() -> None:
    hu(session(held(LI_NA))).when(hand_in_excuse, HAND_IN).then_refused("not-on-roll", "AMB-02", persons=[str(HU_JUN)])


def test_who_is_no_member_hands_nothing_in() -> None:
    hu().by(Role.TRAINEE, LI_NA).when(hand_in_excuse, HAND_IN).then_unknown()


def test_a_session_that_is_not_planned_is_unknown() -> None:
    unplanned = HandInExcuse(
        studio_id=CHENS_STUDIO, session_id=HOME_VISIT, excuse_id=EXCUSE_ID, kind="official_duty", reason="会议"
    )
    hu().when(hand_in_excuse, unplanned).then_unknown()


def test_after_the_roster_ended_nothing_is_handed_in() -> None:
    hu(more=(RosterEnded(reason="studio_closed"),)).when(hand_in_excuse, HAND_IN).then_refused("roster-ended", "AMB-16")


def test_sick_leave_is_asked_for_with_its_proof_unless_the_settings_need_none() -> None:
    ill = HandInExcuse(studio_id=CHENS_STUDIO, session_id=CLASS_MEETING, excuse_id=EXCUSE_ID, **SICK)

    hu().when(hand_in_excuse, ill).then_refused("sick-leave-unproven", "AMB-04")
    assert hu().under(sick_leave_needs_proof=False).when(hand_in_excuse, ill).said is None


def test_granted_it_stands_on_the_open_roll() -> None:
    chen(handed_in(), session(held(HU_JUN))).when(answer_excuse, GRANT).then(answered(granted=True), EXCUSED)


def test_declined_it_leaves_the_roll_alone() -> None:
    chen(handed_in(), session(held(HU_JUN))).when(answer_excuse, DECLINE).then(answered(granted=False))


def test_granted_after_the_roll_closed_it_is_the_ground_of_a_correction() -> None:
    chen(handed_in(), session(held(HU_JUN), CLOSED)).when(answer_excuse, GRANT).then(answered(granted=True))


def test_who_was_there_after_all_stays_present() -> None:
    there = RollMarked(present=(HU_JUN,), absent={})

    chen(handed_in(), session(held(HU_JUN), there)).when(answer_excuse, GRANT).then(answered(granted=True))


def test_an_answer_is_given_once() -> None:
    both = handed_in(HANDED_IN, answered(granted=True))

    chen(both, session(held(HU_JUN))).when(answer_excuse, GRANT).then_nothing()
    chen(both, session(held(HU_JUN))).when(answer_excuse, DECLINE).then_refused("excuse-answered", "MEM-07")


def test_there_is_no_answer_to_what_was_not_handed_in() -> None:
    stranger = AnswerExcuse(session_id=CLASS_MEETING, excuse_id=UUID(int=1), granted=True, reason="属实")

    chen(handed_in()).when(answer_excuse, stranger).then_unknown()


def test_granted_before_the_session_it_stands_on_the_roll_from_the_beginning() -> None:
    both = handed_in(HANDED_IN, answered(granted=True))

    chen(both).when(hold_session, HOLD).then(held(HU_JUN), EXCUSED)


def test_new_marks_do_not_wipe_a_granted_excuse_but_presence_does() -> None:
    both = handed_in(HANDED_IN, answered(granted=True))
    unexcused = MarkRoll(session_id=CLASS_MEETING, absent=(Absent(person_id=HU_JUN, kind="unexcused"),))
    present = MarkRoll(session_id=CLASS_MEETING, present=(HU_JUN,))

    chen(both, session(held(HU_JUN))).when(mark_roll, unexcused).then(EXCUSED)
    chen(both, session(held(HU_JUN))).when(mark_roll, present).then(RollMarked(present=(HU_JUN,), absent={}))


def test_the_document_of_a_granted_sick_leave_is_its_proof() -> None:
    ill = ExcuseHandedIn(
        excuse_id=EXCUSE_ID, session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, host_id=CHEN_JING, person_id=HU_JUN,
        document=DOCUMENT, **SICK,
    )  # fmt: skip
    roll = MarkRoll(session_id=CLASS_MEETING, proofs={})

    chen(handed_in(ill, answered(granted=True)), session(held(HU_JUN))).when(mark_roll, roll).then(
        RollMarked(present=(), absent={HU_JUN: "sick_leave"}, proofs={HU_JUN: DOCUMENT})
    )


def test_excuses_are_shown_with_their_answers() -> None:
    row = ExcuseRow(
        EXCUSE_ID, CLASS_MEETING, CHENS_STUDIO, CHEN_JING, HU_JUN, "official_duty", "市里会议", SESSION_DAY, None,
        granted=True, answer="属实",
    )  # fmt: skip

    assert folded(excuses, happened(HANDED_IN), happened(answered(granted=True))) == {str(EXCUSE_ID): row}
