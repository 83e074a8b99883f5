"""What can happen in applications, besides what is published (`shared.kernel.published`)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from shared.kernel.model import event
from shared.kernel.people import Office
from shared.kernel.personal import PersonalText, whom
from shared.kernel.published import LeadKind
from shared.kernel.values import Day, Digest, Flag, Label, Points, Slug, Text, Whole

Level = Literal["department", "office", "student_affairs", "personnel", "panel", "school"]
Verdict = Literal["approved", "returned", "rejected"]
HonorLevel = Literal["school", "county", "prefecture", "province", "nation"]
TeacherTitle = Literal["junior", "intermediate", "senior", "professor"]
MemberKind = Literal["trainee", "supplementary"]
PreferenceFlag = Literal["P1", "P2", "P3", "P4"]
TenureUnit = Literal["semester", "calendar_year"]
RecencyMode = Literal["date", "calendar_year"]
SHORTEST_CHAIN: tuple[Level, ...] = ("department", "office", "panel", "school")


@dataclass(frozen=True, kw_only=True, slots=True)
class Contest:
    """A result in a contest of homeroom teachers (APP-12)."""

    title: Label
    level: HonorLevel
    won_on: Day
    document: Digest | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Honor:
    """A personal honour in education (APP-13)."""

    title: Label
    level: HonorLevel
    document: Digest | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Research:
    """A research project or a publication (APP-14); `part` is what the candidate did in a project."""

    title: Label
    form: Literal["project", "publication"]
    level: HonorLevel
    part: Literal["led", "main", "other"]
    on: Day
    document: Digest | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What the class or guided students achieved: evidence that people judge (APP-11)."""

    title: Label
    document: Digest | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What a candidate fills in (annexes 1 and 3); as host, or as a lead who coordinates only (AMB-28)."""

    department: Slug
    on_duty: Flag
    semesters: Whole
    title: TeacherTitle
    class_honor: HonorLevel | None = None
    evidence: Digest | None = None
    contests: tuple[Contest, ...] = ()
    honors: tuple[Honor, ...] = ()
    research: tuple[Research, ...] = ()
    results: tuple[Result, ...] = ()
    lead_kind: LeadKind = "host"


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A condition of annex 1 as it was checked: what the round asked for and what was given.

    `unit` is told when service is counted in whole years instead of semesters (AMB-09).
    """

    rule: Literal["APP-07", "APP-08", "APP-09", "APP-10"]
    required: str
    given: str
    met: bool
    unit: Literal["years"] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Preference:
    """A preference flag as it was computed. `title` names the deciding item; the window's days are included."""

    flag: PreferenceFlag
    state: Literal["met", "unmet", "check"]
    because: str
    title: Label | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission(Form):
    """A form with what was found when it was handed in, so that the decision stays explained."""

    eligibility: tuple[Condition, ...] = ()
    preferences: tuple[Preference, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchEntry:
    """A line of annex 4's summary table: an application that its department approved."""

    application_id: UUID
    applicant_id: UUID
    semesters: Whole
    title: TeacherTitle
    class_honor: HonorLevel | None
    flags: tuple[PreferenceFlag, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Whom the panel approved, with what ranks them (A.9-7)."""

    application_id: UUID
    score_hundredths: int
    flags: tuple[PreferenceFlag, ...]
    semesters: Whole


@event("applications.round-opened")
class RoundOpened:
    """A round of applications (申报轮次) with its own conditions. The deadline day itself still counts.

    `overrides` are settings that this round has of its own, by name.
    """

    round_id: UUID
    title: Label
    deadline: date
    places: Whole
    min_score_points: Points
    require_class_honor: bool
    waiver_reason: Text | None
    review_chain: tuple[Level, ...] = SHORTEST_CHAIN
    tenure_semesters: int = 12
    honor_min_level: HonorLevel = "county"
    contest_min_level: HonorLevel = "prefecture"
    research_min_level: HonorLevel = "prefecture"
    recency_years: int = 5
    tenure_unit: TenureUnit = "semester"
    recency_mode: RecencyMode = "date"
    overrides: dict[str, Any] = field(default_factory=dict)


@event("applications.application-entered")
class ApplicationEntered:
    """The round knows of one more application."""

    application_id: UUID
    department: Slug


@event("applications.candidacy-reserved")
class CandidacyReserved:
    """A person's one application in a round."""

    round_id: UUID
    application_id: UUID


@event("applications.applied")
class Applied(Submission):
    """A homeroom teacher applied as host, for themselves (APP-01)."""

    application_id: UUID
    round_id: UUID
    applicant_id: UUID
    review_chain: tuple[Level, ...] = SHORTEST_CHAIN


@event("applications.resubmitted")
class Resubmitted(Submission):
    """A returned application came back and starts again at the department (A.9-14)."""

    application_id: UUID


@event("applications.duty-changed")
class DutyChanged:
    """From `since` on, a person is or is not on duty as homeroom teacher (APP-07, AMB-10)."""

    person_id: UUID
    on_duty: bool
    since: date


@event("applications.recommendation-noted")
class RecommendationNoted:
    """Assessment recommended an excellent trainee as a next host (APP-15)."""

    person_id: UUID
    studio_id: UUID
    rank: int


@event("applications.expert-noted")
class ExpertNoted:
    """Assessment appointed a person as expert: only appointed ones score (A.9-19)."""

    person_id: UUID
    until: date
    department: Slug | None = None


@event("applications.panel-scored")
class PanelScored:
    """One expert scored annex 1's six conditions, 0 to 100 each (A.9-7)."""

    expert_id: UUID
    points: tuple[Points, ...]


@event("applications.reviewed")
class Reviewed:
    """A level of the chain decided (APP-02); the panel's decision carries its score.

    `attests`: the department vouches for conditions 1, 2, 4 and 6 (APP-16). `failed_rule` is what rejected
    a candidate besides the score; a violation of conduct on record once stood as APP-16, now as SIL-07.
    """

    about: ClassVar[str] = "applicant_id"

    application_id: UUID
    level: Level
    verdict: Verdict
    score_hundredths: int | None
    reviewer_id: UUID | None = None
    attests: bool = False
    reason: PersonalText | None = None
    failed_rule: Literal["APP-07", "APP-16", "SIL-07"] | None = None


@event("applications.batch-submitted")
class BatchSubmitted:
    """A department's one batch of a round: all that it approved (APP-03)."""

    round_id: UUID
    department: Slug
    entries: tuple[BatchEntry, ...]


@event("applications.batch-joined")
class BatchJoined:
    """What the department approved after its batch, anew or again, joins it (A.9-14)."""

    entry: BatchEntry


@event("applications.candidates-ranked")
class CandidatesRanked:
    """All whom the panel approved: by score, then number of flags, then semesters. `tied` are equal in all three."""

    round_id: UUID
    ranking: tuple[Candidate, ...]
    tied: tuple[tuple[UUID, ...], ...]


@event("applications.tie-decided")
class TieDecided:
    """The school put a tied group in order (A.9-7)."""

    about: ClassVar[str] = "applicant_ids"

    round_id: UUID
    application_ids: tuple[UUID, ...]
    reason: PersonalText
    applicant_ids: tuple[UUID, ...] = whom(())


@event("applications.candidate-struck")
class CandidateStruck:
    """The school struck a name from the list; nobody takes the place (A.9-7)."""

    about: ClassVar[str] = "applicant_id"

    round_id: UUID
    application_id: UUID
    reason: PersonalText
    applicant_id: UUID | None = whom()


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
    published_on: date | None = None


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
    kind: MemberKind = "trainee"
    person_id: UUID | None = None


@event("applications.closure-explained")
class ClosureExplained:
    """Why the school closed a studio whose host is gone."""

    about: ClassVar[str] = "host_id"

    studio_id: UUID
    reason: PersonalText


@event("applications.panel-seated")
class PanelSeated:
    """The experts of a round's panel, an odd number (A.9-25): only they score, and the quorum is of them."""

    round_id: UUID
    experts: tuple[UUID, ...]


@event("applications.panel-recused")
class PanelRecused:
    """An expert steps aside from an application, by their own word or an office's (SIL-02)."""

    about: ClassVar[str] = "expert_id"

    application_id: UUID
    expert_id: UUID
    reason: PersonalText


@event("applications.panel-score-voided")
class PanelScoreVoided:
    """A sheet no longer counts: a conflict was found later. The sheet itself stays in the log (SIL-02)."""

    about: ClassVar[str] = "expert_id"

    application_id: UUID
    expert_id: UUID
    reason: PersonalText


@event("applications.panel-rescored")
class PanelRescored:
    """The panel's result without a voided sheet; it takes the place of the one before."""

    application_id: UUID
    score_hundredths: int
    verdict: Literal["approved", "rejected"]
    failed_rule: Literal["APP-07"] | None = None


@event("applications.tie-noted")
class TieNoted:
    """Assessment published that an expert and a person are tied: kin, or joint work until `last_on` (SIL-02)."""

    expert_id: UUID
    person_id: UUID
    relation: str
    last_on: date | None = None


@event("applications.objection-entered")
class ObjectionEntered:
    """The round knows of one more objection to its posted list."""

    objection_id: UUID


@event("applications.objection-raised")
class ObjectionRaised:
    """Somebody of the school objects to a name on the posted list (SIL-01)."""

    about: ClassVar[str] = "applicant_id"

    objection_id: UUID
    round_id: UUID
    application_id: UUID
    objector_id: UUID
    reason: PersonalText
    applicant_id: UUID | None = whom()


@event("applications.objection-answered")
class ObjectionAnswered:
    """An office answered: an upheld objection strikes the name."""

    about: ClassVar[str] = "applicant_id"

    objection_id: UUID
    upheld: bool
    reason: PersonalText
    answered_by: UUID
    applicant_id: UUID | None = whom()


@event("applications.notice-extended")
class NoticeExtended:
    """An objection was still open at the notice's end: once, it runs on from that day (SIL-01)."""

    round_id: UUID
    since: date
    workdays: int


@event("applications.lead-failed")
class LeadFailed:
    """The studio that a person led was disqualified or failed its final, effective from this day (SIL-10)."""

    person_id: UUID
    studio_id: UUID
    outcome: Literal["disqualified", "failed_final"]
    effective_on: date


@event("applications.conduct-noted")
class ConductNoted:
    """Membership published that a violation is on record, confirmed, or dismissed (SIL-07)."""

    person_id: UUID
    violation_id: UUID
    standing: Literal["recorded", "confirmed", "dismissed"]


@event("applications.hosting-began")
class HostingBegan:
    """From now on a person leads this running studio."""

    person_id: UUID
    studio_id: UUID


@event("applications.hosting-ended")
class HostingEnded:
    """The studio ended, or another leads it."""

    person_id: UUID
    studio_id: UUID


@event("applications.successor-approved")
class SuccessorApproved(Submission):
    """An office approved a studio's next host, who meets annex 1 as of that day (SIL-04)."""

    about: ClassVar[str] = "host_id"

    studio_id: UUID
    host_id: UUID
    reason: PersonalText


@event("applications.plan-reviewed")
class PlanReviewed:
    """The school's Party organisation passed the plan on its way to the offices, or not (A.9-19)."""

    about: ClassVar[str] = "host_id"

    document: Digest
    passed: bool
    reviewer_id: UUID
    reason: PersonalText | None = None
