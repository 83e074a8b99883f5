"""A wrong payment is corrected by a new entry: the money is back, the payment stays on record."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.finance.commands import (
    ReturnRest,
    approve_expense,
    claim_expense,
    pay_expense,
    refuse_expense,
    return_rest,
    reverse_expense,
)
from services.finance.events import FundsReturned, ReleaseCancelled
from shared.kernel.money import Fen
from shared.kernel.people import Role
from shared.kernel.values import Text
from tests.finance.examples import (
    APPROVE,
    BOOKS,
    CUT,
    DAY_30,
    DAY_31,
    DAY_BEFORE_CUT,
    LIN_JING,
    PAY,
    REFUSE,
    REVERSE,
    STUDIO,
    TRIP,
    WANG_FANG,
    WU_MIN,
    YEAR,
    approved,
    claimed,
    claiming,
    funded,
    office,
    payer,
    refused,
    reversed_,
    signed,
    spent,
    wang,
)
from tests.scenario import given

PAID = claimed(), signed(), approved(), spent()
CANCELLED = ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR)


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_payer_takes_a_wrong_payment_back() -> None:
    payer(funded(*PAID)).when(reverse_expense, REVERSE).then(reversed_())


@pytest.mark.rule("AMB-18")
def test_amb_18_a_reversal_carries_the_calendar_year_it_was_made_in() -> None:
    payer(funded(*PAID), day="2025-01-02").when(reverse_expense, REVERSE).then(reversed_(fiscal_year=2025))


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_payment_is_taken_back_once() -> None:
    once_more = replace(REVERSE, reason=Text("还是付错了"))

    payer(funded(*PAID, reversed_())).when(reverse_expense, REVERSE).then_nothing()
    payer(funded(*PAID, reversed_())).when(reverse_expense, once_more).then_nothing()


@pytest.mark.rule("A.9-8")
@pytest.mark.parametrize(
    ("history", "state"),
    [
        ([claimed()], "submitted"),
        ([claimed(), signed()], "signed"),
        ([claimed(), signed(), approved()], "approved"),
        ([claimed(), refused()], "refused"),
    ],
)
def test_a_9_8_what_was_not_paid_is_not_taken_back(history: list[Any], state: str) -> None:
    payer(funded(*history)).when(reverse_expense, REVERSE).then_refused("not-paid", "A.9-8", state=state)


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_reversed_claim_stays_resolved() -> None:
    known = funded(*PAID, reversed_())

    office(known).when(approve_expense, APPROVE).then_refused("expense-resolved", "A.9-8", state="reversed")
    office(known).when(refuse_expense, REFUSE).then_refused("expense-resolved", "A.9-8", state="reversed")
    payer(known).when(pay_expense, PAY).then_refused("expense-resolved", "A.9-8", state="reversed")


@pytest.mark.rule("FIN-08")
def test_fin_08_the_money_is_back_and_may_be_claimed_again_to_the_fen() -> None:
    known = funded(*PAID, reversed_())

    wang(known).when(claim_expense, claiming(fen=600_001, expense=TRIP)).then_refused(
        "fund-exceeded", "FIN-08", available_fen=600_000, spent_fen=0
    )
    wang(known).when(claim_expense, claiming(fen=600_000, expense=TRIP)).then(claimed(fen=600_000, expense=TRIP))


@pytest.mark.rule("A.9-8")
@pytest.mark.parametrize("day", [DAY_30, DAY_31])
def test_a_9_8_during_the_wind_down_a_payment_is_taken_back_until_the_rest_is_returned(day: str) -> None:
    payer(funded(*PAID, CANCELLED, CUT), day).when(reverse_expense, REVERSE).then(reversed_())


@pytest.mark.rule("A.9-8")
def test_a_9_8_after_the_rest_was_returned_a_payment_stands() -> None:
    returned = FundsReturned(studio_id=STUDIO, fen=Fen(480_000))

    payer(funded(*PAID, CANCELLED, CUT, returned), DAY_31).when(reverse_expense, REVERSE).then_refused(
        "funds-returned", "A.9-8", returned_fen=480_000, returned="4800.00"
    )


@pytest.mark.rule("A.9-8")
def test_a_9_8_what_was_taken_back_goes_back_with_the_rest() -> None:
    known = funded(*PAID, CANCELLED, CUT, reversed_())

    given(known).on(DAY_31).when(return_rest, ReturnRest(studio_id=STUDIO)).then(
        FundsReturned(studio_id=STUDIO, fen=Fen(600_000))
    )


@pytest.mark.rule("A.9-8")
def test_a_9_8_after_a_cut_the_right_amount_may_be_claimed_anew_through_day_30() -> None:
    since = *PAID, CANCELLED, CUT, reversed_()
    asked = claiming(fen=100_000, expense=TRIP, activity_on=DAY_BEFORE_CUT)

    wang(funded(*since), DAY_30).when(claim_expense, asked).then(
        claimed(fen=100_000, expense=TRIP, activity_on=DAY_BEFORE_CUT)
    )
    wang(funded(*since), DAY_31).when(claim_expense, asked).then_refused("funding-over", "FIN-05", on=DAY_31)


@pytest.mark.rule("A.9-27")
@pytest.mark.parametrize("person", [WANG_FANG, LIN_JING, WU_MIN], ids=["claimant", "host", "approver"])
def test_a_9_27_neither_claimant_nor_host_nor_approver_takes_a_payment_back(person: UUID) -> None:
    given(funded(*PAID)).on("2024-09-27").by(Role.PAYER, person).when(reverse_expense, REVERSE).then_refused(
        "three-persons", "A.9-27"
    )


@pytest.mark.rule("A.9-8")
def test_nothing_never_claimed_is_taken_back() -> None:
    payer(funded()).when(reverse_expense, REVERSE).then_refused("expense-unknown", None, expense_id=str(BOOKS))
