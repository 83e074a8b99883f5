"""How often a member was absent in a window of sessions, and how far from a third (MEM-06, AMB-01 to AMB-04)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self
from uuid import UUID

from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Planned, Roster
from services.membership.aggregates.session import Session
from services.membership.events import AbsenceWarned, AttendanceCounted, RemovalPending
from shared.kernel.model import Aggregate
from shared.kernel.policy import PolicySettings
from shared.kernel.values import derived_id

TARDY = ("late", "left_early")
WHOLE = 0
"""The number of the window that is no single project year: the whole cycle, or the last sessions (AMB-03)."""

Basis = Literal["held", "scheduled", "plan", "last_sessions", "removal"]
"""What the denominator counts: sessions held, held and still to come, the filed plan's, or the last ones held."""


@dataclass(frozen=True)
class Tally:
    """One person's sessions held. `obliged` has no excluded ones, but those whose roll is open; hours are 学时.

    Each `late_per_absence`-th lateness is an absence too: the person attended, and the absence counts (AMB-04).
    """

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
    marks = [(session, session.mark_under(person_id, settings)) for session in held if person_id in session.obliged]
    excluded = [session for session, mark in marks if mark in settings.absence_excluded_kinds]
    missed = [session for session, mark in marks if mark in settings.absence_counted_kinds]
    attended = [(s, mark) for s, mark in marks if mark is not None and s not in excluded and s not in missed]
    tardy, every = [session for session, mark in attended if mark in TARDY], settings.late_per_absence
    absences = [*missed, *(tardy[every - 1 :: every] if every else ())]
    return Tally(
        obliged=len(marks) - len(excluded),
        attended=len(attended),
        excluded=len(excluded),
        attended_hours=sum(session.class_hours for session, _ in attended),
        absences=tuple(session.id for session, _ in marks if session in absences),
    )


def reaches_limit(absent: int, denominator: int, settings: PolicySettings) -> bool:
    """A third is included unless settings say otherwise (AMB-01); of too few sessions nobody is removed (AMB-03)."""
    part, whole = settings.absence_limit
    beyond = absent * whole - denominator * part
    reached = beyond >= 0 if settings.absence_inclusive else beyond > 0
    return absent > 0 and reached and denominator >= settings.absence_min_sessions


