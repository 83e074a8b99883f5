"""Who may ask assessment for what; whatever is not named here is not allowed."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from services.assessment import commands
from services.assessment.aggregates.case import Case
from shared.kernel.erasing import BY_ERASURE
from shared.kernel.following import FOLLOWING
from shared.kernel.model import History
from shared.kernel.people import SYSTEM_ALONE, Actor, Relation, Role, Table, anyone, by_offices, by_table


class OfExpert(Protocol):
    expert_id: UUID


class OfStudio(Protocol):
    studio_id: UUID


def for_oneself(actor: Actor, asked: OfExpert, _history: History) -> bool:
    return asked.expert_id == actor.person


def for_own_studio(actor: Actor, asked: OfStudio, history: History) -> bool:
    case = history.find(Case, Case.id_for(asked.studio_id))
    return case.exists and case.host_id == actor.person


BY_SCHOOL: Mapping[Role, Relation] = {Role.SCHOOL: anyone}
BY_ITS_HOST: Mapping[Role, Relation] = {Role.HOST: for_own_studio}
ANYBODY: Mapping[Role, Relation] = dict.fromkeys(
    (Role.TEACHER, Role.HOST, Role.TRAINEE, Role.DEPARTMENT, Role.EXPERT), anyone
)
"""Who may object to a result; the offices and the school answer and decide."""

TABLE: Table = {
    **FOLLOWING,
    **BY_ERASURE,
    commands.AdoptRubric: by_offices(),
    commands.AppointExpert: by_offices(),
    commands.OpenCase: SYSTEM_ALONE,
    commands.PlanEvaluations: SYSTEM_ALONE,
    commands.NoteHost: SYSTEM_ALONE,
    commands.NoteParty: SYSTEM_ALONE,
    commands.NoteConduct: SYSTEM_ALONE,
    commands.EnterEvidence: BY_ITS_HOST,
    commands.FileSelfReport: BY_ITS_HOST,
    commands.Publicise: by_offices(),
    commands.DeclareTie: {Role.EXPERT: for_oneself, **by_offices()},
    commands.SeatPanel: by_offices(),
    commands.Recuse: {Role.EXPERT: for_oneself, **by_offices()},
    commands.SubmitSheet: {Role.EXPERT: anyone},
    commands.PostScore: by_offices(),
    commands.RequestRecheck: BY_ITS_HOST,
    commands.ObjectToResult: ANYBODY,
    commands.AnswerObjection: by_offices(),
    commands.SeatRecheckPanel: by_offices(),
    commands.PostRecheck: by_offices(),
    commands.VoidSheet: by_offices(),
    commands.ReviseEvaluation: BY_SCHOOL,
    commands.ExtendFinal: BY_SCHOOL,
    commands.TakeEffect: SYSTEM_ALONE,
    commands.CloseRectification: SYSTEM_ALONE,
    commands.AlarmMidterm: SYSTEM_ALONE,
    commands.CancelEvaluations: SYSTEM_ALONE,
    commands.NoteFinal: SYSTEM_ALONE,
    commands.NoteRoster: SYSTEM_ALONE,
    commands.Revoke: BY_SCHOOL,
    commands.Reissue: {Role.SCHOOL: anyone, **by_offices()},
}

authorize = by_table(TABLE)
