"""A C2SP checkpoint: a log's name, how many leaves it has, and the root over them."""

import base64
import re
from typing import NamedTuple, Self

from shared.audit.note import BadNote, Note, unbase64
from shared.audit.tree import HASH

_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


class Checkpoint(NamedTuple):
    """`origin` names the log for ever, `root` has 32 bytes, `extensions` are further lines that are signed along."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        head = f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"
        return head + "".join(f"{line}\n" for line in self.extensions)

    @classmethod
    def read(cls, text: str) -> Self:
        """The checkpoint of a note's text. Raises `BadNote`."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not all(lines) or not _SIZE.fullmatch(lines[1]):  # noqa: PLR2004
            msg = "a checkpoint is an origin, a size and a root, each in its line"
            raise BadNote(msg)
        root = unbase64(lines[2])
        if len(root) != HASH:
            msg = f"a checkpoint's root has {HASH} bytes"
            raise BadNote(msg)
        return cls(lines[0], int(lines[1]), root, tuple(lines[3:]))

    @classmethod
    def of(cls, note: Note) -> Self:
        return cls.read(note.text)
