"""Who may ask membership for what; whatever is not named here is not allowed."""

from typing import Any

from services.membership import commands
from services.membership.aggregates.excuses import Excuses
from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Roster
from services.membership.aggregates.session import Session
from shared.kernel.erasing import BY_ERASURE
from shared.kernel.following import FOLLOWING
from shared.kernel.model import History
from shared.kernel.people import SYSTEM_ALONE, Actor, Role, Table, anyone, by_offices, by_table


def own_studio(actor: Actor, asked: Any, history: History) -> bool:
    return history.load(Roster, Roster.id_for(asked.studio_id)).host_id == actor.person


def own_trainee(actor: Actor, asked: Any, history: History) -> bool:
    """By who is host now (SIL-04)."""
    membership = history.load(Membership, asked.membership_id)
    return history.load(Roster, Roster.id_for(membership.studio_id)).host_id == actor.person


def oneself(actor: Actor, asked: Any, history: History) -> bool:
    return history.load(Membership, asked.membership_id).person_id == actor.person


def own_session(actor: Actor, asked: Any, history: History) -> bool:
    session = history.load(Session, asked.session_id)
    return history.load(Roster, Roster.id_for(session.studio_id)).host_id == actor.person


def own_excuses(actor: Actor, asked: Any, history: History) -> bool:
    """Excuses for a session of one's own studio."""
    excuses = history.load(Excuses, Excuses.id_for(asked.session_id))
    return history.load(Roster, Roster.id_for(excuses.studio_id)).host_id == actor.person


TABLE: Table = {
    **FOLLOWING,
    **BY_ERASURE,
    commands.OpenRoster: SYSTEM_ALONE,
    commands.NotePlan: SYSTEM_ALONE,
    commands.ActivateRoster: SYSTEM_ALONE,
    commands.ChooseTrainee: {Role.HOST: own_studio},
    commands.ChooseHost: {Role.TEACHER: anyone, Role.TRAINEE: anyone},
    commands.AdmitTransfer: by_offices(),
    commands.DraftAgreement: {Role.HOST: own_trainee},
    commands.SignAgreement: {Role.HOST: own_trainee, Role.TRAINEE: oneself, Role.TEACHER: oneself},
    commands.FileAgreement: by_offices(),
    commands.FileDevelopmentPlan: {Role.TRAINEE: oneself},
    commands.Withdraw: {Role.TRAINEE: oneself, Role.TEACHER: oneself},
    commands.PlanSession: {Role.HOST: own_studio},
    commands.CancelSession: {Role.HOST: own_studio},
    commands.HoldSession: {Role.HOST: own_studio},
    commands.MarkRoll: {Role.HOST: own_session},
    commands.CloseRoll: {Role.HOST: own_session, Role.SYSTEM: anyone},
    commands.HandInExcuse: {Role.TRAINEE: anyone},
    commands.AnswerExcuse: {Role.HOST: own_excuses},
    commands.RecordConductViolation: by_offices(),
    commands.DecideConduct: {Role.SCHOOL: anyone},
    commands.ChangeHost: SYSTEM_ALONE,
    commands.AppraiseYear: by_offices(),
    commands.CorrectRoll: {Role.HOST: own_session, **by_offices()},
    commands.RaiseObjection: {Role.TRAINEE: oneself},
    commands.AnswerObjection: by_offices(),
    commands.ConfirmRemoval: SYSTEM_ALONE,
    commands.FileTrainingItem: {Role.HOST: own_trainee, Role.TRAINEE: oneself},
    commands.GiveFeedback: {Role.HOST: own_trainee},
    commands.FileYearlyPlan: {Role.HOST: own_studio},
    commands.CompleteTask: {Role.HOST: own_studio},
    commands.SummarizeYear: {Role.HOST: own_studio},
    commands.FileRegulation: {Role.HOST: own_studio},
    commands.AssignWorkplace: by_offices(),
    commands.RecordOutput: {Role.HOST: own_studio},
    commands.EvaluateTrainee: {Role.HOST: own_trainee},
    commands.EndJoining: SYSTEM_ALONE,
    commands.EndProjectYear: SYSTEM_ALONE,
    commands.EndCycle: SYSTEM_ALONE,
    commands.CloseRoster: SYSTEM_ALONE,
    commands.EndRoster: SYSTEM_ALONE,
}

authorize = by_table(TABLE)
