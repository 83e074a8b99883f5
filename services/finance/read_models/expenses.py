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
    HostNoted,
    Thing,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.money import Fen
from shared.kernel.personal import PersonalText


@dataclass(frozen=True)
class ExpenseRow:
    """State: submitted, signed, approved, paid; refused or reversed. The wind-down refuses as nobody.

    For whom approves: `receipt_missing`, `over_budget` (SIL-09), `fee_check`: within, above, unknown (AMB-21).
    """

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
    other_reason: PersonalText | None = None
    paid_on: date | None = None
    paid_by: UUID | None = None
    refused_on: date | None = None
    refused_by: UUID | None = None
    refused_because: str | None = None
    reversed_on: date | None = None
    reversed_by: UUID | None = None
    reversed_because: PersonalText | None = None
    signed_in_stead: bool = False
    receipt_missing: bool = True
    expert_rank: str | None = None
    class_hours: int | None = None
    fee_check: str | None = None
    fee_reason: PersonalText | None = None
    over_budget: bool = False
    asset: Thing | None = None


def keys(happened: Happened) -> Iterable[str]:
    """By fund too: the expense's id is the claimant's choice, and another's may be the same."""
    if isinstance(happened.event, HostNoted):
        return [f"{happened.stream}:{id}" for id in happened.event.open_expenses]
    return (f"{happened.stream}:{happened.event.expense_id}",)


def fold(_key: str, row: ExpenseRow | None, happened: Happened) -> ExpenseRow | None:
    day = happened.on
    match happened.event:
        case ExpenseClaimed() as claim:
            return _claimed(claim, happened)
        case ExpenseSigned(host_id=host, office_id=office) if row:
            in_stead = office is not None
            return replace(row, state="signed", signed_on=day, signed_by=office or host, signed_in_stead=in_stead)
        case ExpenseApproved(approver_id=approver, other_reason=why, fee_reason=fee_why) if row:
            said = replace(row, other_reason=why, fee_reason=fee_why)
            return replace(said, state="approved", approved_on=day, approved_by=approver)
        case ExpenseRefused(reason=reason) if row:
            by = happened.person
            return replace(row, state="refused", refused_on=day, refused_by=by, refused_because=reason)
        case ExpenseSpent(payer_id=payer) if row:
            return replace(row, state="paid", paid_on=day, paid_by=payer)
        case ExpenseReversed(payer_id=payer, reason=reason) if row:
            return replace(row, state="reversed", reversed_on=day, reversed_by=payer, reversed_because=reason)
        case HostNoted(host_id=host) if row:
            return replace(row, host_id=host)
    return row


def _claimed(claim: ExpenseClaimed, happened: Happened) -> ExpenseRow:
    row = ExpenseRow(
        fund_id=happened.stream, studio_id=claim.studio_id, host_id=claim.host_id, claimant_id=claim.claimant_id,
        amount=claim.fen, category=claim.category, activity_on=claim.activity_on, purpose=claim.purpose,
        payee_id=claim.payee_id, receipt=claim.receipt, claimed_on=happened.on,
        receipt_missing=claim.receipt is None, expert_rank=claim.expert_rank, class_hours=claim.class_hours,
        fee_check=claim.fee_check or ("unknown" if claim.category == "expert_guidance" else None),
        over_budget=claim.over_budget, asset=claim.asset,
    )  # fmt: skip
    if claim.claimant_id != claim.host_id:
        return row
    return replace(row, state="signed", signed_on=happened.on, signed_by=claim.host_id)


expenses = ReadModel(
    "expenses", row=ExpenseRow, keys=keys, fold=fold,
    filters=("fund_id", "studio_id", "host_id", "claimant_id", "state", "category"),
    facts=(ExpenseClaimed, ExpenseSigned, ExpenseApproved, ExpenseRefused, ExpenseSpent, ExpenseReversed, HostNoted),
    edition=3,
)  # fmt: skip
