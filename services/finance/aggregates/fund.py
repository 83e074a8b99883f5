"""One studio's fund: one stream, so that a cut and a payment can never miss each other."""

from datetime import date, timedelta
from typing import Any, Literal, Self
from uuid import UUID

from services.finance.aggregates.claim import Claim
from services.finance.events import (
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
    FundingCut,
    FundOpened,
    FundsReleased,
    FundsReturned,
    Kind,
    MemberNoted,
    MidtermPassed,
    ProjectYear,
    Quarter,
    ReleaseCancelled,
    ReportFiled,
    WindingDown,
    YearsLaidOut,
    utilisation,
)
from shared.kernel.calendar import project_years
from shared.kernel.model import Aggregate, NotYet, Refused
from shared.kernel.money import Fen
from shared.kernel.policy import PolicySettings
from shared.kernel.published import StudioPlaqued
from shared.kernel.values import Text, derived_id


class Fund(Aggregate):
    """Released money, what is reserved of it, what was spent, and how it ended."""

    opens = FundOpened
    called = "工作室经费"

    studio_id: UUID
    host_id: UUID
    year_fen = Fen(0)
    is_laid_out = False
    starts_on = date.min
    ends_on = date.max - timedelta(days=366)
    wind_down_days = 0
    released = 0
    spent = 0
    is_midterm_passed = False
    is_cut = False
    activities_through: date | None = None
    payable_through: date | None = None
    is_returned = False
    returned = 0

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.years: dict[int, ProjectYear] = {}
        self.done_years: set[int] = set()
        self.members: dict[UUID, str] = {}
        self.trainees: set[UUID] = set()
        self.claims: dict[UUID, Claim] = {}
        self.reports: dict[Quarter, ReportFiled] = {}

    @staticmethod
    def id_for(studio_id: UUID) -> UUID:
        return derived_id("fund", studio_id)

    @classmethod
    def open(cls, studio_id: UUID, host_id: UUID) -> Self:
        fund = cls(cls.id_for(studio_id))
        fund.record(FundOpened(studio_id=studio_id, host_id=host_id))
        return fund

    def lay_out(self, studio: StudioPlaqued, settings: PolicySettings) -> None:
        """A year that starts on or after the mid-term's due date is held (A.9-13)."""
        if self.is_laid_out:
            return
        spans = project_years(studio.plaqued_on, settings.cycle_months)[: settings.release_count]
        years = tuple(
            ProjectYear(number=n, starts_on=first, ends_on=last, held=first >= studio.midterm_due_on)
            for n, (first, last) in enumerate(spans, start=1)
        )
        self.record(
            YearsLaidOut(
                studio_id=self.studio_id, years=years, year_fen=settings.release_fen, ends_on=studio.ends_on,
                wind_down_days=settings.wind_down_days, host_id=self.host_id,
            )
        )  # fmt: skip

    @property
    def reserved(self) -> int:
        return sum(claim.asked.fen for claim in self.claims.values() if not claim.is_resolved)

    @property
    def available(self) -> int:
        return self.released - self.spent - self.returned - self.reserved

    def note_member(self, person_id: UUID, standing: Literal["joined", "left"], kind: Kind) -> None:
        is_new_trainee = standing == "joined" and kind == "trainee" and person_id not in self.trainees
        if self.members.get(person_id) != standing or is_new_trainee:
            self.record(MemberNoted(person_id=person_id, standing=standing, kind=kind))

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
        """The studio ended without a cut; what was not released is cancelled.

        After the cycle's last day, while its timer is late, it ends as the timer would have ended it.
        """
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
            if not claim.is_resolved:
                self._turn_down(expense_id, "wind_down_over")
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

    def sign(self, expense_id: UUID, host_id: UUID, day: date) -> None:
        """The host stands for a member's claim before an office sees it (A.9-8)."""
        claim = self._claim(expense_id)
        if claim.state in ("signed", "approved", "paid", "reversed"):
            return
        claim.check_unresolved()
        self._check_payable(claim.asked.activity_on, day)
        self._check_payee(claim.asked.payee_id)
        self.record(ExpenseSigned(expense_id=expense_id, host_id=host_id))

    def approve(self, expense_id: UUID, approver_id: UUID, other_reason: Text | None, day: date) -> None:
        """By an office, and by nobody who asked for it (A.9-27)."""
        claim = self._claim(expense_id)
        if claim.state in ("approved", "paid"):
            return
        claim.check_unresolved()
        self._check_payable(claim.asked.activity_on, day)
        self._check_payee(claim.asked.payee_id)
        claim.check_signed()
        claim.check_reason(other_reason)
        claim.check_third_person(approver_id, self.host_id)
        self.record(ExpenseApproved(expense_id=expense_id, approver_id=approver_id, other_reason=other_reason))

    def refuse(self, expense_id: UUID) -> None:
        claim = self._claim(expense_id)
        if claim.state == "refused":
            return
        claim.check_unresolved()
        self._turn_down(expense_id, "by_office")

    def pay(self, expense_id: UUID, payer_id: UUID, day: date) -> None:
        claim = self._claim(expense_id)
        if claim.state == "paid":
            return
        claim.check_unresolved()
        if claim.approver_id is None:
            raise Refused("not-approved", rule="FIN-03", zh="该报销尚未审批", en="this expense is not approved yet")
        self._check_payable(claim.asked.activity_on, day)
        self._check_payee(claim.asked.payee_id)
        claim.check_third_person(payer_id, self.host_id, claim.approver_id)
        self.record(
            ExpenseSpent(
                expense_id=expense_id, studio_id=self.studio_id, fen=claim.asked.fen,
                category=claim.asked.category, payer_id=payer_id, fiscal_year=day.year,
            )
        )  # fmt: skip

    def reverse(self, expense_id: UUID, payer_id: UUID, reason: Text, day: date) -> None:
        """A wrong payment is taken back by a new entry, until the rest went back to the school (A.9-8)."""
        claim = self._claim(expense_id)
        if claim.state == "reversed":
            return
        if claim.state != "paid":
            raise Refused(
                "not-paid", rule="A.9-8", state=claim.state,
                zh="该报销未付款（{state}），无可冲正", en="this expense is not paid ({state}): nothing to reverse",
            )  # fmt: skip
        if self.is_returned:
            raise Refused(
                "funds-returned", rule="A.9-8", returned_fen=self.returned, returned=Fen(self.returned).yuan,
                zh="余款{returned}元已退回学校，更正由学校账目处理",
                en="the rest, {returned} yuan, went back to the school: its own books correct this",
            )  # fmt: skip
        claim.check_third_person(payer_id, self.host_id, claim.approver_id)
        self.record(
            ExpenseReversed(
                expense_id=expense_id, studio_id=self.studio_id, fen=claim.asked.fen,
                category=claim.asked.category, payer_id=payer_id, reason=reason, fiscal_year=day.year,
            )
        )  # fmt: skip

    def file_report(self, period: Quarter, text: Text, day: date) -> None:
        """Once a quarter that is over, from the plaque's to that of the return (FIN-06)."""
        if (filed := self.reports.get(period)) is not None:
            if filed.text == text:
                return
            raise Refused(
                "report-filed", rule="FIN-06", period=period,
                zh="{period}的经费使用报告已提交", en="the report on {period} is filed already",
            )  # fmt: skip
        self._check_reportable(period, day)
        self.record(
            ReportFiled(
                studio_id=self.studio_id, host_id=self.host_id, period=period, text=text,
                released_fen=Fen(self.released), reserved_fen=Fen(self.reserved), spent_fen=Fen(self.spent),
                available_fen=Fen(self.available),
                utilisation_percent_hundredths=utilisation(self.spent, self.released),
            )
        )  # fmt: skip

    def _cancel_waiting(self) -> int:
        waiting = sorted(set(self.years) - self.done_years)
        for number in waiting:
            self.record(ReleaseCancelled(studio_id=self.studio_id, year=number, fen=self.year_fen))
        return self.year_fen * len(waiting)

    def _turn_down(self, expense_id: UUID, reason: Literal["by_office", "wind_down_over"]) -> None:
        fen = self.claims[expense_id].asked.fen
        self.record(ExpenseRefused(expense_id=expense_id, reason=reason, studio_id=self.studio_id, fen=fen))

    def _claim(self, expense_id: UUID) -> Claim:
        if expense_id not in self.claims:
            raise Refused(
                "expense-unknown", rule=None, expense_id=str(expense_id),
                zh="该工作室没有报销{expense_id}", en="this studio has no expense {expense_id}",
            )  # fmt: skip
        return self.claims[expense_id]

    def _check_laid_out(self) -> None:
        if not self.is_laid_out:
            raise NotYet("applications", "studio-plaqued")

    def _last_days(self) -> tuple[date, date]:
        """Of activities and of payments. Before any end the cycle's hold, also while its timer is late."""
        last_payment = self.ends_on + timedelta(days=self.wind_down_days)
        return self.activities_through or self.ends_on, self.payable_through or last_payment

    def _check_reportable(self, period: Quarter, day: date) -> None:
        self._check_laid_out()
        return_on = self._last_days()[1] + timedelta(days=1)
        first, last = Quarter.of(self.starts_on), Quarter.of(return_on)
        if not first <= period <= last:
            raise Refused(
                "period-out-of-time", rule="FIN-06", period=period, first=first, last=last,
                zh="{period}不在应报告的{first}至{last}之间", en="{period} is not between {first} and {last}",
            )  # fmt: skip
        if day <= period.ends_on:
            raise Refused(
                "period-running", rule="FIN-06", period=period, ends_on=period.ends_on.isoformat(), on=day.isoformat(),
                zh="{period}到{ends_on}才结束，今为{on}", en="{period} ends on {ends_on}, it is {on}",
            )  # fmt: skip

    def _check_payable(self, activity_on: date, day: date) -> None:
        """After a cut or the cycle's end: earlier activities only, and only through day 30 (A.9-8)."""
        last_activity, last_payment = self._last_days()
        if self.is_returned or activity_on > last_activity or day > last_payment:
            raise Refused(
                "funding-over", rule="FIN-05" if self.is_cut else "A.9-8",
                activity_on=activity_on.isoformat(), on=day.isoformat(),
                activities_through=last_activity.isoformat(), payable_through=last_payment.isoformat(),
                zh="经费支持已终止：只受理{activities_through}及以前的活动，付款至{payable_through}",
                en="funding has ended: activities through {activities_through}, paid through {payable_through}",
            )  # fmt: skip
        self._check_laid_out()
        if not self.starts_on <= activity_on <= day:
            raise Refused(
                "activity-out-of-time", rule="FIN-03",
                activity_on=activity_on.isoformat(), on=day.isoformat(), first=self.starts_on.isoformat(),
                zh="活动日期{activity_on}须在挂牌日{first}与业务日期{on}之间",
                en="the activity on {activity_on} is not between the plaque, {first}, and {on}",
            )  # fmt: skip

    def _check_payee(self, payee_id: UUID | None) -> None:
        """Whoever is or was host or trainee is not paid as an expert; asked again when it is paid."""
        if payee_id is not None and (payee_id == self.host_id or payee_id in self.trainees):
            raise Refused(
                "payee-is-member", rule="AMB-21", payee_id=str(payee_id),
                zh="不得向本工作室主持人或学员支付专家费",
                en="the studio's own host and trainees are not paid as experts",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case FundOpened():
                self.studio_id, self.host_id = happened.studio_id, happened.host_id
            case YearsLaidOut():
                self.is_laid_out = True
                self.starts_on = min((year.starts_on for year in happened.years), default=date.min)
                self.years = {year.number: year for year in happened.years}
                self.year_fen, self.ends_on = happened.year_fen, happened.ends_on
                self.wind_down_days = happened.wind_down_days
            case MemberNoted(person_id=person, standing=standing):
                self.members[person] = standing
                if standing == "joined" and happened.kind == "trainee":
                    self.trainees.add(person)
            case FundsReleased(year=number, fen=fen):
                self.done_years.add(number)
                self.released += fen
            case MidtermPassed():
                self.is_midterm_passed = True
            case ReleaseCancelled(year=number):
                self.done_years.add(number)
            case ExpenseClaimed(expense_id=id):
                self.claims[id] = Claim(happened, "signed" if happened.claimant_id == self.host_id else "submitted")
            case ExpenseSigned(expense_id=id):
                self.claims[id].state = "signed"
            case ExpenseApproved(expense_id=id, approver_id=approver):
                self.claims[id].approver_id, self.claims[id].state = approver, "approved"
            case ExpenseRefused(expense_id=id):
                self.claims[id].state = "refused"
            case ExpenseSpent(expense_id=id, fen=fen):
                self.claims[id].state = "paid"
                self.spent += fen
            case ExpenseReversed(expense_id=id, fen=fen):
                self.claims[id].state = "reversed"
                self.spent -= fen
            case FundingCut():
                self.is_cut = True
                self._end(happened.activities_through, happened.payable_through)
            case WindingDown():
                self._end(happened.activities_through, happened.payable_through)
            case FundsReturned(fen=fen):
                self.is_returned, self.returned = True, fen
            case ReportFiled(period=period):
                self.reports[period] = happened

    def _end(self, activities_through: date, payable_through: date) -> None:
        self.activities_through, self.payable_through = activities_through, payable_through
