"""HTTP in, commands down; rows up, HTTP out."""

from collections.abc import Mapping

from fastapi import APIRouter

from services.membership import commands as c
from services.membership.read_models.attendance import attendance
from services.membership.read_models.memberships import memberships
from services.membership.read_models.rosters import rosters
from services.membership.read_models.sessions import sessions
from shared.chassis.asking import Ask, commands
from shared.chassis.questions import Question, Scope, questions
from shared.kernel.people import Actor, Role

router = APIRouter()

OVERSEEING = (Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.SCHOOL, Role.AUDITOR)


def seen_by(**fields: str) -> Scope:
    """Overseers see all; a host or trainee the rows in which the named field is themselves."""

    def scope(actor: Actor) -> Mapping[str, str] | None:
        if actor.role in OVERSEEING:
            return {}
        field = fields.get(actor.role)
        return None if field is None else {field: str(actor.person)} if field else {}

    return scope


commands(
    router,
    Ask("/trainee-choices", c.ChooseTrainee, "Choose a trainee, as host (MEM-01)"),
    Ask("/host-choices", c.ChooseHost, "Choose a studio, as trainee (MEM-01)"),
    Ask("/agreements", c.DraftAgreement, "Draft the agreement's three sections (MEM-03)"),
    Ask("/signatures", c.SignAgreement, "Sign the agreement (MEM-02)"),
    Ask("/agreement-receipts", c.FileAgreement, "Take the agreement on file, each office once (MEM-04)"),
    Ask("/development-plans", c.FileDevelopmentPlan, "File one's own development plan (MEM-10)"),
    Ask("/withdrawals", c.Withdraw, "Leave the studio (SIL-05)"),
    Ask("/planned-sessions", c.PlanSession, "Plan a session: time, place, content (MEM-08)"),
    Ask("/sessions", c.HoldSession, "Record that a planned session took place (MEM-07)"),
    Ask("/rolls", c.MarkRoll, "Mark who was there and who was not (MEM-07)"),
    Ask("/roll-closures", c.CloseRoll, "Close a roll by hand (A.9-12)", lambda asked: asked.session_id),
    Ask("/trainee-evaluations", c.EvaluateTrainee, "The host's closing evaluation (A.9-15)",
        lambda asked: asked.membership_id),
)  # fmt: skip

questions(
    router,
    Question("/rosters", rosters, seen_by(host="host_id", trainee="", teacher=""), "Rosters"),
    Question("/memberships", memberships, seen_by(host="host_id", trainee="person_id", teacher="person_id"),
             "Memberships"),
    Question("/sessions", sessions, seen_by(host="host_id"), "Sessions with their rolls"),
    Question("/attendance", attendance, seen_by(trainee="person_id"), "Attendance by person"),
)  # fmt: skip
