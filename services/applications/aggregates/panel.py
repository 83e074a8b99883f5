"""The panel of a round, and what ties an expert to whom they would judge (SIL-02)."""

from datetime import date
from typing import Any
from uuid import UUID

from services.applications.aggregates.application import Application
from services.applications.aggregates.expert import Expert
from services.applications.events import PanelSeated, TieNoted
from shared.kernel.model import Aggregate, Refused
from shared.kernel.panels import binds, is_colleague, is_panel
from shared.kernel.policy import PolicySettings
from shared.kernel.values import derived_id


class SelectionPanel(Aggregate):
    """The experts who score in a round, seated once."""

    opens = PanelSeated
    called = "评审组"

    experts: tuple[UUID, ...] = ()

    @staticmethod
    def id_for(round_id: UUID) -> UUID:
        return derived_id("selection-panel", round_id)

    def seat(self, round_id: UUID, experts: tuple[UUID, ...], least: int) -> None:
        if set(experts) == set(self.experts) and self.exists:
            return
        if self.exists:
            raise Refused(
                "panel-already-seated", rule="A.9-25", seated=len(self.experts),
                zh="本轮评审组已由{seated}人组成", en="the round's panel of {seated} is seated already",
            )  # fmt: skip
        if not is_panel(experts, least):
            raise Refused(
                "panel-not-odd", rule="A.9-25", experts=len(experts), least=least,
                zh="评审组应为不少于{least}人的单数且不重复，现为{experts}人",
                en="a panel is an odd number of at least {least} different experts, {experts} were named",
            )  # fmt: skip
        self.record(PanelSeated(round_id=round_id, experts=experts))

    def check_seated(self, expert_id: UUID) -> None:
        if self.exists and expert_id not in self.experts:
            raise Refused(
                "not-seated", rule="A.9-25", seated=len(self.experts),
                zh="不在本轮{seated}人评审组中", en="not one of the {seated} on this round's panel",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        self.experts = happened.experts


class Tie(Aggregate):
    """What assessment published of an expert and a person: every declaration, in the order in which it came."""

    opens = TieNoted

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.declared: list[tuple[str, date | None]] = []

    @staticmethod
    def id_for(school: str, expert_id: UUID, person_id: UUID) -> UUID:
        return derived_id("tie", school, expert_id, person_id)

    def note(self, noted: TieNoted) -> None:
        if (noted.relation, noted.last_on) not in self.declared:
            self.record(noted)

    def binding(self, day: date, years: int) -> str | None:
        """The relation that is a conflict on a day."""
        return next((relation for relation, last_on in self.declared if binds(relation, last_on, day, years)), None)

    def apply(self, happened: Any) -> None:
        self.declared.append((happened.relation, happened.last_on))


def check_conflict(application: Application, expert: Expert, tie: Tie, settings: PolicySettings, day: date) -> None:
    """Refuse an expert who is bound to the applicant; what was declared on the application counts there."""
    if settings.recusal_same_department and is_colleague(expert.department, application.department):
        raise Refused(
            "recusal", rule="SIL-02", department=application.department, relation="same_department",
            zh="与申报人同系部（{department}），须回避",
            en="an expert of the applicant's own department, {department}, steps aside",
        )  # fmt: skip
    relation = tie.binding(day, settings.recusal_years)
    if relation:
        raise Refused(
            "recusal", rule="SIL-02", relation=relation, years=settings.recusal_years,
            zh="与申报人有须回避的关系（{relation}）",
            en="tied to the applicant ({relation}), so the expert steps aside",
        )  # fmt: skip
