"""A service running in one process: its log, its rows, its clock, its writer, and `execute`."""

import asyncio
import gc
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache, cached_property
from time import monotonic
from typing import Any
from uuid import UUID

import orjson

from shared.chassis.batch import Entry
from shared.chassis.boxes import KeyRing, KeysMissing
from shared.chassis.clock import Clock
from shared.chassis.deciding import (
    DECISIONS,
    Asked,
    Contended,
    Forbidden,
    KeyReused,
    Receipt,
    check_business_date,
    check_expected,
    outcome_of,
    receipt_of,
)
from shared.chassis.envelope import pack
from shared.chassis.history import Hot, Missing, UnitOfWork, rebuilt
from shared.chassis.keys import Keys
from shared.chassis.log import open_log
from shared.chassis.log_index import LogIndex
from shared.chassis.metrics import COMMANDS
from shared.chassis.migrate import OPENED, WrongLog, newest_schema
from shared.chassis.person_keys import open_person_keys
from shared.chassis.projection import Projection
from shared.chassis.reader import Reader
from shared.chassis.rows import Rows
from shared.chassis.seals import open_seals
from shared.chassis.service import Service
from shared.chassis.settings import InstallationSettings
from shared.chassis.tables import open_rows
from shared.chassis.writer import Writer
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, Refused
from shared.kernel.people import SYSTEM, Actor
from shared.kernel.personal import opening
from shared.kernel.settings import SchoolBook

ATTEMPTS = 20
BOOKS_HOLD_SECONDS = 1.0
SEAL_NOW = "seals"
"""Whom to wake when something was recorded that must not wait for the next second's seal."""


