"""Training files: what each member studied and made, and the host's feedback."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.membership.events import FeedbackGiven, HandedOver, TrainingFileOpened, TrainingItemFiled
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText


@dataclass(frozen=True)
class Item:
    """`by` is who filed it; `document` the digest of what is kept elsewhere."""

    item_id: UUID
    kind: str
    title: str
    document: str
    happened_on: date
    filed_on: date
    by: UUID | None


@dataclass(frozen=True)
class Feedback:
    feedback_id: UUID
    text: PersonalText
    given_on: date


@dataclass(frozen=True)
class TrainingFileRow:
    membership_id: UUID
    studio_id: UUID
    host_id: UUID
    person_id: UUID
    items: tuple[Item, ...] = ()
    feedback: tuple[Feedback, ...] = ()


def in_time_order(row: TrainingFileRow) -> list[dict[str, Any]]:
    """The growth file in one answer, traceable day by day (MEM-13, MEM-18): what was filed, and what the host said."""
    items = [
        {"on": it.happened_on, "what": it.kind, "id": it.item_id, "text": it.title, "document": it.document}
        for it in row.items
    ]
    said = [{"on": it.given_on, "what": "feedback", "id": it.feedback_id, "text": it.text} for it in row.feedback]
    return sorted([*items, *said], key=lambda entry: entry["on"])


def fold(_key: str, row: TrainingFileRow | None, happened: Happened) -> TrainingFileRow | None:
    match happened.event:
        case TrainingFileOpened() as it:
            return TrainingFileRow(it.membership_id, it.studio_id, it.host_id, it.person_id)
        case TrainingItemFiled() as it if row:
            item = Item(it.item_id, it.kind, it.title, it.document, it.happened_on, happened.on, happened.person)
            return replace(row, items=(*row.items, item))
        case FeedbackGiven(feedback_id=id, text=text) if row:
            return replace(row, feedback=(*row.feedback, Feedback(id, text, happened.on)))
        case HandedOver(host_id=host) if row:
            return replace(row, host_id=host)
    return row


training_files = ReadModel(
    "training_files", row=TrainingFileRow, facts=(TrainingFileOpened, TrainingItemFiled, FeedbackGiven, HandedOver),
    fold=fold,
    filters=("membership_id", "studio_id", "host_id", "person_id"), edition=3,
)  # fmt: skip
