"""`export.tar`: a log's entries, their hashes, its signed checkpoints and key policies, in one way of writing."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from json import decoder
from json.encoder import encode_basestring
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from shared.audit.archive import Archive, Member, members, opened
from shared.audit.files import replaced
from shared.audit.leaf import LEAF
from shared.audit.note import LONGEST, Note, unbase64
from shared.audit.said import Unusable
from shared.audit.tree import HASH

EVENTS, HASHES, CHECKPOINTS, KEYS = "events.jsonl", "hashes", "checkpoints", "keys"
NAMES = (EVENTS, HASHES, CHECKPOINTS, KEYS)
LONGEST_LINE = 16 << 20
_scanned: Callable[[str, int], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]
LINE = re.compile(rb'\{"leaf":(' + LEAF.pattern + rb'),"state(_base64)?":(null|".*")\}\n', re.DOTALL)
_WITHHELD = b"null"


class Entry(NamedTuple):
    """One line: the leaf's text, and the exact stored state; None for a withheld one."""

    leaf: bytes
    state: bytes | None


def event_line(entry: Entry) -> bytes:
    """An entry's line. States that are no UTF-8 stand there as base64."""
    if entry.state is None:
        return b'{"leaf":' + entry.leaf + b',"state":null}\n'
    try:
        said = b',"state":' + encode_basestring(entry.state.decode()).encode()
    except UnicodeDecodeError:
        said = b',"state_base64":"' + base64.b64encode(entry.state) + b'"'
    return b'{"leaf":' + entry.leaf + said + b"}\n"


def read_line(line: bytes) -> Entry:
    """The entry of a line. Raises `ValueError` for anything but the one way of writing it."""
    found = LINE.fullmatch(line)
    if not found:
        msg = "this is no line of an export"
        raise ValueError(msg)
    leaf, encoded, state = found[1], found[8], found[9]
    return Entry(leaf, unescaped(state, encoded=encoded is not None))


def unescaped(state: bytes, *, encoded: bool = False) -> bytes | None:
    """A state as its line has it. Raises `ValueError` (`BadNote` is one) when it is written in another way."""
    if encoded:
        found = unbase64(state[1:-1].decode("ascii"))
        with suppress(UnicodeDecodeError):
            found.decode()
            msg = "a state that is text stands there as base64"
            raise ValueError(msg)
        return found
    if state == _WITHHELD:
        return None
    text = state.decode()
    whole, end = _scanned(text, 1)
    if end != len(text) or encode_basestring(whole) != text:
        msg = "a state is written in another way than ours"
        raise ValueError(msg)
    return whole.encode()


def write_export(
    out: Path,
    entries: Iterable[tuple[bytes, bytes | None]],
    hashes: Iterable[bytes],
    checkpoints: Iterable[bytes],
    keys: Iterable[bytes] = (),
) -> None:
    """Write one log's export beside `out`, then put it in place: there is never half of one.

    `entries` are leaf texts with their stored states (None: withheld), in the order of the tree; `hashes` the tree's
    leaf hashes as stored, in pieces of any number; `checkpoints` signed notes with growing sizes, the last of them over
    all entries; `keys` signed key policies. All are read once, one after another.
    """
    with replaced(out) as file:
        archive = Archive(file)
        for name, pieces in (
            (EVENTS, map(_bounded, entries)), (HASHES, hashes),
            (CHECKPOINTS, _parted(checkpoints)), (KEYS, _parted(keys)),
        ):  # fmt: skip
            start = archive.begin()
            for piece in pieces:
                file.write(piece)
            archive.close(name, start)
        archive.end()


def _bounded(entry: tuple[bytes, bytes | None]) -> bytes:
    line = event_line(Entry(*entry))
    if len(line) > LONGEST_LINE:
        msg = f"an entry of {len(line)} bytes is longer than anybody will read: {entry[0].decode()}"
        raise ValueError(msg)
    return line


def _parted(notes: Iterable[bytes]) -> Iterator[bytes]:
    """Notes one after another, an empty line between them."""
    for first, whole in zip(chain([True], iter(bool, True)), notes, strict=False):
        if "\n\n" in Note.read(whole).text:
            msg = "a note with an empty line in its text cannot stand among others"
            raise ValueError(msg)
        yield whole if first else b"\n" + whole


class Export:
    """An opened export: what lies where. Only its envelope has been looked at."""

    def __init__(self, path: Path) -> None:
        self._file = opened(path)
        self.path = path
        try:
            found = members(self._file, NAMES)
        except BaseException:
            self._file.close()
            raise
        self.events, self.hashes, self.checkpoints, self.keys = found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()

    def lines(self) -> Iterator[bytes]:
        """The lines of the entries as they are; the last one may lack its end. Raises `Unusable` for an endless one."""
        with opened(self.path) as file:
            file.seek(self.events.start)
            left = self.events.size
            while left:
                line = file.readline(min(left, LONGEST_LINE))
                if not line:
                    raise Unusable("archive-truncated", member=EVENTS, at=self.events.end - left)
                left -= len(line)
                if len(line) == LONGEST_LINE and left and not line.endswith(b"\n"):
                    raise Unusable("line-endless", limit=LONGEST_LINE)
                yield line

    @property
    def count(self) -> int:
        """How many whole leaf hashes there are."""
        return self.hashes.size // HASH

    def leaf_hashes(self, first: int, count: int) -> bytes:
        """Up to `count` leaf hashes from one on."""
        start = min(self.hashes.start + first * HASH, self.hashes.end)
        self._file.seek(start)
        return self._file.read(min(count * HASH, self.hashes.end - start))

    def notes(self, member: Member) -> Iterator[bytes]:
        """The notes of a member, each with all that stands up to the next. Raises `Unusable` for an endless one."""
        with opened(self.path) as file:
            file.seek(member.start)
            yield from _notes(file, member)


def _notes(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """Between notes stands one empty line, in each note another: every second one parts two."""
    held, empty, left = bytearray(), 0, member.size
    while left:
        line = file.readline(min(left, LONGEST))
        left -= len(line)
        if line == b"\n" and empty:
            yield bytes(held)
            held, empty = bytearray(), 0
            continue
        empty += line == b"\n"
        held += line
        if not line or len(held) > LONGEST:
            raise Unusable("note-endless", member=member.name, limit=LONGEST)
    if held or member.size:
        yield bytes(held)


def half(line: bytes) -> bool:
    """Whether a line breaks off: an export that was cut, rather than altered."""
    if line.rstrip(b"\n").endswith(b"}"):
        return False
    for mended in (line[:-1] + b"\n", line[:-2] + b"}\n"):
        with suppress(ValueError):
            read_line(mended)
            return False
    return not line.endswith(b"\n") or _unclosed(line.decode(errors="replace").removesuffix("\n"))


def _unclosed(text: str) -> bool:
    """Whether a JSON text lacks its end."""
    quoted = slashed = False
    depth = 0
    for character in text:
        if slashed:
            slashed = False
        elif quoted:
            slashed, quoted = character == "\\", character != '"'
        else:
            quoted, depth = character == '"', depth + (character == "{") - (character == "}")
    return quoted or depth > 0
