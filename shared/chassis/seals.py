"""What proves a log, as it is stored: the tiles of its tree, the checkpoints over them, who signed them."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    event,
    insert,
    select,
    text,
)

from shared.audit.checkpoint import Checkpoint
from shared.audit.epochs import origin_of
from shared.audit.note import Note, Signature, read_signatures
from shared.audit.tree import WIDTH, Tile, Tree
from shared.chassis.recorder import sealer_guard
from shared.chassis.tables import open_engine

POSITION = 8
COSIGNED = 1_000
META = MetaData()
TILES = Table(
    "tiles", META,
    Column("epoch", Integer, primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("width", Integer, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
    Column("first_position", BigInteger),
    Column("positions", LargeBinary),
)  # fmt: skip
CHECKPOINTS = Table(
    "checkpoints", META,
    Column("epoch", Integer, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("root", LargeBinary, nullable=False),
    Column("through", BigInteger, nullable=False),
    Column("at", String, nullable=False),
)  # fmt: skip
SIGNATURES = Table(
    "signatures", META,
    Column("epoch", Integer, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("line", String, primary_key=True),
)  # fmt: skip
HALTS = Table(
    "halts", META,
    Column("epoch", Integer, primary_key=True),
    Column("code", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("at", String, nullable=False),
)  # fmt: skip


class Sealed(NamedTuple):
    """A checkpoint as stored: `through` is the position of its last leaf's event."""

    epoch: int
    size: int
    root: bytes
    through: int
    at: datetime

    def checkpoint(self, origin: str) -> Checkpoint:
        return Checkpoint(origin_of(origin, self.epoch), self.size, self.root)


class Halt(NamedTuple):
    """Why nothing is sealed any more in an epoch."""

    epoch: int
    code: str
    detail: str
    at: datetime


