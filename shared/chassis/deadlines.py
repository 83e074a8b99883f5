"""`GET /deadlines`: what time will ask for in a school, and what waits for a year to be announced (A.9-5)."""

import asyncio
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.chassis.agenda import Agenda
from shared.chassis.asking import PROBLEMS, check_query
from shared.chassis.deciding import Forbidden
from shared.chassis.identity import Identity
from shared.chassis.runtime import Runtime
from shared.kernel.people import OVERSEEING

router = APIRouter()


@router.get(
    "/deadlines", operation_id="list_deadlines", responses=PROBLEMS,
    summary="Deadlines to come, the earliest first; those whose end is unknown last, with the year that is missing",
)  # fmt: skip
async def deadlines(request: Request) -> Response:
    identity: Identity = request.scope["identity"]
    runtime: Runtime = request.app.state.runtime
    if identity.school is None or not identity.has(*OVERSEEING):
        raise Forbidden
    check_query(request, [])
    items = await asyncio.to_thread(_standing, runtime, identity.school)
    return Response(orjson.dumps({"items": items}), media_type="application/json")


def _standing(runtime: Runtime, school: str) -> list[dict[str, Any]]:
    runtime.clock.refresh()
    years = runtime.book(school).calendar.years
    missing = next(year for year in range(runtime.clock.today().year, 10_000) if year not in years)
    return [
        {
            "asks": due.ask, "about": due.body, "on": day, "since": due.since, "workdays": due.workdays,
            "end_unknown_until_year": None if day else missing,
        }
        for day, due in Agenda(runtime).standing(school)
    ]  # fmt: skip
