"""Sessions, rolls, and what follows from absences (MEM-06)."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from services.membership.events.words import Absence, Mark
from shared.kernel.model import event
from shared.kernel.personal import PersonalText
from shared.kernel.values import Digest, Label, Whole


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
    """Who was there and who was not, and why; marks may change until the roll closes.

    `proofs` are documents of sick leave; a roll that says nothing of them (None) vouches for having seen them.
    """

    present: tuple[UUID, ...]
    absent: dict[UUID, Absence]
    proofs: dict[UUID, Digest] | None = None


@event("membership.session-missed")
class SessionMissed:
    """A member was not present when the roll closed; `kind` says why (AMB-04).

    `claimed` is what the roll said of a sick leave without proof, whatever it then counts as.
    """

    session_id: UUID
    studio_id: UUID
    person_id: UUID
    kind: Absence
    claimed: Absence | None = None


@event("membership.roll-closed")
class RollClosed:
    """The roll is frozen; it was closed by hand, or by time (A.9-12)."""

    session_id: UUID
    studio_id: UUID


@event("membership.roll-corrected")
class RollCorrected:
    """What a closed roll says of one person was wrong (A.9-12)."""

    about: ClassVar[str] = "person_id"

    session_id: UUID
    studio_id: UUID
    person_id: UUID
    before: Mark
    after: Mark
    reason: PersonalText
    proof: Digest | None = None


@event("membership.attendance-counted")
class AttendanceCounted:
    """How a member stands in a project year after a roll (AMB-02, AMB-04); year 0 is the window of AMB-03 that is none.

    `obliged` are sessions held, without the `excluded`; `denominator` is what a third is taken of (AMB-03), None
    while nothing can be judged; `absences_left` is how many more stay below the limit, `is_at_limit` that it can no
    longer be avoided. Hours are 学时.
    """

    studio_id: UUID
    host_id: UUID
    membership_id: UUID
    person_id: UUID
    year: int
    obliged: int
    attended: int
    absent: int
    excluded: int
    attended_hours: int
    denominator: int | None
    absences_left: int | None
    is_at_limit: bool = False


@event("membership.absence-warned")
class AbsenceWarned:
    """A trainee's absences reached one `part`-th of the year's sessions (AMB-03); without consequence."""

    studio_id: UUID
    membership_id: UUID
    person_id: UUID
    year: int
    part: int
    absent: int
    denominator: int


@event("membership.removal-pending")
class RemovalPending:
    """Absences reached the limit (MEM-06); it takes effect after the working days, unless something lifts it (AMB-05).

    `session_ids` are the absences, `known_session_ids` all sessions of the year planned by then: others don't count.
    """

    membership_id: UUID
    studio_id: UUID
    person_id: UUID
    year: int
    absent: int
    excluded: int
    denominator: int
    session_ids: tuple[UUID, ...]
    known_session_ids: tuple[UUID, ...]
    since: date
    objection_workdays: int


@event("membership.objection-raised")
class ObjectionRaised:
    """The trainee objects: the removal waits for an answer (AMB-05)."""

    about: ClassVar[str] = "person_id"

    membership_id: UUID
    studio_id: UUID
    person_id: UUID
    reason: PersonalText


@event("membership.objection-answered")
class ObjectionAnswered:
    """An office upheld or dismissed the objection; `since` and `objection_workdays` are the pending removal's."""

    about: ClassVar[str] = "person_id"

    membership_id: UUID
    studio_id: UUID
    person_id: UUID
    upheld: bool
    reason: PersonalText
    since: date
    objection_workdays: int


@event("membership.removal-lifted")
class RemovalLifted:
    """The pending removal is off."""

    membership_id: UUID
    studio_id: UUID
    person_id: UUID
    year: int
    because: Literal["objection", "correction"]
