"""What handlers decide on: aggregates kept hot in memory, their versions checked at the commit."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from shared.chassis.batch import Entry
from shared.chassis.envelope import Line, unpack
from shared.kernel.model import A, Aggregate, Happened, Unknown

Fetch = Callable[[UUID], list[Line]]


class Missing(Exception):
    """A handler needs streams that are not in memory: fetch them and run it again, it is pure."""

    def __init__(self, wanted: list[tuple[type[Aggregate], UUID]]) -> None:
        super().__init__(f"{len(wanted)} streams are not loaded")
        self.wanted = wanted


class Hot:
    """Aggregates in memory, the least used leave. May be stale: every commit checks what it read."""

    def __init__(self, capacity: int = 20_000) -> None:
        self._kept: OrderedDict[UUID, Aggregate] = OrderedDict()
        self._tails: dict[UUID, Entry] = {}
        self._capacity = capacity

    def get(self, id: UUID) -> Aggregate | None:
        if found := self._kept.get(id):
            self._kept.move_to_end(id)
        return found

    def put(self, aggregate: Aggregate) -> None:
        self._kept[aggregate.id] = aggregate
        if len(self._kept) > self._capacity:
            self._kept.popitem(last=False)

    def evict(self, ids: Iterable[UUID]) -> None:
        for id in ids:
            self._kept.pop(id, None)
            self._tails.pop(id, None)

    def tail(self, id: UUID) -> Entry | None:
        """The entry on its way whose events an aggregate's newest state comes from."""
        return self._tails.get(id)

    def await_commit(self, entry: Entry, ids: Iterable[UUID]) -> None:
        self._tails.update(dict.fromkeys(ids, entry))

    def committed(self, entry: Entry) -> None:
        for id in {event.originator_id for event in entry.events}:
            if self._tails.get(id) is entry:  # type: ignore[arg-type]
                del self._tails[id]  # type: ignore[arg-type]


def rebuilt(kind: type[A], id: UUID, lines: Iterable[Line]) -> A:
    """An aggregate from its stream."""
    return replayed(kind, id, map(unpack, lines))


def replayed(kind: type[A], id: UUID, stream: Iterable[Happened]) -> A:
    """An aggregate from what happened to it."""
    aggregate = kind(id)
    for happened in stream:
        if not aggregate.exists and not isinstance(happened.event, kind.opens):
            raise Unknown(kind, id)
        aggregate.replay(happened.event)
        aggregate.school = happened.school
    return aggregate


class UnitOfWork:
    """The `History` of one decision. `reads` are the versions it rests on, as first seen."""

    def __init__(self, hot: Hot, school: str, fetch: Fetch | None = None) -> None:
        self._hot, self._school, self._fetch = hot, school, fetch
        self.reads: dict[UUID, int] = {}
        self.rests_on: list[Entry] = []

    def load(self, kind: type[A], id: UUID) -> A:
        found = self.find(kind, id)
        if not found.exists:
            raise Unknown(kind, id)
        return found

    def find(self, kind: type[A], id: UUID) -> A:
        found = self._hot.get(id)
        if found is not None and not found.exists and not isinstance(found, kind):
            # Nothing is there, whatever it was looked for as.
            found = kind(id)
            self._hot.put(found)
        if found is None:
            if self._fetch is None:
                raise Missing([(kind, id)])
            found = rebuilt(kind, id, self._fetch(id))
            self._hot.put(found)
        if not isinstance(found, kind) or found.school not in (None, self._school):
            raise Unknown(kind, id)
        self.reads.setdefault(id, found.version)
        if (tail := self._hot.tail(id)) is not None and tail not in self.rests_on:
            self.rests_on.append(tail)
        return found

    def load_all(self, kind: type[A], ids: Iterable[UUID]) -> list[A]:
        return [self.load(kind, id) for id in self._at_hand(kind, ids)]

    def find_all(self, kind: type[A], ids: Iterable[UUID]) -> list[A]:
        return [self.find(kind, id) for id in self._at_hand(kind, ids)]

    def _at_hand(self, kind: type[A], ids: Iterable[UUID]) -> list[UUID]:
        """The same ids once all of them are in memory: one round trip for many."""
        wanted = list(ids)
        absent: list[Any] = [(kind, id) for id in wanted if self._hot.get(id) is None]
        if absent and self._fetch is None:
            raise Missing(absent)
        return wanted

    def keep(self, changed: Iterable[Aggregate]) -> None:
        """What was decided stays in memory, what is new in it too; a new stream is read as not there yet."""
        for aggregate in changed:
            self.reads.setdefault(aggregate.id, aggregate.version - len(aggregate.pending))
            self._hot.put(aggregate)

    def undo(self) -> list[tuple[type[Aggregate], UUID]]:
        """What this decision changed and will not record leaves the memory; what that was."""
        changed = [(type(held), id) for id in self.reads if (held := self._hot.get(id)) and held.pending]
        self._hot.evict(id for _, id in changed)
        return changed

    def forget(self) -> None:
        """What this decision rested on is stale or in doubt: load it afresh next time."""
        self._hot.evict(self.reads)
