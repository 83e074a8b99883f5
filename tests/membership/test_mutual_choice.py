"""Host and trainee choose each other, in either order; a person belongs to one studio at a time."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.membership.aggregates.membership import Membership
from services.membership.commands import ChooseHost, ChooseTrainee, OpenRoster, choose_host, choose_trainee, open_roster
from services.membership.events import Disengaged, Engaged, JoiningEnded, PairNoted, Proposed, RosterEnded, RosterOpened
from shared.kernel.people import Role
from shared.kernel.published import MemberLeft, PairMatched, StudioRosterClosed
from tests.membership.examples import (
    CHEN_JING,
    CHENS_STUDIO,
    CHOSEN_BY_HOST,
    CHOSEN_BY_TRAINEE,
    HU_JUN,
    HUS,
    HUS_WITH_WANG,
    LI_NA,
    LIS,
    MATCHED,
    MEMBER,
    OPENED,
    PAIR,
    REMOVED,
    WANG_LEI,
    WANGS_STUDIO,
    engaged,
    member,
    membership,
    pending_removal,
    roster,
    wangs_roster,
)
from tests.scenario import Given, given, stream

pytestmark = pytest.mark.rule("MEM-01", "AMB-25", "A.9-10")

CHOOSE_HU = ChooseTrainee(studio_id=CHENS_STUDIO, person_id=HU_JUN)
CHOOSE_CHEN, CHOOSE_WANG = ChooseHost(studio_id=CHENS_STUDIO), ChooseHost(studio_id=WANGS_STUDIO)
BELONGS_TO_CHEN, BELONGS_TO_WANG = Engaged(studio_id=CHENS_STUDIO), Engaged(studio_id=WANGS_STUDIO)
CHOSEN_BY_WANG = Proposed(studio_id=WANGS_STUDIO, person_id=HU_JUN, host_id=WANG_LEI, by="host")
CHOOSES_WANG = Proposed(studio_id=WANGS_STUDIO, person_id=HU_JUN, host_id=WANG_LEI, by="trainee")
MATCHED_WITH_WANG = PairMatched(studio_id=WANGS_STUDIO, membership_id=HUS_WITH_WANG, person_id=HU_JUN)
HU_LEFT = MemberLeft(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, reason="withdrawn")
FREE_OF_CHEN = Disengaged(studio_id=CHENS_STUDIO)
CHOICES = pytest.mark.parametrize(
    ("handler", "choice"), [(choose_trainee, CHOOSE_HU), (choose_host, CHOOSE_CHEN)], ids=["host", "trainee"]
)


def chen(*streams: Any) -> Given:
    return given(*streams).by(Role.HOST, CHEN_JING)


def hu(*streams: Any) -> Given:
    return given(*streams).by(Role.TEACHER, HU_JUN)


def test_a_host_chooses_a_trainee() -> None:
    chen(roster()).when(choose_trainee, CHOOSE_HU).then(CHOSEN_BY_HOST)


def test_a_trainee_chooses_a_studio() -> None:
    hu(roster()).when(choose_host, CHOOSE_CHEN).then(CHOSEN_BY_TRAINEE)


def test_the_hosts_choice_after_the_trainees_makes_a_pair() -> None:
    chen(roster(), membership(CHOSEN_BY_TRAINEE)).when(choose_trainee, CHOOSE_HU).then(
        CHOSEN_BY_HOST, MATCHED, BELONGS_TO_CHEN, PairNoted(membership_id=HUS)
    )


def test_the_trainees_choice_after_the_hosts_makes_a_pair() -> None:
    hu(roster(), membership(CHOSEN_BY_HOST)).when(choose_host, CHOOSE_CHEN).then(
        CHOSEN_BY_TRAINEE, MATCHED, BELONGS_TO_CHEN, PairNoted(membership_id=HUS)
    )


def test_a_host_who_chose_already_changes_nothing() -> None:
    chen(roster(), membership(CHOSEN_BY_HOST)).when(choose_trainee, CHOOSE_HU).then_nothing()


def test_a_trainee_who_chose_already_changes_nothing() -> None:
    hu(roster(), membership(CHOSEN_BY_TRAINEE)).when(choose_host, CHOOSE_CHEN).then_nothing()


@CHOICES
@pytest.mark.parametrize("history", [PAIR, MEMBER], ids=["matched", "joined"])
def test_a_pair_that_chose_each_other_chooses_once(history: tuple[Any, ...], handler: Any, choice: Any) -> None:
    hu(roster(), membership(*history), engaged(HU_JUN)).when(handler, choice).then_nothing()


def test_several_hosts_may_choose_one_person() -> None:
    given(wangs_roster(), membership(CHOSEN_BY_HOST)).by(Role.HOST, WANG_LEI).when(
        choose_trainee, ChooseTrainee(studio_id=WANGS_STUDIO, person_id=HU_JUN)
    ).then(CHOSEN_BY_WANG)


def test_a_member_of_one_studio_does_not_become_another_studios() -> None:
    wanted_by_wang = stream(Membership, HUS_WITH_WANG, CHOSEN_BY_WANG)

    hu(wangs_roster(), wanted_by_wang, engaged(HU_JUN)).when(choose_host, CHOOSE_WANG).then_refused(
        "already-engaged", "AMB-25", studio_id=str(CHENS_STUDIO)
    )


def test_whoever_left_a_studio_may_join_another() -> None:
    wanted_by_wang = stream(Membership, HUS_WITH_WANG, CHOSEN_BY_WANG)

    hu(wangs_roster(), wanted_by_wang, engaged(HU_JUN, FREE_OF_CHEN)).when(choose_host, CHOOSE_WANG).then(
        CHOOSES_WANG, MATCHED_WITH_WANG, BELONGS_TO_WANG, PairNoted(membership_id=HUS_WITH_WANG)
    )


@pytest.mark.parametrize(
    ("role", "handler", "choice"),
    [
        (Role.HOST, choose_trainee, ChooseTrainee(studio_id=CHENS_STUDIO, person_id=CHEN_JING)),
        (Role.TEACHER, choose_host, CHOOSE_CHEN),
    ],
    ids=["as host", "as trainee"],
)
def test_a_host_is_not_their_own_trainee(role: Role, handler: Any, choice: Any) -> None:
    given(roster()).by(role, CHEN_JING).when(handler, choice).then_refused("host-as-trainee", "AMB-25")


def test_a_host_is_not_another_hosts_trainee() -> None:
    chosen = Proposed(studio_id=WANGS_STUDIO, person_id=CHEN_JING, host_id=WANG_LEI, by="host")
    wanted_by_wang = stream(Membership, Membership.id_for(WANGS_STUDIO, CHEN_JING), chosen)

    given(wangs_roster(), wanted_by_wang, engaged(CHEN_JING)).by(Role.TEACHER, CHEN_JING).when(
        choose_host, CHOOSE_WANG
    ).then_refused("already-engaged", "AMB-25", studio_id=str(CHENS_STUDIO))


@CHOICES
def test_whoever_left_a_studio_does_not_come_back_to_it(handler: Any, choice: Any) -> None:
    hu(roster(), membership(*MEMBER, HU_LEFT)).when(handler, choice).then_refused("membership-over", "SIL-05")


@CHOICES
def test_nobody_joins_after_the_mid_term_took_effect(handler: Any, choice: Any) -> None:
    hu(roster(JoiningEnded())).when(handler, choice).then_refused("joining-over", "A.9-10")


@CHOICES
@pytest.mark.parametrize("reason", ["studio_disqualified", "studio_closed", "completed"])
def test_nobody_joins_a_studio_that_has_ended(handler: Any, choice: Any, reason: str) -> None:
    hu(roster(RosterEnded(reason=reason))).when(handler, choice).then_refused("roster-ended", "AMB-16", reason=reason)


@CHOICES
def test_nobody_joins_once_the_roster_is_closed(handler: Any, choice: Any) -> None:
    closed = StudioRosterClosed(studio_id=CHENS_STUDIO, members=())

    hu(roster(closed)).when(handler, choice).then_refused("roster-ended", "AMB-16", reason="closed")


@CHOICES
def test_nobody_is_chosen_for_a_studio_that_was_never_established(handler: Any, choice: Any) -> None:
    hu(wangs_roster()).when(handler, choice).then_unknown()


def test_an_established_studios_roster_opens_and_its_host_belongs_to_it() -> None:
    given().when(open_roster, OpenRoster(studio_id=CHENS_STUDIO, host_id=CHEN_JING)).then(OPENED, BELONGS_TO_CHEN)


def test_a_roster_opens_once() -> None:
    given(roster(), engaged(CHEN_JING)).when(
        open_roster, OpenRoster(studio_id=CHENS_STUDIO, host_id=CHEN_JING)
    ).then_nothing()


def test_a_host_of_an_earlier_studio_belongs_to_the_new_one() -> None:
    free_again = engaged(CHEN_JING, Disengaged(studio_id=WANGS_STUDIO), studio_id=WANGS_STUDIO)

    given(free_again).when(open_roster, OpenRoster(studio_id=CHENS_STUDIO, host_id=CHEN_JING)).then(
        RosterOpened(studio_id=CHENS_STUDIO, host_id=CHEN_JING), BELONGS_TO_CHEN
    )


@pytest.mark.rule("AMB-25")
def test_who_becomes_a_host_is_nobodys_trainee_any_more() -> None:
    outcome = given(engaged(CHEN_JING, studio_id=WANGS_STUDIO)).when(
        open_roster, OpenRoster(studio_id=CHENS_STUDIO, host_id=CHEN_JING)
    )

    outcome.then(OPENED, Disengaged(studio_id=WANGS_STUDIO), Engaged(studio_id=CHENS_STUDIO))


def test_another_persons_membership_stands_in_nobodys_way() -> None:
    given(roster(), member(HU_JUN), engaged(HU_JUN)).by(Role.TEACHER, LI_NA).when(choose_host, CHOOSE_CHEN).then(
        Proposed(studio_id=CHENS_STUDIO, person_id=LI_NA, host_id=CHEN_JING, by="trainee")
    )


def test_a_membership_has_the_same_id_whoever_chooses_first() -> None:
    assert Membership.id_for(CHENS_STUDIO, LI_NA) == LIS


@pytest.mark.rule("MEM-15")
def test_a_host_chooses_a_supplementary_member() -> None:
    as_helper = replace(CHOOSE_HU, kind="supplementary")

    chen(roster()).when(choose_trainee, as_helper).then(replace(CHOSEN_BY_HOST, kind="supplementary"))


@pytest.mark.rule("MEM-15")
def test_whoever_was_chosen_as_one_kind_is_not_chosen_as_the_other() -> None:
    as_helper = replace(CHOOSE_HU, kind="supplementary")

    chen(roster(), membership(CHOSEN_BY_HOST)).when(choose_trainee, as_helper).then_refused(
        "chosen-as-other-kind", "MEM-15", kind="trainee"
    )


@CHOICES
@pytest.mark.rule("MEM-06")
def test_whoever_was_removed_is_not_chosen_again(handler: Any, choice: Any) -> None:
    removed = membership(*MEMBER, pending_removal(UUID(int=0x71)), REMOVED)

    hu(roster(), removed).when(handler, choice).then_refused("membership-over", "SIL-05")
