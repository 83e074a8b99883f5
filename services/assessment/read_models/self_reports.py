"""Self-reports: what each studio's host reported for an occasion (SIL-15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.assessment.events import SelfReported
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText


@dataclass(frozen=True)
class SelfReportRow:
    studio_id: UUID
    occasion: str
    person_id: UUID | None
    reported_on: date
    text: PersonalText
    evidence_ids: tuple[UUID, ...]


def keys(happened: Happened) -> Iterable[str]:
    return (f"{happened.event.studio_id}:{happened.event.occasion}",)


def fold(_key: str, _row: SelfReportRow | None, happened: Happened) -> SelfReportRow | None:
    told: SelfReported = happened.event
    return SelfReportRow(told.studio_id, told.occasion, happened.person, happened.on, told.text, told.evidence_ids)


self_reports = ReadModel(
    "self_reports", row=SelfReportRow, keys=keys, fold=fold, facts=(SelfReported,),
    filters=("studio_id", "occasion", "person_id"),
)  # fmt: skip
