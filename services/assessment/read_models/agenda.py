"""Deadlines of assessment: an overdue mid-term, a posted score's effect, the end of a rectification."""

from dataclasses import replace
from datetime import date, timedelta

from services.assessment.events import (
    EvaluationCancelled,
    EvaluationPlanned,
    MidtermOverdue,
    NoticeExtended,
    ObjectionAnswered,
    RectificationOrdered,
    Rescored,
    Scored,
    ScoreWithdrawn,
)
from shared.kernel.model import Due, Happened, ReadModel, due
from shared.kernel.published import Evaluated

_ONE_DAY = timedelta(days=1)


def fold(_key: str, row: Due | None, happened: Happened) -> Due | None:
    match happened.event:
        case EvaluationPlanned(studio_id=studio, closes_on=day) if day:
            return due(happened, "AlarmMidterm", {"studio_id": str(studio)}, on=day + _ONE_DAY)
        case Scored(studio_id=studio, stage=stage, posted_on=day, notice_workdays=workdays):
            body = {"studio_id": str(studio), "stage": stage}
            return due(happened, "TakeEffect", body, since=day, workdays=workdays)
        case NoticeExtended(workdays=workdays) if row:
            return replace(row, workdays=workdays)
        case ObjectionAnswered(takes_effect_on=day) if row and day:
            return _settled(row, happened, day)
        case Rescored(for_the_record=False, takes_effect_on=day) if row:
            rescored = replace(row, rules=happened.rules, cause=happened.position)
            return _settled(rescored, happened, day) if day else rescored
        case RectificationOrdered(studio_id=studio, until=day):
            return due(happened, "CloseRectification", {"studio_id": str(studio)}, on=day + _ONE_DAY)
        case ScoreWithdrawn(studio_id=studio, stage="midterm", is_second=is_second, closes_on=day) if day:
            ask = "CloseRectification" if is_second else "AlarmMidterm"
            return due(happened, ask, {"studio_id": str(studio)}, on=day + _ONE_DAY)
        case Evaluated() | MidtermOverdue() | EvaluationCancelled() | ScoreWithdrawn():
            return None
    return row


def _settled(row: Due, happened: Happened, day: date) -> Due:
    """What held the result back is settled after the notice: it takes effect on that day."""
    return replace(row, on=day, since=None, workdays=None, cause=happened.position)


agenda = ReadModel(
    "agenda", row=Due, fold=fold, filters=("on",), edition=5,
    facts=(
        EvaluationPlanned, MidtermOverdue, Scored, NoticeExtended, ObjectionAnswered, Rescored, RectificationOrdered,
        ScoreWithdrawn, Evaluated, EvaluationCancelled,
    ),
)  # fmt: skip
