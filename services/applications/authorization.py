"""Who may ask applications for what; whatever is not named here is not allowed."""

from typing import Any

from services.applications import commands
from services.applications.aggregates.application import Application
from services.applications.aggregates.studio import Studio
from shared.kernel.model import History
from shared.kernel.people import SYSTEM_ALONE, Actor, Role, Table, anyone, by_offices, by_table


def own_department(actor: Actor, asked: Any, history: History) -> bool:
    application = history.load(Application, asked.application_id)
    return asked.level == "department" and actor.bound_to == application.department


def at_own_level(actor: Actor, asked: Any, _history: History) -> bool:
    """An office decides at its own level, and either where the chain has one level for both.

    Either may end an application whose department does not exist: else it would hold up its round's ranking.
    """
    ends_what_no_department_reviews = asked.level == "department" and asked.verdict == "rejected"
    return asked.level in {"office", str(actor.role)} or ends_what_no_department_reviews


def own_application(actor: Actor, asked: Any, history: History) -> bool:
    return history.load(Application, asked.application_id).applicant_id == actor.person


def of_a_department(actor: Actor, _asked: Any, _history: History) -> bool:
    return actor.bound_to is not None


def own_studio(actor: Actor, asked: Any, history: History) -> bool:
    return history.load(Studio, asked.studio_id).host_id == actor.person


def not_in_stead(actor: Actor, _asked: Any, _history: History) -> bool:
    return actor.instead_of is None


def own_duty(actor: Actor, asked: Any, _history: History) -> bool:
    """The role that is delegated, and for a department's reviewer that department; a delegate does not delegate on."""
    return actor.instead_of is None and (actor.role, actor.bound_to) == (asked.role, asked.bound_to)


def oneself(actor: Actor, asked: Any, _history: History) -> bool:
    return bool(asked.expert_id == actor.person)


def host_gone(_actor: Actor, asked: Any, _history: History) -> bool:
    """The school ends a studio whose host is gone; every other outcome follows from a result."""
    return bool(asked.outcome == "closed")


OF_THE_SCHOOL = (
    Role.TEACHER, Role.HOST, Role.TRAINEE, Role.DEPARTMENT, Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.EXPERT,
    Role.SCHOOL, Role.PAYER,
)  # fmt: skip
"""Whoever may object to a posted name: people in each of these roles."""

DELEGABLE = (Role.DEPARTMENT, Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.SCHOOL, Role.PAYER)
"""Who approves or pays, and may have it done while away."""

TABLE: Table = {
    commands.AdoptSettings: by_offices() | {Role.SCHOOL: anyone},
    commands.AnnounceYear: by_offices(),
    commands.DelegateDuty: dict.fromkeys(DELEGABLE, own_duty),
    commands.EndDelegation: dict.fromkeys(DELEGABLE, not_in_stead),
    commands.OpenRound: by_offices() | {Role.SCHOOL: anyone},
    commands.Apply: {Role.TEACHER: anyone},
    commands.Resubmit: {Role.TEACHER: own_application},
    commands.ReportDuty: by_offices() | {Role.SCHOOL: anyone},
    commands.NoteRecommendation: SYSTEM_ALONE,
    commands.ReviewApplication: by_offices(at_own_level) | {Role.DEPARTMENT: own_department},
    commands.SubmitBatch: {Role.DEPARTMENT: of_a_department},
    commands.SeatPanel: by_offices(),
    commands.ScoreApplication: {Role.EXPERT: anyone},
    commands.RecuseExpert: by_offices() | {Role.EXPERT: oneself},
    commands.VoidPanelScore: by_offices(),
    commands.NoteTie: SYSTEM_ALONE,
    commands.NoteExpert: SYSTEM_ALONE,
    commands.ConcludePanel: by_offices(),
    commands.RankCandidates: by_offices(),
    commands.DecideTie: {Role.SCHOOL: anyone},
    commands.StrikeCandidate: {Role.SCHOOL: anyone},
    commands.PostList: {Role.SCHOOL: anyone},
    commands.RaiseObjection: dict.fromkeys(OF_THE_SCHOOL, anyone),
    commands.AnswerObjection: by_offices(),
    commands.PublishList: SYSTEM_ALONE,
    commands.EstablishStudio: {Role.SCHOOL: anyone},
    commands.DraftPlan: {Role.HOST: own_studio},
    commands.ReviewPlan: {Role.SCHOOL: anyone},
    commands.FilePlan: by_offices(),
    commands.HangPlaque: {Role.SCHOOL: anyone},
    commands.NoteMember: SYSTEM_ALONE,
    commands.ChangeHost: by_offices(),
    commands.NoteConduct: SYSTEM_ALONE,
    commands.CloseStudio: {Role.SYSTEM: anyone, Role.SCHOOL: host_gone},
    commands.ErasePerson: {Role.SCHOOL: anyone},
}

authorize = by_table(TABLE)
