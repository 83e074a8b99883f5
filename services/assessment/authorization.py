"""Who may ask assessment for what; whatever is not named here is not allowed."""

from services.assessment import commands
from shared.kernel.following import FollowSettings
from shared.kernel.model import History
from shared.kernel.people import SYSTEM_ALONE, Actor, Role, Table, anyone, by_offices, by_table


def for_oneself(actor: Actor, asked: commands.Recuse, _history: History) -> bool:
    return asked.expert_id == actor.person


TABLE: Table = {
    FollowSettings: SYSTEM_ALONE,
    commands.AdoptRubric: by_offices(),
    commands.AppointExpert: by_offices(),
    commands.OpenCase: SYSTEM_ALONE,
    commands.PlanEvaluations: SYSTEM_ALONE,
    commands.NoteParty: SYSTEM_ALONE,
    commands.SeatPanel: by_offices(),
    commands.Recuse: {Role.EXPERT: for_oneself, **by_offices()},
    commands.SubmitSheet: {Role.EXPERT: anyone},
    commands.PostScore: by_offices(),
    commands.TakeEffect: SYSTEM_ALONE,
    commands.AlarmMidterm: SYSTEM_ALONE,
    commands.CancelEvaluations: SYSTEM_ALONE,
    commands.NoteFinal: SYSTEM_ALONE,
    commands.NoteRoster: SYSTEM_ALONE,
}

authorize = by_table(TABLE)
