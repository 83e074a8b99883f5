"""HTTP in, commands down; rows up, HTTP out."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from services.membership import commands as c
from services.membership.aggregates.attendance import Attendance
from services.membership.aggregates.roster import Roster
from services.membership.explanations import DECISIONS
from services.membership.read_models.attendance import attendance
from services.membership.read_models.conduct import conduct
from services.membership.read_models.excuses import excuses
from services.membership.read_models.memberships import MembershipRow, designation, memberships
from services.membership.read_models.open_matters import StudioRow, open_in, open_matters
from services.membership.read_models.rosters import RosterRow, rosters, size_of
from services.membership.read_models.sessions import sessions
from services.membership.read_models.studio_files import studio_files
from services.membership.read_models.training_files import TrainingFileRow, in_time_order, training_files
from services.membership.read_models.yearly_reports import YearlyReportRow, missing, yearly_reports
from shared.chassis.asking import Ask, commands
from shared.chassis.causes import causes
from shared.chassis.explanations import Explained, explanations
from shared.chassis.questions import Question, Scope, questions
from shared.chassis.runtime import Runtime
from shared.kernel.model import ReadModel
from shared.kernel.people import OVERSEEING, Actor
from shared.kernel.policy import PolicySettings

router = APIRouter()

MOST = 1_000
"""More rows of one studio than there will be."""


def seen_by(**fields: str) -> Scope:
    """Overseers see all; a host or trainee the rows in which the named field is themselves."""

    def scope(actor: Actor) -> Mapping[str, str] | None:
        if actor.role in OVERSEEING:
            return {}
        field = fields.get(actor.role)
        return None if field is None else {field: str(actor.person)} if field else {}

    return scope


def _rows(request: Request, model: ReadModel[Any], **by: Any) -> list[tuple[str, Any]]:
    """All rows of the asker's school that these filters let through."""
    runtime: Runtime = request.app.state.runtime
    school = request.scope["identity"].school or ""
    named = {name: str(value) for name, value in by.items()}
    found = runtime.rows.page(model, school, named, [{}], "", MOST)
    return [(key, row) for key, _, row in found]


def _settings(request: Request) -> PolicySettings:
    runtime: Runtime = request.app.state.runtime
    return runtime.book(request.scope["identity"].school).on(runtime.clock.today()).values


def with_size(request: Request, row: RosterRow) -> Mapping[str, Any]:
    return {"size": size_of(row, _settings(request))}


def with_designation(_request: Request, row: MembershipRow) -> Mapping[str, Any]:
    return {"designation": designation(row)}


def with_timeline(_request: Request, row: TrainingFileRow) -> Mapping[str, Any]:
    return {"timeline": in_time_order(row)}


def with_what_is_missing(request: Request, row: YearlyReportRow) -> Mapping[str, Any]:
    """`missing` is empty where the school asks for no report (SIL-06)."""
    files = (file for _, file in _rows(request, training_files, studio_id=row.studio_id))
    feedback = sum(row.has(said.given_on) for file in files for said in file.feedback)
    known = [roster.sessions_a_year for _, roster in _rows(request, rosters, studio_id=row.studio_id)]
    planned = known[0][row.year - 1] if known and row.year <= len(known[0]) else None
    lacks = missing(row, planned, feedback) if _settings(request).yearly_report else []
    return {"feedback": feedback, "sessions_planned": planned, "tasks_open": row.open_tasks, "missing": lacks}


def with_what_is_open(request: Request, row: StudioRow) -> Mapping[str, Any]:
    of_studio = {"studio_id": row.studio_id}
    found = open_in(
        _rows(request, memberships, **of_studio),
        _rows(request, sessions, **of_studio),
        (counted for _, counted in _rows(request, attendance, **of_studio)),
    )
    return asdict(found)


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
    Ask("/excuses", c.HandInExcuse, "Ask to be excused from a session, before or after it (MEM-07)"),
    Ask("/excuse-answers", c.AnswerExcuse, "Grant or decline an excuse, as host (MEM-07)"),
    Ask("/conduct-violations", c.RecordConductViolation,
        "Put a violation of the code of conduct on record, as an office (MEM-21, SIL-07)"),
    Ask("/conduct-decisions", c.DecideConduct, "Confirm or dismiss a violation, as the school (SIL-07)"),
    Ask("/yearly-appraisals", c.AppraiseYear, "Appraise a studio's year, as an office; it informs (SIL-06)"),
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

of_memberships = Question(
    "/memberships", memberships, seen_by(host="host_id", trainee="person_id", teacher="person_id"), "Memberships",
    with_designation,
)  # fmt: skip
questions(
    router,
    Question("/rosters", rosters, seen_by(host="host_id", trainee="", teacher=""), "Rosters", with_size),
    of_memberships,
    Question("/sessions", sessions, seen_by(host="host_id"), "Sessions with their rolls"),
    Question("/attendance", attendance, seen_by(host="host_id", trainee="person_id"),
             "Attendance by person and project year, and how far from a third"),
    Question("/training-files", training_files, seen_by(host="host_id", trainee="person_id"), "Training files",
             with_timeline),
    Question("/studio-files", studio_files, seen_by(host="host_id"),
             "Yearly plans, task ledgers, regulations, workplaces and outputs of the studios"),
    Question("/excuses", excuses, seen_by(host="host_id", trainee="person_id"), "Excuses and their answers"),
    Question("/conduct", conduct, seen_by(host="person_id", trainee="person_id", teacher="person_id"),
             "Violations of the code of conduct, and how the school decided"),
    Question("/yearly-reports", yearly_reports, seen_by(host="host_id"),
             "Each studio's year: planned, done, still missing", with_what_is_missing),
    Question("/open-matters", open_matters, seen_by(host="host_id"),
             "What waits in each studio, and who is near one third", with_what_is_open),
)  # fmt: skip

explained = (
    Explained(
        question=of_memberships, decisions=DECISIONS,
        streams=lambda key, row: [UUID(key), Attendance.id_for(UUID(key)), Roster.id_for(row.studio_id)],
        about=lambda key, _row: {"membership_id": key},
    ),
)  # fmt: skip
explanations(router, *explained)
causes(router, *explained)
