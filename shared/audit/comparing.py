"""Two exports of one log: whether one extends the other, and if not, the first entry in which they differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

from shared.audit.departures import departure
from shared.audit.exporting import Entry, Export, read_line
from shared.audit.leaf import read_leaf
from shared.audit.naming import LOOK, entry_said
from shared.audit.said import Said, Unusable, said
from shared.audit.tree import leaf_hash

FIELDS = ("n", "id", "ver", "topic", "sha256", "log")


@dataclass(frozen=True)
class Compared:
    """What to say, and whether they agree as far as both go."""

    agree: bool
    sentence: Said


def compare(one: Path, other: Path) -> Compared:
    """Entry by entry; a withheld state is compared by the hash in its leaf. Raises `Unusable`."""
    with Export(one) as first, Export(other) as second:
        ours, theirs = _entries(first), _entries(second)
        _check_log(one, other)
        index = 0
        while True:
            left, right = next(ours, None), next(theirs, None)
            if left is None and right is None:
                return Compared(agree=True, sentence=said("same", size=index))
            if left is None or right is None:
                longer, shorter, rest = (one, other, ours) if left else (other, one, theirs)
                more = 1 + sum(1 for _ in rest)
                sentence = said("extends", longer=longer, shorter=shorter, size=index, more=more)
                return Compared(agree=True, sentence=sentence)
            what = None if _same_state(left, right) else said("differ-state")
            if left.leaf != right.leaf:
                what = _difference(one, other, index, [left, *islice(ours, LOOK)], [right, *islice(theirs, LOOK)])
            if what:
                sentence = said("differ", entry=entry_said(index, left.leaf), what=what)
                return Compared(agree=False, sentence=sentence)
            index += 1


def _entries(export: Export) -> Iterator[Entry]:
    for index, line in enumerate(export.lines()):
        try:
            yield read_line(line)
        except ValueError:
            raise Unusable("line-unread", index=index) from None


def _check_log(one: Path, other: Path) -> None:
    logs = []
    for path in (one, other):
        with Export(path) as export:
            first = next(_entries(export), None)
        if first is None:
            raise Unusable("export-void", path=path)
        logs.append(read_leaf(first.leaf).log)
    if logs[0] != logs[1]:
        raise Unusable("origins-differ", one=logs[0], other=logs[1])


def _same_state(one: Entry, other: Entry) -> bool:
    if one.state is not None and other.state is not None:
        return one.state == other.state
    given = one.state if one.state is not None else other.state
    return given is None or sha256(given).hexdigest() == read_leaf(one.leaf).sha256


def _difference(one: Path, other: Path, index: int, ours: Sequence[Entry], theirs: Sequence[Entry]) -> Said:
    what = departure([leaf_hash(entry.leaf) for entry in ours], [leaf_hash(entry.leaf) for entry in theirs])
    match what.what:
        case "missing":
            return said("differ-missing", path=one, count=what.many)
        case "inserted":
            return said("differ-missing", path=other, count=what.many)
        case "swapped":
            return said("differ-swapped", other=index + what.other)
    left, right = read_leaf(ours[0].leaf), read_leaf(theirs[0].leaf)
    field = next(name for name in FIELDS if getattr(left, name) != getattr(right, name))
    return said("differ-field", field=field, one=getattr(left, field), other=getattr(right, field))
