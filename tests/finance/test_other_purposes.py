"""等: another purpose than the policy's four is served when an office says why."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.finance.commands import ApproveExpense, approve_expense, claim_expense, pay_expense
from shared.kernel.values import Text
from tests.finance.examples import (
    APPROVE,
    BOOKS,
    PAY,
    STUDIO,
    approved,
    claimed,
    claiming,
    funded,
    office,
    payer,
    signed,
    spent,
    wang,
)

WHY = "班级文化展示，属建设方案内容"
WITH_REASON = replace(APPROVE, other_reason=Text(WHY))
WAITING = claimed(category="other"), signed()


@pytest.mark.rule("FIN-04")
def test_fin_04_another_purpose_is_claimed() -> None:
    wang(funded()).when(claim_expense, claiming(category="other")).then(claimed(category="other"))


@pytest.mark.rule("FIN-04")
def test_fin_04_another_purpose_is_approved_with_a_reason() -> None:
    office(funded(*WAITING)).when(approve_expense, WITH_REASON).then(approved(why=WHY))


@pytest.mark.rule("FIN-04")
def test_fin_04_another_purpose_is_not_approved_without_a_reason() -> None:
    office(funded(*WAITING)).when(approve_expense, APPROVE).then_refused("other-reason-missing", "FIN-04")


@pytest.mark.rule("FIN-04")
def test_fin_04_a_purpose_of_the_policy_takes_no_reason() -> None:
    office(funded(claimed(), signed())).when(approve_expense, WITH_REASON).then_refused(
        "other-reason-unasked", "FIN-04", category="training"
    )


@pytest.mark.rule("FIN-04")
def test_fin_04_another_purpose_is_approved_once() -> None:
    office(funded(*WAITING, approved(why=WHY))).when(approve_expense, APPROVE).then_nothing()


@pytest.mark.rule("FIN-03")
def test_fin_03_another_purpose_is_not_paid_before_an_office_approved_it() -> None:
    payer(funded(*WAITING)).when(pay_expense, PAY).then_refused("not-approved", "FIN-03")
    payer(funded(*WAITING, approved(why=WHY))).when(pay_expense, PAY).then(replace(spent(), category="other"))


@pytest.mark.rule("FIN-04")
@pytest.mark.parametrize("reason", ["", " ", 1])
def test_fin_04_an_empty_reason_is_no_reason(reason: Any) -> None:
    payload = {"studio_id": str(STUDIO), "expense_id": str(BOOKS), "other_reason": reason}

    with pytest.raises(ValidationError, match="other_reason"):
        TypeAdapter(ApproveExpense).validate_python(payload)
