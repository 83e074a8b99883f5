"""A member may leave at any time; when the studio ends, memberships close and everybody is free again."""

from datetime import date
from typing import Any

import pytest

from services.membership.commands import EndJoining, EndRoster, Withdraw, end_joining, end_roster, withdraw
from services.membership.events import Disengaged, JoiningEnded, MemberUnlisted, PairNoted, RosterEnded
from shared.kernel.people import Role
from shared.kernel.published import MemberLeft
from tests.membership.examples import (
    ACTIVE,
    CHEN_JING,
    CHENS_STUDIO,
    CHOSEN_BY_TRAINEE,
    HU_JUN,
    HUS,
    LI_NA,
    LIS,
    MEMBER,
    PAIR,
    PLAN_NOTED,
    WANGS_STUDIO,
    engaged,
    listed,
    member,
    membership,
    roster,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("SIL-05", "A.9-10", "AMB-16")

WITHDRAW = Withdraw(membership_id=HUS)
PAIR_NOTED = PairNoted(membership_id=HUS)
FREE, UNLISTED = (
    Disengaged(studio_id=CHENS_STUDIO),
    MemberUnlisted(membership_id=HUS, person_id=HU_JUN, unlisted_on=date(2023, 3, 27)),
)
RUNNING = (PLAN_NOTED, listed(HU_JUN), ACTIVE)
END_JOINING = EndJoining(studio_id=CHENS_STUDIO)


def hu_left(reason: str = "withdrawn") -> MemberLeft:
    return MemberLeft(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, reason=reason)


def li_left(reason: str) -> MemberLeft:
    return MemberLeft(studio_id=CHENS_STUDIO, membership_id=LIS, person_id=LI_NA, reason=reason)


def hu(*streams: Any) -> Given:
    return given(*streams).by(Role.TRAINEE, HU_JUN)


def ended(reason: str) -> RosterEnded:
    return RosterEnded(reason=reason, ended_on=date(2023, 3, 27))


def ending(reason: str) -> EndRoster:
    return EndRoster(studio_id=CHENS_STUDIO, reason=reason)


def test_a_member_withdraws_and_is_free_again() -> None:
    hu(roster(*RUNNING), membership(*MEMBER), engaged(HU_JUN)).when(withdraw, WITHDRAW).then(hu_left(), UNLISTED, FREE)


def test_a_matched_trainee_withdraws_before_joining() -> None:
    hu(roster(PAIR_NOTED), membership(*PAIR), engaged(HU_JUN)).when(withdraw, WITHDRAW).then(hu_left(), UNLISTED, FREE)


def test_a_choice_is_taken_back_before_it_is_answered() -> None:
    hu(roster(), membership(CHOSEN_BY_TRAINEE)).when(withdraw, WITHDRAW).then(hu_left())


def test_taking_a_choice_back_does_not_leave_the_studio_one_belongs_to() -> None:
    belongs_to_wang = engaged(HU_JUN, studio_id=WANGS_STUDIO)

    hu(roster(), membership(CHOSEN_BY_TRAINEE), belongs_to_wang).when(withdraw, WITHDRAW).then(hu_left())


def test_a_member_withdraws_also_after_the_mid_term() -> None:
    hu(roster(*RUNNING, JoiningEnded()), membership(*MEMBER), engaged(HU_JUN)).when(withdraw, WITHDRAW).then(
        hu_left(), UNLISTED, FREE
    )


def test_whoever_has_left_leaves_once() -> None:
    hu(roster(*RUNNING, UNLISTED), membership(*MEMBER, hu_left()), engaged(HU_JUN, FREE)).when(
        withdraw, WITHDRAW
    ).then_nothing()


def test_leaving_again_does_not_touch_the_next_studio() -> None:
    hu(roster(*RUNNING, UNLISTED), membership(*MEMBER, hu_left()), engaged(HU_JUN, studio_id=WANGS_STUDIO)).when(
        withdraw, WITHDRAW
    ).then_nothing()


def test_nobody_withdraws_who_was_never_chosen() -> None:
    hu(roster()).when(withdraw, WITHDRAW).then_unknown()


@pytest.mark.parametrize("reason", ["studio_disqualified", "studio_closed"])
def test_memberships_close_with_the_reason_when_the_studio_is_disqualified_or_closed(reason: str) -> None:
    both = [member(HU_JUN), member(LI_NA), engaged(CHEN_JING), engaged(HU_JUN), engaged(LI_NA)]

    given(roster(*RUNNING, listed(LI_NA)), *both).when(end_roster, ending(reason)).then(
        ended(reason), FREE, hu_left(reason), FREE, li_left(reason), FREE
    )


def test_members_of_a_completed_studio_stay_its_members_and_are_free() -> None:
    given(roster(*RUNNING), member(HU_JUN), engaged(CHEN_JING), engaged(HU_JUN)).when(
        end_roster, ending("completed")
    ).then(ended("completed"), FREE, FREE)


def test_who_left_before_the_studio_ended_keeps_their_own_reason() -> None:
    left = roster(*RUNNING, UNLISTED)

    given(left, member(HU_JUN, hu_left()), engaged(CHEN_JING), engaged(HU_JUN, studio_id=WANGS_STUDIO)).when(
        end_roster, ending("studio_disqualified")
    ).then(ended("studio_disqualified"), FREE)


@pytest.mark.parametrize("reason", ["studio_disqualified", "studio_closed"])
def test_a_matched_trainee_is_free_again_when_the_studio_ends(reason: str) -> None:
    given(roster(PAIR_NOTED), membership(*PAIR), engaged(CHEN_JING), engaged(HU_JUN)).when(
        end_roster, ending(reason)
    ).then(ended(reason), FREE, hu_left(reason), FREE)


def test_a_pair_that_parted_does_not_close_again_with_the_studio() -> None:
    parted = membership(*PAIR, hu_left())

    given(roster(PAIR_NOTED, UNLISTED), parted, engaged(CHEN_JING), engaged(HU_JUN, FREE)).when(
        end_roster, ending("studio_closed")
    ).then(ended("studio_closed"), FREE)


@pytest.mark.parametrize("reason", ["studio_disqualified", "completed"])
def test_a_studio_ends_once(reason: str) -> None:
    ended = roster(*RUNNING, RosterEnded(reason="studio_disqualified"))

    given(ended, member(HU_JUN, hu_left("studio_disqualified")), engaged(HU_JUN, FREE)).when(
        end_roster, ending(reason)
    ).then_nothing()


def test_a_completed_studio_is_not_ended_otherwise_afterwards() -> None:
    completed = roster(*RUNNING, RosterEnded(reason="completed"))

    given(completed, member(HU_JUN), engaged(HU_JUN, FREE)).when(
        end_roster, ending("studio_disqualified")
    ).then_nothing()


@pytest.mark.parametrize(("handler", "asked"), [(end_roster, ending("studio_closed")), (end_joining, END_JOINING)])
def test_what_becomes_of_a_studio_waits_for_its_establishment(handler: Any, asked: Any) -> None:
    given().when(handler, asked).then_waits_for("applications", "studio-established")


def test_joining_ends() -> None:
    given(roster(*RUNNING)).when(end_joining, END_JOINING).then(JoiningEnded())


def test_joining_ends_once() -> None:
    given(roster(*RUNNING, JoiningEnded())).when(end_joining, END_JOINING).then_nothing()
