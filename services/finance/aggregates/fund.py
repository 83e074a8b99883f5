"""One studio's fund: one stream, so that a cut and a payment can never miss each other."""

from dataclasses import replace
from datetime import date
from typing import Any, Literal, Self
from uuid import UUID

from services.finance.aggregates.assets import Assets
from services.finance.aggregates.balance import Balance
from services.finance.aggregates.budgets import Budgets, check_plan, is_over
from services.finance.aggregates.claim import Claim
from services.finance.aggregates.claims import Claims, check_expert, check_thing
from services.finance.aggregates.cycle import Cycle
from services.finance.aggregates.ending import Ending
from services.finance.aggregates.fees import fee_check
from services.finance.aggregates.paying import Payable, cut_dates, wound_down
from services.finance.aggregates.people import People
from services.finance.aggregates.releases import Releases
from services.finance.aggregates.reports import Reports, check_reportable
from services.finance.aggregates.years import lapsing, waiting
from services.finance.events import (
    AssetDisposed,
    AssetsCalledIn,
    AssetStruckOff,
    BudgetLine,
    BudgetPlanned,
    BudgetSigned,
    ExpenseApproved,
    ExpenseClaimed,
    FundingCut,
    FundOpened,
    FundsLapsed,
    FundsReleased,
    FundsReturned,
    HostNoted,
    HostStanding,
    HostStandingNoted,
    Kind,
    MemberNoted,
    MidtermPassed,
    MidtermPassedTooLate,
    Quarter,
    ReleaseCancelled,
    ReportFiled,
    WindingDown,
    YearsLaidOut,
    utilisation,
)
from shared.kernel.model import Aggregate
from shared.kernel.money import Fen
from shared.kernel.personal import PersonalText
from shared.kernel.policy import PolicySettings
from shared.kernel.published import StudioPlaqued
from shared.kernel.values import derived_id


