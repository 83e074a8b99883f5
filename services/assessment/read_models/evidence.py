"""Evidence: entered once, with where it was used (SIL-15)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.assessment.events import EvidenceEntered, SelfReported
from shared.kernel.model import Happened, ReadModel


@dataclass(frozen=True)
class EvidenceRow:
    """`leaves` are codes of the rubric's statements, `used_for` the occasions whose report names it."""

    evidence_id: UUID
    studio_id: UUID
    person_id: UUID | None
    title: str
    document: str
    happened_on: date
    leaves: tuple[str, ...]
    used_for: tuple[str, ...] = ()


def keys(happened: Happened) -> Iterable[str]:
    match happened.event:
        case SelfReported(evidence_ids=used, dropped=dropped):
            return [str(id) for id in (*used, *dropped)]
    return (str(happened.event.evidence_id),)


def fold(key: str, row: EvidenceRow | None, happened: Happened) -> EvidenceRow | None:
    match happened.event:
        case EvidenceEntered() as one:
            return EvidenceRow(
                one.evidence_id, one.studio_id, happened.person, one.title, one.document, one.happened_on, one.leaves
            )
        case SelfReported(occasion=occasion, evidence_ids=used) if row:
            others = [one for one in row.used_for if one != occasion]
            mine = [occasion] if UUID(key) in used else []
            return replace(row, used_for=tuple(sorted((*others, *mine))))
    return row


evidence = ReadModel(
    "evidence", row=EvidenceRow, keys=keys, fold=fold, facts=(EvidenceEntered, SelfReported),
    filters=("studio_id", "person_id"),
)  # fmt: skip
