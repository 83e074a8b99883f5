"""One studio's roster: who is on it from when, which sessions are planned, when it closes."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.membership.events import (
    CycleEnded,
    Disengaged,
    Engaged,
    JoiningEnded,
    MemberListed,
    MemberUnlisted,
    PairNoted,
    PlanNoted,
    RosterEnded,
    RosterOpened,
    SessionPlanned,
    SessionSettled,
    StudioActivated,
)
from shared.kernel.model import Aggregate, Refused
from shared.kernel.published import RosterEntry, StudioRosterClosed
from shared.kernel.values import Label, Whole


class Engagement(Aggregate):
    """That a person belongs to one studio of the school at a time (AMB-25)."""

    opens = Engaged

    studio_id: UUID | None = None

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"mingban/engagement/{school}/{person_id}")

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
    is_closed = False

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.listed: dict[UUID, tuple[UUID, date]] = {}
        self.pairs: dict[UUID, None] = {}
        self.ever_listed: dict[UUID, tuple[UUID, date]] = {}
        self.unlisted_on: dict[UUID, date] = {}
        self.planned: dict[UUID, Planned] = {}
        self.settled: set[UUID] = set()

    @staticmethod
    def id_for(studio_id: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"mingban/roster/{studio_id}")

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
        if session_id in self.planned:
            raise Refused("id-taken", rule=None, zh="这个活动编号已被使用", en="this session id is taken already")
        self.record(
            SessionPlanned(
                session_id=session_id, held_on=planned.held_on, place=planned.place,
                topic=planned.topic, class_hours=planned.class_hours,
            )
        )  # fmt: skip

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
        return tuple(
            person
            for membership, (person, since) in self.ever_listed.items()
            if since <= day < self.unlisted_on.get(membership, date.max)
        )

    def settle(self, session_id: UUID) -> None:
        if session_id not in self.settled:
            self.record(SessionSettled(session_id=session_id))

    def end_joining(self) -> None:
        if not self.is_joining_over:
            self.record(JoiningEnded())

    def check_joining(self) -> None:
        self.check_running()
        if self.is_joining_over:
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

    def end(self, reason: Literal["studio_disqualified", "studio_closed", "completed"]) -> bool:
        """True when it ended just now."""
        if self.ended is not None:
            return False
        self.record(RosterEnded(reason=reason))
        return True

    def check_running(self) -> None:
        if self.ended or self.is_closed:
            raise Refused(
                "roster-ended", rule="AMB-16", reason=self.ended or "closed",
                zh="该工作室的名册已结束（{reason}）", en="the studio's roster has ended ({reason})",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case RosterOpened():
                self.studio_id, self.host_id = happened.studio_id, happened.host_id
            case PlanNoted():
                self.is_plan_filed = True
            case StudioActivated():
                self.plaqued_on, self.ends_on = happened.plaqued_on, happened.ends_on
            case PairNoted():
                self.pairs[happened.membership_id] = None
            case MemberListed():
                self.pairs[happened.membership_id] = None
                self.listed[happened.membership_id] = happened.person_id, happened.listed_on
                self.ever_listed[happened.membership_id] = happened.person_id, happened.listed_on
            case MemberUnlisted():
                self.listed.pop(happened.membership_id, None)
                self.unlisted_on[happened.membership_id] = happened.unlisted_on
                self.pairs.pop(happened.membership_id, None)
            case SessionPlanned():
                self.planned[happened.session_id] = Planned(
                    happened.held_on, happened.place, happened.topic, happened.class_hours
                )
            case SessionSettled():
                self.settled.add(happened.session_id)
            case JoiningEnded():
                self.is_joining_over = True
            case CycleEnded():
                self.is_cycle_over = True
            case StudioRosterClosed():
                self.is_closed = True
            case RosterEnded(reason=reason):
                self.ended = reason
