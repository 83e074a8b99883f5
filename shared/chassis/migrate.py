"""Bring a service's log to this version's schema, and write its first line: what kind of log it is."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine, text

from shared.chassis.person_keys import make_person_keys
from shared.chassis.settings import InstallationSettings
from shared.chassis.tables import make_wal
from shared.kernel.calendar import business_date

KIND = uuid5(NAMESPACE_URL, "mingban/log")
"""The stream of a log's first line, in every log."""

OPENED = "log.opened"


class WrongLog(Exception):
    """This log cannot be opened with these settings; the message says why."""


def migrate(service: str, settings: InstallationSettings) -> None:
    """Upgrade as owner (PostgreSQL) or in place (SQLite). Safe to run again, and side by side."""
    with _connection(service, settings) as connection:
        postgres = connection.dialect.name == "postgresql"
        if postgres:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('mingban-migrate', 0))"))
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS log"))
        config = _config()
        config.attributes["connection"] = connection
        config.attributes["schema"] = "log" if postgres else None
        config.attributes["roles"] = {
            role: f'"{settings.role_prefix}_{role}"' for role in ("writer", "sealer", "auditor")
        }
        command.upgrade(config, "head")
        _first_line(connection, service, settings, at="log." if postgres else "")
    make_person_keys(service, settings)


def newest_schema() -> str:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@contextmanager
def _connection(service: str, settings: InstallationSettings) -> Iterator[Connection]:
    if settings.database_url is None:
        path = settings.home / service / "log.sqlite"
        path.parent.mkdir(parents=True, exist_ok=True)
        make_wal(path)
        engine = create_engine(
            URL.create("sqlite", database=str(path)), connect_args={"timeout": 30, "isolation_level": None}
        )
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.exec_driver_sql("COMMIT")
    else:
        if settings.owner_url is None:
            msg = "MINGBAN_OWNER_URL is needed to migrate: the application's role may not change tables"
            raise WrongLog(msg)
        url = settings.owner_url.replace("{service}", service).replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(url)
        with engine.begin() as connection:
            yield connection
    engine.dispose()


def _first_line(connection: Connection, service: str, settings: InstallationSettings, *, at: str) -> None:
    if connection.execute(text(f"SELECT 1 FROM {at}stored_events LIMIT 1")).first():
        return
    now = datetime.fromisoformat(settings.clock) if settings.clock else datetime.now(UTC)
    state = {
        "actor": {"person": None, "role": "system"},
        "at": now.astimezone(UTC).isoformat(),
        "body": {"rehearsal": settings.rehearsal, "service": service},
        "causation": "migrate",
        "correlation": "migrate",
        "nonce": secrets.token_hex(16),
        "on": business_date(now).isoformat(),
        "rules": 0,
        "school": "",
    }
    connection.execute(
        text(
            f"INSERT INTO {at}stored_events (originator_id, originator_version, topic, state)"
            " VALUES (:stream, 1, :topic, :state)"
        ),
        {"stream": KIND.hex, "topic": OPENED, "state": json.dumps(state, separators=(",", ":")).encode()},
    )
