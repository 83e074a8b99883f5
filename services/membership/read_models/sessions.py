"""Sessions that took place, with their rolls."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.membership.events import Mark, RollClosed, RollCorrected, RollMarked, SessionHeld, SessionMissed
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText
from shared.kernel.published import SessionAttended


@dataclass(frozen=True)
class Correction:
    """One mark that was changed after the roll closed, when and by whom."""

    person_id: UUID
    before: Mark
    after: Mark
    reason: PersonalText
    on: date
    by: UUID | None


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
    corrections: tuple[Correction, ...] = ()
    proofs: dict[str, str] | None = None


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
        case RollMarked(present=present, absent=absent, proofs=proofs) if row:
            named = None if proofs is None else {str(person): str(document) for person, document in proofs.items()}
            return replace(row, present=present, absent={str(p): kind for p, kind in absent.items()}, proofs=named)
        case SessionMissed(person_id=person, kind=kind) if row:
            return replace(row, absent={**(row.absent or {}), str(person): kind})
        case RollCorrected() if row:
            return corrected(row, happened)
        case RollClosed() if row:
            return replace(row, is_closed=True)
    return row


def corrected(row: SessionRow, happened: Happened) -> SessionRow:
    it: RollCorrected = happened.event
    present = tuple(person for person in row.present if person != it.person_id)
    absent = {person: kind for person, kind in (row.absent or {}).items() if person != str(it.person_id)}
    if it.after == "present":
        present = (*present, it.person_id)
    else:
        absent[str(it.person_id)] = it.after
    correction = Correction(it.person_id, it.before, it.after, it.reason, happened.on, happened.person)
    return replace(row, present=present, absent=absent, corrections=(*row.corrections, correction))


sessions = ReadModel(
    "sessions",
    row=SessionRow,
    facts=(SessionHeld, RollMarked, SessionAttended, SessionMissed, RollClosed, RollCorrected),
    fold=fold,
    filters=("studio_id", "host_id"),
    edition=3,
)
