"""An installation of its own for one run: roles and database, migrated, with a token issuer."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

from shared.chassis.identity import LocalIssuer
from shared.chassis.migrate import migrate
from shared.chassis.provision import ROLES, deprovision, provision
from shared.chassis.settings import InstallationSettings

SERVICE = "applications"
SCHOOL = "jy"
LIBRARY_SCHEMA = "library"


@dataclass(frozen=True)
class Installation:
    """Our settings, and as `owner_url` the same database for the library's tables, in a schema of theirs."""

    settings: InstallationSettings
    owner_url: str

    def token(self, *roles: str) -> str:
        issuer = LocalIssuer(self.settings.home, self.settings.issuer, self.settings.audience)
        return issuer.token(uuid4(), list(roles), SCHOOL)

    def library_environment(self) -> dict[str, str]:
        """The eventsourcing library as it comes, on the same server."""
        url = make_url(self.owner_url)
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": url.database or "",
            "POSTGRES_HOST": url.host or str(url.query["host"]),
            "POSTGRES_PORT": str(url.port or 5432),
            "POSTGRES_USER": url.username or "",
            "POSTGRES_PASSWORD": str(url.password or ""),
            "POSTGRES_SCHEMA": LIBRARY_SCHEMA,
        }


@contextmanager
def installed(admin_url: str) -> Iterator[Installation]:
    """Provisioned under a random prefix, and dropped afterwards."""
    prefix = f"bench_{secrets.token_hex(4)}"
    passwords = {role: secrets.token_hex(16) for role in ROLES}

    def url(role: str) -> str:
        made = make_url(admin_url).set(
            username=f"{prefix}_{role}", password=passwords[role], database=f"{prefix}_{SERVICE}"
        )
        return made.render_as_string(hide_password=False)

    def any_url(role: str) -> str:
        return url(role).replace(f"{prefix}_{SERVICE}", f"{prefix}_{{service}}")

    with tempfile.TemporaryDirectory(prefix="mingban-bench-home-") as home:
        settings = InstallationSettings(
            home=Path(home), database_url=any_url("writer"), owner_url=any_url("owner"),
            sealer_url=any_url("sealer"), role_prefix=prefix,
        )  # fmt: skip
        try:
            provision(admin_url, prefix, [SERVICE], passwords)
            migrate(SERVICE, settings)
            LocalIssuer(settings.home, settings.issuer, settings.audience).prepare()
            with psycopg.connect(url("owner")) as owner:
                owner.execute(f"CREATE SCHEMA {LIBRARY_SCHEMA}")
            yield Installation(settings, url("owner"))
        finally:
            deprovision(admin_url, prefix, [SERVICE])
