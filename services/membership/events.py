"""What can happen in membership, besides what is published (`shared.kernel.published`)."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.kernel.model import event
from shared.kernel.settings import Adopted
from shared.kernel.values import Digest, Label, Text, Whole

Office = Literal["personnel", "student_affairs"]
Side = Literal["host", "trainee"]
Absence = Literal["unexcused", "personal_leave", "sick_leave", "statutory_leave", "official_duty", "late", "left_early"]


@event("membership.settings-followed")
class SettingsFollowed(Adopted):
    """A version of the school's settings, as applications published it."""


@event("membership.roster-opened")
class RosterOpened:
    """A studio was established: its roster of members begins, empty."""

    studio_id: UUID
    host_id: UUID


@event("membership.plan-noted")
class PlanNoted:
    """The studio's plan is on file: agreements may be filed from now on (A.9-23)."""

    sessions_a_year: tuple[int, ...]


@event("membership.studio-activated")
class StudioActivated:
    """The plaque hangs: sessions count from this day (A.9-4)."""

    studio_id: UUID
    plaqued_on: date
    ends_on: date


@event("membership.pair-noted")
class PairNoted:
    """Host and trainee matched: should the studio end before they join, the trainee must be free again."""

    membership_id: UUID


@event("membership.member-listed")
class MemberListed:
    """A person stands on the roster; sessions from `listed_on` on oblige them."""

    membership_id: UUID
    person_id: UUID
    listed_on: date


@event("membership.member-unlisted")
class MemberUnlisted:
    """A person is no longer on the roster, or no longer a pair; what they attended stays."""

    membership_id: UUID
    person_id: UUID
    unlisted_on: date


@event("membership.session-planned")
class SessionPlanned:
    """A session has its time, place and content (MEM-08)."""

    session_id: UUID
    held_on: date
    place: Label
    topic: Label
    class_hours: Whole


@event("membership.session-settled")
class SessionSettled:
    """The roll of a session is closed."""

    session_id: UUID


@event("membership.joining-ended")
class JoiningEnded:
    """The mid-term took effect: nobody joins any more (A.9-10)."""


@event("membership.cycle-ended")
class CycleEnded:
    """The studio's three years are over; the roster closes once nothing is open."""

    studio_id: UUID
    ends_on: date


@event("membership.roster-ended")
class RosterEnded:
    """The studio ended and nobody is a member any more."""

    reason: Literal["studio_disqualified", "studio_closed", "completed"]


@event("membership.engaged")
class Engaged:
    """A person belongs to one studio, as host or trainee (AMB-25)."""

    studio_id: UUID


@event("membership.disengaged")
class Disengaged:
    """A person is free to join a studio again."""

    studio_id: UUID


@event("membership.proposed")
class Proposed:
    """One side chose the other (MEM-01)."""

    studio_id: UUID
    person_id: UUID
    host_id: UUID
    by: Side


@event("membership.agreement-drafted")
class AgreementDrafted:
    """The agreement with its three required sections (MEM-03). A new draft needs both signatures again."""

    duties: Text
    tasks: Text
    assessment_method: Text


@event("membership.agreement-signed")
class AgreementSigned:
    """One party signed (MEM-02); `document` is the hash of what was signed (AMB-27)."""

    by: Side
    document: Digest


@event("membership.agreement-received")
class AgreementReceived:
    """One of the two offices took the agreement on file (MEM-04)."""

    office: Office
    receiver_id: UUID


@event("membership.development-plan-filed")
class DevelopmentPlanFiled:
    """The trainee's own plan lies in the training file (MEM-10)."""

    document: Digest


@event("membership.session-held")
class SessionHeld:
    """A session took place; `obliged` are those on the roster that day (AMB-02)."""

    session_id: UUID
    studio_id: UUID
    host_id: UUID
    held_on: date
    place: Label
    topic: Label
    class_hours: Whole
    obliged: tuple[UUID, ...]
    closes_on: date


@event("membership.roll-marked")
class RollMarked:
    """Who was there and who was not, and why; marks may change until the roll closes."""

    present: tuple[UUID, ...]
    absent: dict[UUID, Absence]


@event("membership.session-missed")
class SessionMissed:
    """A member was not present when the roll closed; `kind` says why (AMB-04)."""

    session_id: UUID
    studio_id: UUID
    person_id: UUID
    kind: Absence


@event("membership.roll-closed")
class RollClosed:
    """The roll is frozen; it was closed by hand, or by time (A.9-12)."""

    session_id: UUID
    studio_id: UUID
