"""Evaluations: how each stage of each studio stands."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.assessment.events import EvaluationPlanned, PanelSeated, Scored, SheetSubmitted
from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import Evaluated, StudioDisqualified


@dataclass(frozen=True)
class EvaluationRow:
    studio_id: UUID
    stage: str
    opens_on: date
    closes_on: date | None
    state: str = "scheduled"
    experts: tuple[UUID, ...] = ()
    sheets: tuple[UUID, ...] = ()
    score_hundredths: int | None = None
    posted_on: date | None = None
    passed: bool | None = None
    effective_on: date | None = None


def fold(_key: str, row: EvaluationRow | None, happened: Happened) -> EvaluationRow | None:
    match happened.event:
        case EvaluationPlanned() as plan:
            return EvaluationRow(plan.studio_id, plan.stage, plan.opens_on, plan.closes_on)
        case PanelSeated(experts=experts) if row:
            return replace(row, state="panel_scoring", experts=experts)
        case SheetSubmitted(expert_id=expert) if row:
            return replace(row, sheets=tuple(dict.fromkeys((*row.sheets, expert))))
        case Scored(score_hundredths=score, posted_on=day) if row:
            return replace(row, state="provisional", score_hundredths=score, posted_on=day)
        case Evaluated(passed=passed) if row:
            return replace(row, state="effective", passed=passed, effective_on=happened.on)
    return row


evaluations = ReadModel(
    "evaluations", row=EvaluationRow, fold=fold, filters=("studio_id", "stage", "state"),
    facts=(EvaluationPlanned, PanelSeated, SheetSubmitted, Scored, Evaluated, StudioDisqualified),
)  # fmt: skip
