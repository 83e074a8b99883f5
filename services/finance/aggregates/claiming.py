"""Expenses: claimed, signed, approved, paid; or refused; a wrong payment is reversed."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.finance.aggregates.claimable import Claimable, check_thing
from services.finance.aggregates.fees import fee_check
from services.finance.events import (
    AssetRegistered,
    AssetStruckOff,
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
)
from shared.kernel.model import Refused
from shared.kernel.money import Fen
from shared.kernel.policy import PolicySettings
from shared.kernel.values import Text


class Claiming(Claimable):
    """What is asked of the money, by whom, and what becomes of it."""

    def claim(self, asked: ExpenseClaimed, day: date, settings: PolicySettings) -> None:
        if (known := self.claims.get(asked.expense_id)) is not None:
            if _said(known.asked) == _said(asked):
                return
            raise Refused("id-taken", rule=None, zh="这个报销编号已被使用", en="this expense id is taken already")
        self.check_not_suspended(asked.claimant_id)
        self.check_payable(asked.activity_on, day)
        self.check_expert(asked)
        self.check_payee(asked.payee_id)
        check_thing(asked)
        if asked.fen > self.available:
            raise Refused(
                "fund-exceeded", rule="FIN-08", asked_fen=int(asked.fen), available_fen=self.available,
                released_fen=self.released, reserved_fen=self.reserved, spent_fen=self.spent, lapsed_fen=self.lapsed,
                asked=asked.fen.yuan, available=Fen(self.available).yuan,
                zh="申请{asked}元，可用仅{available}元",
                en="{asked} yuan was asked, {available} yuan is available",
            )  # fmt: skip
        plan = self.plan_of(asked.activity_on, settings)
        checked = asked.expert_rank is not None or asked.class_hours is not None
        self.record(
            replace(
                asked,
                fee_check=fee_check(asked.fen, asked.expert_rank, asked.class_hours, settings) if checked else None,
                over_budget=plan is not None and self.is_over(plan, asked),
            )
        )

    def sign(self, expense_id: UUID, person_id: UUID, day: date, *, in_stead: bool) -> None:
        """The host stands for a member's claim before an office sees it (A.9-8); an office for one who can't."""
        claim = self.claim_of(expense_id)
        if claim.state in ("signed", "approved", "paid", "reversed"):
            return
        claim.check_unresolved()
        self.check_not_suspended(person_id)
        if in_stead:
            self.check_host_away()
            claim.check_third_person(person_id, self.host_id)
        self.check_payable(claim.asked.activity_on, day)
        self.check_payee(claim.asked.payee_id)
        office_id = person_id if in_stead else None
        host_id = self.host_id if in_stead else person_id
        self.record(ExpenseSigned(expense_id=expense_id, host_id=host_id, office_id=office_id))

    def approve(
        self, expense_id: UUID, approver_id: UUID, other_reason: Text | None, fee_reason: Text | None, day: date
    ) -> None:
        """By an office, and by nobody who asked for it (A.9-27)."""
        claim = self.claim_of(expense_id)
        if claim.state in ("approved", "paid"):
            return
        claim.check_unresolved()
        self.check_payable(claim.asked.activity_on, day)
        self.check_payee(claim.asked.payee_id)
        claim.check_signed()
        claim.check_reasons(other_reason, fee_reason)
        claim.check_third_person(approver_id, self.host_id, claim.signer_id)
        self.record(
            ExpenseApproved(
                expense_id=expense_id, approver_id=approver_id, other_reason=other_reason, fee_reason=fee_reason
            )
        )

    def refuse(self, expense_id: UUID) -> None:
        claim = self.claim_of(expense_id)
        if claim.state == "refused":
            return
        claim.check_unresolved()
        self.turn_down(expense_id, "by_office")

    def pay(self, expense_id: UUID, payer_id: UUID, day: date, settings: PolicySettings) -> None:
        """A thing dear enough enters the register (SIL-09)."""
        claim = self.claim_of(expense_id)
        if claim.state == "paid":
            return
        claim.check_unresolved()
        if claim.approver_id is None:
            raise Refused("not-approved", rule="FIN-03", zh="该报销尚未审批", en="this expense is not approved yet")
        asked = claim.asked
        self.check_payable(asked.activity_on, day)
        self.check_payee(asked.payee_id)
        claim.check_third_person(payer_id, self.host_id, claim.signer_id, claim.approver_id)
        self.record(
            ExpenseSpent(
                expense_id=expense_id, studio_id=self.studio_id, fen=asked.fen,
                category=asked.category, payer_id=payer_id, fiscal_year=day.year,
            )
        )  # fmt: skip
        if (thing := asked.asset) is not None and thing.unit_fen >= settings.asset_min_fen:
            self.record(
                AssetRegistered(
                    asset_id=expense_id, studio_id=self.studio_id, name=thing.name, quantity=thing.quantity,
                    unit_fen=thing.unit_fen, keeper_id=self.host_id,
                )
            )  # fmt: skip

    def reverse(self, expense_id: UUID, payer_id: UUID, reason: Text, day: date) -> None:
        """A wrong payment is taken back by a new entry, until the rest went back to the school (A.9-8)."""
        claim = self.claim_of(expense_id)
        if claim.state == "reversed":
            return
        if claim.state != "paid":
            raise Refused(
                "not-paid", rule="A.9-8", state=claim.state,
                zh="该报销未付款（{state}），无可冲正", en="this expense is not paid ({state}): nothing to reverse",
            )  # fmt: skip
        if self.is_returned:
            raise Refused(
                "funds-returned", rule="A.9-8", returned_fen=self.returned, returned=Fen(self.returned).yuan,
                zh="余款{returned}元已退回学校，更正由学校账目处理",
                en="the rest, {returned} yuan, went back to the school: its own books correct this",
            )  # fmt: skip
        claim.check_third_person(payer_id, self.host_id, claim.signer_id, claim.approver_id)
        self.record(
            ExpenseReversed(
                expense_id=expense_id, studio_id=self.studio_id, fen=claim.asked.fen,
                category=claim.asked.category, payer_id=payer_id, reason=reason, fiscal_year=day.year,
            )
        )  # fmt: skip
        if expense_id in self.assets:
            self.record(AssetStruckOff(asset_id=expense_id, studio_id=self.studio_id))


def _said(claimed: ExpenseClaimed) -> ExpenseClaimed:
    """What the claimant said, without what was found about it."""
    return replace(claimed, host_id=None, fee_check=None, over_budget=False)
