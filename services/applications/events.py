"""What can happen in applications, besides what is published (`shared.kernel.published`)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shared.kernel.model import event
from shared.kernel.people import Office
from shared.kernel.values import Day, Digest, Flag, Label, Points, Slug, Text, Whole

Level = Literal["department", "office", "student_affairs", "personnel", "panel", "school"]
Verdict = Literal["approved", "returned", "rejected"]
HonorLevel = Literal["school", "county", "prefecture", "province", "nation"]
TeacherTitle = Literal["junior", "intermediate", "senior", "professor"]
MemberKind = Literal["trainee", "supplementary"]
PreferenceFlag = Literal["P1", "P2", "P3", "P4"]
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
    """What a candidate fills in (annexes 1 and 3)."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A condition of annex 1 as it was checked: what the round asked for and what was given."""

    rule: Literal["APP-07", "APP-08", "APP-09", "APP-10"]
    required: str
    given: str
    met: bool


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
    """A round of applications (申报轮次) with its own conditions. The deadline day itself still counts."""

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


@event("applications.panel-scored")
class PanelScored:
    """One expert scored annex 1's six conditions, 0 to 100 each (A.9-7)."""

    expert_id: UUID
    points: tuple[Points, ...]


@event("applications.reviewed")
class Reviewed:
    """A level of the chain decided (APP-02); the panel's decision carries its score.

    `attests`: the department vouches for conditions 1, 2, 4 and 6 (APP-16). `failed_rule` is what rejected
    a candidate besides the score.
    """

    application_id: UUID
    level: Level
    verdict: Verdict
    score_hundredths: int | None
    reviewer_id: UUID | None = None
    attests: bool = False
    reason: Text | None = None
    failed_rule: Literal["APP-07"] | None = None


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

    round_id: UUID
    application_ids: tuple[UUID, ...]
    reason: Text


@event("applications.candidate-struck")
class CandidateStruck:
    """The school struck a name from the list; nobody takes the place (A.9-7)."""

    round_id: UUID
    application_id: UUID
    reason: Text


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
    kind: MemberKind = "trainee"


@event("applications.closure-explained")
class ClosureExplained:
    """Why the school closed a studio whose host is gone."""

    studio_id: UUID
    reason: Label


@event("applications.person-erased")
class PersonErased:
    """A person's entry left the directory; whoever it was, only the opaque id remains."""

    person_id: UUID
