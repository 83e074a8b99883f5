"""Deadlines of applications: when a posted list stands published."""

from services.applications.events import ListPosted, ListPublished, NoticeExtended
from shared.kernel.model import Due, Happened, ReadModel, due


def fold(_key: str, row: Due | None, happened: Happened) -> Due | None:
    match happened.event:
        case ListPosted(round_id=round_id, posted_on=day, notice_workdays=workdays):
            body = {"round_id": str(round_id)}
            return due(happened, "PublishList", body, since=day, workdays=workdays)
        case NoticeExtended(round_id=round_id, since=day, workdays=workdays):
            return due(happened, "PublishList", {"round_id": str(round_id)}, since=day, workdays=workdays)
        case ListPublished():
            return None
    return row


agenda = ReadModel(
    "agenda", row=Due, facts=(ListPosted, NoticeExtended, ListPublished), fold=fold, filters=("on",), edition=4
)
