"""How every service erases its texts about a person: applications says so, each records it in its own words."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command
from shared.kernel.people import SYSTEM_ALONE, Table
from shared.kernel.personal import Erasing
from shared.kernel.values import derived_id

Handler = Callable[[Any, History, Context], Sequence[Aggregate]]


@command
class EraseTexts:
    """After it is recorded, the service's key of the person is destroyed: nothing opens the texts any more."""

    person_id: UUID


class PersonalTexts(Aggregate):
    """What a service keeps in writing about a person, up to its erasure; `opens` is the service's own event of it."""

    opens: ClassVar[Any]
    called = "个人文字"
    is_erased = False

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("texts", school, person_id)

    def erase(self, person_id: UUID) -> None:
        """Once: what is said of the person later is stored as erased."""
        if not self.is_erased:
            self.record(self.opens(person_id=person_id))

    def apply(self, happened: Any) -> None:
        if isinstance(happened, Erasing):
            self.is_erased = True


def erasing(texts: type[PersonalTexts]) -> dict[type[Any], Handler]:
    """The handler of a service that erases at once."""

    def erase_texts(asked: EraseTexts, history: History, context: Context) -> Sequence[Aggregate]:
        known = history.find(texts, PersonalTexts.id_for(context.school, asked.person_id))
        known.erase(asked.person_id)
        return [known]

    return {EraseTexts: erase_texts}


BY_ERASURE: Table = {EraseTexts: SYSTEM_ALONE}
