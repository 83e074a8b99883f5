"""Every path of applications: commands down, rows up."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from services.applications import commands as c
from services.applications.aggregates.studio import Studio
from services.applications.api import eligibility, notices, persons, school
from services.applications.api import studios as named
from services.applications.api.reached import directory_of, runtime_of, school_of
from services.applications.directory import display_name
from services.applications.explanations import DECISIONS
from services.applications.read_models.applications import ApplicationRow, applications
from services.applications.read_models.batches import BatchRow, batches
from services.applications.read_models.objections import objections
from services.applications.read_models.panels import panels
from services.applications.read_models.rounds import rounds
from services.applications.read_models.studios import StudioRow, studios
from shared.chassis.asking import Ask, commands
from shared.chassis.causes import causes
from shared.chassis.explanations import Explained, explanations
from shared.chassis.questions import Question, questions
from shared.kernel.people import OVERSEEING, Actor, Role

router = APIRouter()
router.routes.extend((*persons.router.routes, *named.router.routes, *school.router.routes, *eligibility.router.routes))


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


def of_panels(actor: Actor) -> Mapping[str, str] | None:
    deciding = {*OVERSEEING, Role.EXPERT}
    return {} if actor.role in deciding else None


def of_objections(actor: Actor) -> Mapping[str, str] | None:
    """All for those who answer or audit; everybody their own."""
    if actor.role in OVERSEEING:
        return {}
    return {"objector_id": str(actor.person)}


def with_applicant(request: Request, row: ApplicationRow) -> Mapping[str, Any]:
    """The applicant's name, as annex 3 begins with it; None once the entry is erased."""
    person = directory_of(request).find(school_of(request), row.applicant_id)
    return {"name": person.name if person else None}


def with_applicants(request: Request, row: BatchRow) -> Mapping[str, Any]:
    """Names beside annex 4's lines, by person."""
    known = directory_of(request).find_all(school_of(request), (entry.applicant_id for entry in row.entries))
    return {"names": {str(id): person.name for id, person in known.items()}}


def with_name(request: Request, row: StudioRow) -> Mapping[str, Any]:
    """The studio's name, derived from the directory each time it is shown (A.9-9)."""
    school = school_of(request)
    opened = runtime_of(request).rows.get(rounds, school, str(row.round_id))
    title = opened[1].title if opened else ""
    return {"name": display_name(directory_of(request).find(school, row.host_id), row.name_form, title)}


commands(
    router,
    Ask("/rounds", c.OpenRound, "Open a round of applications"),
    Ask("/applications", c.Apply, "Apply as host, for oneself (APP-01)"),
    Ask("/resubmissions", c.Resubmit, "Hand in a returned application again (A.9-14)"),
    Ask("/duty-changes", c.ReportDuty, "Report who is on duty as homeroom teacher, since when (APP-07)"),
    Ask("/reviews", c.ReviewApplication, "Decide at one level (APP-02)", lambda asked: asked.application_id),
    Ask("/department-batches", c.SubmitBatch, "Hand in the department's batch, once a round (APP-03)"),
    Ask("/selection-panels", c.SeatPanel, "Seat a round's panel (SIL-02, A.9-25)"),
    Ask("/panel-recusals", c.RecuseExpert, "Have an expert step aside from an application (SIL-02)"),
    Ask("/voided-panel-scores", c.VoidPanelScore, "Void a sheet for a conflict found later (SIL-02)"),
    Ask("/panel-scores", c.ScoreApplication, "Score annex 1's six conditions as an expert"),
    Ask("/panel-conclusions", c.ConcludePanel, "Conclude the panel (APP-04)", lambda asked: asked.application_id),
    Ask("/rankings", c.RankCandidates, "Rank whom the panel approved (A.9-7)"),
    Ask("/tie-decisions", c.DecideTie, "Put a tied group in order (A.9-7)", lambda asked: asked.round_id),
    Ask("/strikes", c.StrikeCandidate, "Strike a name from the list (A.9-7)", lambda asked: asked.round_id),
    Ask("/posted-lists", c.PostList, "Post the list for objections (APP-05)", lambda asked: asked.round_id),
    Ask("/objections", c.RaiseObjection, "Object to a name on the posted list (SIL-01)"),
    Ask("/objection-answers", c.AnswerObjection, "Answer an objection; upheld, it strikes the name (SIL-01)"),
    Ask("/construction-plans", c.DraftPlan, "Draft the studio's plan (APP-06)"),
    Ask("/plan-reviews", c.ReviewPlan, "Pass the plan for the Party organisation, or not (A.9-19)"),
    Ask("/plan-receipts", c.FilePlan, "Take the plan on file, each office once (APP-06)"),
    Ask("/plaques", c.HangPlaque, "Hang the plaque (MEM-05)", lambda asked: asked.studio_id),
    Ask("/studio-closures", c.CloseStudio, "Close a studio whose host is gone (SIL-04)", lambda asked: asked.studio_id),
)  # fmt: skip

of_studios = Question("/studios", studios, everyone, "Studios", with_name, notices.STUDIO)
one_by_one = Question("/applications", applications, of_applications, "Applications: annex 3 (APP-17)", with_applicant)

questions(
    router,
    Question("/rounds", rounds, everyone, "Rounds", notice=notices.ROUND),
    one_by_one,
    Question("/batches", batches, of_batches, "Department batches: annex 4 (APP-18)", with_applicants),
    Question("/selection-panels", panels, of_panels, "Panels of rounds (A.9-25)"),
    Question("/objections", objections, of_objections, "Objections to posted lists (SIL-01)"),
    of_studios,
)

explained = (
    Explained(
        question=one_by_one, decisions=DECISIONS,
        streams=lambda key, row: [UUID(key), row.round_id, Studio.id_for(UUID(key))],
        about=lambda key, _row: {"application_id": key},
    ),
    Explained(
        question=of_studios, decisions=DECISIONS, streams=lambda key, _row: [UUID(key)],
        about=lambda key, _row: {"studio_id": key},
    ),
)  # fmt: skip
explanations(router, *explained)
causes(router, *explained)
