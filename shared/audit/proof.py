"""One entry's proof in one file, as C2SP's tlog-proof writes it; its extra data is our leaf."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from shared.audit.checkpoint import Checkpoint
from shared.audit.note import BadNote, Note, unbase64
from shared.audit.tree import HASH, leaf_hash, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True)
class EntryProof:
    """That `leaf` stands at `index` of the tree of a signed checkpoint."""

    leaf: bytes
    index: int
    hashes: tuple[bytes, ...]
    note: Note

    @property
    def text(self) -> bytes:
        lines = [HEADER, f"extra {base64.b64encode(self.leaf).decode()}", f"index {self.index}"]
        lines += [base64.b64encode(hash).decode() for hash in self.hashes]
        return "\n".join(lines).encode() + b"\n\n" + self.note.whole

    @classmethod
    def read(cls, given: bytes) -> Self:
        """Raises `BadNote` with what is wrong with its form."""
        head, found, note = given.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            lines = []
        if not found or len(lines) < 3 or lines[0] != HEADER:  # noqa: PLR2004
            msg = f"a proof begins with {HEADER}, extra data and an index"
            raise BadNote(msg)
        index = _INDEX.fullmatch(lines[2])
        if not index or not lines[1].startswith("extra "):
            msg = "a proof of ours holds its leaf as extra data, then the leaf's index"
            raise BadNote(msg)
        return cls(
            unbase64(lines[1].removeprefix("extra ")), int(index[1]), tuple(read_hashes(lines[3:])), Note.read(note)
        )

    def verify(self) -> Checkpoint:
        """The checkpoint under which the leaf stands, or `BadProof`; who signed it is the policy's question."""
        checkpoint = Checkpoint.of(self.note)
        verify_inclusion(leaf_hash(self.leaf), self.index, checkpoint.size, self.hashes, checkpoint.root)
        return checkpoint


def read_hashes(lines: Sequence[str]) -> list[bytes]:
    found = [unbase64(line) for line in lines]
    if any(len(hash) != HASH for hash in found):
        msg = f"a hash has {HASH} bytes"
        raise BadNote(msg)
    return found
