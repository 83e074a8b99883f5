"""What the log keeps of a person of the directory: that the entry was erased."""

from typing import Any
from uuid import UUID

from shared.kernel.model import Aggregate
from shared.kernel.published import PersonErased
from shared.kernel.values import derived_id


class DirectoryEntry(Aggregate):
    """A person's entry in the directory; names stand there, never here."""

    opens = PersonErased

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("person", school, person_id)

    def erase(self, person_id: UUID) -> None:
        """Each time it is asked: who was erased may have been registered again, which no log knows."""
        self.record(PersonErased(person_id=person_id))

    def apply(self, happened: Any) -> None:
        """That it was erased says it all."""
