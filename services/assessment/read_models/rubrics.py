"""Rubrics: each version of the assessment rules that the office adopted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.assessment.events import RubricAdopted, RubricSection
from shared.kernel.model import Happened, ReadModel


@dataclass(frozen=True)
class RubricRow:
    """Weights are of 100; each item is scored 0 to 100, its guidance are the level-3 statements (A.9-16)."""

    number: int
    adopted_on: date
    sections: tuple[RubricSection, ...]


def keys(happened: Happened) -> Iterable[str]:
    return (str(happened.event.number),)


def fold(_key: str, _row: RubricRow | None, happened: Happened) -> RubricRow | None:
    adopted: RubricAdopted = happened.event
    return RubricRow(adopted.number, happened.on, adopted.sections)


rubrics = ReadModel("rubrics", row=RubricRow, keys=keys, fold=fold, facts=(RubricAdopted,))
