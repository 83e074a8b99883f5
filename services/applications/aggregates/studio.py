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
)
from shared.kernel.calendar import add_months, cycle_end
from shared.kernel.model import Aggregate, Refused
from shared.kernel.people import Office
from shared.kernel.policy import PolicySettings
from shared.kernel.published import Outcome, PlanFiled, StudioClosed, StudioEstablished, StudioPlaqued
from shared.kernel.values import Digest, Label, Slug, Whole, derived_id

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
    name_id: UUID
    is_plan_filed = False
    plaqued_on: date | None = None
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
                name_form=name_form, name_id=name_id,
            )
        )  # fmt: skip
        return studio

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

    def receive_plan(self, office: Office, receiver_id: UUID) -> None:
        """One of two receipts; the second files the plan. One person cannot file for both (A.9-14)."""
        self._check_running()
        if self.plan is None:
            raise Refused(
                "no-plan", rule="APP-06", zh="工作室尚未提交建设方案", en="the studio has not drafted a plan yet"
            )
        if office in self.receipts:
            return
        if receiver_id in self.receipts.values():
            raise Refused(
                "one-person-two-offices", rule="A.9-14",
                zh="两处备案须由不同的人办理", en="two different persons receive for the two offices",
            )  # fmt: skip
        self.record(PlanReceived(office=office, receiver_id=receiver_id))
        if len(self.receipts) == 2:  # noqa: PLR2004 - the two offices
            self.record(PlanFiled(studio_id=self.id, sessions_a_year=self.sessions_a_year))

    def note_member(
        self, membership_id: UUID, standing: Literal["matched", "joined", "left"], kind: MemberKind | None = None
    ) -> None:
        """`kind` is told when somebody joins, and stays."""
        known = kind or self.kinds.get(membership_id, "trainee")
        if (self.pairs.get(membership_id), self.kinds.get(membership_id)) != (standing, known):
            self.record(MemberNoted(membership_id=membership_id, standing=standing, kind=known))

    def hang_plaque(self, day: date, settings: PolicySettings, *, on_duty: bool = True) -> None:
        """The cycle starts: after the plan, a trainee who joined, and every matched pair on file (MEM-05)."""
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
        self.record(
            StudioPlaqued(
                studio_id=self.id, host_id=self.host_id, plaqued_on=day,
                ends_on=cycle_end(day, settings.cycle_months),
                midterm_due_on=add_months(day, settings.midterm_due_months),
                midterm_opens_on=add_months(day, least), midterm_closes_on=add_months(day, most),
            )
        )  # fmt: skip

    def close(self, outcome: Outcome, reason: Label | None = None) -> None:
        if self.outcome is None:
            self.record(StudioClosed(studio_id=self.id, outcome=outcome))
            if reason:
                self.record(ClosureExplained(studio_id=self.id, reason=reason))

    def _check_running(self) -> None:
        if self.outcome:
            raise Refused(
                "studio-ended", rule="AMB-16", outcome=self.outcome,
                zh="工作室已终止（{outcome}）", en="the studio has ended ({outcome})",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case StudioEstablished(host_id=host, name_id=name):
                self.host_id, self.name_id = host, name
            case PlanDrafted(document=document, sessions_a_year=sessions):
                # A changed plan needs both receipts again.
                self.plan, self.sessions_a_year, self.receipts = document, sessions, {}
            case PlanReceived(office=office, receiver_id=receiver):
                self.receipts[office] = receiver
            case PlanFiled():
                self.is_plan_filed = True
            case MemberNoted(membership_id=pair, standing=standing):
                self.pairs[pair], self.kinds[pair] = standing, happened.kind
            case StudioPlaqued(plaqued_on=day):
                self.plaqued_on = day
            case StudioClosed(outcome=outcome):
                self.outcome = outcome
