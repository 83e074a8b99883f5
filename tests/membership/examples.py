"""People, days and streams that the tests of membership speak of."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Engagement, Roster
from services.membership.aggregates.session import Session
from services.membership.events import (
    AgreementDrafted,
    AgreementReceived,
    AgreementSigned,
    Engaged,
    MemberListed,
    PlanNoted,
    Proposed,
    RemovalPending,
    RosterOpened,
    SessionHeld,
    SessionPlanned,
    StudioActivated,
)
from shared.kernel.model import Aggregate, Happened, ReadModel
from shared.kernel.published import MemberJoined, MemberReinstated, MemberRemoved, PairMatched
from tests.scenario import SCHOOL, stream

CHEN_JING, WANG_LEI = UUID(int=0xA1), UUID(int=0xA2)
"""Two hosts."""
HU_JUN, LI_NA, ZHOU_YAN = UUID(int=0xE1), UUID(int=0xE2), UUID(int=0xE3)
"""Three trainees."""
LIU_OF_PERSONNEL, SUN_OF_STUDENT_AFFAIRS = UUID(int=0xB1), UUID(int=0xB2)

CHENS_STUDIO, WANGS_STUDIO = UUID(int=0x51), UUID(int=0x52)
CHENS_ROSTER, WANGS_ROSTER = Roster.id_for(CHENS_STUDIO), Roster.id_for(WANGS_STUDIO)
HUS, LIS, ZHOUS = (Membership.id_for(CHENS_STUDIO, person) for person in (HU_JUN, LI_NA, ZHOU_YAN))
"""Their memberships in Chen Jing's studio."""
HUS_WITH_WANG = Membership.id_for(WANGS_STUDIO, HU_JUN)
CLASS_MEETING, HOME_VISIT = UUID(int=0x71), UUID(int=0x72)
"""Two sessions."""

PLAQUE_DAY, LAST_DAY = date(2023, 4, 24), date(2026, 4, 24)
SESSION_DAY = date(2023, 5, 10)
DOCUMENT, ANOTHER_DOCUMENT = "a" * 64, "b" * 64

OPENED = RosterOpened(studio_id=CHENS_STUDIO, host_id=CHEN_JING)
PLAN_NOTED = PlanNoted(sessions_a_year=(12, 12, 12))
ACTIVE = StudioActivated(
    studio_id=CHENS_STUDIO, plaqued_on=PLAQUE_DAY, ends_on=LAST_DAY
)  # fmt: skip

CHOSEN_BY_HOST = Proposed(studio_id=CHENS_STUDIO, person_id=HU_JUN, host_id=CHEN_JING, by="host")
CHOSEN_BY_TRAINEE = Proposed(studio_id=CHENS_STUDIO, person_id=HU_JUN, host_id=CHEN_JING, by="trainee")
MATCHED = PairMatched(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN)
AGREEMENT = AgreementDrafted(duties="带教与研修", tasks="每学期一节班会课", assessment_method="考勤与结业评价")
SIGNED_BY_HOST = AgreementSigned(by="host", document=DOCUMENT)
SIGNED_BY_TRAINEE = AgreementSigned(by="trainee", document=DOCUMENT)
AT_PERSONNEL = AgreementReceived(office="personnel", receiver_id=LIU_OF_PERSONNEL)
AT_STUDENT_AFFAIRS = AgreementReceived(office="student_affairs", receiver_id=SUN_OF_STUDENT_AFFAIRS)
JOINED = MemberJoined(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN)

PAIR = (CHOSEN_BY_HOST, CHOSEN_BY_TRAINEE, MATCHED)
SIGNED = (*PAIR, AGREEMENT, SIGNED_BY_HOST, SIGNED_BY_TRAINEE)
MEMBER = (*SIGNED, AT_PERSONNEL, AT_STUDENT_AFFAIRS, JOINED)


HU_NAMED = {"studio_id": CHENS_STUDIO, "membership_id": HUS, "person_id": HU_JUN}
REMOVED, REINSTATED = MemberRemoved(**HU_NAMED), MemberReinstated(**HU_NAMED, is_evaluated=False)


