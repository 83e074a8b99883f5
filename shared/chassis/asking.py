"""Commands over HTTP: one table row an endpoint, one way in."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.chassis.deciding import Asked, Forbidden, Receipt
from shared.chassis.examples import example
from shared.chassis.identity import Identity
from shared.chassis.problems import Problem, speaks_english
from shared.chassis.receipts import Receipts
from shared.chassis.runtime import Runtime
from shared.chassis.sayings import MISTAKES

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": said, "content": {"application/problem+json": {}}}
    for status, said in {
        400: "No idempotency key, or a malformed one",
        401: "No valid token",
        403: "Role or relation does not allow it",
        404: "Unknown here, or another school's",
        409: "A rule says no, or a conflict",
        422: "Payload not valid, or the key came with another request",
        503: "Too many wait",
    }.items()
}


@dataclass(frozen=True)
class Ask:
    """`POST path` with the command as body. `decides` gives the stream that If-Match speaks of."""

    path: str
    command: type[Any]
    summary: str
    decides: Callable[[Any], UUID] | None = None


@dataclass(frozen=True)
class ReceiptView:
    """The answer to a command. `position`: pass it as `at_least` to read your own write.

    `receipt`, on money, evaluations and certificates: a signed note that names the leaf of each event and
    promises by when it is sealed. Keep it: it proves an omission.
    """

    position: int
    stream: UUID | None
    version: int
    events: list[str]
    receipt: str | None = None


def command_parameters(*headers: str, dated: bool = True) -> dict[str, Any]:
    """What each command takes besides its body, for OpenAPI."""
    on = {
        "name": "on", "in": "query", "required": False, "schema": {"type": "string", "format": "date"},
        "description": "Business date, Asia/Shanghai; today unless given (A.9-11)",
    }  # fmt: skip
    named = ({"name": h, "in": "header", "required": True, "schema": {"type": "string"}} for h in headers)
    return {"parameters": [*named, *([on] if dated else [])]}


def command_body(kind: type[Any]) -> dict[str, Any]:
    """An example of what is asked, for OpenAPI."""
    return {"requestBody": {"content": {"application/json": {"example": example(kind)}}}}


def commands(router: APIRouter, *asks: Ask) -> None:
    for ask in asks:
        headers = ["Idempotency-Key", *(["If-Match"] if ask.decides else [])]
        extra: dict[int | str, dict[str, Any]] = {
            412: {"description": "If-Match is stale"},
            428: {"description": "If-Match is needed"},
        }
        router.add_api_route(
            ask.path,
            _endpoint(ask),
            methods=["POST"],
            status_code=201,
            response_model=ReceiptView,
            responses=PROBLEMS | (extra if ask.decides else {}),
            summary=ask.summary,
            operation_id=ask.command.__name__,
            openapi_extra=command_parameters(*headers) | command_body(ask.command),
        )


def _endpoint(ask: Ask) -> Callable[..., Any]:
    async def endpoint(request: Request, asked: Any) -> Response:
        return answer(await execute(request, asked, ask.decides(asked) if ask.decides else None))

    endpoint.__annotations__ = {"request": Request, "asked": ask.command, "return": Response}
    return endpoint


async def execute(request: Request, command: Any, decides: UUID | None = None) -> Receipt:
    """Ask the service behind this request, in the name of who sent it."""
    runtime: Runtime = request.app.state.runtime
    identity: Identity = request.scope["identity"]
    if identity.school is None or not identity.actors:
        raise Forbidden
    check_query(request, ["on"])
    asked = Asked(
        actors=identity.actors,
        school=identity.school,
        key=asked_key(request),
        on=asked_date(request, "on"),
        expecting=(decides, _expected(request)) if decides else None,
        correlation=request.scope["correlation"],
    )
    receipt = await runtime.execute(command, asked)
    promised: Receipts | None = request.app.state.receipts
    return replace(receipt, signed=await promised.signed(receipt)) if promised and promised.cover(receipt) else receipt


def check_query(request: Request, known: Iterable[str]) -> None:
    """A misspelt `on` would date a command to today, a misspelt filter would show everything: say so instead."""
    unknown = sorted({*request.query_params} - {*known})
    if unknown:
        said = MISTAKES["extra_forbidden"][speaks_english(request)]
        raise Problem(
            "payload-invalid", errors=[{"field": n[:100], "kind": "extra_forbidden", "message": said} for n in unknown]
        )


def answer(receipt: Receipt) -> Response:
    """201 when something was recorded, 200 when it was already so."""
    body: dict[str, Any] = {
        "position": receipt.position,
        "stream": receipt.stream,
        "version": receipt.version,
        "events": receipt.events,
    }
    if receipt.signed is not None:
        body["receipt"] = receipt.signed
    headers = {"ETag": f'"{receipt.version}"'} | ({"Idempotency-Replayed": "true"} if receipt.replayed else {})
    status = 201 if receipt.events else 200
    return Response(orjson.dumps(body), status, headers, media_type="application/json")


def asked_key(request: Request) -> str:
    """The idempotency key, which every asking needs."""
    key = request.headers.get("idempotency-key")
    if key is None:
        raise Problem("idempotency-key-missing")
    if not _KEY.fullmatch(key):
        raise Problem("idempotency-key-malformed")
    return key


def _expected(request: Request) -> int:
    given = request.headers.get("if-match")
    if given is None:
        raise Problem("if-match-missing")
    found = _ETAG.fullmatch(given.strip())
    if not found:
        raise Problem("if-match-malformed")
    return int(found[1])


def asked_date(request: Request, name: str) -> date | None:
    """A date of the query, None when it is not given."""
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        if _DATE.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:
        pass
    said = MISTAKES["date_parsing"][speaks_english(request)]
    raise Problem("payload-invalid", errors=[{"field": name, "kind": "date_parsing", "message": said}])
