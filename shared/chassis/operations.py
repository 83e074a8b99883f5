"""What each service answers about itself: alive, ready, status, metrics, its rehearsal clock."""

import asyncio
from datetime import datetime
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import AwareDatetime, BaseModel, ConfigDict, field_validator

from shared.chassis import metrics
from shared.chassis.agenda import Agenda
from shared.chassis.deciding import Forbidden
from shared.chassis.identity import Identity
from shared.chassis.migrate import newest_schema
from shared.chassis.runtime import Runtime
from shared.kernel.people import Role

CLOCK_MOVED = "clock of "
STATUS_ROLES = (Role.AUDITOR, Role.FOLLOWER, Role.OPERATOR)


class ClockMove(BaseModel):
    """Where to set the rehearsal clock; it is never set back."""

    model_config = ConfigDict(extra="forbid")

    to: AwareDatetime

    @field_validator("to")
    @classmethod
    def within_reach(cls, to: datetime) -> datetime:
        """A day after which no other can be said would stop the installation for good."""
        if not 2000 <= to.year <= 2200:  # noqa: PLR2004
            msg = "a year from 2000 to 2200 is needed"
            raise ValueError(msg)
        return to


def router(*, rehearsal: bool) -> APIRouter:
    made = APIRouter()
    made.add_api_route("/livez", livez, methods=["GET"], summary="The process answers")
    made.add_api_route("/readyz", readyz, methods=["GET"], summary="Log, rows and migrations are there")
    made.add_api_route("/metrics", prometheus, methods=["GET"], summary="Prometheus metrics")
    made.add_api_route("/status", status, methods=["GET"], summary="Positions, clock, deadlines, what is parked")
    if rehearsal:
        made.add_api_route("/rehearsal/clock", move_clock, methods=["POST"], summary="Set the rehearsal clock")
    return made


async def livez() -> dict[str, str]:
    return {"status": "alive"}


async def readyz(request: Request) -> Response:
    runtime: Runtime = request.app.state.runtime

    def look() -> dict[str, bool]:
        return {
            "log": _works(runtime.log.head),
            "migrations": _works(lambda: _same(runtime.log.schema_version(), newest_schema())),
            "rows": _works(lambda: _same(runtime.rows.outdated(), False)),
        }

    found = await asyncio.to_thread(look)
    ready = all(found.values())
    body = {"status": "ready" if ready else "not ready", **found}
    return Response(orjson.dumps(body), 200 if ready else 503, media_type="application/json")


def _works(look: Any) -> bool:
    try:
        look()
    except Exception:  # noqa: BLE001 - not ready, whatever the reason
        return False
    return True


def _same(one: object, other: object) -> None:
    if one != other:
        raise ValueError


async def prometheus(request: Request) -> Response:
    await asyncio.to_thread(_measure, request.app.state.runtime)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _measure(runtime: Runtime) -> None:
    name = runtime.service.name
    metrics.HEAD.labels(name).set(runtime.log.head())
    metrics.PROJECTED.labels(name).set(runtime.rows.position())
    newest = runtime.seals.newest_signed()
    metrics.SEALED.labels(name).set(newest.through if newest else 0)
    metrics.SEALED_AT.labels(name).set(newest.at.timestamp() if newest else 0)
    metrics.SEALING_HALTED.labels(name).set(runtime.seals.halted() is not None)
    metrics.PARKED.labels(name).set(runtime.log.parked_count() + len(runtime.rows.parked_lines()))
    for upstream in runtime.service.upstreams:
        metrics.FOLLOWED.labels(name, upstream).set(runtime.log.follower_position(upstream))


def allow(request: Request, *roles: Role) -> Identity:
    identity: Identity = request.scope["identity"]
    if not identity.has(*roles):
        raise Forbidden
    return identity


async def status(request: Request) -> dict[str, Any]:
    """`next_due` is when the earliest deadline falls due; `parked` are events that wait for a retry.

    For tokens of the whole installation only: positions and reasons tell about all schools.
    """
    if allow(request, *STATUS_ROLES).school is not None:
        raise Forbidden
    return await asyncio.to_thread(_status, request.app.state.runtime)


def _status(runtime: Runtime) -> dict[str, Any]:
    runtime.clock.refresh()
    following = {name: runtime.log.follower_position(name) for name in runtime.service.upstreams}
    position = runtime.rows.position()
    due = Agenda(runtime).next_due()
    parked = [
        *({"reader": p.reader, "position": p.position, "event": p.event, "reason": p.reason}
          for p in runtime.log.parked()),
        *({"reader": "projection", "position": p["position"], "event": p["event"], "reason": p["reason"]}
          for p in runtime.rows.parked_lines()),
    ]  # fmt: skip
    refused = {mark: why for mark, why in runtime.rows.settled_dues().items() if why}
    return {
        "service": runtime.service.name,
        "now": runtime.clock.now().isoformat(),
        "today": runtime.clock.today().isoformat(),
        "rehearsal": runtime.clock.rehearsal,
        "head": runtime.log.head(),
        "projected": position,
        "indexed": runtime.index.position(),
        "sealed": _sealed(runtime),
        "following": following,
        "next_due": due.isoformat() if due else None,
        "parked": parked,
        "refused_deadlines": refused,
    }


def _sealed(runtime: Runtime) -> dict[str, Any]:
    """How far the log is sealed, since when, and why it is not any more."""
    newest, halt = runtime.seals.newest_signed(), runtime.seals.halted()
    return {
        "through": newest.through if newest else 0,
        "entries": newest.size if newest else 0,
        "at": newest.at.isoformat() if newest else None,
        "halted": {"code": halt.code, "detail": halt.detail, "at": halt.at.isoformat()} if halt else None,
    }


async def move_clock(request: Request, move: ClockMove) -> dict[str, str]:
    if allow(request, Role.OPERATOR).school is not None:
        raise Forbidden
    runtime: Runtime = request.app.state.runtime

    def set_it() -> datetime:
        runtime.clock.move_to(move.to)
        runtime.wake(CLOCK_MOVED + runtime.service.name)
        return runtime.clock.now()

    return {"now": (await asyncio.to_thread(set_it)).isoformat()}
