"""Sessions that took place, with their rolls."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.membership.events import RollClosed, RollMarked, SessionHeld, SessionMissed
from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import SessionAttended


@dataclass(frozen=True)
class SessionRow:
    studio_id: UUID
    host_id: UUID
    held_on: date
    place: str
    topic: str
    class_hours: int
    obliged: tuple[UUID, ...]
    closes_on: date
    present: tuple[UUID, ...] = ()
    absent: dict[str, str] | None = None
    is_closed: bool = False


def fold(_key: str, row: SessionRow | None, happened: Happened) -> SessionRow | None:
    match happened.event:
        case SessionHeld() as held:
            return SessionRow(
                held.studio_id,
                held.host_id,
                held.held_on,
                held.place,
                held.topic,
                held.class_hours,
                held.obliged,
                held.closes_on,
            )
        case RollMarked(present=present, absent=absent) if row:
            return replace(row, present=present, absent={str(p): kind for p, kind in absent.items()})
        case RollClosed() if row:
            return replace(row, is_closed=True)
    return row


sessions = ReadModel(
    "sessions",
    row=SessionRow,
    facts=(SessionHeld, RollMarked, SessionAttended, SessionMissed, RollClosed),
    fold=fold,
    filters=("studio_id", "host_id"),
)
