"""Events one service publishes and others rely on, grouped by owner. Changing one is an ADR."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shared.kernel.model import event
from shared.kernel.settings import Adopted, Announced, Delegated
from shared.kernel.values import Points, Slug

Stage = Literal["midterm", "final"]
Outcome = Literal["disqualified", "closed", "passed", "failed_final"]
NameForm = Literal["host", "department", "round"]
LeadKind = Literal["host", "coordinator"]
Grade = Literal["excellent", "passed", "failed"]


@event("applications.settings-adopted")
class SettingsAdopted(Adopted):
    """The office adopted a version of the school's policy settings."""


@event("applications.year-announced")
class YearAnnounced(Announced):
    """The office loaded a year's official calendar: periods that reach into it have an end now (A.9-5)."""


@event("applications.duty-delegated")
class DutyDelegated(Delegated):
    """Who approves is away, and another person does it for some days (请假委托)."""


@event("applications.person-erased")
class PersonErased:
    """A person's entry left the directory, and their texts go (A.9-21); whoever it was, only the opaque id remains."""

    person_id: UUID


@event("applications.studio-established")
class StudioEstablished:
    """A published host's studio exists; its name is derived from the directory (A.9-9).

    A coordinator leads without the host's title at the end (AMB-28).
    """

    studio_id: UUID
    round_id: UUID
    application_id: UUID
    host_id: UUID
    department: Slug
    name_form: NameForm
    name_id: UUID
    lead_kind: LeadKind = "host"


@event("applications.host-changed")
class HostChanged:
    """Another host leads the studio from this day on; its name follows, past records keep theirs (SIL-04)."""

    studio_id: UUID
    former_host_id: UUID
    host_id: UUID
    changed_on: date
    name_form: NameForm
    name_id: UUID


@event("applications.plan-filed")
class PlanFiled:
    """The second office confirmed the construction plan (APP-06)."""

    studio_id: UUID
    sessions_a_year: tuple[int, ...]


@event("applications.studio-plaqued")
class StudioPlaqued:
    """The plaque hangs; the cycle runs from `starts_on`, the plaque's day unless it says otherwise (AMB-12)."""

    studio_id: UUID
    host_id: UUID
    plaqued_on: date
    ends_on: date
    midterm_due_on: date
    midterm_opens_on: date
    midterm_closes_on: date
    starts_on: date | None = None


@event("applications.studio-closed")
class StudioClosed:
    """The studio's way ended, and how (A.9-2)."""

    studio_id: UUID
    outcome: Outcome


@event("membership.pair-matched")
class PairMatched:
    """Host and trainee chose each other (MEM-01)."""

    studio_id: UUID
    membership_id: UUID
    person_id: UUID


@event("membership.member-joined")
class MemberJoined:
    """The agreement lies with both offices: the person is a member (A.9-4).

    Supplementary members (MEM-15) help the trainees: MEM-06 and the awards are not theirs.
    """

    studio_id: UUID
    membership_id: UUID
    person_id: UUID
    kind: Literal["trainee", "supplementary"] = "trainee"


@event("membership.member-left")
class MemberLeft:
    """A member or matched trainee withdrew, or the studio ended under them."""

    studio_id: UUID
    membership_id: UUID
    person_id: UUID
    reason: Literal["withdrawn", "studio_disqualified", "studio_closed", "became_host"]


@event("membership.member-removed")
class MemberRemoved:
    """A trainee missed a third or more and is no longer trained as a member (MEM-06), once."""

    studio_id: UUID
    membership_id: UUID
    person_id: UUID


@event("membership.member-reinstated")
class MemberReinstated:
    """A corrected roll took the ground from a removal that was in effect (A.9-12)."""

    studio_id: UUID
    membership_id: UUID
    person_id: UUID
    is_evaluated: bool


@event("membership.trainee-evaluated")
class TraineeEvaluated:
    """The host's closing evaluation of a trainee, 0 to 100 points (A.9-15)."""

    studio_id: UUID
    membership_id: UUID
    person_id: UUID
    points: Points


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterEntry:
    """How one member stands when the roster closes (A.9-3). Hours are 学时, also by project year."""

    person_id: UUID
    membership_id: UUID
    status: Literal["active", "removed", "withdrawn"]
    attended_hours: int
    sessions_obliged: int
    sessions_attended: int
    unexcused_absences: int
    host_points: int | None
    plan_filed: bool
    hours_by_year: tuple[int, ...] = ()


@event("membership.conduct-violation-recorded")
class ConductViolationRecorded:
    """A violation of the code of conduct was put on record (MEM-21): who it is about is suspended at once (SIL-07)."""

    violation_id: UUID
    studio_id: UUID
    person_id: UUID
    is_host: bool


@event("membership.conduct-violation-decided")
class ConductViolationDecided:
    """The school decided: confirmed ends what the person has in the studio, dismissed lifts the suspension (SIL-07)."""

    violation_id: UUID
    studio_id: UUID
    person_id: UUID
    is_host: bool
    confirmed: bool


@event("membership.studio-roster-closed")
class StudioRosterClosed:
    """After the cycle's end, with all rolls closed: who was a member, and how (A.9-3)."""

    studio_id: UUID
    members: tuple[RosterEntry, ...]


@event("assessment.expert-appointed")
class ExpertAppointed:
    """A person was appointed as expert for a term (专家指导团队授聘); its last day counts."""

    person_id: UUID
    until: date
    department: Slug | None = None


@event("assessment.tie-declared")
class TieDeclared:
    """An expert and a person are tied (SIL-02): kin for ever, joint work for some years after `last_on`."""

    expert_id: UUID
    person_id: UUID
    relation: Literal["spouse", "lineal_kin", "collateral_kin", "in_law", "adoptive", "co_author", "co_lead"]
    last_on: date | None = None


@event("membership.session-attended")
class SessionAttended:
    """A member was present when the roll closed (A.9-12). `class_hours` are 学时."""

    session_id: UUID
    studio_id: UUID
    person_id: UUID
    class_hours: int


@event("assessment.evaluated")
class Evaluated:
    """A stage's result took effect (A.9-1). `score_hundredths` is the rounded total, 6000 = 60.00."""

    studio_id: UUID
    stage: Stage
    passed: bool
    score_hundredths: int
    grade: Grade | None = None


@event("assessment.recommended")
class Recommended:
    """An excellent trainee comes first as host of the next batch (ASM-09, APP-15)."""

    studio_id: UUID
    person_id: UUID
    rank: int


@event("assessment.studio-disqualified")
class StudioDisqualified:
    """Qualification and funding end (ASM-03)."""

    studio_id: UUID
    cause: Literal["midterm", "ethics"]
