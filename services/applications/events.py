"""What can happen in applications, besides what is published (`shared.kernel.published`)."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.kernel.model import event
from shared.kernel.values import Digest, Label, Points, Slug, Text, Whole

Level = Literal["department", "office", "panel"]
HonorLevel = Literal["school", "county", "prefecture", "province", "nation"]
TeacherTitle = Literal["junior", "intermediate", "senior", "professor"]
Office = Literal["personnel", "student_affairs"]


@event("applications.round-opened")
class RoundOpened:
    """A round of applications (申报轮次). The deadline day itself still counts."""

    round_id: UUID
    title: Label
    deadline: date
    places: Whole
    min_score_points: Points
    require_class_honor: bool
    waiver_reason: Text | None


@event("applications.candidacy-reserved")
class CandidacyReserved:
    """A person's one application in a round."""

    round_id: UUID
    application_id: UUID


@event("applications.applied")
class Applied:
    """A homeroom teacher applied as host, for themselves (APP-01)."""

    application_id: UUID
    round_id: UUID
    applicant_id: UUID
    department: Slug
    on_duty: bool
    semesters: Whole
    title: TeacherTitle
    class_honor: HonorLevel | None
    evidence: Digest | None


@event("applications.expert-noted")
class ExpertNoted:
    """Assessment appointed a person as expert: only appointed ones score (A.9-19)."""

    person_id: UUID
    until: date


@event("applications.panel-scored")
class PanelScored:
    """One expert scored annex 1's six conditions, 0 to 100 each (A.9-7)."""

    expert_id: UUID
    points: tuple[Points, ...]


@event("applications.reviewed")
class Reviewed:
    """A level of the chain decided (APP-02); the panel's decision carries its score."""

    application_id: UUID
    level: Level
    verdict: Literal["approved", "returned", "rejected"]
    score_hundredths: int | None


@event("applications.list-posted")
class ListPosted:
    """The list of studios is up for objections (公示)."""

    round_id: UUID
    application_ids: tuple[UUID, ...]
    posted_on: date
    notice_workdays: int


@event("applications.list-published")
class ListPublished:
    """The notice is over: the list stands (APP-05)."""

    round_id: UUID
    application_ids: tuple[UUID, ...]


@event("applications.application-published")
class ApplicationPublished:
    """This application's host stands on the published list: 名班主任培养人选 (APP-20)."""

    round_id: UUID


@event("applications.name-reserved")
class NameReserved:
    """A running studio bears this name; only its keyed hash stands here (A.9-9)."""

    studio_id: UUID


@event("applications.name-released")
class NameReleased:
    """The studio that bore the name has ended."""

    studio_id: UUID


@event("applications.plan-drafted")
class PlanDrafted:
    """The studio's construction plan (建设方案); `sessions_a_year` one number a project year."""

    document: Digest
    sessions_a_year: tuple[Whole, ...]


@event("applications.plan-received")
class PlanReceived:
    """One of the two offices took the plan on file (APP-06)."""

    office: Office
    receiver_id: UUID


@event("applications.member-noted")
class MemberNoted:
    """What membership published about a pair: it decides whether the plaque may hang (A.9-4)."""

    membership_id: UUID
    standing: Literal["matched", "joined", "left"]


@event("applications.person-erased")
class PersonErased:
    """A person's entry left the directory; whoever it was, only the opaque id remains."""

    person_id: UUID
