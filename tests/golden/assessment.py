"""What the golden lines of assessment say, in their order."""

from datetime import date

from services.assessment.events import (
    AwardsCompleted,
    BackboneDesignated,
    CaseOpened,
    CertificateIssued,
    CreditsGranted,
    EvaluationCancelled,
    EvaluationPlanned,
    EventId,
    FinalNoted,
    MidtermOverdue,
    PanelSeated,
    PartyNoted,
    Recused,
    RosterNoted,
    RubricAdopted,
    RubricItem,
    RubricSection,
    Scored,
    SetAside,
    SettingsFollowed,
    SheetSubmitted,
    TitleAwarded,
)
from shared.kernel.published import Evaluated, ExpertAppointed, Recommended, StudioDisqualified
from shared.kernel.values import Label, Points, Text, Whole
from tests.golden.membership import LI, WANG
from tests.golden.people import CERTIFICATE, EXPERTS, LIN_JING, PLAQUED, STREAM, STUDIO, WANG_FANG

FINAL = EventId(service="assessment", stream=STREAM, version=9)
ROSTER = EventId(service="membership", stream=STREAM, version=40)
GROUNDS = (FINAL, ROSTER)

EVENTS = (
    SettingsFollowed(number=1, effective_from=PLAQUED, values={"pass_score_points": 70}),
    RubricAdopted(
        number=1,
        sections=(
            RubricSection(
                title=Label("总体要求"),
                weight=Whole(95),
                items=(
                    RubricItem(title=Label("领导有力"), guidance=(Text("机制健全、有效。"),)),
                    RubricItem(title=Label("定位准确"), guidance=()),
                ),
            ),
            RubricSection(
                title=Label("工作保障"),
                weight=Whole(5),
                items=(RubricItem(title=Label("工作保障"), guidance=(Text("有场所。"), Text("有时间。"))),),
            ),
        ),
    ),
    ExpertAppointed(person_id=EXPERTS[0], until=date(2026, 12, 31)),
    CaseOpened(studio_id=STUDIO, host_id=LIN_JING),
    PartyNoted(person_id=WANG_FANG, standing="evaluated"),
    EvaluationPlanned(studio_id=STUDIO, stage="midterm", opens_on=date(2024, 6, 27), closes_on=date(2024, 12, 27)),
    PanelSeated(experts=EXPERTS),
    SheetSubmitted(expert_id=EXPERTS[0], rubric=1, points=(Points(80), Points(0), Points(100))),
    Scored(
        studio_id=STUDIO,
        stage="midterm",
        score_hundredths=5999,
        totals={EXPERTS[0]: "2999/50", EXPERTS[1]: "60"},
        rubric=1,
        posted_on=date(2024, 9, 27),
        notice_workdays=5,
    ),
    Evaluated(studio_id=STUDIO, stage="midterm", passed=False, score_hundredths=5999),
    StudioDisqualified(studio_id=STUDIO, cause="midterm"),
    FinalNoted(passed=True, source=FINAL),
    RosterNoted(members=(WANG, LI), source=ROSTER),
    TitleAwarded(studio_id=STUDIO, person_id=LIN_JING, grounds=GROUNDS),
    BackboneDesignated(studio_id=STUDIO, person_id=WANG_FANG, grounds=GROUNDS),
    CertificateIssued(certificate_id=CERTIFICATE, studio_id=STUDIO, person_id=WANG_FANG, grounds=GROUNDS),
    CreditsGranted(studio_id=STUDIO, person_id=WANG_FANG, class_hours=37, credits_hundredths=463, scope="school"),
    Recommended(studio_id=STUDIO, person_id=WANG_FANG, rank=1),
    AwardsCompleted(studio_id=STUDIO),
    Recused(expert_id=EXPERTS[0], reason=Text("与主持人同一系部")),
    MidtermOverdue(studio_id=STUDIO, closes_on=date(2024, 12, 27)),
    EvaluationCancelled(studio_id=STUDIO, stage="final", outcome="disqualified"),
    Scored(
        studio_id=STUDIO,
        stage="midterm",
        score_hundredths=6000,
        totals={EXPERTS[1]: "60", EXPERTS[2]: "2999/50"},
        rubric=1,
        posted_on=date(2024, 9, 27),
        notice_workdays=5,
        trimmed=(EXPERTS[2], EXPERTS[1]),
        set_aside=(SetAside(expert_id=EXPERTS[0], reason="recused"),),
        pass_points=60,
    ),
    PartyNoted(person_id=WANG_FANG, standing="supplementary"),
)
