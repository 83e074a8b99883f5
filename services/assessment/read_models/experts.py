"""Experts: who may judge, and until when (ASM-02, A.9-19)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import ExpertAppointed


@dataclass(frozen=True)
class Term:
    """One appointment; the last day counts."""

    appointed_on: date
    until: date


@dataclass(frozen=True)
class ExpertRow:
    """`until` is the newest appointment's, which replaces those before it."""

    person_id: UUID
    until: date
    terms: tuple[Term, ...]
    department: str | None = None


def fold(_key: str, row: ExpertRow | None, happened: Happened) -> ExpertRow | None:
    appointed: ExpertAppointed = happened.event
    terms = (*(row.terms if row else ()), Term(happened.on, appointed.until))
    return ExpertRow(appointed.person_id, appointed.until, terms, appointed.department)


experts = ReadModel("experts", row=ExpertRow, fold=fold, facts=(ExpertAppointed,), filters=("person_id",), edition=2)
