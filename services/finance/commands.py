"""What finance can be asked to do."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from services.finance.aggregates.fund import Fund
from services.finance.aggregates.settings import KnownSettings
from services.finance.events import Category, ExpenseClaimed, Kind, Quarter
from shared.kernel.context import Context
from shared.kernel.following import following
from shared.kernel.model import Aggregate, History, awaited, command
from shared.kernel.money import Price
from shared.kernel.published import StudioPlaqued
from shared.kernel.values import Day, Digest, Label, Text

follow_settings = following(KnownSettings)


@command
class OpenFund:
    studio_id: UUID
    host_id: UUID


def open_fund(asked: OpenFund, history: History, context: Context) -> Sequence[Aggregate]:
    known = history.find(Fund, Fund.id_for(asked.studio_id))
    return [known if known.exists else Fund.open(asked.studio_id, asked.host_id)]


def known_fund(studio_id: UUID, history: History) -> Fund:
    """A studio that finance has not heard of yet is waited for, by reactions and by people alike."""
    return awaited(history, Fund, Fund.id_for(studio_id), "applications", "studio-established")


@command
class LayOutYears:
    studio: StudioPlaqued


def lay_out_years(asked: LayOutYears, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio.studio_id, history)
    fund.lay_out(asked.studio, context.settings)
    return [fund]


@command
class NoteMember:
    studio_id: UUID
    person_id: UUID
    standing: Literal["joined", "left"]
    kind: Kind = "trainee"


def note_member(asked: NoteMember, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.note_member(asked.person_id, asked.standing, asked.kind)
    return [fund]


@command
class ReleaseYear:
    studio_id: UUID
    number: int


def release_year(asked: ReleaseYear, history: History, context: Context) -> Sequence[Aggregate]:
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    fund.release(asked.number, context.on)
    return [fund]


@command
class PassMidterm:
    studio_id: UUID


def pass_midterm(asked: PassMidterm, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.pass_midterm(context.on)
    return [fund]


@command
class CutFunding:
    studio_id: UUID
    cause: Literal["midterm", "ethics"]


def cut_funding(asked: CutFunding, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.cut(asked.cause, context.on)
    return [fund]


@command
class EndCycle:
    studio_id: UUID


def end_cycle(asked: EndCycle, history: History, context: Context) -> Sequence[Aggregate]:
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    fund.wind_down(fund.ends_on, fund.ends_on)
    return [fund]


@command
class WindDown:
    studio_id: UUID


def wind_down(asked: WindDown, history: History, context: Context) -> Sequence[Aggregate]:
    """Activities dated before the decision are paid (A.9-8)."""
    fund = known_fund(asked.studio_id, history)
    fund.wind_down(context.on - timedelta(days=1), context.on)
    return [fund]


@command
class ReturnRest:
    studio_id: UUID


def return_rest(asked: ReturnRest, history: History, context: Context) -> Sequence[Aggregate]:
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    fund.return_rest()
    return [fund]


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


def claim_expense(asked: ClaimExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    claimed = ExpenseClaimed(
        expense_id=asked.expense_id, claimant_id=context.person, fen=asked.fen, category=asked.category,
        activity_on=asked.activity_on, purpose=asked.purpose, payee_id=asked.payee_id, receipt=asked.receipt,
        studio_id=fund.studio_id, host_id=fund.host_id,
    )  # fmt: skip
    fund.claim(claimed, context.on)
    return [fund]


@command
class SignExpense:
    studio_id: UUID
    expense_id: UUID


def sign_expense(asked: SignExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.sign(asked.expense_id, context.person, context.on)
    return [fund]


@command
class ApproveExpense:
    studio_id: UUID
    expense_id: UUID
    other_reason: Text | None = None


def approve_expense(asked: ApproveExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.approve(asked.expense_id, context.person, asked.other_reason, context.on)
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
    fund = known_fund(asked.studio_id, history)
    fund.pay(asked.expense_id, context.person, context.on)
    return [fund]


@command
class ReverseExpense:
    studio_id: UUID
    expense_id: UUID
    reason: Text


def reverse_expense(asked: ReverseExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.reverse(asked.expense_id, context.person, asked.reason, context.on)
    return [fund]


@command
class FileReport:
    studio_id: UUID
    period: Quarter
    text: Text


def file_report(asked: FileReport, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.file_report(asked.period, asked.text, context.on)
    return [fund]
