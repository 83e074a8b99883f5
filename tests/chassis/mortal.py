"""PostgreSQL connections that the server ends once, right before or right after a COMMIT of events."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eventsourcing.postgres import PostgresDatastore

from shared.chassis.log import Log, postgres_parts
from shared.chassis.recorder import PostgresRecorder

DIE = "SELECT pg_terminate_backend(pg_backend_pid())"


class Mortal(PostgresDatastore):
    """`deaths` are those still to come; what lands then has landed, and the client cannot know."""

    deaths, wrote = 0, False

    @contextmanager
    def get_connection(self) -> Iterator[Any]:
        with super().get_connection() as connection:
            yield connection
            if self.wrote:
                self.deaths, self.wrote = self.deaths - 1, False
                connection.execute(DIE)
                connection.execute("SELECT 'the answer to the last one may still have come through'")


class DyingAfterCommit(PostgresRecorder):
    def _finish(self, curs: Any, admitted: Any, *args: Any) -> None:
        super()._finish(curs, admitted, *args)
        self.datastore.wrote = bool(admitted) and self.datastore.deaths > 0  # type: ignore[attr-defined]


class DyingBeforeCommit(PostgresRecorder):
    def _finish(self, curs: Any, admitted: Any, *args: Any) -> None:
        super()._finish(curs, admitted, *args)
        if admitted and self.datastore.deaths:  # type: ignore[attr-defined]
            self.datastore.deaths -= 1  # type: ignore[attr-defined]
            curs.execute(DIE)


def mortal_log(url: str, recorder: type[PostgresRecorder]) -> tuple[Log, Mortal]:
    datastore = Mortal(**postgres_parts(url), schema="log", max_overflow=4, pre_ping=True)
    return Log(recorder(datastore)), datastore
