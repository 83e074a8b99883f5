"""Events one service publishes and others rely on, grouped by owner. Changing one is an ADR."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shared.kernel.model import event
from shared.kernel.settings import Adopted
from shared.kernel.values import Points, Slug

Stage = Literal["midterm", "final"]
Outcome = Literal["disqualified", "closed", "passed", "failed_final"]


@event("applications.settings-adopted")
class SettingsAdopted(Adopted):
    """The office adopted a version of the school's policy settings."""


@event("applications.studio-established")
class StudioEstablished:
    """A published host's studio exists; its name is derived from the directory (A.9-9)."""

    studio_id: UUID
    round_id: UUID
    application_id: UUID
    host_id: UUID
    department: Slug
    name_form: Literal["host", "department", "round"]
    name_id: UUID


@event("applications.plan-filed")
class PlanFiled:
    """The second office confirmed the construction plan (APP-06)."""

    studio_id: UUID
    sessions_a_year: tuple[int, ...]


@event("applications.studio-plaqued")
class StudioPlaqued:
    """The plaque hangs: the cycle runs from this day (AMB-12)."""

    studio_id: UUID
    host_id: UUID
    plaqued_on: date
    ends_on: date
    midterm_due_on: date
    midterm_opens_on: date
    midterm_closes_on: date


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
    reason: Literal["withdrawn", "studio_disqualified", "studio_closed"]


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
    """How one member stands when the roster closes (A.9-3). Hours are 学时."""

    person_id: UUID
    membership_id: UUID
    status: Literal["active", "removed", "withdrawn"]
    attended_hours: int
    sessions_obliged: int
    sessions_attended: int
    unexcused_absences: int
    host_points: int | None
    plan_filed: bool


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
