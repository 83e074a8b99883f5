"""Queries over HTTP: read models as lists and single rows, each school its own, each role its part."""

import asyncio
import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import TypeAdapter, create_model

from shared.chassis import boxes
from shared.chassis.as_of import OPENAPI, PARAMETERS, asked_moment, matches, row_at, rows_at
from shared.chassis.asking import PROBLEMS, check_query
from shared.chassis.deciding import Forbidden
from shared.chassis.identity import Identity
from shared.chassis.problems import Problem, speaks_english
from shared.chassis.runtime import Runtime
from shared.kernel.model import ReadModel, Unknown
from shared.kernel.people import Actor

Scope = Callable[[Actor], Mapping[str, str] | None]
"""What of a read model an actor may see: filters that must hold ({} for all), or None for nothing."""

WAIT_SECONDS, POLL_SECONDS = 5.0, 0.02


@dataclass(frozen=True)
class Notice:
    """What a row shows to whom it does not concern: these fields and no others (公示)."""

    fields: frozenset[str]
    concerns: Callable[[Identity, Any], bool]


@dataclass(frozen=True)
class Question:
    """`GET path` and `GET path/{id}` over one read model. `shown` may add to a row what it derives.

    With a `notice` a row is for everybody, but only whom it concerns sees it whole.
    """

    path: str
    model: ReadModel[Any]
    scope: Scope
    summary: str
    shown: Callable[[Request, Any], Mapping[str, Any]] | None = None
    notice: Notice | None = None


async def wait_for(runtime: Runtime, at_least: int) -> int:
    """Until the read models stand at a position or a bounded time is over."""
    for _ in range(int(WAIT_SECONDS / POLL_SECONDS)):
        reached = await asyncio.to_thread(runtime.rows.position)
        if reached >= at_least:
            return reached
        await asyncio.sleep(POLL_SECONDS)
    raise Problem("not-projected-yet", {"Retry-After": "1"}, reached=reached, wanted=at_least)


def visible(identity: Identity, scope: Scope) -> list[Mapping[str, str]]:
    """The parts that the roles of who asks may see: a row in any of them is visible."""
    parts = [part for actor in identity.actors if (part := scope(actor)) is not None]
    if not parts or identity.school is None:
        raise Forbidden
    return parts if all(parts) else [{}]


def questions(router: APIRouter, *asked: Question) -> None:
    for question in asked:
        router.add_api_route(
            question.path, _list(question), methods=["GET"], summary=question.summary,
            operation_id=f"list_{question.model.name}", openapi_extra=_filters(question.model),
            response_model=_page_of(question.model), responses=PROBLEMS,
        )  # fmt: skip
        router.add_api_route(
            question.path + "/{key}", _one(question), methods=["GET"], summary=question.summary,
            operation_id=f"get_{question.model.name}", response_model=_row_of(question.model), responses=PROBLEMS,
            openapi_extra={"parameters": OPENAPI},
        )  # fmt: skip


def _page_of(model: ReadModel[Any]) -> Any:
    """What a list answers, for OpenAPI: `next` is the cursor, `position` how far the rows have come."""
    row = _row_of(model)
    shown: dict[str, Any] = {"items": (list[row], ...), "next": (str | None, None), "position": (int, ...)}  # type: ignore[valid-type]
    return create_model(f"{row.__name__}s", **shown)


@cache
def _row_of(model: ReadModel[Any]) -> Any:
    """A row as shown: with its id, and the version that its ETag repeats."""
    plain: dict[str, Any] = {f.name: (f.type, ...) for f in fields(model.row)}
    return create_model(model.row.__name__, id=(str, ...), version=(int, ...), **plain)


def _filters(model: ReadModel[Any]) -> dict[str, Any]:
    named = ({"name": f, "in": "query", "schema": {"type": "string"}} for f in model.filters)
    return {"parameters": [*named, *OPENAPI]}


async def found_row(request: Request, question: Question, key: str, position: int | None) -> tuple[int, Any]:
    """A row that who asks may see, with its version; now, or as it stood at a position."""
    runtime: Runtime = request.app.state.runtime
    identity: Identity = request.scope["identity"]
    parts = visible(identity, question.scope)
    model, school = question.model, identity.school or ""
    found = await asyncio.to_thread(
        lambda: (
            runtime.rows.get(model, school, key) if position is None else row_at(runtime, model, school, key, position)
        )
    )
    if found is None:
        raise _Unheard(model.name)
    if not any(matches(found[1], part) for part in parts):
        raise Forbidden
    return found


