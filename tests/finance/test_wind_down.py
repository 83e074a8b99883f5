"""How a fund ends without a cut: the cycle's end or the host gone, thirty days, and the rest goes back."""

from datetime import date
from typing import Any

import pytest

from services.finance.aggregates.fund import Fund
from services.finance.commands import (
    EndCycle,
    ReturnRest,
    WindDown,
    approve_expense,
    claim_expense,
    end_cycle,
    pay_expense,
    return_rest,
    wind_down,
)
from services.finance.events import FundsReturned, MidtermPassed, ReleaseCancelled, WindingDown
from shared.kernel.money import Fen
from tests.finance.examples import (
    APPROVE,
    CUT,
    CYCLE_OVER,
    ENDS,
    FUND,
    OPENED,
    PAY,
    STUDIO,
    TRIP,
    YEAR,
    approved,
    claimed,
    claiming,
    fund,
    funded,
    office,
    payer,
    refused,
    released,
    signed,
    spent,
    wang,
)
from tests.scenario import Outcome, given, stream

END, CLOSE, RETURN = EndCycle(studio_id=STUDIO), WindDown(studio_id=STUDIO), ReturnRest(studio_id=STUDIO)
LAST_DAY, DAY_AFTER, DAY_30, DAY_31 = "2026-03-27", "2026-03-28", "2026-04-26", "2026-04-27"
CANCELLED = ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR)
ALL_THREE = (released(1), released(2), MidtermPassed(studio_id=STUDIO), released(3))
OVER = {"activities_through": LAST_DAY, "payable_through": DAY_30}


def ended(*before: Any) -> Fund:
    """A fund of three released years whose cycle is over."""
    return fund(*ALL_THREE, *before, CYCLE_OVER)


def returning(known: Fund) -> Outcome:
    return given(known).on(DAY_31).when(return_rest, RETURN)


def returned(fen: int) -> FundsReturned:
    return FundsReturned(studio_id=STUDIO, fen=Fen(fen))


@pytest.mark.rule("A.9-8")
def test_a_9_8_the_cycles_end_begins_thirty_days_of_winding_down() -> None:
    given(fund(*ALL_THREE)).on(DAY_AFTER).when(end_cycle, END).then(
        WindingDown(studio_id=STUDIO, activities_through=ENDS, payable_through=date(2026, 4, 26))
    )


@pytest.mark.rule("A.9-13", "FIN-01")
def test_a_9_13_a_year_still_held_at_the_cycles_end_is_cancelled() -> None:
    given(funded()).on(DAY_AFTER).when(end_cycle, END).then(
        ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR), CYCLE_OVER
    )


@pytest.mark.rule("A.9-8")
def test_a_cycle_ends_once() -> None:
    given(ended()).on(DAY_31).when(end_cycle, END).then_nothing()


@pytest.mark.rule("FIN-05")
@pytest.mark.parametrize("command", [(end_cycle, END), (wind_down, CLOSE)], ids=["cycle's end", "closure"])
def test_fin_05_after_a_cut_no_other_end_begins(command: Any) -> None:
    given(funded(CANCELLED, CUT)).on(DAY_AFTER).when(*command).then_nothing()


@pytest.mark.rule("A.9-2")
def test_a_9_2_a_studio_whose_host_is_gone_winds_down_without_a_cut() -> None:
    given(funded()).on("2024-07-01").when(wind_down, CLOSE).then(
        CANCELLED,
        WindingDown(studio_id=STUDIO, activities_through=date(2024, 6, 30), payable_through=date(2024, 7, 31)),
    )


def closed() -> Fund:
    """The host was gone on 2024-07-01."""
    return funded(CANCELLED, WindingDown(
        studio_id=STUDIO, activities_through=date(2024, 6, 30), payable_through=date(2024, 7, 31)
    ))  # fmt: skip


@pytest.mark.rule("A.9-8")
def test_a_9_8_of_a_studio_whose_host_is_gone_the_day_before_is_paid_through_day_30() -> None:
    wang(closed(), "2024-07-31").when(claim_expense, claiming(activity_on="2024-06-30")).then(
        claimed(activity_on="2024-06-30")
    )


@pytest.mark.rule("A.9-8")
def test_a_9_8_of_a_studio_whose_host_is_gone_the_day_itself_is_not_paid() -> None:
    wang(closed(), "2024-07-01").when(claim_expense, claiming(activity_on="2024-07-01")).then_refused(
        "funding-over", "A.9-8", activity_on="2024-07-01", activities_through="2024-06-30"
    )


