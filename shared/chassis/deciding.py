"""What a decision is asked with, what it is answered with, and what it may say instead."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from shared.chassis.batch import Key
from shared.chassis.history import UnitOfWork
from shared.chassis.service import Service
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, NotYet, Refused, Unknown
from shared.kernel.people import Actor


class Forbidden(Exception):
    """None of the roles of who asked may do this here."""


class Stale(Exception):
    """The decision was asked for on a version that is no longer the newest (`If-Match`)."""

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(f"version {expected} was named, {actual} is the newest")
        self.expected, self.actual = expected, actual


class KeyReused(Exception):
    """The idempotency key came before with another request."""


class Unstorable(Exception):
    """The command holds what no log can keep: half a character, a number of more than 64 bits."""


class Contended(Exception):
    """Others were faster, time and again."""


DECISIONS = (Refused, NotYet, Unknown, Forbidden, Stale)
"""What a decision may answer instead of events; each is checked for freshness before it is said."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Everything about a command but the command: who, where, for which day, under which key.

    `actors` are the roles of who asks, tried in order. `rules` names a settings version for a
    consequence; else the one in force on the business date decides. `expecting` is a stream with the
    version that the decision was made on.
    """

    actors: Sequence[Actor]
    school: str
    key: str
    on: date | None = None
    rules: int | None = None
    expecting: tuple[UUID, int] | None = None
    correlation: str = ""
    causation: str = ""

    def scoped(self, service: Service, command: Any, at: datetime) -> Key:
        person = self.actors[0].person or self.actors[0].role
        what = [type(command).__name__, command, self.on, self.expecting and self.expecting[1]]
        try:
            digest = hashlib.sha256(orjson.dumps(what, option=orjson.OPT_NON_STR_KEYS)).hexdigest()
        except TypeError as error:
            raise Unstorable from error
        return Key(f"{self.school}/{person}/{self.key}", digest, at, service.keeps_keys)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command is answered with. `position` is the log's, for `at_least`; `version` the stream's.

    `signed` is the promise that its events will be sealed, for those that a service promises it of.
    """

    position: int
    stream: UUID | None
    version: int
    events: tuple[str, ...]
    replayed: bool = False
    signed: str | None = None


def check_business_date(context: Context, today: date) -> None:
    if context.on > today:
        raise Refused(
            "business-date-in-future", rule="A.9-11", on=context.on.isoformat(), today=today.isoformat(),
            zh="业务日期{on}晚于今天{today}", en="the business date {on} is after today, {today}",
        )  # fmt: skip
    furthest = context.settings.backdate_max_days
    if (today - context.on).days > furthest:
        raise Refused(
            "business-date-too-old", rule="A.9-11",
            on=context.on.isoformat(), today=today.isoformat(), days=furthest,
            zh="业务日期{on}距今天{today}超过{days}天",
            en="the business date {on} is more than {days} days before today, {today}",
        )  # fmt: skip


def check_expected(asked: Asked, work: UnitOfWork) -> None:
    if asked.expecting:
        stream, expected = asked.expecting
        actual = work.reads.get(stream, expected)
        if actual != expected:
            raise Stale(expected, actual)


def outcome_of(changed: Sequence[Aggregate]) -> bytes:
    """The answer that is kept under the key: the first aggregate is the one that was asked about."""
    names = [event.__event_name__ for aggregate in changed for event in aggregate.pending]
    first = changed[0] if changed else None
    return orjson.dumps(
        {"stream": first.id if first else None, "version": first.version if first else 0, "events": names}
    )


def receipt_of(outcome: bytes, position: int, *, replayed: bool = False) -> Receipt:
    said = orjson.loads(outcome)
    stream = UUID(said["stream"]) if said["stream"] else None
    return Receipt(position, stream, said["version"], tuple(said["events"]), replayed)