def _one(question: Question) -> Callable[..., Any]:
    adapter = TypeAdapter(question.model.row)

    async def one(request: Request, key: str, at_least: int = Query(0, ge=0, lt=2**62)) -> Response:
        runtime: Runtime = request.app.state.runtime
        check_query(request, ["at_least", *PARAMETERS])
        await wait_for(runtime, at_least)
        version, row = await found_row(request, question, key, await asked_moment(request, runtime))
        (body,) = await asyncio.to_thread(_shown, question, request, adapter, [(key, version, row)])
        return Response(_json(body), headers={"ETag": f'"{version}"'}, media_type="application/json")

    return one


def _list(question: Question) -> Callable[..., Any]:
    adapter = TypeAdapter(question.model.row)
    model = question.model

    async def several(
        request: Request,
        at_least: int = Query(0, ge=0, lt=2**62),
        limit: int = Query(50, ge=1, le=500),
        cursor: str | None = Query(None, max_length=500),
    ) -> Response:
        runtime: Runtime = request.app.state.runtime
        identity: Identity = request.scope["identity"]
        parts = visible(identity, question.scope)
        check_query(request, ["at_least", "limit", "cursor", *PARAMETERS, *model.filters])
        by = {f: v for f in model.filters if (v := request.query_params.get(f)) is not None}
        reached, position = await wait_for(runtime, at_least), await asked_moment(request, runtime)
        moment = by | {name: given for name in PARAMETERS if (given := request.query_params.get(name)) is not None}
        after = ""
        if cursor:
            stood, _, after = _opened(cursor, model.name, moment).partition(" ")
            # A list of today goes on as of where it began, whatever is written meanwhile.
            position = int(stood) if stood else position
        school = identity.school or ""
        rows = await asyncio.to_thread(
            lambda: (
                runtime.rows.page(model, school, by, parts, after, limit + 1)
                if position is None
                else _page_at(runtime, model, school, by, parts, after, position)[: limit + 1]
            )
        )
        more, rows = len(rows) > limit, rows[:limit]
        items = await asyncio.to_thread(_shown, question, request, adapter, rows)
        at = "" if position is None else str(position)
        following = _closed(f"{at} {rows[-1][0]}", model.name, moment) if more else None
        answered = reached if position is None else position
        return Response(_json({"items": items, "next": following, "position": answered}), media_type="application/json")

    return several


def _page_at(
    runtime: Runtime,
    model: ReadModel[Any],
    school: str,
    by: Mapping[str, str],
    parts: Sequence[Mapping[str, str]],
    after: str,
    position: int,
) -> list[tuple[str, int, Any]]:
    return [
        (key, version, row)
        for key, (version, row) in rows_at(runtime, model, school, position).items()
        if key > after and matches(row, by) and any(matches(row, part) for part in parts)
    ]


class _Unheard(Unknown):
    def __init__(self, kind: str) -> None:
        Exception.__init__(self, kind)
        self.kind, self.called = kind, "条目"


def _shown(
    question: Question, request: Request, adapter: TypeAdapter[Any], rows: Sequence[tuple[str, int, Any]]
) -> list[dict[str, Any]]:
    """Rows as who asks may see them, the texts about persons opened."""
    identity: Identity = request.scope["identity"]
    items = []
    for key, version, row in rows:
        more = question.shown(request, row) if question.shown else {}
        plain = adapter.dump_python(row, mode="json") | dict(more)
        if question.notice and not question.notice.concerns(identity, row):
            plain = {
                name: value if name in question.notice.fields else _nothing(value) for name, value in plain.items()
            }
        items.append({"id": key, "version": version} | plain)
    if boxes.personal_fields(question.model.row):
        runtime: Runtime = request.app.state.runtime
        opened = boxes.shown(runtime.keys, identity.school or "", items, english=speaks_english(request))
        return list(opened)
    return items


def _nothing(value: Any) -> Any:
    """What stands in place of a field that is not for everybody."""
    return type(value)() if isinstance(value, list | dict) else None


def _json(value: Any) -> bytes:
    return TypeAdapter(Any).dump_json(value)


def _seal(key: str, name: str, by: Mapping[str, str]) -> str:
    return hashlib.sha256(f"{name}\0{sorted(by.items())}\0{key}".encode()).hexdigest()[:16]


def _closed(key: str, name: str, by: Mapping[str, str]) -> str:
    """An opaque place in one list. It grants nothing: what may be seen is asked again on each page."""
    return base64.urlsafe_b64encode(f"{_seal(key, name, by)}{key}".encode()).decode()


def _opened(cursor: str, name: str, by: Mapping[str, str]) -> str:
    try:
        plain = base64.urlsafe_b64decode(cursor.encode()).decode()
    except ValueError:
        raise Problem("cursor-malformed") from None
    if plain[:16] != _seal(plain[16:], name, by):
        raise Problem("cursor-malformed")
    return plain[16:]
