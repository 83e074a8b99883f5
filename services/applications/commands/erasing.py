"""A person's entry leaves the directory."""

from collections.abc import Sequence
from uuid import UUID

from services.applications.aggregates.person import DirectoryEntry
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command


@command
class ErasePerson:
    person_id: UUID


def erase_person(asked: ErasePerson, history: History, context: Context) -> Sequence[Aggregate]:
    entry = history.find(DirectoryEntry, DirectoryEntry.id_for(context.school, asked.person_id))
    entry.erase(asked.person_id)
    return [entry]
