"""Assessment on one page."""

from services.assessment import api, commands, explanations, grounds, policies
from services.assessment.aggregates.settings import KnownBook
from services.assessment.aggregates.texts import KnownTexts
from services.assessment.authorization import authorize
from services.assessment.events import (
    BackboneDesignated,
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
    CreditsGranted,
    EvaluationRevised,
    ObjectionAnswered,
    RecheckRequested,
    Rescored,
    ResultObjected,
    Scored,
    ScoreWithdrawn,
    SheetSubmitted,
    SheetVoided,
    TextsErased,
    TitleAwarded,
    TitleRevoked,
)
from services.assessment.read_models.agenda import agenda
from services.assessment.read_models.certificates import certificates
from services.assessment.read_models.evaluations import evaluations
from services.assessment.read_models.evidence import evidence
from services.assessment.read_models.experts import experts
from services.assessment.read_models.honors import honors
from services.assessment.read_models.publicity import publicity
from services.assessment.read_models.rubrics import rubrics
from services.assessment.read_models.self_reports import self_reports
from services.assessment.read_models.ties import ties
from shared.chassis.service import Service
from shared.kernel.erasing import erasing
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
    StudioRosterClosed,
    TraineeEvaluated,
)

assessment = Service(
    name="assessment",
    about="Mid-term and final: who judges, by which rubric, what comes of it.",
    handlers={
        **following(KnownBook),
        **erasing(KnownTexts),
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
        commands.NoteHost: commands.note_host,
        commands.NoteConduct: commands.note_conduct,
        commands.EnterEvidence: commands.enter_evidence,
        commands.FileSelfReport: commands.file_self_report,
        commands.Publicise: commands.publicise,
        commands.DeclareTie: commands.declare_tie,
        commands.RequestRecheck: commands.request_recheck,
        commands.ObjectToResult: commands.object_to_result,
        commands.AnswerObjection: commands.answer_objection,
        commands.SeatRecheckPanel: commands.seat_recheck_panel,
        commands.PostRecheck: commands.post_recheck,
        commands.VoidSheet: commands.void_sheet,
        commands.ReviseEvaluation: commands.revise_evaluation,
        commands.ExtendFinal: commands.extend_final,
        commands.CloseRectification: commands.close_rectification,
        commands.Revoke: commands.revoke,
        commands.Reissue: commands.reissue,
    },
    authorize=authorize,
    erases=(TextsErased,),
    book=KnownBook,
    policies={
        "applications": {
            **SCHOOL_BOOK,
            **ERASURE,
            StudioEstablished: policies.open_case_after_establishment,
            HostChanged: policies.note_host_after_its_change,
            StudioPlaqued: policies.plan_evaluations_after_plaque,
            StudioClosed: policies.cancel_evaluations_after_closure,
        },
        "membership": {
            MemberJoined: policies.note_party_after_joining,
            TraineeEvaluated: policies.note_party_after_evaluation,
            MemberLeft: policies.note_party_after_leaving,
            MemberRemoved: policies.note_party_after_removal,
            MemberReinstated: policies.note_party_after_reinstatement,
            ConductViolationRecorded: policies.note_conduct_after_its_record,
            ConductViolationDecided: policies.note_conduct_after_its_decision,
            StudioRosterClosed: policies.note_roster_after_its_closing,
        },
        "assessment": {
            Evaluated: policies.note_final_after_evaluation,
            EvaluationRevised: policies.note_final_after_evaluation,
        },
    },
    read_models=[
        rubrics,
        experts,
        ties,
        evidence,
        self_reports,
        evaluations,
        honors,
        certificates,
        publicity,
    ],
    receipts=(
        SheetSubmitted,
        SheetVoided,
        Scored,
        Rescored,
        ScoreWithdrawn,
        RecheckRequested,
        ResultObjected,
        ObjectionAnswered,
        Evaluated,
        EvaluationRevised,
        StudioDisqualified,
        TitleAwarded,
        TitleRevoked,
        BackboneDesignated,
        CertificateIssued,
        CertificateReissued,
        CertificateRevoked,
        CreditsGranted,
    ),
    decisions=explanations.DECISIONS,
    grounds=grounds.GROUNDS,
    agenda=agenda,
    routes=api.router,
    public=(api.CERTIFICATE_STATUS,),
)
