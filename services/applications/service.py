"""Applications on one page."""

from services.applications import commands, explanations, grounds, policies
from services.applications.aggregates.settings import OwnBook
from services.applications.api.routes import router
from services.applications.authorization import authorize
from services.applications.directory import tables
from services.applications.read_models.agenda import agenda
from services.applications.read_models.applications import applications as applications_rows
from services.applications.read_models.batches import batches
from services.applications.read_models.objections import objections
from services.applications.read_models.panels import panels
from services.applications.read_models.rounds import rounds
from services.applications.read_models.school import calendar_years, delegations, settings_versions
from services.applications.read_models.studios import studios
from shared.chassis.service import Service
from shared.kernel.published import (
    ConductViolationDecided,
    ConductViolationRecorded,
    Evaluated,
    ExpertAppointed,
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    PairMatched,
    PersonErased,
    Recommended,
    StudioDisqualified,
    TieDeclared,
)

applications = Service(
    name="applications",
    about="From a teacher's application to a studio under its plaque; owns the settings and the directory.",
    handlers={
        commands.AdoptSettings: commands.adopt_settings,
        commands.AnnounceYear: commands.announce_year,
        commands.DelegateDuty: commands.delegate_duty,
        commands.EndDelegation: commands.end_delegation,
        commands.OpenRound: commands.open_round,
        commands.Apply: commands.apply,
        commands.Resubmit: commands.resubmit,
        commands.ReportDuty: commands.report_duty,
        commands.NoteRecommendation: commands.note_recommendation,
        commands.NoteConduct: commands.note_conduct,
        commands.ReviewApplication: commands.review_application,
        commands.SubmitBatch: commands.submit_batch,
        commands.SeatPanel: commands.seat_panel,
        commands.ScoreApplication: commands.score_application,
        commands.RecuseExpert: commands.recuse_expert,
        commands.VoidPanelScore: commands.void_panel_score,
        commands.NoteTie: commands.note_tie,
        commands.NoteExpert: commands.note_expert,
        commands.ConcludePanel: commands.conclude_panel,
        commands.RankCandidates: commands.rank_candidates,
        commands.DecideTie: commands.decide_tie,
        commands.StrikeCandidate: commands.strike_candidate,
        commands.PostList: commands.post_list,
        commands.RaiseObjection: commands.raise_objection,
        commands.AnswerObjection: commands.answer_objection,
        commands.PublishList: commands.publish_list,
        commands.EstablishStudio: commands.establish_studio,
        commands.DraftPlan: commands.draft_plan,
        commands.ReviewPlan: commands.review_plan,
        commands.FilePlan: commands.file_plan,
        commands.HangPlaque: commands.hang_plaque,
        commands.NoteMember: commands.note_member,
        commands.ChangeHost: commands.change_host,
        commands.CloseStudio: commands.close_studio,
        commands.ErasePerson: commands.erase_person,
    },
    authorize=authorize,
    erases=(PersonErased,),
    book=OwnBook,
    policies={
        "membership": {
            PairMatched: policies.note_pair_after_match,
            MemberJoined: policies.note_member_after_joining,
            MemberLeft: policies.note_member_after_leaving,
            MemberRemoved: policies.note_member_after_leaving,
            MemberReinstated: policies.note_member_after_reinstatement,
            ConductViolationRecorded: policies.note_conduct_after_record,
            ConductViolationDecided: policies.note_conduct_after_decision,
        },
        "assessment": {
            ExpertAppointed: policies.note_expert_after_appointment,
            TieDeclared: policies.note_tie_after_declaration,
            Recommended: policies.note_recommendation_of_a_next_host,
            StudioDisqualified: policies.close_studio_after_disqualification,
            Evaluated: policies.close_studio_after_final,
        },
    },
    read_models=[
        rounds,
        applications_rows,
        batches,
        panels,
        objections,
        studios,
        settings_versions,
        calendar_years,
        delegations,
    ],
    agenda=agenda,
    decisions=explanations.DECISIONS,
    grounds=grounds.GROUNDS,
    routes=router,
    tables=tables,
)
