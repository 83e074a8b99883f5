"""People, a studio and its way to the panel, as the assessment tests speak of them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.assessment.aggregates.case import Case
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.aggregates.rubric import Appointment, Rubric
from services.assessment.events import (
    CaseOpened,
    EvaluationCancelled,
    EvaluationPlanned,
    EventId,
    PanelSeated,
    PartyNoted,
    Recused,
    RubricAdopted,
    RubricItem,
    RubricSection,
    Scored,
    SetAside,
    SheetSubmitted,
)
from shared.kernel.model import Happened
from shared.kernel.published import Evaluated, ExpertAppointed, Grade, Outcome, Stage
from shared.kernel.values import Label, Points, Text, Whole
from tests.scenario import SCHOOL, stream

LIN_JING, WANG_FANG, LI_NA, LIU_YANG = (UUID(int=n) for n in range(1, 5))
"""The host, and three who train with her."""
WU_MIN, ZHENG_TAO = UUID(int=11), UUID(int=12)
"""They sit in the two offices."""
HAN_XUE, FENG_LEI, DENG_KAI, CAO_YAN, PENG_HUI, ZHU_HONG = (UUID(int=n) for n in range(21, 27))
"""Appointed experts; five sit on the panel."""
FIVE = (HAN_XUE, FENG_LEI, DENG_KAI, CAO_YAN, PENG_HUI)

STUDIO = UUID(int=0x57D10)
PLAQUED, ENDS = date(2023, 3, 27), date(2026, 3, 27)
MIDTERM_OPENS, MIDTERM_CLOSES, FINAL_OPENS = date(2024, 6, 27), date(2024, 12, 27), date(2026, 3, 28)
A_MIDTERM_DAY, A_FINAL_DAY = "2024-09-27", "2026-04-10"
TERM_ENDS = date(2026, 12, 31)

FINAL_SOURCE = EventId(service="assessment", stream=Evaluation.id_for(STUDIO, "final"), version=9)
ROSTER_SOURCE = EventId(service="membership", stream=UUID(int=0x805732), version=40)

_TITLES = {
    ("总体要求", 15): ("领导有力", "定位准确", "方案周密"),
    ("工作室成员", 15): ("人员组成", "人员要求"),
    ("建设实践", 35): ("建设模式", "工作载体", "组织实施", "资源建设", "建班育人"),
    ("建设成效", 30): ("育人理念", "工作团队", "工作研究", "育人资源", "班级建设质量"),
    ("工作保障", 5): ("工作保障",),
}
SECTIONS = tuple(
    RubricSection(
        title=Label(title),
        weight=Whole(weight),
        items=tuple(RubricItem(title=Label(item), guidance=(Text("见考核细则"),)) for item in items),
    )
    for (title, weight), items in _TITLES.items()
)
"""The policy's rubric: sixteen scored items, weights 15, 15, 35, 30, 5."""


def evenly(points: int) -> tuple[Points, ...]:
    """A sheet with the same points for each of the sixteen items: its total is these points."""
    return (Points(points),) * 16


def uneven(**items: int) -> tuple[Points, ...]:
    """A sheet of sixties but for some items, named by their number: `uneven(_5=59)`."""
    changed = {int(name[1:]): points for name, points in items.items()}
    return tuple(Points(changed.get(number, 60)) for number in range(16))


def rubric(*later: Any) -> Rubric:
    first = RubricAdopted(number=1, sections=SECTIONS)
    return stream(Rubric, Rubric.id_for(SCHOOL), first, *later)


def appointed(person: UUID, until: date = TERM_ENDS) -> Appointment:
    known = ExpertAppointed(person_id=person, until=until)
    return stream(Appointment, Appointment.id_for(SCHOOL, person), known)


def case(*later: Any) -> Case:
    opened = CaseOpened(studio_id=STUDIO, host_id=LIN_JING)
    return stream(Case, Case.id_for(STUDIO), opened, *later)


def noted(person: UUID, standing: Any) -> PartyNoted:
    return PartyNoted(person_id=person, standing=standing)


def planned(stage: Stage) -> EvaluationPlanned:
    opens, closes = {"midterm": (MIDTERM_OPENS, MIDTERM_CLOSES), "final": (FINAL_OPENS, None)}[stage]
    return EvaluationPlanned(studio_id=STUDIO, stage=stage, opens_on=opens, closes_on=closes)


def evaluation(stage: Stage, *later: Any) -> Evaluation:
    return stream(Evaluation, Evaluation.id_for(STUDIO, stage), planned(stage), *later)


def seated(*experts: UUID) -> PanelSeated:
    return PanelSeated(experts=experts or FIVE)


def sheet(expert: UUID, points: tuple[Points, ...], rubric: int = 1) -> SheetSubmitted:
    return SheetSubmitted(expert_id=expert, rubric=rubric, points=points)


def recused(expert: UUID) -> Recused:
    return Recused(expert_id=expert, reason=Text("与主持人近三年合作主持课题"))


def aside(expert: UUID, reason: Any) -> SetAside:
    return SetAside(expert_id=expert, reason=reason)


def cancelled(stage: Stage, outcome: Outcome = "closed") -> EvaluationCancelled:
    return EvaluationCancelled(studio_id=STUDIO, stage=stage, outcome=outcome)


def sheets(*points: int) -> tuple[SheetSubmitted, ...]:
    """Of the five in their order, each scoring evenly."""
    return tuple(sheet(expert, evenly(given)) for expert, given in zip(FIVE, points, strict=False))


def scored(stage: Stage, hundredths: int, posted_on: date = date(2024, 9, 27)) -> Scored:
    """A score as it was posted before posting told how it came about."""
    return Scored(
        studio_id=STUDIO, stage=stage, score_hundredths=hundredths, totals={}, rubric=1, posted_on=posted_on,
        notice_workdays=5,
    )  # fmt: skip


def eighty(stage: Stage, posted_on: date) -> Scored:
    """What five sheets of eighty give: the first and the last are left out."""
    return Scored(
        studio_id=STUDIO, stage=stage, score_hundredths=8000, totals=dict.fromkeys(FIVE, "80"), rubric=1,
        posted_on=posted_on, notice_workdays=5, trimmed=(HAN_XUE, PENG_HUI), pass_points=60,
    )  # fmt: skip


def evaluated(stage: Stage, hundredths: int, *, passed: bool) -> Evaluated:
    grade: Grade = ("excellent" if hundredths >= 8500 else "passed") if passed else "failed"
    return Evaluated(studio_id=STUDIO, stage=stage, passed=passed, score_hundredths=hundredths, grade=grade)


def passed_midterm() -> Evaluation:
    return evaluation("midterm", seated(), scored("midterm", 8000), evaluated("midterm", 8000, passed=True))


def happened(event: Any, stream: UUID, version: int = 1, on: str = "2024-09-27", rules: int = 0) -> Happened:
    """The event as it comes out of a log."""
    return Happened(
        position=7, stream=stream, version=version, name=event.__event_name__, event=event, person=None,
        role="system", school=SCHOOL, on=date.fromisoformat(on), at=datetime(2024, 9, 27, 1, tzinfo=UTC),
        correlation="test", causation="test", rules=rules,
    )  # fmt: skip
