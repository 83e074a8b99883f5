"""The environment of an installation as one frozen value; a wrong one stops the start with one sentence."""

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url

_ORIGIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(/[A-Za-z0-9._-]+)*")


def _instant(given: str | None) -> str | None:
    if given is not None and datetime.fromisoformat(given).tzinfo is None:
        msg = "an instant with its offset is needed, such as 2023-03-23T08:00:00+08:00"
        raise ValueError(msg)
    return given


def _origin(given: str | None) -> str | None:
    if given is not None and not _ORIGIN.fullmatch(given):
        msg = "a name such as mingban.example.org is needed: letters, digits, dots, hyphens, with paths if need be"
        raise ValueError(msg)
    return given


class InstallationSettings(BaseSettings):
    """Read from `MINGBAN_*`. Without `database_url` the logs are SQLite files under `home`."""

    model_config = SettingsConfigDict(env_prefix="MINGBAN_", env_ignore_empty=True, frozen=True, extra="ignore")

    home: Path = Path("var")
    services: str = "applications,membership,assessment,finance"
    """Those that a web process serves, by comma; workers take theirs from their queues."""
    port: Annotated[int, Field(ge=1, le=65_535)] = 8000
    database_url: str | None = None
    """PostgreSQL with `{service}` in place of the database's name, as role writer."""
    owner_url: str | None = None
    """The same as role owner; only `mingban migrate` reads it."""
    sealer_url: str | None = None
    """The same as role sealer; only what seals the logs reads it."""
    auditor_url: str | None = None
    """The same as role auditor, for `mingban audit export` and `prove`; default the writer's."""
    seal_state: Path | None = None
    """Where the sealer remembers the highest checkpoints, outside the database; default `seal` in `home`."""
    keys_database_url: str | None = None
    """The keys of persons, a database of its own, with `{service}` in it; default the log's with `_keys` at its end."""
    role_prefix: str = "mingban"
    broker_url: str | None = None
    """Redis; without it wake-ups are off and beat alone moves things."""
    upstream_url: str | None = None
    """Where the services answer, their prefix excluded; default this machine's port."""
    issuer: str = "mingban-local"
    audience: str = "mingban"
    jwks: str | None = None
    """File or https address of the issuer's public keys; default the local issuer's file in `home`."""
    secret_file: Path | None = None
    """Key of the hashes that stand for names; default a file in `home`, made when missing."""
    follower_token_file: Path | None = None
    operator_token_file: Path | None = None
    """For `mingban status` and `parked list`, where the issuer is not the local one."""
    origin: Annotated[str | None, AfterValidator(_origin)] = None
    """What the logs are named by for ever: `{origin}/{service}`; an embedded installation makes up its own."""
    seal_keys: Path | None = None
    """Folder of the sealing keys, which only the sealer reads; default in `home`."""
    receipt_keys: Path | None = None
    """Folder of the receipt keys, which the web processes read; default in `home`."""
    public_keys: Path | None = None
    """Folder of the origin, the key policies and the auditors' policy, which everybody reads; default in `home`."""
    witness_policy: Path | None = None
    """A tlog-policy file whose witnesses, groups and quorum the auditors' policy takes over."""
    receipt_promise_seconds: Annotated[int, Field(ge=60)] = 3_600
    """How soon an event is sealed at the latest, as receipts promise."""
    rehearsal: bool = False
    clock: Annotated[str | None, AfterValidator(_instant)] = None
    """Where the rehearsal clock starts: an ISO instant with offset."""
    body_limit_bytes: Annotated[int, Field(ge=1_024)] = 65_536
    queue_depth: Annotated[int, Field(ge=1)] = 2_000
    log_streams: Annotated[int, Field(ge=1)] = 100
    """How many `/log/stream` a service keeps open in one process."""
    batch_size: Annotated[int, Field(ge=1)] = 200
    pool_size: Annotated[int, Field(ge=2)] = 4

    @model_validator(mode="after")
    def coherent(self) -> Self:
        for name in ("database_url", "owner_url", "sealer_url", "auditor_url", "keys_database_url"):
            if (url := getattr(self, name)) and "{service}" not in url:
                msg = f"MINGBAN_{name.upper()} needs {{service}} in place of the database's name"
                raise ValueError(msg)
        if self.keys_database_url and "{service}" not in self.keys_database_url:
            msg = "MINGBAN_KEYS_DATABASE_URL needs {service} in place of the database's name"
            raise ValueError(msg)
        if self.clock and not self.rehearsal:
            msg = "MINGBAN_CLOCK is for rehearsals: set MINGBAN_REHEARSAL=true too, or leave it out"
            raise ValueError(msg)
        return self

    def service_url(self, service: str) -> str | None:
        return self.database_url.replace("{service}", service) if self.database_url else None

    def sealer_service_url(self, service: str) -> str | None:
        return self.sealer_url.replace("{service}", service) if self.sealer_url else None

    def auditor_service_url(self, service: str) -> str | None:
        url = self.auditor_url or self.database_url
        return url.replace("{service}", service) if url else None

    @property
    def seal_state_folder(self) -> Path:
        return self.seal_state or self.home / "seal"

    def keys_url(self, service: str, *, as_owner: bool = False) -> str | None:
        """Where the keys of persons lie; as role owner to make their tables. None for a file under `home`."""
        if self.database_url is None:
            return None
        base = (as_owner and self.owner_url) or self.database_url
        role = make_url(base.replace("{service}", service))
        known = (
            make_url((self.keys_database_url or "").replace("{service}", service))
            if self.keys_database_url
            else (role.set(database=f"{role.database}_keys"))
        )
        return known.set(username=role.username, password=role.password).render_as_string(hide_password=False)

    def secret(self) -> bytes:
        """The installation's key for keyed hashes, 32 bytes or more."""
        return (self.secret_file or self.home / "secret.key").read_bytes()

    @property
    def seal_folder(self) -> Path:
        return self.seal_keys or self.home / "keys" / "seal"

    @property
    def receipt_folder(self) -> Path:
        return self.receipt_keys or self.home / "keys" / "receipt"

    @property
    def public_folder(self) -> Path:
        return self.public_keys or self.home / "keys" / "public"

    @property
    def upstream(self) -> str:
        return self.upstream_url or f"http://127.0.0.1:{self.port}"

    @property
    def jwks_source(self) -> str:
        return self.jwks or str(self.home / "issuer.jwks.json")


def load_settings() -> InstallationSettings:
    """The settings, or an end with one clear sentence and exit code 2."""
    try:
        return InstallationSettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(("MINGBAN", *map(str, first["loc"]))).upper() if first["loc"] else "settings"
        sys.stderr.write(f"mingban cannot start: {name}: {first['msg']}\n")
        raise SystemExit(2) from None
