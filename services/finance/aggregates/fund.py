"""One studio's fund: one stream, so that a cut and a payment can never miss each other."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.finance.events import (
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseSpent,
    FundingCut,
    FundOpened,
    FundsReleased,
    FundsReturned,
    MemberNoted,
    MidtermPassed,
    ProjectYear,
    ReleaseCancelled,
    WindingDown,
    YearsLaidOut,
)
from shared.kernel.calendar import project_years
from shared.kernel.model import Aggregate, Refused
from shared.kernel.money import Fen
from shared.kernel.published import StudioPlaqued
from shared.kernel.settings import PolicySettings


@dataclass
class Claim:
    """An expense on its way: its money is reserved until it is spent or refused."""

    asked: ExpenseClaimed
    approver_id: UUID | None = None
    state: Literal["open", "approved", "spent", "refused"] = "open"


class Fund(Aggregate):
    """Released money, what is reserved of it, what was spent, and how it ended."""

    opens = FundOpened
    called = "工作室经费"

    studio_id: UUID
    host_id: UUID
    year_fen = Fen(0)
    ends_on = date.max - timedelta(days=366)
    wind_down_days = 0
    released = 0
    spent = 0
    is_midterm_passed = False
    is_cut = False
    activities_through: date | None = None
    payable_through: date | None = None
    is_returned = False

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.years: dict[int, ProjectYear] = {}
        self.done_years: set[int] = set()
        self.members: dict[UUID, str] = {}
        self.claims: dict[UUID, Claim] = {}

    @staticmethod
    def id_for(studio_id: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"mingban/fund/{studio_id}")

    @classmethod
    def open(cls, studio_id: UUID, host_id: UUID) -> Self:
        fund = cls(cls.id_for(studio_id))
        fund.record(FundOpened(studio_id=studio_id, host_id=host_id))
        return fund

    def lay_out(self, studio: StudioPlaqued, settings: PolicySettings) -> None:
        """A year that starts on or after the mid-term's due date is held (A.9-13)."""
        if self.years:
            return
        spans = project_years(studio.plaqued_on, settings.cycle_months)[: settings.release_count]
        years = tuple(
            ProjectYear(number=n, starts_on=first, ends_on=last, held=first >= studio.midterm_due_on)
            for n, (first, last) in enumerate(spans, start=1)
        )
        self.record(
            YearsLaidOut(
                studio_id=self.studio_id, years=years, year_fen=settings.release_fen, ends_on=studio.ends_on,
                wind_down_days=settings.wind_down_days,
            )
        )  # fmt: skip

    @property
    def reserved(self) -> int:
        return sum(claim.asked.fen for claim in self.claims.values() if claim.state in ("open", "approved"))

    @property
    def available(self) -> int:
        return self.released - self.spent - self.reserved

    def note_member(self, person_id: UUID, standing: Literal["joined", "left"]) -> None:
        if self.members.get(person_id) != standing:
            self.record(MemberNoted(person_id=person_id, standing=standing))

    def release(self, number: int, day: date) -> None:
        """A year's money on its first day; a held one waits for the pass (A.9-13)."""
        year = self.years[number]
        held = year.held and not self.is_midterm_passed
        over = self.activities_through is not None or day > self.ends_on
        if number in self.done_years or held or over or day < year.starts_on:
            return
        self.record(FundsReleased(studio_id=self.studio_id, year=number, fen=self.year_fen, fiscal_year=day.year))

    def pass_midterm(self, day: date) -> None:
        if self.is_midterm_passed or self.activities_through:
            return
        self.record(MidtermPassed(studio_id=self.studio_id))
        for number in self.years:
            self.release(number, day)

    def cut(self, cause: Literal["midterm", "ethics"], day: date) -> None:
        """Once: later years are cancelled, the balance is frozen for the wind-down (FIN-05, AMB-17)."""
        if self.is_cut or self.is_returned:
            return
        cancelled = self._cancel_waiting()
        before, through = day - timedelta(days=1), day + timedelta(days=self.wind_down_days)
        self.record(
            FundingCut(
                studio_id=self.studio_id, cause=cause, cancelled_fen=Fen(cancelled),
                frozen_fen=Fen(self.released - self.spent),
                activities_through=min(before, self.activities_through or self.ends_on),
                payable_through=min(
                    through, self.payable_through or self.ends_on + timedelta(days=self.wind_down_days)
                ),
            )
        )  # fmt: skip

    def wind_down(self, last_activity_on: date, decided_on: date) -> None:
        """The studio ended without a cut; what was not released is cancelled."""
        if self.activities_through or self.is_returned:
            return
        last_activity_on, decided_on = min(last_activity_on, self.ends_on), min(decided_on, self.ends_on)
        self._cancel_waiting()
        self.record(
            WindingDown(
                studio_id=self.studio_id, activities_through=last_activity_on,
                payable_through=decided_on + timedelta(days=self.wind_down_days),
            )
        )  # fmt: skip

    def return_rest(self) -> None:
        """The wind-down is over: open claims are refused, the rest goes back, once, even if it is 0."""
        if self.is_returned or not self.activities_through:
            return
        for expense_id, claim in self.claims.items():
            if claim.state in ("open", "approved"):
                self.record(ExpenseRefused(expense_id=expense_id, reason="wind_down_over"))
        self.record(FundsReturned(studio_id=self.studio_id, fen=Fen(self.released - self.spent)))

    def claim(self, asked: ExpenseClaimed, day: date) -> None:
        if (known := self.claims.get(asked.expense_id)) is not None:
            if known.asked == asked:
                return
            raise Refused("id-taken", rule=None, zh="这个报销编号已被使用", en="this expense id is taken already")
        self._check_payable(asked.activity_on, day)
        if asked.category == "expert_guidance" and asked.payee_id is None:
            raise Refused(
                "payee-missing",
                rule="AMB-21",
                zh="专家指导须写明收款专家",
                en="expert guidance names the expert who is paid",
            )
        self._check_payee(asked.payee_id)
        if asked.fen > self.available:
            raise Refused(
                "fund-exceeded", rule="FIN-08", asked_fen=int(asked.fen), available_fen=self.available,
                released_fen=self.released, reserved_fen=self.reserved, spent_fen=self.spent,
                asked=asked.fen.yuan, available=Fen(self.available).yuan,
                zh="申请{asked}元，可用仅{available}元",
                en="{asked} yuan was asked, {available} yuan is available",
            )  # fmt: skip
        self.record(asked)

    def approve(self, expense_id: UUID, approver_id: UUID, day: date) -> None:
        """By an office, and by nobody who asked for it (A.9-27)."""
        claim = self._claim(expense_id)
        if claim.state in ("approved", "spent"):
            return
        self._check_unresolved(claim)
        self._check_payable(claim.asked.activity_on, day)
        self._check_payee(claim.asked.payee_id)
        self._check_third_person(approver_id, claim.asked.claimant_id, self.host_id)
        self.record(ExpenseApproved(expense_id=expense_id, approver_id=approver_id))

    def refuse(self, expense_id: UUID) -> None:
        claim = self._claim(expense_id)
        if claim.state == "refused":
            return
        self._check_unresolved(claim)
        self.record(ExpenseRefused(expense_id=expense_id, reason="by_office"))

    def pay(self, expense_id: UUID, payer_id: UUID, day: date) -> None:
        claim = self._claim(expense_id)
        if claim.state == "spent":
            return
        self._check_unresolved(claim)
        if claim.approver_id is None:
            raise Refused("not-approved", rule="FIN-03", zh="该报销尚未审批", en="this expense is not approved yet")
        self._check_payable(claim.asked.activity_on, day)
        self._check_payee(claim.asked.payee_id)
        self._check_third_person(payer_id, claim.asked.claimant_id, self.host_id, claim.approver_id)
        self.record(
            ExpenseSpent(
                expense_id=expense_id, studio_id=self.studio_id, fen=claim.asked.fen,
                category=claim.asked.category, payer_id=payer_id, fiscal_year=day.year,
            )
        )  # fmt: skip

    def _cancel_waiting(self) -> int:
        waiting = sorted(set(self.years) - self.done_years)
        for number in waiting:
            self.record(ReleaseCancelled(studio_id=self.studio_id, year=number, fen=self.year_fen))
        return self.year_fen * len(waiting)

    def _claim(self, expense_id: UUID) -> Claim:
        if expense_id not in self.claims:
            raise Refused(
                "expense-unknown", rule=None, expense_id=str(expense_id),
                zh="该工作室没有报销{expense_id}", en="this studio has no expense {expense_id}",
            )  # fmt: skip
        return self.claims[expense_id]

    def _check_unresolved(self, claim: Claim) -> None:
        if claim.state in ("spent", "refused"):
            raise Refused(
                "expense-resolved", rule="A.9-8", state=claim.state,
                zh="该报销已办结（{state}）", en="this expense is resolved ({state})",
            )  # fmt: skip

    def _check_payable(self, activity_on: date, day: date) -> None:
        """After a cut or the cycle's end: earlier activities only, and only through day 30 (A.9-8)."""
        # Before anything ended the cycle's last day holds, also while its timer is late.
        last_activity = self.activities_through or self.ends_on
        last_payment = self.payable_through or self.ends_on + timedelta(days=self.wind_down_days)
        if not self.years or activity_on < self.years[1].starts_on or activity_on > day:
            first = self.years[1].starts_on.isoformat() if self.years else "-"
            raise Refused(
                "activity-out-of-time", rule="FIN-03",
                activity_on=activity_on.isoformat(), on=day.isoformat(), first=first,
                zh="活动日期{activity_on}须在挂牌日{first}与业务日期{on}之间",
                en="the activity on {activity_on} is not between the plaque, {first}, and {on}",
            )  # fmt: skip
        if self.is_returned or activity_on > last_activity or day > last_payment:
            raise Refused(
                "funding-over", rule="FIN-05" if self.is_cut else "A.9-8",
                activity_on=activity_on.isoformat(), on=day.isoformat(),
                activities_through=last_activity.isoformat(), payable_through=last_payment.isoformat(),
                zh="经费支持已终止：只受理{activities_through}及以前的活动，付款至{payable_through}",
                en="funding has ended: activities through {activities_through}, paid through {payable_through}",
            )  # fmt: skip

    def _check_payee(self, payee_id: UUID | None) -> None:
        """Whoever is or was host or member is not paid as an expert; asked again when it is paid."""
        if payee_id is not None and (payee_id == self.host_id or payee_id in self.members):
            raise Refused(
                "payee-is-member", rule="AMB-21", payee_id=str(payee_id),
                zh="不得向本工作室主持人或学员支付专家费",
                en="the studio's own host and members are not paid as experts",
            )  # fmt: skip

    def _check_third_person(self, person_id: UUID, *others: UUID) -> None:
        if person_id in others:
            raise Refused(
                "three-persons", rule="A.9-27",
                zh="申请（或主持）、审批、付款须为三个不同的人",
                en="claimant or host, approver and payer are three different persons",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case FundOpened():
                self.studio_id, self.host_id = happened.studio_id, happened.host_id
            case YearsLaidOut():
                self.years = {year.number: year for year in happened.years}
                self.year_fen, self.ends_on = happened.year_fen, happened.ends_on
                self.wind_down_days = happened.wind_down_days
            case MemberNoted(person_id=person, standing=standing):
                self.members[person] = standing
            case FundsReleased(year=number, fen=fen):
                self.done_years.add(number)
                self.released += fen
            case MidtermPassed():
                self.is_midterm_passed = True
            case ReleaseCancelled(year=number):
                self.done_years.add(number)
            case ExpenseClaimed(expense_id=id):
                self.claims[id] = Claim(happened)
            case ExpenseApproved(expense_id=id, approver_id=approver):
                self.claims[id].approver_id, self.claims[id].state = approver, "approved"
            case ExpenseRefused(expense_id=id):
                self.claims[id].state = "refused"
            case ExpenseSpent(expense_id=id, fen=fen):
                self.claims[id].state = "spent"
                self.spent += fen
            case FundingCut():
                self.is_cut = True
                self._end(happened.activities_through, happened.payable_through)
            case WindingDown():
                self._end(happened.activities_through, happened.payable_through)
            case FundsReturned():
                self.is_returned = True

    def _end(self, activities_through: date, payable_through: date) -> None:
        self.activities_through, self.payable_through = activities_through, payable_through
