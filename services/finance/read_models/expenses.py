"""Expenses: who asked for what, what became of it, and who had which part."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.finance.events import (
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.money import Fen


@dataclass(frozen=True)
class ExpenseRow:
    """State: submitted, signed, approved, paid; refused or reversed. The wind-down refuses as nobody."""

    fund_id: UUID
    studio_id: UUID | None
    host_id: UUID | None
    claimant_id: UUID
    amount: Fen
    category: str
    activity_on: date
    purpose: str
    payee_id: UUID | None
    receipt: str | None
    state: str = "submitted"
    claimed_on: date | None = None
    signed_on: date | None = None
    signed_by: UUID | None = None
    approved_on: date | None = None
    approved_by: UUID | None = None
    other_reason: str | None = None
    paid_on: date | None = None
    paid_by: UUID | None = None
    refused_on: date | None = None
    refused_by: UUID | None = None
    refused_because: str | None = None
    reversed_on: date | None = None
    reversed_by: UUID | None = None
    reversed_because: str | None = None


def keys(happened: Happened) -> Iterable[str]:
    """By fund too: the expense's id is the claimant's choice, and another's may be the same."""
    return (f"{happened.stream}:{happened.event.expense_id}",)


def fold(_key: str, row: ExpenseRow | None, happened: Happened) -> ExpenseRow | None:
    day = happened.on
    match happened.event:
        case ExpenseClaimed() as claim:
            return _claimed(claim, happened)
        case ExpenseSigned(host_id=host) if row:
            return replace(row, state="signed", signed_on=day, signed_by=host)
        case ExpenseApproved(approver_id=approver, other_reason=why) if row:
            return replace(row, state="approved", approved_on=day, approved_by=approver, other_reason=why)
        case ExpenseRefused(reason=reason) if row:
            by = happened.person
            return replace(row, state="refused", refused_on=day, refused_by=by, refused_because=reason)
        case ExpenseSpent(payer_id=payer) if row:
            return replace(row, state="paid", paid_on=day, paid_by=payer)
        case ExpenseReversed(payer_id=payer, reason=reason) if row:
            return replace(row, state="reversed", reversed_on=day, reversed_by=payer, reversed_because=reason)
    return row


def _claimed(claim: ExpenseClaimed, happened: Happened) -> ExpenseRow:
    row = ExpenseRow(
        fund_id=happened.stream, studio_id=claim.studio_id, host_id=claim.host_id, claimant_id=claim.claimant_id,
        amount=claim.fen, category=claim.category, activity_on=claim.activity_on, purpose=claim.purpose,
        payee_id=claim.payee_id, receipt=claim.receipt, claimed_on=happened.on,
    )  # fmt: skip
    if claim.claimant_id != claim.host_id:
        return row
    return replace(row, state="signed", signed_on=happened.on, signed_by=claim.host_id)


expenses = ReadModel(
    "expenses", row=ExpenseRow, keys=keys, fold=fold,
    filters=("fund_id", "studio_id", "host_id", "claimant_id", "state", "category"),
    facts=(ExpenseClaimed, ExpenseSigned, ExpenseApproved, ExpenseRefused, ExpenseSpent, ExpenseReversed),
    edition=2,
)  # fmt: skip
