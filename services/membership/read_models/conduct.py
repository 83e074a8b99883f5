"""Violations of the code of conduct: what is on record, and how the school decided (MEM-21, SIL-07)."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.membership.events import ConductDescribed, ConductReasoned
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText
from shared.kernel.published import ConductViolationDecided, ConductViolationRecorded

NOTHING = PersonalText()


@dataclass(frozen=True)
class ConductRow:
    """`state` is undecided, confirmed or dismissed; `item` one of the ten norms, `document` a digest."""

    studio_id: UUID
    person_id: UUID
    is_host: bool
    recorded_on: date
    state: str = "undecided"
    item: int = 0
    document: str = ""
    summary: PersonalText = NOTHING
    decided_on: date | None = None
    reason: PersonalText | None = None


def fold(_key: str, row: ConductRow | None, happened: Happened) -> ConductRow | None:
    match happened.event:
        case ConductViolationRecorded() as it:
            return ConductRow(it.studio_id, it.person_id, it.is_host, happened.on)
        case ConductDescribed(item=item, document=document, summary=summary) if row:
            return replace(row, item=int(item), document=document, summary=summary)
        case ConductViolationDecided(confirmed=confirmed) if row:
            return replace(row, state="confirmed" if confirmed else "dismissed", decided_on=happened.on)
        case ConductReasoned(reason=reason) if row:
            return replace(row, reason=reason)
    return row


conduct = ReadModel(
    "conduct", row=ConductRow, fold=fold, filters=("studio_id", "person_id", "state"),
    facts=(ConductViolationRecorded, ConductDescribed, ConductViolationDecided, ConductReasoned),
)  # fmt: skip
