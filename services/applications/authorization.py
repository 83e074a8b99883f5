"""Who may ask applications for what; whatever is not named here is not allowed."""

from typing import Any

from services.applications import commands
from services.applications.aggregates.application import Application
from services.applications.aggregates.studio import Studio
from shared.kernel.model import History
from shared.kernel.people import Actor, Relation, Role, Table, anyone, by_table


def own_department(actor: Actor, asked: Any, history: History) -> bool:
    application = history.load(Application, asked.application_id)
    return asked.level == "department" and actor.bound_to == application.department


def at_office_level(_actor: Actor, asked: Any, _history: History) -> bool:
    return bool(asked.level == "office")


def own_studio(actor: Actor, asked: Any, history: History) -> bool:
    return history.load(Studio, asked.studio_id).host_id == actor.person


def host_gone(_actor: Actor, asked: Any, _history: History) -> bool:
    """The school ends a studio whose host is gone; every other outcome follows from a result."""
    return bool(asked.outcome == "closed")


def _offices(relation: Relation) -> dict[Role, Relation]:
    return {Role.PERSONNEL: relation, Role.STUDENT_AFFAIRS: relation}


TABLE: Table = {
    commands.AdoptSettings: _offices(anyone) | {Role.SCHOOL: anyone},
    commands.OpenRound: _offices(anyone) | {Role.SCHOOL: anyone},
    commands.Apply: {Role.TEACHER: anyone},
    commands.ReviewApplication: _offices(at_office_level) | {Role.DEPARTMENT: own_department},
    commands.ScoreApplication: {Role.EXPERT: anyone},
    commands.NoteExpert: {Role.SYSTEM: anyone},
    commands.ConcludePanel: _offices(anyone),
    commands.PostList: {Role.SCHOOL: anyone},
    commands.PublishList: {Role.SYSTEM: anyone},
    commands.EstablishStudio: {Role.SCHOOL: anyone},
    commands.DraftPlan: {Role.HOST: own_studio},
    commands.FilePlan: _offices(anyone),
    commands.HangPlaque: {Role.SCHOOL: anyone},
    commands.NoteMember: {Role.SYSTEM: anyone},
    commands.CloseStudio: {Role.SYSTEM: anyone, Role.SCHOOL: host_gone},
    commands.ErasePerson: {Role.SCHOOL: anyone},
}

authorize = by_table(TABLE)
