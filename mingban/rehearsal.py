"""Move an installation's clock from deadline to deadline, so that years pass in seconds."""

import time
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx2 as httpx

from mingban.composition import SERVICES, issuer
from shared.chassis.settings import InstallationSettings
from shared.kernel.people import Role

PATIENCE_SECONDS = 60


class Stuck(Exception):
    """The installation does not come to rest; the message shows how it stands."""


class Operator:
    """Sees all four services, and in a rehearsal sets their clocks."""

    def __init__(self, base_url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=base_url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=30
        )

    @classmethod
    def of(cls, settings: InstallationSettings) -> Self:
        if settings.operator_token_file is not None:
            return cls(settings.upstream, settings.operator_token_file.read_text().strip())
        return cls(settings.upstream, issuer(settings).token(uuid4(), [Role.OPERATOR, Role.AUDITOR]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._client.close()

    def statuses(self) -> dict[str, dict[str, Any]]:
        found = {}
        for name in SERVICES:
            answer = self._client.get(f"/{name}/status")
            answer.raise_for_status()
            found[name] = answer.json()
        return found

    def drain(self) -> Mapping[str, dict[str, Any]]:
        """Wait until everything known is projected, followed and, as far as due, done."""
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, 0.01
        before = self.statuses()
        while time.monotonic() < deadline:
            time.sleep(pause)
            pause = min(0.1, pause * 1.5)
            now = self.statuses()
            if at_rest(now) and _heads(now) == _heads(before):
                return now
            before = now
        msg = f"not at rest after {PATIENCE_SECONDS} s: {before}"
        raise Stuck(msg)

    def move_to(self, instant: datetime, *, drain: bool = True) -> None:
        """Through every deadline on the way, in due order; without draining, straight there."""
        while drain:
            dues = [datetime.fromisoformat(s["next_due"]) for s in self.drain().values() if s["next_due"]]
            if not dues or min(dues) > instant:
                break
            self._set(min(dues))
        self._set(instant)
        if drain:
            self.drain()

    def _set(self, instant: datetime) -> None:
        for name in SERVICES:
            answer = self._client.post(f"/{name}/rehearsal/clock", json={"to": instant.isoformat()})
            answer.raise_for_status()


def at_rest(statuses: Mapping[str, dict[str, Any]]) -> bool:
    return all(_is_caught_up(said, statuses) and not _is_due(said) for said in statuses.values())


def _is_caught_up(said: Mapping[str, Any], statuses: Mapping[str, dict[str, Any]]) -> bool:
    follows = all(statuses[u]["head"] == at for u, at in said["following"].items())
    return follows and said["projected"] == said["head"]


def _is_due(said: Mapping[str, Any]) -> bool:
    due = said["next_due"]
    return due is not None and datetime.fromisoformat(due) <= datetime.fromisoformat(said["now"])


def _heads(statuses: Mapping[str, dict[str, Any]]) -> dict[str, int]:
    return {name: said["head"] for name, said in statuses.items()}
