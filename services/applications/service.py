"""Applications on one page."""

from services.applications import api, commands, policies
from services.applications.aggregates.settings import PolicyBook
from services.applications.authorization import authorize
from services.applications.directory import tables
from services.applications.read_models.agenda import agenda
from services.applications.read_models.applications import applications as applications_rows
from services.applications.read_models.batches import batches
from services.applications.read_models.rounds import rounds
from services.applications.read_models.studios import studios
from shared.chassis.service import Service
from shared.kernel.published import (
    Evaluated,
    ExpertAppointed,
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    PairMatched,
    Recommended,
    StudioDisqualified,
)

applications = Service(
    name="applications",
    about="From a teacher's application to a studio under its plaque; owns the settings and the directory.",
    handlers={
        commands.AdoptSettings: commands.adopt_settings,
        commands.OpenRound: commands.open_round,
        commands.Apply: commands.apply,
        commands.Resubmit: commands.resubmit,
        commands.ReportDuty: commands.report_duty,
        commands.NoteRecommendation: commands.note_recommendation,
        commands.ReviewApplication: commands.review_application,
        commands.SubmitBatch: commands.submit_batch,
        commands.ScoreApplication: commands.score_application,
        commands.NoteExpert: commands.note_expert,
        commands.ConcludePanel: commands.conclude_panel,
        commands.RankCandidates: commands.rank_candidates,
        commands.DecideTie: commands.decide_tie,
        commands.StrikeCandidate: commands.strike_candidate,
        commands.PostList: commands.post_list,
        commands.PublishList: commands.publish_list,
        commands.EstablishStudio: commands.establish_studio,
        commands.DraftPlan: commands.draft_plan,
        commands.FilePlan: commands.file_plan,
        commands.HangPlaque: commands.hang_plaque,
        commands.NoteMember: commands.note_member,
        commands.CloseStudio: commands.close_studio,
        commands.ErasePerson: commands.erase_person,
    },
    authorize=authorize,
    settings=PolicyBook,
    policies={
        "membership": {
            PairMatched: policies.note_pair_after_match,
            MemberJoined: policies.note_member_after_joining,
            MemberLeft: policies.note_member_after_leaving,
            MemberRemoved: policies.note_member_after_leaving,
            MemberReinstated: policies.note_member_after_reinstatement,
        },
        "assessment": {
            ExpertAppointed: policies.note_expert_after_appointment,
            Recommended: policies.note_recommendation_of_a_next_host,
            StudioDisqualified: policies.close_studio_after_disqualification,
            Evaluated: policies.close_studio_after_final,
        },
    },
    read_models=[rounds, applications_rows, batches, studios],
    agenda=agenda,
    routes=api.router,
    tables=tables,
)
