"""How an event lies in the log: plain JSON under an eternal name, readable without Python."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import orjson
from eventsourcing.persistence import StoredEvent
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from shared.kernel.context import Context
from shared.kernel.model import EVENTS, Aggregate, Happened
from shared.kernel.values import STORED

Body = TypeVar("Body")


class Line(NamedTuple):
    """One stored event and its place: what `/log` serves; `state` is the exact stored text."""

    position: int
    stream: UUID
    version: int
    event: str
    state: bytes


class UnknownEvent(LookupError):
    """No code here declares an event of this name."""


class _Actor(TypedDict):
    person: UUID | None
    role: str


class _State(TypedDict, Generic[Body]):
    actor: _Actor
    at: datetime
    body: Body
    causation: str
    correlation: str
    on: date
    rules: int
    school: str


@cache
def _reader(kind: Any) -> Callable[..., _State[Any]]:
    """From stored text to values in one go, outside Python: a projection reads hundreds of thousands."""
    read: Callable[..., _State[Any]] = TypeAdapter(_State[kind]).validator.validate_json
    return read


def pack(changed: Sequence[Aggregate], context: Context) -> list[StoredEvent]:
    """The pending events of `changed` as they will be stored, in order, and none pending any more."""
    head = {
        "actor": {"person": context.actor.person, "role": context.actor.role},
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
            state = orjson.dumps(head | {"nonce": secrets.token_hex(16), "body": event}, option=orjson.OPT_NON_STR_KEYS)
            stored.append(StoredEvent(aggregate.id, version, event.__event_name__, state))
        aggregate.pending.clear()
        aggregate.school = context.school
    return stored


def unpack(line: Line) -> Happened:
    """What a line says. Raises `UnknownEvent`, or pydantic's `ValidationError` for a body that doesn't fit."""
    kind: Any = EVENTS.get(line.event)
    if kind is None:
        raise UnknownEvent(line.event)
    state = _reader(kind)(line.state, context=STORED)
    actor = state["actor"]
    return Happened(
        line.position, line.stream, line.version, line.event, state["body"], actor["person"], actor["role"],
        state["school"], state["on"], state["at"], state["correlation"], state["causation"], state["rules"],
    )  # fmt: skip


def school_of(line: Line) -> str:
    school: str = orjson.loads(line.state)["school"]
    return school
