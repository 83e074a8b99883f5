"""HTTP in, commands down; rows up, HTTP out."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.assessment import commands as c
from services.assessment.aggregates.award import Award
from services.assessment.aggregates.case import Case
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.explanations import DECISIONS
from services.assessment.read_models.certificates import certificates
from services.assessment.read_models.evaluations import EvaluationRow, evaluations
from services.assessment.read_models.evidence import evidence
from services.assessment.read_models.experts import experts
from services.assessment.read_models.honors import honors
from services.assessment.read_models.publicity import publicity
from services.assessment.read_models.rubrics import rubrics
from services.assessment.read_models.self_reports import self_reports
from services.assessment.read_models.ties import ties
from shared.chassis.asking import PROBLEMS, Ask, commands
from shared.chassis.causes import causes
from shared.chassis.explanations import Explained, explanations
from shared.chassis.identity import Identity
from shared.chassis.questions import Notice, Question, questions
from shared.chassis.runtime import Runtime
from shared.kernel.calendar import WorkCalendar
from shared.kernel.model import Unknown
from shared.kernel.people import OVERSEEING, Actor, Role

router = APIRouter()

CERTIFICATE_STATUS = "/certificate-status"
"""Open to everybody: it says nothing of a person (SIL-08)."""

ANNEX_2 = (files("services.assessment") / "data" / "annex2.json").read_bytes()
"""附件2 of the policy, word by word, as `AdoptRubric` takes it; it names no weights (ASM-10)."""


INFORMED = (*OVERSEEING, Role.EXPERT)


def who_judges_or_oversees(identity: Identity, _row: EvaluationRow) -> bool:
    return identity.has(*INFORMED)


RESULT = Notice(
    frozenset((
        "studio_id", "stage", "opens_on", "closes_on", "state", "experts", "sheets", "is_overdue", "score_hundredths",
        "posted_on", "notice_workdays", "rubric", "pass_points", "settings_version", "passed", "effective_on",
        "outcome", "grade", "is_vetoed", "leaves", "objections", "is_recheck_open", "is_rechecked",
        "is_notice_extended", "settled_on", "rectify_until", "revised_on", "notice_ends_on", "takes_effect_on",
    )),
    concerns=who_judges_or_oversees,
)  # fmt: skip
"""What of a result everybody sees (公示). Who gave how much and who stepped aside is not for everybody (SIL-14)."""


def everyone(_actor: Actor) -> Mapping[str, str]:
    return {}


def informed(actor: Actor) -> Mapping[str, str] | None:
    return {} if actor.role in INFORMED else None


def own_or_overseen(actor: Actor) -> Mapping[str, str]:
    return {} if actor.role in OVERSEEING else {"person_id": str(actor.person)}


def handed_in(actor: Actor) -> Mapping[str, str] | None:
    """Who judges and oversees sees what studios handed in; a host what they handed in themselves."""
    if actor.role in INFORMED:
        return {}
    return {"person_id": str(actor.person)} if actor.role == Role.HOST else None


def own_ties_or_overseen(actor: Actor) -> Mapping[str, str] | None:
    if actor.role == Role.EXPERT:
        return {"expert_id": str(actor.person)}
    return {} if actor.role in INFORMED else None


def shown(request: Request, row: EvaluationRow) -> Mapping[str, Any]:
    identity: Identity = request.scope["identity"]
    runtime: Runtime = request.app.state.runtime
    calendar = runtime.book(identity.school or "").calendar
    return with_notice(row, calendar) | {"to_score": to_score(row)}


def to_score(row: EvaluationRow) -> list[UUID]:
    """Experts whose sheet is awaited (SIL-12)."""
    is_scoring = row.score_hundredths is None or row.is_recheck_open
    open_ = is_scoring and row.state not in ("effective", "cancelled")
    return [one for one in row.experts if open_ and one not in (*row.sheets, *row.recused)]


def with_notice(row: EvaluationRow, calendar: WorkCalendar) -> dict[str, Any]:
    """When the notice ends and the result takes effect: null while the calendar does not reach that far (A.9-5)."""
    if row.posted_on is None or row.notice_workdays is None:
        return {"notice_ends_on": None, "takes_effect_on": None}
    return {
        "notice_ends_on": calendar.period_end(row.posted_on, row.notice_workdays),
        "takes_effect_on": row.settled_on or calendar.takes_effect_on(row.posted_on, row.notice_workdays),
    }


# Before the questions: theirs is `/rubrics/{key}`.
@router.get(
    "/rubrics/annex-2", response_model=c.AdoptRubric, operation_id="get_annex_2",
    summary="The policy's own rubric, to be adopted as it is (ASM-10)",
)  # fmt: skip
async def annex_2() -> Response:
    return Response(ANNEX_2, media_type="application/json")


@dataclass(frozen=True)
class CertificateStatus:
    """Whether a certificate holds, and since when not; nothing of the person (SIL-08)."""

    certificate_id: UUID
    status: str
    issued_on: date
    ended_on: date | None


@router.get(
    CERTIFICATE_STATUS + "/{school}/{key}", operation_id="get_certificate_status", responses=PROBLEMS,
    summary="Whether a certificate holds, without its person (SIL-08)",
)  # fmt: skip
async def certificate_status(request: Request, school: str, key: UUID) -> CertificateStatus:
    """For anybody who holds the certificate, without a token."""
    runtime: Runtime = request.app.state.runtime
    found = await asyncio.to_thread(runtime.rows.get, certificates, school, str(key))
    if found is None:
        raise Unknown(Award, key)
    row = found[1]
    return CertificateStatus(row.certificate_id, row.status, row.issued_on, row.ended_on)


def of_stage(asked: c.PostScore | c.PostRecheck | c.ReviseEvaluation) -> UUID:
    return Evaluation.id_for(asked.studio_id, asked.stage)


commands(
    router,
    Ask("/rubrics", c.AdoptRubric, "Adopt the assessment rules (ASM-01)"),
    Ask("/expert-appointments", c.AppointExpert, "Appoint an expert for a term"),
    Ask("/panels", c.SeatPanel, "Seat a panel of appointed experts (ASM-02)"),
    Ask("/recusals", c.Recuse, "Step aside, or have a seated expert step aside (SIL-02)"),
    Ask("/sheets", c.SubmitSheet, "Submit one's points as an expert (A.9-16)"),
    Ask("/scores", c.PostScore, "Compute and post the panel's score (A.9-1)", of_stage),
    Ask("/ties", c.DeclareTie, "Declare an expert's tie to a person (SIL-02)"),
    Ask("/evidence", c.EnterEvidence, "Enter evidence once, by the statements that it speaks to (SIL-15)"),
    Ask("/self-reports", c.FileSelfReport, "Report for a year or a stage, with evidence entered before (SIL-15)"),
    Ask("/recheck-requests", c.RequestRecheck, "Ask for a re-check of a posted result, as host (SIL-03)"),
    Ask("/result-objections", c.ObjectToResult, "Object to a posted result (SIL-01)"),
    Ask("/result-objection-answers", c.AnswerObjection, "Answer an objection; upheld, a re-check follows (SIL-01)"),
    Ask("/recheck-panels", c.SeatRecheckPanel, "Seat other experts for a re-check (SIL-03)"),
    Ask("/recheck-scores", c.PostRecheck, "Post the re-check's score in place of the first (SIL-03)", of_stage),
    Ask("/voided-sheets", c.VoidSheet, "Void the sheet of an expert in conflict (SIL-02)"),
    Ask("/revisions", c.ReviseEvaluation, "Decide again on a result in effect (A.9-1)", of_stage),
    Ask("/final-extensions", c.ExtendFinal, "Give a final more time (SIL-11)"),
    Ask("/revocations", c.Revoke, "Revoke a certificate or a title (SIL-08)"),
    Ask("/reissues", c.Reissue, "Issue a certificate anew under another number (SIL-08)"),
    Ask("/publicity", c.Publicise, "Record where a studio's results were made known (ASM-11)"),
)  # fmt: skip

all_evaluations = Question("/evaluations", evaluations, everyone, "Evaluations by studio and stage", shown, RESULT)
all_honors = Question("/honors", honors, own_or_overseen, "Titles, designations, certificates, credits")
all_certificates = Question("/certificates", certificates, own_or_overseen, "Register of certificates")

questions(
    router,
    Question("/rubrics", rubrics, everyone, "Versions of the assessment rules"),
    Question("/experts", experts, everyone, "Appointed experts with their terms"),
    Question("/ties", ties, own_ties_or_overseen, "Declared ties of experts"),
    Question("/evidence", evidence, handed_in, "Evidence of studios, and where it was used"),
    Question("/self-reports", self_reports, handed_in, "Self-reports of studios"),
    Question("/publicity", publicity, everyone, "Where studios' results were made known"),
    all_evaluations,
    all_honors,
    all_certificates,
)

explained = (
    # Who gave how much is for those who judge and oversee (SIL-14).
    Explained(
        question=replace(all_evaluations, scope=informed), decisions=DECISIONS, streams=lambda key, _row: [UUID(key)]
    ),
    *(
        Explained(
            question=question, decisions=DECISIONS,
            streams=lambda _key, row: [Award.id_for(row.studio_id), Case.id_for(row.studio_id)],
            about=lambda _key, row: {"studio_id": row.studio_id, "person_id": row.person_id},
        )
        for question in (all_honors, all_certificates)
    ),
)  # fmt: skip
explanations(router, *explained)
causes(router, *explained)
