"""Who may ask assessment for what; whatever is not named here is not allowed."""

from services.assessment import commands
from shared.kernel.following import FollowSettings
from shared.kernel.people import Role, Table, anyone, by_table

SYSTEM_ALONE = {Role.SYSTEM: anyone}
OFFICES = {Role.PERSONNEL: anyone, Role.STUDENT_AFFAIRS: anyone}

TABLE: Table = {
    FollowSettings: SYSTEM_ALONE,
    commands.AdoptRubric: OFFICES,
    commands.AppointExpert: OFFICES,
    commands.OpenCase: SYSTEM_ALONE,
    commands.PlanEvaluations: SYSTEM_ALONE,
    commands.NoteParty: SYSTEM_ALONE,
    commands.SeatPanel: OFFICES,
    commands.SubmitSheet: {Role.EXPERT: anyone},
    commands.PostScore: OFFICES,
    commands.TakeEffect: SYSTEM_ALONE,
    commands.NoteFinal: SYSTEM_ALONE,
    commands.NoteRoster: SYSTEM_ALONE,
}

authorize = by_table(TABLE)
