"""A studio from the published list to its end, as applications sees it."""

from datetime import date
from typing import Any, Literal, Self
from uuid import UUID

from services.applications.aggregates.application import Application
from services.applications.events import (
    ClosureExplained,
    MemberKind,
    MemberNoted,
    NameReleased,
    NameReserved,
    PlanDrafted,
    PlanReceived,
    PlanReviewed,
    SuccessorApproved,
)
from shared.kernel.calendar import add_months, cycle_end
from shared.kernel.model import Aggregate, Refused
from shared.kernel.people import Office
from shared.kernel.personal import PersonalText
from shared.kernel.policy import PolicySettings
from shared.kernel.published import HostChanged, Outcome, PlanFiled, StudioClosed, StudioEstablished, StudioPlaqued
from shared.kernel.values import Digest, Slug, Whole, derived_id

NameForm = Literal["host", "department", "round"]


class StudioName(Aggregate):
    """A name that one running studio of the school bears; the id is the name's keyed hash (A.9-9)."""

    opens = NameReserved

    studio_id: UUID | None = None

    @staticmethod
    def id_for(school: str, digest: Digest) -> UUID:
        return derived_id("studio-name", school, digest)

    def reserve(self, studio_id: UUID) -> None:
        self.record(NameReserved(studio_id=studio_id))

    def release(self, studio_id: UUID) -> None:
        if self.studio_id == studio_id:
            self.record(NameReleased(studio_id=studio_id))

    def apply(self, happened: Any) -> None:
        self.studio_id = happened.studio_id if isinstance(happened, NameReserved) else None


