"""Nobody changes what is written: who may do what to the event table, on each store."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError
from psycopg import errors
from sqlalchemy import make_url

from shared.chassis.log import open_log
from shared.chassis.provision import ROLES
from shared.chassis.settings import InstallationSettings
from tests.chassis.examples import BOARDS, CLOCKS, decision, happening
from tests.conftest import Databases, Installation, on_postgres, on_sqlite

DENIED, STOPPED, FORGED = errors.InsufficientPrivilege, errors.RaiseException, errors.GeneratedAlways
COLUMNS = "originator_id, originator_version, topic, state"
NEW = f"'{BOARDS}', 1, 'testing.opened', '{{}}'"

READ = "SELECT count(*) FROM log.stored_events"
APPEND = f"INSERT INTO log.stored_events ({COLUMNS}) VALUES ({NEW})"
FORGE = f"INSERT INTO log.stored_events ({COLUMNS}, notification_id) VALUES ({NEW}, 99)"
INSIST = FORGE.replace("VALUES", "OVERRIDING SYSTEM VALUE VALUES")
UPSERT = f"{APPEND} ON CONFLICT (originator_id, originator_version) DO UPDATE SET state = ''"
UPDATE = "UPDATE log.stored_events SET state = ''"
DELETE = "DELETE FROM log.stored_events"
TRUNCATE = "TRUNCATE log.stored_events"
BURN = "SELECT nextval('log.stored_events_notification_id_seq')"
REWIND = "SELECT setval('log.stored_events_notification_id_seq', 1)"
UNGUARD = "DROP TRIGGER append_only ON log.stored_events"
DISARM = "ALTER TABLE log.stored_events DISABLE TRIGGER ALL"
DROP = "DROP TABLE log.stored_events"
LOCK = "LOCK TABLE log.stored_events IN EXCLUSIVE MODE"
FORGET = "DELETE FROM log.commands WHERE kept"
REWRITE = "UPDATE log.commands SET outcome = ''"
EMPTY_KEYS = "TRUNCATE log.commands"
OFFLINE = "SET session_replication_role = replica"

CHANGES = (INSIST, UPSERT, UPDATE, DELETE, TRUNCATE, BURN, REWIND, UNGUARD, DISARM, DROP, LOCK)
KEYS = (REWRITE, EMPTY_KEYS)


def matrix() -> Iterator[tuple[str, str, type[Exception] | None]]:
    yield from (("writer", statement, None) for statement in (READ, APPEND))
    yield from (("writer", statement, DENIED) for statement in (*CHANGES, *KEYS, OFFLINE))
    yield ("writer", FORGET, STOPPED)
    for reader in ("sealer", "auditor"):
        yield (reader, READ, None)
        yield from ((reader, statement, DENIED) for statement in (APPEND, *CHANGES, *KEYS, FORGET, OFFLINE))
    yield from (("owner", statement, None) for statement in (READ, APPEND))
    yield from (("owner", statement, STOPPED) for statement in (UPDATE, DELETE, TRUNCATE, FORGET))
    yield ("owner", OFFLINE, DENIED)
    yield from ((role, FORGE, FORGED) for role in (*ROLES, "superuser"))
    yield from (("superuser", statement, STOPPED) for statement in (UPDATE, DELETE, TRUNCATE, FORGET))
    replica = (f"{OFFLINE}; {statement}" for statement in (UPDATE, DELETE, TRUNCATE, FORGET))
    yield from (("superuser", statement, STOPPED) for statement in replica)


@pytest.fixture
def written(installation: Installation) -> InstallationSettings:
    """A log with one event of ours and the key of one payment."""
    settings = installation(["testing"])
    log = open_log(settings.service_url("testing"), settings.home / "testing" / "log.sqlite", pool_size=1)
    log.commit([decision(happening(CLOCKS, 1), key="payment", kept=True)])
    log.close()
    return settings


def outcome(url: str, statement: str) -> type[Exception] | None:
    """What a statement ends in; what succeeds is undone, so that each statement meets the same log."""
    with psycopg.connect(url) as role:
        try:
            role.execute(statement)
        except psycopg.Error as error:
            return type(error)
        finally:
            role.rollback()
    return None


@on_postgres
def test_each_role_may_do_what_it_is_for_and_nothing_else(written: InstallationSettings, databases: Databases) -> None:
    name = make_url(written.service_url("testing") or "").database or ""
    urls = {role: databases.address(role, name.removeprefix(f"{written.role_prefix}_")) for role in ROLES}
    urls["superuser"] = make_url(databases.admin_url).set(database=name).render_as_string(hide_password=False)

    said = [(role, statement, outcome(urls[role], statement)) for role, statement, _ in matrix()]

    assert said == list(matrix())


SQLITE_CHANGES = {
    "update": "UPDATE stored_events SET state = x''",
    "update of a key": "UPDATE stored_events SET rowid = 9 WHERE rowid = 2",
    "delete": "DELETE FROM stored_events",
    "replace": f"INSERT OR REPLACE INTO stored_events VALUES ('{CLOCKS.hex}', 1, 'x', x'')",
    "replace by rowid": f"INSERT OR REPLACE INTO stored_events (rowid, {COLUMNS}) VALUES (2, '{BOARDS.hex}', 1, 'x', x'')",
    "upsert": f"INSERT INTO stored_events VALUES ('{CLOCKS.hex}', 1, 'x', x'') ON CONFLICT DO UPDATE SET state = x''",
    "explicit rowid": f"INSERT INTO stored_events (rowid, {COLUMNS}) VALUES (99, '{BOARDS.hex}', 1, 'x', x'')",
    "rowid of the past": f"INSERT INTO stored_events (rowid, {COLUMNS}) VALUES (0, '{BOARDS.hex}', 1, 'x', x'')",
    "key of a payment": "DELETE FROM commands WHERE kept",
}
HIDDEN = f"INSERT INTO stored_events (rowid, {COLUMNS}) VALUES (-1, '{BOARDS.hex}', 1, 'x', x'')"
SQLITE_DEFINITIONS = {
    "drop table": "DROP TABLE stored_events",
    "rename table": "ALTER TABLE stored_events RENAME TO elsewhere",
    "rename column": "ALTER TABLE stored_events RENAME COLUMN state TO status",
    "add column": "ALTER TABLE stored_events ADD COLUMN more TEXT",
    "drop column": "ALTER TABLE stored_events DROP COLUMN state",
    "drop trigger": "DROP TRIGGER stored_events_no_update",
}


def by_the_log(settings: InstallationSettings, statement: str) -> None:
    log = open_log(None, settings.home / "testing" / "log.sqlite", pool_size=1)
    with closing(log), log._recorder.datastore.transaction(commit=True) as cursor:
        cursor.execute(statement)


def by_hand(settings: InstallationSettings, statement: str) -> None:
    with closing(sqlite3.connect(settings.home / "testing" / "log.sqlite")) as anyone, anyone:
        anyone.execute(statement)


def kept(settings: InstallationSettings) -> list[tuple[object, ...]]:
    """Everything that the event table holds, hidden rows too."""
    with closing(sqlite3.connect(settings.home / "testing" / "log.sqlite")) as anyone:
        return anyone.execute("SELECT rowid, * FROM stored_events ORDER BY rowid").fetchall()


@on_sqlite
@pytest.mark.parametrize("statement", [pytest.param(s, id=n) for n, s in (SQLITE_CHANGES | SQLITE_DEFINITIONS).items()])
def test_a_connection_of_the_log_cannot_change_it(written: InstallationSettings, statement: str) -> None:
    before = kept(written)

    with pytest.raises((PersistenceError, sqlite3.DatabaseError), match=r"append-only|not authorized|stays"):
        by_the_log(written, statement)
    assert kept(written) == before


@on_sqlite
@pytest.mark.parametrize("statement", [pytest.param(s, id=n) for n, s in SQLITE_CHANGES.items()])
def test_the_triggers_stop_whoever_opens_the_file(written: InstallationSettings, statement: str) -> None:
    before = kept(written)

    with pytest.raises(sqlite3.DatabaseError, match=r"append-only|stays"):
        by_hand(written, statement)
    assert kept(written) == before


@on_sqlite
@pytest.mark.parametrize("way", [by_the_log, by_hand])
def test_no_event_hides_before_the_first_position(written: InstallationSettings, way: object) -> None:
    with pytest.raises((PersistenceError, sqlite3.DatabaseError)):
        way(written, HIDDEN)  # type: ignore[operator]


@on_sqlite
def test_a_connection_of_the_log_cannot_undo_the_triggers_by_the_back_door(written: InstallationSettings) -> None:
    log = open_log(None, written.home / "testing" / "log.sqlite", pool_size=1)
    with closing(log), log._recorder.datastore.get_connection(commit=True) as connection:
        back_door = "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name LIKE 'stored_events_no%'"

        with pytest.raises(sqlite3.DatabaseError):
            connection._sqlite_conn.executescript(back_door)


@on_sqlite
def test_the_next_rowid_may_be_named_since_it_is_no_other(written: InstallationSettings) -> None:
    by_hand(written, f"INSERT INTO stored_events (rowid, {COLUMNS}) VALUES (3, '{UUID(int=3).hex}', 1, 'x', x'')")

    assert [row[0] for row in kept(written)] == [1, 2, 3]


@on_sqlite
def test_what_is_acknowledged_is_on_disk(written: InstallationSettings) -> None:
    log = open_log(None, written.home / "testing" / "log.sqlite", pool_size=1)
    with closing(log), log._recorder.datastore.get_connection(commit=False) as connection:
        said = []
        for pragma in ("journal_mode", "synchronous", "recursive_triggers"):
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA {pragma}")
            said.append(cursor.fetchone()[0])

    assert said == ["wal", 2, 1]
