"""Errors as RFC 9457 problems: a stable code, the policy's rule, the numbers that decided, zh or en."""

import json
from typing import Any

import orjson
import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from shared.chassis.deciding import Contended, Forbidden, KeyReused, Stale, Unstorable
from shared.chassis.digestion import is_outage
from shared.chassis.identity import KeysAway, Unauthenticated
from shared.chassis.log import OUTAGE
from shared.chassis.sayings import MISTAKES, SAID
from shared.chassis.writer import QueueFull
from shared.kernel.model import NotYet, Refused, Unknown
from shared.kernel.values import Unfit

logger = structlog.get_logger(__name__)

MEDIA = "application/problem+json"


class Problem(Exception):
    """An answer that is not a decision: by its code in `SAID`."""

    def __init__(self, code: str, headers: dict[str, str] | None = None, **numbers: Any) -> None:
        super().__init__(code)
        self.code, self.numbers, self.headers = code, numbers, headers or {}


def speaks_english(request: Request) -> bool:
    """The language that `Accept-Language` prefers of zh and en; zh when it names neither."""
    best, english = 0.0, False
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if weight > best and tag[:2].lower() in ("zh", "en"):
            best, english = weight, tag[:2].lower() == "en"
    return english


def render(request: Request, code: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    status, title_zh, title_en, zh, en = SAID[code]
    english = speaks_english(request)
    body = {
        "type": f"urn:mingban:problem:{code}",
        "status": status,
        "code": code,
        "title": title_en if english else title_zh,
        "detail": (en if english else zh).format(**more),
    } | more
    return _respond(request, status, body, headers)


def _respond(request: Request, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    body["instance"] = f"urn:mingban:request:{request.scope.get('correlation', '-')}"
    language = {"Content-Language": "en" if speaks_english(request) else "zh"}
    return Response(_written(body), status, media_type=MEDIA, headers=language | (headers or {}))


def _written(body: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:
        # A name that was sent may hold what UTF-8 does not: escaped it does no harm.
        return json.dumps(body, default=str).encode()


def refusal(request: Request, error: Refused) -> Response:
    english = speaks_english(request)
    body = {
        "type": f"urn:mingban:problem:{error.code}",
        "status": 409,
        "code": error.code,
        "title": "A rule says no" if english else "规则不允许",
        "detail": error.en if english else error.zh,
        "rule": error.rule,
        "numbers": error.numbers,
    }
    return _respond(request, 409, body)


def invalid(request: Request, error: RequestValidationError) -> Response:
    """Which field, and what is wrong with it; never what was sent: it may hold anything."""
    english = speaks_english(request)
    if any(e["type"] == "json_invalid" for e in error.errors()):
        return render(request, "body-malformed")
    mistakes = [
        {
            "field": ".".join(str(part) for part in e["loc"][1:]) or str(e["loc"][0]),
            "kind": "unfit" if e["type"] == "value_error" else e["type"],
            "message": _mistake(e, english=english),
        }
        for e in error.errors()
    ]
    return render(request, "payload-invalid", errors=mistakes)


def _mistake(error: Any, *, english: bool) -> str:
    unfit = error.get("ctx", {}).get("error")
    if isinstance(unfit, Unfit):
        return unfit.en if english else unfit.zh
    message: str = MISTAKES.get(error["type"], ("不符合要求", ""))[english] or error["msg"]
    expected = error.get("ctx", {}).get("expected") if error["type"] == "literal_error" else None
    return f"{message}: {expected.replace(' or ', ', ')}" if expected else message


def of(request: Request, error: Exception) -> Response:
    match error:
        case Problem():
            return render(request, error.code, error.headers, **error.numbers)
        case Refused():
            return refusal(request, error)
        case RequestValidationError():
            return invalid(request, error)
        case NotYet():
            return render(request, "upstream-facts-missing", upstream=error.upstream, fact=error.fact)
        case Unknown():
            return render(request, "not-found", kind=error.kind, called=error.called)
        case Unauthenticated():
            return render(request, "unauthenticated", {"WWW-Authenticate": "Bearer"}, reason=str(error))
        case KeysAway():
            return render(request, "keys-away", {"Retry-After": "5"})
        case Forbidden():
            return render(request, "forbidden")
        case Stale():
            return render(request, "version-stale", expected=error.expected, actual=error.actual)
        case KeyReused():
            return render(request, "idempotency-key-reused")
        case Unstorable():
            said = "不能保存：半个字符，或超过 64 位的数", "cannot be kept: half a character, or a number over 64 bits"
            mistake = {"field": "body", "kind": "unfit", "message": said[speaks_english(request)]}
            return render(request, "payload-invalid", errors=[mistake])
        case Contended():
            return render(request, "contended", {"Retry-After": "1"})
        case QueueFull():
            return render(request, "queue-full", {"Retry-After": "1"})
        case HTTPException(status_code=404):
            return render(request, "path-unknown")
        case HTTPException(status_code=405):
            return render(request, "method-not-allowed", dict(error.headers or {}))
        case HTTPException(status_code=400):
            return render(request, "body-malformed")
    if is_outage(error):
        return render(request, "store-away", {"Retry-After": "2"})
    return render(request, "internal")


KINDS: tuple[type[Exception], ...] = (
    Problem, Refused, RequestValidationError, NotYet, Unknown, Unauthenticated, Forbidden, Stale,
    KeyReused, Unstorable, Contended, QueueFull, HTTPException, DBAPIError, psycopg.Error, *OUTAGE,
)  # fmt: skip


def install(app: FastAPI) -> None:
    async def handler(request: Request, error: Exception) -> Response:
        correlation = request.scope.get("correlation")
        if isinstance(error, Refused):
            logger.info("refused", code=error.code, rule=error.rule, correlation=correlation)
        elif is_outage(error) or not isinstance(error, KINDS):
            logger.error("request failed", path=request.url.path, correlation=correlation, exc_info=error)
        return of(request, error)

    for kind in (*KINDS, Exception):
        app.add_exception_handler(kind, handler)
