"""One studio's roster: who is on it from when, which sessions are planned, when it closes."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal, Self
from uuid import UUID

from services.membership.events import (
    ConductNoted,
    ConductSettled,
    CycleEnded,
    Disengaged,
    Engaged,
    HandedOver,
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
from shared.kernel.policy import PolicySettings
from shared.kernel.published import RosterEntry, StudioRosterClosed
from shared.kernel.values import Label, Whole, derived_id


class Engagement(Aggregate):
    """To which studios of the school a person belongs: one at a time, unless the settings allow more (AMB-25)."""

    opens = Engaged

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.studios: set[UUID] = set()
        """One, unless the settings allow more."""

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("engagement", school, person_id)

    def engage(self, studio_id: UUID, *, barred_by: UUID | None = None) -> None:
        """`barred_by`: another studio that the person belongs to and that the settings do not allow beside this."""
        if barred_by is not None:
            raise Refused(
                "already-engaged", rule="AMB-25", studio_id=str(barred_by),
                zh="此人已属于工作室{studio_id}", en="this person belongs to studio {studio_id} already",
            )  # fmt: skip
        if studio_id not in self.studios:
            self.record(Engaged(studio_id=studio_id))

    def release(self, studio_id: UUID) -> None:
        if studio_id in self.studios:
            self.record(Disengaged(studio_id=studio_id))

    def apply(self, happened: Any) -> None:
        match happened:
            case Engaged(studio_id=studio_id):
                self.studios.add(studio_id)
            case Disengaged(studio_id=studio_id):
                self.studios.discard(studio_id)


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
    starts_on: date | None = None
    """The first day of the cycle: the plaque's, or the list's publication (AMB-12)."""
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
        self.former_hosts: set[UUID] = set()
        self.replaced: dict[UUID, UUID] = {}
        """Former memberships by those that took their place (SIL-05)."""
        self.undecided: dict[UUID, UUID] = {}
        """Violations of the code of conduct without a decision, and by whom (SIL-07)."""

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

    def activate(self, plaqued_on: date, ends_on: date, starts_on: date | None = None) -> None:
        if self.plaqued_on is None:
            self.record(
                StudioActivated(
                    studio_id=self.studio_id, plaqued_on=plaqued_on, ends_on=ends_on, starts_on=starts_on
                )
            )  # fmt: skip

    def list_member(self, membership_id: UUID, person_id: UUID, day: date, replaces: UUID | None = None) -> None:
        if membership_id not in self.listed:
            self.record(
                MemberListed(membership_id=membership_id, person_id=person_id, listed_on=day, replaces=replaces)
            )

    def check_not_replaced(self, former_id: UUID, by: UUID) -> None:
        """A former member is replaced once (SIL-05)."""
        if self.replaced.get(former_id, by) != by:
            raise Refused(
                "replaced-already", rule="SIL-05", membership_id=str(former_id),
                zh="成员关系{membership_id}已有人替补", en="membership {membership_id} was replaced already",
            )  # fmt: skip

    def hand_over(self, handed: HandedOver) -> bool:
        """Another host leads from now on (SIL-04); True when it is new."""
        if self.host_id == handed.host_id or self.ended or self.is_closed:
            return False
        self.record(handed)
        return True

    def note_conduct(self, violation_id: UUID, person_id: UUID, membership_id: UUID | None, day: date) -> None:
        if violation_id not in self.undecided:
            self.record(
                ConductNoted(violation_id=violation_id, person_id=person_id, membership_id=membership_id, noted_on=day)
            )

    def settle_conduct(self, violation_id: UUID, day: date, *, returns: bool) -> None:
        if (person_id := self.undecided.get(violation_id)) is not None:
            self.record(ConductSettled(violation_id=violation_id, person_id=person_id, settled_on=day, returns=returns))

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
        """Between two periods on the roster: removed and reinstated, or suspended. Who left does not return."""
        mine = sorted((since, until) for person, since, until in self.periods if person == person_id)
        return any(until <= day < since for (_, until), (since, _) in pairwise(mine))

    def joined_on(self, person_id: UUID) -> date:
        """Since when a person is, or was last, on the roster."""
        return max(since for person, since, _ in self.periods if person == person_id)

    @property
    def years(self) -> tuple[tuple[date, date], ...]:
        """First and last day of each project year (A.9-13, AMB-12); none before the plaque."""
        if self.starts_on is None or self.ends_on is None:
            return ()
        months = (self.ends_on.year - self.starts_on.year) * 12 + self.ends_on.month - self.starts_on.month
        return project_years(self.starts_on, months)

    def year_on(self, day: date) -> int:
        """The project year of a session's day; sessions are on no other days (A.9-4)."""
        return next(year for year, (first, last) in enumerate(self.years, start=1) if first <= day <= last)

    def planned_in(self, year: int) -> dict[UUID, Planned]:
        first, last = self.years[year - 1]
        return {id: planned for id, planned in self.planned.items() if first <= planned.held_on <= last}

    def filed_sessions(self, year: int) -> int | None:
        """How many the filed plan has for the year; None without a plan."""
        return self.sessions_a_year[year - 1] or None if year <= len(self.sessions_a_year) else None

    @property
    def filed_in_all(self) -> int | None:
        """How many the filed plan has for all project years; None while one of them has no number."""
        years = [self.filed_sessions(year) for year in range(1, len(self.years) + 1)]
        return sum(filter(None, years)) if years and None not in years else None

    def is_over(self, on: date) -> bool:
        return self.is_cycle_over or (self.ends_on is not None and on > self.ends_on)

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

    def check_joining(self, person_id: UUID, settings: PolicySettings) -> None:
        """Until the mid-term took effect or the cycle ends (SIL-05), and not while the host is suspended (SIL-07)."""
        self.check_running()
        if self.host_id in self.undecided.values():
            raise Refused(
                "host-suspended", rule="SIL-07",
                zh="主持人因师德问题待处理，暂停吸收成员",
                en="the host is suspended: nobody joins until that is decided",
            )  # fmt: skip
        if settings.join_until == "cycle_end":
            if self.is_cycle_over:
                raise Refused(
                    "joining-over", rule="SIL-05",
                    zh="建设周期结束后不再吸收新成员", en="nobody joins after the cycle's end",
                )  # fmt: skip
            return
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
                self.starts_on = happened.starts_on or happened.plaqued_on
            case PairNoted():
                self.pairs[happened.membership_id] = None
            case MemberListed():
                self.pairs[happened.membership_id] = None
                self.listed[happened.membership_id] = happened.person_id, happened.listed_on
                self.memberships[happened.person_id] = happened.membership_id
                self.periods.append((happened.person_id, happened.listed_on, date.max))
                if happened.replaces:
                    self.replaced[happened.replaces] = happened.membership_id
            case MemberUnlisted():
                self.listed.pop(happened.membership_id, None)
                self.pairs.pop(happened.membership_id, None)
                self._end_period(happened.person_id, happened.unlisted_on)
            case ConductNoted():
                self.undecided[happened.violation_id] = happened.person_id
                if happened.membership_id:
                    self._end_period(happened.person_id, happened.noted_on)
            case ConductSettled():
                self.undecided.pop(happened.violation_id, None)
                if happened.returns:
                    self.periods.append((happened.person_id, happened.settled_on, date.max))
            case HandedOver():
                self.former_hosts.add(self.host_id)
                self.host_id = happened.host_id
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

    def _end_period(self, person_id: UUID, day: date) -> None:
        self.periods = [
            (person, since, min(until, day) if person == person_id else until) for person, since, until in self.periods
        ]
