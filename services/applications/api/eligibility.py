"""May I apply, and why not: annex 1 held against a form that is not handed in."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request

from services.applications import commands as c
from services.applications.aggregates.annex_one import filled
from services.applications.api.reached import runtime_of, school_of
from services.applications.events import Applied
from services.applications.explanations import DECISIONS
from shared.chassis.asking import PROBLEMS, check_query, command_body
from shared.chassis.explanations import as_if, shown
from shared.chassis.identity import Identity
from shared.chassis.operations import allow
from shared.kernel.people import Role

router = APIRouter()

ELIGIBILITY = next(one for one in DECISIONS if one.kind == "eligibility")


@router.post(
    "/eligibility-checks", operation_id="check_eligibility", responses=PROBLEMS, openapi_extra=command_body(c.Apply),
    summary="Every condition of annex 1 and every preference for a form, met or not; nothing is recorded (APP-01)",
)  # fmt: skip
async def check_eligibility(request: Request, asked: c.Apply) -> dict[str, Any]:
    identity: Identity = allow(request, Role.TEACHER)
    check_query(request, [])
    form = Applied(
        application_id=asked.application_id, round_id=asked.round_id, applicant_id=identity.person, **filled(asked)
    )
    actor = next(actor for actor in identity.actors if actor.role == Role.TEACHER)
    found = await asyncio.to_thread(
        as_if, runtime_of(request), actor, school_of(request), asked.application_id, form, ELIGIBILITY
    )
    # What is shown as decided has no place in the log: it did not happen.
    return {"items": [shown(one) | {"decided_at": None} for one in found]}
