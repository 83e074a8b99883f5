"""The assessment rules of a school, and the settings it decides by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from shared.kernel.model import event
from shared.kernel.settings import Adopted, Announced, Delegated
from shared.kernel.values import Label, Text, Whole

ItemKind = Literal["points", "per_unit", "deduction", "levels", "open", "veto"]
"""What an expert writes: points up to `full`; a count at `unit` points each, between `floor` and `cap`; a count that
takes `unit` points each from `full`, down to `floor`; a level of the table; an open count, at `unit` points each, up to
`cap` if there is one; or 1 for a veto, which no points outweigh, and 0 for none."""


class Leaf(Label):
    """The code of a level-3 statement: section, item and statement, each counted from 1 (SIL-15)."""

    longest = 8
    pattern = r"[1-9]\d?\.[1-9]\d?\.[1-9]\d?"
    example = "3.2.1"


_HUNDRED, _ONE, _NONE = Whole(100), Whole(1), Whole(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """A level of a table and its points; level 0 is the best."""

    level: Whole
    points: Whole


@dataclass(frozen=True, kw_only=True, slots=True)
class RubricItem:
    """A level-2 indicator: what an expert scores, and the statements that guide them."""

    title: Label
    guidance: tuple[Text, ...]
    kind: ItemKind = "points"
    full: Whole = _HUNDRED
    unit: Whole = _ONE
    floor: Whole = _NONE
    cap: Whole | None = None
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RubricSection:
    """A level-1 indicator with its weight of 100 and its items.

    Its share is the mean of its items' shares, or with `mode` sum all their points of all that can be had.
    """

    title: Label
    weight: Whole
    items: tuple[RubricItem, ...]
    mode: Literal["mean", "sum"] = "mean"


def leaves(sections: Sequence[RubricSection]) -> Iterator[str]:
    """The codes of all level-3 statements, in their order."""
    for section, of_section in enumerate(sections, start=1):
        for item, of_item in enumerate(of_section.items, start=1):
            yield from (f"{section}.{item}.{leaf}" for leaf in range(1, len(of_item.guidance) + 1))


@event("assessment.settings-followed")
class SettingsFollowed(Adopted):
    """A version of the school's settings, as applications published it."""


@event("assessment.year-followed")
class YearFollowed(Announced):
    """A year's official calendar, as applications published it."""


@event("assessment.delegation-followed")
class DelegationFollowed(Delegated):
    """Who does whose duty for a time, as applications published it."""


@event("assessment.rubric-adopted")
class RubricAdopted:
    """The management office wrote the assessment rules (ASM-01); the newest counts for what is scored after it."""

    number: int
    sections: tuple[RubricSection, ...]
