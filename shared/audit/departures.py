"""Where one sequence of leaves departs from another, and what seems to have happened there."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

What = Literal["altered", "missing", "inserted", "doubled", "swapped", "cut", "beyond"]


class Departure(NamedTuple):
    """`many` entries are missing or were inserted; `other` is where else the entry belongs, from here."""

    what: What
    many: int = 1
    other: int = 0


def departure(found: Sequence[bytes], due: Sequence[bytes]) -> Departure:
    """What happened at the first of `found`, which is not the first of `due`; both are hashes from there on."""
    if not found:
        return Departure("cut", len(due))
    if not due:
        return Departure("beyond", len(found))
    if found[0] in due:
        at = due.index(found[0])
        if found[at : at + 1] == due[:1]:
            return Departure("swapped", other=at)
        if found[1:2] == due[at + 1 : at + 2]:
            return Departure("missing", at, at)
        return Departure("doubled", other=at) if found[1:2] == due[1:2] else Departure("missing", at, at)
    if due[0] in found:
        return Departure("inserted", found.index(due[0]))
    return Departure("altered")
