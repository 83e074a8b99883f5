"""All claims of a fund: what they reserve, what was spent, and what may be claimed at all."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from services.finance.aggregates.claim import Claim
from services.finance.aggregates.cycle import Cycle
from services.finance.aggregates.people import People
from services.finance.events import (
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
)
from shared.kernel.model import Refused
from shared.kernel.money import in_hundredths


@dataclass(kw_only=True)
class Claims:
    """By the expense's id."""

    spent: int = 0

    all: dict[UUID, Claim] = field(default_factory=dict)

    @property
    def unresolved(self) -> dict[UUID, Claim]:
        return {id: claim for id, claim in self.all.items() if not claim.is_resolved}

    @property
    def reserved(self) -> int:
        return sum(claim.asked.fen for claim in self.unresolved.values())

    def used(self, category: str, year: int, cycle: Cycle) -> int:
        """Asked for or spent for a purpose by activities of one year."""
        return sum(
            claim.asked.fen
            for claim in self.all.values()
            if claim.is_counted
            and claim.asked.category == category
            and cycle.year_on(claim.asked.activity_on) == year
        )  # fmt: skip

    def of(self, expense_id: UUID) -> Claim:
        if expense_id not in self.all:
            raise Refused(
                "expense-unknown", rule=None, expense_id=str(expense_id),
                zh="该工作室没有报销{expense_id}", en="this studio has no expense {expense_id}",
            )  # fmt: skip
        return self.all[expense_id]

    def has(self, asked: ExpenseClaimed) -> bool:
        """The same said again is no news; something else under its id is refused."""
        known = self.all.get(asked.expense_id)
        if known is not None and _said(known.asked) != _said(asked):
            raise Refused("id-taken", rule=None, zh="这个报销编号已被使用", en="this expense id is taken already")
        return known is not None

    def apply(self, happened: Any, people: People) -> None:
        """The host's own claim needs no further signature."""
        match happened:
            case ExpenseClaimed(expense_id=id):
                self.all[id] = Claim(happened, "signed" if happened.claimant_id == people.host_id else "submitted")
            case ExpenseSigned(expense_id=id):
                self.all[id].state, self.all[id].signer_id = "signed", happened.office_id or happened.host_id
            case ExpenseApproved(expense_id=id, approver_id=approver):
                self.all[id].approver_id, self.all[id].state = approver, "approved"
            case ExpenseRefused(expense_id=id):
                self.all[id].state = "refused"
            case ExpenseSpent(expense_id=id, fen=fen):
                self.all[id].state = "paid"
                self.spent += fen
            case ExpenseReversed(expense_id=id, fen=fen):
                self.all[id].state = "reversed"
                self.spent -= fen


def _said(claimed: ExpenseClaimed) -> ExpenseClaimed:
    """What the claimant said, without what was found about it."""
    return replace(claimed, host_id=None, fee_check=None, over_budget=False)


def check_expert(asked: ExpenseClaimed) -> None:
    if asked.category == "expert_guidance" and asked.payee_id is None:
        raise Refused(
            "payee-missing", rule="AMB-21",
            zh="专家指导须写明收款专家", en="expert guidance names the expert who is paid",
        )  # fmt: skip
    if asked.category != "expert_guidance" and (asked.expert_rank or asked.class_hours):
        raise Refused(
            "expert-unasked", rule="AMB-21",
            zh="只有专家指导才写专家职级和学时",
            en="an expert's rank and class hours are said of expert guidance alone",
        )  # fmt: skip


def check_thing(asked: ExpenseClaimed) -> None:
    """What was bought cannot be worth more than is claimed (SIL-09)."""
    if (thing := asked.asset) is None or thing.quantity * thing.unit_fen <= asked.fen:
        return
    worth = thing.quantity * thing.unit_fen
    raise Refused(
        "asset-above-claim", rule="SIL-09", worth_fen=worth, asked_fen=int(asked.fen), quantity=int(thing.quantity),
        unit=thing.unit_fen.yuan, worth=in_hundredths(worth), asked=asked.fen.yuan,
        zh="资产{quantity}件×{unit}元＝{worth}元，超过报销的{asked}元",
        en="{quantity} × {unit} yuan = {worth} yuan of things is more than the {asked} yuan claimed",
    )  # fmt: skip
