"""The four services together: as one web process, as one service of several, as workers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from celery import Celery
from starlette.applications import Starlette

from mingban import reconciliation, what_if
from services.applications.service import applications
from services.assessment.service import assessment
from services.finance.service import finance
from services.membership.service import membership
from shared.audit.note import Signer
from shared.audit.policy import Policy
from shared.chassis.anchoring import Anchor
from shared.chassis.causes import Neighbours
from shared.chassis.http import assemble, build
from shared.chassis.identity import LocalIssuer, follower_tokens
from shared.chassis.jobs import Job
from shared.chassis.keys import ANCHOR, BadKeys, Keys
from shared.chassis.sealers import Sealers, Witnessing
from shared.chassis.sealing import Sealer, open_sealer
from shared.chassis.service import Service
from shared.chassis.settings import InstallationSettings, load_settings
from shared.chassis.telling import tell_plainly
from shared.chassis.worker import Crew, wake_ups, worker_app

SERVICES: Mapping[str, Service] = {s.name: s for s in (applications, membership, assessment, finance)}


JOBS: Mapping[str, Sequence[Job]] = {"applications": (what_if.job(list(SERVICES.values())), reconciliation.JOB)}
"""Long questions about all four logs; the service that owns the settings takes them."""


def web(settings: InstallationSettings | None = None) -> Starlette:
    """The services that this process serves under their prefixes: all, or those of MINGBAN_SERVICES."""
    tell_plainly()
    settings = settings or load_settings()
    woken = wake_ups(SERVICES, settings.broker_url) if settings.broker_url else None
    wake = woken.wake if woken else lambda _: None
    neighbours = _neighbours(settings)
    try:
        apps = {
            name: build(SERVICES[name], settings, wake, JOBS.get(name, ()), neighbours) for name in served(settings)
        }
    except BadKeys as error:
        msg = f"mingban cannot start: {error}"
        raise SystemExit(msg) from None
    return assemble(apps, settings.seal_state_folder / ANCHOR)


def served(settings: InstallationSettings) -> list[str]:
    wanted = {name.strip() for name in settings.services.split(",")}
    if unknown := wanted - set(SERVICES):
        msg = f"MINGBAN_SERVICES names {', '.join(sorted(unknown))}; there are {', '.join(SERVICES)}"
        raise SystemExit(msg)
    return [name for name in SERVICES if name in wanted]


def issuer(settings: InstallationSettings) -> LocalIssuer:
    return LocalIssuer(settings.home, settings.issuer, settings.audience)


def crew(settings: InstallationSettings) -> Crew:
    """A worker's hands without Celery: for the command line and tests."""
    return Crew(SERVICES, settings, _tokens(settings), jobs=JOBS)


def worker(settings: InstallationSettings | None = None) -> Celery:
    tell_plainly()
    settings = settings or load_settings()
    return worker_app(SERVICES, settings, _tokens(settings), lambda: sealers(settings), JOBS)


def sealers(settings: InstallationSettings) -> Sealers:
    """Whoever seals the four logs, and anchors them once a day."""
    keys = Keys(settings)

    def signers(name: str) -> Callable[[], Sequence[Signer]]:
        return lambda: keys.signers(name, datetime.now(UTC))

    def opened(name: str) -> Callable[[], Sealer]:
        return lambda: open_sealer(name, settings, keys.origin_of(name), signers(name))

    anchor = Anchor(settings.seal_state_folder / ANCHOR, keys.origin_of(ANCHOR), signers(ANCHOR))
    witnessing = Witnessing(lambda: Policy.read((settings.public_folder / "policy").read_bytes()))
    return Sealers({name: opened(name) for name in SERVICES}, anchor, witnessing)


def _neighbours(settings: InstallationSettings) -> Neighbours | None:
    """A web process starts without a follower's token; it can only not follow causes into other services."""
    if settings.jwks is not None and settings.follower_token_file is None:
        return None
    return Neighbours(settings.upstream, _tokens(settings))


def _tokens(settings: InstallationSettings) -> Callable[[], str]:
    local = issuer(settings) if settings.jwks is None else None
    return follower_tokens(local, settings.follower_token_file)
