"""Who must not judge a studio, and why: parties, colleagues of the host's department, kin, co-workers (SIL-02)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.assessment.aggregates.case import Case
from services.assessment.aggregates.rubric import Appointment
from services.assessment.events import WhyNot
from shared.kernel.model import Aggregate, History, Refused
from shared.kernel.panels import JOINT_WORK, binds, is_colleague
from shared.kernel.policy import PolicySettings
from shared.kernel.published import TieDeclared
from shared.kernel.values import derived_id


class Ties(Aggregate):
    """What was declared of one expert's ties to other persons."""

    opens = TieDeclared
    called = "回避关系"

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.declared: list[TieDeclared] = []

    @staticmethod
    def id_for(school: str, expert_id: UUID) -> UUID:
        return derived_id("ties", school, expert_id)

    def declare(self, tie: TieDeclared) -> None:
        if tie.relation in JOINT_WORK and tie.last_on is None:
            raise Refused(
                "tie-undated", rule="SIL-02", relation=tie.relation,
                zh="共同署名或共同主持须写明最近日期", en="joint work needs the day it was last done",
            )  # fmt: skip
        if tie not in self.declared:
            self.record(tie)

    def binds(self, persons: Iterable[UUID], day: date, years: int) -> bool:
        """Whether a tie to any of them stands on a day (SIL-02)."""
        among = set(persons)
        return any(tie.person_id in among and binds(tie.relation, tie.last_on, day, years) for tie in self.declared)

    def apply(self, happened: Any) -> None:
        self.declared.append(happened)


@dataclass(frozen=True)
class Impartiality:
    """What is known of a studio and of experts on a day, and the settings to judge it by."""

    case: Case
    appointments: Mapping[UUID, Appointment]
    ties: Mapping[UUID, Ties]
    day: date
    settings: PolicySettings

    @classmethod
    def of(
        cls, case: Case, experts: Iterable[UUID], history: History, school: str, day: date, settings: PolicySettings
    ) -> "Impartiality":
        named = list(dict.fromkeys(experts))
        appointments = history.find_all(Appointment, [Appointment.id_for(school, expert) for expert in named])
        ties = history.find_all(Ties, [Ties.id_for(school, expert) for expert in named])
        return cls(
            case=case,
            appointments=dict(zip(named, appointments, strict=True)),
            ties=dict(zip(named, ties, strict=True)),
            day=day,
            settings=settings,
        )

    def against(self, expert: UUID) -> WhyNot | None:
        """Why the expert must not judge this studio; None when nothing is known against it."""
        if self.case.is_party(expert):
            return "party"
        department = self.appointments[expert].department
        if self.settings.recusal_same_department and is_colleague(department, self.case.department):
            return "same_department"
        persons = {self.case.host_id, *self.case.ever}
        return "tie" if self.ties[expert].binds(persons, self.day, self.settings.recusal_years) else None
