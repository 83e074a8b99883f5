"""The directory over HTTP."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.applications import commands as c
from services.applications.api.reached import directory_of, school_of
from services.applications.directory import TRAITS, Person
from shared.chassis.asking import PROBLEMS, ReceiptView, answer, command_parameters, execute
from shared.chassis.identity import Identity
from shared.chassis.operations import allow
from shared.chassis.problems import Problem
from shared.kernel.people import Role

router = APIRouter()


@router.put("/persons/{person_id}", status_code=204, summary="Register or correct a person of the directory")
async def register_person(request: Request, person_id: UUID, person: Person) -> Response:
    allow(request, Role.SCHOOL, Role.PERSONNEL)
    await asyncio.to_thread(directory_of(request).register, school_of(request), person_id, person)
    return Response(status_code=204)


@router.get("/persons/{person_id}", summary="A person's name; the contact for those who need it")
async def person(request: Request, person_id: UUID) -> dict[str, Any]:
    identity: Identity = request.scope["identity"]
    found = await asyncio.to_thread(directory_of(request).find, school_of(request), person_id)
    if found is None:
        raise Problem("not-found", kind="Person", called="人员")
    shown: dict[str, Any] = {"name": found.name, "department": found.department}
    if identity.person == person_id or identity.has(Role.SCHOOL, Role.PERSONNEL, Role.STUDENT_AFFAIRS):
        shown |= {"contact": found.contact} | {name: getattr(found, name) for name in TRAITS}
    return shown


@router.delete(
    "/persons/{person_id}",
    response_model=ReceiptView,
    responses=PROBLEMS,
    summary="Erase a person's entry (SIL-14)",
    openapi_extra=command_parameters("Idempotency-Key"),
)
async def erase_person(request: Request, person_id: UUID) -> Response:
    # Recorded first, under its key: after a failure in between, the same request again erases what is left.
    receipt = await execute(request, c.ErasePerson(person_id=person_id))
    await asyncio.to_thread(directory_of(request).erase, school_of(request), person_id)
    return answer(receipt)
