"""What the golden lines of membership say, in their order."""

from datetime import date

from services.membership.events import (
    AgreementDrafted,
    AgreementReceived,
    AgreementSigned,
    CycleEnded,
    DevelopmentPlanFiled,
    Disengaged,
    Engaged,
    JoiningEnded,
    MemberListed,
    MemberUnlisted,
    PairNoted,
    PlanNoted,
    Proposed,
    RollClosed,
    RollMarked,
    RosterEnded,
    RosterOpened,
    SessionHeld,
    SessionMissed,
    SessionPlanned,
    SessionSettled,
    SettingsFollowed,
    StudioActivated,
)
from shared.kernel.published import (
    MemberJoined,
    MemberLeft,
    PairMatched,
    RosterEntry,
    SessionAttended,
    StudioRosterClosed,
    TraineeEvaluated,
)
from shared.kernel.values import Digest, Label, Points, Text, Whole
from tests.golden.people import (
    DOCUMENT,
    ENDS,
    LI_NA,
    LIN_JING,
    MEMBERSHIP,
    PLAQUED,
    SESSION,
    STUDIO,
    WANG_FANG,
    WU_MIN,
)

HELD_ON = date(2023, 5, 12)
WANG = RosterEntry(
    person_id=WANG_FANG,
    membership_id=MEMBERSHIP,
    status="active",
    attended_hours=36,
    sessions_obliged=10,
    sessions_attended=9,
    unexcused_absences=0,
    host_points=90,
    plan_filed=True,
)
LI = RosterEntry(
    person_id=LI_NA,
    membership_id=MEMBERSHIP,
    status="withdrawn",
    attended_hours=0,
    sessions_obliged=0,
    sessions_attended=0,
    unexcused_absences=0,
    host_points=None,
    plan_filed=False,
)

EVENTS = (
    SettingsFollowed(number=1, effective_from=PLAQUED, values={"roll_closes_after_days": 5}),
    RosterOpened(studio_id=STUDIO, host_id=LIN_JING),
    PlanNoted(sessions_a_year=(12, 12, 12)),
    StudioActivated(studio_id=STUDIO, plaqued_on=PLAQUED, ends_on=ENDS),
    Engaged(studio_id=STUDIO),
    Disengaged(studio_id=STUDIO),
    Proposed(studio_id=STUDIO, person_id=WANG_FANG, host_id=LIN_JING, by="trainee"),
    PairMatched(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG),
    AgreementDrafted(
        duties=Text("主持人指导,学员研修"), tasks=Text("每月一次活动"), assessment_method=Text("结业评价")
    ),
    AgreementSigned(by="host", document=Digest(DOCUMENT)),
    AgreementReceived(office="student_affairs", receiver_id=WU_MIN),
    MemberJoined(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG),
    MemberListed(membership_id=MEMBERSHIP, person_id=WANG_FANG, listed_on=PLAQUED),
    PairNoted(membership_id=MEMBERSHIP),
    MemberUnlisted(membership_id=MEMBERSHIP, person_id=WANG_FANG, unlisted_on=date(2023, 5, 9)),
    MemberLeft(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=LI_NA, reason="withdrawn"),
    DevelopmentPlanFiled(document=Digest(DOCUMENT)),
    SessionPlanned(
        session_id=SESSION, held_on=HELD_ON, place=Label("德育楼301"), topic=Label("班级建设"), class_hours=Whole(4)
    ),
    SessionHeld(
        session_id=SESSION,
        studio_id=STUDIO,
        host_id=LIN_JING,
        held_on=HELD_ON,
        place=Label("德育楼301"),
        topic=Label("班级建设"),
        class_hours=Whole(4),
        obliged=(WANG_FANG, LI_NA),
        closes_on=date(2023, 5, 16),
    ),
    RollMarked(present=(WANG_FANG,), absent={LI_NA: "sick_leave"}),
    SessionAttended(session_id=SESSION, studio_id=STUDIO, person_id=WANG_FANG, class_hours=4),
    SessionMissed(session_id=SESSION, studio_id=STUDIO, person_id=LI_NA, kind="sick_leave"),
    RollClosed(session_id=SESSION, studio_id=STUDIO),
    SessionSettled(session_id=SESSION),
    JoiningEnded(),
    TraineeEvaluated(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG, points=Points(90)),
    CycleEnded(studio_id=STUDIO, ends_on=ENDS),
    StudioRosterClosed(studio_id=STUDIO, members=(WANG, LI)),
    RosterEnded(reason="completed"),
)
