"""What is hashed of a stored event, version 1: readable, the same in every language, and small."""

import hashlib
import re
from typing import NamedTuple
from uuid import UUID

LEAF = re.compile(
    rb'\{"id":"([0-9a-f]{32})","log":"([\x20\x21\x23-\x5b\x5d-\x7e]+)","n":(0|[1-9][0-9]{0,15}),'
    rb'"sha256":"([0-9a-f]{64})","topic":"([\x20\x21\x23-\x5b\x5d-\x7e]+)","v":1,"ver":([1-9][0-9]{0,15})\}'
)
_PLAIN = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]+")
EXACT = 2**53
"""Whole numbers below this are the same in every JSON library."""


class Unsealable(ValueError):
    """An event whose leaf could not be read back the same by everyone."""


class Leaf(NamedTuple):
    """`n` is the event's position in its log, `ver` its place in its stream, `sha256` of the stored state, in hex."""

    log: str
    n: int
    id: UUID
    ver: int
    topic: str
    sha256: str

    @property
    def text(self) -> bytes:
        """ASCII, keys sorted, no whitespace: what the tree hashes."""
        return leaf_text(self.log, self.n, self.id, self.ver, self.topic, self.sha256)


def leaf_of(log: str, n: int, id: UUID, ver: int, topic: str, state: bytes) -> Leaf:
    """The leaf of an event with its exact stored state."""
    return Leaf(log, n, id, ver, topic, hashlib.sha256(state).hexdigest())


def leaf_text(log: str, n: int, id: UUID, ver: int, topic: str, sha256: str) -> bytes:
    if not (_PLAIN.fullmatch(topic) and _PLAIN.fullmatch(log) and 0 <= n < EXACT and 0 < ver < EXACT):
        msg = f"the event at {n} has a name or number that not every JSON library reads the same: {topic!r}"
        raise Unsealable(msg)
    return (
        f'{{"id":"{id.hex}","log":"{log}","n":{n},"sha256":"{sha256}","topic":"{topic}","v":1,"ver":{ver}}}'
    ).encode()


def read_leaf(text: bytes) -> Leaf:
    """The leaf of its text. Raises `ValueError` for anything but the one way of writing it."""
    found = LEAF.fullmatch(text)
    if not found:
        msg = "this is no leaf of version 1"
        raise ValueError(msg)
    id, log, n, sha256, topic, ver = found.groups()
    return Leaf(log.decode(), int(n), UUID(hex=id.decode()), int(ver), topic.decode(), sha256.decode())
