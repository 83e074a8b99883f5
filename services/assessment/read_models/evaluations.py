"""Evaluations: how each stage of each studio stands, and how its score came about."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from services.assessment.events import (
    EvaluationCancelled,
    EvaluationPlanned,
    MidtermOverdue,
    PanelSeated,
    Recused,
    Scored,
    SheetSubmitted,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import Evaluated, StudioDisqualified
from shared.kernel.scoring import to_hundredths


@dataclass(frozen=True)
class SheetShown:
    """One sheet in the posted score: the exact total of 100 as a fraction, and rounded for reading.

    `is_trimmed`: it counts for the quorum and is left out of the mean. `set_aside` says why it does not count.
    """

    expert_id: UUID
    counts: bool
    is_trimmed: bool = False
    exact: str | None = None
    total: str | None = None
    set_aside: str | None = None


@dataclass(frozen=True)
class EvaluationRow:
    """`sheets` are the experts whose sheet is in; `explained` shows each sheet once the score is posted.

    `settings_version` decides the posted score, also when it takes effect. `outcome` is how the studio ended
    while the stage was open.
    """

    studio_id: UUID
    stage: str
    opens_on: date
    closes_on: date | None
    state: str = "scheduled"
    experts: tuple[UUID, ...] = ()
    sheets: tuple[UUID, ...] = ()
    recused: tuple[UUID, ...] = ()
    is_overdue: bool = False
    score_hundredths: int | None = None
    posted_on: date | None = None
    notice_workdays: int | None = None
    rubric: int | None = None
    pass_points: int | None = None
    settings_version: int | None = None
    explained: tuple[SheetShown, ...] = ()
    passed: bool | None = None
    effective_on: date | None = None
    outcome: str | None = None


def fold(_key: str, row: EvaluationRow | None, happened: Happened) -> EvaluationRow | None:
    match happened.event:
        case EvaluationPlanned() as plan:
            return EvaluationRow(plan.studio_id, plan.stage, plan.opens_on, plan.closes_on)
        case PanelSeated(experts=experts) if row:
            return replace(row, state="panel_scoring", experts=experts)
        case SheetSubmitted(expert_id=expert) if row:
            return replace(row, sheets=tuple(dict.fromkeys((*row.sheets, expert))))
        case Recused(expert_id=expert) if row:
            return replace(row, recused=(*row.recused, expert))
        case MidtermOverdue() if row:
            return replace(row, is_overdue=True)
        case Scored() as scored if row:
            return replace(
                row, state="provisional", score_hundredths=scored.score_hundredths, posted_on=scored.posted_on,
                notice_workdays=scored.notice_workdays, rubric=scored.rubric, pass_points=scored.pass_points,
                settings_version=happened.rules, explained=explained(scored),
            )  # fmt: skip
        case Evaluated(passed=passed) if row:
            return replace(row, state="effective", passed=passed, effective_on=happened.on)
        case EvaluationCancelled(outcome=outcome) if row:
            return replace(row, state="cancelled", outcome=outcome)
    return row


def explained(scored: Scored) -> tuple[SheetShown, ...]:
    """Each sheet with its part in the score: those that count, then those set aside."""
    counted = (
        SheetShown(expert, counts=True, is_trimmed=expert in scored.trimmed, exact=exact, total=_decimal(exact))
        for expert, exact in scored.totals.items()
    )
    aside = (SheetShown(sheet.expert_id, counts=False, set_aside=sheet.reason) for sheet in scored.set_aside)
    return (*counted, *aside)


def _decimal(exact: str) -> str:
    hundredths = to_hundredths(Fraction(exact))
    return f"{hundredths // 100}.{hundredths % 100:02}"


evaluations = ReadModel(
    "evaluations", row=EvaluationRow, fold=fold, filters=("studio_id", "stage", "state"), edition=2,
    facts=(
        EvaluationPlanned, PanelSeated, Recused, SheetSubmitted, MidtermOverdue, Scored, Evaluated,
        StudioDisqualified, EvaluationCancelled,
    ),
)  # fmt: skip
