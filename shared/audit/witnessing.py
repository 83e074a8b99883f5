"""C2SP's tlog-witness without its I/O: what a log asks a witness, and what the witness decides."""

import base64
import re
from dataclasses import dataclass
from typing import NamedTuple, Self

from shared.audit.checkpoint import Checkpoint
from shared.audit.note import LONGEST, BadNote, Note
from shared.audit.policy import Policy
from shared.audit.proof import read_hashes
from shared.audit.tree import EMPTY_ROOT, BadProof, verify_consistency

PATH = "/add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
MOST_HASHES = 63
MOST_BYTES = LONGEST + 4096
MALFORMED, UNTRUSTED, UNKNOWN, CONFLICT, UNPROVEN = 400, 403, 404, 409, 422
_OLD = re.compile(r"old (0|[1-9][0-9]{0,15})")
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,15})\n")


class Kept(NamedTuple):
    """The newest tree of a log that a witness has cosigned."""

    size: int
    root: bytes


NOTHING = Kept(0, EMPTY_ROOT)


@dataclass(frozen=True)
class Request:
    """A checkpoint, and the proof that its tree begins with that of `old` leaves."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    @property
    def whole(self) -> bytes:
        lines = [f"old {self.old}", *(base64.b64encode(hash).decode() for hash in self.proof)]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.note.whole

    @classmethod
    def read(cls, given: bytes) -> Self:
        """Raises `BadNote` with what is wrong with its form, its checkpoint's included."""
        head, found, note = given.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            lines = []
        old = _OLD.fullmatch(lines[0]) if found and lines else None
        if not old or len(lines) - 1 > MOST_HASHES:
            msg = f"a request is an old size, up to {MOST_HASHES} hashes, an empty line and a checkpoint"
            raise BadNote(msg)
        made = cls(int(old[1]), tuple(read_hashes(lines[1:])), Note.read(note))
        if made.old > made.checkpoint.size:
            msg = f"the old size {made.old} is above the checkpoint's, {made.checkpoint.size}"
            raise BadNote(msg)
        return made

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint.of(self.note)


@dataclass(frozen=True)
class Refusal:
    """Why a witness does not cosign; under a conflict `size` is that of the tree it has cosigned."""

    status: int
    said: str
    size: int | None = None

    @property
    def body(self) -> str:
        return f"{self.said}\n" if self.size is None else f"{self.size}\n"


def stranger(request: Request, policy: Policy) -> Refusal | None:
    """Why a request is not even compared with what is kept: a log or key that the policy does not know."""
    origin = request.checkpoint.origin
    keys = policy.keys_of(origin)
    if not keys:
        return Refusal(UNKNOWN, f"no log named {origin} is witnessed here")
    try:
        known = request.note.signed_by(keys)
    except BadNote as error:
        return Refusal(UNTRUSTED, str(error))
    return None if known else Refusal(UNTRUSTED, f"no known key of {origin} signed this checkpoint")


def decide(kept: Kept, request: Request) -> Kept | Refusal:
    """What is to be kept before the checkpoint is cosigned, or why it is not. Its signature was looked at before."""
    _, size, root, _ = request.checkpoint
    if request.old != kept.size:
        return Refusal(CONFLICT, f"{kept.size} leaves are cosigned, not {request.old}", kept.size)
    if size == kept.size and root != kept.root:
        return Refusal(CONFLICT, f"another tree of {size} leaves is cosigned", kept.size)
    if not kept.size:
        return Refusal(UNPROVEN, "nothing proves the way from 0") if request.proof else Kept(size, root)
    try:
        verify_consistency(kept.size, size, request.proof, kept.root, root)
    except BadProof as error:
        return Refusal(UNPROVEN, str(error))
    return Kept(size, root)


def read_size(body: bytes) -> int:
    """The size that a witness tells with a conflict, or `BadNote`."""
    found = _SIZE.fullmatch(body)
    if not found:
        msg = "a conflict is answered with the size that is cosigned"
        raise BadNote(msg)
    return int(found[1])
