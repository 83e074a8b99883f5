"""Each year's money planned by purpose, signed by two, and compared with what is used."""

from typing import Any

import pytest

from services.finance.aggregates.fund import Fund
from services.finance.commands import PlanBudget, SignBudget, claim_expense, plan_budget, sign_budget
from services.finance.events import BudgetLine, BudgetPlanned, BudgetSigned, HostStandingNoted
from services.finance.read_models.expenses import expenses
from services.finance.read_models.funds import funds
from shared.kernel.money import Price
from shared.kernel.people import Role
from tests.finance.examples import (
    BOOKS,
    FUND,
    LAID_OUT,
    LIN_JING,
    MEMBERS,
    OPENED,
    STUDIO,
    TRIP,
    WU_MIN,
    ZHENG_TAO,
    approved,
    claimed,
    claiming,
    funded,
    happened,
    lin,
    office,
    refused,
    released,
    reversed_,
    spent,
    wang,
)
from tests.scenario import given, stream


def lines(**by_category: int) -> tuple[BudgetLine, ...]:
    return tuple(BudgetLine(category=category, fen=Price(fen)) for category, fen in by_category.items())  # type: ignore[arg-type]


def planned(year: int = 2, **by_category: int) -> BudgetPlanned:
    given_ = by_category or {"training": 200_000, "research": 100_000}
    return BudgetPlanned(studio_id=STUDIO, year=year, lines=lines(**given_), host_id=LIN_JING)


def planning(year: int = 2, **by_category: int) -> PlanBudget:
    return PlanBudget(studio_id=STUDIO, year=year, lines=planned(year, **by_category).lines)


SIGN = SignBudget(studio_id=STUDIO, year=2)
SIGNED = BudgetSigned(studio_id=STUDIO, year=2, signer_id=WU_MIN)
PLAN = planned(), SIGNED


@pytest.mark.rule("SIL-09")
def test_sil_09_the_host_plans_a_years_money_by_purpose() -> None:
    lin(funded()).when(plan_budget, planning()).then(planned())


@pytest.mark.rule("SIL-09")
def test_sil_09_a_plan_may_take_the_whole_years_money_and_no_fen_more() -> None:
    lin(funded()).when(plan_budget, planning(training=300_000)).then(planned(training=300_000))
    lin(funded()).when(plan_budget, planning(training=200_000, research=100_001)).then_refused(
        "budget-above-year", "SIL-09", planned_fen=300_001, year_fen=300_000
    )


@pytest.mark.rule("SIL-09")
def test_sil_09_each_purpose_has_one_line() -> None:
    twice = PlanBudget(studio_id=STUDIO, year=2, lines=(*lines(training=1), *lines(training=2)))

    lin(funded()).when(plan_budget, twice).then_refused("budget-purpose-twice", "SIL-09")


@pytest.mark.rule("SIL-09")
def test_sil_09_a_year_that_brings_nothing_is_not_planned() -> None:
    short = stream(Fund, FUND, OPENED, LAID_OUT.__class__(
        studio_id=STUDIO, years=LAID_OUT.years[:2], year_fen=LAID_OUT.year_fen, ends_on=LAID_OUT.ends_on,
        wind_down_days=30,
    ))  # fmt: skip

    lin(short).when(plan_budget, planning(year=3)).then_refused("year-unknown", "SIL-09", year=3, years=2)


@pytest.mark.rule("SIL-09")
def test_sil_09_the_same_plan_once_more_records_nothing_and_keeps_its_signature() -> None:
    lin(funded(*PLAN)).when(plan_budget, planning()).then_nothing()


@pytest.mark.rule("SIL-09")
def test_sil_09_before_the_plaque_a_plan_waits_for_it() -> None:
    lin(stream(Fund, FUND, OPENED)).when(plan_budget, planning()).then_waits_for("applications", "studio-plaqued")


@pytest.mark.rule("SIL-09")
def test_sil_09_an_office_signs_as_the_second_person_once() -> None:
    office(funded(planned())).when(sign_budget, SIGN).then(SIGNED)
    office(funded(*PLAN)).when(sign_budget, SIGN).then_nothing()
    given(funded(*PLAN)).on("2024-09-27").by(Role.STUDENT_AFFAIRS, ZHENG_TAO).when(sign_budget, SIGN).then_nothing()


@pytest.mark.rule("SIL-09")
def test_sil_09_the_host_does_not_sign_twice() -> None:
    known = given(funded(planned())).on("2024-09-27")

    known.by(Role.PERSONNEL, LIN_JING).when(sign_budget, SIGN).then_refused("two-signatures", "SIL-09")


@pytest.mark.rule("SIL-09")
def test_sil_09_what_was_not_planned_is_not_signed() -> None:
    office(funded()).when(sign_budget, SIGN).then_refused("budget-plan-unknown", "SIL-09", year=2)


@pytest.mark.rule("SIL-09")
def test_sil_09_a_later_plan_replaces_the_earlier_and_needs_both_signatures_again() -> None:
    known = funded(*PLAN, planned(training=1))

    office(known).when(sign_budget, SIGN).then(SIGNED)
    wang(funded(*PLAN, planned(training=1))).when(claim_expense, claiming()).then(claimed())


