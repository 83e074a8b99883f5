"""What can happen to a studio's fund. All amounts are integer fen."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Literal, Self
from uuid import UUID

from shared.kernel.calendar import add_months
from shared.kernel.model import event
from shared.kernel.money import Fen, Price
from shared.kernel.personal import Erasing, PersonalText, whom
from shared.kernel.settings import Adopted, Announced, Delegated
from shared.kernel.values import Digest, Label, Text, Whole

Category = Literal["training", "course_resources", "expert_guidance", "research", "other"]
"""The policy's four purposes, and 等: `other`, which an office approves with a reason (FIN-04)."""

Rank = Literal["associate", "full", "academician"]
"""Of an expert: 副高, 正高, 院士 (AMB-21)."""

FeeCheck = Literal["within", "above", "unknown"]

HostStanding = Literal["present", "suspended", "gone"]

Kind = Literal["trainee", "supplementary"]
"""Of a member; supplementary ones may be paid as experts (AMB-21, MEM-15)."""


class Quarter(Text):
    """A period that a host reports on: a calendar quarter, `2023-Q2` (FIN-06, SIL-09)."""

    __slots__ = ()
    longest = 7
    example = "2023-Q2"
    pattern = r"(19|20|21)\d\d-Q[1-4]"

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(f"{day.year}-Q{(day.month + 2) // 3}")

    @property
    def starts_on(self) -> date:
        return date(int(self[:4]), int(self[-1]) * 3 - 2, 1)

    @property
    def ends_on(self) -> date:
        return add_months(self.starts_on, 3) - timedelta(days=1)


def utilisation(spent: int, released: int) -> int:
    """The share of released money that was spent, in hundredths of a percent, half up (FIN-07)."""
    return (spent * 20_000 + released) // (released * 2) if released else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectYear:
    """A year of the cycle; a `held` one is released only after a passed mid-term (AMB-20)."""

    number: int
    starts_on: date
    ends_on: date
    held: bool


class Quantity(Whole):
    """How many of a thing, or class hours (学时) of an expert."""

    least = 1
    most = 1_000


class YearNumber(Whole):
    """Which year of the cycle's money."""

    least = 1
    most = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """What an expense buys to keep (SIL-09); `unit_fen` is the price of one."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    name: Label
    quantity: Quantity
    unit_fen: Price


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetLine:
    """What a plan gives to one purpose in one year."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    category: Category
    fen: Price


@event("finance.settings-followed")
class SettingsFollowed(Adopted):
    """A version of the school's settings, as applications published it."""


@event("finance.year-followed")
class YearFollowed(Announced):
    """A year's official calendar, as applications published it."""


@event("finance.delegation-followed")
class DelegationFollowed(Delegated):
    """Who does whose duty for a time, as applications published it."""


@event("finance.fund-opened")
class FundOpened:
    """A studio was established: its own ledger begins, empty (FIN-02)."""

    studio_id: UUID
    host_id: UUID


@event("finance.years-laid-out")
class YearsLaidOut:
    """The studio has its plaque: the years of its cycle and what each brings (A.9-13).

    `lapses`: what is left at a year's end goes back instead of being carried forward (AMB-19).
    """

    studio_id: UUID
    years: tuple[ProjectYear, ...]
    year_fen: Fen
    ends_on: date
    wind_down_days: int
    host_id: UUID | None = None
    starts_on: date | None = None
    midterm_due_on: date | None = None
    lapses: bool = False


@event("finance.member-noted")
class MemberNoted:
    """A person is or was a member: they may claim; trainees are never paid as experts (AMB-21)."""

    person_id: UUID
    standing: Literal["joined", "left"]
    kind: Kind = "trainee"


@event("finance.host-noted")
class HostNoted:
    """Another host leads the studio: signs, claims, reports and keeps its things from now on (SIL-04).

    The claims still open, the things in use and the quarters not reported yet pass over to the new host.
    """

    studio_id: UUID
    former_host_id: UUID
    host_id: UUID
    open_expenses: tuple[UUID, ...]
    assets: tuple[UUID, ...]
    periods: tuple[Quarter, ...]


@event("finance.host-standing-noted")
class HostStandingNoted:
    """Whether the host can sign: an office does while the host is suspended, and when gone (SIL-07, A.9-2)."""

    studio_id: UUID
    host_id: UUID
    standing: HostStanding


@event("finance.funds-released")
class FundsReleased:
    """A project year's money is there to spend (FIN-01); `fiscal_year` is the calendar year's label."""

    studio_id: UUID
    year: int
    fen: Fen
    fiscal_year: int


@event("finance.midterm-passed")
class MidtermPassed:
    """Held years are free from now on, each on its first day."""

    studio_id: UUID


@event("finance.midterm-passed-too-late")
class MidtermPassedTooLate:
    """A pass of before the end reached finance after the rest had gone back: nothing is released (A.9-13)."""

    studio_id: UUID


@event("finance.funds-lapsed")
class FundsLapsed:
    """A year is over: what was neither spent nor reserved goes back, be it nothing (AMB-19)."""

    studio_id: UUID
    year: int
    fen: Fen


