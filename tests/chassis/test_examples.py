"""OpenAPI shows a body for each command, and each of them is one that the service takes."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from mingban.composition import SERVICES
from shared.chassis.http import build
from tests.conftest import on_sqlite


@on_sqlite
@pytest.mark.parametrize("served", list(SERVICES))
def test_openapi_shows_a_body_for_each_command_that_the_service_takes(
    database: str, installation: Any, served: str
) -> None:
    service = SERVICES[served]
    paths = build(service, installation([served]), lambda _: None).openapi()["paths"]
    posted = [ways["post"] for ways in paths.values() if "Idempotency-Key" in str(ways.get("post"))]
    bodies = {one["operationId"]: one["requestBody"]["content"]["application/json"] for one in posted}

    assert len(bodies) > 3
    for name, body in bodies.items():
        kind = service.command_named(name)
        # One command's payload lacks what the service itself adds to it.
        if body["schema"]["$ref"].endswith(f"/{name}"):
            assert isinstance(TypeAdapter(kind).validate_python(body["example"]), kind)
        assert body["example"]
