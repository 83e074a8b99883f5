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
from sqlalchemy.exc import DBAPIError

from shared.chassis.log import open_log
from shared.chassis.migrate import WrongLog
from shared.chassis.provision import ROLES
from shared.chassis.runtime import Runtime
from shared.chassis.seals import open_seals
from shared.chassis.settings import InstallationSettings
from tests.chassis.examples import BOARDS, CLOCKS, decision, happening
from tests.chassis.ledger import testing
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

ROOT, TILE = "decode(repeat('00', 32), 'hex')", "1, 0, 0, {width}, decode(repeat('00', 32 * {width}), 'hex')"
SEE_SEALS = "SELECT count(*) FROM log.tiles, log.checkpoints, log.signatures, log.halts"
ADD_TILE = f"INSERT INTO log.tiles VALUES ({TILE.format(width=3)})"
ADD_CHECKPOINT = f"INSERT INTO log.checkpoints VALUES (1, 9, {ROOT}, 9, '2026')"
ADD_SIGNATURE = "INSERT INTO log.signatures VALUES (1, 2, 'another')"
ADD_HALT = "INSERT INTO log.halts VALUES (1, 'tampered', 'here', '2026')"
WIDEN = f"{ADD_TILE}; DELETE FROM log.tiles WHERE width = 2"
MOVE_TILE = "UPDATE log.tiles SET hashes = hashes"
MOVE_CHECKPOINT = f"UPDATE log.checkpoints SET root = {ROOT}"
MOVE_SIGNATURE = "UPDATE log.signatures SET line = 'mine'"
MOVE_HALT = "UPDATE log.halts SET code = ''"
REDO_TILE = (
    f"INSERT INTO log.tiles VALUES ({TILE.format(width=2)})"
    " ON CONFLICT (epoch, level, number, width) DO UPDATE SET hashes = excluded.hashes"
)
DROP_TILE = "DELETE FROM log.tiles WHERE width = 2"
DROP_FULL = "DELETE FROM log.tiles WHERE width = 256"
DROP_CHECKPOINT = "DELETE FROM log.checkpoints"
DROP_SIGNATURE = "DELETE FROM log.signatures"
DROP_HALT = "DELETE FROM log.halts"
EMPTY_TILES = "TRUNCATE log.tiles"
EMPTY_SEALS = "TRUNCATE log.checkpoints, log.signatures"
EMPTY_HALTS = "TRUNCATE log.halts"
UNSEAL = "ALTER TABLE log.tiles DISABLE TRIGGER ALL"

CHANGES = (INSIST, UPSERT, UPDATE, DELETE, TRUNCATE, BURN, REWIND, UNGUARD, DISARM, DROP, LOCK)
KEYS = (REWRITE, EMPTY_KEYS)
SEALING = (ADD_TILE, ADD_CHECKPOINT, ADD_SIGNATURE, ADD_HALT, WIDEN)
TAKEN_BACK = (
    MOVE_TILE, MOVE_CHECKPOINT, MOVE_SIGNATURE, MOVE_HALT, DROP_CHECKPOINT, DROP_SIGNATURE, DROP_HALT,
    EMPTY_TILES, EMPTY_SEALS, EMPTY_HALTS,
)  # fmt: skip
LOST_TILES = (DROP_TILE, DROP_FULL)


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
    yield from seals_matrix()


def seals_matrix() -> Iterator[tuple[str, str, type[Exception] | None]]:
    """Of what proves the log: the sealer alone adds to it, and nobody takes anything back."""
    yield from ((role, SEE_SEALS, None) for role in (*ROLES, "superuser"))
    for reader in ("writer", "auditor"):
        yield from ((reader, each, DENIED) for each in (*SEALING, *TAKEN_BACK, *LOST_TILES, REDO_TILE, UNSEAL, OFFLINE))
    yield from (("sealer", each, None) for each in SEALING)
    yield from (("sealer", each, DENIED) for each in (*TAKEN_BACK, REDO_TILE, UNSEAL, OFFLINE))
    yield from (("sealer", each, STOPPED) for each in LOST_TILES)
    for master in ("owner", "superuser"):
        yield from ((master, each, STOPPED) for each in (*TAKEN_BACK, *LOST_TILES, REDO_TILE))
    yield from (("superuser", f"{OFFLINE}; {each}", STOPPED) for each in (*TAKEN_BACK, *LOST_TILES))


