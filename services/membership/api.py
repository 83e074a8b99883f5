"""HTTP in, commands down; rows up, HTTP out."""

from collections.abc import Mapping

from fastapi import APIRouter

from services.membership import commands as c
from services.membership.read_models.attendance import attendance
from services.membership.read_models.memberships import memberships
from services.membership.read_models.rosters import rosters
from services.membership.read_models.sessions import sessions
from services.membership.read_models.studio_files import studio_files
from services.membership.read_models.training_files import training_files
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
    Ask("/trainee-choices", c.ChooseTrainee, "Choose a trainee or supplementary member, as host (MEM-01, MEM-15)"),
    Ask("/host-choices", c.ChooseHost, "Choose a studio, as trainee (MEM-01)"),
    Ask("/transfers", c.AdmitTransfer, "Admit a trainee of a disqualified studio within 60 days (A.9-10)"),
    Ask("/agreements", c.DraftAgreement, "Draft the agreement's three sections (MEM-03)"),
    Ask("/signatures", c.SignAgreement, "Sign the agreement (MEM-02)"),
    Ask("/agreement-receipts", c.FileAgreement, "Take the agreement on file, each office once (MEM-04)"),
    Ask("/development-plans", c.FileDevelopmentPlan, "File one's own development plan (MEM-10)"),
    Ask("/withdrawals", c.Withdraw, "Leave the studio (SIL-05)"),
    Ask("/planned-sessions", c.PlanSession, "Plan a session: time, place, content (MEM-08)"),
    Ask("/session-cancellations", c.CancelSession, "Cancel a planned session that was not held (MEM-08)"),
    Ask("/sessions", c.HoldSession, "Record that a planned session took place (MEM-07)"),
    Ask("/rolls", c.MarkRoll, "Mark who was there and who was not (MEM-07)"),
    Ask("/roll-closures", c.CloseRoll, "Close a roll by hand (A.9-12)", lambda asked: asked.session_id),
    Ask("/roll-corrections", c.CorrectRoll, "Correct one mark on a closed roll (A.9-12)"),
    Ask("/objections", c.RaiseObjection, "Object to one's own pending removal (AMB-05)"),
    Ask("/objection-answers", c.AnswerObjection, "Uphold or dismiss an objection, as an office (AMB-05)"),
    Ask("/training-file-items", c.FileTrainingItem, "Add to a training file (MEM-09, MEM-13, MEM-18)"),
    Ask("/feedback", c.GiveFeedback, "Give a trainee feedback, as host (MEM-09, MEM-14)"),
    Ask("/yearly-plans", c.FileYearlyPlan, "File a year's plan with its task ledger (MEM-11, MEM-17)"),
    Ask("/task-completions", c.CompleteTask, "Tick a task off the ledger (MEM-17)"),
    Ask("/yearly-summaries", c.SummarizeYear, "File a year's summary (MEM-17)"),
    Ask("/regulations", c.FileRegulation, "File a regulation of the studio (MEM-12)"),
    Ask("/workplaces", c.AssignWorkplace, "Give the studio a room, as an office (MEM-20)"),
    Ask("/outputs", c.RecordOutput, "Record what the studio made or shared (MEM-19)"),
    Ask("/trainee-evaluations", c.EvaluateTrainee, "The host's closing evaluation (A.9-15)",
        lambda asked: asked.membership_id),
)  # fmt: skip

questions(
    router,
    Question("/rosters", rosters, seen_by(host="host_id", trainee="", teacher=""), "Rosters"),
    Question("/memberships", memberships, seen_by(host="host_id", trainee="person_id", teacher="person_id"),
             "Memberships"),
    Question("/sessions", sessions, seen_by(host="host_id"), "Sessions with their rolls"),
    Question("/attendance", attendance, seen_by(host="host_id", trainee="person_id"),
             "Attendance by person and project year, and how far from a third"),
    Question("/training-files", training_files, seen_by(host="host_id", trainee="person_id"), "Training files"),
    Question("/studio-files", studio_files, seen_by(host="host_id"),
             "Yearly plans, task ledgers, regulations, workplaces and outputs of the studios"),
)  # fmt: skip
