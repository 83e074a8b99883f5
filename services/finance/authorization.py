"""Who may ask finance for what; whatever is not named here is not allowed."""

from typing import Any

from services.finance import commands
from shared.kernel.erasing import BY_ERASURE
from shared.kernel.following import FOLLOWING
from shared.kernel.model import History
from shared.kernel.people import SYSTEM_ALONE, Actor, Role, Table, anyone, by_offices, by_table


def own_studio(actor: Actor, asked: Any, history: History) -> bool:
    return commands.known_fund(asked.studio_id, history).people.host_id == actor.person


def member_of_studio(actor: Actor, asked: Any, history: History) -> bool:
    fund = commands.known_fund(asked.studio_id, history)
    return actor.person is not None and fund.people.members.get(actor.person) == "joined"


TABLE: Table = {
    **FOLLOWING,
    **BY_ERASURE,
    commands.OpenFund: SYSTEM_ALONE,
    commands.LayOutYears: SYSTEM_ALONE,
    commands.NoteMember: SYSTEM_ALONE,
    commands.NoteHost: SYSTEM_ALONE,
    commands.NoteHostStanding: SYSTEM_ALONE,
    commands.ReleaseYear: SYSTEM_ALONE,
    commands.LapseYear: SYSTEM_ALONE,
    commands.PassMidterm: SYSTEM_ALONE,
    commands.CutFunding: SYSTEM_ALONE,
    commands.EndCycle: SYSTEM_ALONE,
    commands.WindDown: SYSTEM_ALONE,
    commands.ReturnRest: SYSTEM_ALONE,
    # A supplementary member is no trainee: they claim as the teacher they are.
    commands.ClaimExpense: {Role.HOST: own_studio, Role.TRAINEE: member_of_studio, Role.TEACHER: member_of_studio},
    # An office signs only for a host who cannot; the fund says whether that is so.
    commands.SignExpense: {Role.HOST: own_studio} | by_offices(),
    commands.ApproveExpense: by_offices(),
    commands.RefuseExpense: by_offices(),
    commands.PayExpense: {Role.PAYER: anyone},
    commands.ReverseExpense: {Role.PAYER: anyone},
    commands.FileReport: {Role.HOST: own_studio},
    commands.PlanBudget: {Role.HOST: own_studio},
    commands.SignBudget: by_offices(),
    commands.DisposeOfAsset: by_offices(),
}

authorize = by_table(TABLE)
