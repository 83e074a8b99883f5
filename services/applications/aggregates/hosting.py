"""Which running studios a person leads."""

from typing import Any
from uuid import UUID

from services.applications.events import HostingBegan, HostingEnded
from shared.kernel.model import Aggregate
from shared.kernel.values import derived_id


class Hosting(Aggregate):
    """A reservation: whoever takes a studio over leads no other (SIL-04)."""

    opens = HostingBegan

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.studios: set[UUID] = set()

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("hosting", school, person_id)

    def begin(self, person_id: UUID, studio_id: UUID) -> None:
        if studio_id not in self.studios:
            self.record(HostingBegan(person_id=person_id, studio_id=studio_id))

    def end(self, person_id: UUID, studio_id: UUID) -> None:
        if studio_id in self.studios:
            self.record(HostingEnded(person_id=person_id, studio_id=studio_id))

    def apply(self, happened: Any) -> None:
        match happened:
            case HostingBegan(studio_id=studio):
                self.studios.add(studio)
            case HostingEnded(studio_id=studio):
                self.studios.discard(studio)
