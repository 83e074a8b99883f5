"""The small service over HTTP, and those who ask it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from shared.chassis.http import assemble, build
from shared.chassis.identity import LocalIssuer
from shared.chassis.runtime import Runtime
from shared.chassis.service import Service
from shared.chassis.settings import InstallationSettings
from tests.chassis.examples import PRINCIPAL, SCHOOL
from tests.chassis.ledger import testing

PERSON = PRINCIPAL.person or UUID(int=0)


class Web:
    """`ask` and `look` as a person with a role in a school: by default the principal of Jiangyin's."""

    def __init__(self, settings: InstallationSettings, service: Service = testing) -> None:
        self.issuer = LocalIssuer(settings.home, settings.issuer, settings.audience)
        self.issuer.prepare()
        self.app: FastAPI = build(service, settings)
        self.client = TestClient(assemble({"testing": self.app}), raise_server_exceptions=False)

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.app.state.runtime
        return runtime

    def token(self, *roles: str, school: str | None = SCHOOL, person: UUID = PERSON, **more: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.token(person, list(roles), school, **more)}"}

    def ask(
        self, path: str, body: Any, key: str | None = "key", roles: Sequence[str] = ("school",),
        school: str | None = SCHOOL, headers: dict[str, str] | None = None, params: dict[str, Any] | None = None,
    ) -> Response:  # fmt: skip
        """`body` as text is sent as it is."""
        sent = self.token(*roles, school=school) | ({"Idempotency-Key": key} if key is not None else {})
        sent |= {"Content-Type": "application/json", "X-Request-Id": "r-1"} | (headers or {})
        given: Any = {"content": body.encode()} if isinstance(body, str) else {"json": body}
        return self.client.post(f"/testing{path}", headers=sent, params=params, **given)

    def look(
        self, path: str, roles: Sequence[str] = ("school",), school: str | None = SCHOOL, **params: Any
    ) -> Response:
        return self.client.get(f"/testing{path}", headers=self.token(*roles, school=school), params=params or None)

    def project(self) -> int:
        return self.runtime.projection.catch_up()


def problem(response: Response) -> tuple[int, str]:
    """Status and code of a problem, which says what it is."""
    body = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (body["status"], body["type"]) == (response.status_code, f"urn:mingban:problem:{body['code']}")
    return response.status_code, body["code"]
