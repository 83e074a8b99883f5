"""A member's claim carries the host's signature before an office approves it."""

import pytest

from services.finance.commands import approve_expense, pay_expense, sign_expense
from services.finance.events import ExpenseSigned
from shared.kernel.people import Role
from tests.finance.examples import (
    APPROVE,
    BOOKS,
    LIN_JING,
    PAY,
    SIGN,
    WANG_FANG,
    WU_MIN,
    approved,
    claimed,
    funded,
    lin,
    office,
    payer,
    refused,
    reversed_,
    signed,
    spent,
)
from tests.scenario import given


@pytest.mark.rule("A.9-8")
def test_a_9_8_the_host_signs_a_members_claim() -> None:
    lin(funded(claimed())).when(sign_expense, SIGN).then(ExpenseSigned(expense_id=BOOKS, host_id=LIN_JING))


@pytest.mark.rule("A.9-8")
def test_a_9_8_an_unsigned_claim_is_not_approved() -> None:
    office(funded(claimed())).when(approve_expense, APPROVE).then_refused("not-signed", "A.9-8")


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_signed_claim_is_approved() -> None:
    office(funded(claimed(), signed())).when(approve_expense, APPROVE).then(approved())


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_claim_by_the_host_counts_as_signed() -> None:
    known = funded(claimed(by=LIN_JING))

    lin(known).when(sign_expense, SIGN).then_nothing()
    office(known).when(approve_expense, APPROVE).then(approved())


@pytest.mark.rule("A.9-8")
@pytest.mark.parametrize(
    "since",
    [
        [signed()],
        [signed(), approved()],
        [signed(), approved(), spent()],
        [signed(), approved(), spent(), reversed_()],
    ],
    ids=["signed", "approved", "paid", "reversed"],
)
def test_a_9_8_a_claim_is_signed_once(since: list[object]) -> None:
    lin(funded(claimed(), *since)).when(sign_expense, SIGN).then_nothing()


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_claim_turned_down_is_not_signed() -> None:
    lin(funded(claimed(), refused())).when(sign_expense, SIGN).then_refused(
        "expense-resolved", "A.9-8", state="refused"
    )


@pytest.mark.rule("A.9-8")
def test_nothing_never_claimed_is_signed() -> None:
    lin(funded()).when(sign_expense, SIGN).then_refused("expense-unknown", None, expense_id=str(BOOKS))


@pytest.mark.rule("A.9-27")
def test_a_9_27_a_signed_claim_of_a_member_passes_three_more_hands_at_most() -> None:
    known = funded(claimed(by=WANG_FANG), signed(), approved(by=WU_MIN))

    for person in (WANG_FANG, LIN_JING, WU_MIN):
        given(known).on("2024-09-27").by(Role.PAYER, person).when(pay_expense, PAY).then_refused(
            "three-persons", "A.9-27"
        )
    payer(known).when(pay_expense, PAY).then(spent())
