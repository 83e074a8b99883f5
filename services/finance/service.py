"""Finance on one page."""

from services.finance import api, commands, explanations, grounds, policies
from services.finance.aggregates.settings import KnownBook
from services.finance.authorization import authorize
from services.finance.events import (
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
    FundingCut,
    FundsLapsed,
    FundsReleased,
    FundsReturned,
    ReleaseCancelled,
    TextsErased,
)
from services.finance.read_models.agenda import agenda
from services.finance.read_models.assets import assets
from services.finance.read_models.expenses import expenses
from services.finance.read_models.funds import funds
from services.finance.read_models.missing import missing_reports
from services.finance.read_models.reports import reports, school_reports
from shared.chassis.service import Service
from shared.kernel.erasing import EraseTexts
from shared.kernel.following import ERASURE, SCHOOL_BOOK, following
from shared.kernel.published import (
    ConductViolationDecided,
    ConductViolationRecorded,
    Evaluated,
    HostChanged,
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    StudioClosed,
    StudioDisqualified,
    StudioEstablished,
    StudioPlaqued,
)

finance = Service(
    name="finance",
    about="The earmarked fund of each studio: released, claimed, approved, paid, cut, returned.",
    handlers={
        **following(KnownBook),
        EraseTexts: commands.erase_texts,
        commands.OpenFund: commands.open_fund,
        commands.LayOutYears: commands.lay_out_years,
        commands.NoteMember: commands.note_member,
        commands.NoteHost: commands.note_host,
        commands.NoteHostStanding: commands.note_host_standing,
        commands.ReleaseYear: commands.release_year,
        commands.LapseYear: commands.lapse_year,
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
        commands.PlanBudget: commands.plan_budget,
        commands.SignBudget: commands.sign_budget,
        commands.DisposeOfAsset: commands.dispose_of_asset,
    },
    authorize=authorize,
    erases=(TextsErased,),
    book=KnownBook,
    policies={
        "applications": {
            **SCHOOL_BOOK,
            **ERASURE,
            StudioEstablished: policies.open_fund_after_establishment,
            StudioPlaqued: policies.lay_out_years_after_plaque,
            StudioClosed: policies.end_without_host_after_closure,
            HostChanged: policies.note_host_after_change,
        },
        "membership": {
            MemberJoined: policies.note_member_after_joining,
            MemberLeft: policies.note_member_after_leaving,
            MemberRemoved: policies.note_member_after_leaving,
            MemberReinstated: policies.note_member_after_reinstatement,
            ConductViolationRecorded: policies.suspend_host_after_violation,
            ConductViolationDecided: policies.note_host_after_decided_violation,
        },
        "assessment": {
            Evaluated: policies.release_held_years_after_passed_midterm,
            StudioDisqualified: policies.cut_funding_after_disqualification,
        },
    },
    read_models=[funds, expenses, reports, school_reports, missing_reports, assets],
    receipts=(
        ExpenseClaimed,
        ExpenseSigned,
        ExpenseApproved,
        ExpenseRefused,
        ExpenseSpent,
        ExpenseReversed,
        FundsReleased,
        FundsLapsed,
        ReleaseCancelled,
        FundingCut,
        FundsReturned,
    ),
    decisions=explanations.DECISIONS,
    grounds=grounds.GROUNDS,
    agenda=agenda,
    routes=api.router,
    keeps_keys=True,
)
