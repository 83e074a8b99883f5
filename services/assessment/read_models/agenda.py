"""Deadlines of assessment: when a posted score takes effect."""

from services.assessment.events import Scored
from shared.kernel.model import Due, Happened, ReadModel
from shared.kernel.published import Evaluated


def fold(_key: str, row: Due | None, happened: Happened) -> Due | None:
    match happened.event:
        case Scored(studio_id=studio, stage=stage, posted_on=day, notice_workdays=workdays):
            body = {"studio_id": str(studio), "stage": stage}
            return Due(ask="TakeEffect", body=body, since=day, workdays=workdays, rules=happened.rules)
        case Evaluated():
            return None
    return row


agenda = ReadModel("agenda", row=Due, facts=(Scored, Evaluated), fold=fold, filters=("on",))
