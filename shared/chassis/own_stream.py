"""What happens to a log itself, in the log's own stream: its keys change, its tree begins anew."""

import secrets
from typing import Any

import orjson
from eventsourcing.persistence import StoredEvent

from shared.chassis.batch import Entry
from shared.chassis.clock import Clock
from shared.chassis.log import Log, open_log
from shared.chassis.migrate import KIND, WrongLog, newest_schema
from shared.chassis.settings import InstallationSettings

KEY_ROTATED = "log.key-rotated"
EPOCH_DECLARED = "log.epoch-declared"
ATTEMPTS = 20


def record(service: str, settings: InstallationSettings, event: str, body: dict[str, Any]) -> None:
    """Write it into the service's log, unless it stands there already. No policy and no row takes notice of it."""
    log = open_log(settings.service_url(service), settings.home / service / "log.sqlite", pool_size=settings.pool_size)
    try:
        if log.schema_version() != newest_schema():
            msg = f"the log of {service} is not at this version's schema: run mingban migrate"
            raise WrongLog(msg)
        clock = Clock(log, rehearsal=settings.rehearsal, start=settings.clock)
        for _ in range(ATTEMPTS):
            if _recorded(log, event, body) or _append(log, clock, event, body):
                return
        msg = f"others were writing the stream {KIND} of {service} at the same time; try again"
        raise WrongLog(msg)
    finally:
        log.close()


def _recorded(log: Log, event: str, body: dict[str, Any]) -> bool:
    return body in [orjson.loads(line.state)["body"] for line in log.stream(KIND) if line.event == event]


def _append(log: Log, clock: Clock, event: str, body: dict[str, Any]) -> bool:
    version = log.stream(KIND)[-1].version
    state = {
        "actor": {"person": None, "role": "system"},
        "at": clock.now(),
        "body": body,
        "causation": event,
        "correlation": event,
        "nonce": secrets.token_hex(16),
        "on": clock.today(),
        "rules": 0,
        "school": "",
    }
    told = StoredEvent(KIND, version + 1, event, orjson.dumps(state))
    entry = Entry(events=[told], reads={KIND: version})
    log.commit([entry])
    return not entry.conflict
