"""Events a second into rows: a page a transaction, against the library's runner, an event a transaction."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection as LibraryProjection
from eventsourcing.projection import ProjectionRunner
from psycopg.sql import SQL, Identifier

from benchmarks.installation import LIBRARY_SCHEMA, SCHOOL, Installation
from benchmarks.report import Comparison
from services.applications.aggregates.round import Round
from services.applications.service import applications
from shared.chassis.batch import Entry
from shared.chassis.envelope import pack
from shared.chassis.log import Log
from shared.chassis.runtime import Runtime
from shared.kernel.calendar import OFFICIAL
from shared.kernel.context import Context
from shared.kernel.people import Actor, Role
from shared.kernel.settings import DEFAULTS
from shared.kernel.values import Label, Points, Whole

ROUNDS = 4
OURS, THEIRS = 50_000, 2_500
"""Events a round: 200,000 and 10,000 in all."""
FILLED_AT_ONCE = 2_500
REQUIRED = 100.0


class LibraryRound(Aggregate):
    """The same round of applications, declared as the library documents."""

    @event("Opened")
    def __init__(self, title: str, deadline: str, places: int) -> None:
        self.title, self.deadline, self.places = title, deadline, places


class LibraryRounds(Application[UUID]):
    """The library's application, its recorder and mapper as they come."""


class RoundsView(PostgresTrackingRecorder):
    """One row a round, written in one transaction with the position."""

    def __init__(self, datastore: PostgresDatastore, **names: Any) -> None:
        super().__init__(datastore, **names)
        self._rows = Identifier(datastore.schema, self.tracking_table_name.replace("_tracking", ""))
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {} (id uuid PRIMARY KEY, title text, deadline text, places int)").format(
                self._rows
            )
        )

    def add(self, opened: Any, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                SQL("INSERT INTO {} VALUES (%s, %s, %s, %s)").format(self._rows),
                (opened.originator_id, opened.title, opened.deadline, opened.places),
                prepare=True,
            )


class LibraryRoundRows(LibraryProjection[RoundsView]):
    """The library's projection. `seen` are the instants at which its events were done."""

    def __init__(self, view: RoundsView) -> None:
        super().__init__(view)
        self.seen: list[float] = []

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.add(domain_event, tracking)
        self.seen.append(time.perf_counter())


def projecting(at: Installation) -> Comparison:
    """Both arms in turn, on logs and rows that grow alike."""
    compared = Comparison("projecting", "events/s", REQUIRED)
    runtime = Runtime(applications, at.settings)
    try:
        for _ in range(ROUNDS):
            _fill(runtime.log, OURS)
            compared.add("a page a transaction", _ours(runtime))
            compared.add("the library's runner", _theirs(at.library_environment()))
        _check(at, runtime.rows.position(), runtime.log.head())
    finally:
        runtime.rows.close()
        runtime.log.close()
    return compared


def _ours(runtime: Runtime) -> float:
    begun = time.perf_counter()
    runtime.projection.catch_up()
    return OURS / (time.perf_counter() - begun)


def _theirs(environment: dict[str, str]) -> float:
    with LibraryRounds(environment) as filled:
        for _ in range(THEIRS // 500):
            recordings = filled.save(*(LibraryRound(f"round {i}", "2023-03-31", 4) for i in range(500)))
    with ProjectionRunner(
        application_class=LibraryRounds, projection_class=LibraryRoundRows, view_class=RoundsView, env=environment
    ) as runner:
        runner.wait(recordings[-1].notification.id, timeout=600)
        seen = cast("LibraryRoundRows", runner.projection).seen
    assert len(seen) == THEIRS
    return (THEIRS - 1) / (seen[-1] - seen[0])


def _fill(log: Log, count: int) -> None:
    for _ in range(count // FILLED_AT_ONCE):
        log.commit([Entry(events=pack(list(_opened(FILLED_AT_ONCE)), _context()))])


def _opened(count: int) -> Iterator[Round]:
    for number in range(count):
        yield Round.open(
            uuid4(), title=Label(f"round {number}"), deadline=date(2023, 3, 31), places=Whole(4),
            min_score=Points(60), require_class_honor=True, waiver_reason=None,
        )  # fmt: skip


def _context() -> Context:
    return Context(
        actor=Actor(uuid4(), Role.PERSONNEL), school=SCHOOL, on=date(2023, 3, 23), at=datetime.now(UTC),
        in_force=DEFAULTS, calendar=OFFICIAL, correlation="bench", causation="bench",
    )  # fmt: skip


def _check(at: Installation, position: int, head: int) -> None:
    """Each event has its row, on both sides, or the rates say nothing."""
    with psycopg.connect(at.owner_url) as owner:
        theirs = owner.execute(f"SELECT count(*) FROM {LIBRARY_SCHEMA}.libraryroundrows").fetchone()
    writer = at.settings.service_url(applications.name)
    with psycopg.connect(writer or "") as conn:
        ours = conn.execute("SELECT count(*) FROM rows.rounds").fetchone()
    assert (ours, theirs, position) == ((ROUNDS * OURS,), (ROUNDS * THEIRS,), head), (ours, theirs, position, head)
