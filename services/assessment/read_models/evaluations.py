"""Evaluations: how each stage of each studio stands, and how its score came about."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from services.assessment.events import (
    EvaluationCancelled,
    EvaluationPlanned,
    EvaluationRevised,
    FinalExtended,
    MidtermOverdue,
    NoticeExtended,
    ObjectionAnswered,
    PanelSeated,
    RecheckPanelSeated,
    RecheckRequested,
    RectificationOrdered,
    Recused,
    Rescored,
    ResultObjected,
    Scored,
    ScoreWithdrawn,
    SelfReportIn,
    SheetSubmitted,
    SheetVoided,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.money import in_hundredths
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
    while the stage was open. `leaves` are the rubric's statements that the self-report's evidence speaks to.
    `recomputed_hundredths` is what a score in effect would be without the sheets voided since.
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
    grade: str | None = None
    is_vetoed: bool = False
    leaves: tuple[str, ...] = ()
    objections: tuple[UUID, ...] = ()
    is_recheck_open: bool = False
    is_rechecked: bool = False
    is_notice_extended: bool = False
    settled_on: date | None = None
    rectify_until: date | None = None
    voided: tuple[UUID, ...] = ()
    recomputed_hundredths: int | None = None
    revised_on: date | None = None


def fold(_key: str, row: EvaluationRow | None, happened: Happened) -> EvaluationRow | None:
    if isinstance(happened.event, EvaluationPlanned):
        plan = happened.event
        return EvaluationRow(plan.studio_id, plan.stage, plan.opens_on, plan.closes_on)
    return row and (_prepared(row, happened) or _posted(row, happened) or _later(row, happened) or row)


def _prepared(row: EvaluationRow, happened: Happened) -> EvaluationRow | None:
    """Up to the panel's sheets."""
    match happened.event:
        case FinalExtended(until=until):
            return replace(row, closes_on=until)
        case SelfReportIn(leaves=leaves):
            return replace(row, leaves=leaves, state="self_report_in" if row.state == "scheduled" else row.state)
        case PanelSeated(experts=experts):
            return replace(row, state="panel_scoring", experts=experts)
        case SheetSubmitted(expert_id=expert):
            return replace(row, sheets=tuple(dict.fromkeys((*row.sheets, expert))))
        case Recused(expert_id=expert):
            return replace(row, recused=(*row.recused, expert))
        case MidtermOverdue():
            return replace(row, is_overdue=True)
    return None


def _posted(row: EvaluationRow, happened: Happened) -> EvaluationRow | None:
    """A score, and what comes against it before it takes effect."""
    match happened.event:
        case Scored() as scored:
            known = replace(row, posted_on=scored.posted_on, notice_workdays=scored.notice_workdays)
            return _standing(_scored(known, scored, happened.rules))
        case Rescored(for_the_record=True, score_hundredths=hundredths):
            return replace(row, recomputed_hundredths=hundredths)
        case Rescored(by_recheck=by_recheck, takes_effect_on=day) as scored:
            known = replace(row, is_rechecked=True, is_recheck_open=False, settled_on=day) if by_recheck else row
            return _standing(_scored(known, scored, happened.rules))
        case SheetVoided(expert_id=expert):
            return replace(row, voided=(*row.voided, expert))
        case ScoreWithdrawn():
            return _unscored(row)
        case RecheckRequested():
            return _standing(replace(row, is_recheck_open=True))
        case ResultObjected(objection_id=objection):
            return _standing(replace(row, objections=(*row.objections, objection)))
        case ObjectionAnswered(objection_id=objection, upheld=upheld, takes_effect_on=day):
            left = tuple(one for one in row.objections if one != objection)
            recheck = row.is_recheck_open or upheld
            return _standing(replace(row, objections=left, is_recheck_open=recheck, settled_on=day))
        case NoticeExtended(workdays=workdays):
            return replace(row, is_notice_extended=True, notice_workdays=workdays)
        case RecheckPanelSeated(experts=experts):
            return replace(row, experts=experts, sheets=(), recused=())
    return None


def _later(row: EvaluationRow, happened: Happened) -> EvaluationRow | None:
    """In effect, or otherwise over."""
    match happened.event:
        case RectificationOrdered(until=until):
            return replace(_unscored(row), rectify_until=until, sheets=(), is_rechecked=False, state="rectification")
        case Evaluated(passed=passed, grade=grade):
            return replace(row, state="effective", passed=passed, grade=grade, effective_on=happened.on)
        case EvaluationRevised(passed=passed, grade=grade):
            return replace(row, passed=passed, grade=grade, revised_on=happened.on)
        case EvaluationCancelled(outcome=outcome):
            return replace(row, state="cancelled", outcome=outcome)
    return None


def _scored(row: EvaluationRow, scored: Scored | Rescored, rules: int) -> EvaluationRow:
    return replace(
        row, score_hundredths=scored.score_hundredths, rubric=scored.rubric, pass_points=scored.pass_points,
        is_vetoed=scored.is_vetoed, settings_version=rules, explained=explained(scored),
    )  # fmt: skip


def _unscored(row: EvaluationRow) -> EvaluationRow:
    return replace(
        row, state="panel_scoring", score_hundredths=None, posted_on=None, notice_workdays=None, explained=(),
        objections=(), is_recheck_open=False, is_notice_extended=False, settled_on=None, is_vetoed=False,
    )  # fmt: skip


def _standing(row: EvaluationRow) -> EvaluationRow:
    return replace(row, state="objection" if row.objections or row.is_recheck_open else "provisional")


def explained(scored: Scored | Rescored) -> tuple[SheetShown, ...]:
    """Each sheet with its part in the score: those that count, then those set aside."""
    counted = (
        SheetShown(expert, counts=True, is_trimmed=expert in scored.trimmed, exact=exact, total=_decimal(exact))
        for expert, exact in scored.totals.items()
    )
    aside = (SheetShown(sheet.expert_id, counts=False, set_aside=sheet.reason) for sheet in scored.set_aside)
    return (*counted, *aside)


def _decimal(exact: str) -> str:
    return in_hundredths(to_hundredths(Fraction(exact)))


evaluations = ReadModel(
    "evaluations", row=EvaluationRow, fold=fold, filters=("studio_id", "stage", "state"), edition=3,
    facts=(
        EvaluationPlanned, FinalExtended, SelfReportIn, PanelSeated, Recused, SheetSubmitted, MidtermOverdue, Scored,
        SheetVoided, Rescored, ScoreWithdrawn, RecheckRequested, ResultObjected, ObjectionAnswered, NoticeExtended,
        RecheckPanelSeated, RectificationOrdered, Evaluated, EvaluationRevised, StudioDisqualified,
        EvaluationCancelled,
    ),
)  # fmt: skip