@pytest.mark.rule("A.9-8")
def test_a_9_8_of_a_studio_whose_host_is_gone_nothing_is_paid_on_day_31() -> None:
    wang(closed(), "2024-08-01").when(claim_expense, claiming(activity_on="2024-06-30")).then_refused(
        "funding-over", "A.9-8", on="2024-08-01", payable_through="2024-07-31"
    )


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_closure_on_the_cycles_last_day_leaves_that_day_out() -> None:
    given(fund(*ALL_THREE)).on(LAST_DAY).when(wind_down, CLOSE).then(
        WindingDown(studio_id=STUDIO, activities_through=date(2026, 3, 26), payable_through=date(2026, 4, 26))
    )


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_closure_the_day_after_the_cycle_ends_it_as_its_timer_would_have() -> None:
    given(fund(*ALL_THREE)).on(DAY_AFTER).when(wind_down, CLOSE).then(CYCLE_OVER)


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_closure_after_the_cycle_ends_it_as_its_late_timer_would_have() -> None:
    given(fund(*ALL_THREE)).on("2026-04-02").when(wind_down, CLOSE).then(CYCLE_OVER)


@pytest.mark.rule("A.9-8")
def test_a_studio_that_never_had_its_plaque_winds_down_with_nothing() -> None:
    given(stream(Fund, FUND, OPENED)).on("2023-03-25").when(wind_down, CLOSE).then(
        WindingDown(studio_id=STUDIO, activities_through=date(2023, 3, 24), payable_through=date(2023, 3, 25))
    )


@pytest.mark.rule("A.9-8")
def test_the_closure_of_an_unknown_studio_waits_for_its_establishment() -> None:
    given().when(wind_down, CLOSE).then_waits_for("applications", "studio-established")


@pytest.mark.rule("A.9-8")
@pytest.mark.parametrize("day", [DAY_AFTER, DAY_30])
def test_a_9_8_an_activity_of_the_cycles_last_day_is_settled_through_day_30(day: str) -> None:
    open_claim = claimed(activity_on=LAST_DAY)

    wang(ended(), day).when(claim_expense, claiming(activity_on=LAST_DAY)).then(open_claim)
    office(ended(open_claim, signed()), day).when(approve_expense, APPROVE).then(approved())
    payer(ended(open_claim, approved()), day).when(pay_expense, PAY).then(spent(fiscal_year=2026))


@pytest.mark.rule("A.9-8")
def test_a_9_8_on_day_31_nothing_is_claimed_approved_or_paid() -> None:
    open_claim = claimed(activity_on=LAST_DAY)
    said = {"activity_on": LAST_DAY, "on": DAY_31, **OVER}

    wang(ended(), DAY_31).when(claim_expense, claiming(activity_on=LAST_DAY)).then_refused(
        "funding-over", "A.9-8", **said
    )
    office(ended(open_claim), DAY_31).when(approve_expense, APPROVE).then_refused("funding-over", "A.9-8", **said)
    payer(ended(open_claim, approved()), DAY_31).when(pay_expense, PAY).then_refused("funding-over", "A.9-8", **said)


@pytest.mark.rule("A.9-8")
def test_a_9_8_an_activity_after_the_cycle_is_not_claimed() -> None:
    wang(ended(), DAY_AFTER).when(claim_expense, claiming(activity_on=DAY_AFTER)).then_refused(
        "funding-over", "A.9-8", activity_on=DAY_AFTER, on=DAY_AFTER, **OVER
    )


@pytest.mark.rule("A.9-8")
def test_a_9_8_an_activity_after_the_cycle_is_not_claimed_even_if_the_timer_is_late() -> None:
    wang(fund(*ALL_THREE), DAY_AFTER).when(claim_expense, claiming(activity_on=DAY_AFTER)).then_refused(
        "funding-over", "A.9-8", activity_on=DAY_AFTER, on=DAY_AFTER
    )


@pytest.mark.rule("A.9-8")
def test_a_9_8_after_the_wind_down_the_rest_goes_back() -> None:
    returning(ended(claimed(), approved(), spent())).then(returned(780_000))


@pytest.mark.rule("A.9-8")
def test_a_9_8_open_claims_are_refused_before_the_rest_goes_back() -> None:
    known = ended(claimed(), claimed(expense=TRIP), approved(TRIP))

    returning(known).then(refused(reason="wind_down_over"), refused(TRIP, reason="wind_down_over"), returned(900_000))


@pytest.mark.rule("A.9-8")
def test_a_9_8_claims_decided_before_stay_as_they_are() -> None:
    known = ended(claimed(), approved(), spent(), claimed(expense=TRIP), refused(TRIP))

    returning(known).then(returned(780_000))


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_return_of_nothing_is_recorded_too() -> None:
    everything = claimed(fen=900_000), approved(), spent(fen=900_000)

    returning(ended(*everything)).then(returned(0))


@pytest.mark.rule("AMB-17", "FIN-05", "A.9-8")
def test_amb_17_after_a_cut_the_rest_goes_back_too() -> None:
    returning(funded(claimed(), CANCELLED, CUT)).then(refused(reason="wind_down_over"), returned(600_000))


@pytest.mark.rule("A.9-8")
def test_a_9_8_the_rest_goes_back_once() -> None:
    returning(ended(returned(900_000))).then_nothing()


@pytest.mark.rule("A.9-8")
def test_while_a_studio_runs_nothing_goes_back() -> None:
    returning(fund(*ALL_THREE)).then_nothing()
