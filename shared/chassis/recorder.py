"""One transaction for the events, keys and positions of many decisions, on both stores.

`recorder.insert_events([], entries=entries)` returns after the commit, with each entry answered. Every
check runs under the log's one lock, before any INSERT, so nothing fails for another entry's sake and no
reader passes a gap that is filled later. Nothing else writes a log.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from eventsourcing.persistence import InterfaceError, OperationalError, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteDatastore,
    SQLiteProcessRecorder,
)
from eventsourcing.utils import retry
from psycopg.sql import SQL, Identifier

from shared.chassis.batch import Entry, Known, admit, streams
from shared.chassis.envelope import Line

PARKED = ("reader", "position", "stream", "version", "event", "state", "reason")


def _answer(admitted: Sequence[Entry], entries: Sequence[Entry], ids: Sequence[int], head: int) -> None:
    """Give each entry its position; one without events stands at the head it was decided on."""
    rest = iter(ids)
    for entry in admitted:
        for _ in entry.events:
            head = next(rest)
        entry.position = head
    first = {entry.key.scoped: entry.position for entry in admitted if entry.key}
    for entry in entries:
        if entry.key and entry.replayed and not entry.replayed.position:
            entry.replayed = Known(entry.replayed.request, first[entry.key.scoped], entry.replayed.outcome)


def _keys(admitted: Sequence[Entry]) -> list[tuple[Any, ...]]:
    return [
        (e.key.scoped, e.key.request, e.position, e.outcome, e.key.at, e.key.kept)
        for e in admitted
        if e.key and e.outcome is not None
    ]


class PostgresRecorder(PostgresProcessRecorder):
    """The library's recorder with our lock, taken first in every transaction that appends."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore)
        log = f"{datastore.schema}.{self.events_table_name}"
        self.lock_table_statements = [SQL("SELECT pg_advisory_xact_lock(hashtextextended({}, 0))").format(log)]
        self._events = Identifier(datastore.schema, self.events_table_name)
        self._commands = Identifier(datastore.schema, "commands")
        self._parked = Identifier(datastore.schema, "parked")
        self._tracking = Identifier(datastore.schema, self.tracking_table_name)

    def _notify_channel(self, curs: Any) -> None:
        """No NOTIFY: it serialises the commits of the whole cluster. `subscribe()` is deaf here."""

    def _insert_events(self, curs: Any, stored_events: Any, entries: Sequence[Entry] = (), **kw: Any) -> None:
        # Before the tracking row, on the plain path too: one lock order, no deadlock.
        self._lock_table(curs)
        admitted = admit(
            entries,
            self._heads(curs, entries),
            self._known(curs, entries),
            self._positions(curs, entries),
            self._parked_now(curs, entries),
        )
        stored_events[:] = [event for entry in admitted for event in entry.events]
        for entry in admitted:
            if entry.moved:
                self._insert_tracking(curs, Tracking(entry.moved.upstream, entry.moved.new))
            self._park(curs, entry)
        super()._insert_events(curs, stored_events, **kw)
        if not stored_events:
            self._finish(curs, admitted, entries, [])

    def _fetch_ids_after_insert_events(
        self, curs: Any, stored_events: Any, entries: Sequence[Entry] = (), **kw: Any
    ) -> Any:
        ids = super()._fetch_ids_after_insert_events(curs, stored_events, **kw)
        admitted = [e for e in entries if not (e.conflict or e.mismatch or e.replayed)]
        self._finish(curs, admitted, entries, list(ids or ()))
        return ids

    def _finish(self, curs: Any, admitted: Sequence[Entry], entries: Sequence[Entry], ids: list[int]) -> None:
        curs.execute(SQL("SELECT max(notification_id) AS head FROM {}").format(self._events))
        before = curs.fetchone()["head"] or 0
        _answer(admitted, entries, ids, ids[0] - 1 if ids else before)
        if rows := _keys(admitted):
            curs.execute(
                SQL(
                    "INSERT INTO {} SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[],"
                    " %s::bytea[], %s::timestamptz[], %s::boolean[])"
                ).format(self._commands),
                [list(column) for column in zip(*rows, strict=True)],
            )

    def _heads(self, curs: Any, entries: Sequence[Entry]) -> dict[UUID, int]:
        # One index probe each: `= ANY(…)` read a young, unanalysed table whole, batch after batch.
        curs.execute(
            SQL(
                "SELECT s, (SELECT max(originator_version) FROM {} WHERE originator_id = s) AS head"
                " FROM unnest(%s::uuid[]) AS s"
            ).format(self._events),
            (streams(entries),),
        )
        return {row["s"]: row["head"] or 0 for row in curs.fetchall()}

    def _known(self, curs: Any, entries: Sequence[Entry]) -> dict[str, Known]:
        curs.execute(
            SQL(
                "SELECT k, c.request, c.position, c.outcome FROM unnest(%s::text[]) AS k,"
                " LATERAL (SELECT * FROM {} WHERE key = k OFFSET 0) AS c"
            ).format(self._commands),
            ([entry.key.scoped for entry in entries if entry.key],),
        )
        return {r["k"]: Known(r["request"], r["position"], bytes(r["outcome"])) for r in curs.fetchall()}

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def lines(self, after: int, limit: int) -> list[Line]:
        """In binary and without a dict a row: a projection reads a page of thousands."""
        with (
            self.datastore.get_connection() as conn,
            conn.cursor(binary=True, row_factory=lambda _: partial(tuple.__new__, Line)) as curs,
        ):
            curs.execute(
                SQL(
                    "SELECT notification_id, originator_id, originator_version, topic, state FROM {}"
                    " WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
                ).format(self._events),
                (after, limit),
                prepare=True,
            )
            return curs.fetchall()

    def select_streams(self, curs: Any, ids: Sequence[UUID]) -> None:
        curs.execute(
            SQL(
                "SELECT e.* FROM unnest(%s::uuid[]) AS s,"
                " LATERAL (SELECT * FROM {} WHERE originator_id = s OFFSET 0) AS e ORDER BY e.originator_version"
            ).format(self._events),
            (list(ids),),
        )

    def select_stream_through(self, curs: Any, id: UUID, position: int) -> None:
        curs.execute(
            SQL(
                "SELECT notification_id AS position, originator_version, topic, state FROM {}"
                " WHERE originator_id = %s AND notification_id <= %s ORDER BY originator_version"
            ).format(self._events),
            (id, position),
        )

    def _positions(self, curs: Any, entries: Sequence[Entry]) -> dict[str, int]:
        if not (upstreams := [entry.moved.upstream for entry in entries if entry.moved]):
            return {}
        curs.execute(SQL("SELECT * FROM {} WHERE application_name = ANY(%s)").format(self._tracking), (upstreams,))
        return {row["application_name"]: row["notification_id"] for row in curs.fetchall()}

    def _parked_now(self, curs: Any, entries: Sequence[Entry]) -> set[tuple[str, int]]:
        if not any(entry.unparks for entry in entries):
            return set()
        curs.execute(SQL("SELECT reader, position FROM {}").format(self._parked))
        return {(row["reader"], row["position"]) for row in curs.fetchall()}

    def _park(self, curs: Any, entry: Entry) -> None:
        for parked in entry.parks:
            curs.execute(
                SQL("INSERT INTO {} VALUES (%s, %s, %s, %s, %s, %s, %s)").format(self._parked),
                [getattr(parked, name) for name in PARKED],
            )
        for reader, position in entry.unparks:
            curs.execute(
                SQL("DELETE FROM {} WHERE reader = %s AND position = %s").format(self._parked),
                (reader, position),
            )


