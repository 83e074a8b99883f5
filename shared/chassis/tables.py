"""Where rows lie: opening either store, and writing a page with one statement a table."""

import fcntl
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite

INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def upsert_page(conn: Connection, table: Table) -> Any:
    """One statement however many rows: the page travels as ONE parameter (both drivers cap their number)."""
    names, insert = [column.name for column in table.columns], INSERT[conn.dialect.name](table)
    keys = [column.name for column in table.primary_key]
    written = {n: insert.excluded[n] for n in names if n not in keys}
    return insert.from_select(names, _page(conn, table)).on_conflict_do_update(index_elements=keys, set_=written)


def insert_page(conn: Connection, table: Table, new: Sequence[tuple[Any, ...]]) -> None:
    """Rows that were not there, in one statement."""
    if conn.dialect.name == "postgresql":
        copy_page(conn, table, new)
        return
    names = [str(column.name) for column in table.columns]
    page = orjson.dumps([dict(zip(names, record, strict=True)) for record in new]).decode()
    conn.execute(INSERT[conn.dialect.name](table).from_select(names, _page(conn, table)), {"page": page})


def copy_page(conn: Connection, table: Table, new: Sequence[tuple[Any, ...]]) -> None:
    """Rows that were not there, half as dear as an upsert; nobody else adds any while we hold the position."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for record in new:
            copy.write_row(record)


def _page(conn: Connection, table: Table) -> Any:
    """The rows that travel as JSON under `:page`."""
    if conn.dialect.name == "sqlite":
        picked = (f"value ->> '{column.name}' AS {column.name}" for column in table.columns)
        source = f"SELECT {', '.join(picked)} FROM json_each(:page) WHERE true"
    else:
        types = ", ".join(f'"{c.name}" {c.type.compile(conn.dialect)}' for c in table.columns)
        source = f"SELECT * FROM json_to_recordset(CAST(:page AS json)) AS r({types})"
    return text(source).columns(*table.columns)


def make_wal(path: Path) -> None:
    """Put an SQLite file into WAL mode, which lasts; one process at a time, since that change never waits."""
    with Path(f"{path}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")


def open_rows(url: str | None, path: Path, *, pool_size: int) -> Engine:
    """The store of rows: schema `rows` of the service's database, or an SQLite file of its own."""
    if url is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        make_wal(path)
    return open_engine(url, path, schema="rows", pool_size=pool_size)


def open_engine(url: str | None, path: Path, *, schema: str, pool_size: int) -> Engine:
    """A schema of a PostgreSQL database, or an SQLite file that is in WAL mode.

    With `execution_options(writes=True)` a transaction waits at its begin for the one that writes, on SQLite.
    """
    if url is not None:
        return create_engine(
            url.replace("postgresql://", "postgresql+psycopg://"),
            pool_size=1, max_overflow=pool_size, pool_pre_ping=True,
            connect_args={"options": f"-c search_path={schema}"},
        )  # fmt: skip
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        dbapi.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("writes") else "BEGIN")

    return engine
