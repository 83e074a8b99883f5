"""Objections to posted lists: what is open, and how it was answered."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from services.applications.events import ObjectionAnswered, ObjectionRaised
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText


@dataclass(frozen=True)
class ObjectionRow:
    round_id: UUID
    application_id: UUID
    objector_id: UUID
    reason: PersonalText
    raised_on: date
    state: Literal["open", "upheld", "dismissed"] = "open"
    answer: PersonalText | None = None
    answered_on: date | None = None


def fold(_key: str, row: ObjectionRow | None, happened: Happened) -> ObjectionRow | None:
    match happened.event:
        case ObjectionRaised() as raised:
            return ObjectionRow(
                raised.round_id, raised.application_id, raised.objector_id, raised.reason, raised_on=happened.on
            )
        case ObjectionAnswered(upheld=upheld, reason=reason) if row:
            return replace(row, state="upheld" if upheld else "dismissed", answer=reason, answered_on=happened.on)
    return row


objections = ReadModel(
    "objections", row=ObjectionRow, facts=(ObjectionRaised, ObjectionAnswered), fold=fold,
    filters=("round_id", "application_id", "objector_id", "state"),
)  # fmt: skip
