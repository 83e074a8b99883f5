"""A closed roll may be corrected until the roster closes; what rested on the mistake follows (A.9-12)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.membership.commands import CorrectRoll, correct_roll
from services.membership.events import (
    AttendanceCounted,
    Disengaged,
    Engaged,
    MemberListed,
    MemberUnlisted,
    PlanNoted,
    RemovalLifted,
    RemovalPending,
    RollClosed,
    RollCorrected,
    RollMarked,
    RosterEnded,
)
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from shared.kernel.published import StudioRosterClosed
from tests.membership.examples import (
    ACTIVE,
    CHEN_JING,
    CHENS_STUDIO,
    HU_JUN,
    HU_NAMED,
    HUS,
    LI_NA,
    PLAQUE_DAY,
    REINSTATED,
    REMOVED,
    WANGS_STUDIO,
    engaged,
    held,
    listed,
    member,
    pending_removal,
    planned,
    roster,
    session,
)
from tests.scenario import Given, Outcome, given

pytestmark = pytest.mark.rule("A.9-12", "MEM-06", "MEM-07")

IDS = [UUID(int=0x700 + number) for number in range(9)]
KNOWN = tuple(IDS)
PENDING = pending_removal(*IDS[:3], known=KNOWN)
UNLISTED = MemberUnlisted(membership_id=HUS, person_id=HU_JUN, unlisted_on=date(2023, 7, 1))
FREE_AGAIN = engaged(HU_JUN, studio_id=WANGS_STUDIO)


def day_of(number: int) -> date:
    return PLAQUE_DAY + timedelta(days=10 * number)


def roll(number: int, mark: str, *, is_closed: bool = True) -> Aggregate:
    absent = {} if mark == "present" else {HU_JUN: mark}
    marks = RollMarked(present=(HU_JUN,) if mark == "present" else (), absent=absent)
    closed = [RollClosed(session_id=IDS[number], studio_id=CHENS_STUDIO)] if is_closed else []
    return session(held(HU_JUN, id=IDS[number], day=day_of(number)), marks, *closed)


def correction(mark: str, number: int = 0, person: UUID = HU_JUN) -> CorrectRoll:
    return CorrectRoll(session_id=IDS[number], person_id=person, mark=mark, reason="签到表")


def corrected(before: str, after: str, number: int = 0) -> RollCorrected:
    return RollCorrected(
        session_id=IDS[number], studio_id=CHENS_STUDIO, person_id=HU_JUN, before=before, after=after, reason="签到表"
    )  # fmt: skip


def hu(*so_far: Any, marks: str = "aaap", more: tuple[Any, ...] = (), streams: tuple[Aggregate, ...] = ()) -> Given:
    """Nine sessions planned; `marks` of those held: a for absent, d for official duty, p for present."""
    kinds = {"a": "unexcused", "d": "official_duty", "p": "present"}
    rolls = [roll(number, kinds[mark]) for number, mark in enumerate(marks)]
    sessions = (planned(id, day_of(number)) for number, id in enumerate(IDS))
    running = roster(PlanNoted(sessions_a_year=(9, 9, 9)), listed(HU_JUN), ACTIVE, *sessions, *more)
    known = streams or (engaged(HU_JUN),)
    return given(running, member(HU_JUN, *so_far), *rolls, *known).by(Role.HOST, CHEN_JING).on("2023-07-05")


def without_counts(outcome: Outcome) -> list[Any]:
    assert outcome.said is None, outcome.said
    return [event for event in outcome.events if not isinstance(event, AttendanceCounted)]


def test_a_corrected_mark_says_what_it_was_and_why_it_changed() -> None:
    outcome = hu(marks="ap").when(correct_roll, correction("present"))

    assert outcome.events == [
        corrected("unexcused", "present"),
        AttendanceCounted(
            **HU_NAMED, host_id=CHEN_JING, year=1, obliged=2, attended=2, absent=0, excluded=0, attended_hours=8,
            denominator=9, absences_left=2,
        ),
    ]  # fmt: skip


def test_the_same_mark_again_changes_nothing() -> None:
    hu(marks="ap").when(correct_roll, correction("unexcused")).then_nothing()


def test_an_open_roll_is_marked_not_corrected() -> None:
    open_roll = roll(5, "present", is_closed=False)

    hu(streams=(open_roll,)).when(correct_roll, correction("late", 5)).then_refused("roll-open", "A.9-12")


def test_only_who_had_to_be_there_is_corrected() -> None:
    hu().when(correct_roll, correction("present", person=LI_NA)).then_refused(
        "not-on-roll", "AMB-02", persons=[str(LI_NA)]
    )


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (StudioRosterClosed(studio_id=CHENS_STUDIO, members=()), "closed"),
        (RosterEnded(reason="studio_disqualified"), "studio_disqualified"),
    ],
    ids=["closed", "disqualified"],
)
def test_nothing_is_corrected_once_the_roster_is_closed_or_the_studio_cut(ending: Any, reason: str) -> None:
    hu(more=(ending,)).when(correct_roll, correction("present")).then_refused("roster-ended", "AMB-16", reason=reason)


def test_a_completed_studios_rolls_may_be_corrected_until_its_roster_closes() -> None:
    outcome = hu(marks="ap", more=(RosterEnded(reason="completed"),)).when(correct_roll, correction("present"))

    assert without_counts(outcome) == [corrected("unexcused", "present")]


def test_a_correction_below_a_third_lifts_the_pending_removal() -> None:
    outcome = hu(PENDING).when(correct_roll, correction("present"))

    assert RemovalLifted(**HU_NAMED, year=1, because="correction") in outcome.events
    assert not [event for event in outcome.events if isinstance(event, RemovalPending)]


def test_official_duty_instead_of_absence_lifts_it_too_with_one_session_less() -> None:
    outcome = hu(PENDING).when(correct_roll, correction("official_duty"))

    assert RemovalLifted(**HU_NAMED, year=1, because="correction") in outcome.events


def test_a_correction_that_leaves_a_third_leaves_the_removal_pending() -> None:
    four = pending_removal(*IDS[:4], known=KNOWN)

    assert without_counts(hu(four, marks="aaaap").when(correct_roll, correction("present"))) == [
        corrected("unexcused", "present")
    ]


@pytest.mark.rule("AMB-03")
def test_sessions_added_since_do_not_help_a_pending_removal() -> None:
    more = tuple(planned(UUID(int=0x800 + n), date(2023, 12, 1)) for n in range(9))

    assert without_counts(hu(PENDING, marks="aaap", more=more).when(correct_roll, correction("personal_leave"))) == [
        corrected("unexcused", "personal_leave")
    ]


def test_a_correction_may_bring_a_trainee_to_a_third() -> None:
    outcome = hu(marks="aapp").when(correct_roll, correction("unexcused", 3))

    assert [event.session_ids for event in outcome.events if isinstance(event, RemovalPending)] == [
        (IDS[0], IDS[1], IDS[3])
    ]


def test_a_removal_in_effect_that_lost_its_ground_is_undone() -> None:
    free = engaged(HU_JUN, Disengaged(studio_id=CHENS_STUDIO))
    outcome = hu(PENDING, REMOVED, more=(UNLISTED,), streams=(free,)).when(correct_roll, correction("present"))

    told = without_counts(outcome)
    assert told[0] == corrected("unexcused", "present")
    assert REINSTATED in told
    assert MemberListed(membership_id=HUS, person_id=HU_JUN, listed_on=date(2023, 7, 5)) in told
    assert Engaged(studio_id=CHENS_STUDIO) in told


def test_sessions_held_since_without_the_removed_trainee_do_not_keep_them_out() -> None:
    later = [
        session(
            held(id=IDS[n], day=day_of(n)), RollClosed(session_id=IDS[n], studio_id=CHENS_STUDIO)
        )
        for n in range(4, 8)
    ]  # fmt: skip
    free = engaged(HU_JUN, Disengaged(studio_id=CHENS_STUDIO))

    removed = replace(UNLISTED, unlisted_on=date(2023, 6, 1))

    outcome = hu(PENDING, REMOVED, more=(removed,), streams=(free, *later)).when(correct_roll, correction("present"))

    assert REINSTATED in outcome.events
    assert not [event for event in outcome.events if isinstance(event, RemovalPending)]


@pytest.mark.rule("AMB-25")
def test_who_belongs_to_another_studio_by_now_is_not_taken_back() -> None:
    outcome = hu(PENDING, REMOVED, more=(UNLISTED,), streams=(FREE_AGAIN,)).when(correct_roll, correction("present"))

    assert without_counts(outcome) == [corrected("unexcused", "present")]


def test_a_correction_that_leaves_a_third_leaves_the_removed_removed() -> None:
    outcome = hu(PENDING, REMOVED, more=(UNLISTED,)).when(correct_roll, correction("personal_leave"))

    assert without_counts(outcome) == [corrected("unexcused", "personal_leave")]
