"""The append-only log of one service, on SQLite or PostgreSQL, behind the eventsourcing library."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import orjson
from eventsourcing.persistence import (
    InterfaceError,
    OperationalError,
    StoredEvent,
)
from eventsourcing.postgres import PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url

from shared.chassis.batch import Entry, Parked
from shared.chassis.envelope import Line, instant_of
from shared.chassis.recorder import PARKED, Guard, GuardedDatastore, PostgresRecorder, SQLiteRecorder, guard
from shared.kernel.calendar import midnight

OUTAGE = (InterfaceError, OperationalError)
"""The store is away or busy: worth another try, nobody's fault. Anything else is a bug or poison."""


WALKED = 5_000

SEALED = ("checkpoints", "halts", "signatures")
GUARDS = {
    True: Counter({"append_only": 5, "never_emptied": 5, "money_keys_stay": 1, "tiles_stay": 1}),
    False: Counter(
        (
            *(f"stored_events_{what}" for what in ("no_update", "no_delete", "no_replace", "in_order")),
            *(f"{table}_no_{what}" for table in SEALED for what in ("update", "delete", "replace")),
            "commands_money_stays", "tiles_stay", "tiles_no_replace", "tiles_no_update",
        )
    ),
}  # fmt: skip
"""The triggers that the migrations made, by whether the store is PostgreSQL, and on how many tables each."""


