"""After the mid-term nobody joins, except from a disqualified studio within sixty days (A.9-10)."""

from datetime import date
from typing import Any

import pytest

from services.membership.commands import (
    AdmitTransfer,
    ChooseHost,
    ChooseTrainee,
    admit_transfer,
    choose_host,
    choose_trainee,
)
from services.membership.events import JoiningEnded, Proposed, RosterEnded, TransferAdmitted
from shared.kernel.people import Role
from shared.kernel.published import MemberLeft
from tests.membership.examples import (
    CHENS_STUDIO,
    HU_JUN,
    HU_NAMED,
    LI_NA,
    LIU_OF_PERSONNEL,
    WANG_LEI,
    WANGS_STUDIO,
    member,
    roster,
    wangs_roster,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("SIL-05", "A.9-10", "AMB-16")

ADMIT = AdmitTransfer(studio_id=WANGS_STUDIO, person_id=HU_JUN, from_studio_id=CHENS_STUDIO)
ADMITTED = TransferAdmitted(studio_id=WANGS_STUDIO, person_id=HU_JUN, from_studio_id=CHENS_STUDIO)
CUT = RosterEnded(reason="studio_disqualified", ended_on=date(2024, 11, 1))


def office(*wangs: Any, on: str, left: str = "studio_disqualified", cut: RosterEnded = CUT) -> Given:
    hus = member(HU_JUN, MemberLeft(**HU_NAMED, reason=left))
    return given(roster(cut), hus, wangs_roster(JoiningEnded(), *wangs)).by(Role.PERSONNEL, LIU_OF_PERSONNEL).on(on)


@pytest.mark.parametrize("day", ["2024-11-01", "2024-12-31"], ids=["same day", "day 60"])
def test_an_office_admits_a_trainee_of_a_disqualified_studio_through_day_sixty(day: str) -> None:
    office(on=day).when(admit_transfer, ADMIT).then(ADMITTED)


def test_on_day_sixty_one_it_is_too_late() -> None:
    office(on="2025-01-01").when(admit_transfer, ADMIT).then_refused("transfer-late", "A.9-10", days=61, most=60)


def test_a_transfer_is_admitted_once() -> None:
    office(ADMITTED, on="2025-01-01").when(admit_transfer, ADMIT).then_nothing()


@pytest.mark.parametrize("left", ["withdrawn", "studio_closed"])
def test_who_left_for_another_reason_is_not_transferred(left: str) -> None:
    office(on="2024-11-02", left=left).when(admit_transfer, ADMIT).then_refused("not-from-disqualified", "A.9-10")


def test_who_was_never_in_that_studio_is_not_found() -> None:
    given(roster(CUT), wangs_roster()).when(
        admit_transfer, AdmitTransfer(studio_id=WANGS_STUDIO, person_id=LI_NA, from_studio_id=CHENS_STUDIO)
    ).then_unknown()


def test_nobody_is_transferred_to_a_studio_that_has_ended() -> None:
    office(RosterEnded(reason="studio_closed"), on="2024-11-02").when(admit_transfer, ADMIT).then_refused(
        "roster-ended", "AMB-16"
    )


def test_an_admitted_trainee_may_be_chosen_though_joining_is_over() -> None:
    given(wangs_roster(JoiningEnded(), ADMITTED)).by(Role.HOST, WANG_LEI).when(
        choose_trainee, ChooseTrainee(studio_id=WANGS_STUDIO, person_id=HU_JUN)
    ).then(Proposed(studio_id=WANGS_STUDIO, person_id=HU_JUN, host_id=WANG_LEI, by="host"))


def test_the_admission_is_one_persons_alone() -> None:
    given(wangs_roster(JoiningEnded(), ADMITTED)).by(Role.TEACHER, LI_NA).when(
        choose_host, ChooseHost(studio_id=WANGS_STUDIO)
    ).then_refused("joining-over", "A.9-10")
