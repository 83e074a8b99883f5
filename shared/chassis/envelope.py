"""How an event lies in the log: plain JSON under an eternal name, readable without Python."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import orjson
from eventsourcing.persistence import StoredEvent

from shared.audit.leaf import Leaf, leaf_of
from shared.chassis.boxes import KeyRing, says
from shared.chassis.stored import reader
from shared.kernel.context import Context
from shared.kernel.model import EVENTS, Aggregate, Happened
from shared.kernel.people import Actor


class Line(NamedTuple):
    """One stored event and its place: what `/log` serves; `state` is the exact stored text."""

    position: int
    stream: UUID
    version: int
    event: str
    state: bytes


def leaf(origin: str, line: Line) -> Leaf:
    """What is sealed of a line in the log of this name."""
    return leaf_of(origin, line.position, line.stream, line.version, line.event, line.state)


class UnknownEvent(LookupError):
    """No code here declares an event of this name."""


class _Actor(msgspec.Struct):
    person: UUID | None
    role: str
    instead_of: UUID | None = None


class _State(msgspec.Struct):
    actor: _Actor
    at: datetime
    causation: str
    correlation: str
    on: date
    rules: int
    school: str


@cache
def _reader(event: str) -> Callable[[bytes], Any]:
    kind = EVENTS.get(event)
    if kind is None:
        raise UnknownEvent(event)
    return reader(msgspec.defstruct("State", [("body", kind)], bases=(_State,)))


def pack(changed: Sequence[Aggregate], context: Context, ring: KeyRing | None = None) -> list[StoredEvent]:
    """The pending events of `changed` as they will be stored, in order, and none pending any more.

    A text about a person is boxed with the ring's keys; without a ring none can be stored.
    """
    head = {
        "actor": _told(context.actor),
        "at": context.at,
        "causation": context.causation,
        "correlation": context.correlation,
        "on": context.on,
        "rules": context.in_force.version,
        "school": context.school,
    }
    stored = []
    for aggregate in changed:
        first = aggregate.version - len(aggregate.pending) + 1
        for version, event in enumerate(aggregate.pending, start=first):
            body = _boxed(event, aggregate, ring) if says(event) else event
            state = orjson.dumps(head | {"nonce": secrets.token_hex(16), "body": body}, option=orjson.OPT_NON_STR_KEYS)
            stored.append(StoredEvent(aggregate.id, version, event.__event_name__, state))
        aggregate.pending.clear()
        aggregate.school = context.school
    return stored


def _boxed(event: Any, aggregate: Aggregate, ring: KeyRing | None) -> Any:
    if ring is None:
        msg = f"{event.__event_name__} holds texts about persons: no keys are at hand"
        raise TypeError(msg)
    return ring.boxed(event, aggregate)


def _told(actor: Actor) -> dict[str, Any]:
    """Who acted; for a delegate also whose duty it was."""
    who = {"person": actor.person, "role": actor.role}
    return who | {"instead_of": actor.instead_of} if actor.instead_of else who


def unpack(line: Line) -> Happened:
    """What a line says. Raises `UnknownEvent`, or `stored.Misread` for a text that doesn't fit."""
    state = _reader(line.event)(line.state)
    actor = state.actor
    return Happened(
        line.position, line.stream, line.version, line.event, state.body, actor.person, actor.role,
        state.school, state.on, state.at, state.correlation, state.causation, state.rules,
    )  # fmt: skip


def instant_of(line: Line) -> datetime:
    """When a line was recorded."""
    return datetime.fromisoformat(orjson.loads(line.state)["at"])


def school_of(line: Line) -> str:
    school: str = orjson.loads(line.state)["school"]
    return school
