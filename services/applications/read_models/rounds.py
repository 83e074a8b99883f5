"""Rounds: until when, how many places, whose names are on the list."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.applications.events import ListPosted, ListPublished, RoundOpened
from shared.kernel.model import Happened, ReadModel


@dataclass(frozen=True)
class RoundRow:
    title: str
    deadline: date
    places: int
    min_score_points: int
    require_class_honor: bool
    posted_on: date | None = None
    published_on: date | None = None
    listed: tuple[UUID, ...] = ()


def fold(_key: str, row: RoundRow | None, happened: Happened) -> RoundRow | None:
    match happened.event:
        case RoundOpened() as opened:
            return RoundRow(
                title=opened.title, deadline=opened.deadline, places=opened.places,
                min_score_points=opened.min_score_points, require_class_honor=opened.require_class_honor,
            )  # fmt: skip
        case ListPosted(application_ids=ids, posted_on=day) if row:
            return replace(row, posted_on=day, listed=ids)
        case ListPublished() if row:
            return replace(row, published_on=happened.on)
    return row


rounds = ReadModel("rounds", row=RoundRow, facts=(RoundOpened, ListPosted, ListPublished), fold=fold)
