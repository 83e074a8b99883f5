"""What finance can be asked to do."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from services.finance.aggregates.fund import Fund
from services.finance.aggregates.settings import KnownSettings
from services.finance.events import Category, ExpenseClaimed
from shared.kernel.context import Context
from shared.kernel.following import following
from shared.kernel.model import Aggregate, History, awaited, command
from shared.kernel.money import Price
from shared.kernel.published import StudioPlaqued
from shared.kernel.values import Day, Digest, Label

follow_settings = following(KnownSettings)


@command
class OpenFund:
    studio_id: UUID
    host_id: UUID


def open_fund(asked: OpenFund, history: History, context: Context) -> Sequence[Aggregate]:
    known = history.find(Fund, Fund.id_for(asked.studio_id))
    return [known if known.exists else Fund.open(asked.studio_id, asked.host_id)]


def _known_fund(studio_id: UUID, history: History) -> Fund:
    return awaited(history, Fund, Fund.id_for(studio_id), "applications", "studio-established")


@command
class LayOutYears:
    studio: StudioPlaqued


def lay_out_years(asked: LayOutYears, history: History, context: Context) -> Sequence[Aggregate]:
    fund = _known_fund(asked.studio.studio_id, history)
    fund.lay_out(asked.studio, context.settings)
    return [fund]


@command
class NoteMember:
    studio_id: UUID
    person_id: UUID
    standing: Literal["joined", "left"]


def note_member(asked: NoteMember, history: History, context: Context) -> Sequence[Aggregate]:
    fund = _known_fund(asked.studio_id, history)
    fund.note_member(asked.person_id, asked.standing)
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
    fund = _known_fund(asked.studio_id, history)
    fund.pass_midterm(context.on)
    return [fund]


@command
class CutFunding:
    studio_id: UUID
    cause: Literal["midterm", "ethics"]


def cut_funding(asked: CutFunding, history: History, context: Context) -> Sequence[Aggregate]:
    fund = _known_fund(asked.studio_id, history)
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
    fund = _known_fund(asked.studio_id, history)
    fund.wind_down(context.on, context.on)
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
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    claimed = ExpenseClaimed(
        expense_id=asked.expense_id, claimant_id=context.person, fen=asked.fen, category=asked.category,
        activity_on=asked.activity_on, purpose=asked.purpose, payee_id=asked.payee_id, receipt=asked.receipt,
    )  # fmt: skip
    fund.claim(claimed, context.on)
    return [fund]


@command
class ApproveExpense:
    studio_id: UUID
    expense_id: UUID


def approve_expense(asked: ApproveExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    fund.approve(asked.expense_id, context.person, context.on)
    return [fund]


@command
class RefuseExpense:
    studio_id: UUID
    expense_id: UUID


def refuse_expense(asked: RefuseExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    fund.refuse(asked.expense_id)
    return [fund]


@command
class PayExpense:
    studio_id: UUID
    expense_id: UUID


def pay_expense(asked: PayExpense, history: History, context: Context) -> Sequence[Aggregate]:
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    fund.pay(asked.expense_id, context.person, context.on)
    return [fund]
