"""An installation for a test: real servers, started when first needed, and databases of its own."""

import itertools
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from shared.chassis.identity import LocalIssuer
from shared.chassis.key_making import KeyMaker
from shared.chassis.migrate import migrate
from shared.chassis.provision import KEYS, ROLES, deprovision, provision
from shared.chassis.settings import InstallationSettings
from tests.servers import Server, described, start_postgres, start_redis

Installation = Callable[..., InstallationSettings]

CLOCK = "2026-03-02T09:00:00+08:00"
"""A Monday in an announced year."""

KINDS = {"database": "writer", "owner": "owner", "sealer": "sealer"}
PASSWORDS = {role: f"secret-of-{role}" for role in ROLES}
ORIGIN = "mingban.example"
SESSION, NUMBERS = f"t{secrets.token_hex(4)}", itertools.count(1)

on_postgres = pytest.mark.parametrize("database", ["postgres"], indirect=True)
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def pytest_sessionstart(session: pytest.Session) -> None:
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal:
        terminal.write_line(described())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    server = start_postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    server = start_redis()
    yield server.url
    server.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    """Which store a test runs on: each by default, one of them under `on_postgres` or `on_sqlite`."""
    name: str = request.param
    return name


class Databases:
    """Databases of this session on one server: one set of roles, a migrated template a service, copies of it."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        self._made: list[str] = []
        provision(admin_url, SESSION, [], PASSWORDS)
        self._admin = psycopg.connect(admin_url, autocommit=True)

    def urls(self, name: str) -> dict[str, str]:
        """Settings of an installation whose databases have this name, `{service}` in it."""
        return {f"{kind}_url": self.address(role, name) for kind, role in KINDS.items()}

    def address(self, role: str, name: str) -> str:
        url = make_url(self.admin_url).set(username=f"{SESSION}_{role}", password=PASSWORDS[role], database="NAME")
        return url.render_as_string(hide_password=False).replace("NAME", f"{SESSION}_{name}")

    def empty(self, name: str) -> None:
        provision(self.admin_url, SESSION, [name], PASSWORDS)
        self._made.append(name)

    def migrated(self, name: str, service: str, settings: InstallationSettings) -> None:
        kind = "rehearsal" if settings.rehearsal else "real"
        template = f"{kind}_{service}"
        if template not in self._made:
            self.empty(template)
            migrate(service, settings.model_copy(update=self.urls(kind + "_{service}")))
        self._copy(name, template, ROLES)
        self._copy(f"{name}{KEYS}", f"{template}{KEYS}", ("owner", "writer"))

    def _copy(self, name: str, template: str, allowed: Sequence[str]) -> None:
        copy, owner = Identifier(f"{SESSION}_{name}"), Identifier(f"{SESSION}_owner")
        original = Identifier(f"{SESSION}_{template}")
        self._admin.execute(SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(copy, original, owner))
        self._admin.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(copy))
        roles = SQL(", ").join(Identifier(f"{SESSION}_{role}") for role in allowed)
        self._admin.execute(SQL("GRANT CONNECT ON DATABASE {} TO {}").format(copy, roles))

    def drop(self, name: str) -> None:
        for one in (name, f"{name}{KEYS}"):
            self._admin.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(f"{SESSION}_{one}")))

    def close(self) -> None:
        self._admin.close()
        deprovision(self.admin_url, SESSION, self._made)


@pytest.fixture(scope="session")
def databases(postgres_server: Server) -> Iterator[Databases]:
    made = Databases(postgres_server.url)
    yield made
    made.close()


@pytest.fixture
def installation(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """`installation(["finance"], rehearsal=True, clock=…, **settings)`: settings with fresh, migrated logs."""
    made: list[str] = []

    def make(
        services: Sequence[str],
        *,
        rehearsal: bool = True,
        clock: str | None = CLOCK,
        migrated: bool = True,
        **more: Any,
    ) -> InstallationSettings:
        number = next(NUMBERS)
        home = tmp_path / f"home-{number}"
        home.mkdir()
        (home / "secret.key").write_bytes(b"k" * 32)
        start = clock if rehearsal else None
        urls = _databases(request).urls(f"{number}_{{service}}") if database == "postgres" else {}
        settings = InstallationSettings(
            home=home, role_prefix=SESSION, rehearsal=rehearsal, clock=start, **({"origin": ORIGIN} | urls | more)
        )
        KeyMaker(settings, services).make(datetime.now(UTC))
        for service in services:
            if database == "postgres":
                made.append(name := f"{number}_{service}")
                _databases(request).migrated(name, service, settings) if migrated else _databases(request).empty(name)
            elif migrated:
                migrate(service, settings)
        return settings

    yield make
    for name in made:
        _databases(request).drop(name)


def _databases(request: pytest.FixtureRequest) -> Databases:
    """Asked for only on PostgreSQL: a run on SQLite starts no server."""
    made: Databases = request.getfixturevalue("databases")
    return made


@pytest.fixture
def issuer() -> Callable[[InstallationSettings], LocalIssuer]:
    """`issuer(settings)`: who signs this installation's tokens."""

    def prepared(settings: InstallationSettings) -> LocalIssuer:
        made = LocalIssuer(settings.home, settings.issuer, settings.audience)
        made.prepare()
        return made

    return prepared
