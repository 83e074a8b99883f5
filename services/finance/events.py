"""What can happen to a studio's fund. All amounts are integer fen."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shared.kernel.model import event
from shared.kernel.money import Fen, Price
from shared.kernel.settings import Adopted
from shared.kernel.values import Digest, Label

Category = Literal["training", "course_resources", "expert_guidance", "research"]
"""The policy's four purposes (FIN-04); 等 stays open for `other` with an office's approval."""


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


@event("finance.member-noted")
class MemberNoted:
    """A person is or was a member: they may claim, and are not paid as experts (AMB-21)."""

    person_id: UUID
    standing: Literal["joined", "left"]


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


@event("finance.expense-approved")
class ExpenseApproved:
    """An office approved a claim."""

    expense_id: UUID
    approver_id: UUID


@event("finance.expense-refused")
class ExpenseRefused:
    """A claim was turned down; its reservation is free again."""

    expense_id: UUID
    reason: Literal["by_office", "wind_down_over"]


@event("finance.expense-spent")
class ExpenseSpent:
    """A claim was paid."""

    expense_id: UUID
    studio_id: UUID
    fen: Price
    category: Category
    payer_id: UUID
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
