"""Finance on one page."""

from services.finance import api, commands, policies
from services.finance.aggregates.settings import KnownSettings
from services.finance.authorization import authorize
from services.finance.read_models.agenda import agenda
from services.finance.read_models.expenses import expenses
from services.finance.read_models.funds import funds
from services.finance.read_models.reports import reports, school_reports
from shared.chassis.service import Service
from shared.kernel.following import FollowSettings, follow_settings_after_adoption
from shared.kernel.published import (
    Evaluated,
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    SettingsAdopted,
    StudioClosed,
    StudioDisqualified,
    StudioEstablished,
    StudioPlaqued,
)

finance = Service(
    name="finance",
    about="The earmarked fund of each studio: released, claimed, approved, paid, cut, returned.",
    handlers={
        FollowSettings: commands.follow_settings,
        commands.OpenFund: commands.open_fund,
        commands.LayOutYears: commands.lay_out_years,
        commands.NoteMember: commands.note_member,
        commands.ReleaseYear: commands.release_year,
        commands.PassMidterm: commands.pass_midterm,
        commands.CutFunding: commands.cut_funding,
        commands.EndCycle: commands.end_cycle,
        commands.WindDown: commands.wind_down,
        commands.ReturnRest: commands.return_rest,
        commands.ClaimExpense: commands.claim_expense,
        commands.SignExpense: commands.sign_expense,
        commands.ApproveExpense: commands.approve_expense,
        commands.RefuseExpense: commands.refuse_expense,
        commands.PayExpense: commands.pay_expense,
        commands.ReverseExpense: commands.reverse_expense,
        commands.FileReport: commands.file_report,
    },
    authorize=authorize,
    settings=KnownSettings,
    policies={
        "applications": {
            SettingsAdopted: follow_settings_after_adoption,
            StudioEstablished: policies.open_fund_after_establishment,
            StudioPlaqued: policies.lay_out_years_after_plaque,
            StudioClosed: policies.wind_down_after_closure,
        },
        "membership": {
            MemberJoined: policies.note_member_after_joining,
            MemberLeft: policies.note_member_after_leaving,
            MemberRemoved: policies.note_member_after_leaving,
            MemberReinstated: policies.note_member_after_reinstatement,
        },
        "assessment": {
            Evaluated: policies.release_held_years_after_passed_midterm,
            StudioDisqualified: policies.cut_funding_after_disqualification,
        },
    },
    read_models=[funds, expenses, reports, school_reports],
    agenda=agenda,
    routes=api.router,
    keeps_keys=True,
)