@pytest.fixture
def written(installation: Installation) -> InstallationSettings:
    """A log with one event of ours and the key of one payment."""
    settings = installation(["testing"])
    log = open_log(settings.service_url("testing"), settings.home / "testing" / "log.sqlite", pool_size=1)
    log.commit([decision(happening(CLOCKS, 1), key="payment", kept=True)])
    log.close()
    return settings


def sealed(url: str) -> None:
    """A tile of two, a full one, a checkpoint with its signature, and a halt of another epoch."""
    with psycopg.connect(url) as sealer:
        for width, level in ((2, 0), (256, 1)):
            sealer.execute(
                f"INSERT INTO log.tiles VALUES ({TILE.format(width=width)})".replace("1, 0,", f"1, {level},")
            )
        sealer.execute(f"INSERT INTO log.checkpoints VALUES (1, 2, {ROOT}, 2, '2026')")
        sealer.execute("INSERT INTO log.signatures VALUES (1, 2, 'mine')")
        sealer.execute("INSERT INTO log.halts VALUES (2, 'tampered', 'there', '2026')")


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
    sealed(urls["sealer"])
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
WIDE = "zeroblob(32 * {0})"
SEALS = {
    "tile": f"INSERT INTO tiles VALUES (1, 0, 0, 3, {WIDE.format(3)}, NULL, NULL)",
    "checkpoint": "INSERT INTO checkpoints VALUES (1, 9, zeroblob(32), 9, '2026')",
    "signature": "INSERT INTO signatures VALUES (1, 2, 'another')",
    "halt": "INSERT INTO halts VALUES (1, 'tampered', 'here', '2026')",
}
SEALS_TAKEN_BACK = {
    "a tile moved": "UPDATE tiles SET hashes = hashes",
    "a tile made anew": f"INSERT OR REPLACE INTO tiles VALUES (1, 0, 0, 2, {WIDE.format(2)}, NULL, NULL)",
    "a tile lost": "DELETE FROM tiles WHERE width = 2",
    "a full tile lost": "DELETE FROM tiles WHERE width = 256",
    "a checkpoint moved": "UPDATE checkpoints SET root = zeroblob(32)",
    "a checkpoint made anew": "INSERT OR REPLACE INTO checkpoints VALUES (1, 2, zeroblob(32), 9, '2026')",
    "a checkpoint lost": "DELETE FROM checkpoints",
    "a signature moved": "UPDATE signatures SET line = 'yours'",
    "a signature lost": "DELETE FROM signatures",
    "a halt moved": "UPDATE halts SET code = ''",
    "a halt made anew": "INSERT OR REPLACE INTO halts VALUES (2, 'fine', '', '2026')",
    "a halt lost": "DELETE FROM halts",
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


def by_role(settings: InstallationSettings, role: str, statement: str) -> str:
    """What a statement comes to over a connection of a role; what succeeds is undone."""
    path = settings.home / "testing" / "log.sqlite"
    if role == "writer":
        log = open_log(None, path, pool_size=1)
        with closing(log), log._recorder.datastore.transaction(commit=False) as cursor:
            return said(cursor.execute, statement)
    seals = open_seals(None, path, pool_size=1, seals=role == "sealer")
    with closing(seals), seals._engine.connect() as connection:
        outcome = said(connection.exec_driver_sql, statement)
        connection.rollback()
    return outcome


def said(execute: object, statement: str) -> str:
    try:
        execute(statement)  # type: ignore[operator]
    except (PersistenceError, sqlite3.DatabaseError, DBAPIError) as error:
        return "stopped" if "append-only" in str(error) or "stays" in str(error) else "denied"
    return "done"


def role_matrix() -> Iterator[tuple[str, str, str]]:
    event, seals = f"INSERT INTO stored_events VALUES ('{BOARDS.hex}', 1, 'x', x'')", SEALS.values()
    for role in ("writer", "sealer", "auditor"):
        yield (role, "SELECT count(*) FROM stored_events, tiles, checkpoints, signatures, halts", "done")
        yield (role, event, "done" if role == "writer" else "denied")
        yield from ((role, statement, "done" if role == "sealer" else "denied") for statement in seals)


@on_sqlite
def test_on_sqlite_too_the_writer_writes_the_sealer_seals_and_the_auditor_reads(written: InstallationSettings) -> None:
    sealed_by_hand(written)

    assert [(role, each, by_role(written, role, each)) for role, each, _ in role_matrix()] == [*role_matrix()]


@on_sqlite
@pytest.mark.parametrize("role", ["writer", "sealer", "auditor"])
def test_on_sqlite_no_role_changes_or_takes_back_anything(written: InstallationSettings, role: str) -> None:
    sealed_by_hand(written)
    statements = [*SQLITE_CHANGES.values(), *SQLITE_DEFINITIONS.values(), *SEALS_TAKEN_BACK.values()]

    outcomes = {statement: by_role(written, role, statement) for statement in statements}

    assert [statement for statement, outcome in outcomes.items() if outcome == "done"] == []


@on_sqlite
@pytest.mark.parametrize("statement", [pytest.param(s, id=n) for n, s in SEALS_TAKEN_BACK.items()])
def test_the_triggers_keep_the_seals_from_whoever_opens_the_file(written: InstallationSettings, statement: str) -> None:
    sealed_by_hand(written)

    with pytest.raises(sqlite3.DatabaseError, match="append-only"):
        by_hand(written, statement)


def sealed_by_hand(settings: InstallationSettings) -> None:
    for statement in (
        f"INSERT INTO tiles VALUES (1, 0, 0, 2, {WIDE.format(2)}, NULL, NULL)",
        f"INSERT INTO tiles VALUES (1, 1, 0, 256, {WIDE.format(256)}, NULL, NULL)",
        "INSERT INTO checkpoints VALUES (1, 2, zeroblob(32), 2, '2026')",
        "INSERT INTO signatures VALUES (1, 2, 'mine')",
        "INSERT INTO halts VALUES (2, 'tampered', 'there', '2026')",
    ):
        by_hand(settings, statement)


UNGUARDED = {
    "sqlite": (
        "DROP TRIGGER {name}",
        "DROP TRIGGER {name}; CREATE TRIGGER {name} BEFORE DELETE ON tiles BEGIN SELECT 1; END",
    ),
    "postgres": ("DROP TRIGGER {name} ON log.{table}", "ALTER TABLE log.{table} DISABLE TRIGGER {name}"),
}


@pytest.mark.parametrize("way", [0, 1])
def test_a_log_that_has_lost_a_guard_is_not_opened(
    written: InstallationSettings, database: str, request: pytest.FixtureRequest, way: int
) -> None:
    name = {"sqlite": "tiles_stay", "postgres": "append_only"}[database]
    statement = UNGUARDED[database][way].format(name=name, table="stored_events")
    if database == "postgres":
        databases: Databases = request.getfixturevalue("databases")
        with psycopg.connect(
            databases.admin_url, dbname=make_url(written.service_url("testing") or "").database
        ) as all:
            all.execute(statement)
    else:
        with closing(sqlite3.connect(written.home / "testing" / "log.sqlite")) as anyone:
            anyone.executescript(statement)

    with pytest.raises(WrongLog, match=rf"the log of testing has lost guards: {name}"):
        Runtime(testing, written)
