"""Why money came, stopped, was refused and went back; and what other settings would have made of it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.finance.aggregates.settings import KnownBook
from services.finance.commands import (
    CutFunding,
    ReleaseYear,
    ReturnRest,
    cut_funding,
    release_year,
    return_rest,
)
from services.finance.events import FundsLapsed, FundsReturned, MidtermPassed, ReleaseCancelled, SettingsFollowed
from services.finance.explanations import DECISIONS
from services.finance.explanations.cuts import CUT as CUTS
from services.finance.explanations.refusals import REFUSAL
from services.finance.explanations.releases import RELEASE
from services.finance.explanations.returns import RETURN
from services.finance.service import finance
from shared.chassis.past import Past
from shared.kernel.calendar import OFFICIAL
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation
from shared.kernel.money import Fen
from shared.kernel.people import SYSTEM
from shared.kernel.policy import CATALOGUE, PolicySettings
from shared.kernel.settings import InForce
from tests.finance.examples import (
    BOOKS,
    CUT,
    CUT_ON,
    CYCLE_OVER,
    DAY_30,
    DAY_31,
    FUND,
    LAID_OUT,
    MEMBERS,
    OPENED,
    STUDIO,
    YEAR,
    approved,
    claimed,
    fund,
    funded,
    happened,
    refused,
    released,
    signed,
    spent,
)
from tests.past import At, at, inputs_of
from tests.scenario import SCHOOL, given

PASSED = MidtermPassed(studio_id=STUDIO)
CANCELLED = ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR)
MIDTERM = {"studio_id": STUDIO, "stage": "midterm"}


def told(event: Any, *before: Any, on: str, laid_out: Any = LAID_OUT) -> At:
    """At an event of the fund, after its layout and the two first releases on their days."""
    past = at(event, FUND, on=on).after(FUND, OPENED, laid_out, *MEMBERS)
    for one, day in before:
        past = past.after(FUND, one, on=day)
    return past


FIRST, SECOND = (released(1), "2023-03-27"), (released(2), "2024-03-28")
EARLY_PASS = (PASSED, "2024-11-01")


def failing(told_: Explanation) -> list[tuple[str, int, int]]:
    """The steps that had to hold; that a year begins after the mid-term is due only says that it is held."""
    steps = (one for one in told_.steps if "midterm_due_on" not in one.text)
    return [(one.text, one.left, one.right) for one in steps if not one.holds]


def only(explained: list[Explanation]) -> Explanation:
    [one] = explained
    assert one.zh
    assert one.en
    assert all(given.zh and given.en for given in one.inputs)
    if one.kind == "release":
        assert bool(failing(one)) is (one.outcome != "released")
    return one


def outcomes(explained: list[Explanation]) -> dict[int, tuple[str, int]]:
    """Of each year; who is refused its money is shown the step that fails."""
    assert all(bool(failing(one)) is (one.outcome != "released") for one in explained)
    return {one.subject["year"]: (one.outcome, one.amounts["fen"]) for one in explained}


def test_finance_explains_its_decisions_in_the_order_in_which_they_rest_on_one_another() -> None:
    assert [decision.kind for decision in DECISIONS] == ["release", "cut", "refusal", "return"]
    assert finance.decisions == DECISIONS


@pytest.mark.rule("FIN-01", "A.9-13")
def test_a_year_is_released_because_it_begins_before_the_mid_term_is_due() -> None:
    told_ = only(told(released(2), FIRST, on="2024-03-28").explain(RELEASE, "finance"))

    assert (told_.outcome, told_.amounts, told_.rules[0]) == ("released", {"fen": 300_000}, "FIN-01")
    assert told_.subject == {"studio_id": STUDIO, "year": 2}
    assert inputs_of(told_)["held"] is False
    assert [(one.left, one.sign, one.right, one.holds) for one in told_.steps] == [
        (2, "≤", 3, True),
        (date(2024, 3, 28).toordinal(), "≥", date(2024, 9, 27).toordinal(), False),
    ]


@pytest.mark.rule("AMB-20", "A.9-13")
def test_a_held_year_is_released_because_the_mid_term_passed_and_names_the_pass() -> None:
    told_ = only(told(released(3), FIRST, SECOND, EARLY_PASS, on="2025-03-28").explain(RELEASE, "finance"))

    assert told_.outcome == "released"
    assert inputs_of(told_)["midterm"] == "passed"
    [midterm] = [one for one in told_.inputs if one.name == "midterm"]
    assert [(source.event, source.on) for source in midterm.sources] == [("finance.midterm-passed", date(2024, 11, 1))]


@pytest.mark.rule("FIN-05", "AMB-20")
def test_a_held_year_is_cancelled_by_the_cut() -> None:
    told_ = only(told(CUT, FIRST, SECOND, (CANCELLED, CUT_ON), on=CUT_ON).explain(RELEASE, "finance"))

    assert (told_.outcome, told_.amounts, told_.rules[0]) == ("cancelled", {"fen": 0}, "FIN-05")
    assert (inputs_of(told_)["held"], inputs_of(told_)["midterm"]) == (True, "failed")
    assert failing(told_) == [("passes of the mid-term ≥ 1", 0, 1)]


@pytest.mark.rule("A.9-13")
def test_a_year_still_held_at_the_cycles_end_is_cancelled() -> None:
    told_ = only(
        told(CYCLE_OVER, FIRST, SECOND, (CANCELLED, "2026-03-28"), on="2026-03-28").explain(RELEASE, "finance")
    )

    assert (told_.outcome, told_.rules[0]) == ("cancelled", "A.9-13")
    assert failing(told_) == [("passes of the mid-term ≥ 1", 0, 1)]


@pytest.mark.rule("FIN-01", "A.9-13", "AMB-20")
@pytest.mark.parametrize(("number", "day"), [(1, "2023-03-27"), (2, "2024-03-28"), (3, "2025-03-28")])
@pytest.mark.parametrize("passed", [True, False])
def test_the_explanation_judges_as_the_fund_decides(number: int, day: str, *, passed: bool) -> None:
    before = [released(one) for one in range(1, number)] + ([PASSED] if passed else [])
    decided = given(fund(*before)).on(day).when(release_year, ReleaseYear(studio_id=STUDIO, number=number)).events

    explained = only(
        told(released(number), *((one, "2023-03-27") for one in before), on=day).explain(RELEASE, "finance")
    )

    assert (explained.outcome == "released") == bool(decided)


@pytest.mark.rule("FIN-01")
def test_with_more_money_a_year_the_release_would_have_been_more() -> None:
    past = told(released(2), FIRST, on="2024-03-28").under(release_fen=Fen(500_000))

    assert only(past.explain(RELEASE, "finance")).amounts == {"fen": 500_000}


@pytest.mark.rule("FIN-01")
@pytest.mark.parametrize(("count", "outcome"), [(3, "released"), (2, "cancelled")])
def test_with_fewer_releases_the_third_year_would_have_had_none(count: int, outcome: str) -> None:
    past = told(released(3), FIRST, SECOND, EARLY_PASS, on="2025-03-28").under(release_count=count)

    explained = only(past.explain(RELEASE, "finance"))

    assert (explained.outcome, inputs_of(explained)["years_laid_out"]) == (outcome, count)
    assert (explained.steps[0].left, explained.steps[0].sign, explained.steps[0].right) == (3, "≤", count)


@pytest.mark.rule("FIN-01")
@pytest.mark.parametrize("count", [1, 0])
def test_with_fewer_releases_still_each_year_beyond_them_fails_at_their_number(count: int) -> None:
    past = told(released(2), FIRST, on="2024-03-28").under(release_count=count)

    explained = only(past.explain(RELEASE, "finance"))

    assert (explained.outcome, explained.steps[0].right, explained.steps[0].holds) == ("cancelled", count, False)


@pytest.mark.rule("AMB-20")
@pytest.mark.parametrize(("hold", "outcome"), [(True, ("cancelled", 0)), (False, ("released", 300_000))])
def test_without_holding_the_third_year_would_have_come_before_the_cycles_end(
    *, hold: bool, outcome: tuple[str, int]
) -> None:
    past = told(CYCLE_OVER, FIRST, SECOND, (CANCELLED, "2026-03-28"), on="2026-03-28").under(hold_from_midterm=hold)

    assert outcomes(past.explain(RELEASE, "finance"))[3] == outcome


@pytest.mark.rule("AMB-20")
def test_without_holding_a_cut_before_the_years_first_day_would_still_have_cancelled_it() -> None:
    past = told(CUT, FIRST, SECOND, (CANCELLED, CUT_ON), on=CUT_ON).under(hold_from_midterm=False)

    explained = past.explain(RELEASE, "finance")

    assert outcomes(explained)[3] == ("cancelled", 0)
    [(text, first, last)] = failing(next(one for one in explained if one.subject["year"] == 3))
    assert text.startswith("ordinal of the day it is there from")
    assert (first, last) == (date(2025, 3, 28).toordinal(), date(2024, 10, 11).toordinal())


@pytest.mark.rule("AMB-13", "AMB-20")
@pytest.mark.parametrize(("due_months", "held"), [(24, True), (25, False)])
def test_a_later_mid_term_would_have_held_nothing(due_months: int, *, held: bool) -> None:
    """The third year begins on 2025-03-28, a day after month 24."""
    past = told(released(3), FIRST, SECOND, EARLY_PASS, on="2025-03-28").under(midterm_due_months=due_months)

    assert inputs_of(only(past.explain(RELEASE, "finance")))["held"] is held


@pytest.mark.rule("AMB-18")
def test_by_calendar_year_the_second_year_would_have_begun_on_new_years_day() -> None:
    past = told(released(2), FIRST, on="2024-03-28").under(allocation_calendar="fiscal_year")

    assert inputs_of(only(past.explain(RELEASE, "finance")))["year_starts_on"] == "2024-01-01"


@pytest.mark.rule("AMB-12", "FIN-01")
def test_a_shorter_cycle_would_have_had_no_third_year() -> None:
    past = told(released(3), FIRST, SECOND, EARLY_PASS, on="2025-03-28").under(cycle_months=24)

    explained = only(past.explain(RELEASE, "finance"))

    assert (explained.outcome, inputs_of(explained)["years_laid_out"]) == ("cancelled", 2)
    assert failing(explained) == [("number of the year ≤ years_laid_out", 3, 2)]


@pytest.mark.rule("FIN-01")
def test_a_fund_older_than_these_facts_keeps_its_recorded_years_and_says_so() -> None:
    old = replace(LAID_OUT, starts_on=None, midterm_due_on=None)
    past = told(released(3), FIRST, SECOND, EARLY_PASS, on="2025-03-28", laid_out=old).under(release_count=2)

    explained = only(past.explain(RELEASE, "finance"))

    assert explained.outcome == "released"
    assert inputs_of(explained)["midterm_due_on"] is None


@pytest.mark.rule("FIN-05", "AMB-20")
def test_had_the_mid_term_failed_the_third_year_would_not_have_come() -> None:
    past = told(released(3), FIRST, SECOND, EARLY_PASS, on="2025-03-28").supposing("evaluation", "failed", **MIDTERM)

    explained = only(past.explain(RELEASE, "finance"))

    assert (explained.outcome, explained.rules[0]) == ("cancelled", "FIN-05")


@pytest.mark.rule("FIN-05", "AMB-20")
def test_had_the_mid_term_passed_the_third_year_would_have_come() -> None:
    past = told(CUT, FIRST, SECOND, (CANCELLED, CUT_ON), on=CUT_ON).supposing("evaluation", "passed", **MIDTERM)

    assert outcomes(past.explain(RELEASE, "finance")) == {3: ("released", 300_000)}


@pytest.mark.rule("FIN-05", "A.9-2")
@pytest.mark.parametrize("cause", ["midterm", "ethics"])
def test_a_cut_is_explained_with_what_it_cancelled(cause: Any) -> None:
    cutting = replace(CUT, cause=cause)
    decided = given(funded()).on(CUT_ON).when(cut_funding, CutFunding(studio_id=STUDIO, cause=cause)).events[-1]

    explained = only(told(cutting, FIRST, SECOND, (CANCELLED, CUT_ON), on=CUT_ON).explain(CUTS, "finance"))

    assert (explained.outcome, explained.amounts) == ("cut", {"fen": decided.cancelled_fen})
    assert [(one.left, one.right, one.holds) for one in explained.steps] == [(300_000, 300_000, True)]
    assert (inputs_of(explained)["ethics"], inputs_of(explained)["years_waiting"]) == (cause == "ethics", 1)


@pytest.mark.rule("FIN-05")
@pytest.mark.parametrize(("cause", "outcome", "fen"), [("midterm", "not_cut", 0), ("ethics", "cut", 300_000)])
def test_had_the_mid_term_passed_only_ethics_would_have_cut(cause: Any, outcome: str, fen: int) -> None:
    past = told(replace(CUT, cause=cause), FIRST, SECOND, (CANCELLED, CUT_ON), on=CUT_ON)

    explained = only(past.supposing("evaluation", "passed", **MIDTERM).explain(CUTS, "finance"))

    assert (explained.outcome, explained.amounts) == (outcome, {"fen": fen})


@pytest.mark.rule("FIN-05")
def test_had_a_passed_mid_term_failed_the_funding_would_have_been_cut() -> None:
    past = told(PASSED, FIRST, SECOND, on="2024-11-01")

    assert only(past.explain(CUTS, "finance")).outcome == "not_cut"
    explained = only(past.supposing("evaluation", "failed", **MIDTERM).explain(CUTS, "finance"))
    assert (explained.outcome, explained.amounts) == ("cut", {"fen": 300_000})


@pytest.mark.rule("FIN-05", "FIN-01")
def test_by_other_terms_a_cut_would_have_cancelled_other_money() -> None:
    past = told(CUT, FIRST, SECOND, (CANCELLED, CUT_ON), on=CUT_ON)

    fewer = only(past.under(release_count=2).explain(CUTS, "finance"))
    assert fewer.amounts == {"fen": 0}
    assert [(one.left, one.right, one.holds) for one in fewer.steps] == [(0, 300_000, False)]
    assert only(past.under(release_fen=Fen(100_000)).explain(CUTS, "finance")).amounts == {"fen": 100_000}


@pytest.mark.rule("FIN-05", "A.9-2")
@pytest.mark.parametrize("rules", [{}, {"release_fen": Fen(100_000)}], ids=["as it was", "less"])
def test_a_year_that_came_after_the_pass_is_not_cancelled_by_a_later_cut(rules: Any) -> None:
    ethics = replace(CUT, cause="ethics", cancelled_fen=Fen(0))
    past = told(ethics, FIRST, SECOND, EARLY_PASS, (released(3), "2025-03-28"), on="2025-06-02")

    assert only(past.under(**rules).explain(CUTS, "finance")).amounts == {"fen": 0}


@pytest.mark.rule("FIN-05", "A.9-8")
@pytest.mark.parametrize("rules", [{}, {"release_fen": Fen(100_000)}], ids=["as it was", "less"])
def test_a_cut_after_another_end_cancels_nothing_more(rules: Any) -> None:
    ended = replace(CYCLE_OVER, activities_through=date(2024, 9, 30), payable_through=date(2024, 10, 31))
    before = (FIRST, SECOND, (CANCELLED, "2024-10-01"), (ended, "2024-10-01"))
    cutting = replace(CUT, cancelled_fen=Fen(0))

    decided = (
        given(funded(CANCELLED, ended)).on(CUT_ON).when(cut_funding, CutFunding(studio_id=STUDIO, cause="midterm"))
    )
    explained = only(told(cutting, *before, on=CUT_ON).under(**rules).explain(CUTS, "finance"))

    assert [event.cancelled_fen for event in decided.events] == [0]
    assert (explained.outcome, explained.amounts) == ("cut", {"fen": 0})


AFTER_CUT = (FIRST, SECOND, (claimed(), "2024-09-27"), (CANCELLED, CUT_ON), (CUT, CUT_ON))
LATE = refused(reason="wind_down_over")


@pytest.mark.rule("A.9-8")
def test_a_claim_turned_down_by_an_office_says_so_and_no_setting_matters() -> None:
    explained = only(told(refused(), FIRST, (claimed(), "2024-09-27"), on="2024-09-28").explain(REFUSAL, "finance"))

    assert (explained.outcome, explained.settings, inputs_of(explained)["reason"]) == ("refused", (), "by_office")
    assert [source.event for one in explained.inputs for source in one.sources] == ["finance.expense-claimed"]


@pytest.mark.rule("FIN-05", "A.9-8", "AMB-17")
@pytest.mark.parametrize(
    ("days", "outcome"), [(30, "refused"), (31, "payable"), (5, "refused")], ids=["as it was", "a day more", "fewer"]
)
def test_an_open_claim_is_refused_on_day_31_and_would_be_paid_in_a_longer_wind_down(days: int, outcome: str) -> None:
    past = told(LATE, *AFTER_CUT, on=DAY_31).under(wind_down_days=days)

    explained = only(past.explain(REFUSAL, "finance"))

    assert (explained.outcome, explained.amounts, explained.rules[0]) == (outcome, {"fen": 120_000}, "FIN-05")
    assert inputs_of(explained)["activities_through"] == "2024-10-11"
    assert explained.steps[1].left == date(2024, 11, 12).toordinal()


@pytest.mark.rule("FIN-05", "A.9-8")
def test_a_claim_for_an_activity_after_the_cut_stays_refused_however_long_the_wind_down() -> None:
    later = (FIRST, SECOND, (claimed(activity_on=CUT_ON), CUT_ON), (CANCELLED, CUT_ON), (CUT, CUT_ON))

    assert only(told(LATE, *later, on=DAY_31).under(wind_down_days=90).explain(REFUSAL, "finance")).outcome == "refused"


@pytest.mark.rule("FIN-05", "A.9-8")
def test_had_the_mid_term_passed_the_claim_would_have_been_payable() -> None:
    past = told(LATE, *AFTER_CUT, on=DAY_31).supposing("evaluation", "passed", **MIDTERM)

    assert only(past.explain(REFUSAL, "finance")).outcome == "payable"


@pytest.mark.rule("A.9-8", "AMB-17")
@pytest.mark.parametrize(("days", "outcome"), [(30, "payable"), (29, "refused")])
def test_a_payment_of_day_30_would_have_been_refused_in_a_shorter_wind_down(days: int, outcome: str) -> None:
    past = told(spent(), *AFTER_CUT, (signed(), CUT_ON), (approved(), CUT_ON), on=DAY_30).under(wind_down_days=days)

    assert only(past.explain(REFUSAL, "finance")).outcome == outcome


@pytest.mark.rule("FIN-05", "A.9-8")
@pytest.mark.parametrize(("activity_on", "outcome"), [("2024-10-31", "payable"), ("2024-11-01", "refused")])
def test_had_the_passed_mid_term_failed_later_activities_would_not_have_been_paid(
    activity_on: str, outcome: str
) -> None:
    before = (FIRST, SECOND, EARLY_PASS, (claimed(activity_on=activity_on), "2024-11-05"), (approved(), "2024-11-05"))
    past = told(spent(), *before, on="2024-11-08")

    assert only(past.explain(REFUSAL, "finance")).outcome == "payable"
    assert only(past.supposing("evaluation", "failed", **MIDTERM).explain(REFUSAL, "finance")).outcome == outcome


RETURNED = FundsReturned(studio_id=STUDIO, fen=Fen(480_000))
WHOLE = (
    FIRST, SECOND, EARLY_PASS, (released(3), "2025-03-28"), (claimed(), "2024-09-27"), (spent(), "2024-09-28"),
    (CYCLE_OVER, "2026-03-28"),
)  # fmt: skip


@pytest.mark.rule("A.9-8", "AMB-19")
def test_what_goes_back_is_what_was_released_and_not_spent() -> None:
    decided = given(funded(PASSED, released(3), claimed(), spent(), CYCLE_OVER)).on("2026-04-27")
    [returned] = decided.when(return_rest, ReturnRest(studio_id=STUDIO)).events

    explained = only(told(returned, *WHOLE, on="2026-04-27").explain(RETURN, "finance"))

    assert explained.amounts == {"fen": returned.fen} == {"fen": 780_000}
    assert [one.holds for one in explained.steps] == [True, True, True]
    assert inputs_of(explained)["spent_fen"] == 120_000


@pytest.mark.rule("FIN-01", "A.9-8")
@pytest.mark.parametrize(
    ("settings", "fen"),
    [({"release_fen": Fen(400_000)}, 1_080_000), ({"release_count": 2}, 480_000), ({"release_fen": Fen(39_999)}, 0)],
    ids=["more a year", "two years", "less than was spent"],
)
def test_by_other_terms_another_sum_would_have_gone_back(settings: dict[str, Any], fen: int) -> None:
    explained = only(told(RETURNED, *WHOLE, on="2026-04-27").under(**settings).explain(RETURN, "finance"))

    assert explained.amounts == {"fen": fen}
    assert explained.steps[1].holds == (fen > 0)


@pytest.mark.rule("AMB-19")
def test_had_money_lapsed_at_each_years_end_less_would_have_been_left_to_return() -> None:
    """2023's money lapses whole, of 2024's 1,800 yuan; the last year's goes back at the end."""
    past = told(RETURNED, *WHOLE, on="2026-04-27").under(carry_forward="lapse_at_year_end")

    explained = only(past.explain(RETURN, "finance"))

    assert inputs_of(explained)["lapsed_fen"] == 480_000
    assert explained.amounts == {"fen": 300_000}


