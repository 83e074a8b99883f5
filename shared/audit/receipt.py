"""The promise that a command's events will be sealed: who holds one can prove that the log left them out.

mingban.example/finance
receipt v1
7 <base64 of the leaf's hash>
sealed by 2026-11-24T02:42:47Z
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Self

from shared.audit.instants import read_instant, written
from shared.audit.key_policy import RECEIPT, KeyPolicy
from shared.audit.note import BadNote, Note, unbase64
from shared.audit.tree import HASH

HEADER = "receipt v1"
_ENTRY = re.compile(r"([1-9][0-9]{0,15}) (\S+)")
_END = "sealed by "


@dataclass(frozen=True)
class Receipt:
    """`entries` are the events' positions, ascending, each with its leaf's hash."""

    origin: str
    entries: tuple[tuple[int, bytes], ...]
    sealed_by: datetime

    @property
    def text(self) -> str:
        lines = [f"{n} {base64.b64encode(hash).decode()}" for n, hash in self.entries]
        return "".join(f"{line}\n" for line in (self.origin, HEADER, *lines, _END + written(self.sealed_by)))

    @classmethod
    def read(cls, text: str) -> Self:
        """The receipt of a note's text, in its one way of writing. Raises `BadNote`."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 4 or not lines[0] or lines[1] != HEADER or not lines[-1].startswith(_END):  # noqa: PLR2004
            msg = f"a receipt is an origin, {HEADER!r}, a line an event, and by when they are sealed"
            raise BadNote(msg)
        found = cls(lines[0], tuple(map(_entry, lines[2:-1])), read_instant(lines[-1].removeprefix(_END)))
        if found.text != text or any(later <= earlier for (earlier, _), (later, _) in pairwise(found.entries)):
            msg = "this receipt is not written in the one way that there is"
            raise BadNote(msg)
        return found

    @classmethod
    def signed_by(cls, note: Note, policy: KeyPolicy) -> Self:
        """The receipt of a note, signed by a key whose promises the log's key policy answers for, or `BadNote`."""
        found = cls.read(note.text)
        if found.origin != policy.origin:
            msg = f"this is a receipt of {found.origin}, the key policy is that of {policy.origin}"
            raise BadNote(msg)
        if not note.signed_by(policy.keys(RECEIPT, found.sealed_by)):
            msg = f"no receipt key of {found.origin} that counts at {written(found.sealed_by)} signed this receipt"
            raise BadNote(msg)
        return found

    def broken(self, sealed: Mapping[int, bytes]) -> list[int]:
        """Positions at which a log does not hold what was promised; `sealed` are its leaves' hashes by position.

        It speaks against the log once it is sealed, before witnesses, later than `sealed_by`.
        """
        return [n for n, hash in self.entries if sealed.get(n) != hash]


def _entry(line: str) -> tuple[int, bytes]:
    found = _ENTRY.fullmatch(line)
    hash = unbase64(found[2]) if found else b""
    if not found or len(hash) != HASH:
        msg = f"a receipt's line is a position and the hash of a leaf, not {line[:60]!r}"
        raise BadNote(msg)
    return int(found[1]), hash
