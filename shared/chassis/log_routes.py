"""The log over HTTP: a page of it, what of it speaks of something, and what comes as it comes."""

import asyncio
import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from shared.chassis.asking import PROBLEMS
from shared.chassis.envelope import Line, school_of
from shared.chassis.log_search import EVERYTHING, Wanted, item, search
from shared.chassis.log_stream import Streams
from shared.chassis.operations import allow
from shared.chassis.runtime import Runtime
from shared.kernel.people import Role
from shared.kernel.rules import rule
from shared.kernel.values import Unfit

LOG_ROLES = (Role.AUDITOR, Role.FOLLOWER)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
STREAM: dict[int | str, dict[str, Any]] = {200: {"description": "Events", "content": {"text/event-stream": {}}}}

Position = Annotated[int, Field(ge=0, lt=2**62)]


def _day(given: Any) -> Any:
    if isinstance(given, str) and not _DATE.fullmatch(given):
        raise Unfit("应为日期 YYYY-MM-DD", "a date YYYY-MM-DD is needed")
    return given


def _known_rule(id: str) -> str:
    if rule(id) is None:
        raise Unfit(f"没有规则 {id}", f"there is no rule {id}")
    return id


Day = Annotated[date, BeforeValidator(_day)]
RuleId = Annotated[str, Field(max_length=20, examples=["APP-08"]), AfterValidator(_known_rule)]
EventName = Annotated[str, Field(max_length=100, pattern=r"^[a-z]+\.[a-z-]+$", examples=["membership.member-removed"])]


class AskedOfLog(BaseModel):
    """What a line must be to be shown; all that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    after: Position = Field(0, description="Lines above this position")
    stream: UUID | None = Field(None, description="Lines of this stream")
    studio: UUID | None = Field(None, description="Lines that name this studio, or whose stream began with it")
    person: UUID | None = Field(None, description="Lines that name this person: who acted, or whom it is about")
    event: EventName | None = Field(None, description="Events of this name")
    rule: RuleId | None = Field(None, description="Events that carry out this rule of the policy")
    since: Day | None = Field(None, description="Recorded on this day or later, Asia/Shanghai")
    until: Day | None = Field(None, description="Recorded on this day or earlier, Asia/Shanghai")
    sealed: bool | None = Field(None, description="Under a signed checkpoint, or not yet")

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise Unfit("since 不能晚于 until", "since is not after until")
        return self

    @property
    def wanted(self) -> Wanted:
        return Wanted(**{name: getattr(self, name) for name in Wanted.__dataclass_fields__})


class AskedPage(AskedOfLog):
    limit: int = Field(200, ge=1, le=1000, description="At most so many lines")


class ItemView(BaseModel):
    """One line; `state` is the exact stored text."""

    position: int
    stream: UUID
    version: int
    event: str
    state: str
    sealed: bool


class PageView(BaseModel):
    """Lines in order. `through` is how far was looked: asked on `after` it, nothing is missed.

    With a filter, `end` is where what was asked for ends now: while `through` is below it, ask on.
    """

    after: int
    through: int
    items: list[ItemView]
    end: int | None = None


router = APIRouter(tags=["log"])


@router.get(
    "/log", summary="The immutable log in order, or what of it speaks of something",
    response_model=PageView, responses=PROBLEMS,
)  # fmt: skip
async def log(request: Request, asked: Annotated[AskedPage, Query()]) -> Response:
    """Lines above `after`. A token bound to a school sees that school's alone; `through` is how far was looked.

    Filters by studio, person, event and rule are answered from an index that follows the log by seconds:
    `through` is never beyond it.
    """
    school = allow(request, *LOG_ROLES).school
    runtime: Runtime = request.app.state.runtime
    if asked.wanted == EVERYTHING:
        lines, through = await asyncio.to_thread(_page, runtime, school, asked.after, asked.limit)
        return _json(
            {"after": asked.after, "through": through, "items": await asyncio.to_thread(_items, runtime, lines)}
        )
    found = await asyncio.to_thread(search, runtime, asked.wanted, school, asked.after, asked.limit)
    items = await asyncio.to_thread(_items, runtime, found.lines)
    return _json({"after": asked.after, "through": found.through, "end": found.end, "items": items})


def _items(runtime: Runtime, lines: Sequence[Line]) -> list[dict[str, Any]]:
    sealed_through = runtime.seals.sealed_through() if lines else 0
    return [item(line, sealed_through) for line in lines]


def _page(runtime: Runtime, school: str | None, after: int, limit: int) -> tuple[list[Line], int]:
    """What followers read: one look at the log and nothing else."""
    lines = runtime.log.read(after, limit)
    through = lines[-1].position if lines else after
    return [line for line in lines if school is None or school_of(line) == school], through


@router.get(
    "/log/stream", summary="The log as server-sent events, resumed by position",
    response_class=StreamingResponse, responses=PROBLEMS | STREAM,
)  # fmt: skip
async def log_stream(
    request: Request,
    asked: Annotated[AskedOfLog, Query()],
    last_event_id: Annotated[Position | None, Header(description="Resume above this position")] = None,
) -> Response:
    """First what is there above `Last-Event-ID` or `after`, then what comes: `id` the position, `data` the item.

    It ends after ten minutes, and when the server ends: resume with the last `id`, nothing is lost or doubled.
    """
    school = allow(request, *LOG_ROLES).school
    streams: Streams = request.app.state.streams
    return streams.open(asked.wanted, school, asked.after if last_event_id is None else last_event_id)


def _json(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