@pytest.mark.rule("AMB-19")
def test_had_lapsed_money_been_carried_forward_more_would_have_been_left_to_return() -> None:
    lapsing = replace(LAID_OUT, lapses=True)
    lapsed = (FundsLapsed(studio_id=STUDIO, year=1, fen=YEAR), "2024-03-28")
    past = told(RETURNED, FIRST, lapsed, SECOND, (CYCLE_OVER, "2026-03-28"), on="2026-04-27", laid_out=lapsing)

    assert only(past.explain(RETURN, "finance")).amounts == {"fen": 300_000}


@pytest.mark.rule("A.9-8")
def test_what_goes_back_rests_on_which_years_and_payments_are_supposed() -> None:
    past = told(RETURNED, *WHOLE, on="2026-04-27")

    less = past.supposing("release", "cancelled", studio_id=STUDIO, year=3)
    assert only(less.explain(RETURN, "finance")).amounts == {"fen": 480_000}
    unpaid = less.supposing("refusal", "refused", studio_id=STUDIO, expense_id=BOOKS)
    assert only(unpaid.explain(RETURN, "finance")).amounts == {"fen": 600_000}


@pytest.mark.rule("FIN-05")
def test_had_the_funding_not_been_cut_nothing_would_have_gone_back_yet() -> None:
    past = told(replace(RETURNED, fen=Fen(600_000)), *AFTER_CUT, on=DAY_31)

    assert only(past.explain(RETURN, "finance")).amounts == {"fen": 600_000}
    explained = only(past.supposing("cut", "not_cut", studio_id=STUDIO).explain(RETURN, "finance"))
    assert (explained.outcome, explained.amounts) == ("open", {"fen": 0})


