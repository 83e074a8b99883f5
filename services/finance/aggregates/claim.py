"""One claim of a fund: submitted, signed, approved, paid; or refused; a payment may be reversed."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.finance.events import (
    AssetRegistered,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
)
from shared.kernel.model import Refused
from shared.kernel.personal import PersonalText
from shared.kernel.policy import PolicySettings

State = Literal["submitted", "signed", "approved", "paid", "refused", "reversed"]


@dataclass
class Claim:
    """An expense on its way: its money is reserved until it is paid or refused."""

    asked: ExpenseClaimed
    state: State
    approver_id: UUID | None = None
    signer_id: UUID | None = None

    @property
    def is_counted(self) -> bool:
        """Its money is asked for or was spent: it counts against a year's plan."""
        return self.state not in ("refused", "reversed")

    @property
    def is_resolved(self) -> bool:
        return self.state in ("paid", "refused", "reversed")

    def signed_by(self, person_id: UUID, in_stead_of: UUID | None) -> ExpenseSigned:
        id = self.asked.expense_id
        if in_stead_of is None:
            return ExpenseSigned(expense_id=id, host_id=person_id)
        return ExpenseSigned(expense_id=id, host_id=in_stead_of, office_id=person_id)

    def refused(self, studio_id: UUID, reason: Literal["by_office", "wind_down_over"]) -> ExpenseRefused:
        asked = self.asked
        return ExpenseRefused(expense_id=asked.expense_id, reason=reason, studio_id=studio_id, fen=asked.fen)

    def paid_by(self, payer_id: UUID, studio_id: UUID, fiscal_year: int) -> ExpenseSpent:
        asked = self.asked
        return ExpenseSpent(
            expense_id=asked.expense_id, studio_id=studio_id, fen=asked.fen, category=asked.category,
            payer_id=payer_id, fiscal_year=fiscal_year,
        )  # fmt: skip

    def bought(self, studio_id: UUID, keeper_id: UUID, settings: PolicySettings) -> AssetRegistered | None:
        """A thing dear enough for the register (SIL-09)."""
        if (thing := self.asked.asset) is None or thing.unit_fen < settings.asset_min_fen:
            return None
        return AssetRegistered(
            asset_id=self.asked.expense_id, studio_id=studio_id, name=thing.name, quantity=thing.quantity,
            unit_fen=thing.unit_fen, keeper_id=keeper_id,
        )  # fmt: skip

    def reversed_by(self, payer_id: UUID, reason: PersonalText, studio_id: UUID, fiscal_year: int) -> ExpenseReversed:
        asked = self.asked
        return ExpenseReversed(
            expense_id=asked.expense_id, studio_id=studio_id, fen=asked.fen, category=asked.category,
            payer_id=payer_id, reason=reason, fiscal_year=fiscal_year, claimant_id=asked.claimant_id,
        )  # fmt: skip

    def check_unresolved(self) -> None:
        if self.is_resolved:
            raise Refused(
                "expense-resolved", rule="A.9-8", state=self.state,
                zh="该报销已办结（{state}）", en="this expense is resolved ({state})",
            )  # fmt: skip

    def check_signed(self) -> None:
        if self.state == "submitted":
            raise Refused(
                "not-signed", rule="A.9-8",
                zh="该报销尚未由主持人签字", en="the host has not signed this expense yet",
            )  # fmt: skip

    def check_approved(self) -> None:
        if self.approver_id is None:
            raise Refused("not-approved", rule="FIN-03", zh="该报销尚未审批", en="this expense is not approved yet")

    def check_paid(self) -> None:
        if self.state != "paid":
            raise Refused(
                "not-paid", rule="A.9-8", state=self.state,
                zh="该报销未付款（{state}），无可冲正", en="this expense is not paid ({state}): nothing to reverse",
            )  # fmt: skip

    def check_reasons(self, other_reason: PersonalText | None, fee_reason: PersonalText | None) -> None:
        """An office says why it approves what is out of the ordinary, and only that."""
        self._check_other_reason(other_reason)
        self._check_fee_reason(fee_reason)

    def _check_fee_reason(self, fee_reason: PersonalText | None) -> None:
        """A fee above the usual cap is approved with a reason (AMB-21)."""
        if self.asked.fee_check == "above" and fee_reason is None:
            raise Refused(
                "fee-reason-missing", rule="AMB-21", fen=int(self.asked.fen), asked=self.asked.fen.yuan,
                class_hours=int(self.asked.class_hours or 0),
                zh="专家费{asked}元（{class_hours}学时）高于参考标准，审批时须写明理由",
                en="{asked} yuan for {class_hours} class hours is above the usual fee: approve it with a reason",
            )  # fmt: skip
        if self.asked.fee_check != "above" and fee_reason is not None:
            raise Refused(
                "fee-reason-unasked", rule="AMB-21",
                zh="该报销的专家费未高于参考标准，不需写理由",
                en="no fee of this claim is above the usual one: it takes no reason for that",
            )  # fmt: skip

    def _check_other_reason(self, other_reason: PersonalText | None) -> None:
        """Beyond the policy's four purposes an office says why it approves, and only there (FIN-04)."""
        if self.asked.category == "other" and other_reason is None:
            raise Refused(
                "other-reason-missing", rule="FIN-04",
                zh="用途为“其他”的报销，审批时须写明理由",
                en="an expense for another purpose is approved with a reason",
            )  # fmt: skip
        if self.asked.category != "other" and other_reason is not None:
            raise Refused(
                "other-reason-unasked", rule="FIN-04", category=self.asked.category,
                zh="用途{category}属方案所列，不需写其他用途的理由",
                en="{category} is a purpose of the policy and takes no reason for another one",
            )  # fmt: skip

    def check_third_person(self, person_id: UUID, *others: UUID | None) -> None:
        """Who claimed and the `others` have had their part already (A.9-27)."""
        if person_id in (self.asked.claimant_id, *others):
            raise Refused(
                "three-persons", rule="A.9-27",
                zh="申请（或主持）、审批、付款须为三个不同的人",
                en="claimant or host, approver and payer are three different persons",
            )  # fmt: skip