@cache
def _settle() -> None:
    """Keep what is loaded by now out of the collector's rounds: they took half of a busy process's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


class Runtime:
    """Opened per process, never before a fork. `wake` is told of each commit."""

    def __init__(
        self, service: Service, settings: InstallationSettings, wake: Callable[[str], None] = lambda _: None
    ) -> None:
        self.service, self.settings, self.wake = service, settings, wake
        folder, url = settings.home / service.name, settings.service_url(service.name)
        self.log = open_log(url, folder / "log.sqlite", pool_size=settings.pool_size)
        self._check_kind()
        self.keys = open_person_keys(service.name, settings)
        if not self.keys.is_there():
            msg = f"{service.name} has no keys of persons: run mingban migrate"
            raise WrongLog(msg)
        self.clock = Clock(self.log, rehearsal=settings.rehearsal, start=settings.clock)
        self.rows = Rows(open_rows(url, folder / "rows.sqlite", pool_size=settings.pool_size), service.models)
        self.rows.prepare(service.tables)
        self.projection = Projection(self.log, self.rows)
        self.index = LogIndex(service.name, self.log, self.rows)
        self.index.prepare()
        self.hot = Hot()
        self.log_keys, self.seals = Keys(settings), open_seals(url, folder / "log.sqlite", pool_size=2)
        self._at_once = {kind.__event_name__ for kind in service.receipts}
        self.writer = Writer(self.log, depth=settings.queue_depth, batch=settings.batch_size, committed=self._wake)

        self.reader = Reader(self.log)
        self._books: dict[str, SchoolBook] = {}
        self._books_hold: dict[str, float] = {}
        _settle()

    @cached_property
    def origin(self) -> str:
        """What the log is named by for ever. Raises `BadKeys` where no keys were made."""
        return self.log_keys.origin_of(self.service.name)

    def _wake(self, names: AbstractSet[str]) -> None:
        """Whom new events of these names concern; money, evaluations and certificates are sealed at once."""
        self.wake(self.service.name)
        if names & self._at_once:
            self.wake(SEAL_NOW)

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
        if lost := self.log.lost_guards():
            msg = f"the log of {self.service.name} has lost guards: {', '.join(lost)}; see who was there, then restore"
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
            entry.key, entry.reads, entry.rests_on = key, work.reads, work.rests_on
            try:
                await self.writer.submit(entry)
            except BaseException:
                work.forget()
                raise
            entry.rests_on = []
            if entry.came_to_nothing:
                work.forget()
            else:
                self.hot.committed(entry)
            if entry.mismatch:
                raise KeyReused
            if entry.replayed:
                return receipt_of(entry.replayed.outcome, entry.replayed.position, replayed=True)
            if entry.conflict:
                continue
            self._count(command, said)
            if said is not None:
                raise said
            assert entry.outcome is not None
            book_id = SchoolBook.id_for(asked.school)
            if any(event.originator_id == book_id for event in entry.events):
                self._books_hold.pop(asked.school, None)
            return receipt_of(entry.outcome, entry.position)
        raise Contended

    async def _decided(self, command: Any, asked: Asked, work: UnitOfWork) -> tuple[Entry, Exception | None]:
        ring = KeyRing(self.keys, asked.school)
        while True:
            try:
                try:
                    changed, context = self.decide(command, asked, work, ring)
                    ring.check(changed)
                except (Missing, KeysMissing) as missing:
                    # Fetched together: were what it had changed missing in turn, each miss would cost two.
                    changed_so_far = work.undo()
                    work.reads.clear()
                    work.rests_on.clear()
                    if isinstance(missing, KeysMissing):
                        await asyncio.to_thread(ring.fetch, missing.persons)
                    await self._fetch([*getattr(missing, "wanted", ()), *changed_so_far])
                    continue
            except DECISIONS as said:
                work.undo()
                return Entry(), said
            except BaseException:
                work.undo()
                raise
            work.keep(changed)
            entry = Entry(outcome=outcome_of(changed))
            entry.events = pack(changed, context, ring)
            self.hot.await_commit(entry, {UUID(str(event.originator_id)) for event in entry.events})
            return entry, None

    def decide(
        self, command: Any, asked: Asked, work: UnitOfWork, ring: KeyRing
    ) -> tuple[Sequence[Aggregate], Context]:
        """The pure part: may they, on which day, under which settings, is it fresh, what happens."""
        book = work.find(self.service.book, SchoolBook.id_for(asked.school))
        context = self._context(asked, book)
        actors = asked.actors if asked.actors[0] == SYSTEM else book.acting(asked.actors, self.clock.today())
        actor = next((a for a in actors if self.service.authorize(a, command, work)), None)
        if actor is None:
            raise Forbidden
        if actor != SYSTEM:
            check_business_date(context, self.clock.today())
        try:
            with opening(ring.opened):
                changed = self.service.handlers[type(command)](command, work, replace(context, actor=actor))
        except Refused:
            check_expected(asked, work)
            raise
        check_expected(asked, work)
        # One that is named twice has changed once.
        return list(dict.fromkeys(changed)), replace(context, actor=actor)

    def _context(self, asked: Asked, book: SchoolBook) -> Context:
        on = asked.on or self.clock.today()
        return Context(
            actor=asked.actors[0],
            school=asked.school,
            on=on,
            at=self.clock.now(),
            in_force=book.on(on) if asked.rules is None else book.numbered(asked.rules),
            calendar=book.calendar,
            correlation=asked.correlation or asked.key,
            causation=asked.causation or asked.key,
        )

    async def _fetch(self, wanted: Sequence[tuple[type[Aggregate], UUID]]) -> None:
        found = await asyncio.gather(*(self.reader.stream(id) for _, id in wanted))
        for (kind, id), lines in zip(wanted, found, strict=True):
            held = self.hot.get(id)
            if held is None or not (held.exists or isinstance(held, kind)):
                self.hot.put(rebuilt(kind, id, lines))

    def book(self, school: str) -> SchoolBook:
        """What holds for a school now: read on from where it was read last. Does I/O: not for the event loop."""
        id, known = SchoolBook.id_for(school), self._books.get(school)
        # Made anew when something is new: whoever holds the former one is not surprised.
        if known is None or self.log.stream(id, known.version):
            known = self._books[school] = rebuilt(self.service.book, id, self.log.stream(id))
        return known

    async def acting(self, actors: tuple[Actor, ...], school: str) -> tuple[Actor, ...]:
        """A person's roles with those delegated to them; what another process recorded is seen after a second.

        A command looks for itself, and what it rests on is checked when it is committed.
        """
        if monotonic() > self._books_hold.get(school, 0.0):
            await asyncio.to_thread(self.book, school)
            self._books_hold[school] = monotonic() + BOOKS_HOLD_SECONDS
        book = self._books[school]
        return tuple(book.acting(actors, self.clock.today())) if book.delegations else actors

    def _count(self, command: Any, said: Exception | None) -> None:
        rule = said.rule or "" if isinstance(said, Refused) else ""
        outcome = type(said).__name__ if said else "accepted"
        COMMANDS.labels(self.service.name, type(command).__name__, outcome, rule).inc()

    async def stop(self) -> None:
        await self.writer.stop()
        self.reader.stop()
        self.seals.close()
        self.rows.close()
        self.keys.close()
        self.log.close()
