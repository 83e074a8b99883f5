"""Deadlines of assessment: when a mid-term is overdue, when a posted score takes effect."""

from datetime import timedelta

from services.assessment.events import EvaluationCancelled, EvaluationPlanned, MidtermOverdue, Scored
from shared.kernel.model import Due, Happened, ReadModel, due
from shared.kernel.published import Evaluated


def fold(_key: str, row: Due | None, happened: Happened) -> Due | None:
    match happened.event:
        case EvaluationPlanned(studio_id=studio, closes_on=day) if day:
            body = {"studio_id": str(studio)}
            return due(happened, "AlarmMidterm", body, on=day + timedelta(days=1))
        case Scored(studio_id=studio, stage=stage, posted_on=day, notice_workdays=workdays):
            body = {"studio_id": str(studio), "stage": stage}
            return due(happened, "TakeEffect", body, since=day, workdays=workdays)
        case Evaluated() | MidtermOverdue() | EvaluationCancelled():
            return None
    return row


agenda = ReadModel(
    "agenda", row=Due, fold=fold, filters=("on",), edition=3,
    facts=(EvaluationPlanned, MidtermOverdue, Scored, Evaluated, EvaluationCancelled),
)  # fmt: skip
