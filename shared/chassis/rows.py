"""The read models' store: rows and the position they stand at, changed in one transaction."""

import fcntl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    and_,
    bindparam,
    delete,
    inspect,
    or_,
    select,
    text,
    true,
)

from shared.chassis.stored import reader
from shared.chassis.tables import INSERT, copy_page, upsert_page
from shared.kernel.model import Due, ReadModel

Row = TypeVar("Row")
LIVE, NEXT = "live", "next"
LAYOUT = "2:"
"""Of the tables below: raised when their columns change, so that they are made anew."""


Place = tuple[str, str]
"""Where a row stands: its school, its key. Two schools' rows never meet."""


class Change(NamedTuple):
    """A row after a page: its stream's version, the row or None; `is_new` when none stood there."""

    version: int
    row: Any
    is_new: bool = False


class Rows:
    """Rows of one service. `write` moves the position from `old` to `new`, or writes nothing.

    Each read model is a table: school, key, version of the stream named by the key, the row as JSON text
    (nobody asks the store what is inside), and its filters as columns. A rebuild fills tables of its own
    beside the live ones.
    """

    def __init__(self, engine: Engine, models: Sequence[ReadModel[Any]]) -> None:
        self.engine = engine
        self.models = {model.name: model for model in models}
        self._meta = MetaData()
        self.positions = Table(
            "projections", self._meta,
            Column("name", String, primary_key=True),
            Column("at", BigInteger, nullable=False),
            Column("editions", String, nullable=False),
        )  # fmt: skip
        self.parked = Table(
            "parked_lines", self._meta,
            Column("side", String, primary_key=True),
            Column("position", BigInteger, primary_key=True),
            Column("stream", String, nullable=False),
            Column("event", String, nullable=False),
            Column("reason", String, nullable=False),
        )  # fmt: skip
        self.settled = Table(
            "settled_dues", self._meta,
            Column("due", String, primary_key=True),
            Column("refusal", String),
        )  # fmt: skip
        self._tables = {side: self._make(side) for side in (LIVE, NEXT)}

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        # On SQLite a transaction that reads before it writes must wait for the writer at its begin.
        with self.engine.execution_options(writes=True).begin() as conn:
            yield conn

    def _make(self, side: str) -> dict[str, Table]:
        meta = MetaData()
        tables = {}
        for model in self.models.values():
            name = model.name if side == LIVE else f"{model.name}__next"
            filters = [Column(f"by_{f}", String) for f in model.filters]
            tables[model.name] = Table(
                name, meta,
                Column("school", String, primary_key=True),
                Column("key", String, primary_key=True),
                Column("version", BigInteger, nullable=False),
                Column("row", String, nullable=False),
                *filters,
            )  # fmt: skip
        return tables

    @property
    def editions(self) -> str:
        """What the tables were made by; another value means that they must be rebuilt."""
        return LAYOUT + ",".join(f"{m.name}:{m.edition}:{'+'.join(m.filters)}" for m in self.models.values())

    def prepare(self, extra: MetaData | None = None) -> None:
        """Make what is missing; safe to run in several processes at once."""
        with self._writing() as conn:
            if conn.dialect.name == "postgresql":
                conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('mingban-rows', 0))"))
            self._meta.create_all(conn)
            if extra is not None:
                extra.create_all(conn)
            if self._position(conn, LIVE) is None:
                self._create(conn, LIVE)
                conn.execute(self.positions.insert().values(name=LIVE, at=0, editions=self.editions))

    def _create(self, conn: Connection, side: str) -> None:
        for name, table in self._tables[side].items():
            table.drop(conn, checkfirst=True)
            table.create(conn)
            for column in [c.name for c in table.columns if c.name.startswith("by_")]:
                # A name of its own: after a swap the next rebuild must find its names free.
                label = f"ix_{name}_{column}_{uuid4().hex[:8]}"
                by = '"by_on"' if column == "by_on" else f'school, "{column}", key'
                conn.exec_driver_sql(f'CREATE INDEX "{label}" ON "{table.name}" ({by})')

    def position(self, side: str = LIVE) -> int:
        """How far the read models have come in their own log."""
        with self.engine.connect() as conn:
            return self._position(conn, side) or 0

    def _position(self, conn: Connection, side: str) -> int | None:
        return conn.execute(select(self.positions.c.at).where(self.positions.c.name == side)).scalar()

    def outdated(self) -> bool:
        with self.engine.connect() as conn:
            made = select(self.positions.c.editions).where(self.positions.c.name == LIVE)
            return conn.execute(made).scalar() != self.editions

    def load(
        self, model: ReadModel[Row], places: Iterable[Place], side: str = LIVE
    ) -> dict[Place, tuple[int, Row | None]]:
        """The rows that a page of events will touch, with their versions."""
        wanted = sorted(set(places))
        if not wanted:
            return {}
        table = self._tables[side][model.name]
        # One index probe a place: a join reads the whole table, page after page.
        probed = (
            'SELECT r.school, r.key, r.version, r."row" FROM json_each(:places) AS p'
            f' JOIN "{table.name}" AS r ON r.school = p.value ->> 0 AND r.key = p.value ->> 1'
            if self.engine.dialect.name == "sqlite"
            else "SELECT r.* FROM json_array_elements(CAST(:places AS json)) AS p, LATERAL"
            f' (SELECT school, key, version, "row" FROM "{table.name}"'
            " WHERE school = p ->> 0 AND key = p ->> 1 OFFSET 0) AS r"
        )
        query = text(probed).columns(table.c.school, table.c.key, table.c.version, table.c.row)
        with self.engine.connect() as conn:
            found = conn.execute(query, {"places": orjson.dumps(wanted).decode()})
            return {(school, key): (version, self.read(model, row)) for school, key, version, row in found}

    def read(self, model: ReadModel[Row], row: str) -> Row:
        value: Row = reader(model.row)(row)
        return value

    def write(
        self,
        old: int,
        new: int,
        changed: Mapping[str, Mapping[Place, Change]],
        parked: Sequence[Mapping[str, Any]] = (),
        side: str = LIVE,
        token: str | None = None,
    ) -> bool:
        """One page: by model and place. False: another worker was faster."""
        with self._writing() as conn:
            at = self.positions.c
            # Rows that other code made are not folded into: it would fail on them, or mix the two.
            held = at.editions == (token or self.editions)
            moved = conn.execute(self.positions.update().where(at.name == side, at.at == old, held).values(at=new))
            if moved.rowcount != 1:
                return False
            for name, rows in changed.items():
                self._upsert(conn, self._tables[side][name], self.models[name], rows)
            for line in parked:
                conn.execute(self.parked.insert().values(side=side, **line))
            return True

    def _upsert(self, conn: Connection, table: Table, model: ReadModel[Any], rows: Mapping[Place, Change]) -> None:
        copies = conn.dialect.name == "postgresql"
        kept = [(place, change) for place, change in rows.items() if change.row is not None]
        if copies and (new := [_record(model, place, change) for place, change in kept if change.is_new]):
            copy_page(conn, table, new)
        names = [str(column.name) for column in table.columns]
        page = [
            dict(zip(names, _record(model, place, change), strict=True))
            for place, change in kept
            if not (copies and change.is_new)
        ]
        if page:
            conn.execute(
                upsert_page(conn, table), {"page": orjson.dumps(page, option=orjson.OPT_NON_STR_KEYS).decode()}
            )
        if gone := [{"s": place[0], "k": place[1]} for place, change in rows.items() if change.row is None]:
            conn.execute(delete(table).where(table.c.school == bindparam("s"), table.c.key == bindparam("k")), gone)

    def get(self, model: ReadModel[Row], school: str, key: str) -> tuple[int, Row] | None:
        """One row of a school with its version; another school's key is not found."""
        if _unstorable(key):
            return None
        table = self._tables[LIVE][model.name]
        query = select(table.c.version, table.c.row).where(table.c.key == key, table.c.school == school)
        with self.engine.connect() as conn:
            found = conn.execute(query).first()
        return (found[0], self.read(model, found[1])) if found else None

    def page(
        self,
        model: ReadModel[Row],
        school: str,
        by: Mapping[str, str],
        parts: Sequence[Mapping[str, str]],
        after: str,
        limit: int,
    ) -> list[tuple[str, int, Row]]:
        """A school's rows in order of their keys, above `after`: all filters of `by`, and one of `parts`."""
        if any(map(_unstorable, (*by.values(), after))):
            return []
        table = self._tables[LIVE][model.name]

        def all_of(filters: Mapping[str, str]) -> Any:
            return and_(true(), *(table.c[f"by_{name}"] == value for name, value in filters.items()))

        visible = or_(*(all_of(part) for part in parts))
        query = select(table.c.key, table.c.version, table.c.row).where(
            table.c.school == school, table.c.key > after, all_of(by), visible
        )
        with self.engine.connect() as conn:
            found = conn.execute(query.order_by(table.c.key).limit(limit)).all()
        return [(key, version, self.read(model, row)) for key, version, row in found]

    def due(self, model: ReadModel[Due], through: date) -> list[tuple[str, str, Due]]:
        """Deadlines up to a day, and those whose day follows from the calendar: key, school, due."""
        table = self._tables[LIVE][model.name]
        when = or_(table.c.by_on <= through.isoformat(), table.c.by_on.is_(None))
        query = select(table.c.key, table.c.school, table.c.row).where(when)
        with self.engine.connect() as conn:
            return [(key, school, self.read(model, row)) for key, school, row in conn.execute(query)]

    @contextmanager
    def rebuilding(self) -> Iterator[bool]:
        """One worker rebuilds at a time: False for the others. A worker that dies lets go."""
        if self.engine.dialect.name == "sqlite":
            with Path(f"{self.engine.url.database}.rebuild").open("w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    yield False
                else:
                    yield True
            return
        key = "hashtextextended('mingban-rebuild', 0)"
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            if not conn.execute(text(f"SELECT pg_try_advisory_lock({key})")).scalar():
                yield False
                return
            try:
                yield True
            finally:
                conn.execute(text(f"SELECT pg_advisory_unlock({key})"))

    def begin_rebuild(self) -> str:
        """Empty tables beside the live ones, at position 0; whoever holds the answered token fills them."""
        token = uuid4().hex
        with self._writing() as conn:
            conn.execute(self.positions.delete().where(self.positions.c.name == NEXT))
            conn.execute(self.positions.insert().values(name=NEXT, at=0, editions=token))
            conn.execute(delete(self.parked).where(self.parked.c.side == NEXT))
            self._create(conn, NEXT)
        return token

    def rebuilt_position(self, token: str) -> int | None:
        """None: another worker has begun anew, or is through."""
        at = self.positions.c
        with self.engine.connect() as conn:
            return conn.execute(select(at.at).where(at.name == NEXT, at.editions == token)).scalar()

    def swap(self, at: int, token: str) -> bool:
        """Put the rebuilt tables in place, in one transaction; never for ones that have seen less."""
        known, live = self.positions.c, self.positions.c.name == LIVE
        mine = (known.name == NEXT, known.at == at, known.editions == token)
        with self._writing() as conn:
            if conn.execute(select(known.at).where(live, known.at <= at).with_for_update()).scalar() is None:
                return False
            if conn.execute(self.positions.delete().where(*mine)).rowcount != 1:
                return False
            conn.execute(self.positions.update().where(live).values(at=at, editions=self.editions))
            existing = inspect(conn).get_table_names()
            for name, table in self._tables[NEXT].items():
                if name in existing:
                    conn.exec_driver_sql(f'DROP TABLE "{name}"')
                conn.exec_driver_sql(f'ALTER TABLE "{table.name}" RENAME TO "{name}"')
            side = self.parked.c.side
            conn.execute(delete(self.parked).where(side == LIVE))
            conn.execute(self.parked.update().where(side == NEXT).values(side=LIVE))
            return True

    def parked_lines(self, side: str = LIVE) -> list[dict[str, Any]]:
        """Events of our own log that could not be folded, and those behind them in their streams."""
        query = select(self.parked).where(self.parked.c.side == side).order_by(self.parked.c.position)
        with self.engine.connect() as conn:
            return [dict(row) for row in conn.execute(query).mappings()]

    def settle(self, due: str, refusal: str | None) -> None:
        """A due command was executed, or refused with a reason; it is not tried again."""
        with self._writing() as conn:
            conn.execute(
                INSERT[conn.dialect.name](self.settled)
                .values(due=due, refusal=refusal)
                .on_conflict_do_update(index_elements=["due"], set_={"refusal": refusal})
            )

    def settled_dues(self) -> dict[str, str | None]:
        with self.engine.connect() as conn:
            return {row.due: row.refusal for row in conn.execute(select(self.settled))}

    def unsettle_refused(self) -> int:
        """Deadlines that were refused are due again; how many."""
        with self._writing() as conn:
            return conn.execute(delete(self.settled).where(self.settled.c.refusal.is_not(None))).rowcount

    def close(self) -> None:
        self.engine.dispose()


def _unstorable(text: str) -> bool:
    """No store holds such a text, and PostgreSQL does not even compare with it."""
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)


def plain(value: Any) -> str | None:
    """A field's value as filters compare it."""
    return None if value is None else str(value)


def _record(model: ReadModel[Any], place: Place, it: Change) -> tuple[Any, ...]:
    """A row as its table's columns hold it."""
    row = orjson.dumps(it.row, option=orjson.OPT_NON_STR_KEYS).decode()
    return (*place, it.version, row, *(plain(getattr(it.row, f)) for f in model.filters))
