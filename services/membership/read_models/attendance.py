"""Attendance: how often each member of a studio was there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from services.membership.events import SessionMissed
from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import SessionAttended


@dataclass(frozen=True)
class AttendanceRow:
    studio_id: UUID
    person_id: UUID
    attended: int = 0
    missed: int = 0
    attended_hours: int = 0


def keys(happened: Happened) -> Iterable[str]:
    return (f"{happened.event.studio_id}:{happened.event.person_id}",)


def fold(_key: str, row: AttendanceRow | None, happened: Happened) -> AttendanceRow | None:
    row = row or AttendanceRow(happened.event.studio_id, happened.event.person_id)
    match happened.event:
        case SessionAttended(class_hours=hours):
            return replace(row, attended=row.attended + 1, attended_hours=row.attended_hours + hours)
        case SessionMissed():
            return replace(row, missed=row.missed + 1)
    return row


attendance = ReadModel(
    "attendance", row=AttendanceRow, facts=(SessionAttended, SessionMissed), keys=keys, fold=fold,
    filters=("studio_id", "person_id"),
)  # fmt: skip
