"""Deadlines of assessment: when a mid-term is overdue, when a posted score takes effect."""

from datetime import timedelta

from services.assessment.events import EvaluationCancelled, EvaluationPlanned, MidtermOverdue, Scored
from shared.kernel.model import Due, Happened, ReadModel
from shared.kernel.published import Evaluated


def fold(_key: str, row: Due | None, happened: Happened) -> Due | None:
    match happened.event:
        case EvaluationPlanned(studio_id=studio, closes_on=day) if day:
            body = {"studio_id": str(studio)}
            return Due(ask="AlarmMidterm", body=body, on=day + timedelta(days=1), rules=happened.rules)
        case Scored(studio_id=studio, stage=stage, posted_on=day, notice_workdays=workdays):
            body = {"studio_id": str(studio), "stage": stage}
            return Due(ask="TakeEffect", body=body, since=day, workdays=workdays, rules=happened.rules)
        case Evaluated() | MidtermOverdue() | EvaluationCancelled():
            return None
    return row


agenda = ReadModel(
    "agenda", row=Due, fold=fold, filters=("on",), edition=2,
    facts=(EvaluationPlanned, MidtermOverdue, Scored, Evaluated, EvaluationCancelled),
)  # fmt: skip
