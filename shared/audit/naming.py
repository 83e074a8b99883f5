"""Which entry of an export is not what was signed, and what seems to have been done to it."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from shared.audit.departures import departure
from shared.audit.exporting import Export, read_line
from shared.audit.leaf import LEAF, read_leaf
from shared.audit.said import Said, said
from shared.audit.tree import HASH, Rolling, leaf_hash
from shared.audit.vouching import Head

LOOK = 4096
"""So far ahead is looked for where an entry went."""
_STEP = 8192


class Trouble(NamedTuple):
    """The first entry that contradicts something. Without `finding` its hash is not the one of the file `hashes`."""

    at: int
    line: bytes | None
    finding: Said | None


def troubled(code: str, index: int, line: bytes, leaf: bytes, **numbers: object) -> Trouble:
    return Trouble(index, line, said(code, entry=entry_said(index, leaf), **numbers))


class Naming:
    """Looks again at an export that has trouble; `heads` are the signed checkpoints, the newest last."""

    def __init__(self, export: Export, heads: Sequence[Head]) -> None:
        self._export, self._heads, self._newest = export, heads, heads[-1]

    def named(self, trouble: Trouble, rest: Iterator[bytes]) -> list[Said]:
        """Name the entry, by whichever of entries and hashes the newest checkpoint speaks for."""
        if trouble.finding is None and self._root_over_hashes() == self._newest.root:
            return [self._departed(trouble, rest)]
        low, failing = self._bounds()
        if failing is None:
            return [trouble.finding or said("hash-altered", index=trouble.at)]
        what, between = said("checkpoint", size=failing), {"low": low, "high": failing - 1}
        if trouble.finding:
            return [trouble.finding, said("root-differs", what=what, **between)]
        if trouble.line is None and self._export.hashes.size == trouble.at * HASH:
            return [said("root-differs", what=what, **between)]
        return [said("parted", entry=entry_said(trouble.at, leaf_in(trouble.line)), **between)]

    def _root_over_hashes(self) -> bytes | None:
        if self._export.hashes.size != self._newest.size * HASH:
            return None
        rolling = Rolling()
        for start in range(0, self._newest.size, _STEP):
            for hash in parts(self._export.leaf_hashes(start, _STEP)):
                rolling.add(hash)
        return rolling.root()

    def _bounds(self) -> tuple[int, int | None]:
        """Up to which size the entries fit the checkpoints, and the first size at which they do not; None: they do."""
        sizes = {head.size: head.root for head in self._heads}
        rolling, low, at = Rolling(), 0, 0
        for line in self._export.lines():
            rolling.add(leaf_hash(leaf_in(line)))
            at += 1
            if at in sizes:
                if rolling.root() != sizes[at]:
                    return low, at
                low = at
        return low, next((size for size in sizes if size > at), None)

    def _departed(self, trouble: Trouble, rest: Iterator[bytes]) -> Said:
        """The hashes are what was signed: what happened to the entry that is not of its hash."""
        index = trouble.at
        lines = [] if trouble.line is None else [trouble.line, *islice(rest, LOOK)]
        due = parts(self._export.leaf_hashes(index, LOOK + 1))
        leaf = leaf_in(trouble.line)
        what = departure([leaf_hash(leaf_in(line)) for line in lines], due)
        entry = entry_said(index, leaf)
        match what.what:
            case "cut":
                return said("entries-cut", entry=said("entry-unread", index=index), size=self._newest.size)
            case "missing":
                return said(
                    "entries-missing",
                    entry=said("entry-unread", index=index),
                    count=what.many,
                    behind=entry_said(index + what.other, leaf),
                )
            case "swapped" | "doubled":
                code = "entries-swapped" if what.what == "swapped" else "entry-doubled"
                return said(code, entry=entry, other=index + what.other)
        before = self._index_before(leaf_hash(leaf), index)
        if before is not None:
            return said("entry-doubled", entry=entry, other=before)
        if what.what == "inserted":
            return said("entries-inserted", entry=entry, count=what.many)
        return said("leaf-altered" if is_line(trouble.line) else "line-altered", entry=entry)

    def _index_before(self, hash: bytes, end: int) -> int | None:
        for start in range(0, end, _STEP):
            some = parts(self._export.leaf_hashes(start, min(_STEP, end - start)))
            if hash in some:
                return start + some.index(hash)
        return None


def parts(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


_LEAF_IN = re.compile(rb'\{"leaf":(' + LEAF.pattern + rb"),")


def leaf_in(line: bytes | None) -> bytes:
    """The leaf of a line as far as it can be read, however the rest of it looks."""
    found = _LEAF_IN.match(line or b"")
    return found[1] if found else b""


def is_line(line: bytes | None) -> bool:
    try:
        read_line(line or b"")
    except ValueError:
        return False
    return True


def entry_said(index: int, leaf: bytes) -> Said:
    """An entry by its index, position, stream, version and topic."""
    try:
        read = read_leaf(leaf)
    except ValueError:
        return said("entry-unread", index=index)
    return said("entry", index=index, n=read.n, stream=str(read.id), version=read.ver, topic=read.topic)
