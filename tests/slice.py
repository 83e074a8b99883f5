"""One service over HTTP, its upstreams played from a list: the whole arrow in one process."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from shared.chassis.agenda import Agenda
from shared.chassis.envelope import Line, pack
from shared.chassis.erasures import Erasures
from shared.chassis.follower import Follower
from shared.chassis.http import assemble, build
from shared.chassis.identity import LocalIssuer
from shared.chassis.runtime import Runtime
from shared.chassis.service import Service
from shared.chassis.settings import InstallationSettings
from shared.chassis.upstream import LogPage
from shared.kernel.calendar import OFFICIAL
from shared.kernel.context import Context
from shared.kernel.model import Aggregate
from shared.kernel.people import SYSTEM
from shared.kernel.settings import DEFAULTS
from tests.scenario import SCHOOL


class Told(Aggregate):
    """A stream of an upstream, of which only the events matter."""

    def apply(self, happened: Any) -> None:
        """Nothing to know."""


class ToldLog:
    """What an upstream's log says, as its `/log` would."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def tell(self, event: Any, on: date) -> None:
        told = Told(uuid4())
        told.record(event)
        context = Context(
            actor=SYSTEM, school=SCHOOL, on=on, at=datetime.now(UTC), in_force=DEFAULTS, calendar=OFFICIAL,
            correlation="told", causation="told",
        )  # fmt: skip
        (stored,) = pack([told], context)
        self.lines.append(Line(len(self.lines) + 1, told.id, 1, stored.topic, stored.state))

    def page(self, after: int, limit: int) -> LogPage:
        lines = [line for line in self.lines if line.position > after][:limit]
        return LogPage(lines, lines[-1].position if lines else after)


class Slice:
    """`ask` and `look` over HTTP; `told` is another service's event, `caught_up` brings all to rest."""

    def __init__(self, service: Service, settings: InstallationSettings) -> None:
        self.service = service
        self._issuer = LocalIssuer(settings.home, settings.issuer, settings.audience)
        self._issuer.prepare()
        self._app: FastAPI = build(service, settings)
        self.client = TestClient(assemble({service.name: self._app}), raise_server_exceptions=False)
        self._upstreams = {upstream: ToldLog() for upstream in service.upstreams if upstream != service.name}

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self._app.state.runtime
        return runtime

    def told(self, upstream: str, *events: Any, on: str) -> None:
        for event in events:
            self._upstreams[upstream].tell(event, date.fromisoformat(on))

    def caught_up(self) -> None:
        """Follow, project, and do what is due."""
        assert self.client.portal is not None
        for upstream, log in self._upstreams.items():
            follower = Follower(self.runtime, upstream, log)
            self.client.portal.call(follower.catch_up)
        self.client.portal.call(Agenda(self.runtime).run_due)
        self.runtime.projection.catch_up()
        Erasures(self.runtime).catch_up()

    def comes(self, day: str) -> None:
        """That day's morning, with all that is due by then done."""
        self.runtime.clock.move_to(datetime.fromisoformat(f"{day}T09:00:00+08:00"))
        self.caught_up()

    def ask(self, path: str, body: Any, by: UUID, roles: Sequence[str], on: str, sees: str | None = None) -> Response:
        headers = self._headers(by, roles) | {"Idempotency-Key": uuid4().hex}
        if sees:
            self.runtime.projection.catch_up()
            headers["If-Match"] = self.look(sees, by, roles).headers["etag"]
        return self.client.post(f"/{self.service.name}{path}", json=body, headers=headers, params={"on": on})

    def look(self, path: str, by: UUID, roles: Sequence[str], **params: Any) -> Response:
        return self.client.get(f"/{self.service.name}{path}", headers=self._headers(by, roles), params=params)

    def log(self) -> list[str]:
        """The names of all events after the log's first line, as an auditor reads them."""
        token = self._issuer.token(UUID(int=9), ["auditor"])
        answer = self.client.get(f"/{self.service.name}/log", headers={"Authorization": f"Bearer {token}"})
        return [item["event"] for item in answer.json()["items"][1:]]

    def _headers(self, by: UUID, roles: Sequence[str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._issuer.token(by, list(roles), SCHOOL)}"}
