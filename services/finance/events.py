"""What can happen to a studio's fund. All amounts are integer fen."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self
from uuid import UUID

from shared.kernel.calendar import add_months
from shared.kernel.model import event
from shared.kernel.money import Fen, Price
from shared.kernel.settings import Adopted
from shared.kernel.values import Digest, Label, Text

Category = Literal["training", "course_resources", "expert_guidance", "research", "other"]
"""The policy's four purposes, and 等: `other`, which an office approves with a reason (FIN-04)."""

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


@event("finance.settings-followed")
class SettingsFollowed(Adopted):
    """A version of the school's settings, as applications published it."""


@event("finance.fund-opened")
class FundOpened:
    """A studio was established: its own ledger begins, empty (FIN-02)."""

    studio_id: UUID
    host_id: UUID


@event("finance.years-laid-out")
class YearsLaidOut:
    """The studio has its plaque: the years of its cycle and what each brings (A.9-13)."""

    studio_id: UUID
    years: tuple[ProjectYear, ...]
    year_fen: Fen
    ends_on: date
    wind_down_days: int
    host_id: UUID | None = None


@event("finance.member-noted")
class MemberNoted:
    """A person is or was a member: they may claim; trainees are never paid as experts (AMB-21)."""

    person_id: UUID
    standing: Literal["joined", "left"]
    kind: Kind = "trainee"


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


@event("finance.release-cancelled")
class ReleaseCancelled:
    """A year that was never released will not be (A.9-13)."""

    studio_id: UUID
    year: int
    fen: Fen


@event("finance.expense-claimed")
class ExpenseClaimed:
    """Somebody asks for money for an activity; the amount is reserved."""

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


@event("finance.expense-signed")
class ExpenseSigned:
    """The host signed a member's claim; the host's own needs no further signature (A.9-8, A.9-27)."""

    expense_id: UUID
    host_id: UUID


@event("finance.expense-approved")
class ExpenseApproved:
    """An office approved a claim; of category `other` with the reason why (FIN-04)."""

    expense_id: UUID
    approver_id: UUID
    other_reason: Text | None = None


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

    expense_id: UUID
    studio_id: UUID
    fen: Price
    category: Category
    payer_id: UUID
    reason: Text
    fiscal_year: int


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

    studio_id: UUID
    host_id: UUID
    period: Quarter
    text: Text
    released_fen: Fen
    reserved_fen: Fen
    spent_fen: Fen
    available_fen: Fen
    utilisation_percent_hundredths: int
