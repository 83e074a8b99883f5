"""HTTP in, commands down; rows up, HTTP out."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.assessment import commands as c
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.read_models.certificates import certificates
from services.assessment.read_models.evaluations import EvaluationRow, evaluations
from services.assessment.read_models.experts import experts
from services.assessment.read_models.honors import honors
from services.assessment.read_models.rubrics import rubrics
from shared.chassis.asking import Ask, commands
from shared.chassis.identity import Identity
from shared.chassis.questions import Question, questions
from shared.kernel.calendar import OFFICIAL
from shared.kernel.people import Actor, Role

router = APIRouter()

ANNEX_2 = (files("services.assessment") / "data" / "annex2.json").read_bytes()
"""附件2 of the policy, word by word, as `AdoptRubric` takes it; it names no weights (ASM-10)."""


INFORMED = (Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.SCHOOL, Role.AUDITOR, Role.EXPERT)


def everyone(_actor: Actor) -> Mapping[str, str]:
    return {}


def own_or_overseen(actor: Actor) -> Mapping[str, str]:
    overseeing = (Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.SCHOOL, Role.AUDITOR)
    return {} if actor.role in overseeing else {"person_id": str(actor.person)}


def shown(request: Request, row: EvaluationRow) -> Mapping[str, Any]:
    """Who gave how much is for those who judge and oversee; everyone sees the score (SIL-14)."""
    identity: Identity = request.scope["identity"]
    informed = identity.has(*INFORMED)
    return with_notice(row) | ({} if informed else {"explained": [], "recused": []})


def with_notice(row: EvaluationRow) -> dict[str, Any]:
    """When the notice ends and the result takes effect: null while the calendar does not reach that far (A.9-5)."""
    if row.posted_on is None or row.notice_workdays is None:
        return {"notice_ends_on": None, "takes_effect_on": None}
    return {
        "notice_ends_on": OFFICIAL.period_end(row.posted_on, row.notice_workdays),
        "takes_effect_on": OFFICIAL.takes_effect_on(row.posted_on, row.notice_workdays),
    }


# Before the questions: theirs is `/rubrics/{key}`.
@router.get(
    "/rubrics/annex-2", response_model=c.AdoptRubric, operation_id="get_annex_2",
    summary="The policy's own rubric, to be adopted as it is (ASM-10)",
)  # fmt: skip
async def annex_2() -> Response:
    return Response(ANNEX_2, media_type="application/json")


commands(
    router,
    Ask("/rubrics", c.AdoptRubric, "Adopt the assessment rules (ASM-01)"),
    Ask("/expert-appointments", c.AppointExpert, "Appoint an expert for a term"),
    Ask("/panels", c.SeatPanel, "Seat a panel of appointed experts (ASM-02)"),
    Ask("/recusals", c.Recuse, "Step aside, or have a seated expert step aside (SIL-02)"),
    Ask("/sheets", c.SubmitSheet, "Submit one's points as an expert (A.9-16)"),
    Ask("/scores", c.PostScore, "Compute and post the panel's score (A.9-1)",
        lambda asked: Evaluation.id_for(asked.studio_id, asked.stage)),
)  # fmt: skip

questions(
    router,
    Question("/rubrics", rubrics, everyone, "Versions of the assessment rules"),
    Question("/experts", experts, everyone, "Appointed experts with their terms"),
    Question("/evaluations", evaluations, everyone, "Evaluations by studio and stage", shown),
    Question("/honors", honors, own_or_overseen, "Titles, designations, certificates, credits"),
    Question("/certificates", certificates, own_or_overseen, "Register of certificates"),
)