class Fund(Aggregate):
    """Released money, what is reserved of it, what was spent, and how it ended; each subject keeps its own state."""

    opens = FundOpened
    called = "工作室经费"

    studio_id: UUID

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.people, self.cycle, self.releases, self.ending = People(), Cycle(), Releases(), Ending()
        self.claims, self.reports, self.budgets, self.assets = Claims(), Reports(), Budgets(), Assets()

    @staticmethod
    def id_for(studio_id: UUID) -> UUID:
        return derived_id("fund", studio_id)

    def apply(self, happened: Any) -> None:
        match happened:
            case FundOpened(studio_id=studio):
                self.studio_id = studio
            case YearsLaidOut():
                self.cycle = Cycle.of(happened)
        for subject in (self.people, self.releases, self.ending, self.reports, self.budgets, self.assets):
            subject.apply(happened)
        self.claims.apply(happened, self.people)

    @property
    def host_id(self) -> UUID:
        """Whom texts about the studio are about."""
        return self.people.host_id

    @property
    def balance(self) -> Balance:
        return Balance(
            released=self.releases.fen, reserved=self.claims.reserved, spent=self.claims.spent,
            lapsed=self.releases.lapsed_fen, returned=self.ending.returned_fen,
        )  # fmt: skip

    @property
    def payable(self) -> Payable:
        return self.ending.payable(self.cycle)

    # The studio and its people.

    @classmethod
    def open(cls, studio_id: UUID, host_id: UUID) -> Self:
        fund = cls(cls.id_for(studio_id))
        fund.record(FundOpened(studio_id=studio_id, host_id=host_id))
        return fund

    def note_member(self, person_id: UUID, standing: Literal["joined", "left"], kind: Kind) -> None:
        if not self.people.is_known(person_id, standing, kind):
            self.record(MemberNoted(person_id=person_id, standing=standing, kind=kind))

    def note_host(self, host_id: UUID, changed_on: date) -> None:
        """What is open passes over to the new host; what the former one signed stays signed (SIL-04)."""
        if host_id == self.people.host_id:
            return
        periods = self.reports.missing(changed_on, self.payable) if self.cycle.is_laid_out else ()
        self.record(
            HostNoted(
                studio_id=self.studio_id, former_host_id=self.people.host_id, host_id=host_id,
                open_expenses=tuple(self.claims.unresolved), assets=self.assets.in_use, periods=periods,
            )
        )  # fmt: skip

    def note_host_standing(self, host_id: UUID, standing: HostStanding) -> None:
        """Of the host of now; once gone, a host does not come back."""
        if host_id == self.people.host_id and self.people.host_standing not in (standing, "gone"):
            self.record(HostStandingNoted(studio_id=self.studio_id, host_id=host_id, standing=standing))

    # The years' money: laid out with the plaque, released, lapsed, cut, and what is left returned.

    def lay_out(self, studio: StudioPlaqued, settings: PolicySettings) -> None:
        if not self.cycle.is_laid_out:
            self.record(Cycle.of_studio(studio, self.people.host_id, settings))

    def release(self, number: int, day: date) -> None:
        """Until the fund ends, once it is due."""
        year = self.cycle.years[number]
        if not self.ending.has_begun and day <= self.cycle.ends_on and self.releases.is_due(year, day):
            self._release(number, day.year)

    def pass_midterm(self, day: date) -> None:
        """The pass's own date decides: of before the end it frees a year that the end cancelled (A.9-13)."""
        last = self.ending.activities_through
        is_known = self.releases.is_midterm_passed or self.releases.is_pass_too_late
        if is_known or self.ending.is_cut or (last is not None and day > last):
            return
        if self.ending.is_returned:
            self.record(MidtermPassedTooLate(studio_id=self.studio_id))
            return
        self.record(MidtermPassed(studio_id=self.studio_id))
        for number, year in self.cycle.years.items():
            if last is None:
                self.release(number, day)
            elif self.releases.is_freed(year, day, last):
                self._release(number, max(day, year.starts_on).year)

    def lapse(self, number: int) -> None:
        """At a year's end, once (AMB-19)."""
        if number in self.releases.lapsed or self.ending.has_begun or not self.cycle.lapses_after(number):
            return
        claims, releases = self.claims, self.releases
        fen = lapsing(releases.fen_through(number), claims.spent, claims.reserved, releases.lapsed_fen)
        self.record(FundsLapsed(studio_id=self.studio_id, year=number, fen=Fen(fen)))

    def cut(self, cause: Literal["midterm", "ethics"], day: date) -> None:
        """Once: later years are cancelled, the balance is frozen for the wind-down (FIN-05, AMB-17)."""
        if self.ending.is_cut or self.ending.is_returned:
            return
        cancelled = self._cancel_waiting()
        activities_through, payable_through = cut_dates(day, self.payable, self.cycle.wind_down_days)
        self.record(
            FundingCut(
                studio_id=self.studio_id, cause=cause, cancelled_fen=Fen(cancelled), frozen_fen=Fen(self.balance.rest),
                activities_through=activities_through, payable_through=payable_through,
            )
        )  # fmt: skip

    def wind_down(self, last_activity_on: date, decided_on: date) -> None:
        """The studio ended without a cut; what was not released is cancelled.

        After the cycle's last day, while its timer is late, it ends as the timer would have ended it.
        """
        if self.ending.has_begun or self.ending.is_returned:
            return
        ends_on = self.cycle.ends_on
        self._cancel_waiting()
        self.record(
            WindingDown(
                studio_id=self.studio_id, activities_through=min(last_activity_on, ends_on),
                payable_through=wound_down(min(decided_on, ends_on), self.cycle.wind_down_days),
            )
        )  # fmt: skip

    def return_rest(self) -> None:
        """The wind-down is over: open claims are refused, the rest goes back, once, even if it is 0."""
        if self.ending.is_returned or not self.ending.has_begun:
            return
        for claim in self.claims.unresolved.values():
            self.record(claim.refused(self.studio_id, "wind_down_over"))
        if in_use := self.assets.in_use:
            self.record(AssetsCalledIn(studio_id=self.studio_id, asset_ids=in_use))
        self.record(FundsReturned(studio_id=self.studio_id, fen=Fen(self.balance.rest)))

    def _release(self, number: int, fiscal_year: int) -> None:
        fen = self.cycle.year_fen
        self.record(FundsReleased(studio_id=self.studio_id, year=number, fen=fen, fiscal_year=fiscal_year))

    def _cancel_waiting(self) -> int:
        numbers, fen = waiting(self.cycle.years, self.releases.released, self.releases.cancelled), self.cycle.year_fen
        for number in numbers:
            self.record(ReleaseCancelled(studio_id=self.studio_id, year=number, fen=fen))
        return fen * len(numbers)

    # Expenses: claimed, signed, approved, paid; or refused; a wrong payment is reversed.

    def claim(self, asked: ExpenseClaimed, day: date, settings: PolicySettings) -> None:
        if self.claims.has(asked):
            return
        self.people.check_not_suspended(asked.claimant_id)
        self.ending.check_payable(self.cycle, asked.activity_on, day)
        check_expert(asked)
        self.people.check_payee(asked.payee_id)
        check_thing(asked)
        self.balance.check_available(asked.fen)
        year = self.cycle.year_on(asked.activity_on)
        plan = self.budgets.plan_for(asked, year, settings)
        over_budget = plan is not None and is_over(plan, asked, self.claims.used(asked.category, plan.year, self.cycle))
        checked = asked.expert_rank is not None or asked.class_hours is not None
        fee = fee_check(asked.fen, asked.expert_rank, asked.class_hours, settings) if checked else None
        self.record(replace(asked, fee_check=fee, over_budget=over_budget))

    def sign(self, expense_id: UUID, person_id: UUID, day: date, *, in_stead: bool) -> None:
        """The host stands for a member's claim before an office sees it (A.9-8); an office for one who can't."""
        claim, host_id = self.claims.of(expense_id), self.people.host_id
        if claim.state in ("signed", "approved", "paid", "reversed"):
            return
        claim.check_unresolved()
        self.people.check_not_suspended(person_id)
        if in_stead:
            self.people.check_host_away()
            claim.check_third_person(person_id, host_id)
        self._check_still_payable(claim, day)
        self.record(claim.signed_by(person_id, host_id if in_stead else None))

    def approve(
        self,
        expense_id: UUID,
        approver_id: UUID,
        other_reason: PersonalText | None,
        fee_reason: PersonalText | None,
        day: date,
    ) -> None:
        """By an office, and by nobody who asked for it (A.9-27)."""
        claim = self.claims.of(expense_id)
        if claim.state in ("approved", "paid"):
            return
        claim.check_unresolved()
        self._check_still_payable(claim, day)
        claim.check_signed()
        claim.check_reasons(other_reason, fee_reason)
        claim.check_third_person(approver_id, self.people.host_id, claim.signer_id)
        self.record(
            ExpenseApproved(
                expense_id=expense_id, approver_id=approver_id, other_reason=other_reason, fee_reason=fee_reason,
                claimant_id=claim.asked.claimant_id,
            )
        )  # fmt: skip

    def refuse(self, expense_id: UUID) -> None:
        claim = self.claims.of(expense_id)
        if claim.state == "refused":
            return
        claim.check_unresolved()
        self.record(claim.refused(self.studio_id, "by_office"))

    def pay(self, expense_id: UUID, payer_id: UUID, day: date, settings: PolicySettings) -> None:
        """A thing dear enough enters the register (SIL-09)."""
        claim = self.claims.of(expense_id)
        if claim.state == "paid":
            return
        claim.check_unresolved()
        claim.check_approved()
        self._check_still_payable(claim, day)
        claim.check_third_person(payer_id, self.people.host_id, claim.signer_id, claim.approver_id)
        self.record(claim.paid_by(payer_id, self.studio_id, day.year))
        if (bought := claim.bought(self.studio_id, self.people.host_id, settings)) is not None:
            self.record(bought)

    def reverse(self, expense_id: UUID, payer_id: UUID, reason: PersonalText, day: date) -> None:
        """A wrong payment is taken back by a new entry, until the rest went back to the school (A.9-8)."""
        claim = self.claims.of(expense_id)
        if claim.state == "reversed":
            return
        claim.check_paid()
        self.ending.check_not_returned()
        claim.check_third_person(payer_id, self.people.host_id, claim.signer_id, claim.approver_id)
        self.record(claim.reversed_by(payer_id, reason, self.studio_id, day.year))
        if expense_id in self.assets.status:
            self.record(AssetStruckOff(asset_id=expense_id, studio_id=self.studio_id))

    def _check_still_payable(self, claim: Claim, day: date) -> None:
        self.ending.check_payable(self.cycle, claim.asked.activity_on, day)
        self.people.check_payee(claim.asked.payee_id)

    # What stands beside the money: the host's reports, the yearly plans, the things that were bought.

    def file_report(self, period: Quarter, text: PersonalText, day: date) -> None:
        """Once a quarter that is over; the figures are the ledger's (FIN-06)."""
        if self.reports.has(period, text):
            return
        self.cycle.check_laid_out()
        check_reportable(period, self.payable, day)
        now = self.balance
        self.record(
            ReportFiled(
                studio_id=self.studio_id, host_id=self.people.host_id, period=period, text=text,
                released_fen=Fen(now.released), reserved_fen=Fen(now.reserved), spent_fen=Fen(now.spent),
                available_fen=Fen(now.available), utilisation_percent_hundredths=utilisation(now.spent, now.released),
            )
        )  # fmt: skip

    def plan_budget(self, year: int, lines: tuple[BudgetLine, ...], host_id: UUID) -> None:
        self.cycle.check_laid_out()
        if self.budgets.has(year, lines, host_id):
            return
        self.people.check_not_suspended(host_id)
        check_plan(year, lines, self.cycle)
        self.record(BudgetPlanned(studio_id=self.studio_id, year=year, lines=lines, host_id=host_id))

    def sign_budget(self, year: int, signer_id: UUID) -> None:
        self.budgets.check_signable(year, signer_id)
        if year not in self.budgets.signed:
            self.record(BudgetSigned(studio_id=self.studio_id, year=year, signer_id=signer_id))

    def dispose(self, asset_id: UUID, status: Literal["handed_over", "scrapped"], reason: PersonalText) -> None:
        if not self.assets.is_so(asset_id, status):
            self.record(AssetDisposed(asset_id=asset_id, studio_id=self.studio_id, status=status, reason=reason))
