"""Logs made up for the tests of exports: entries, signed and cosigned checkpoints, and files of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from shared.audit.checkpoint import Checkpoint
from shared.audit.exporting import write_export
from shared.audit.key_policy import RECEIPT, KeyPolicy, Term, key_name
from shared.audit.leaf import leaf_text, read_leaf
from shared.audit.note import COSIGNATURE, Note, Signer, read_signatures, signed
from shared.audit.policy import Policy
from shared.audit.tree import Rolling, leaf_hash

ORIGIN, ELSEWHERE = "mingban.example/finance", "mingban.example/membership"
LOG = Signer.made(ORIGIN)
RECEIPTS = Signer.made(key_name(ORIGIN, RECEIPT))
WITNESSES = [Signer.made(f"witness.example/{name}", COSIGNATURE) for name in ("office", "district", "party")]
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOPICS = ("finance.fund-opened", "finance.expense-claimed", "finance.expense-spent")


def policy_text(quorum: str = "two") -> bytes:
    lines = [f"log {LOG.verifier.text}"]
    lines += [f"witness w{at} {one.verifier.text}" for at, one in enumerate(WITNESSES)]
    return "\n".join([*lines, "group two 2 w0 w1 w2", f"quorum {quorum}"]).encode()


POLICY, ALONE = Policy.read(policy_text()), Policy.read(policy_text("none"))


@dataclass(frozen=True)
class Log:
    """What a service's store would give to the export; `whole` is its parts as an attacker may change them."""

    leaves: tuple[bytes, ...]
    states: tuple[bytes | None, ...]
    hashes: tuple[bytes, ...]
    notes: tuple[Note, ...]
    keys: tuple[Note, ...] = ()

    def written(self, path: Path) -> Path:
        write_export(
            path, zip(self.leaves, self.states, strict=True), self.hashes,
            [note.whole for note in self.notes], [note.whole for note in self.keys],
        )  # fmt: skip
        return path

    def of(self, leaves: Sequence[bytes], states: Sequence[bytes | None]) -> "Log":
        """Other entries, the hashes and notes as they were."""
        return replace(self, leaves=tuple(leaves), states=tuple(states))


@dataclass(frozen=True)
class Event:
    stream: UUID
    version: int
    topic: str
    state: bytes


@dataclass
class Making:
    """Makes a log event by event; the same seed makes the same entries."""

    seed: int = 0
    streams: int = 7
    random: Random = field(init=False)
    versions: dict[UUID, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.ids = [UUID(int=self.random.getrandbits(128)) for _ in range(self.streams)]

    def state(self, at: datetime, body: Any) -> bytes:
        nonce = f"{self.random.getrandbits(128):032x}"
        said = {"actor": {"person": None, "role": "system"}, "at": at.isoformat(), "body": body, "nonce": nonce}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    def event(self, n: int) -> Event:
        stream = self.random.choice(self.ids)
        self.versions[stream] = self.versions.get(stream, 0) + 1
        body = {
            "fen": self.random.randrange(10**6),
            "purpose": self.random.choice(['书籍 "甲"', "travel\nback", "a\\b"]),
        }
        at = BEGAN + timedelta(seconds=3 * n)
        return Event(stream, self.versions[stream], self.random.choice(TOPICS), self.state(at, body))


def leaf_for(n: int, event: Event, origin: str = ORIGIN) -> bytes:
    return leaf_text(origin, n, event.stream, event.version, event.topic, sha256(event.state).hexdigest())


def cosigned(note: Note, at: int, *witnesses: Signer) -> Note:
    return note.with_lines(line for one in witnesses for line in read_signatures(one.line(note.text, at)))


def seen_at(size: int) -> int:
    """When witnesses sign the checkpoint of a size: a second after its last entry."""
    return int((BEGAN + timedelta(seconds=3 * (size + size // 9))).timestamp()) + 1


def head(
    hashes: Sequence[bytes], size: int, by: Sequence[Signer] = WITNESSES[:2], log: Signer = LOG, origin: str = ORIGIN
) -> Note:
    rolling = Rolling()
    for hash in hashes[:size]:
        rolling.add(hash)
    return cosigned(signed(Checkpoint(origin, size, rolling.root()).text, log), seen_at(size), *by)


def key_policy(*signers: Signer, origin: str = ORIGIN) -> Note:
    """Names its signers and the receipt key of the tests, from before the first event."""
    terms = [Term("log", signer.verifier, BEGAN) for signer in signers or (LOG,)]
    receipts = replace(RECEIPTS, name=key_name(origin, RECEIPT)).verifier
    text = KeyPolicy(origin, (*terms, Term(RECEIPT, receipts, BEGAN))).text
    return signed(text, *(signers or (LOG,)))


def a_log(count: int = 100, sizes: Sequence[int] = (40, 70), seed: int = 0, gap: int = 9, origin: str = ORIGIN) -> Log:
    """Positions have a gap after every `gap` entries, as a sequence has; the last checkpoint is over all."""
    making = Making(seed)
    positions = [1 + index + index // gap for index in range(count)]
    events = [making.event(n) for n in positions]
    leaves = tuple(leaf_for(n, event, origin) for n, event in zip(positions, events, strict=True))
    hashes = tuple(map(leaf_hash, leaves))
    notes = tuple(head(hashes, size, origin=origin) for size in (*sizes, count))
    return Log(leaves, tuple(event.state for event in events), hashes, notes, (key_policy(),))


def n_of(log: Log, index: int) -> int:
    return read_leaf(log.leaves[index]).n
