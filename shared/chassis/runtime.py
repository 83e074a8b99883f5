"""A service running in one process: its log, its rows, its clock, its writer, and `execute`."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from shared.chassis.batch import Entry, Key
from shared.chassis.clock import Clock
from shared.chassis.envelope import pack
from shared.chassis.history import Hot, Missing, UnitOfWork, rebuilt
from shared.chassis.log import open_log
from shared.chassis.metrics import COMMANDS
from shared.chassis.migrate import OPENED, WrongLog, newest_schema
from shared.chassis.projection import Projection
from shared.chassis.rows import Rows, open_rows
from shared.chassis.service import Service
from shared.chassis.settings import InstallationSettings
from shared.chassis.writer import Writer
from shared.kernel.calendar import OFFICIAL
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, NotYet, Refused, Unknown
from shared.kernel.people import SYSTEM, Actor
from shared.kernel.settings import SettingsBook

ATTEMPTS = 20


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
    """What a command is answered with. `position` is the log's, for `at_least`; `version` the stream's."""

    position: int
    stream: UUID | None
    version: int
    events: tuple[str, ...]
    replayed: bool = False


class Runtime:
    """Opened per process, never before a fork. `wake` is told of each commit."""

    def __init__(
        self, service: Service, settings: InstallationSettings, wake: Callable[[str], None] = lambda _: None
    ) -> None:
        self.service, self.settings, self.wake = service, settings, wake
        folder, url = settings.home / service.name, settings.service_url(service.name)
        self.log = open_log(url, folder / "log.sqlite", pool_size=settings.pool_size)
        self._check_kind()
        self.clock = Clock(self.log, rehearsal=settings.rehearsal, start=settings.clock)
        self.rows = Rows(open_rows(url, folder / "rows.sqlite", pool_size=settings.pool_size), service.models)
        self.rows.prepare(service.tables)
        self.projection = Projection(self.log, self.rows)
        self.hot = Hot()
        self.writer = Writer(
            self.log, depth=settings.queue_depth, batch=settings.batch_size, committed=lambda: wake(service.name)
        )

    def _check_kind(self) -> None:
        schema, newest = self.log.schema_version(), newest_schema()
        if schema != newest:
            msg = (
                f"the log of {self.service.name} has schema {schema}, this version needs {newest}: run mingban migrate"
            )
            raise WrongLog(msg)
        if self.log.may_rewrite():
            msg = f"{self.service.name} connects as a role that may rewrite its log: use the writer's"
            raise WrongLog(msg)
        first = self.log.read(0, 1)[0]
        rehearsal = orjson.loads(first.state)["body"]["rehearsal"] if first.event == OPENED else None
        if rehearsal is not self.settings.rehearsal:
            kind = "a rehearsal's" if rehearsal else "not a rehearsal's"
            msg = f"the log of {self.service.name} is {kind}, and MINGBAN_REHEARSAL says otherwise"
            raise WrongLog(msg)

    async def execute(self, command: Any, asked: Asked) -> Receipt:
        """Decide and record. Returns after the commit; raises what was decided instead, or `KeyReused`.

        A decision that rested on something stale is made again, a refusal as much as an acceptance.
        """
        self.clock.refresh()
        key = asked.scoped(self.service, command, self.clock.now())
        for _ in range(ATTEMPTS):
            work = UnitOfWork(self.hot, asked.school)
            entry, said = await self._decided(command, asked, work)
            entry.key, entry.reads = key, work.reads
            try:
                await self.writer.submit(entry)
            except BaseException:
                work.forget()
                raise
            if entry.mismatch or entry.replayed or entry.conflict:
                work.forget()
            if entry.mismatch:
                raise KeyReused
            if entry.replayed:
                return _receipt(entry.replayed.outcome, entry.replayed.position, replayed=True)
            if entry.conflict:
                continue
            self._count(command, said)
            if said is not None:
                raise said
            assert entry.outcome is not None
            return _receipt(entry.outcome, entry.position)
        raise Contended

    async def _decided(self, command: Any, asked: Asked, work: UnitOfWork) -> tuple[Entry, Exception | None]:
        while True:
            try:
                try:
                    changed, context = self.decide(command, asked, work)
                except Missing as missing:
                    work.undo()
                    await self._fetch(missing)
                    continue
            except DECISIONS as said:
                work.undo()
                return Entry(), said
            except BaseException:
                work.undo()
                raise
            work.keep(changed)
            outcome = _outcome(changed)
            return Entry(events=pack(changed, context), outcome=outcome), None

    def decide(self, command: Any, asked: Asked, work: UnitOfWork) -> tuple[Sequence[Aggregate], Context]:
        """The pure part: may they, on which day, under which settings, is it fresh, what happens."""
        context = self._context(asked, work)
        actor = next((a for a in asked.actors if self.service.authorize(a, command, work)), None)
        if actor is None:
            raise Forbidden
        if actor != SYSTEM:
            _check_business_date(context, self.clock.today())
        try:
            changed = self.service.handlers[type(command)](command, work, replace(context, actor=actor))
        except Refused:
            _check_expected(asked, work)
            raise
        _check_expected(asked, work)
        return changed, replace(context, actor=actor)

    def _context(self, asked: Asked, work: UnitOfWork) -> Context:
        book = work.find(self.service.settings, SettingsBook.id_for(asked.school))
        on = asked.on or self.clock.today()
        return Context(
            actor=asked.actors[0],
            school=asked.school,
            on=on,
            at=self.clock.now(),
            in_force=book.on(on) if asked.rules is None else book.numbered(asked.rules),
            calendar=OFFICIAL,
            correlation=asked.correlation or asked.key,
            causation=asked.causation or asked.key,
        )

    async def _fetch(self, missing: Missing) -> None:
        for kind, id in missing.wanted:
            lines = await asyncio.to_thread(self.log.stream, id)
            held = self.hot.get(id)
            if held is None or not (held.exists or isinstance(held, kind)):
                self.hot.put(rebuilt(kind, id, lines))

    def _count(self, command: Any, said: Exception | None) -> None:
        rule = said.rule or "" if isinstance(said, Refused) else ""
        outcome = type(said).__name__ if said else "accepted"
        COMMANDS.labels(self.service.name, type(command).__name__, outcome, rule).inc()

    async def stop(self) -> None:
        await self.writer.stop()
        self.rows.close()
        self.log.close()


def _check_business_date(context: Context, today: date) -> None:
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


def _check_expected(asked: Asked, work: UnitOfWork) -> None:
    if asked.expecting:
        stream, expected = asked.expecting
        actual = work.reads.get(stream, expected)
        if actual != expected:
            raise Stale(expected, actual)


def _outcome(changed: Sequence[Aggregate]) -> bytes:
    """The answer that is kept under the key: the first aggregate is the one that was asked about."""
    names = [event.__event_name__ for aggregate in changed for event in aggregate.pending]
    first = changed[0] if changed else None
    return orjson.dumps(
        {"stream": first.id if first else None, "version": first.version if first else 0, "events": names}
    )


def _receipt(outcome: bytes, position: int, *, replayed: bool = False) -> Receipt:
    said = orjson.loads(outcome)
    stream = UUID(said["stream"]) if said["stream"] else None
    return Receipt(position, stream, said["version"], tuple(said["events"]), replayed)
