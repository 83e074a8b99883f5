"""One session of a studio and its roll."""

from datetime import date, timedelta
from typing import Any, Self
from uuid import UUID

from services.membership.aggregates.roster import Planned, Roster
from services.membership.events import Absence, Mark, RollClosed, RollCorrected, RollMarked, SessionHeld, SessionMissed
from shared.kernel.model import Aggregate, Refused
from shared.kernel.personal import PersonalText
from shared.kernel.policy import PolicySettings
from shared.kernel.published import SessionAttended
from shared.kernel.values import Digest


def unproven_sick_leave(settings: PolicySettings) -> Absence:
    """What sick leave without a proof counts as (AMB-04)."""
    return "personal_leave" if settings.sick_leave_needs_proof else "sick_leave"


class Session(Aggregate):
    """A training session that took place, with those who had to be there."""

    opens = SessionHeld
    called = "活动"

    studio_id: UUID
    held_on: date
    class_hours: int
    is_closed = False

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.obliged: tuple[UUID, ...] = ()
        self.present: set[UUID] = set()
        self.absent: dict[UUID, Absence] = {}
        self.proofs: dict[UUID, Digest] | None = None
        self.unproven: set[UUID] = set()
        """Whose sick leave had no proof when the roll closed."""

    @classmethod
    def hold(cls, id: UUID, roster: Roster, planned: Planned, day: date, closes_after_days: int) -> Self:
        roster.check_session_day(planned.held_on)
        session = cls(id)
        session.record(
            SessionHeld(
                session_id=id, studio_id=roster.studio_id, host_id=roster.host_id,
                held_on=planned.held_on, place=planned.place, topic=planned.topic, class_hours=planned.class_hours,
                obliged=roster.obliged_on(planned.held_on),
                # The roll closes by itself when the third day is over (A.9-12, A.9-22); of a session that
                # was recorded late, from that day on.
                closes_on=max(planned.held_on, day) + timedelta(days=closes_after_days + 1),
            )
        )  # fmt: skip
        return session

    def mark(
        self, present: tuple[UUID, ...], absent: dict[UUID, Absence], proofs: dict[UUID, Digest] | None = None
    ) -> None:
        if self.is_closed:
            raise Refused("roll-closed", rule="A.9-12", zh="考勤已关闭", en="the roll is closed")
        self.check_obliged({*present, *absent, *(proofs or ())})
        if set(present) & set(absent):
            raise Refused(
                "present-and-absent", rule="MEM-07", zh="同一人不能既到又缺", en="nobody is both present and absent"
            )
        if (set(present), absent, proofs) != (self.present, self.absent, self.proofs):
            self.record(RollMarked(present=tuple(dict.fromkeys(present)), absent=absent, proofs=proofs))

    def excuse(self, person_id: UUID, kind: Absence, proof: Digest | None) -> None:
        """A granted excuse on the open roll (MEM-07); who was present needs none."""
        if self.is_closed or person_id not in self.obliged or person_id in self.present:
            return
        proofs = self.proofs
        if proofs is not None and proof is not None:
            proofs = proofs | {person_id: proof}
        self.mark(tuple(self.present), self.absent | {person_id: kind}, proofs)

    def mark_of(self, person_id: UUID) -> Mark | None:
        """What the closed roll says of somebody obliged; None while it is open."""
        if not self.is_closed:
            return None
        return "present" if person_id in self.present else self.absent.get(person_id, "unexcused")

    def mark_under(self, person_id: UUID, settings: PolicySettings) -> Mark | None:
        """What it counts as under these settings: sick leave without proof may be personal leave (AMB-04)."""
        mark = self.mark_of(person_id)
        return unproven_sick_leave(settings) if mark is not None and person_id in self.unproven else mark

    def belongs_to(self, roster: Roster) -> bool:
        """It took place, and as this studio's."""
        return self.exists and self.studio_id == roster.studio_id

    def correct(self, person_id: UUID, mark: Mark, reason: PersonalText, proof: Digest | None = None) -> bool:
        """True when the closed roll said otherwise (A.9-12). A proof of sick leave may still come (AMB-04)."""
        self.check_obliged({person_id})
        before = self.mark_of(person_id)
        if before is None:
            raise Refused(
                "roll-open", rule="A.9-12",
                zh="考勤尚未关闭，请直接修改", en="the roll is still open: mark it instead",
            )  # fmt: skip
        if before == mark and not (proof is not None and person_id in self.unproven):
            return False
        self.record(
            RollCorrected(
                session_id=self.id, studio_id=self.studio_id, person_id=person_id,
                before=before, after=mark, reason=reason, proof=proof,
            )
        )  # fmt: skip
        return True

    def check_obliged(self, persons: set[UUID]) -> None:
        if strangers := sorted(str(person) for person in persons - set(self.obliged)):
            raise Refused(
                "not-on-roll", rule="AMB-02", persons=strangers,
                zh="这些人当日不在名册上：{persons}", en="not on the roster that day: {persons}",
            )  # fmt: skip

    def close(self, settings: PolicySettings) -> bool:
        """Freeze the roll: one event a person; whoever is not marked was absent without excuse."""
        if self.is_closed:
            return False
        for person in self.obliged:
            if person in self.present:
                self.record(
                    SessionAttended(
                        session_id=self.id, studio_id=self.studio_id, person_id=person, class_hours=self.class_hours
                    )
                )
            else:
                self.record(self._missed(person, settings))
        self.record(RollClosed(session_id=self.id, studio_id=self.studio_id))
        return True

    def _missed(self, person: UUID, settings: PolicySettings) -> SessionMissed:
        kind, claimed = self.absent.get(person, "unexcused"), None
        if kind == "sick_leave" and self.proofs is not None and person not in self.proofs:
            kind, claimed = unproven_sick_leave(settings), kind
        return SessionMissed(
            session_id=self.id, studio_id=self.studio_id, person_id=person, kind=kind, claimed=claimed
        )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case SessionHeld():
                self.studio_id, self.held_on = happened.studio_id, happened.held_on
                self.class_hours, self.obliged = happened.class_hours, happened.obliged
            case RollMarked(present=present, absent=absent, proofs=proofs):
                self.present, self.absent, self.proofs = set(present), dict(absent), proofs
            case SessionMissed(person_id=person, kind=kind, claimed=claimed):
                self.absent[person] = kind
                if claimed:
                    self.unproven.add(person)
            case RollClosed():
                self.is_closed = True
            case RollCorrected(person_id=person, after=after):
                self.present.discard(person)
                self.unproven.discard(person)
                self.absent.pop(person, None)
                if after == "present":
                    self.present.add(person)
                else:
                    self.absent[person] = after