@event("finance.release-cancelled")
class ReleaseCancelled:
    """A year that was never released will not be (A.9-13)."""

    studio_id: UUID
    year: int
    fen: Fen


@event("finance.expense-claimed")
class ExpenseClaimed:
    """Somebody asks for money for an activity; the amount is reserved.

    `fee_check` and `over_budget` are hints for whom approves: of an expert's fee (AMB-21), of the plan (SIL-09).
    """

    expense_id: UUID
    claimant_id: UUID
    fen: Price
    category: Category
    activity_on: date
    purpose: Label
    payee_id: UUID | None
    receipt: Digest | None
    studio_id: UUID | None = None
    host_id: UUID | None = None
    expert_rank: Rank | None = None
    class_hours: Quantity | None = None
    fee_check: FeeCheck | None = None
    asset: Thing | None = None
    over_budget: bool = False


@event("finance.expense-signed")
class ExpenseSigned:
    """The host signed a member's claim; the host's own needs no further signature (A.9-8, A.9-27).

    `office_id` is who signed in the host's stead.
    """

    expense_id: UUID
    host_id: UUID
    office_id: UUID | None = None


@event("finance.expense-approved")
class ExpenseApproved:
    """An office approved a claim; another purpose (FIN-04) or a higher fee (AMB-21) with the reason why."""

    about: ClassVar[str] = "claimant_id"

    expense_id: UUID
    approver_id: UUID
    other_reason: PersonalText | None = None
    fee_reason: PersonalText | None = None
    claimant_id: UUID | None = whom()


@event("finance.expense-refused")
class ExpenseRefused:
    """A claim was turned down; its reservation is free again."""

    expense_id: UUID
    reason: Literal["by_office", "wind_down_over"]
    studio_id: UUID | None = None
    fen: Price | None = None


@event("finance.expense-spent")
class ExpenseSpent:
    """A claim was paid."""

    expense_id: UUID
    studio_id: UUID
    fen: Price
    category: Category
    payer_id: UUID
    fiscal_year: int


@event("finance.expense-reversed")
class ExpenseReversed:
    """A payment was wrong and is taken back: its money is in the fund again (A.9-8)."""

    about: ClassVar[str] = "claimant_id"

    expense_id: UUID
    studio_id: UUID
    fen: Price
    category: Category
    payer_id: UUID
    reason: PersonalText
    fiscal_year: int
    claimant_id: UUID | None = whom()


@event("finance.funding-cut")
class FundingCut:
    """Funding ended with the studio's qualification (FIN-05): years not released are cancelled."""

    studio_id: UUID
    cause: Literal["midterm", "ethics"]
    cancelled_fen: Fen
    frozen_fen: Fen
    activities_through: date
    payable_through: date


@event("finance.winding-down")
class WindingDown:
    """The studio ended without a cut: only activities up to then are still paid, for some days (A.9-8)."""

    studio_id: UUID
    activities_through: date
    payable_through: date


@event("finance.funds-returned")
class FundsReturned:
    """What was left went back to the school (结余), be it nothing; the ledger is closed."""

    studio_id: UUID
    fen: Fen


@event("finance.report-filed")
class ReportFiled:
    """The host reported on a quarter (FIN-06); the figures are the ledger's at that moment."""

    about: ClassVar[str] = "host_id"

    studio_id: UUID
    host_id: UUID
    period: Quarter
    text: PersonalText
    released_fen: Fen
    reserved_fen: Fen
    spent_fen: Fen
    available_fen: Fen
    utilisation_percent_hundredths: int


@event("finance.budget-planned")
class BudgetPlanned:
    """The host planned a year's money by purpose; it replaces an earlier plan and both sign anew (SIL-09)."""

    studio_id: UUID
    year: int
    lines: tuple[BudgetLine, ...]
    host_id: UUID


@event("finance.budget-signed")
class BudgetSigned:
    """An office signed the year's plan as the second person: it counts from now on (SIL-09)."""

    studio_id: UUID
    year: int
    signer_id: UUID


@event("finance.asset-registered")
class AssetRegistered:
    """A thing that was paid for is in the register (SIL-09); its id is the expense's."""

    asset_id: UUID
    studio_id: UUID
    name: Label
    quantity: Quantity
    unit_fen: Price
    keeper_id: UUID


@event("finance.asset-disposed")
class AssetDisposed:
    """A thing was handed over to the school, or scrapped."""

    about: ClassVar[str] = "host_id"

    asset_id: UUID
    studio_id: UUID
    status: Literal["handed_over", "scrapped"]
    reason: PersonalText


@event("finance.asset-struck-off")
class AssetStruckOff:
    """The payment of a thing was reversed: it is in the register no more."""

    asset_id: UUID
    studio_id: UUID


@event("finance.assets-called-in")
class AssetsCalledIn:
    """The fund is closed: what is still in use is to be handed over."""

    studio_id: UUID
    asset_ids: tuple[UUID, ...]


@event("finance.texts-erased")
class TextsErased(Erasing):
    """Nothing that this service has in writing about a person can be read any more: the key is destroyed after this."""


@event("finance.erasure-deferred")
class ErasureDeferred:
    """The texts about a person are part of accounting records: they stay until those may go (A.9-21)."""

    person_id: UUID
    until: date