class Log:
    """Events go in, nothing comes out changed.

    `commit` returns after the events are durable. `read` gives lines in commit order: whoever has read
    position n has seen all below n, because commits happen in the order of positions.
    """

    def __init__(self, recorder: PostgresRecorder | SQLiteRecorder) -> None:
        self._recorder: Any = recorder
        self._postgres = isinstance(recorder, PostgresRecorder)

    def commit(self, entries: Sequence[Entry]) -> None:
        """Record all entries that may be recorded, in one transaction, and answer each of them."""
        self._recorder.insert_events([], entries=entries)

    def read(self, after: int, limit: int) -> list[Line]:
        """Up to `limit` lines above position `after`, ascending."""
        lines: list[Line] = self._recorder.lines(after, limit)
        return lines

    def walk(self, through: int) -> Iterator[Line]:
        """All lines up to a position, in order, read by pages."""
        at = 0
        while page := self.read(at, WALKED):
            for line in page:
                if line.position > through:
                    return
                yield line
            at = page[-1].position

    def named(self, names: Sequence[str], after: int, through: int) -> list[Line]:
        """The lines of these events above a position, up to another."""
        if self._postgres:
            columns, at, among, given = (
                "notification_id AS position, originator_id",
                "notification_id",
                "ANY(%s)",
                names,
            )
        else:
            columns, at, among = "rowid AS position, originator_id", "rowid", "(SELECT value FROM json_each(?))"
            given = orjson.dumps(names).decode()
        mark, is_among = ("%s", "=") if self._postgres else ("?", "IN")
        with self._cursor(commit=False) as cursor:
            cursor.execute(
                f"SELECT {columns}, originator_version, topic, state FROM {self._at('stored_events')}"
                f" WHERE {at} > {mark} AND {at} <= {mark} AND topic {is_among} {among} ORDER BY {at}",
                (after, through, list(given) if self._postgres else given),
            )
            return [
                Line(
                    row["position"], _uuid(row["originator_id"]), row["originator_version"], row["topic"],
                    bytes(row["state"]),
                )
                for row in cursor.fetchall()
            ]  # fmt: skip

    def stream(self, id: UUID, above: int = 0) -> list[Line]:
        """One stream's lines above a version; their position is not known here (0)."""
        events: Sequence[StoredEvent] = self._recorder.select_events(id, gt=above)
        return [Line(0, id, e.originator_version, e.topic, bytes(e.state)) for e in events]

    def streams(self, ids: Sequence[UUID]) -> dict[UUID, list[Line]]:
        """Like `stream`, for many in one round trip; an empty list for what has no line."""
        found: dict[UUID, list[Line]] = {id: [] for id in ids}
        with self._cursor(commit=False) as cursor:
            self._recorder.select_streams(cursor, ids)
            for row in cursor.fetchall():
                id = _uuid(row["originator_id"])
                found[id].append(Line(0, id, row["originator_version"], row["topic"], bytes(row["state"])))
        return found

    def stream_through(self, id: UUID, position: int) -> list[Line]:
        """One stream's lines up to a position of the log, with their positions."""
        with self._cursor(commit=False) as cursor:
            self._recorder.select_stream_through(cursor, id, position)
            return [
                Line(row["position"], id, row["originator_version"], row["topic"], bytes(row["state"]))
                for row in cursor.fetchall()
            ]

    def stream_page(self, id: UUID, after: int, through: int, limit: int) -> list[Line]:
        """Up to `limit` lines of one stream above a position and up to another, with their positions."""
        # Ordered by version, which is their order too: by position the store might walk the whole log.
        where = f"originator_id = {self._mark} AND {self._position} > {self._mark} AND {self._position} <= {self._mark}"
        query = f"{self._selected} WHERE {where} ORDER BY originator_version LIMIT {self._mark}"
        return self._lines(query, id if self._postgres else id.hex, after, through, limit)

    def at(self, positions: Sequence[int]) -> list[Line]:
        """The lines at these positions, ascending."""
        # One index probe each, as everywhere: a young table's statistics mislead.
        query = (
            f"SELECT e.* FROM unnest(%s::bigint[]) AS p, LATERAL ({self._selected} WHERE {self._position} = p OFFSET 0)"
            " AS e ORDER BY position"
            if self._postgres
            else f"{self._selected} WHERE rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid"
        )
        return self._lines(query, list(positions) if self._postgres else json.dumps(list(positions)))

    def openings(self, ids: Sequence[UUID]) -> dict[UUID, Line]:
        """The first line of each of these streams."""
        first = f"{self._selected} WHERE originator_version = 1 AND originator_id"
        query, given = (
            (f"SELECT e.* FROM unnest(%s::uuid[]) AS s, LATERAL ({first} = s OFFSET 0) AS e", list(ids))
            if self._postgres
            else (f"{first} IN (SELECT value FROM json_each(?))", json.dumps([id.hex for id in ids]))
        )
        return {line.stream: line for line in self._lines(query, given)}

    def position_on(self, day: date) -> int:
        """The last position that was recorded by the end of a day (Shanghai); 0 for a day before the first.

        The log is in the order of recording, but for the moments of racing commits; so it is searched by halves.
        """
        end, low, high = midnight(day + timedelta(days=1)), 0, self.head()
        while low < high:
            line = self.read((low + high) // 2, 1)[0]
            if instant_of(line) < end:
                low = line.position
            else:
                high = (low + high) // 2
        return low

    def head(self) -> int:
        return self._recorder.max_notification_id() or 0

    def follower_position(self, upstream: str) -> int:
        return self._recorder.max_tracking_id(upstream) or 0

    def parked(self) -> list[Parked]:
        with self._cursor(commit=False) as cursor:
            cursor.execute(f"SELECT {', '.join(PARKED)} FROM {self._at('parked')} ORDER BY reader, position")
            return [_parked(row) for row in cursor.fetchall()]

    def parked_count(self) -> int:
        with self._cursor(commit=False) as cursor:
            cursor.execute(f"SELECT count(*) AS n FROM {self._at('parked')}")
            return int(cursor.fetchone()["n"])

    def purge_keys(self, before: datetime) -> int:
        """Forget idempotency keys accepted before an instant, those of payments excepted."""
        mark, kept = ("%s", "NOT kept") if self._postgres else ("?", "kept = 0")
        with self._cursor(commit=True) as cursor:
            given = before if self._postgres else before.isoformat()
            cursor.execute(f"DELETE FROM {self._at('commands')} WHERE at < {mark} AND {kept} RETURNING key", (given,))
            return len(cursor.fetchall())

    def clock_offset(self) -> int | None:
        with self._cursor(commit=False) as cursor:
            cursor.execute(f"SELECT offset_seconds FROM {self._at('rehearsal_clock')}")
            row = cursor.fetchone()
            return row["offset_seconds"] if row else None

    def set_clock_offset(self, seconds: int, *, only_first: bool = False) -> None:
        """Move this service's rehearsal clock, for all its processes."""
        mark, one = ("%s", "true") if self._postgres else ("?", "1")
        then = "NOTHING" if only_first else "UPDATE SET offset_seconds = excluded.offset_seconds"
        table = self._at("rehearsal_clock")
        with self._cursor(commit=True) as cursor:
            cursor.execute(
                f"INSERT INTO {table} (one, offset_seconds) VALUES ({one}, {mark}) ON CONFLICT (one) DO {then}",
                (seconds,),
            )

    def schema_version(self) -> str | None:
        """The newest migration that this log has seen; None for no log at all."""
        known = (
            "SELECT to_regclass('log.alembic_version')::text AS name"
            if self._postgres
            else "SELECT max(name) AS name FROM sqlite_master WHERE name = 'alembic_version'"
        )
        with self._cursor(commit=False) as cursor:
            cursor.execute(known)
            if cursor.fetchone()["name"] is None:
                return None
            cursor.execute(f"SELECT version_num FROM {self._at('alembic_version')}")
            row = cursor.fetchone()
            return row["version_num"] if row else None

    def may_rewrite(self) -> bool:
        """True for a PostgreSQL role that could change what is written: the application must not be one."""
        if not self._postgres:
            return False
        with self._cursor(commit=False) as cursor:
            cursor.execute(
                "SELECT has_table_privilege('log.stored_events', 'UPDATE, DELETE, TRUNCATE') OR rolsuper AS may"
                " FROM pg_roles WHERE rolname = current_user"
            )
            return bool(cursor.fetchone()["may"])

    def lost_guards(self) -> list[str]:
        """Triggers of the schema that are gone, switched off, or refuse nothing any more."""
        known = (
            "SELECT t.tgname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE n.nspname = 'log' AND t.tgenabled = 'A' AND NOT t.tgisinternal"
            " AND p.prosrc LIKE '%RAISE EXCEPTION%'"
            if self._postgres
            else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%SELECT RAISE(ABORT, ''%'"
        )
        with self._cursor(commit=False) as cursor:
            cursor.execute(known)
            left = Counter(row["name"] for row in cursor.fetchall())
        return sorted((GUARDS[self._postgres] - left).keys())

    def close(self) -> None:
        self._recorder.datastore.close()

    @property
    def _position(self) -> str:
        return "notification_id" if self._postgres else "rowid"

    @property
    def _mark(self) -> str:
        return "%s" if self._postgres else "?"

    @property
    def _selected(self) -> str:
        events = self._at("stored_events")
        return f"SELECT {self._position} AS position, originator_id, originator_version, topic, state FROM {events}"

    def _lines(self, query: str, *given: Any) -> list[Line]:
        with self._cursor(commit=False) as cursor:
            cursor.execute(query, given)
            return [
                Line(r["position"], _uuid(r["originator_id"]), r["originator_version"], r["topic"], bytes(r["state"]))
                for r in cursor.fetchall()
            ]

    def _at(self, table: str) -> str:
        return f"log.{table}" if self._postgres else table

    @contextmanager
    def _cursor(self, *, commit: bool) -> Iterator[Any]:
        with self._recorder.datastore.transaction(commit=commit) as cursor:
            yield cursor


def open_log(url: str | None, path: Path, *, pool_size: int, guard: Guard = guard) -> Log:
    """The log at a PostgreSQL address, with the rights of its role, or in an SQLite file, with those of the guard."""
    if url is None:
        return Log(SQLiteRecorder(GuardedDatastore(f"file:{quote(str(path))}", pool_size=pool_size, guard=guard)))
    where = postgres_parts(url)
    datastore = PostgresDatastore(
        **where, schema="log", pool_size=1, max_overflow=pool_size, connect_timeout=10, pre_ping=True
    )
    return Log(PostgresRecorder(datastore))


def postgres_parts(url: str) -> dict[str, Any]:
    """The library's arguments for an address; a host may be a socket's folder (`?host=/…`)."""
    parts: dict[str, Any] = conninfo_to_dict(url.replace("postgresql+psycopg", "postgresql"))
    known = make_url(url)
    return {
        "dbname": parts["dbname"],
        "host": parts.get("host", "127.0.0.1"),
        "port": parts.get("port", 5432),
        "user": parts["user"],
        "password": parts.get("password") or known.password or "",
    }


def _uuid(id: UUID | str) -> UUID:
    return id if isinstance(id, UUID) else UUID(id)


def _parked(row: Any) -> Parked:
    stream = row["stream"]
    return Parked(
        row["reader"], row["position"], _uuid(stream), row["version"],
        row["event"], bytes(row["state"]), row["reason"],
    )  # fmt: skip
