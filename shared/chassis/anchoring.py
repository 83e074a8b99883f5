"""The anchor log: once a day the checkpoints of all logs become leaves of one small tree, whose root can be printed.

It lies in a folder as tlog-tiles has it on a web server: `checkpoint`, `tile/…`, `tile/entries/…`.
"""

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from shared.audit.checkpoint import Checkpoint
from shared.audit.files import put
from shared.audit.note import Note, Signature, Signer, signed
from shared.audit.tree import WIDTH, Tree, leaf_hash, tile_path


class Unanchored(Exception):
    """The folder does not hold what its checkpoint says: nothing is added to it."""


def anchor_leaf(day: date, checkpoint: Checkpoint) -> bytes:
    """What the anchor log says of a log: on which day it stood where."""
    return f"anchor v1\n{day.isoformat()}\n{checkpoint.text}".encode()


class Anchor:
    """The anchor log of an installation, in a folder that one process at a time writes."""

    def __init__(self, folder: Path, origin: str, signers: Callable[[], Sequence[Signer]]) -> None:
        self._folder, self._origin, self._signers = folder, origin, signers
        self._told: date | None = None

    def newest(self) -> Note | None:
        path = self._folder / "checkpoint"
        return Note.read(path.read_bytes()) if path.exists() else None

    def leaves(self) -> list[bytes]:
        note = self.newest()
        size = Checkpoint.of(note).size if note else 0
        found: list[bytes] = []
        for number in range(-(-size // WIDTH)):
            whole = self._path("entries", number, min(WIDTH, size - number * WIDTH)).read_bytes()
            while whole:
                length = int.from_bytes(whole[:2])
                found.append(whole[2 : 2 + length])
                whole = whole[2 + length :]
        return found

    def take(self, day: date, checkpoints: Sequence[Checkpoint]) -> Note | None:
        """Add a day's checkpoints, the first time that the day is told; None when it was told before."""
        if self._told is not None and self._told >= day:
            return None
        with self._alone():
            before = self.leaves()
            is_new = not before or _day(before[-1]) < day
            made = self._grow(before, [anchor_leaf(day, each) for each in checkpoints]) if is_new else None
            self._told = day
            return made

    def cosign(self, note: Note, lines: Sequence[Signature]) -> None:
        """Add witnesses' signatures, unless the tree has grown meanwhile."""
        with self._alone():
            if (stands := self.newest()) and stands.text == note.text:
                _put(self._folder / "checkpoint", stands.with_lines(lines).whole)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @property
    def tree(self) -> Tree:
        note = self.newest()
        size = Checkpoint.of(note).size if note else 0
        return Tree(size, lambda level, number: self._tile(level, number, size))

    def _grow(self, before: Sequence[bytes], leaves: Sequence[bytes]) -> Note:
        note = self.newest()
        tree = Tree(len(before), lambda level, number: self._tile(level, number, len(before)))
        if note and Checkpoint.of(note).root != tree.root():
            msg = f"{self._folder} does not hold the {len(before)} entries that its checkpoint speaks of"
            raise Unanchored(msg)
        grown, tiles = tree.grown([leaf_hash(leaf) for leaf in leaves])
        for tile in tiles:
            _put(self._path(str(tile.level), tile.number, tile.width), tile.hashes)
        whole = [*before, *leaves]
        for number in range(len(before) // WIDTH, -(-len(whole) // WIDTH)):
            part = whole[number * WIDTH : (number + 1) * WIDTH]
            bundle = b"".join(len(leaf).to_bytes(2) + leaf for leaf in part)
            _put(self._path("entries", number, len(part)), bundle)
        made = signed(Checkpoint(self._origin, grown.size, grown.root()).text, *self._signers())
        _put(self._folder / "checkpoint", made.whole)
        return made

    def _tile(self, level: int, number: int, size: int) -> bytes:
        width = min(WIDTH, (size >> 8 * level) - number * WIDTH)
        return self._path(str(level), number, width).read_bytes()

    def _path(self, level: str, number: int, width: int) -> Path:
        name = tile_path(number) + (f".p/{width}" if width < WIDTH else "")
        return self._folder / "tile" / level / name


def _day(leaf: bytes) -> date:
    return date.fromisoformat(leaf.split(b"\n")[1].decode())


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    put(path, content)