def absences_left(absent: int, denominator: int, settings: PolicySettings) -> int:
    """How many more stay below the limit."""
    part, whole = settings.absence_limit
    most = denominator * part - 1 if settings.absence_inclusive else denominator * part
    return max(0, most // whole - absent)


@dataclass(frozen=True)
class Judgement:
    """How one person's absences stand in a window, and whether they reach the limit (MEM-06).

    `denominator` is None while nothing can be judged. `may_decide`: the trigger allows a removal by now.
    """

    year: int
    counted: Tally
    denominator: int | None
    basis: Basis | None
    may_decide: bool
    session_ids: tuple[UUID, ...]
    settings: PolicySettings

    @property
    def is_at_limit(self) -> bool:
        return self.denominator is not None and reaches_limit(self.counted.absent, self.denominator, self.settings)

    @property
    def reaches(self) -> bool:
        return self.may_decide and self.is_at_limit


@dataclass(frozen=True)
class Window:
    """A studio's sessions of one project year, or of all (WHOLE).

    `is_settled`: it is over and its rolls are closed (A.9-24). `held` is in order of days.
    """

    number: int
    filed: int | None
    held: Sequence[Session]
    ahead: Sequence[Planned]
    session_ids: tuple[UUID, ...]
    is_settled: bool

    @classmethod
    def of(cls, roster: Roster, number: int, found: Mapping[UUID, Session], *, is_over: bool) -> Self:
        held = sorted((session for session in found.values() if session.belongs_to(roster)), key=lambda s: s.held_on)
        planned = roster.planned_in(number) if number else roster.planned
        ids = {session.id for session in held}
        return cls(
            number=number,
            filed=roster.filed_sessions(number) if number else roster.filed_in_all,
            held=held,
            ahead=[session for id, session in planned.items() if id not in ids],
            session_ids=tuple(planned),
            is_settled=is_over and all(session.is_closed for session in held),
        )

    def among(self, session_ids: Collection[UUID]) -> list[Session]:
        return [session for session in self.held if session.id in session_ids]

    def judge(self, person_id: UUID, roster: Roster, settings: PolicySettings) -> Judgement:
        """The judgement under these settings: a window that they do not judge by is only counted."""
        if self.number == WHOLE and settings.absence_window == "rolling":
            return self._last_sessions(person_id, settings)
        counted = tally(person_id, self.held, settings)
        is_judged = settings.absence_window == ("whole_cycle" if self.number == WHOLE else "project_year")
        denominator, basis = self._denominator(person_id, roster, counted) if is_judged else (None, None)
        may_decide = self.is_settled or settings.absence_trigger != "close"
        return Judgement(self.number, counted, denominator, basis, may_decide, self.session_ids, settings)

    def judge_again(self, removal: RemovalPending, settings: PolicySettings) -> Judgement:
        """Whether a removal still stands: by its own denominator, sessions added since don't count for it (AMB-03)."""
        counted = tally(removal.person_id, self.among(removal.known_session_ids), settings)
        denominator = removal.denominator - (counted.excluded - removal.excluded)
        return Judgement(
            year=self.number, counted=counted, denominator=denominator, basis="removal", may_decide=True,
            session_ids=removal.known_session_ids, settings=settings,
        )  # fmt: skip

    def _last_sessions(self, person_id: UUID, settings: PolicySettings) -> Judgement:
        """The last so many obliged sessions, once there are that many; an open roll shows no absence yet."""
        most, excluded = settings.absence_rolling_sessions, settings.absence_excluded_kinds
        mine = (s for s in self.held if person_id in s.obliged and s.mark_under(person_id, settings) not in excluded)
        last = list(mine)[-most:]
        is_full, is_closed = len(last) == most, all(session.is_closed for session in last)
        return Judgement(
            year=WHOLE,
            counted=tally(person_id, last, settings),
            denominator=most if is_full else None,
            basis="last_sessions" if is_full else None,
            may_decide=is_closed or settings.absence_trigger != "close",
            session_ids=tuple(session.id for session in last),
            settings=settings,
        )

    def _denominator(self, person_id: UUID, roster: Roster, counted: Tally) -> tuple[int | None, Basis | None]:
        """What a third is taken of (AMB-03); None: without a filed plan only the window's end judges."""
        # Kept away by what was undone: nobody's absence, and nothing that makes the window shorter.
        kept_away = sum(roster.was_kept_away(person_id, session.held_on) for session in self.held)
        if self.is_settled:
            return counted.obliged + kept_away, "held"
        if self.filed is None:
            return None, None
        since = roster.joined_on(person_id)
        ahead = sum(session.held_on >= since for session in self.ahead)
        not_obliged = sum(person_id not in session.obliged for session in self.held) - kept_away
        scheduled = counted.obliged + kept_away + ahead
        planned = self.filed - not_obliged - counted.excluded
        return (scheduled, "scheduled") if scheduled >= planned else (planned, "plan")


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

    def count(self, member: Membership, judged: Judgement) -> None:
        """Supplementary members are counted, not judged (MEM-15)."""
        counted = judged.counted
        denominator = judged.denominator if member.kind == "trainee" else None
        left = None if denominator is None else absences_left(counted.absent, denominator, judged.settings)
        now = AttendanceCounted(
            studio_id=member.studio_id, host_id=member.host_id, membership_id=member.id, person_id=member.person_id,
            year=judged.year, obliged=counted.obliged, attended=counted.attended, absent=counted.absent,
            excluded=counted.excluded, attended_hours=counted.attended_hours, denominator=denominator,
            absences_left=left, is_at_limit=denominator is not None and judged.is_at_limit,
        )  # fmt: skip
        if self.counted.get(judged.year) != now:
            self.record(now)

    def warn(self, member: Membership, judged: Judgement) -> None:
        """At one sixth and at one quarter, once each a window (AMB-03)."""
        year, absent, denominator = judged.year, judged.counted.absent, judged.denominator
        if denominator is None:
            return
        for part in judged.settings.absence_warn:
            if (year, part) not in self.warned and absent and absent * part >= denominator:
                self.record(
                    AbsenceWarned(
                        studio_id=member.studio_id, membership_id=member.id, person_id=member.person_id, year=year,
                        part=part, absent=absent, denominator=denominator,
                    )
                )  # fmt: skip

    def follow_host(self, host_id: UUID) -> None:
        """The counts are shown to whoever is host now (SIL-04)."""
        for counted in list(self.counted.values()):
            if counted.host_id != host_id:
                self.record(replace(counted, host_id=host_id))

    def apply(self, happened: Any) -> None:
        match happened:
            case AttendanceCounted(year=year):
                self.counted[year] = happened
            case AbsenceWarned(year=year, part=part):
                self.warned.add((year, part))