class Studio(Aggregate):
    """A 名班主任工作室: one host, a filed plan, members, a plaque, three years."""

    opens = StudioEstablished
    called = "工作室"

    host_id: UUID
    round_id: UUID
    application_id: UUID
    department: Slug
    name_id: UUID
    is_plan_filed = False
    is_plan_passed: bool | None = None
    """What the Party organisation said of the plan as drafted; None before (A.9-19)."""

    plaqued_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    outcome: Outcome | None = None
    sessions_a_year: tuple[int, ...] = ()
    plan: Digest | None = None

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.receipts: dict[str, UUID] = {}
        self.pairs: dict[UUID, str] = {}
        self.kinds: dict[UUID, MemberKind] = {}

    @staticmethod
    def id_for(application_id: UUID) -> UUID:
        return derived_id("studio", application_id)

    @classmethod
    def establish(cls, application: Application, name_form: NameForm, name_id: UUID) -> Self:
        studio = cls(cls.id_for(application.id))
        studio.record(
            StudioEstablished(
                studio_id=studio.id, round_id=application.round_id, application_id=application.id,
                host_id=application.applicant_id, department=Slug(application.department),
                name_form=name_form, name_id=name_id, lead_kind=application.form.lead_kind,
            )
        )  # fmt: skip
        return studio

    def hand_over(self, approved: SuccessorApproved, day: date, name_form: NameForm, name_id: UUID) -> None:
        """Another leads from this day on, under a name of their own."""
        self.record(approved)
        self.record(
            HostChanged(
                studio_id=self.id, former_host_id=self.host_id, host_id=approved.host_id, changed_on=day,
                name_form=name_form, name_id=name_id,
            )
        )  # fmt: skip

    def check_successor(self, department: str, day: date, share: tuple[int, int]) -> None:
        """The same direction, that is the department's, and at least such a part of the cycle left (SIL-04)."""
        self._check_running()
        if department != self.department:
            raise Refused(
                "other-direction", rule="SIL-04", department=self.department, given=department,
                zh="接任主持人须与工作室同一方向（系部{department}），所报为{given}",
                en="the next host is of the studio's own direction, {department}; {given} was given",
            )  # fmt: skip
        if self.starts_on is None or self.ends_on is None:
            return
        total, left = (self.ends_on - self.starts_on).days, max((self.ends_on - day).days, 0)
        part, whole = share
        if left * whole < total * part:
            raise Refused(
                "too-late-to-hand-over", rule="SIL-04", left=left, total=total, part=part, whole=whole,
                zh="周期{total}天，剩{left}天，不足{part}/{whole}，不能更换主持人",
                en="{left} of the cycle's {total} days are left, less than {part}/{whole}: the host does not change",
            )  # fmt: skip

    def draft_plan(self, document: Digest, sessions_a_year: tuple[Whole, ...], years: int) -> None:
        self._check_running()
        if self.is_plan_filed:
            raise Refused(
                "plan-already-filed", rule="APP-06",
                zh="建设方案已备案，不能再改", en="the plan is on file and no longer changes",
            )  # fmt: skip
        if len(sessions_a_year) != years:
            raise Refused(
                "a-number-a-year", rule="MEM-11", given=len(sessions_a_year), years=years,
                zh="须给出{years}个项目年度的活动次数，现有{given}个",
                en="the plan names a number of sessions for each of {years} years, {given} were given",
            )  # fmt: skip
        if (self.plan, self.sessions_a_year) != (document, sessions_a_year):
            self.record(PlanDrafted(document=document, sessions_a_year=sessions_a_year))

    def review_plan(self, by: UUID, reason: PersonalText | None, *, passed: bool) -> None:
        """The Party organisation passes the plan as drafted, or not; a changed plan comes before it again (A.9-19)."""
        self._check_running()
        plan = self._drafted()
        if self.is_plan_passed == passed:
            return
        if self.is_plan_filed:
            raise Refused(
                "plan-already-filed", rule="APP-06",
                zh="建设方案已备案，不能再改", en="the plan is on file and no longer changes",
            )  # fmt: skip
        self.record(PlanReviewed(document=plan, passed=passed, reviewer_id=by, reason=reason))

    def receive_plan(self, office: Office, receiver_id: UUID, *, needs_review: bool = False) -> None:
        """One of two receipts; the second files the plan. One person cannot file for both (A.9-14)."""
        self._check_running()
        self._drafted()
        if office in self.receipts:
            return
        if needs_review and not self.is_plan_passed:
            raise Refused(
                "party-review-missing", rule="A.9-19",
                zh="建设方案须先经学校党组织把关", en="the school's Party organisation passes the plan first",
            )  # fmt: skip
        if receiver_id in self.receipts.values():
            raise Refused(
                "one-person-two-offices", rule="A.9-14",
                zh="两处备案须由不同的人办理", en="two different persons receive for the two offices",
            )  # fmt: skip
        self.record(PlanReceived(office=office, receiver_id=receiver_id))
        if len(self.receipts) == 2:  # noqa: PLR2004 - the two offices
            self.record(PlanFiled(studio_id=self.id, sessions_a_year=self.sessions_a_year))

    def note_member(
        self, membership_id: UUID, standing: Literal["matched", "joined", "left"], kind: MemberKind | None = None,
        person_id: UUID | None = None,
    ) -> None:  # fmt: skip
        """`kind` is told when somebody joins, and stays."""
        known = kind or self.kinds.get(membership_id, "trainee")
        if (self.pairs.get(membership_id), self.kinds.get(membership_id)) != (standing, known):
            self.record(MemberNoted(membership_id=membership_id, standing=standing, kind=known, person_id=person_id))

    def hang_plaque(
        self, day: date, settings: PolicySettings, *, on_duty: bool = True, starts_on: date | None = None
    ) -> None:
        """The cycle starts: after the plan, a trainee who joined, and every matched pair on file (MEM-05).

        It runs from the plaque's day unless `starts_on` says otherwise (AMB-12).
        """
        self._check_running()
        if self.plaqued_on:
            return
        joined = sum(at == "joined" and self.kinds[pair] == "trainee" for pair, at in self.pairs.items())
        unfiled = list(self.pairs.values()).count("matched")
        if not self.is_plan_filed or not joined or unfiled:
            raise Refused(
                "plaque-too-early", rule="MEM-05",
                plan_filed=self.is_plan_filed, receipts=len(self.receipts), joined=joined, unfiled=unfiled,
                zh="挂牌前须方案备案（{receipts}/2）、至少一名学员加入（{joined}）、无未备案协议（{unfiled}）",
                en="before the plaque: plan on file ({receipts} of 2), a member joined ({joined}), "
                "no agreement unfiled ({unfiled})",
            )  # fmt: skip
        if not on_duty:
            raise Refused(
                "not-on-duty", rule="APP-07", on=day.isoformat(),
                zh="主持人{on}不在班主任岗位，不能挂牌",
                en="the host is not on duty as homeroom teacher on {on}, so no plaque hangs",
            )  # fmt: skip
        least, most = settings.midterm_window_months
        start = starts_on or day
        self.record(
            StudioPlaqued(
                studio_id=self.id, host_id=self.host_id, plaqued_on=day, starts_on=starts_on,
                ends_on=cycle_end(start, settings.cycle_months),
                midterm_due_on=add_months(start, settings.midterm_due_months),
                midterm_opens_on=add_months(start, least), midterm_closes_on=add_months(start, most),
            )
        )  # fmt: skip

    def close(self, outcome: Outcome, reason: PersonalText | None = None) -> None:
        if self.outcome is None:
            self.record(StudioClosed(studio_id=self.id, outcome=outcome))
            if reason:
                self.record(ClosureExplained(studio_id=self.id, reason=reason))

    def _drafted(self) -> Digest:
        if self.plan is None:
            raise Refused(
                "no-plan", rule="APP-06", zh="工作室尚未提交建设方案", en="the studio has not drafted a plan yet"
            )
        return self.plan

    def _check_running(self) -> None:
        if self.outcome:
            raise Refused(
                "studio-ended", rule="AMB-16", outcome=self.outcome,
                zh="工作室已终止（{outcome}）", en="the studio has ended ({outcome})",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case StudioEstablished():
                self.host_id, self.name_id = happened.host_id, happened.name_id
                self.round_id, self.application_id = happened.round_id, happened.application_id
                self.department = happened.department
            case HostChanged():
                self.host_id, self.name_id = happened.host_id, happened.name_id
            case PlanDrafted(document=document, sessions_a_year=sessions):
                # A changed plan needs both receipts again.
                self.plan, self.sessions_a_year, self.receipts = document, sessions, {}
                self.is_plan_passed = None
            case PlanReviewed(passed=passed):
                self.is_plan_passed = passed
            case PlanReceived(office=office, receiver_id=receiver):
                self.receipts[office] = receiver
            case PlanFiled():
                self.is_plan_filed = True
            case MemberNoted(membership_id=pair, standing=standing):
                self.pairs[pair], self.kinds[pair] = standing, happened.kind
            case StudioPlaqued(plaqued_on=day):
                self.plaqued_on, self.ends_on = day, happened.ends_on
                self.starts_on = happened.starts_on or day
            case StudioClosed(outcome=outcome):
                self.outcome = outcome
