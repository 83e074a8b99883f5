"""The keys of persons, in a database of their own: destroying one erases every text that it opens."""

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    and_,
    create_engine,
    event,
    select,
    text,
)
from sqlalchemy.exc import OperationalError, ProgrammingError

from shared.chassis.settings import InstallationSettings
from shared.chassis.tables import INSERT

KEY_BYTES = 32
SCHEMA = "persons"

META = MetaData()
KEYS = Table(
    "person_keys", META,
    Column("school", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("key", LargeBinary),
    Column("destroyed_at", String),
    Column("destroyed_by", BigInteger),
    # A destroyed key leaves bytes behind until the table is vacuumed: at the next round, whatever its size.
    postgresql_with={"autovacuum_vacuum_threshold": 0, "autovacuum_vacuum_scale_factor": 0},
)  # fmt: skip
READ = Table("log_read", META, Column("one", Integer, primary_key=True), Column("position", BigInteger, nullable=False))


class Destroyed(NamedTuple):
    """When a person's key was destroyed, and the position of the event that said so."""

    at: str
    by: int


class PersonKeys:
    """One service's keys, by school and person. Nothing is cached: a key destroyed elsewhere opens nothing here."""

    def __init__(self, service: str, engine: Engine) -> None:
        self.service, self._engine = service, engine

    def known(self, school: str, persons: Collection[str]) -> dict[str, bytes | None]:
        """Those who have or had a key; None for one that is destroyed."""
        wanted = and_(KEYS.c.school == school, KEYS.c.person.in_(sorted(persons)))
        with self._engine.connect() as conn:
            return {row.person: row.key for row in conn.execute(select(KEYS.c.person, KEYS.c.key).where(wanted))}

    def handed_out(self, school: str, persons: Collection[str]) -> dict[str, bytes | None]:
        """A key for each, made and committed where there was none; never anew for one that was destroyed."""
        found = self.known(school, persons)
        if absent := sorted(set(persons) - set(found)):
            made = [{"school": school, "person": one, "key": secrets.token_bytes(KEY_BYTES)} for one in absent]
            with self._writing() as conn:
                conn.execute(INSERT[conn.dialect.name](KEYS).on_conflict_do_nothing(), made)
            # Somebody else may have been faster: theirs is the key then.
            found |= self.known(school, absent)
        return found

    def destroyed(self, school: str, person: str) -> Destroyed | None:
        mine = and_(KEYS.c.school == school, KEYS.c.person == person, KEYS.c.key.is_(None))
        with self._engine.connect() as conn:
            row = conn.execute(select(KEYS.c.destroyed_at, KEYS.c.destroyed_by).where(mine)).first()
        return Destroyed(row.destroyed_at, row.destroyed_by) if row else None

    def destroy(self, school: str, person: str, at: datetime, position: int) -> bool:
        """For ever, whether there was one or not. False: it was destroyed before."""
        values = {"key": None, "destroyed_at": at.isoformat(), "destroyed_by": position}
        with self._writing() as conn:
            done = conn.execute(
                INSERT[conn.dialect.name](KEYS)
                .values(school=school, person=person, **values)
                .on_conflict_do_update(index_elements=["school", "person"], set_=values, where=KEYS.c.key.is_not(None))
            )
            return bool(done.rowcount)

    def position(self) -> int:
        """How far the service's own log was read for erasures, and each of them carried out."""
        with self._engine.connect() as conn:
            return conn.execute(select(READ.c.position)).scalar() or 0

    def read_through(self, position: int) -> None:
        """Never back: of several workers the furthest counts."""
        with self._writing() as conn:
            conn.execute(
                INSERT[conn.dialect.name](READ)
                .values(one=1, position=position)
                .on_conflict_do_update(
                    index_elements=["one"], set_={"position": position}, where=READ.c.position < position
                )
            )

    def is_there(self) -> bool:
        """Whether the database and its tables were made (`provision`, `migrate`)."""
        try:
            self.position()
        except (OperationalError, ProgrammingError) as error:
            if any(said in str(error.orig) for said in ("no such table", "does not exist")):
                return False
            raise
        return True

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.execution_options(writes=True).begin() as conn:
            yield conn


def open_person_keys(service: str, settings: InstallationSettings) -> PersonKeys:
    """As role writer, or in an SQLite file of its own."""
    url = settings.keys_url(service)
    return PersonKeys(service, _sqlite(service, settings) if url is None else _postgres(url, settings.pool_size))


def make_person_keys(service: str, settings: InstallationSettings) -> None:
    """The tables, as owner on PostgreSQL. Safe to run again, and side by side."""
    url = settings.keys_url(service, as_owner=True)
    engine = _sqlite(service, settings) if url is None else _postgres(url, 1)
    with engine.execution_options(writes=True).begin() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('mingban-persons', 0))"))
            conn.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        META.create_all(conn)
        if conn.dialect.name == "postgresql":
            writer = f'"{settings.role_prefix}_writer"'
            conn.execute(text(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {writer}"))
            conn.execute(text(f"GRANT SELECT, INSERT ON person_keys, log_read TO {writer}"))
            conn.execute(text(f"GRANT UPDATE (key, destroyed_at, destroyed_by) ON person_keys TO {writer}"))
            conn.execute(text(f"GRANT UPDATE (position) ON log_read TO {writer}"))
    engine.dispose()


def _postgres(url: str, pool_size: int) -> Engine:
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"),
        pool_size=1, max_overflow=pool_size, pool_pre_ping=True,
        connect_args={"options": f"-c search_path={SCHEMA}"},
    )  # fmt: skip


def _sqlite(service: str, settings: InstallationSettings) -> Engine:
    """No WAL, and zeroes over what is destroyed: no file keeps the bytes of a destroyed key."""
    path: Path = settings.home / service / "persons.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whoever can read it can read what is erased later.
    path.touch(mode=0o600)
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _(dbapi: object, _record: object) -> None:
        dbapi.isolation_level = None  # type: ignore[attr-defined]
        dbapi.execute("PRAGMA synchronous=FULL")  # type: ignore[attr-defined]
        dbapi.execute("PRAGMA secure_delete=ON")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def _(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("writes") else "BEGIN")

    return engine
