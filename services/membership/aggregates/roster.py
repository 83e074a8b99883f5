"""One studio's roster: who is on it from when, which sessions are planned, when it closes."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal, Self
from uuid import UUID

from services.membership.events import (
    CycleEnded,
    Disengaged,
    Engaged,
    JoiningEnded,
    MemberListed,
    MemberUnlisted,
    PairNoted,
    PlanNoted,
    ProjectYearEnded,
    RosterEnded,
    RosterOpened,
    SessionCancelled,
    SessionPlanned,
    SessionSettled,
    StudioActivated,
    TransferAdmitted,
)
from shared.kernel.calendar import project_years
from shared.kernel.model import Aggregate, Refused
from shared.kernel.published import RosterEntry, StudioRosterClosed
from shared.kernel.values import Label, Whole, derived_id


class Engagement(Aggregate):
    """That a person belongs to one studio of the school at a time (AMB-25)."""

    opens = Engaged

    studio_id: UUID | None = None

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("engagement", school, person_id)

    def engage(self, studio_id: UUID) -> None:
        if self.studio_id not in (None, studio_id):
            raise Refused(
                "already-engaged", rule="AMB-25", studio_id=str(self.studio_id),
                zh="此人已属于工作室{studio_id}", en="this person belongs to studio {studio_id} already",
            )  # fmt: skip
        if self.studio_id is None:
            self.record(Engaged(studio_id=studio_id))

    def release(self, studio_id: UUID) -> None:
        if self.studio_id == studio_id:
            self.record(Disengaged(studio_id=studio_id))

    def apply(self, happened: Any) -> None:
        self.studio_id = happened.studio_id if isinstance(happened, Engaged) else None


@dataclass(frozen=True)
class Planned:
    """A planned session."""

    held_on: date
    place: Label
    topic: Label
    class_hours: Whole


class Roster(Aggregate):
    """A studio's members and sessions over its three years. Its stream has the studio's roster id."""

    opens = RosterOpened
    called = "工作室"

    studio_id: UUID
    host_id: UUID
    is_plan_filed = False
    plaqued_on: date | None = None
    ends_on: date | None = None
    is_joining_over = False
    is_cycle_over = False
    ended: str | None = None
    ended_on: date | None = None
    is_closed = False

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.listed: dict[UUID, tuple[UUID, date]] = {}
        self.pairs: dict[UUID, None] = {}
        self.memberships: dict[UUID, UUID] = {}
        """Of everybody who ever was on the roster, by person."""
        self.periods: list[tuple[UUID, date, date]] = []
        self.sessions_a_year: tuple[int, ...] = ()
        self.transfers: set[UUID] = set()
        self.years_over: set[int] = set()
        self.planned: dict[UUID, Planned] = {}
        self.cancelled: dict[UUID, Planned] = {}
        self.settled: set[UUID] = set()

    @staticmethod
    def id_for(studio_id: UUID) -> UUID:
        return derived_id("roster", studio_id)

    @classmethod
    def open(cls, studio_id: UUID, host_id: UUID) -> Self:
        roster = cls(cls.id_for(studio_id))
        roster.record(RosterOpened(studio_id=studio_id, host_id=host_id))
        return roster

    def note_plan(self, sessions_a_year: tuple[int, ...]) -> None:
        if not self.is_plan_filed:
            self.record(PlanNoted(sessions_a_year=sessions_a_year))

    def activate(self, plaqued_on: date, ends_on: date) -> None:
        if self.plaqued_on is None:
            self.record(StudioActivated(studio_id=self.studio_id, plaqued_on=plaqued_on, ends_on=ends_on))

    def list_member(self, membership_id: UUID, person_id: UUID, day: date) -> None:
        if membership_id not in self.listed:
            self.record(MemberListed(membership_id=membership_id, person_id=person_id, listed_on=day))

    def note_pair(self, membership_id: UUID) -> None:
        if membership_id not in self.pairs:
            self.record(PairNoted(membership_id=membership_id))

    def unlist_member(self, membership_id: UUID, person_id: UUID, day: date) -> None:
        if membership_id in self.pairs:
            self.record(MemberUnlisted(membership_id=membership_id, person_id=person_id, unlisted_on=day))

    def plan_session(self, session_id: UUID, planned: Planned) -> None:
        self.check_running()
        if self.planned.get(session_id) == planned:
            return
        if session_id in self.planned or session_id in self.cancelled:
            raise Refused("id-taken", rule=None, zh="这个活动编号已被使用", en="this session id is taken already")
        self.record(
            SessionPlanned(
                session_id=session_id, held_on=planned.held_on, place=planned.place,
                topic=planned.topic, class_hours=planned.class_hours,
            )
        )  # fmt: skip

    def cancel_session(self, session_id: UUID) -> None:
        self.check_running()
        if session_id not in self.cancelled:
            self.record(SessionCancelled(session_id=session_id))

    def check_session_day(self, day: date) -> None:
        """Sessions count from the plaque to the cycle's end (A.9-4)."""
        self.check_running()
        if self.plaqued_on is None or self.ends_on is None or day < self.plaqued_on:
            raise Refused(
                "session-before-plaque", rule="MEM-05", on=day.isoformat(),
                zh="挂牌之前不能开展计入考勤的活动", en="no session counts before the plaque hangs",
            )  # fmt: skip
        if day > self.ends_on:
            raise Refused(
                "session-after-cycle", rule="AMB-12", on=day.isoformat(), ends_on=self.ends_on.isoformat(),
                zh="{on}在建设周期结束日{ends_on}之后", en="{on} is after the cycle's end, {ends_on}",
            )  # fmt: skip

    def obliged_on(self, day: date) -> tuple[UUID, ...]:
        """Who is on the roster that day: joined by then, still a member (AMB-02)."""
        return tuple(dict.fromkeys(person for person, since, until in self.periods if since <= day < until))

    def was_kept_away(self, person_id: UUID, day: date) -> bool:
        """Between two periods on the roster: removed and reinstated. Who left by themselves does not return."""
        mine = sorted((since, until) for person, since, until in self.periods if person == person_id)
        return any(until <= day < since for (_, until), (since, _) in pairwise(mine))

    def joined_on(self, person_id: UUID) -> date:
        """Since when a person is, or was last, on the roster."""
        return max(since for person, since, _ in self.periods if person == person_id)

    @property
    def years(self) -> tuple[tuple[date, date], ...]:
        """First and last day of each project year (A.9-13); none before the plaque."""
        if self.plaqued_on is None or self.ends_on is None:
            return ()
        months = (self.ends_on.year - self.plaqued_on.year) * 12 + self.ends_on.month - self.plaqued_on.month
        return project_years(self.plaqued_on, months)

    def year_on(self, day: date) -> int:
        """The project year of a session's day; sessions are on no other days (A.9-4)."""
        return next(year for year, (first, last) in enumerate(self.years, start=1) if first <= day <= last)

    def planned_in(self, year: int) -> dict[UUID, Planned]:
        first, last = self.years[year - 1]
        return {id: planned for id, planned in self.planned.items() if first <= planned.held_on <= last}

    def filed_sessions(self, year: int) -> int | None:
        """How many the filed plan has for the year; None without a plan."""
        return self.sessions_a_year[year - 1] or None if year <= len(self.sessions_a_year) else None

    def is_year_over(self, year: int, on: date) -> bool:
        return on > self.years[year - 1][1] or year in self.years_over or self.is_cycle_over

    def end_year(self, year: int) -> None:
        if self.ended is None and not self.is_closed and year not in self.years_over:
            self.record(ProjectYearEnded(studio_id=self.studio_id, year=year))

    def admit_transfer(self, person_id: UUID, from_studio_id: UUID) -> None:
        self.check_running()
        if person_id not in self.transfers:
            self.record(TransferAdmitted(studio_id=self.studio_id, person_id=person_id, from_studio_id=from_studio_id))

    def settle(self, session_id: UUID) -> None:
        if session_id not in self.settled:
            self.record(SessionSettled(session_id=session_id))

    def end_joining(self) -> None:
        if not self.is_joining_over:
            self.record(JoiningEnded())

    def check_joining(self, person_id: UUID) -> None:
        self.check_running()
        if self.is_joining_over and person_id not in self.transfers:
            raise Refused(
                "joining-over", rule="A.9-10",
                zh="中期考核生效后不再吸收新成员", en="nobody joins after the mid-term took effect",
            )  # fmt: skip

    def end_cycle(self) -> None:
        if self.ends_on and not self.is_cycle_over and self.ended in (None, "completed"):
            self.record(CycleEnded(studio_id=self.studio_id, ends_on=self.ends_on))

    def close(self, members: tuple[RosterEntry, ...]) -> None:
        if not self.is_closed:
            self.record(StudioRosterClosed(studio_id=self.studio_id, members=members))

    def end(self, reason: Literal["studio_disqualified", "studio_closed", "completed"], day: date) -> bool:
        """True when it ended just now."""
        if self.ended is not None:
            return False
        self.record(RosterEnded(reason=reason, ended_on=day))
        return True

    def check_running(self) -> None:
        if self.ended or self.is_closed:
            raise self._ended()

    def check_open(self) -> None:
        """A completed studio's records may be put right until its roster closes (A.9-12)."""
        if self.ended not in (None, "completed") or self.is_closed:
            raise self._ended()

    def _ended(self) -> Refused:
        return Refused(
            "roster-ended", rule="AMB-16", reason=self.ended or "closed",
            zh="该工作室的名册已结束（{reason}）", en="the studio's roster has ended ({reason})",
        )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case RosterOpened():
                self.studio_id, self.host_id = happened.studio_id, happened.host_id
            case PlanNoted(sessions_a_year=sessions_a_year):
                self.is_plan_filed, self.sessions_a_year = True, sessions_a_year
            case StudioActivated():
                self.plaqued_on, self.ends_on = happened.plaqued_on, happened.ends_on
            case PairNoted():
                self.pairs[happened.membership_id] = None
            case MemberListed():
                self.pairs[happened.membership_id] = None
                self.listed[happened.membership_id] = happened.person_id, happened.listed_on
                self.memberships[happened.person_id] = happened.membership_id
                self.periods.append((happened.person_id, happened.listed_on, date.max))
            case MemberUnlisted():
                self.listed.pop(happened.membership_id, None)
                self.pairs.pop(happened.membership_id, None)
                self.periods = [
                    (person, since, min(until, happened.unlisted_on) if person == happened.person_id else until)
                    for person, since, until in self.periods
                ]
            case SessionPlanned():
                self.planned[happened.session_id] = Planned(
                    happened.held_on, happened.place, happened.topic, happened.class_hours
                )
            case SessionCancelled(session_id=session_id):
                self.cancelled[session_id] = self.planned.pop(session_id)
            case TransferAdmitted(person_id=person_id):
                self.transfers.add(person_id)
            case ProjectYearEnded(year=year):
                self.years_over.add(year)
            case SessionSettled():
                self.settled.add(happened.session_id)
            case JoiningEnded():
                self.is_joining_over = True
            case CycleEnded():
                self.is_cycle_over = True
            case StudioRosterClosed():
                self.is_closed = True
            case RosterEnded(reason=reason, ended_on=ended_on):
                self.ended, self.ended_on = reason, ended_on
