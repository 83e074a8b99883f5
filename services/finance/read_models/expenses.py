"""Expenses: who asked for what, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.finance.events import ExpenseApproved, ExpenseClaimed, ExpenseRefused, ExpenseSpent
from shared.kernel.model import Happened, ReadModel
from shared.kernel.money import Fen


@dataclass(frozen=True)
class ExpenseRow:
    fund_id: UUID
    claimant_id: UUID
    amount: Fen
    category: str
    activity_on: date
    purpose: str
    state: str = "claimed"
    claimed_on: date | None = None
    approved_on: date | None = None
    spent_on: date | None = None
    refused_because: str | None = None


def keys(happened: Happened) -> Iterable[str]:
    """By fund too: the expense's id is the claimant's choice, and another's may be the same."""
    return (f"{happened.stream}:{happened.event.expense_id}",)


def fold(_key: str, row: ExpenseRow | None, happened: Happened) -> ExpenseRow | None:
    match happened.event:
        case ExpenseClaimed() as claim:
            return ExpenseRow(
                fund_id=happened.stream, claimant_id=claim.claimant_id, amount=claim.fen, category=claim.category,
                activity_on=claim.activity_on, purpose=claim.purpose, claimed_on=happened.on,
            )  # fmt: skip
        case ExpenseApproved() if row:
            return replace(row, state="approved", approved_on=happened.on)
        case ExpenseRefused(reason=reason) if row:
            return replace(row, state="refused", refused_because=reason)
        case ExpenseSpent() if row:
            return replace(row, state="spent", spent_on=happened.on)
    return row


expenses = ReadModel(
    "expenses", row=ExpenseRow, keys=keys, fold=fold, filters=("fund_id", "claimant_id", "state"),
    facts=(ExpenseClaimed, ExpenseApproved, ExpenseRefused, ExpenseSpent),
)  # fmt: skip
