"""Expenses: asked for, signed, approved, paid, taken back."""

from collections.abc import Sequence
from uuid import UUID

from services.finance.aggregates.fund import Fund
from services.finance.commands.years import known_fund
from services.finance.events import Category, ExpenseClaimed, Quantity, Rank, Thing
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command
from shared.kernel.money import Price
from shared.kernel.people import OFFICES
from shared.kernel.personal import PersonalText
from shared.kernel.values import Day, Digest, Label


@command
class ClaimExpense:
    studio_id: UUID
    expense_id: UUID
    fen: Price
    category: Category
    activity_on: Day
    purpose: Label
    payee_id: UUID | None = None
    receipt: Digest | None = None
    expert_rank: Rank | None = None
    class_hours: Quantity | None = None
    asset: Thing | None = None


def claim_expense(asked: ClaimExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    claimed = ExpenseClaimed(
        expense_id=asked.expense_id, claimant_id=context.person, fen=asked.fen, category=asked.category,
        activity_on=asked.activity_on, purpose=asked.purpose, payee_id=asked.payee_id, receipt=asked.receipt,
        studio_id=fund.studio_id, host_id=fund.people.host_id, expert_rank=asked.expert_rank,
        class_hours=asked.class_hours, asset=asked.asset,
    )  # fmt: skip
    fund.claim(claimed, context.on, context.settings)
    return [fund]


@command
class SignExpense:
    studio_id: UUID
    expense_id: UUID


def sign_expense(asked: SignExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = _of_third_person(asked, history, context)
    fund.sign(asked.expense_id, context.person, context.on, in_stead=context.actor.role in OFFICES)
    return [fund]


@command
class ApproveExpense:
    studio_id: UUID
    expense_id: UUID
    other_reason: PersonalText | None = None
    fee_reason: PersonalText | None = None


def approve_expense(asked: ApproveExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = _of_third_person(asked, history, context)
    fund.approve(asked.expense_id, context.person, asked.other_reason, asked.fee_reason, context.on)
    return [fund]


@command
class RefuseExpense:
    studio_id: UUID
    expense_id: UUID


def refuse_expense(asked: RefuseExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.refuse(asked.expense_id)
    return [fund]


@command
class PayExpense:
    studio_id: UUID
    expense_id: UUID


def pay_expense(asked: PayExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = _of_third_person(asked, history, context)
    fund.pay(asked.expense_id, context.person, context.on, context.settings)
    return [fund]


@command
class ReverseExpense:
    studio_id: UUID
    expense_id: UUID
    reason: PersonalText


def reverse_expense(asked: ReverseExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = _of_third_person(asked, history, context)
    fund.reverse(asked.expense_id, context.person, asked.reason, context.on)
    return [fund]


def _of_third_person(
    asked: SignExpense | ApproveExpense | PayExpense | ReverseExpense, history: History, context: Context
) -> Fund:
    """Whose duty it is must be a third person too: a delegate does not help around A.9-27."""
    fund = known_fund(asked.studio_id, history)
    if context.actor.instead_of is not None:
        fund.claims.of(asked.expense_id).check_third_person(context.actor.instead_of, fund.people.host_id)
    return fund