class Seals:
    """One log's seals. An epoch is a tree of its own; there is one unless a rollback made a new one necessary."""

    def __init__(self, engine: Engine, conn: Connection | None = None) -> None:
        self._engine, self._conn = engine, conn

    @contextmanager
    def looking(self) -> Iterator["Seals"]:
        """The same over one connection: what is asked of it costs one way to the store each, and no more."""
        with self._engine.connect() as conn:
            yield Seals(self._engine, conn)

    @contextmanager
    def sealing(self) -> Iterator[Connection | None]:
        """A transaction that one process at a time may have; None while another has it."""
        with self._engine.execution_options(writes=True).begin() as conn:
            lock = "SELECT pg_try_advisory_xact_lock(hashtextextended('mingban-seal', 0))"
            mine = conn.dialect.name == "sqlite" or conn.execute(text(lock)).scalar()
            yield conn if mine else None

    def newest(self, epoch: int | None = None, conn: Connection | None = None) -> Sealed | None:
        """The largest checkpoint, of the newest epoch or a given one."""
        at = CHECKPOINTS.c
        query = select(CHECKPOINTS).order_by(at.epoch.desc(), at.size.desc()).limit(1)
        row = self._first(query if epoch is None else query.where(at.epoch == epoch), conn)
        return _sealed(row) if row else None

    def sealed_through(self) -> int:
        """The position up to which all events are under a signed checkpoint; 0 where there is none."""
        newest = self.newest_signed()
        return newest.through if newest else 0

    def at_size(self, epoch: int, size: int) -> Sealed | None:
        row = self._first(select(CHECKPOINTS).where(CHECKPOINTS.c.epoch == epoch, CHECKPOINTS.c.size == size))
        return _sealed(row) if row else None

    def next_size(self, epoch: int, above: int) -> Sealed | None:
        """The smallest checkpoint above a size."""
        at = CHECKPOINTS.c
        row = self._first(select(CHECKPOINTS).where(at.epoch == epoch, at.size > above).order_by(at.size).limit(1))
        return _sealed(row) if row else None

    def at_name(self, log: str, checkpoint: Checkpoint) -> Sealed | None:
        """The stored checkpoint of a text that names its epoch."""
        at = CHECKPOINTS.c
        with self._connected() as conn:
            found = conn.execute(select(CHECKPOINTS).where(at.size == checkpoint.size, at.root == checkpoint.root))
            stored = [_sealed(row) for row in found]
        return next((seal for seal in stored if origin_of(log, seal.epoch) == checkpoint.origin), None)

    def newest_signed(self, epoch: int | None = None) -> Sealed | None:
        """The largest checkpoint that has a signature."""
        at, signed = CHECKPOINTS.c, SIGNATURES.c
        query = (
            select(CHECKPOINTS)
            .join(SIGNATURES, (at.epoch == signed.epoch) & (at.size == signed.size))
            .order_by(at.epoch.desc(), at.size.desc())
            .limit(1)
        )
        row = self._first(query if epoch is None else query.where(at.epoch == epoch))
        return _sealed(row) if row else None

    def unsigned(self, epoch: int) -> list[Sealed]:
        """Checkpoints above the largest signed one: written, and not yet vouched for."""
        signed = self.newest_signed(epoch)
        at = CHECKPOINTS.c
        query = select(CHECKPOINTS).where(at.epoch == epoch, at.size > (signed.size if signed else 0))
        with self._connected() as conn:
            return [_sealed(row) for row in conn.execute(query.order_by(at.size))]

    def tree(self, epoch: int, size: int, conn: Connection | None = None) -> Tree:
        return Tree(size, lambda level, number: self._tile(epoch, level, number, conn))

    def _tile(self, epoch: int, level: int, number: int, conn: Connection | None) -> bytes:
        row = self._first(_widest(epoch, level, number), conn)
        return bytes(row.hashes) if row else b""

    def positions(self, epoch: int, number: int) -> list[int]:
        """The positions of the events under a tile of level 0, in order."""
        row = self._first(_widest(epoch, 0, number))
        return _unpacked(bytes(row.positions)) if row else []

    def index_of(self, epoch: int, position: int) -> int | None:
        """Which leaf an event is; None for one that is not sealed."""
        at = TILES.c
        query = select(TILES).where(at.epoch == epoch, at.first_position <= position)
        row = self._first(query.order_by(at.first_position.desc(), at.width.desc()).limit(1))
        if row is None:
            return None
        positions = _unpacked(bytes(row.positions))
        return row.number * WIDTH + positions.index(position) if position in positions else None

    def append(self, conn: Connection, seal: Sealed, tiles: Sequence[Tile], positions: Sequence[int]) -> None:
        """Tiles and checkpoint of a grown tree; `positions` are the new leaves'."""
        epoch, old = seal.epoch, seal.size - len(positions)
        number, held = divmod(old, WIDTH)
        before = self._first(_widest(epoch, 0, number), conn) if held else None
        row = (bytes(before.positions) if before else b"") + _packed(positions)
        for tile in tiles:
            values: dict[str, Any] = dict(tile._asdict(), epoch=epoch, width=tile.width)
            if tile.level == 0:
                start = (tile.number - number) * WIDTH * POSITION
                mine = row[start : start + tile.width * POSITION]
                values |= {"positions": mine, "first_position": int.from_bytes(mine[:POSITION])}
            conn.execute(insert(TILES).values(values))
            at = TILES.c
            narrower = (at.epoch == epoch, at.level == tile.level, at.number == tile.number, at.width < tile.width)
            conn.execute(delete(TILES).where(*narrower))
        conn.execute(insert(CHECKPOINTS).values(seal._replace(at=seal.at.isoformat())._asdict()))  # type: ignore[arg-type]

    def sign(self, seal: Sealed, lines: Iterable[Signature]) -> bool:
        """Add signatures to a checkpoint, each once. False while another process seals: it signs the same."""
        with self.sealing() as conn:
            if conn is None:
                return False
            known = self._lines(seal, conn)
            for line in dict.fromkeys(each.line for each in lines):
                if line not in known:
                    conn.execute(insert(SIGNATURES).values(epoch=seal.epoch, size=seal.size, line=line))
        return True

    def note(self, seal: Sealed, origin: str) -> Note:
        """A checkpoint with all its signatures, the log's own first."""
        name = origin_of(origin, seal.epoch)
        with self._connected() as conn:
            signatures = [each for line in self._lines(seal, conn) for each in read_signatures(line)]
        ordered = sorted(signatures, key=lambda each: (each.name != name, each.name))
        return Note(seal.checkpoint(origin).text, tuple(ordered))

    def signed_sizes(self, epoch: int) -> list[int]:
        """The sizes of all signed checkpoints, ascending."""
        query = select(SIGNATURES.c.size).where(SIGNATURES.c.epoch == epoch).distinct().order_by(SIGNATURES.c.size)
        with self._connected() as conn:
            return list(conn.execute(query).scalars())

    def cosigned_sizes(self, epoch: int, name: str) -> list[int]:
        """The sizes of checkpoints that others than the log of this name signed too, the largest first."""
        at = SIGNATURES.c
        others = (at.epoch == epoch, ~at.line.startswith(f"\u2014 {name} ", autoescape=True))
        query = select(at.size).where(*others).distinct().order_by(at.size.desc()).limit(COSIGNED)
        with self._connected() as conn:
            return list(conn.execute(query).scalars())

    def _lines(self, seal: Sealed, conn: Connection) -> list[str]:
        at = SIGNATURES.c
        query = select(at.line).where(at.epoch == seal.epoch, at.size == seal.size).order_by(at.line)
        return list(conn.execute(query).scalars())

    def halt(self, halt: Halt) -> None:
        with self.sealing() as conn:
            known = select(HALTS.c.epoch).where(HALTS.c.epoch == halt.epoch)
            if conn is not None and conn.execute(known).first() is None:
                conn.execute(insert(HALTS).values(halt._replace(at=halt.at.isoformat())._asdict()))  # type: ignore[arg-type]

    def halted(self, epoch: int | None = None) -> Halt | None:
        """Why sealing stands still, in the newest epoch that did or in a given one."""
        query = select(HALTS).order_by(HALTS.c.epoch.desc()).limit(1)
        row = self._first(query if epoch is None else query.where(HALTS.c.epoch == epoch))
        return Halt(row.epoch, row.code, row.detail, datetime.fromisoformat(row.at)) if row else None

    def close(self) -> None:
        self._engine.dispose()

    def _first(self, query: Any, conn: Connection | None = None) -> Any:
        with self._connected(conn) as one:
            return one.execute(query).first()

    @contextmanager
    def _connected(self, conn: Connection | None = None) -> Iterator[Connection]:
        if known := conn or self._conn:
            yield known
        else:
            with self._engine.connect() as own:
                yield own