@pytest.mark.rule("SIL-09", "SIL-07")
def test_sil_07_a_suspended_host_plans_nothing() -> None:
    suspended = HostStandingNoted(studio_id=STUDIO, host_id=LIN_JING, standing="suspended")

    lin(funded(suspended)).when(plan_budget, planning()).then_refused("host-suspended", "SIL-07")


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize(("history", "allowed"), [(PLAN, True), ((planned(),), False), ((), False)])
def test_sil_09_a_school_may_pay_only_what_has_a_signed_plan_for_the_activitys_year(
    history: Any, *, allowed: bool
) -> None:
    outcome = wang(funded(*history)).under(budget_plan_required=True).when(claim_expense, claiming())

    if allowed:
        outcome.then(claimed())
    else:
        outcome.then_refused("budget-plan-missing", "SIL-09", year=2, activity_on="2024-09-20")


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize(("activity_on", "year"), [("2024-03-27", 1), ("2024-03-28", None)])
def test_sil_09_the_activitys_day_decides_which_years_plan_it_needs(activity_on: str, year: int | None) -> None:
    outcome = wang(funded(*PLAN)).under(budget_plan_required=True)

    said = outcome.when(claim_expense, claiming(activity_on=activity_on))

    if year is None:
        said.then(claimed(activity_on=activity_on))
    else:
        said.then_refused("budget-plan-missing", "SIL-09", year=year)


@pytest.mark.rule("SIL-09")
def test_sil_09_otherwise_a_claim_needs_no_plan() -> None:
    wang(funded()).when(claim_expense, claiming()).then(claimed())


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize(
    ("fen", "before", "over"),
    [
        (200_000, (), False),
        (200_001, (), True),
        (80_000, (claimed(expense=TRIP),), False),
        (80_001, (claimed(expense=TRIP),), True),
        (200_000, (claimed(expense=TRIP), refused(TRIP)), False),
        (200_000, (claimed(expense=TRIP, activity_on="2024-03-01"),), False),
    ],
    ids=["all of it", "a fen more", "the rest", "a fen above the rest", "refused before", "of another year"],
)
def test_sil_09_a_claim_above_its_purposes_plan_is_marked_and_not_refused(fen: int, before: Any, *, over: bool) -> None:
    wang(funded(*PLAN, *before)).when(claim_expense, claiming(fen=fen)).then(claimed(fen=fen, over_budget=over))


@pytest.mark.rule("SIL-09")
def test_sil_09_the_same_claim_once_more_records_nothing_though_it_is_now_over_the_plan() -> None:
    wang(funded(*PLAN, claimed(fen=150_000))).when(claim_expense, claiming(fen=150_000)).then_nothing()


@pytest.mark.rule("SIL-09")
def test_sil_09_a_purpose_that_was_not_planned_is_over_with_the_first_fen() -> None:
    asked = claiming(fen=1, category="course_resources")

    wang(funded(*PLAN)).when(claim_expense, asked).then(claimed(fen=1, category="course_resources", over_budget=True))


def year_two(*events: Any) -> Any:
    row: Any = None
    for event in (OPENED, LAID_OUT, *MEMBERS, released(1), released(2), *events):
        row = funds.fold(str(FUND), row, happened(event))
    return row.years[1]


@pytest.mark.rule("SIL-09")
def test_sil_09_a_fund_shows_planned_and_used_by_purpose() -> None:
    shown = year_two(*PLAN, claimed(fen=200_001), claimed(fen=1, expense=TRIP, category="research"))

    assert shown.planned == {"training": 200_000, "research": 100_000}
    assert shown.used == {"training": 200_001, "research": 1}
    assert (shown.plan_signed_by, shown.over_budget) == ((LIN_JING, WU_MIN), ("training",))


@pytest.mark.rule("SIL-09")
def test_sil_09_an_unsigned_plan_is_shown_and_nothing_is_over_it() -> None:
    shown = year_two(planned(training=1), claimed())

    assert (shown.plan_signed_by, shown.over_budget) == ((LIN_JING,), ())


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize("undone", [(refused(),), (approved(), spent(), reversed_())], ids=["refused", "reversed"])
def test_sil_09_what_was_refused_or_reversed_is_not_used(undone: Any) -> None:
    assert year_two(*PLAN, claimed(), *undone).used == {}


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize(("over", "receipt"), [(True, None), (False, "a" * 64)])
def test_sil_09_a_claim_shows_whom_approves_that_it_is_over_the_plan_or_lacks_its_receipt(
    over: bool,  # noqa: FBT001
    receipt: Any,
) -> None:
    from dataclasses import replace

    row = expenses.fold(str(BOOKS), None, happened(replace(claimed(over_budget=over), receipt=receipt)))

    assert row is not None
    assert (row.over_budget, row.receipt_missing) == (over, receipt is None)


@pytest.mark.rule("SIL-09")
def test_sil_09_a_plan_without_a_line_is_refused() -> None:
    empty = PlanBudget(studio_id=STUDIO, year=2, lines=())

    lin(funded()).when(plan_budget, empty).then_refused("budget-empty", "SIL-09")
