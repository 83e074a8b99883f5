"""An installation for a test: real servers, started when first needed, and databases of its own."""

import itertools
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from shared.chassis.identity import LocalIssuer
from shared.chassis.migrate import migrate
from shared.chassis.provision import ROLES, deprovision, provision
from shared.chassis.settings import InstallationSettings
from tests.servers import Server, described, start_postgres, start_redis

Installation = Callable[..., InstallationSettings]

CLOCK = "2026-03-02T09:00:00+08:00"
"""A Monday in an announced year."""

PASSWORDS = {role: f"secret-of-{role}" for role in ROLES}
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


@pytest.fixture
def installation(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """`installation(["finance"], rehearsal=True, clock=…, **settings)`: settings with fresh, migrated logs."""
    made: list[tuple[str, list[str]]] = []

    def make(
        services: Sequence[str], *, rehearsal: bool = True, clock: str | None = CLOCK, migrated: bool = True, **more: Any
    ) -> InstallationSettings:
        number = next(NUMBERS)
        prefix, home = f"{SESSION}_{number}", tmp_path / f"home-{number}"
        home.mkdir()
        (home / "secret.key").write_bytes(b"k" * 32)
        if database == "postgres":
            admin = request.getfixturevalue("postgres_server").url
            provision(admin, prefix, list(services), PASSWORDS)
            _let_owner_inherit(admin, prefix)
            made.append((prefix, list(services)))
            more["database_url"] = address(admin, prefix, "writer")
            more["owner_url"] = address(admin, prefix, "owner")
        start = clock if rehearsal else None
        settings = InstallationSettings(home=home, role_prefix=prefix, rehearsal=rehearsal, clock=start, **more)
        for service in services if migrated else ():
            migrate(service, settings)
        return settings

    yield make
    for prefix, services in made:
        deprovision(request.getfixturevalue("postgres_server").url, prefix, services)


def _let_owner_inherit(admin_url: str, prefix: str) -> None:
    """A way around `0001_log`, which grants on schema rows as owner, whom NOINHERIT forbids it."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f'ALTER ROLE "{prefix}_owner" INHERIT')


def address(admin_url: str, prefix: str, role: str) -> str:
    """An installation's address as a role, `{service}` standing for the name of a service."""
    url = make_url(admin_url).set(
        username=f"{prefix}_{role}", password=PASSWORDS[role], database=f"{prefix}_SERVICE"
    )
    return url.render_as_string(hide_password=False).replace("SERVICE", "{service}")


@pytest.fixture
def issuer() -> Callable[[InstallationSettings], LocalIssuer]:
    """`issuer(settings)`: who signs this installation's tokens."""

    def prepared(settings: InstallationSettings) -> LocalIssuer:
        made = LocalIssuer(settings.home, settings.issuer, settings.audience)
        made.prepare()
        return made

    return prepared