@pytest.mark.rule("A.9-13")
def test_each_explanation_names_the_settings_it_consulted_and_they_exist() -> None:
    explained = [
        *told(released(2), FIRST, on="2024-03-28").explain(RELEASE, "finance"),
        *told(LATE, *AFTER_CUT, on=DAY_31).explain(REFUSAL, "finance"),
        *told(RETURNED, *WHOLE, on="2026-04-27").explain(RETURN, "finance"),
    ]

    assert all(one.settings and set(one.settings) <= set(CATALOGUE) for one in explained)


@pytest.mark.rule("AMB-17", "A.9-8")
@pytest.mark.parametrize(("asked", "outcome"), [(5, "refused"), (31, "payable")], ids=["as in force then", "longer"])
def test_settings_adopted_since_the_plaque_do_not_change_what_was_laid_out_unless_they_are_asked_about(
    asked: int, outcome: str
) -> None:
    """Laid out with 30 days; 5 were in force at the payment of day 20 and at the refusal of day 31."""
    book = replayed_settings({"wind_down_days": 5})
    past = told(LATE, *AFTER_CUT, on=DAY_31).after(*book)
    paid = told(spent(), *AFTER_CUT, (approved(), CUT_ON), on="2024-11-01").after(*book)

    assert judged(past, REFUSAL, wind_down_days=asked).outcome == outcome
    assert judged(paid, REFUSAL, wind_down_days=5).outcome == "payable"


