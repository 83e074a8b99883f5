"""What can happen to a studio's roster and its plan of sessions."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.kernel.model import event
from shared.kernel.personal import Erasing
from shared.kernel.settings import Adopted, Announced, Delegated
from shared.kernel.values import Label, Whole


@event("membership.settings-followed")
class SettingsFollowed(Adopted):
    """A version of the school's settings, as applications published it."""


@event("membership.year-followed")
class YearFollowed(Announced):
    """A year's official calendar, as applications published it."""


@event("membership.delegation-followed")
class DelegationFollowed(Delegated):
    """Who does whose duty for a time, as applications published it."""


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
    """The plaque hangs: sessions count from this day (A.9-4), project years from `starts_on` if given (AMB-12)."""

    studio_id: UUID
    plaqued_on: date
    ends_on: date
    starts_on: date | None = None


@event("membership.pair-noted")
class PairNoted:
    """Host and trainee matched: should the studio end before they join, the trainee must be free again."""

    membership_id: UUID


@event("membership.member-listed")
class MemberListed:
    """A person stands on the roster; sessions from `listed_on` on oblige them.

    `replaces` is the former membership whose place it takes (SIL-05).
    """

    membership_id: UUID
    person_id: UUID
    listed_on: date
    replaces: UUID | None = None


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


@event("membership.session-cancelled")
class SessionCancelled:
    """A planned session will not take place."""

    session_id: UUID


@event("membership.session-settled")
class SessionSettled:
    """The roll of a session is closed."""

    session_id: UUID


@event("membership.joining-ended")
class JoiningEnded:
    """The mid-term took effect: nobody joins any more (A.9-10)."""


@event("membership.transfer-admitted")
class TransferAdmitted:
    """An office admits a trainee of a disqualified studio, though joining may be over (A.9-10)."""

    studio_id: UUID
    person_id: UUID
    from_studio_id: UUID


@event("membership.project-year-ended")
class ProjectYearEnded:
    """A project year before the last is over (A.9-13); its absences are judged once its rolls are closed (A.9-24)."""

    studio_id: UUID
    year: int


@event("membership.cycle-ended")
class CycleEnded:
    """The studio's three years are over; the roster closes once nothing is open."""

    studio_id: UUID
    ends_on: date


@event("membership.roster-ended")
class RosterEnded:
    """The studio ended and nobody is a member any more."""

    reason: Literal["studio_disqualified", "studio_closed", "completed"]
    ended_on: date | None = None


@event("membership.conduct-noted")
class ConductNoted:
    """A violation is on record: until it is decided, sessions do not oblige the person, and the roster stays open.

    `membership_id` is the one that is suspended, None for the host and for who has left (SIL-07).
    """

    violation_id: UUID
    person_id: UUID
    membership_id: UUID | None
    noted_on: date


@event("membership.conduct-settled")
class ConductSettled:
    """The violation is decided; `returns`: sessions from `settled_on` on oblige the person again (SIL-07)."""

    violation_id: UUID
    person_id: UUID
    settled_on: date
    returns: bool


@event("membership.handed-over")
class HandedOver:
    """Another host leads the studio: what is done from now on is theirs, past records keep their host (SIL-04)."""

    studio_id: UUID
    former_host_id: UUID
    host_id: UUID
    changed_on: date


@event("membership.texts-erased")
class TextsErased(Erasing):
    """Nothing that this service has in writing about a person can be read any more: the key is destroyed after this."""
