"""Assessment on one page."""

from services.assessment import api, commands, policies
from services.assessment.aggregates.settings import KnownSettings
from services.assessment.authorization import authorize
from services.assessment.read_models.agenda import agenda
from services.assessment.read_models.certificates import certificates
from services.assessment.read_models.evaluations import evaluations
from services.assessment.read_models.experts import experts
from services.assessment.read_models.honors import honors
from services.assessment.read_models.rubrics import rubrics
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
        commands.Recuse: commands.recuse,
        commands.SubmitSheet: commands.submit_sheet,
        commands.PostScore: commands.post_score,
        commands.TakeEffect: commands.take_effect,
        commands.AlarmMidterm: commands.alarm_midterm,
        commands.CancelEvaluations: commands.cancel_evaluations,
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
            StudioClosed: policies.cancel_evaluations_after_closure,
        },
        "membership": {
            MemberJoined: policies.note_party_after_joining,
            TraineeEvaluated: policies.note_party_after_evaluation,
            MemberLeft: policies.note_party_after_leaving,
            MemberRemoved: policies.note_party_after_removal,
            MemberReinstated: policies.note_party_after_reinstatement,
            StudioRosterClosed: policies.note_roster_after_its_closing,
        },
        "assessment": {Evaluated: policies.note_final_after_evaluation},
    },
    read_models=[rubrics, experts, evaluations, honors, certificates],
    agenda=agenda,
    routes=api.router,
)
