"""Ties: what was declared of each expert (SIL-02)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import TieDeclared


@dataclass(frozen=True)
class Tie:
    """To one person; `last_on` is the last joint work."""

    person_id: UUID
    relation: str
    declared_on: date
    last_on: date | None


@dataclass(frozen=True)
class TiesRow:
    expert_id: UUID
    ties: tuple[Tie, ...]


def fold(_key: str, row: TiesRow | None, happened: Happened) -> TiesRow | None:
    told: TieDeclared = happened.event
    tie = Tie(told.person_id, told.relation, happened.on, told.last_on)
    return TiesRow(told.expert_id, (*(row.ties if row else ()), tie))


ties = ReadModel("ties", row=TiesRow, fold=fold, facts=(TieDeclared,), filters=("expert_id",))
