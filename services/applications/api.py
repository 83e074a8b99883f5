"""HTTP in, commands down; rows up, HTTP out."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.applications import commands as c
from services.applications.directory import Directory, Person, display_name, name_digests
from services.applications.read_models.applications import applications
from services.applications.read_models.batches import batches
from services.applications.read_models.rounds import RoundRow, rounds
from services.applications.read_models.studios import StudioRow, studios
from shared.chassis.asking import (
    PROBLEMS,
    Ask,
    ReceiptView,
    answer,
    command_body,
    command_parameters,
    commands,
    execute,
)
from shared.chassis.identity import Identity
from shared.chassis.operations import allow
from shared.chassis.problems import Problem
from shared.chassis.questions import Question, questions
from shared.chassis.runtime import Runtime
from shared.kernel.model import Refused, command
from shared.kernel.people import Actor, Role

router = APIRouter()


def everyone(_actor: Actor) -> Mapping[str, str]:
    return {}


def of_applications(actor: Actor) -> Mapping[str, str] | None:
    match actor.role:
        case Role.PERSONNEL | Role.STUDENT_AFFAIRS | Role.SCHOOL | Role.AUDITOR | Role.EXPERT:
            return {}
        case Role.DEPARTMENT:
            return {"department": actor.bound_to or ""}
        case Role.TEACHER:
            return {"applicant_id": str(actor.person)}
    return None


def of_batches(actor: Actor) -> Mapping[str, str] | None:
    return None if actor.role == Role.TEACHER else of_applications(actor)


def without_ranking(request: Request, _row: RoundRow) -> Mapping[str, Any]:
    """Scores and struck names are for those who decide; everyone sees the list alone (SIL-14)."""
    identity: Identity = request.scope["identity"]
    if identity.has(Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.SCHOOL, Role.AUDITOR):
        return {}
    return {"ranking": [], "tied": [], "tie_decisions": [], "struck": []}


def with_name(request: Request, row: StudioRow) -> Mapping[str, Any]:
    """The studio's name, derived from the directory each time it is shown (A.9-9)."""
    school = _school(request)
    opened = _runtime(request).rows.get(rounds, school, str(row.round_id))
    title = opened[1].title if opened else ""
    return {"name": display_name(_directory(request).find(school, row.host_id), row.name_form, title)}


commands(
    router,
    Ask("/settings-versions", c.AdoptSettings, "Adopt a version of the policy settings"),
    Ask("/rounds", c.OpenRound, "Open a round of applications"),
    Ask("/applications", c.Apply, "Apply as host, for oneself (APP-01)"),
    Ask("/resubmissions", c.Resubmit, "Hand in a returned application again (A.9-14)"),
    Ask("/duty-changes", c.ReportDuty, "Report who is on duty as homeroom teacher, since when (APP-07)"),
    Ask("/reviews", c.ReviewApplication, "Decide at one level (APP-02)", lambda asked: asked.application_id),
    Ask("/department-batches", c.SubmitBatch, "Hand in the department's batch, once a round (APP-03)"),
    Ask("/panel-scores", c.ScoreApplication, "Score annex 1's six conditions as an expert"),
    Ask("/panel-conclusions", c.ConcludePanel, "Conclude the panel (APP-04)", lambda asked: asked.application_id),
    Ask("/rankings", c.RankCandidates, "Rank whom the panel approved (A.9-7)"),
    Ask("/tie-decisions", c.DecideTie, "Put a tied group in order (A.9-7)", lambda asked: asked.round_id),
    Ask("/strikes", c.StrikeCandidate, "Strike a name from the list (A.9-7)", lambda asked: asked.round_id),
    Ask("/posted-lists", c.PostList, "Post the list for objections (APP-05)", lambda asked: asked.round_id),
    Ask("/construction-plans", c.DraftPlan, "Draft the studio's plan (APP-06)"),
    Ask("/plan-receipts", c.FilePlan, "Take the plan on file, each office once (APP-06)"),
    Ask("/plaques", c.HangPlaque, "Hang the plaque (MEM-05)", lambda asked: asked.studio_id),
    Ask("/studio-closures", c.CloseStudio, "Close a studio whose host is gone (SIL-04)", lambda asked: asked.studio_id),
)  # fmt: skip

questions(
    router,
    Question("/rounds", rounds, everyone, "Rounds", without_ranking),
    Question("/applications", applications, of_applications, "Applications"),
    Question("/batches", batches, of_batches, "Department batches: annex 4 (APP-18)"),
    Question("/studios", studios, everyone, "Studios", with_name),
)


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
    digests = await asyncio.to_thread(_digests, request, asked.application_id)
    return answer(await execute(request, c.EstablishStudio(application_id=asked.application_id, name_digests=digests)))


def _digests(request: Request, application_id: UUID) -> Any:
    runtime, school = _runtime(request), _school(request)
    application = runtime.rows.get(applications, school, str(application_id))
    if application is None:
        raise Problem("not-found", kind="Application", called="申报")
    opened = runtime.rows.get(rounds, school, str(application[1].round_id))
    person = _directory(request).find(school, application[1].applicant_id)
    if person is None:
        raise Refused(
            "host-not-in-directory", rule="APP-19", zh="人员目录中没有主持人，无法命名工作室",
            en="the host is not in the directory, so the studio cannot be named",
        )  # fmt: skip
    return name_digests(runtime.settings.secret(), person, opened[1].title if opened else "")


@router.put("/persons/{person_id}", status_code=204, summary="Register or correct a person of the directory")
async def register_person(request: Request, person_id: UUID, person: Person) -> Response:
    allow(request, Role.SCHOOL, Role.PERSONNEL)
    await asyncio.to_thread(_directory(request).register, _school(request), person_id, person)
    return Response(status_code=204)


@router.get("/persons/{person_id}", summary="A person's name; the contact for those who need it")
async def person(request: Request, person_id: UUID) -> dict[str, str | None]:
    identity: Identity = request.scope["identity"]
    found = await asyncio.to_thread(_directory(request).find, _school(request), person_id)
    if found is None:
        raise Problem("not-found", kind="Person", called="人员")
    shown: dict[str, str | None] = {"name": found.name, "department": found.department}
    if identity.person == person_id or identity.has(Role.SCHOOL, Role.PERSONNEL, Role.STUDENT_AFFAIRS):
        shown["contact"] = found.contact
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
    await asyncio.to_thread(_directory(request).erase, _school(request), person_id)
    return answer(receipt)


def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def _school(request: Request) -> str:
    identity: Identity = request.scope["identity"]
    if identity.school is None:
        raise Problem("forbidden")
    return identity.school


def _directory(request: Request) -> Directory:
    return Directory(_runtime(request).rows.engine)
