"""How a person stands on a day: on duty, after a studio that failed, with violations on record."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self
from uuid import UUID

from services.applications.aggregates.candidate import Duty
from services.applications.events import ConductNoted, LeadFailed
from shared.kernel.calendar import add_months
from shared.kernel.model import Aggregate, History
from shared.kernel.values import derived_id


class Failures(Aggregate):
    """The studios that a person led and that were disqualified or failed their final (SIL-10)."""

    opens = LeadFailed

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.days: dict[UUID, date] = {}

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("lead-failures", school, person_id)

    def note(
        self, person_id: UUID, studio_id: UUID, outcome: Literal["disqualified", "failed_final"], day: date
    ) -> None:
        if studio_id not in self.days:
            self.record(LeadFailed(person_id=person_id, studio_id=studio_id, outcome=outcome, effective_on=day))

    @property
    def latest(self) -> date | None:
        return max(self.days.values(), default=None)

    def apply(self, happened: Any) -> None:
        self.days[happened.studio_id] = happened.effective_on


class Conduct(Aggregate):
    """The violations of the code of conduct that were put on record against a person (SIL-07)."""

    opens = ConductNoted

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.standings: dict[UUID, str] = {}

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("conduct", school, person_id)

    def note(
        self, person_id: UUID, violation_id: UUID, standing: Literal["recorded", "confirmed", "dismissed"]
    ) -> None:
        if self.standings.get(violation_id) != standing:
            self.record(ConductNoted(person_id=person_id, violation_id=violation_id, standing=standing))

    @property
    def violations(self) -> int:
        """Recorded or confirmed; what was dismissed no longer counts."""
        return sum(standing != "dismissed" for standing in self.standings.values())

    def apply(self, happened: Any) -> None:
        self.standings[happened.violation_id] = happened.standing


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of a person beside their form."""

    on_duty: bool
    failed_on: date | None = None
    violations: int = 0

    @classmethod
    def of(cls, person_id: UUID, history: History, school: str, day: date) -> Self:
        duty = history.find(Duty, Duty.id_for(school, person_id))
        failures = history.find(Failures, Failures.id_for(school, person_id))
        conduct = history.find(Conduct, Conduct.id_for(school, person_id))
        return cls(on_duty=duty.is_on(day), failed_on=failures.latest, violations=conduct.violations)

    def banned_until(self, years: int) -> date:
        """The corresponding day so many years after the failure, included."""
        assert self.failed_on is not None
        return add_months(self.failed_on, 12 * years)
