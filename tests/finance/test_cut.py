"""A failed mid-term ends the funding, once; what was done before it is still paid, for thirty days."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.finance.commands import (
    CutFunding,
    approve_expense,
    claim_expense,
    cut_funding,
    pay_expense,
    refuse_expense,
    sign_expense,
)
from services.finance.events import FundingCut, FundsReturned, ReleaseCancelled, WindingDown
from shared.kernel.money import Fen
from tests.finance.examples import (
    APPROVE,
    CUT,
    CUT_ON,
    DAY_30,
    DAY_31,
    DAY_BEFORE_CUT,
    PAY,
    REFUSE,
    SIGN,
    STUDIO,
    TRIP,
    YEAR,
    approved,
    claimed,
    claiming,
    fund,
    funded,
    lin,
    office,
    payer,
    refused,
    released,
    signed,
    spent,
    wang,
)
from tests.scenario import Outcome, given

CANCELLED = ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR)
HOST_GONE = WindingDown(studio_id=STUDIO, activities_through=date(2024, 10, 1), payable_through=date(2024, 10, 31))
OVER = {"activities_through": "2024-10-11", "payable_through": "2024-11-11"}


def cutting(*history: Any, cause: Any = "midterm", on: str = CUT_ON) -> Outcome:
    return given(fund(*history)).on(on).when(cut_funding, CutFunding(studio_id=STUDIO, cause=cause))


def cut(*before: Any) -> Any:
    """A fund in its second year, cut on 2024-10-12 after all this."""
    return funded(*before, CANCELLED, CUT)


@pytest.mark.rule("FIN-05", "A.9-2", "AMB-17")
@pytest.mark.parametrize("cause", ["midterm", "ethics"])
def test_fin_05_the_cut_cancels_what_was_not_released_and_freezes_the_rest(cause: Any) -> None:
    cutting(released(1), released(2), cause=cause).then(
        ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR),
        FundingCut(
            studio_id=STUDIO, cause=cause, cancelled_fen=Fen(300_000), frozen_fen=Fen(600_000),
            activities_through=date(2024, 10, 11), payable_through=date(2024, 11, 11),
        ),
    )  # fmt: skip


@pytest.mark.rule("FIN-05", "AMB-17")
def test_amb_17_what_was_properly_spent_is_not_frozen() -> None:
    cutting(released(1), released(2), claimed(), approved(), spent(), claimed(expense=TRIP)).then(
        CANCELLED, replace(CUT, frozen_fen=Fen(480_000))
    )


@pytest.mark.rule("FIN-05")
def test_fin_05_an_early_cut_cancels_two_years() -> None:
    cutting(released(1), cause="ethics", on="2024-03-01").then(
        ReleaseCancelled(studio_id=STUDIO, year=2, fen=YEAR),
        ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR),
        FundingCut(
            studio_id=STUDIO, cause="ethics", cancelled_fen=Fen(600_000), frozen_fen=Fen(300_000),
            activities_through=date(2024, 2, 29), payable_through=date(2024, 3, 31),
        ),
    )  # fmt: skip


@pytest.mark.rule("FIN-05", "AMB-17")
def test_amb_17_the_days_of_the_wind_down_are_those_laid_out_with_the_plaque() -> None:
    known = given(fund(released(1), released(2))).on(CUT_ON).under(wind_down_days=5)

    known.when(cut_funding, CutFunding(studio_id=STUDIO, cause="midterm")).then(CANCELLED, CUT)


@pytest.mark.rule("FIN-05")
def test_fin_05_funding_is_cut_once() -> None:
    cutting(released(1), released(2), CANCELLED, CUT, on="2024-10-13").then_nothing()


@pytest.mark.rule("FIN-05")
def test_fin_05_a_second_cause_cuts_no_second_time() -> None:
    cutting(released(1), released(2), CANCELLED, CUT, cause="ethics", on="2024-10-13").then_nothing()


@pytest.mark.rule("FIN-05")
def test_fin_05_a_closed_ledger_is_not_cut() -> None:
    returned = FundsReturned(studio_id=STUDIO, fen=Fen(600_000))

    cutting(released(1), released(2), CANCELLED, HOST_GONE, returned, on="2024-11-02").then_nothing()


@pytest.mark.rule("FIN-05")
def test_the_cut_of_an_unknown_studio_waits_for_its_establishment() -> None:
    given().when(cut_funding, CutFunding(studio_id=STUDIO, cause="midterm")).then_waits_for(
        "applications", "studio-established"
    )


@pytest.mark.rule("FIN-05", "A.9-8")
@pytest.mark.parametrize("day", [CUT_ON, DAY_30])
def test_a_9_8_an_activity_of_the_day_before_the_cut_is_claimed_through_day_30(day: str) -> None:
    wang(cut(), day).when(claim_expense, claiming(activity_on=DAY_BEFORE_CUT)).then(claimed(activity_on=DAY_BEFORE_CUT))


@pytest.mark.rule("FIN-05", "A.9-8")
@pytest.mark.parametrize("day", [CUT_ON, DAY_30])
def test_a_9_8_an_activity_of_the_day_before_the_cut_is_approved_through_day_30(day: str) -> None:
    office(cut(claimed(activity_on=DAY_BEFORE_CUT), signed()), day).when(approve_expense, APPROVE).then(approved())


@pytest.mark.rule("FIN-05", "A.9-8")
@pytest.mark.parametrize("day", [CUT_ON, DAY_30])
def test_a_9_8_an_activity_of_the_day_before_the_cut_is_paid_through_day_30(day: str) -> None:
    payer(cut(claimed(activity_on=DAY_BEFORE_CUT), approved()), day).when(pay_expense, PAY).then(spent())


@pytest.mark.rule("FIN-05", "A.9-8")
def test_a_9_8_on_day_31_nothing_is_claimed_signed_approved_or_paid() -> None:
    said = {"activity_on": DAY_BEFORE_CUT, "on": DAY_31, **OVER}
    open_claim, ready = claimed(activity_on=DAY_BEFORE_CUT), approved()

    wang(cut(), DAY_31).when(claim_expense, claiming(activity_on=DAY_BEFORE_CUT)).then_refused(
        "funding-over", "FIN-05", **said
    )
    lin(cut(open_claim), DAY_31).when(sign_expense, SIGN).then_refused("funding-over", "FIN-05", **said)
    office(cut(open_claim), DAY_31).when(approve_expense, APPROVE).then_refused("funding-over", "FIN-05", **said)
    payer(cut(open_claim, ready), DAY_31).when(pay_expense, PAY).then_refused("funding-over", "FIN-05", **said)


@pytest.mark.rule("FIN-05", "A.9-8")
def test_a_9_8_an_activity_of_the_day_of_the_cut_is_not_claimed() -> None:
    wang(cut(), CUT_ON).when(claim_expense, claiming(activity_on=CUT_ON)).then_refused(
        "funding-over", "FIN-05", activity_on=CUT_ON, on=CUT_ON, **OVER
    )


@pytest.mark.rule("FIN-05", "A.9-8")
def test_a_9_8_an_open_claim_of_the_day_of_the_cut_is_neither_approved_nor_paid() -> None:
    same_day = claimed(activity_on=CUT_ON)
    said = {"activity_on": CUT_ON, "on": CUT_ON, **OVER}

    office(cut(same_day), CUT_ON).when(approve_expense, APPROVE).then_refused("funding-over", "FIN-05", **said)
    payer(cut(same_day, approved()), CUT_ON).when(pay_expense, PAY).then_refused("funding-over", "FIN-05", **said)


@pytest.mark.rule("FIN-05", "A.9-8")
def test_a_9_8_a_claim_may_still_be_turned_down_after_the_cut() -> None:
    office(cut(claimed(activity_on=CUT_ON)), DAY_31).when(refuse_expense, REFUSE).then(refused())


@pytest.mark.rule("FIN-08")
def test_fin_08_the_frozen_rest_is_not_overspent_either() -> None:
    wang(cut(), CUT_ON).when(claim_expense, claiming(fen=600_001, activity_on=DAY_BEFORE_CUT)).then_refused(
        "fund-exceeded", "FIN-08", asked_fen=600_001, available_fen=600_000
    )


@pytest.mark.rule("FIN-05", "A.9-8")
def test_a_9_8_after_the_return_nothing_is_claimed_not_even_before_day_30() -> None:
    closed = cut(FundsReturned(studio_id=STUDIO, fen=Fen(600_000)))
    last = UUID(int=0x1A57)

    wang(closed, DAY_30).when(claim_expense, claiming(expense=last, activity_on=DAY_BEFORE_CUT)).then_refused(
        "funding-over", "FIN-05", activity_on=DAY_BEFORE_CUT, on=DAY_30, **OVER
    )


@pytest.mark.rule("FIN-05", "A.9-8")
def test_a_9_8_a_cut_during_a_wind_down_does_not_make_later_activities_payable() -> None:
    [told] = cutting(released(1), released(2), CANCELLED, HOST_GONE, on="2024-10-20").events

    assert told == FundingCut(
        studio_id=STUDIO, cause="midterm", cancelled_fen=Fen(0), frozen_fen=Fen(600_000),
        activities_through=date(2024, 10, 1), payable_through=date(2024, 10, 31),
    )  # fmt: skip


@pytest.mark.rule("FIN-05", "A.9-8")
def test_a_9_8_a_cut_after_the_cycle_makes_no_later_activity_payable_even_if_the_timer_is_late() -> None:
    cutting(released(1), released(2), on="2026-04-02").then(
        CANCELLED,
        FundingCut(
            studio_id=STUDIO, cause="midterm", cancelled_fen=Fen(300_000), frozen_fen=Fen(600_000),
            activities_through=date(2026, 3, 27), payable_through=date(2026, 4, 26),
        ),
    )  # fmt: skip
