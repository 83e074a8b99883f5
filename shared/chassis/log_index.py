"""Where in the log an event, a studio, a person or a rule is spoken of: a projection with a position of its own."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import structlog
from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, delete, select, text

from shared.chassis.envelope import Line
from shared.chassis.log import Log
from shared.chassis.rows import Rows
from shared.chassis.tables import insert_page
from shared.kernel.model import EVENTS
from shared.kernel.references import NOTHING, References, references, values_at

logger = structlog.get_logger(__name__)

NAME = "log_index"
LAYOUT = "2:"
"""Of the table and of `terms`: raised when either changes, so that the index is made anew."""

PAGE, LOOKED = 1_000, 5_000
"""A page is small: an SQLite file has one writer, and the read models must not wait long for it."""

PERSON, STUDIO, RULE, EVENT = "person", "studio", "rule", "event"
KINDS = (PERSON, STUDIO, RULE, EVENT)
"""The rarest first: by it a search looks, and asks the others of what it finds."""


class Term(NamedTuple):
    """One thing that a line can be asked for."""

    kind: str
    value: str


class Hits(NamedTuple):
    """Positions that carry all terms, ascending, and how far the index was looked through."""

    positions: list[int]
    through: int


def terms(line: Line, opening: Line | None) -> set[Term]:
    """What a line is found by. `opening` is the first line of its stream.

    An event without a field for a studio is about the one that its stream began with. A line that cannot be
    read is found by its event's name.
    """
    found, told = {Term(EVENT, line.event)}, _told(line.event)
    state = _read(line)
    actor, body = state.get("actor") or {}, state.get("body")
    persons = [actor.get("person"), actor.get("instead_of"), *_values(body, told.persons), *_boxed_for(body)]
    found.update(Term(PERSON, str(id)) for id in persons if id)
    found.update(Term(STUDIO, str(id)) for id in _values(body, told.studios))
    found.update(Term(RULE, str(id)) for id in (*told.rules, *_values(body, told.decided_by)))
    if opening is not None and not told.studios:
        studios = _values(_read(opening).get("body"), _told(opening.event).studios)
        found.update(Term(STUDIO, str(id)) for id in studios)
    return found


def _boxed_for(body: Any) -> Iterator[Any]:
    """Whom the boxed texts of a body are about."""
    if isinstance(body, dict):
        yield from body.get("boxed_for") or ()
        yield from (id for value in body.values() for id in _boxed_for(value))
    elif isinstance(body, list):
        yield from (id for value in body for id in _boxed_for(value))


def asks_for_opening(line: Line) -> bool:
    """Whether the first line of its stream says more about this one than itself."""
    return line.version > 1 and not _told(line.event).studios


def _told(event: str) -> References:
    kind: Any = EVENTS.get(event)
    return references(kind) if kind else NOTHING


def _read(line: Line) -> Mapping[str, Any]:
    try:
        state = orjson.loads(line.state)
    except orjson.JSONDecodeError:
        state = None
    if isinstance(state, dict) and isinstance(state.get("actor"), dict):
        return state
    logger.error("a line cannot be read", position=line.position, event_name=line.event)
    return {}


def _values(body: Any, paths: Iterable[tuple[str, ...]]) -> Iterator[Any]:
    for path in paths:
        yield from values_at(body, path)


class LogIndex:
    """Lies beside the read models and waits for none of them. Extra workers are harmless: one of them wins."""

    def __init__(self, service: str, log: Log, rows: Rows) -> None:
        self._log, self._engine, self._positions = log, rows.engine, rows.positions
        self._meta = MetaData()
        # All columns are the key: a search is answered from it alone.
        self._table = Table(
            NAME, self._meta,
            Column("kind", String, primary_key=True),
            Column("value", String, primary_key=True),
            Column("position", BigInteger, primary_key=True),
            Column("school", String, primary_key=True),
            sqlite_with_rowid=False,
        )  # fmt: skip
        own = {name: _told(name) for name in sorted(EVENTS) if name.startswith(f"{service}.")}
        self.edition = LAYOUT + hashlib.sha256(repr(own).encode()).hexdigest()[:32]
        """What it was made by: other fields or rules of an event, and it is made anew."""

    def prepare(self) -> None:
        """Make what is missing; safe to run in several processes at once."""
        with self._writing() as conn:
            if conn.dialect.name == "postgresql":
                conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('mingban-rows', 0))"))
            self._meta.create_all(conn)
            if conn.execute(select(self._positions.c.at).where(self._positions.c.name == NAME)).first() is None:
                conn.execute(self._positions.insert().values(name=NAME, at=0, editions=self.edition))

    def position(self) -> int:
        """How far the index has come; 0 while it waits to be made anew by this version."""
        with self._engine.connect() as conn:
            return self._at(conn)

    def _at(self, conn: Connection) -> int:
        known = self._positions.c
        at = conn.execute(select(known.at).where(known.name == NAME, known.editions == self.edition)).scalar()
        return at or 0

    def catch_up(self) -> int:
        """Index all there is; the position reached."""
        while self._take_page():
            pass
        return self.position()

    def ensure_current(self) -> None:
        """An index that another version made is emptied: searches say how far it has come again."""
        known = self._positions.c
        with self._engine.connect() as conn:
            made = conn.execute(select(known.editions).where(known.name == NAME)).scalar()
        if made != self.edition:
            logger.info("what events refer to has changed, indexing anew")
            self._empty(known.editions != self.edition)

    def rebuild(self) -> int:
        """Index everything again from the beginning."""
        self._empty()
        return self.catch_up()

    def _empty(self, *unless: Any) -> None:
        mine = self._positions.update().where(self._positions.c.name == NAME, *unless)
        with self._writing() as conn:
            # No TRUNCATE: a search that runs has read the position that goes with the rows.
            if conn.execute(mine.values(at=0, editions=self.edition)).rowcount:
                conn.execute(delete(self._table))

    def _take_page(self) -> bool:
        """False: there was nothing to take, or another worker took it."""
        at = self.position()
        page = self._log.read(at, PAGE)
        return bool(page) and self._write(at, page[-1].position, self._records(page))

    def _records(self, page: Sequence[Line]) -> list[tuple[str, str, int, str]]:
        streams = {line.stream for line in page if asks_for_opening(line)}
        openings: dict[UUID, Line] = self._log.openings(list(streams)) if streams else {}
        return [
            (term.kind, term.value, line.position, str(_read(line).get("school", "")))
            for line in page
            for term in terms(line, openings.get(line.stream))
        ]

    def _write(self, old: int, new: int, records: Sequence[tuple[Any, ...]]) -> bool:
        at = self._positions.c
        held = (at.name == NAME, at.at == old, at.editions == self.edition)
        with self._writing() as conn:
            if conn.execute(self._positions.update().where(*held).values(at=new)).rowcount != 1:
                return False
            insert_page(conn, self._table, records)
            return True

    def find(self, wanted: Sequence[Term], school: str | None, after: int, through: int, limit: int) -> Hits:
        """Where lines carry all of `wanted`, above `after`, up to `through` or as far as the index has come.

        A search that finds little looks at a bounded number of places and says how far it came.
        """
        first, *others = sorted(wanted, key=lambda term: KINDS.index(term.kind))
        most = LOOKED if others or school is not None else limit
        with self._engine.connect() as conn:
            if conn.dialect.name == "postgresql":
                # The position and the rows as of one moment: between two the index may be emptied.
                conn = conn.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901
            through = min(through, self._at(conn))
            if through <= after:
                return Hits([], through)
            given = {"after": after, "through": through, "most": most, "kind": first.kind, "value": first.value}
            looked = conn.execute(*_search(given, others, school)).all()
        hits = [position for position, fits in looked if fits][:limit]
        if len(hits) == limit:
            return Hits(hits, hits[-1])
        return Hits(hits, looked[-1].position if len(looked) == most else through)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.execution_options(writes=True).begin() as conn:
            yield conn


def _search(given: dict[str, Any], others: Sequence[Term], school: str | None) -> tuple[Any, dict[str, Any]]:
    """The places of the first term, each with whether it carries the others and is the school's."""
    fits = []
    for n, term in enumerate(others):
        given |= {f"kind{n}": term.kind, f"value{n}": term.value}
        same = f"kind = :kind{n} AND value = :value{n} AND position = d.position"
        fits.append(f"EXISTS (SELECT 1 FROM {NAME} WHERE {same})")
    if school is not None:
        given["school"] = school
        fits.append("d.school = :school")
    places = (
        f"SELECT position, school FROM {NAME} WHERE kind = :kind AND value = :value"
        " AND position > :after AND position <= :through ORDER BY position LIMIT :most"
    )
    query = f"SELECT d.position, ({' AND '.join(fits) or '1 = 1'}) AS fits FROM ({places}) AS d ORDER BY d.position"
    return text(query), given
