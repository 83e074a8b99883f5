"""given(streams).on(day).by(actor).when(handler, command).then(events), without a database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from shared.kernel.calendar import OFFICIAL
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, NotYet, Refused, Unknown
from shared.kernel.people import SYSTEM, Actor, Role
from shared.kernel.policy import PolicySettings
from shared.kernel.settings import DEFAULTS, InForce

SCHOOL = "jiangyin"


class InMemoryHistory:
    """The `History` of a test: what the given streams say, and nothing else exists."""

    def __init__(self, streams: Iterable[Aggregate]) -> None:
        self.aggregates = {aggregate.id: aggregate for aggregate in streams}

    def find(self, kind: type[Any], id: UUID) -> Any:
        found = self.aggregates.setdefault(id, kind(id))
        if not isinstance(found, kind):
            raise Unknown(kind, id)
        return found

    def load(self, kind: type[Any], id: UUID) -> Any:
        found = self.find(kind, id)
        if not found.exists:
            raise Unknown(kind, id)
        return found

    def load_all(self, kind: type[Any], ids: Iterable[UUID]) -> list[Any]:
        return [self.load(kind, id) for id in ids]

    def find_all(self, kind: type[Any], ids: Iterable[UUID]) -> list[Any]:
        return [self.find(kind, id) for id in ids]


def stream(kind: type[Aggregate], id: UUID, *events: Any) -> Aggregate:
    """A stream with its history."""
    aggregate = kind(id)
    aggregate.school = SCHOOL
    for event in events:
        aggregate.replay(event)
    return aggregate


def given(*streams: Aggregate) -> Given:
    return Given(streams)


class Given:
    def __init__(self, streams: Iterable[Aggregate]) -> None:
        self.history = InMemoryHistory(streams)
        self.context = Context(
            actor=SYSTEM,
            school=SCHOOL,
            on=date(2023, 3, 27),
            at=datetime(2023, 3, 27, 1, tzinfo=UTC),
            in_force=DEFAULTS,
            calendar=OFFICIAL,
            correlation="test",
            causation="test",
        )

    def on(self, day: str) -> Given:
        """Done on that day, at eleven."""
        self.context = replace(
            self.context, on=date.fromisoformat(day), at=datetime.fromisoformat(f"{day}T11:00:00+08:00")
        )
        return self

    def dated(self, day: str) -> Given:
        """Dated back to that day."""
        self.context = replace(self.context, on=date.fromisoformat(day))
        return self

    def by(self, role: Role, person: UUID, bound_to: str | None = None, instead_of: UUID | None = None) -> Given:
        self.context = replace(self.context, actor=Actor(person, role, bound_to, instead_of))
        return self

    def under(self, **settings: Any) -> Given:
        """Other policy settings than the defaults, as version 1."""
        self.context = replace(self.context, in_force=InForce(version=1, values=PolicySettings(**settings)))
        return self

    def when(self, handler: Any, command: Any) -> Outcome:
        try:
            changed = handler(command, self.history, self.context)
        except (Refused, NotYet, Unknown) as said:
            return Outcome([], said)
        return Outcome([event for aggregate in dict.fromkeys(changed) for event in aggregate.pending], None)


class Outcome:
    def __init__(self, events: list[Any], said: Exception | None) -> None:
        self.events, self.said = events, said

    def then(self, *expected: Any) -> None:
        assert self.said is None, f"refused: {self.said}"
        assert self.events == list(expected)

    def then_nothing(self) -> None:
        """Already so: nothing is recorded, and nothing is refused."""
        self.then()

    def then_refused(self, code: str, rule: str | None, **numbers: Any) -> None:
        """Refused with its rule and at least these of the deciding numbers, in both languages."""
        assert isinstance(self.said, Refused), f"not refused: {self.events}"
        assert (self.said.code, self.said.rule) == (code, rule)
        assert {name: self.said.numbers[name] for name in numbers} == numbers
        assert self.said.zh
        assert self.said.en

    def then_unknown(self) -> None:
        assert isinstance(self.said, Unknown)

    def then_waits_for(self, upstream: str, fact: str) -> None:
        assert isinstance(self.said, NotYet)
        assert (self.said.upstream, self.said.fact) == (upstream, fact)
