"""RFC 6962 Merkle trees over tiles of 256 hashes, as tlog-tiles lays them out: growing, roots, proofs.

A tile of level `l` holds the roots of full tiles of level `l - 1`; level 0 holds the hashes of leaves.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

HASH = 32
HEIGHT = 8
WIDTH = 1 << HEIGHT
EMPTY_ROOT = hashlib.sha256().digest()
_sha256 = hashlib.sha256

ReadTile = Callable[[int, int], bytes]
"""The hashes of tile `(level, number)`, one after another; a partial tile may be wider than the asked tree's."""


class Tile(NamedTuple):
    level: int
    number: int
    hashes: bytes

    @property
    def width(self) -> int:
        return len(self.hashes) // HASH


class BadProof(ValueError):
    """A proof that does not prove what it says; the message tells which part fails."""


def leaf_hash(leaf: bytes) -> bytes:
    return _sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return _sha256(b"\x01" + left + right).digest()


def _folded(hashes: bytes) -> bytes:
    """The root of a complete subtree over a power of two of hashes."""
    while len(hashes) > HASH:
        hashes = b"".join(
            [_sha256(b"\x01" + hashes[at : at + 2 * HASH]).digest() for at in range(0, len(hashes), 2 * HASH)]
        )
    return hashes


class Tree:
    """A tree of `size` leaves behind its tiles, each read once."""

    def __init__(self, size: int, read: ReadTile) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, number: int, width: int = WIDTH) -> bytes:
        """At least `width` hashes of a tile. Raises `LookupError` when it holds fewer."""
        key = level, number
        if len(self._tiles.get(key, b"")) < width * HASH:
            self._tiles[key] = self._read(level, number)
        hashes = self._tiles[key]
        if len(hashes) < width * HASH:
            msg = f"tile {number} of level {level} holds {len(hashes) // HASH} hashes, {width} are needed"
            raise LookupError(msg)
        return hashes[: width * HASH]

    def grown(self, leaves: Sequence[bytes]) -> tuple["Tree", list[Tile]]:
        """The tree with more leaf hashes, and each tile that this changes as it is then."""
        written: dict[tuple[int, int], bytes] = {}
        level, before, new = 0, self.size, list(leaves)
        while new:
            number, held = divmod(before, WIDTH)
            row = (self.tile(level, number, held) if held else b"") + b"".join(new)
            roots = []
            for at in range(0, len(row), WIDTH * HASH):
                hashes = row[at : at + WIDTH * HASH]
                written[level, number + at // (WIDTH * HASH)] = hashes
                if len(hashes) == WIDTH * HASH:
                    roots.append(_folded(hashes))
            level, before, new = level + 1, before >> HEIGHT, roots
        tree = Tree(
            self.size + len(leaves), lambda level, number: written.get((level, number)) or self._read(level, number)
        )
        return tree, [Tile(*key, hashes) for key, hashes in written.items()]

    def root(self, size: int | None = None) -> bytes:
        """The root of the tree, or of its first `size` leaves."""
        size = self.size if size is None else size
        return self._over(0, size) if size else EMPTY_ROOT

    def _over(self, start: int, end: int) -> bytes:
        """The hash over leaves from `start` up to `end`; `start` is a multiple of the powers of two that occur."""
        count = end - start
        if count & (count - 1) == 0:
            return self._subtree(count.bit_length() - 1, start >> (count.bit_length() - 1))
        middle = start + (1 << (count.bit_length() - 1))
        return node_hash(self._over(start, middle), self._over(middle, end))

    def _subtree(self, height: int, number: int) -> bytes:
        level, inner = divmod(height, HEIGHT)
        tile, first = divmod(number << inner, WIDTH)
        hashes = self.tile(level, tile, first + (1 << inner))
        return _folded(hashes[first * HASH :])

    def leaf(self, index: int) -> bytes:
        return self._subtree(0, index)

    def fits(self, level: int, number: int) -> bool:
        """Whether a full tile's own hashes lead to the one that stands for it a level higher."""
        above, at = divmod(number, WIDTH)
        return _folded(self.tile(level, number)) == self.tile(level + 1, above, at + 1)[at * HASH :]

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that a leaf stands at `index` of the tree of `size` leaves, from the leaf upwards."""
        size = self.size if size is None else size
        if not 0 <= index < size <= self.size:
            msg = f"no leaf {index} in a tree of {size}"
            raise IndexError(msg)
        return list(self._path(index, 0, size))

    def _path(self, index: int, start: int, end: int) -> Iterator[bytes]:
        if end - start == 1:
            return
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < middle:
            yield from self._path(index, start, middle)
            yield self._over(middle, end)
        else:
            yield from self._path(index, middle, end)
            yield self._over(start, middle)

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """The proof that the tree of `new` leaves begins with the tree of `old` ones. Nothing is to prove from 0."""
        new = self.size if new is None else new
        if not 0 < old <= new <= self.size:
            msg = f"no consistency proof from {old} to {new} in a tree of {self.size}"
            raise IndexError(msg)
        return [] if old == new else list(self._subproof(old, 0, new, known=True))

    def _subproof(self, old: int, start: int, end: int, *, known: bool) -> Iterator[bytes]:
        if old == end:
            if not known:
                yield self._over(start, end)
            return
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if old <= middle:
            yield from self._subproof(old, start, middle, known=known)
            yield self._over(middle, end)
        else:
            yield from self._subproof(old, middle, end, known=False)
            yield self._over(start, middle)


class Rolling:
    """A root that grows leaf by leaf, without tiles: for whoever reads a whole log once."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []
        self._row: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """A leaf's hash."""
        self._row.append(leaf)
        self.size += 1
        if len(self._row) == WIDTH:
            self._close()

    def _close(self) -> None:
        """A full tile becomes one hash; peaks of the same height join."""
        peak, count = _folded(b"".join(self._row)), self.size >> HEIGHT
        while count & 1 == 0:
            peak, count = node_hash(self._peaks.pop(), peak), count >> 1
        self._peaks.append(peak)
        self._row.clear()

    def root(self) -> bytes:
        if not self.size:
            return EMPTY_ROOT
        parts, row, at = list(self._peaks), self._row, 0
        for height in range(HEIGHT - 1, -1, -1):
            if len(row) & (1 << height):
                parts.append(_folded(b"".join(row[at : at + (1 << height)])))
                at += 1 << height
        found = parts.pop()
        while parts:
            found = node_hash(parts.pop(), found)
        return found


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    rolling = Rolling()
    for leaf in leaves:
        rolling.add(leaf)
    return rolling.root()


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise `BadProof` unless the leaf hash stands at `index` under the root of `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        msg = f"there is no leaf {index} in a tree of {size}"
        raise BadProof(msg)
    at, last, found = index, size - 1, leaf
    for hash in proof:
        if last == 0:
            msg = "the proof is longer than the tree is high"
            raise BadProof(msg)
        if at & 1 or at == last:
            found = node_hash(hash, found)
            while at & 1 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, hash)
        at, last = at >> 1, last >> 1
    if last:
        msg = "the proof is shorter than the tree is high"
        raise BadProof(msg)
    if found != root:
        msg = f"the proof leads to another root than that of the {size} leaves"
        raise BadProof(msg)


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raise `BadProof` unless the tree of `new` leaves begins with that of `old` (RFC 9162, 2.1.4.2).

    From 0 there is nothing to prove, and nothing is: `old` is 1 or more.
    """
    if not 0 < old <= new:
        msg = f"nothing proves the way from {old} to {new} leaves"
        raise BadProof(msg)
    if old == new:
        if proof or old_root != new_root:
            msg = f"two different trees of {new} leaves"
            raise BadProof(msg)
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        msg = "the proof is empty"
        raise BadProof(msg)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for hash in path[1:]:
        if last == 0:
            msg = "the proof is longer than the tree is high"
            raise BadProof(msg)
        if at & 1 or at == last:
            first, second = node_hash(hash, first), node_hash(hash, second)
            while at & 1 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, hash)
        at, last = at >> 1, last >> 1
    if last:
        msg = "the proof is shorter than the tree is high"
        raise BadProof(msg)
    if first != old_root or second != new_root:
        which, size = ("old", old) if first != old_root else ("new", new)
        msg = f"the proof leads to another root than the {which} one of {size} leaves"
        raise BadProof(msg)


def tile_path(number: int) -> str:
    """A tile's number in a URL: 1234067 is `x001/x234/067`."""
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03}")
    return "/".join(reversed(parts))


def tile_number(path: str) -> int:
    """A tile's number from its part of a URL. Raises `ValueError` for any other way of writing it."""
    number = int("".join(part.removeprefix("x") for part in path.split("/")) or "x")
    if tile_path(number) != path:
        msg = f"no tile is named {path}"
        raise ValueError(msg)
    return number
