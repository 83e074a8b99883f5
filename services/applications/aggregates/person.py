"""What the log keeps of a person of the directory: that the entry was erased."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.applications.events import PersonErased
from shared.kernel.model import Aggregate


class DirectoryEntry(Aggregate):
    """A person's entry in the directory; names stand there, never here."""

    opens = PersonErased

    is_erased = False

    @staticmethod
    def id_for(person_id: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"mingban/person/{person_id}")

    def erase(self, person_id: UUID) -> None:
        if not self.is_erased:
            self.record(PersonErased(person_id=person_id))

    def apply(self, happened: Any) -> None:
        self.is_erased = isinstance(happened, PersonErased)