def _widest(epoch: int, level: int, number: int) -> Any:
    at = TILES.c
    query = select(TILES).where(at.epoch == epoch, at.level == level, at.number == number)
    return query.order_by(at.width.desc()).limit(1)


def _sealed(row: Any) -> Sealed:
    return Sealed(row.epoch, row.size, bytes(row.root), row.through, datetime.fromisoformat(row.at))


def _packed(positions: Iterable[int]) -> bytes:
    return b"".join(position.to_bytes(POSITION) for position in positions)


def _unpacked(positions: bytes) -> list[int]:
    return [int.from_bytes(positions[at : at + POSITION]) for at in range(0, len(positions), POSITION)]


def open_seals(url: str | None, path: Path, *, pool_size: int, seals: bool = False) -> Seals:
    """A log's seals at a PostgreSQL address, or in the log's SQLite file: to be read, or by the sealer to be made."""
    engine = open_engine(url, path, schema="log", pool_size=pool_size)
    if url is None:

        @event.listens_for(engine, "connect")
        def _(dbapi: sqlite3.Connection, _record: Any) -> None:
            dbapi.execute("PRAGMA recursive_triggers=ON")
            if not seals:
                dbapi.execute("PRAGMA query_only=ON")
            dbapi.set_authorizer(sealer_guard)

    return Seals(engine)
