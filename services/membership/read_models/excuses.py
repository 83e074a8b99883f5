"""Excuses: what trainees handed in for sessions, and what the hosts answered (MEM-07)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.membership.events import ExcuseAnswered, ExcuseHandedIn
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText


@dataclass(frozen=True)
class ExcuseRow:
    """`granted` is None until the host answers; `document` the digest of what is kept elsewhere."""

    excuse_id: UUID
    session_id: UUID
    studio_id: UUID
    host_id: UUID
    person_id: UUID
    kind: str
    reason: PersonalText
    handed_in_on: date
    document: str | None = None
    granted: bool | None = None
    answer: PersonalText | None = None


def keys(happened: Happened) -> Iterable[str]:
    return (str(happened.event.excuse_id),)


def fold(_key: str, row: ExcuseRow | None, happened: Happened) -> ExcuseRow | None:
    match happened.event:
        case ExcuseHandedIn() as it:
            return ExcuseRow(
                it.excuse_id, it.session_id, it.studio_id, it.host_id, it.person_id, it.kind, it.reason, happened.on,
                it.document,
            )  # fmt: skip
        case ExcuseAnswered(granted=granted, reason=answer) if row:
            return replace(row, granted=granted, answer=answer)
    return row


excuses = ReadModel(
    "excuses", row=ExcuseRow, facts=(ExcuseHandedIn, ExcuseAnswered), keys=keys, fold=fold,
    filters=("studio_id", "session_id", "host_id", "person_id"),
)  # fmt: skip
