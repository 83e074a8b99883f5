"""Applications on one page."""

from services.applications import api, commands, policies
from services.applications.aggregates.settings import PolicyBook
from services.applications.authorization import authorize
from services.applications.directory import tables
from services.applications.read_models.agenda import agenda
from services.applications.read_models.applications import applications as applications_rows
from services.applications.read_models.rounds import rounds
from services.applications.read_models.studios import studios
from shared.chassis.service import Service
from shared.kernel.published import (
    Evaluated,
    ExpertAppointed,
    MemberJoined,
    MemberLeft,
    PairMatched,
    StudioDisqualified,
)

applications = Service(
    name="applications",
    about="From a teacher's application to a studio under its plaque; owns the settings and the directory.",
    handlers={
        commands.AdoptSettings: commands.adopt_settings,
        commands.OpenRound: commands.open_round,
        commands.Apply: commands.apply,
        commands.ReviewApplication: commands.review_application,
        commands.ScoreApplication: commands.score_application,
        commands.NoteExpert: commands.note_expert,
        commands.ConcludePanel: commands.conclude_panel,
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
        },
        "assessment": {
            ExpertAppointed: policies.note_expert_after_appointment,
            StudioDisqualified: policies.close_studio_after_disqualification,
            Evaluated: policies.close_studio_after_final,
        },
    },
    read_models=[rounds, applications_rows, studios],
    agenda=agenda,
    routes=api.router,
    tables=tables,
)
