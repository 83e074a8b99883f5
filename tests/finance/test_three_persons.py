"""Claimant or host, an office that approves, a payer: three persons."""

from uuid import UUID

import pytest

from services.finance.commands import approve_expense, pay_expense
from services.finance.events import ExpenseApproved, ExpenseSpent
from shared.kernel.money import Price
from shared.kernel.people import Role
from tests.finance.examples import (
    APPROVE,
    BOOKS,
    LIN_JING,
    PAY,
    QIAN_JIN,
    STUDIO,
    WANG_FANG,
    WU_MIN,
    ZHENG_TAO,
    approved,
    claimed,
    funded,
    office,
    payer,
    signed,
    spent,
)
from tests.scenario import given


@pytest.mark.rule("A.9-27")
@pytest.mark.parametrize("claimant", [WANG_FANG, LIN_JING], ids=["trainee", "host"])
def test_a_9_27_an_office_approves_what_another_claimed(claimant: UUID) -> None:
    office(funded(claimed(by=claimant), signed())).when(approve_expense, APPROVE).then(
        ExpenseApproved(expense_id=BOOKS, approver_id=WU_MIN)
    )


@pytest.mark.rule("A.9-27")
def test_a_9_27_a_third_person_pays() -> None:
    payer(funded(claimed(), approved())).when(pay_expense, PAY).then(
        ExpenseSpent(
            expense_id=BOOKS, studio_id=STUDIO, fen=Price(120_000), category="training", payer_id=QIAN_JIN,
            fiscal_year=2024,
        )
    )  # fmt: skip


@pytest.mark.rule("AMB-18")
def test_a_payment_carries_the_calendar_year_it_was_made_in() -> None:
    payer(funded(claimed(), approved()), day="2025-01-02").when(pay_expense, PAY).then(spent(fiscal_year=2025))


@pytest.mark.rule("A.9-27")
@pytest.mark.parametrize("person", [WANG_FANG, LIN_JING], ids=["claimant", "host"])
def test_a_9_27_neither_claimant_nor_host_approves(person: UUID) -> None:
    known = funded(claimed(by=WANG_FANG), signed())

    given(known).on("2024-09-27").by(Role.PERSONNEL, person).when(approve_expense, APPROVE).then_refused(
        "three-persons", "A.9-27"
    )


@pytest.mark.rule("A.9-27")
@pytest.mark.parametrize("person", [WANG_FANG, LIN_JING, WU_MIN], ids=["claimant", "host", "approver"])
def test_a_9_27_neither_claimant_nor_host_nor_approver_pays(person: UUID) -> None:
    known = funded(claimed(by=WANG_FANG), signed(), approved(by=WU_MIN))

    given(known).on("2024-09-27").by(Role.PAYER, person).when(pay_expense, PAY).then_refused("three-persons", "A.9-27")


@pytest.mark.rule("A.9-27")
def test_a_9_27_the_host_who_claimed_neither_approves_nor_pays() -> None:
    known = funded(claimed(by=LIN_JING))
    lin = given(known).on("2024-09-27")

    lin.by(Role.PERSONNEL, LIN_JING).when(approve_expense, APPROVE).then_refused("three-persons", "A.9-27")
    given(funded(claimed(by=LIN_JING), approved())).on("2024-09-27").by(Role.PAYER, LIN_JING).when(
        pay_expense, PAY
    ).then_refused("three-persons", "A.9-27")


@pytest.mark.rule("FIN-03")
def test_fin_03_nothing_is_paid_that_no_office_approved() -> None:
    payer(funded(claimed())).when(pay_expense, PAY).then_refused("not-approved", "FIN-03")


@pytest.mark.rule("A.9-27")
@pytest.mark.parametrize("person", [WU_MIN, ZHENG_TAO], ids=["the same office", "the other office"])
def test_a_claim_is_approved_once(person: UUID) -> None:
    known = funded(claimed(), approved(by=WU_MIN))

    given(known).on("2024-09-28").by(Role.STUDENT_AFFAIRS, person).when(approve_expense, APPROVE).then_nothing()


@pytest.mark.rule("A.9-27")
def test_a_paid_claim_needs_no_approval_any_more() -> None:
    office(funded(claimed(), approved(), spent())).when(approve_expense, APPROVE).then_nothing()


@pytest.mark.rule("A.9-27")
def test_a_claim_is_paid_once() -> None:
    payer(funded(claimed(), approved(), spent())).when(pay_expense, PAY).then_nothing()


@pytest.mark.rule("A.9-27")
def test_who_stands_in_for_an_office_approves() -> None:
    known = funded(claimed(by=WANG_FANG), signed())

    given(known).on("2024-09-27").by(Role.PERSONNEL, ZHENG_TAO, instead_of=WU_MIN).when(approve_expense, APPROVE).then(
        ExpenseApproved(expense_id=BOOKS, approver_id=ZHENG_TAO)
    )


@pytest.mark.rule("A.9-27")
@pytest.mark.parametrize("away", [WANG_FANG, LIN_JING], ids=["claimant", "host"])
def test_nobody_stands_in_for_who_claimed_or_hosts(away: UUID) -> None:
    known = funded(claimed(by=WANG_FANG), signed(), approved(by=WU_MIN))

    given(known).on("2024-09-27").by(Role.PAYER, QIAN_JIN, instead_of=away).when(pay_expense, PAY).then_refused(
        "three-persons", "A.9-27"
    )


@pytest.mark.rule("A.9-27")
def test_who_approved_does_not_pay_in_the_payers_stead() -> None:
    known = funded(claimed(by=WANG_FANG), signed(), approved(by=WU_MIN))

    given(known).on("2024-09-27").by(Role.PAYER, WU_MIN, instead_of=QIAN_JIN).when(pay_expense, PAY).then_refused(
        "three-persons", "A.9-27"
    )
