"""Departments' batches: annex 4's summary table (APP-18)."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.applications.events import BatchEntry, BatchJoined, BatchSubmitted
from shared.kernel.model import Happened, ReadModel


@dataclass(frozen=True)
class BatchRow:
    round_id: UUID
    department: str
    submitted_on: date
    entries: tuple[BatchEntry, ...]


def fold(_key: str, row: BatchRow | None, happened: Happened) -> BatchRow | None:
    match happened.event:
        case BatchSubmitted() as batch:
            return BatchRow(batch.round_id, batch.department, happened.on, batch.entries)
        case BatchJoined(entry=entry) if row:
            others = (one for one in row.entries if one.application_id != entry.application_id)
            return replace(row, entries=(*others, entry))
    return row


batches = ReadModel(
    "batches", row=BatchRow, facts=(BatchSubmitted, BatchJoined), fold=fold, filters=("round_id", "department")
)
