"""What every panel rests on: how many sit and how many sheets suffice (A.9-25), and who steps aside (SIL-02)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from shared.kernel.calendar import add_months

JOINT_WORK = ("co_author", "co_lead")
"""Ties that end, some years after the last joint work; all others are for ever."""


def is_panel(experts: Collection[Any], least: int) -> bool:
    """An odd number of different experts, so many at least."""
    return len(set(experts)) == len(experts) and len(experts) % 2 == 1 and len(experts) >= least


def quorum(seated: int, share: tuple[int, int]) -> int:
    """The fewest valid sheets that suffice of so many seated: `share` is a part of a whole, included."""
    part, whole = share
    return -(-seated * part // whole)


def binds(relation: str, last_on: date | None, day: date, years: int) -> bool:
    """Whether a tie stands on a day: joint work through the corresponding day so many years after it was last done."""
    return relation not in JOINT_WORK or last_on is None or day <= add_months(last_on, 12 * years)


def is_colleague(one: str | None, other: str | None) -> bool:
    """Of one department, as far as both are known."""
    return one is not None and one == other
