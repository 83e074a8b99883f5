"""What the log keeps of a person of the directory: that the entry was erased."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.applications.events import PersonErased
from shared.kernel.model import Aggregate


class DirectoryEntry(Aggregate):
    """A person's entry in the directory; names stand there, never here."""

    opens = PersonErased

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"mingban/person/{school}/{person_id}")

    def erase(self, person_id: UUID) -> None:
        """Each time it is asked: who was erased may have been registered again, which no log knows."""
        self.record(PersonErased(person_id=person_id))

    def apply(self, happened: Any) -> None:
        """That it was erased says it all."""
