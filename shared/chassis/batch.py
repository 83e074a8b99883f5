"""Group commit, decided before anything is written: who of a batch may be recorded."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from eventsourcing.persistence import StoredEvent


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key, scoped by school and actor, and the hash of the request it came with."""

    scoped: str
    request: str
    at: datetime
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A key that was accepted before: its request's hash, the log's position then, and the answer."""

    request: str
    position: int
    outcome: bytes


@dataclass(frozen=True, slots=True)
class Moved:
    """A follower's step over its upstream: written only while its position is still `old`."""

    upstream: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Parked:
    """An upstream event that could not be digested; its stream waits for a retry."""

    reader: str
    position: int
    stream: UUID
    version: int
    event: str
    state: bytes
    reason: str


@dataclass(eq=False, slots=True)
class Entry:
    """One decision on its way into the log: a command's events, a refusal (none), or a follower's page.

    `reads` are the versions of all streams it rests on; one that moved on is a conflict. After the
    commit an entry has a `position`, or `replayed` (its key was known), or `mismatch` (known with
    another request), or `conflict`, or has `failed` with its batch.

    `rests_on` are entries whose events it was decided on before they were committed. Should one of
    them not come to be, another process may have put other events in their place, under the very
    versions that were read: so the versions alone prove nothing, and this entry is a conflict too.
    """

    events: list[StoredEvent] = field(default_factory=list)
    reads: dict[UUID, int] = field(default_factory=dict)
    key: Key | None = None
    outcome: bytes | None = None  # None: nothing is stored under the key, as for a refusal
    moved: Moved | None = None
    parks: list[Parked] = field(default_factory=list)
    unparks: list[tuple[str, int]] = field(default_factory=list)
    position: int = 0
    replayed: Known | None = None
    mismatch: bool = False
    conflict: bool = False
    failed: bool = False
    rests_on: "list[Entry]" = field(default_factory=list)

    @property
    def came_to_nothing(self) -> bool:
        return self.conflict or self.mismatch or self.failed or self.replayed is not None


def admit(
    entries: Sequence[Entry],
    heads: Mapping[UUID, int],
    known: Mapping[str, Known],
    positions: Mapping[str, int],
    parked: AbstractSet[tuple[str, int]] = frozenset(),
) -> list[Entry]:
    """Pure: who may be written, in order, given what the log holds. An entry sees those before it.

    Answers are set afresh: the library runs the whole batch again after a lost connection.
    """
    ahead, taken, moved, waiting = dict(heads), dict(known), dict(positions), set(parked)
    admitted = []
    for entry in entries:
        entry.position, entry.replayed, entry.mismatch, entry.conflict = 0, None, False, False
        if entry.key and (before := taken.get(entry.key.scoped)):
            entry.mismatch = before.request != entry.key.request
            entry.replayed = None if entry.mismatch else before
            continue
        if _stale(entry, ahead, moved) or not waiting.issuperset(entry.unparks):
            entry.conflict = True
            continue
        for event in entry.events:
            ahead[event.originator_id] = event.originator_version  # type: ignore[index]
        waiting.difference_update(entry.unparks)
        if entry.moved:
            moved[entry.moved.upstream] = entry.moved.new
        if entry.key and entry.outcome is not None:
            taken[entry.key.scoped] = Known(entry.key.request, 0, entry.outcome)
        admitted.append(entry)
    return admitted


def _stale(entry: Entry, ahead: Mapping[UUID, int], moved: Mapping[str, int]) -> bool:
    if any(earlier.came_to_nothing for earlier in entry.rests_on):
        return True
    if entry.moved and moved.get(entry.moved.upstream, 0) != entry.moved.old:
        return True
    if any(ahead.get(stream, 0) != version for stream, version in entry.reads.items()):
        return True
    expected: dict[UUID, int] = {}
    for event in entry.events:
        stream: UUID = event.originator_id  # type: ignore[assignment]
        if event.originator_version != expected.get(stream, ahead.get(stream, 0)) + 1:
            return True
        expected[stream] = event.originator_version
    return False


def streams(entries: Sequence[Entry]) -> list[UUID]:
    """Each stream whose head the batch needs to know."""
    named = {event.originator_id for entry in entries for event in entry.events}
    named.update(stream for entry in entries for stream in entry.reads)
    return list(named)  # type: ignore[arg-type]
