"""What the log keeps of a person whose entry was erased is the opaque id, and that it happened."""

import pytest

from services.applications.aggregates.person import DirectoryEntry
from services.applications.commands import ErasePerson, erase_person
from shared.kernel.people import Role
from shared.kernel.published import PersonErased
from tests.applications.examples import CHEN_JING, PRINCIPAL
from tests.scenario import SCHOOL, given, stream

pytestmark = pytest.mark.rule("SIL-14")

ERASE = ErasePerson(person_id=CHEN_JING)
ERASED = PersonErased(person_id=CHEN_JING)


def test_an_erasure_is_recorded() -> None:
    given().by(Role.SCHOOL, PRINCIPAL).when(erase_person, ERASE).then(ERASED)


def test_a_person_who_was_registered_again_is_erased_again() -> None:
    gone = stream(DirectoryEntry, DirectoryEntry.id_for(SCHOOL, CHEN_JING), ERASED)

    given(gone).by(Role.SCHOOL, PRINCIPAL).when(erase_person, ERASE).then(ERASED)
