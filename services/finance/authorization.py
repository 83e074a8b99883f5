"""Who may ask finance for what; whatever is not named here is not allowed."""

from typing import Any

from services.finance import commands
from services.finance.aggregates.fund import Fund
from shared.kernel.following import FollowSettings
from shared.kernel.model import History
from shared.kernel.people import Actor, Role, Table, anyone, by_table


def own_studio(actor: Actor, asked: Any, history: History) -> bool:
    return history.load(Fund, Fund.id_for(asked.studio_id)).host_id == actor.person


def member_of_studio(actor: Actor, asked: Any, history: History) -> bool:
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    return actor.person is not None and fund.members.get(actor.person) == "joined"


SYSTEM_ALONE = {Role.SYSTEM: anyone}
OFFICES = {Role.PERSONNEL: anyone, Role.STUDENT_AFFAIRS: anyone}

TABLE: Table = {
    FollowSettings: SYSTEM_ALONE,
    commands.OpenFund: SYSTEM_ALONE,
    commands.LayOutYears: SYSTEM_ALONE,
    commands.NoteMember: SYSTEM_ALONE,
    commands.ReleaseYear: SYSTEM_ALONE,
    commands.PassMidterm: SYSTEM_ALONE,
    commands.CutFunding: SYSTEM_ALONE,
    commands.EndCycle: SYSTEM_ALONE,
    commands.WindDown: SYSTEM_ALONE,
    commands.ReturnRest: SYSTEM_ALONE,
    commands.ClaimExpense: {Role.HOST: own_studio, Role.TRAINEE: member_of_studio},
    commands.ApproveExpense: OFFICES,
    commands.RefuseExpense: OFFICES,
    commands.PayExpense: {Role.PAYER: anyone},
}

authorize = by_table(TABLE)