@pytest.mark.rule("FIN-01")
def test_a_year_laid_out_with_more_money_than_is_usual_now_is_explained_with_that_money() -> None:
    richer = replace(LAID_OUT, year_fen=Fen(500_000))
    past = told(released(2), FIRST, on="2024-03-28", laid_out=richer).after(
        *replayed_settings({"release_fen": 300_000})
    )  # fmt: skip

    assert judged(past, RELEASE).amounts == {"fen": 500_000}
    assert judged(past, RELEASE, release_fen=Fen(400_000)).amounts == {"fen": 400_000}


def replayed_settings(values: dict[str, Any]) -> tuple[Any, Any]:
    """A version 1 that was adopted since."""
    followed = SettingsFollowed(number=1, effective_from=date(2024, 1, 1), values=values)
    return KnownBook.id_for(SCHOOL), followed


def judged(past: At, decision: Decision, **settings: Any) -> Explanation:
    """At an event that was recorded under version 1; the settings asked about are those, but for the given ones."""
    [book] = [
        one.event for events in past.streams.values() for one in events if isinstance(one.event, SettingsFollowed)
    ]
    then = PolicySettings.read(book.values)
    now = happened(past.event, on=past.day, rules=1)._replace(school=SCHOOL)
    context = Context(
        actor=SYSTEM, school=SCHOOL, on=now.on, at=now.at, in_force=InForce(version=1, values=replace(then, **settings)),
        calendar=OFFICIAL, correlation="test", causation="test",
    )  # fmt: skip
    return only(
        list(decision.explain(now, Past("finance", SCHOOL, lambda stream: past.streams.get(stream, ())), context))
    )
