"""Membership on one page."""

from services.membership import api, commands, explanations, grounds, policies
from services.membership.aggregates.settings import KnownBook
from services.membership.aggregates.texts import KnownTexts
from services.membership.authorization import authorize
from services.membership.events import CycleEnded, RemovalLifted, RollClosed, RollCorrected, TextsErased
from services.membership.read_models.agenda import agenda
from services.membership.read_models.attendance import attendance
from services.membership.read_models.conduct import conduct
from services.membership.read_models.excuses import excuses
from services.membership.read_models.memberships import memberships
from services.membership.read_models.open_matters import open_matters
from services.membership.read_models.rosters import rosters
from services.membership.read_models.sessions import sessions
from services.membership.read_models.studio_files import studio_files
from services.membership.read_models.training_files import training_files
from services.membership.read_models.yearly_reports import yearly_reports
from shared.chassis.service import Service
from shared.kernel.erasing import erasing
from shared.kernel.following import ERASURE, SCHOOL_BOOK, following
from shared.kernel.published import (
    ConductViolationDecided,
    Evaluated,
    HostChanged,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    PlanFiled,
    StudioClosed,
    StudioDisqualified,
    StudioEstablished,
    StudioPlaqued,
    TraineeEvaluated,
)

membership = Service(
    name="membership",
    about="From mutual choice to the closed roster: who belongs to a studio, and who was there.",
    handlers={
        **following(KnownBook),
        **erasing(KnownTexts),
        commands.OpenRoster: commands.open_roster,
        commands.NotePlan: commands.note_plan,
        commands.ActivateRoster: commands.activate_roster,
        commands.AdmitTransfer: commands.admit_transfer,
        commands.ChooseTrainee: commands.choose_trainee,
        commands.ChooseHost: commands.choose_host,
        commands.DraftAgreement: commands.draft_agreement,
        commands.SignAgreement: commands.sign_agreement,
        commands.FileAgreement: commands.file_agreement,
        commands.FileDevelopmentPlan: commands.file_development_plan,
        commands.Withdraw: commands.withdraw,
        commands.PlanSession: commands.plan_session,
        commands.CancelSession: commands.cancel_session,
        commands.HoldSession: commands.hold_session,
        commands.MarkRoll: commands.mark_roll,
        commands.CloseRoll: commands.close_roll,
        commands.HandInExcuse: commands.hand_in_excuse,
        commands.AnswerExcuse: commands.answer_excuse,
        commands.RecordConductViolation: commands.record_conduct_violation,
        commands.DecideConduct: commands.decide_conduct,
        commands.ChangeHost: commands.change_host,
        commands.AppraiseYear: commands.appraise_year,
        commands.CorrectRoll: commands.correct_roll,
        commands.RaiseObjection: commands.raise_objection,
        commands.AnswerObjection: commands.answer_objection,
        commands.ConfirmRemoval: commands.confirm_removal,
        commands.FileTrainingItem: commands.file_training_item,
        commands.GiveFeedback: commands.give_feedback,
        commands.FileYearlyPlan: commands.file_yearly_plan,
        commands.CompleteTask: commands.complete_task,
        commands.SummarizeYear: commands.summarize_year,
        commands.FileRegulation: commands.file_regulation,
        commands.AssignWorkplace: commands.assign_workplace,
        commands.RecordOutput: commands.record_output,
        commands.EvaluateTrainee: commands.evaluate_trainee,
        commands.EndJoining: commands.end_joining,
        commands.EndProjectYear: commands.end_project_year,
        commands.EndCycle: commands.end_cycle,
        commands.CloseRoster: commands.close_roster,
        commands.EndRoster: commands.end_roster,
    },
    authorize=authorize,
    erases=(TextsErased,),
    book=KnownBook,
    policies={
        "applications": {
            **SCHOOL_BOOK,
            **ERASURE,
            StudioEstablished: policies.open_roster_after_establishment,
            PlanFiled: policies.note_plan_after_filing,
            StudioPlaqued: policies.activate_roster_after_plaque,
            HostChanged: policies.change_host_after_change,
            StudioClosed: policies.end_roster_after_closure,
        },
        "assessment": {
            StudioDisqualified: policies.end_roster_after_disqualification,
            Evaluated: policies.end_joining_after_midterm,
        },
        "membership": {
            CycleEnded: policies.close_roster_when_cycle_is_over,
            RollClosed: policies.close_roster_when_cycle_is_over,
            TraineeEvaluated: policies.close_roster_when_cycle_is_over,
            MemberLeft: policies.close_roster_when_cycle_is_over,
            MemberRemoved: policies.close_roster_when_cycle_is_over,
            MemberReinstated: policies.close_roster_when_cycle_is_over,
            RemovalLifted: policies.close_roster_when_cycle_is_over,
            ConductViolationDecided: policies.close_roster_when_cycle_is_over,
            RollCorrected: policies.close_roster_when_cycle_is_over,
        },
    },
    read_models=[
        rosters,
        memberships,
        sessions,
        attendance,
        training_files,
        studio_files,
        excuses,
        conduct,
        yearly_reports,
        open_matters,
    ],  # fmt: skip,
    agenda=agenda,
    decisions=explanations.DECISIONS,
    grounds=grounds.GROUNDS,
    receipts=(TraineeEvaluated,),
    routes=api.router,
)
