"""What is known of a person before and beside an application: duty, and an earlier batch's recommendation."""

from datetime import date
from typing import Any
from uuid import UUID

from services.applications.events import DutyChanged, RecommendationNoted
from shared.kernel.model import Aggregate
from shared.kernel.values import derived_id


class Duty(Aggregate):
    """Whether a person is on duty as homeroom teacher; on duty unless something else was reported."""

    opens = DutyChanged

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.changes: list[tuple[date, bool]] = []

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("duty", school, person_id)

    def report(self, person_id: UUID, since: date, *, on_duty: bool) -> None:
        if self.is_on(since) != on_duty:
            self.record(DutyChanged(person_id=person_id, on_duty=on_duty, since=since))

    def is_on(self, day: date) -> bool:
        """The latest change up to the day decides; of two on one date, the later reported."""
        past = sorted((change for change in self.changes if change[0] <= day), key=lambda change: change[0])
        return past[-1][1] if past else True

    def apply(self, happened: Any) -> None:
        self.changes.append((happened.since, happened.on_duty))


class Recommendation(Aggregate):
    """That assessment recommended a person as a next host, for each studio once."""

    opens = RecommendationNoted

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.studios: list[UUID] = []

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("recommendation", school, person_id)

    def note(self, person_id: UUID, studio_id: UUID, rank: int) -> None:
        if studio_id not in self.studios:
            self.record(RecommendationNoted(person_id=person_id, studio_id=studio_id, rank=rank))

    def apply(self, happened: Any) -> None:
        self.studios.append(happened.studio_id)
