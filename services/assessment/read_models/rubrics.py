"""Rubrics: each version of the assessment rules that the office adopted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.assessment.events import RubricAdopted, RubricSection, leaves
from shared.kernel.model import Happened, ReadModel


@dataclass(frozen=True)
class RubricRow:
    """Weights are of 100; an item's kind says how it is scored, its guidance are the level-3 statements (A.9-16).

    `leaves` are the codes of the statements, in their order (SIL-15).
    """

    number: int
    adopted_on: date
    sections: tuple[RubricSection, ...]
    leaves: tuple[str, ...] = ()


def keys(happened: Happened) -> Iterable[str]:
    return (str(happened.event.number),)


def fold(_key: str, _row: RubricRow | None, happened: Happened) -> RubricRow | None:
    adopted: RubricAdopted = happened.event
    return RubricRow(adopted.number, happened.on, adopted.sections, tuple(leaves(adopted.sections)))


rubrics = ReadModel("rubrics", row=RubricRow, keys=keys, fold=fold, facts=(RubricAdopted,), edition=2)
