"""Studios that are named after their hosts, and how they are made up: what needs the directory."""

import asyncio
from dataclasses import asdict
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.applications import commands as c
from services.applications.api.reached import directory_of, runtime_of, school_of, settings_of
from services.applications.directory import name_digests
from services.applications.directory.structure import Structure, structure
from services.applications.events import Form
from services.applications.read_models.applications import applications
from services.applications.read_models.participation import Participation, participation
from services.applications.read_models.rounds import rounds
from services.applications.read_models.studios import studios
from shared.chassis.asking import PROBLEMS, ReceiptView, answer, command_body, command_parameters, execute
from shared.chassis.deciding import Forbidden
from shared.chassis.identity import Identity
from shared.chassis.operations import allow
from shared.chassis.problems import Problem
from shared.kernel.model import Refused, command
from shared.kernel.people import OFFICES, OVERSEEING, Role
from shared.kernel.personal import PersonalText

router = APIRouter()

ALL = 100_000


@command
class Establishing:
    """The host's name is looked up in the directory; only its keyed hash goes further."""

    application_id: UUID


@router.post(
    "/studios", status_code=201, response_model=ReceiptView, responses=PROBLEMS, operation_id="EstablishStudio",
    summary="Establish the studio of a published host (APP-05, APP-19)",
    openapi_extra=command_parameters("Idempotency-Key") | command_body(Establishing),
)  # fmt: skip
async def establish_studio(request: Request, asked: Establishing) -> Response:
    allow(request, Role.SCHOOL)
    digests = await asyncio.to_thread(_of_applicant, request, asked.application_id)
    return answer(await execute(request, c.EstablishStudio(application_id=asked.application_id, name_digests=digests)))


@command
class ChangingHost:
    """Another host leads the studio; `form` is theirs, as for an application."""

    studio_id: UUID
    new_host_id: UUID
    form: Form
    reason: PersonalText


@router.post(
    "/host-changes", status_code=201, response_model=ReceiptView, responses=PROBLEMS, operation_id="ChangeHost",
    summary="Another host leads the studio (SIL-04)",
    openapi_extra=command_parameters("Idempotency-Key", "If-Match") | command_body(ChangingHost),
)  # fmt: skip
async def change_host(request: Request, asked: ChangingHost) -> Response:
    allow(request, *OFFICES)
    digests = await asyncio.to_thread(_of_successor, request, asked)
    changing = c.ChangeHost(
        studio_id=asked.studio_id, new_host_id=asked.new_host_id, form=asked.form, reason=asked.reason,
        name_digests=digests,
    )  # fmt: skip
    return answer(await execute(request, changing, asked.studio_id))


@router.get(
    "/structure-reports/{studio_id}", response_model=Structure, responses=PROBLEMS, operation_id="structure_report",
    summary="How the studio's members are made up (MEM-15)",
)  # fmt: skip
async def structure_report(request: Request, studio_id: UUID) -> dict[str, Any]:
    return asdict(await asyncio.to_thread(_structure, request, studio_id))


@router.get(
    "/department-participation/{round_id}", response_model=list[Participation], responses=PROBLEMS,
    operation_id="department_participation",
    summary="Applications of each department, also of those that brought none (APP-21)",
)  # fmt: skip
async def department_participation(request: Request, round_id: UUID) -> list[dict[str, Any]]:
    allow(request, *OVERSEEING)
    return [asdict(one) for one in await asyncio.to_thread(_participation, request, round_id)]


def _structure(request: Request, studio_id: UUID) -> Structure:
    runtime, school = runtime_of(request), school_of(request)
    identity: Identity = request.scope["identity"]
    found = runtime.rows.get(studios, school, str(studio_id))
    if found is None:
        raise Problem("not-found", kind="Studio", called="工作室")
    row = found[1]
    own = identity.has(Role.HOST) and identity.person == row.host_id
    if not own and not identity.has(*OVERSEEING):
        raise Forbidden
    joined = [pair for pair, standing in (row.members or {}).items() if standing == "joined"]
    known = directory_of(request).find_all(school, (row.people or {}).values())
    people = [known.get(person) if (person := (row.people or {}).get(pair)) else None for pair in joined]
    return structure(people, settings_of(request), runtime.clock.today())


def _participation(request: Request, round_id: UUID) -> list[Participation]:
    runtime, school = runtime_of(request), school_of(request)
    if runtime.rows.get(rounds, school, str(round_id)) is None:
        raise Problem("not-found", kind="Round", called="申报轮次")
    found = runtime.rows.page(applications, school, {"round_id": str(round_id)}, [{}], "", ALL)
    return participation([row for _, _, row in found], directory_of(request).departments(school))


def _of_applicant(request: Request, application_id: UUID) -> Any:
    application = runtime_of(request).rows.get(applications, school_of(request), str(application_id))
    if application is None:
        raise Problem("not-found", kind="Application", called="申报")
    return _digests(request, application[1].applicant_id, application[1].round_id)


def _of_successor(request: Request, asked: ChangingHost) -> Any:
    studio = runtime_of(request).rows.get(studios, school_of(request), str(asked.studio_id))
    if studio is None:
        raise Problem("not-found", kind="Studio", called="工作室")
    return _digests(request, asked.new_host_id, studio[1].round_id)


def _digests(request: Request, host_id: UUID, round_id: UUID) -> Any:
    runtime, school = runtime_of(request), school_of(request)
    opened = runtime.rows.get(rounds, school, str(round_id))
    person = directory_of(request).find(school, host_id)
    if person is None:
        raise Refused(
            "host-not-in-directory", rule="APP-19", zh="人员目录中没有主持人，无法命名工作室",
            en="the host is not in the directory, so the studio cannot be named",
        )  # fmt: skip
    return name_digests(runtime.settings.secret(), person, opened[1].title if opened else "")
