"""How an event lies in the log: plain JSON under an eternal name, readable without Python."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.persistence import StoredEvent
from pydantic import TypeAdapter

from shared.kernel.context import Context
from shared.kernel.model import EVENTS, Aggregate, Happened
from shared.kernel.values import STORED


@dataclass(frozen=True, slots=True)
class Line:
    """One stored event and its place: what `/log` serves; `state` is the exact stored text."""

    position: int
    stream: UUID
    version: int
    event: str
    state: bytes


class UnknownEvent(LookupError):
    """No code here declares an event of this name."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


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
    state = orjson.loads(line.state)
    actor = state["actor"]
    return Happened(
        position=line.position,
        stream=line.stream,
        version=line.version,
        name=line.event,
        event=_adapter(kind).validate_python(state["body"], context=STORED),
        person=UUID(actor["person"]) if actor["person"] else None,
        role=actor["role"],
        school=state["school"],
        on=date.fromisoformat(state["on"]),
        at=datetime.fromisoformat(state["at"]),
        correlation=state["correlation"],
        causation=state["causation"],
        rules=state["rules"],
    )


def school_of(line: Line) -> str:
    school: str = orjson.loads(line.state)["school"]
    return school