class SQLiteRecorder(SQLiteProcessRecorder):
    """The same on SQLite: a write first, so that waiting replaces SQLITE_BUSY_SNAPSHOT."""

    def _insert_events(self, c: Any, stored_events: Any, entries: Sequence[Entry] = (), **kw: Any) -> Any:  # noqa: ARG002
        c.execute("UPDATE tracking SET notification_id = notification_id WHERE 0")
        admitted = admit(
            entries, self._heads(c, entries), self._known(c, entries), self._positions(c), self._parked_now(c, entries)
        )
        for entry in admitted:
            if entry.moved:
                self._insert_tracking(c, Tracking(entry.moved.upstream, entry.moved.new))
            self._park(c, entry)
        before = self._max_notification_id(c) or 0
        ids = super()._insert_events(c, [e for entry in admitted for e in entry.events], **kw)
        _answer(admitted, entries, ids or [], before)
        rows = [(*row[:4], row[4].isoformat(), row[5]) for row in _keys(admitted)]
        c.executemany("INSERT INTO commands VALUES (?, ?, ?, ?, ?, ?)", rows)
        return ids

    def _heads(self, c: Any, entries: Sequence[Entry]) -> dict[UUID, int]:
        c.execute(
            "SELECT value AS s, (SELECT max(originator_version) FROM stored_events"
            " WHERE originator_id = value) AS head FROM json_each(?)",
            (json.dumps([stream.hex for stream in streams(entries)]),),
        )
        return {UUID(row["s"]): row["head"] or 0 for row in c.fetchall()}

    def _known(self, c: Any, entries: Sequence[Entry]) -> dict[str, Known]:
        c.execute(
            "SELECT key, request, position, outcome FROM commands WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps([entry.key.scoped for entry in entries if entry.key]),),
        )
        return {r["key"]: Known(r["request"], r["position"], r["outcome"]) for r in c.fetchall()}

    def lines(self, after: int, limit: int) -> list[Line]:
        found = self.select_notifications(start=after, limit=limit, inclusive_of_start=False)
        return [Line(n.id, UUID(str(n.originator_id)), n.originator_version, n.topic, bytes(n.state)) for n in found]

    def select_streams(self, c: Any, ids: Sequence[UUID]) -> None:
        c.execute(
            "SELECT * FROM stored_events WHERE originator_id IN (SELECT value FROM json_each(?))"
            " ORDER BY originator_id, originator_version",
            (json.dumps([id.hex for id in ids]),),
        )

    def select_stream_through(self, c: Any, id: UUID, position: int) -> None:
        c.execute(
            "SELECT rowid AS position, originator_version, topic, state FROM stored_events"
            " WHERE originator_id = ? AND rowid <= ? ORDER BY originator_version",
            (id.hex, position),
        )

    def _positions(self, c: Any) -> dict[str, int]:
        c.execute("SELECT application_name, notification_id FROM tracking")
        return {row["application_name"]: row["notification_id"] for row in c.fetchall()}

    def _parked_now(self, c: Any, entries: Sequence[Entry]) -> set[tuple[str, int]]:
        if not any(entry.unparks for entry in entries):
            return set()
        c.execute("SELECT reader, position FROM parked")
        return {(row["reader"], row["position"]) for row in c.fetchall()}

    def _park(self, c: Any, entry: Entry) -> None:
        for parked in entry.parks:
            values = [getattr(parked, name) for name in PARKED]
            values[2] = parked.stream.hex
            c.execute("INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        c.executemany("DELETE FROM parked WHERE reader = ? AND position = ?", entry.unparks)


Guard = Callable[[int, str | None, str | None, str | None, str | None], int]


class GuardedPool(SQLiteConnectionPool):
    """Connections that cannot change what is written, and that fsync what they acknowledge."""

    guard: Guard

    def _create_connection(self) -> SQLiteConnection:
        made = super()._create_connection()
        raw = made._sqlite_conn  # noqa: SLF001 - the library offers no other way to a pragma
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA recursive_triggers=ON")
        raw.set_authorizer(self.guard)
        return made


CHANGES = (sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_DROP_TABLE)
SEALS = ("tiles", "checkpoints", "signatures", "halts")


def guard(action: int, first: str | None, second: str | None, _db: str | None, _inner: str | None) -> int:
    """The authorizer of the writer's connections to a log: events are inserted and read, seals are read."""
    if first == "stored_events" and action in CHANGES:
        return sqlite3.SQLITE_DENY
    if first in SEALS and action in (*CHANGES, sqlite3.SQLITE_INSERT):
        return sqlite3.SQLITE_DENY
    return _unbent(action, first, second)


def sealer_guard(action: int, first: str | None, second: str | None, _db: str | None, _inner: str | None) -> int:
    """The authorizer of the sealer's connections: all is read, seals are inserted, a narrower tile gives way."""
    if action == sqlite3.SQLITE_INSERT and first not in SEALS:
        return sqlite3.SQLITE_DENY
    if action in CHANGES and not (action == sqlite3.SQLITE_DELETE and first == "tiles"):
        return sqlite3.SQLITE_DENY
    return _unbent(action, first, second)


def _unbent(action: int, first: str | None, second: str | None) -> int:
    """No connection takes a guard away or goes around it."""
    if action == sqlite3.SQLITE_PRAGMA and first == "writable_schema":
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_ALTER_TABLE and second in ("stored_events", *SEALS):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_DROP_TRIGGER else sqlite3.SQLITE_OK


class GuardedDatastore(SQLiteDatastore):
    """An SQLite file whose connections may do what a role may: the writer's, unless another guard is given."""

    def __init__(self, path: str, *, pool_size: int, guard: Guard = guard) -> None:
        super().__init__(path, pool_size=1)
        self.pool.close()
        self.pool = GuardedPool(db_name=path, pool_size=pool_size, lock_timeout=30)
        self.pool.guard = guard
