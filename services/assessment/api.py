"""HTTP in, commands down; rows up, HTTP out."""

from collections.abc import Mapping

from fastapi import APIRouter

from services.assessment import commands as c
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.read_models.evaluations import evaluations
from services.assessment.read_models.honors import honors
from shared.chassis.asking import Ask, commands
from shared.chassis.questions import Question, questions
from shared.kernel.people import Actor, Role

router = APIRouter()


def everyone(_actor: Actor) -> Mapping[str, str]:
    return {}


def own_or_overseen(actor: Actor) -> Mapping[str, str]:
    overseeing = (Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.SCHOOL, Role.AUDITOR)
    return {} if actor.role in overseeing else {"person_id": str(actor.person)}


commands(
    router,
    Ask("/rubrics", c.AdoptRubric, "Adopt the assessment rules (ASM-01)"),
    Ask("/expert-appointments", c.AppointExpert, "Appoint an expert for a term"),
    Ask("/panels", c.SeatPanel, "Seat a panel of appointed experts (ASM-02)"),
    Ask("/sheets", c.SubmitSheet, "Submit one's points as an expert (A.9-16)"),
    Ask("/scores", c.PostScore, "Compute and post the panel's score (A.9-1)",
        lambda asked: Evaluation.id_for(asked.studio_id, asked.stage)),
)  # fmt: skip

questions(
    router,
    Question("/evaluations", evaluations, everyone, "Evaluations by studio and stage"),
    Question("/honors", honors, own_or_overseen, "Titles, designations, certificates, credits"),
)
