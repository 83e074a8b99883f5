"""How often a member was absent in a project year, and how far that is from a third (MEM-06, AMB-01 to AMB-04)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Planned, Roster
from services.membership.aggregates.session import Session
from services.membership.events import AbsenceWarned, AttendanceCounted
from shared.kernel.model import Aggregate
from shared.kernel.policy import PolicySettings
from shared.kernel.values import derived_id


@dataclass(frozen=True)
class Tally:
    """One person's sessions held. `obliged` has no excluded ones, but those whose roll is open; hours are 学时."""

    obliged: int
    attended: int
    excluded: int
    attended_hours: int
    absences: tuple[UUID, ...]

    @property
    def absent(self) -> int:
        return len(self.absences)


def tally(person_id: UUID, held: Sequence[Session], settings: PolicySettings) -> Tally:
    """Count by kind (AMB-04): some are absences, some are in neither count, all others are attendance."""
    marks = [(session, session.mark_of(person_id)) for session in held if person_id in session.obliged]
    excluded = [session for session, mark in marks if mark in settings.absence_excluded_kinds]
    absences = [session for session, mark in marks if mark in settings.absence_counted_kinds]
    attended = [s for s, mark in marks if mark is not None and s not in excluded and s not in absences]
    return Tally(
        obliged=len(marks) - len(excluded),
        attended=len(attended),
        excluded=len(excluded),
        attended_hours=sum(session.class_hours for session in attended),
        absences=tuple(session.id for session in absences),
    )


def reaches_limit(absent: int, denominator: int, settings: PolicySettings) -> bool:
    """A third is included (AMB-01); of too few sessions nobody is removed (AMB-03)."""
    part, whole = settings.absence_limit
    return absent > 0 and absent * whole >= denominator * part and denominator >= settings.absence_min_sessions


def absences_left(absent: int, denominator: int, settings: PolicySettings) -> int:
    """How many more stay below the limit."""
    part, whole = settings.absence_limit
    return max(0, (denominator * part - 1) // whole - absent)


@dataclass(frozen=True)
class YearOfSessions:
    """A studio's sessions of one project year. `is_settled`: it is over and its rolls are closed (A.9-24)."""

    year: int
    filed: int | None
    held: Sequence[Session]
    ahead: Sequence[Planned]
    session_ids: tuple[UUID, ...]
    is_settled: bool

    @classmethod
    def of(cls, roster: Roster, year: int, found: Mapping[UUID, Session], *, is_over: bool) -> Self:
        held = [session for session in found.values() if session.belongs_to(roster)]
        planned = roster.planned_in(year)
        ids = {session.id for session in held}
        return cls(
            year=year,
            filed=roster.filed_sessions(year),
            held=held,
            ahead=[session for id, session in planned.items() if id not in ids],
            session_ids=tuple(planned),
            is_settled=is_over and all(session.is_closed for session in held),
        )

    def among(self, session_ids: Collection[UUID]) -> list[Session]:
        return [session for session in self.held if session.id in session_ids]

    def denominator(self, person_id: UUID, roster: Roster, counted: Tally) -> int | None:
        """What a third is taken of (AMB-03); None: without a filed plan only the year's end judges."""
        # Kept away by a removal that was undone: nobody's absence, and nothing that makes the year shorter.
        kept_away = sum(roster.was_kept_away(person_id, session.held_on) for session in self.held)
        if self.is_settled:
            return counted.obliged + kept_away
        if self.filed is None:
            return None
        since = roster.joined_on(person_id)
        ahead = sum(session.held_on >= since for session in self.ahead)
        not_obliged = sum(person_id not in session.obliged for session in self.held) - kept_away
        return max(counted.obliged + kept_away + ahead, self.filed - not_obliged - counted.excluded)


class Attendance(Aggregate):
    """One member's counts and warnings, project year by project year."""

    opens = AttendanceCounted
    called = "考勤"

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.counted: dict[int, AttendanceCounted] = {}
        self.warned: set[tuple[int, int]] = set()

    @staticmethod
    def id_for(membership_id: UUID) -> UUID:
        return derived_id("attendance", membership_id)

    def count(
        self, member: Membership, year: int, counted: Tally, denominator: int | None, settings: PolicySettings
    ) -> None:
        now = AttendanceCounted(
            studio_id=member.studio_id, host_id=member.host_id, membership_id=member.id, person_id=member.person_id,
            year=year, obliged=counted.obliged, attended=counted.attended, absent=counted.absent,
            excluded=counted.excluded, attended_hours=counted.attended_hours, denominator=denominator,
            absences_left=None if denominator is None else absences_left(counted.absent, denominator, settings),
        )  # fmt: skip
        if self.counted.get(year) != now:
            self.record(now)

    def warn(self, member: Membership, year: int, absent: int, denominator: int, settings: PolicySettings) -> None:
        """At one sixth and at one quarter, once each a year (AMB-03)."""
        for part in settings.absence_warn:
            if (year, part) not in self.warned and absent and absent * part >= denominator:
                self.record(
                    AbsenceWarned(
                        studio_id=member.studio_id, membership_id=member.id, person_id=member.person_id, year=year,
                        part=part, absent=absent, denominator=denominator,
                    )
                )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case AttendanceCounted(year=year):
                self.counted[year] = happened
            case AbsenceWarned(year=year, part=part):
                self.warned.add((year, part))
