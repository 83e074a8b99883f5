"""at(event).after(streams).explain(decision): a decision explained on a given history, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from shared.chassis.past import Past
from shared.kernel.calendar import OFFICIAL
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation, subject
from shared.kernel.model import Happened
from shared.kernel.people import SYSTEM
from shared.kernel.policy import PolicySettings
from shared.kernel.settings import DEFAULTS, InForce
from tests.scenario import SCHOOL


def happened(event: Any, stream: UUID, *, position: int = 1, version: int = 1, on: str = "2023-03-27") -> Happened:
    """An event in its envelope, recorded by the system at nine that day."""
    day = date.fromisoformat(on)
    return Happened(
        position, stream, version, event.__event_name__, event, None, "system", SCHOOL, day,
        datetime(day.year, day.month, day.day, 1, tzinfo=UTC), "test", "test", 0,
    )  # fmt: skip


class At:
    """The moment of one event: what happened before it, the day and the settings to judge by."""

    def __init__(self, event: Any, stream: UUID, on: str) -> None:
        self.streams: dict[UUID, list[Happened]] = {}
        self.position = 0
        self.event, self.stream, self.day = event, stream, on
        self.settings, self.suppositions = DEFAULTS, {}

    def after(self, stream: UUID, *events: Any, on: str = "2023-03-27") -> At:
        told = self.streams.setdefault(stream, [])
        for event in events:
            self.position += 1
            told.append(happened(event, stream, position=self.position, version=len(told) + 1, on=on))
        return self

    def under(self, **settings: Any) -> At:
        self.settings = InForce(version=1, values=replace(PolicySettings(), **settings))
        return self

    def supposing(self, kind: str, outcome: str, **ids: Any) -> At:
        self.suppositions[kind, subject(**ids)] = outcome
        return self

    def explain(self, decision: Decision, service: str) -> list[Explanation]:
        version = len(self.streams.get(self.stream, ())) + 1
        now = happened(self.event, self.stream, position=self.position + 1, version=version, on=self.day)
        context = Context(
            actor=SYSTEM, school=SCHOOL, on=now.on, at=now.at, in_force=self.settings, calendar=OFFICIAL,
            correlation="test", causation="test",
        )  # fmt: skip
        assert isinstance(self.event, tuple(decision.facts)), "the question does not arise at this event"
        past = Past(service, SCHOOL, lambda stream: self.streams.get(stream, ()), self.suppositions)
        return list(decision.explain(now, past, context))


def at(event: Any, stream: UUID, *, on: str = "2023-03-27") -> At:
    return At(event, stream, on)


def inputs_of(explanation: Explanation) -> Mapping[str, Any]:
    return {one.name: one.value for one in explanation.inputs}
