"""The excuses for one session (MEM-07)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from services.membership.events import ExcuseAnswered, ExcuseHandedIn
from shared.kernel.model import Aggregate, Refused, Unknown
from shared.kernel.personal import PersonalText
from shared.kernel.values import derived_id


class Excuses(Aggregate):
    """One stream a session, also before it is held."""

    opens = ExcuseHandedIn
    called = "请假条"

    studio_id: UUID

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.handed_in: dict[UUID, ExcuseHandedIn] = {}
        self.answered: dict[UUID, ExcuseAnswered] = {}

    @staticmethod
    def id_for(session_id: UUID) -> UUID:
        return derived_id("excuses", session_id)

    def hand_in(self, excuse: ExcuseHandedIn) -> None:
        if self.handed_in.get(excuse.excuse_id) == excuse:
            return
        if excuse.excuse_id in self.handed_in:
            raise Refused("id-taken", rule=None, zh="这个编号已被使用", en="this id is taken already")
        self.record(excuse)

    def answer(self, excuse_id: UUID, reason: PersonalText, *, granted: bool) -> ExcuseHandedIn | None:
        """The excuse, when it was answered just now."""
        excuse = self.handed_in.get(excuse_id)
        if excuse is None:
            raise Unknown(Excuses, excuse_id)
        answer = ExcuseAnswered(
            excuse_id=excuse_id, session_id=excuse.session_id, studio_id=excuse.studio_id, person_id=excuse.person_id,
            granted=granted, reason=reason,
        )  # fmt: skip
        if excuse_id not in self.answered:
            self.record(answer)
            return excuse
        if self.answered[excuse_id] != answer:
            raise Refused("excuse-answered", rule="MEM-07", zh="该请假条已有答复", en="this excuse is answered already")
        return None

    @property
    def granted(self) -> Iterator[ExcuseHandedIn]:
        return (excuse for id, excuse in self.handed_in.items() if id in self.answered and self.answered[id].granted)

    def apply(self, happened: Any) -> None:
        match happened:
            case ExcuseHandedIn(excuse_id=id):
                self.studio_id, self.handed_in[id] = happened.studio_id, happened
            case ExcuseAnswered(excuse_id=id):
                self.answered[id] = happened
