"""What the log keeps of a person whose entry was erased is the opaque id, and that it happened."""

from services.applications.aggregates.person import DirectoryEntry
from services.applications.commands import ErasePerson, erase_person
from services.applications.events import PersonErased
from shared.kernel.people import Role
from tests.applications.examples import CHEN_JING, PRINCIPAL
from tests.scenario import given, stream

ERASE = ErasePerson(person_id=CHEN_JING)
ERASED = PersonErased(person_id=CHEN_JING)


def test_an_erasure_is_recorded() -> None:
    given().by(Role.SCHOOL, PRINCIPAL).when(erase_person, ERASE).then(ERASED)


def test_a_person_is_erased_once() -> None:
    gone = stream(DirectoryEntry, DirectoryEntry.id_for(CHEN_JING), ERASED)

    given(gone).by(Role.SCHOOL, PRINCIPAL).when(erase_person, ERASE).then_nothing()
