"""What a fund's stream says: its years, its money, its people, its claims. It decides nothing."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.finance.aggregates.claim import Claim
from services.finance.aggregates.paying import Payable, wound_down
from services.finance.events import (
    AssetDisposed,
    AssetRegistered,
    AssetsCalledIn,
    AssetStruckOff,
    BudgetPlanned,
    BudgetSigned,
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
    FundingCut,
    FundOpened,
    FundsLapsed,
    FundsReleased,
    FundsReturned,
    HostNoted,
    HostStanding,
    HostStandingNoted,
    MemberNoted,
    MidtermPassed,
    MidtermPassedTooLate,
    ProjectYear,
    Quarter,
    ReleaseCancelled,
    ReportFiled,
    WindingDown,
    YearsLaidOut,
)
from shared.kernel.model import Aggregate, NotYet, Refused
from shared.kernel.money import Fen


class Books(Aggregate):
    """The state of one studio's fund and the sums that follow from it."""

    opens = FundOpened
    called = "工作室经费"

    studio_id: UUID
    host_id: UUID
    host_standing: HostStanding = "present"
    year_fen = Fen(0)
    is_laid_out = False
    starts_on = date.min
    midterm_due_on: date | None = None
    ends_on = date.max - timedelta(days=366)
    wind_down_days = 0
    lapses = False
    spent = 0
    lapsed = 0
    is_midterm_passed = False
    is_pass_too_late = False
    is_cut = False
    activities_through: date | None = None
    payable_through: date | None = None
    is_returned = False
    returned = 0

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.years: dict[int, ProjectYear] = {}
        self.released_years: dict[int, int] = {}
        self.cancelled_years: set[int] = set()
        self.lapsed_years: set[int] = set()
        self.hosts: set[UUID] = set()
        self.members: dict[UUID, str] = {}
        self.trainees: set[UUID] = set()
        self.claims: dict[UUID, Claim] = {}
        self.reports: dict[Quarter, ReportFiled] = {}
        self.plans: dict[int, BudgetPlanned] = {}
        self.signed_plans: set[int] = set()
        self.assets: dict[UUID, str] = {}

    @property
    def released(self) -> int:
        return sum(self.released_years.values())

    @property
    def reserved(self) -> int:
        return sum(claim.asked.fen for claim in self.claims.values() if not claim.is_resolved)

    @property
    def rest(self) -> int:
        """What is there: spent, lapsed or returned it is not, reserved it may be."""
        return self.released - self.spent - self.lapsed - self.returned

    @property
    def available(self) -> int:
        return self.rest - self.reserved

    @property
    def payable(self) -> Payable:
        """What is paid and until when. Before any end the cycle's hold, also while its timer is late."""
        return Payable(
            first=self.starts_on,
            activities_through=self.activities_through or self.ends_on,
            payable_through=self.payable_through or wound_down(self.ends_on, self.wind_down_days),
            is_returned=self.is_returned,
        )

    def year_on(self, day: date) -> int | None:
        """The project year that a day's activities belong to: the last that has begun."""
        return max((n for n, year in self.years.items() if year.starts_on <= day), default=None)

    def check_laid_out(self) -> None:
        if not self.is_laid_out:
            raise NotYet("applications", "studio-plaqued")

    def check_not_suspended(self, person_id: UUID) -> None:
        if person_id == self.host_id and self.host_standing == "suspended":
            raise Refused(
                "host-suspended", rule="SIL-07",
                zh="主持人已被暂停，不能签字、申报或编制预算",
                en="the host is suspended and neither signs, claims nor plans",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        """By subject: each event is one of the years, of a claim, or of what stands beside the money."""
        self._apply_to_years(happened)
        self._apply_to_claims(happened)
        self._apply_beside(happened)

    def _apply_to_years(self, happened: Any) -> None:
        match happened:
            case FundOpened():
                self.studio_id, self.host_id = happened.studio_id, happened.host_id
                self.hosts.add(happened.host_id)
            case YearsLaidOut():
                self.is_laid_out = True
                first = min((year.starts_on for year in happened.years), default=date.min)
                self.starts_on, self.midterm_due_on = happened.starts_on or first, happened.midterm_due_on
                self.years = {year.number: year for year in happened.years}
                self.year_fen, self.ends_on = happened.year_fen, happened.ends_on
                self.wind_down_days, self.lapses = happened.wind_down_days, happened.lapses
            case FundsReleased(year=number, fen=fen):
                self.cancelled_years.discard(number)
                self.released_years[number] = int(fen)
            case MidtermPassed():
                self.is_midterm_passed = True
            case MidtermPassedTooLate():
                self.is_pass_too_late = True
            case ReleaseCancelled(year=number):
                self.cancelled_years.add(number)
            case FundsLapsed(year=number, fen=fen):
                self.lapsed_years.add(number)
                self.lapsed += fen
            case FundingCut():
                self.is_cut = True
                self._end(happened.activities_through, happened.payable_through)
            case WindingDown():
                self._end(happened.activities_through, happened.payable_through)
            case FundsReturned(fen=fen):
                self.is_returned, self.returned = True, int(fen)

    def _apply_to_claims(self, happened: Any) -> None:
        match happened:
            case ExpenseClaimed(expense_id=id):
                self.claims[id] = Claim(happened, "signed" if happened.claimant_id == self.host_id else "submitted")
            case ExpenseSigned(expense_id=id):
                self.claims[id].state, self.claims[id].signer_id = "signed", happened.office_id or happened.host_id
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

    def _apply_beside(self, happened: Any) -> None:
        match happened:
            case MemberNoted(person_id=person, standing=standing):
                self.members[person] = standing
                if standing == "joined" and happened.kind == "trainee":
                    self.trainees.add(person)
            case HostNoted(host_id=host):
                self.host_id, self.host_standing = host, "present"
                self.hosts.add(host)
            case HostStandingNoted(standing=host_standing):
                self.host_standing = host_standing
            case ReportFiled(period=period):
                self.reports[period] = happened
            case BudgetPlanned(year=number):
                self.plans[number] = happened
                self.signed_plans.discard(number)
            case BudgetSigned(year=number):
                self.signed_plans.add(number)
            case AssetRegistered(asset_id=asset):
                self.assets[asset] = "in_use"
            case AssetDisposed(asset_id=asset, status=status):
                self.assets[asset] = status
            case AssetStruckOff(asset_id=asset):
                self.assets[asset] = "struck_off"
            case AssetsCalledIn():
                """Says what is to be handed over; the things are in use until they are."""

    def _end(self, activities_through: date, payable_through: date) -> None:
        self.activities_through, self.payable_through = activities_through, payable_through
