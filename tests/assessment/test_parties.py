"""What assessment knows of a studio: its host, and who is or was a member."""

from typing import Any

import pytest

from services.assessment.aggregates.settings import KnownBook
from services.assessment.commands import NoteParty, OpenCase, note_party, open_case
from services.assessment.events import CaseOpened, PartyNoted, SettingsFollowed
from shared.kernel.following import FollowSettings, following
from tests.assessment.examples import LI_NA, LIN_JING, PLAQUED, STUDIO, WANG_FANG, case, noted
from tests.scenario import SCHOOL, given, stream

pytestmark = pytest.mark.rule("SIL-02")

HARDER = {"pass_score_points": 70}


def noting(standing: Any) -> NoteParty:
    return NoteParty(studio_id=STUDIO, person_id=WANG_FANG, standing=standing)


def test_an_established_studio_opens_a_case() -> None:
    given().when(open_case, OpenCase(studio_id=STUDIO, host_id=LIN_JING)).then(
        CaseOpened(studio_id=STUDIO, host_id=LIN_JING)
    )


def test_a_case_opens_once() -> None:
    given(case()).when(open_case, OpenCase(studio_id=STUDIO, host_id=LIN_JING)).then_nothing()


@pytest.mark.parametrize("standing", ["joined", "evaluated", "left", "removed", "supplementary"])
def test_a_members_standing_is_noted(standing: Any) -> None:
    given(case()).when(note_party, noting(standing)).then(PartyNoted(person_id=WANG_FANG, standing=standing))


@pytest.mark.parametrize("standing", ["joined", "evaluated", "left", "removed", "supplementary"])
def test_the_same_standing_is_noted_once(standing: Any) -> None:
    given(case(noted(WANG_FANG, standing))).when(note_party, noting(standing)).then_nothing()


def test_a_changed_standing_is_noted_again() -> None:
    known = case(noted(WANG_FANG, "joined"), noted(LI_NA, "left"))

    given(known).when(note_party, noting("left")).then(PartyNoted(person_id=WANG_FANG, standing="left"))


def test_a_member_of_an_unknown_studio_waits_for_its_establishment() -> None:
    given().when(note_party, noting("joined")).then_waits_for("applications", "studio-established")


follow = following(KnownBook)[FollowSettings]


def test_the_schools_settings_are_followed_version_by_version() -> None:
    asked = FollowSettings(number=1, effective_from=PLAQUED, values=HARDER)

    given().when(follow, asked).then(SettingsFollowed(number=1, effective_from=PLAQUED, values=HARDER))


@pytest.mark.parametrize("number", [1, 3])
def test_a_version_already_here_or_out_of_turn_is_passed_over(number: int) -> None:
    first = SettingsFollowed(number=1, effective_from=PLAQUED, values=HARDER)
    known = stream(KnownBook, KnownBook.id_for(SCHOOL), first)

    given(known).when(follow, FollowSettings(number=number, effective_from=PLAQUED, values={})).then_nothing()
