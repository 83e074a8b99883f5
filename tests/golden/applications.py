"""What the golden lines of applications say, in their order."""

from datetime import date

from services.applications.events import (
    ApplicationPublished,
    Applied,
    CandidacyReserved,
    ExpertNoted,
    ListPosted,
    ListPublished,
    MemberNoted,
    NameReleased,
    NameReserved,
    PanelScored,
    PersonErased,
    PlanDrafted,
    PlanReceived,
    Reviewed,
    RoundOpened,
)
from shared.kernel.published import PlanFiled, SettingsAdopted, StudioClosed, StudioEstablished, StudioPlaqued
from shared.kernel.values import Digest, Label, Points, Slug, Text, Whole
from tests.golden.people import (
    APPLICATION,
    DOCUMENT,
    ENDS,
    EXPERTS,
    LIN_JING,
    MEMBERSHIP,
    NAME,
    PLAQUED,
    ROUND,
    STUDIO,
    WU_MIN,
)

SIX = tuple(Points(points) for points in (90, 85, 88, 92, 80, 100))
TWELVE_A_YEAR = (Whole(12), Whole(12), Whole(12))

EVENTS = (
    SettingsAdopted(
        number=1,
        effective_from=PLAQUED,
        values={"pass_score_points": 70, "honor_min_level": "prefecture", "midterm_window_months": [15, 21]},
    ),
    RoundOpened(
        round_id=ROUND,
        title=Label("2023年名班主任工作室申报"),
        deadline=date(2023, 3, 31),
        places=Whole(2),
        min_score_points=Points(60),
        require_class_honor=False,
        waiver_reason=Text("首批申报,\n经学校研究"),
    ),
    CandidacyReserved(round_id=ROUND, application_id=APPLICATION),
    Applied(
        application_id=APPLICATION,
        round_id=ROUND,
        applicant_id=LIN_JING,
        department=Slug("mechanical"),
        on_duty=True,
        semesters=Whole(12),
        title="intermediate",
        class_honor=None,
        evidence=Digest(DOCUMENT),
    ),
    ExpertNoted(person_id=EXPERTS[0], until=date(2026, 12, 31)),
    PanelScored(expert_id=EXPERTS[0], points=SIX),
    Reviewed(application_id=APPLICATION, level="panel", verdict="approved", score_hundredths=8917),
    ListPosted(round_id=ROUND, application_ids=(APPLICATION,), posted_on=date(2023, 4, 10), notice_workdays=5),
    ListPublished(round_id=ROUND, application_ids=(APPLICATION,)),
    ApplicationPublished(round_id=ROUND),
    NameReserved(studio_id=STUDIO),
    NameReleased(studio_id=STUDIO),
    StudioEstablished(
        studio_id=STUDIO,
        round_id=ROUND,
        application_id=APPLICATION,
        host_id=LIN_JING,
        department=Slug("mechanical"),
        name_form="department",
        name_id=NAME,
    ),
    PlanDrafted(document=Digest(DOCUMENT), sessions_a_year=TWELVE_A_YEAR),
    PlanReceived(office="personnel", receiver_id=WU_MIN),
    PlanFiled(studio_id=STUDIO, sessions_a_year=(12, 12, 12)),
    MemberNoted(membership_id=MEMBERSHIP, standing="joined"),
    StudioPlaqued(
        studio_id=STUDIO,
        host_id=LIN_JING,
        plaqued_on=PLAQUED,
        ends_on=ENDS,
        midterm_due_on=date(2024, 9, 27),
        midterm_opens_on=date(2024, 6, 27),
        midterm_closes_on=date(2024, 12, 27),
    ),
    StudioClosed(studio_id=STUDIO, outcome="failed_final"),
    PersonErased(person_id=LIN_JING),
)
