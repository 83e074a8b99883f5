"""The history as it stood at a moment: for explanations, answers as of then, and what-if. It reads and never writes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from shared.chassis.history import replayed
from shared.kernel.calendar import WorkCalendar
from shared.kernel.context import Context
from shared.kernel.explaining import Source, Subject, source_of, subject
from shared.kernel.model import A, Aggregate, Happened, Unknown
from shared.kernel.people import Actor, Role
from shared.kernel.settings import InForce

Fetch = Callable[[UUID], Sequence[Happened]]
"""What had happened in a stream by the moment."""

Supposed = Mapping[tuple[str, Subject], str]


class Past:
    """One school's `shared.kernel.explaining.Past`, read stream by stream through `fetch`, each once."""

    def __init__(self, service: str, school: str, fetch: Fetch, supposed: Supposed | None = None) -> None:
        self._service, self._school, self._fetch = service, school, fetch
        # Kept as it is, empty or not: what-if goes on writing in it.
        self._supposed = {} if supposed is None else supposed
        self._streams: dict[UUID, Sequence[Happened]] = {}
        self._held: dict[UUID, Aggregate] = {}

    def load(self, kind: type[A], id: UUID) -> A:
        found = self.find(kind, id)
        if not found.exists:
            raise Unknown(kind, id)
        return found

    def find(self, kind: type[A], id: UUID) -> A:
        found = self._held.get(id)
        if not isinstance(found, kind):
            found = replayed(kind, id, self._told(id))
            self._held[id] = found
        if found.school not in (None, self._school):
            raise Unknown(kind, id)
        return found

    def load_all(self, kind: type[A], ids: Iterable[UUID]) -> list[A]:
        return [self.load(kind, id) for id in ids]

    def find_all(self, kind: type[A], ids: Iterable[UUID]) -> list[A]:
        return [self.find(kind, id) for id in ids]

    def sources(
        self, stream: UUID, *facts: type[Any], only: Callable[[Any], bool] = lambda _: True
    ) -> tuple[Source, ...]:
        return tuple(
            source_of(self._service, happened)
            for happened in self._told(stream)
            if isinstance(happened.event, facts) and happened.school == self._school and only(happened.event)
        )

    def tell(self, happened: Happened) -> None:
        """One more event: the moment moves on."""
        self._streams[happened.stream] = [*self._told(happened.stream), happened]
        held = self._held.get(happened.stream)
        if held is not None and held.exists:
            held.replay(happened.event)
        else:
            # Looked for before it was there, perhaps as something else.
            self._held.pop(happened.stream, None)

    def supposing(self, supposed: Supposed) -> "Past":
        """The same history, other decisions supposed."""
        other = Past(self._service, self._school, self._fetch, supposed)
        other._streams, other._held = self._streams, self._held
        return other

    def supposed(self, kind: str, **ids: Any) -> str | None:
        return self._supposed.get((kind, subject(**ids)))

    def _told(self, id: UUID) -> Sequence[Happened]:
        if id not in self._streams:
            self._streams[id] = self._fetch(id)
        return self._streams[id]


def moment_of(happened: Happened, in_force: InForce, calendar: WorkCalendar) -> Context:
    """What a decision rested on besides the history: its own day and person, and the settings to judge by."""
    return Context(
        actor=Actor(happened.person, Role(happened.role)), school=happened.school, on=happened.on, at=happened.at,
        in_force=in_force, calendar=calendar, correlation=happened.correlation, causation=happened.causation,
    )  # fmt: skip
