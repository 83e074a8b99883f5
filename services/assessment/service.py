"""Assessment on one page."""

from services.assessment import api, commands, policies
from services.assessment.aggregates.settings import KnownSettings
from services.assessment.authorization import authorize
from services.assessment.read_models.agenda import agenda
from services.assessment.read_models.evaluations import evaluations
from services.assessment.read_models.honors import honors
from shared.chassis.service import Service
from shared.kernel.following import FollowSettings, follow_settings_after_adoption
from shared.kernel.published import (
    Evaluated,
    MemberJoined,
    MemberLeft,
    SettingsAdopted,
    StudioEstablished,
    StudioPlaqued,
    StudioRosterClosed,
    TraineeEvaluated,
)

assessment = Service(
    name="assessment",
    about="Mid-term and final: who judges, by which rubric, what comes of it.",
    handlers={
        FollowSettings: commands.follow_settings,
        commands.AdoptRubric: commands.adopt_rubric,
        commands.AppointExpert: commands.appoint_expert,
        commands.OpenCase: commands.open_case,
        commands.PlanEvaluations: commands.plan_evaluations,
        commands.NoteParty: commands.note_party,
        commands.SeatPanel: commands.seat_panel,
        commands.SubmitSheet: commands.submit_sheet,
        commands.PostScore: commands.post_score,
        commands.TakeEffect: commands.take_effect,
        commands.NoteFinal: commands.note_final,
        commands.NoteRoster: commands.note_roster,
    },
    authorize=authorize,
    settings=KnownSettings,
    policies={
        "applications": {
            SettingsAdopted: follow_settings_after_adoption,
            StudioEstablished: policies.open_case_after_establishment,
            StudioPlaqued: policies.plan_evaluations_after_plaque,
        },
        "membership": {
            MemberJoined: policies.note_party_after_joining,
            TraineeEvaluated: policies.note_party_after_evaluation,
            MemberLeft: policies.note_party_after_leaving,
            StudioRosterClosed: policies.note_roster_after_its_closing,
        },
        "assessment": {Evaluated: policies.note_final_after_evaluation},
    },
    read_models=[evaluations, honors],
    agenda=agenda,
    routes=api.router,
)