def pending_removal(*absences: UUID, known: tuple[UUID, ...] = (), since: date = SESSION_DAY, **numbers: Any) -> Any:
    """Hu Jun's, after absences from 3 of 9 sessions unless said otherwise."""
    counted = {"year": 1, "absent": len(absences), "excluded": 0, "denominator": 9, "objection_workdays": 5} | numbers
    return RemovalPending(
        **HU_NAMED, **counted, session_ids=absences, known_session_ids=known or absences, since=since
    )  # fmt: skip


def roster(*events: Any) -> Aggregate:
    """Chen Jing's roster, and what happened to it."""
    return stream(Roster, CHENS_ROSTER, OPENED, *events)


def wangs_roster(*events: Any) -> Aggregate:
    return stream(Roster, WANGS_ROSTER, RosterOpened(studio_id=WANGS_STUDIO, host_id=WANG_LEI), *events)


def membership(*events: Any) -> Aggregate:
    """Hu Jun's way through Chen Jing's studio."""
    return stream(Membership, HUS, *events)


def member(person_id: UUID, *events: Any, kind: Any = "trainee") -> Aggregate:
    """Anybody's membership in Chen Jing's studio, from the beginning to joining and beyond."""
    id = Membership.id_for(CHENS_STUDIO, person_id)
    return stream(
        Membership, id,
        Proposed(studio_id=CHENS_STUDIO, person_id=person_id, host_id=CHEN_JING, by="host", kind=kind),
        Proposed(studio_id=CHENS_STUDIO, person_id=person_id, host_id=CHEN_JING, by="trainee"),
        PairMatched(studio_id=CHENS_STUDIO, membership_id=id, person_id=person_id),
        AGREEMENT, SIGNED_BY_HOST, SIGNED_BY_TRAINEE, AT_PERSONNEL, AT_STUDENT_AFFAIRS,
        MemberJoined(studio_id=CHENS_STUDIO, membership_id=id, person_id=person_id, kind=kind),
        *events,
    )  # fmt: skip


def listed(person_id: UUID, since: date = PLAQUE_DAY) -> MemberListed:
    return MemberListed(
        membership_id=Membership.id_for(CHENS_STUDIO, person_id), person_id=person_id, listed_on=since
    )  # fmt: skip


def engaged(person_id: UUID, *events: Any, studio_id: UUID = CHENS_STUDIO) -> Aggregate:
    """That a person belongs to a studio."""
    return stream(Engagement, Engagement.id_for(SCHOOL, person_id), Engaged(studio_id=studio_id), *events)


def planned(session_id: UUID = CLASS_MEETING, day: date = SESSION_DAY, hours: int = 4) -> SessionPlanned:
    return SessionPlanned(session_id=session_id, held_on=day, place="A201", topic="主题班会", class_hours=hours)


def held(
    *obliged: UUID,
    id: UUID = CLASS_MEETING,
    hours: int = 4,
    closes_on: date = date(2023, 5, 14),
    day: date = SESSION_DAY,
) -> SessionHeld:
    return SessionHeld(
        session_id=id, studio_id=CHENS_STUDIO, host_id=CHEN_JING, held_on=day, place="A201",
        topic="主题班会", class_hours=hours, obliged=obliged, closes_on=closes_on,
    )  # fmt: skip


def session(first: SessionHeld, *events: Any) -> Aggregate:
    return stream(Session, first.session_id, first, *events)


def happened(event: Any, stream_id: UUID = CHENS_ROSTER, *, version: int = 1) -> Happened:
    """An event as the log tells of it."""
    return Happened(
        position=7, stream=stream_id, version=version, name=event.__event_name__, event=event, person=None,
        role="system", school=SCHOOL, on=SESSION_DAY, at=datetime(2023, 5, 10, 1, tzinfo=UTC),
        correlation="test", causation="test", rules=0,
    )  # fmt: skip


def folded(model: ReadModel[Any], *told: Happened) -> Mapping[str, Any]:
    """The rows after these events, as the projection makes them: a model is shown its facts alone."""
    rows: dict[str, Any] = {}
    for one in told:
        for key in model.keys(one) if type(one.event) in model.facts else ():
            rows[key] = model.fold(key, rows.get(key), one)
    return rows
