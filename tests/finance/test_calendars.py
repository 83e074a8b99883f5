"""By project year or by calendar year, held or not, carried forward or lapsing: what a school may choose."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.finance.aggregates.fund import Fund
from services.finance.aggregates.years import years_of
from services.finance.commands import (
    LapseYear,
    LayOutYears,
    PassMidterm,
    ReleaseYear,
    ReturnRest,
    claim_expense,
    lapse_year,
    lay_out_years,
    pass_midterm,
    release_year,
    return_rest,
)
from services.finance.events import (
    FundsLapsed,
    FundsReleased,
    FundsReturned,
    MidtermPassed,
    MidtermPassedTooLate,
    ReleaseCancelled,
    YearsLaidOut,
)
from services.finance.read_models.agenda import agenda
from services.finance.read_models.funds import funds
from services.finance.read_models.reports import reports
from shared.kernel.model import Due
from shared.kernel.money import Fen
from shared.kernel.policy import PolicySettings
from tests.finance.examples import (
    CYCLE_OVER,
    FUND,
    LAID_OUT,
    MEMBERS,
    OPENED,
    PLAQUED,
    STUDIO,
    YEAR,
    claimed,
    claiming,
    fund,
    happened,
    refused,
    released,
    spent,
    wang,
)
from tests.scenario import given, stream

LAPSING = replace(LAID_OUT, lapses=True)
PASSED = MidtermPassed(studio_id=STUDIO)


def laid_out(plaqued: Any = PLAQUED, **settings: Any) -> YearsLaidOut:
    known = given(stream(Fund, FUND, OPENED)).under(**settings)
    [told] = known.when(lay_out_years, LayOutYears(studio=plaqued)).events
    assert isinstance(told, YearsLaidOut)
    return told


def spans(told: YearsLaidOut) -> list[tuple[str, str, bool]]:
    return [(year.starts_on.isoformat(), year.ends_on.isoformat(), year.held) for year in told.years]


@pytest.mark.rule("AMB-18", "FIN-01")
def test_amb_18_by_calendar_year_three_at_most_come_each_from_new_years_day_or_the_cycles_first() -> None:
    """The cycle touches 2023 to 2026: the fourth brings nothing."""
    assert spans(laid_out(allocation_calendar="fiscal_year")) == [
        ("2023-03-27", "2023-12-31", False),
        ("2024-01-01", "2024-12-31", False),
        ("2025-01-01", "2025-12-31", True),
    ]


@pytest.mark.rule("AMB-18")
@pytest.mark.parametrize(
    ("starts", "last"), [("2022-12-31", "2024-12-31"), ("2023-01-01", "2025-12-31")], ids=["new year's eve", "new year"]
)
def test_amb_18_one_day_of_a_calendar_year_counts_as_that_year(starts: str, last: str) -> None:
    years = years_of(
        date.fromisoformat(starts), date(2030, 1, 1), PolicySettings(allocation_calendar="fiscal_year")
    )  # fmt: skip

    assert (years[0].starts_on.isoformat(), years[-1].ends_on.isoformat(), len(years)) == (starts, last, 3)


@pytest.mark.rule("AMB-18", "A.9-13")
@pytest.mark.parametrize(("day", "comes"), [("2023-12-31", False), ("2024-01-01", True)])
def test_amb_18_by_calendar_year_money_comes_on_new_years_day(day: str, *, comes: bool) -> None:
    by_calendar = laid_out(allocation_calendar="fiscal_year")
    known = stream(Fund, FUND, OPENED, by_calendar, released(1))

    outcome = given(known).on(day).when(release_year, ReleaseYear(studio_id=STUDIO, number=2))

    outcome.then(*[FundsReleased(studio_id=STUDIO, year=2, fen=YEAR, fiscal_year=2024)] * comes)


@pytest.mark.rule("AMB-20")
def test_amb_20_a_school_may_hold_nothing() -> None:
    assert [held for _, _, held in spans(laid_out(hold_from_midterm=False))] == [False, False, False]


@pytest.mark.rule("AMB-20", "A.9-13")
@pytest.mark.parametrize(("day", "comes"), [("2025-03-27", False), ("2025-03-28", True)])
def test_amb_20_then_the_third_year_comes_on_its_first_day_without_a_pass(day: str, *, comes: bool) -> None:
    known = stream(Fund, FUND, OPENED, laid_out(hold_from_midterm=False), released(1), released(2))

    outcome = given(known).on(day).when(release_year, ReleaseYear(studio_id=STUDIO, number=3))

    outcome.then(*[released(3)] * comes)


@pytest.mark.rule("AMB-12", "A.9-13")
def test_amb_12_a_cycle_from_the_publication_begins_its_years_there() -> None:
    published = replace(PLAQUED, starts_on=date(2023, 3, 1), ends_on=date(2026, 3, 1))

    assert spans(laid_out(published))[0] == ("2023-03-01", "2024-03-01", False)
    assert laid_out(published).starts_on == date(2023, 3, 1)


CANCELLED = ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR)


def late(passed_on: str, *ended: Any) -> Any:
    """A pass that reaches finance after all this."""
    known = given(fund(released(1), released(2), *ended)).on(passed_on)
    return known.when(pass_midterm, PassMidterm(studio_id=STUDIO))


def lapsing(number: int, *history: Any, plan: YearsLaidOut = LAPSING) -> Any:
    known = stream(Fund, FUND, OPENED, plan, *MEMBERS, *history)
    return given(known).on("2024-03-28").when(lapse_year, LapseYear(studio_id=STUDIO, number=number))


def lapsed(fen: int, year: int = 1) -> FundsLapsed:
    return FundsLapsed(studio_id=STUDIO, year=year, fen=Fen(fen))


@pytest.mark.rule("AMB-19")
def test_amb_19_whether_money_lapses_is_settled_with_the_plaque() -> None:
    assert not laid_out().lapses
    assert laid_out(carry_forward="lapse_at_year_end").lapses


@pytest.mark.rule("AMB-19")
@pytest.mark.parametrize(
    ("history", "fen"),
    [
        ((), 300_000),
        ((claimed(),), 180_000),
        ((claimed(), spent()), 180_000),
        ((claimed(), refused()), 300_000),
        ((claimed(fen=300_000),), 0),
        ((claimed(fen=299_999),), 1),
    ],
    ids=["untouched", "reserved", "spent", "refused", "all reserved", "all but a fen"],
)
def test_amb_19_at_a_years_end_what_is_neither_spent_nor_reserved_lapses(history: Any, fen: int) -> None:
    lapsing(1, released(1), *history).then(lapsed(fen))


@pytest.mark.rule("AMB-19")
def test_amb_19_a_year_lapses_once() -> None:
    lapsing(1, released(1), lapsed(300_000)).then_nothing()


@pytest.mark.rule("AMB-19")
def test_amb_19_the_next_years_money_does_not_lapse_with_it_even_if_it_came_first() -> None:
    lapsing(1, released(1), released(2)).then(lapsed(300_000))


@pytest.mark.rule("AMB-18", "AMB-19")
@pytest.mark.parametrize(("calendar", "fen"), [("fiscal_year", (300_000,)), ("project_year", ())])
def test_amb_19_a_third_year_that_ends_before_the_cycle_lapses_too(calendar: str, fen: tuple[int, ...]) -> None:
    """By calendar year it ends with 2025, by project year with the cycle."""
    plan = laid_out(allocation_calendar=calendar, carry_forward="lapse_at_year_end")

    lapsing(3, released(3), plan=plan).then(*(lapsed(one, 3) for one in fen))


@pytest.mark.rule("AMB-19")
def test_amb_19_within_the_cycle_money_is_carried_forward() -> None:
    lapsing(1, released(1), plan=LAID_OUT).then_nothing()


@pytest.mark.rule("AMB-19", "A.9-8")
def test_amb_19_after_the_end_the_rest_goes_back_as_a_whole_instead() -> None:
    lapsing(2, released(1), lapsed(300_000), released(2), CYCLE_OVER).then_nothing()


@pytest.mark.rule("AMB-19", "FIN-08")
@pytest.mark.parametrize(("fen", "allowed"), [(300_000, True), (300_001, False)])
def test_amb_19_lapsed_money_is_not_claimed(fen: int, *, allowed: bool) -> None:
    known = stream(Fund, FUND, OPENED, LAPSING, *MEMBERS, released(1), lapsed(300_000), released(2))

    outcome = wang(known).when(claim_expense, claiming(fen=fen))

    if allowed:
        outcome.then(claimed(fen=fen))
    else:
        outcome.then_refused("fund-exceeded", "FIN-08", asked_fen=300_001, available_fen=300_000)


@pytest.mark.rule("AMB-19", "A.9-8")
def test_amb_19_what_lapsed_does_not_go_back_twice() -> None:
    known = stream(Fund, FUND, OPENED, LAPSING, *MEMBERS, released(1), lapsed(300_000), released(2), CYCLE_OVER)

    given(known).on("2026-04-27").when(return_rest, ReturnRest(studio_id=STUDIO)).then(
        FundsReturned(studio_id=STUDIO, fen=YEAR)
    )


@pytest.mark.rule("AMB-19", "A.9-22")
def test_amb_19_a_year_lapses_the_day_after_its_end_but_one_that_ends_with_the_cycle_does_not() -> None:
    told = happened(LAPSING)
    due = {key: agenda.fold(key, None, told) for key in agenda.keys(told) if ":lapse:" in key}

    assert due == {
        f"{FUND}:lapse:{n}": Due(
            ask="LapseYear", body={"studio_id": str(STUDIO), "number": n}, on=date(2023 + n, 3, 28), cause=7
        )
        for n in (1, 2)
    }
    done = happened(lapsed(0))
    assert {key: agenda.fold(key, due[key], done) for key in agenda.keys(done)} == {f"{FUND}:lapse:1": None}


def row(*events: Any) -> Any:
    shown: Any = None
    for event in (OPENED, LAPSING, *MEMBERS, *events):
        shown = funds.fold(str(FUND), shown, happened(event))
    return shown


@pytest.mark.rule("AMB-19")
def test_amb_19_a_fund_shows_what_each_year_carried_in_and_what_lapsed() -> None:
    carried = row(released(1), claimed(fen=100_000), released(2))
    gone = row(released(1), claimed(fen=100_000), lapsed(200_000), released(2))

    assert [year.carried_in for year in carried.years] == [0, 200_000, 0]
    assert (gone.years[0].lapsed, gone.years[1].carried_in, gone.lapsed, gone.available) == (
        200_000, 0, 200_000, 300_000,
    )  # fmt: skip


@pytest.mark.rule("AMB-19", "FIN-06")
def test_amb_19_what_lapsed_shows_in_its_quarter() -> None:
    one = happened(lapsed(200_000), on="2024-03-28")
    [key] = reports.keys(one)

    shown = reports.fold(key, None, one)

    assert (key, shown.lapsed if shown else 0) == (f"{FUND}:2024-Q1", 200_000)


@pytest.mark.rule("AMB-17")
@pytest.mark.parametrize("days", [0, 1, 366])
def test_amb_17_the_wind_down_is_as_long_as_the_school_chose(days: int) -> None:
    assert laid_out(wind_down_days=days).wind_down_days == days


@pytest.mark.rule("A.9-13", "AMB-20")
def test_a_9_13_a_pass_of_the_cycles_last_day_releases_the_held_year_though_it_comes_after_the_end() -> None:
    [passed, third] = late("2026-03-27", CANCELLED, CYCLE_OVER).events

    assert (passed, third) == (PASSED, released(3, fiscal_year=2026))


@pytest.mark.rule("A.9-13", "AMB-20")
def test_a_9_13_a_pass_of_the_day_after_the_end_releases_nothing() -> None:
    late("2026-03-28", CANCELLED, CYCLE_OVER).then_nothing()


@pytest.mark.rule("A.9-13")
def test_a_9_13_an_early_pass_that_comes_after_the_end_releases_the_year_as_of_its_first_day() -> None:
    [_, third] = late("2024-11-01", CANCELLED, CYCLE_OVER).events

    assert third == released(3, fiscal_year=2025)


@pytest.mark.rule("A.9-13", "A.9-8")
def test_a_9_13_once_the_rest_went_back_a_late_pass_is_recorded_as_too_late_once() -> None:
    returned = FundsReturned(studio_id=STUDIO, fen=Fen(600_000))
    too_late = MidtermPassedTooLate(studio_id=STUDIO)

    late("2026-03-27", CANCELLED, CYCLE_OVER, returned).then(too_late)
    late("2026-03-27", CANCELLED, CYCLE_OVER, returned, too_late).then_nothing()


@pytest.mark.rule("A.9-13", "A.9-8")
def test_a_9_13_a_late_release_is_shown_and_goes_back_with_the_rest() -> None:
    ended = (released(1), released(2), CANCELLED, CYCLE_OVER, PASSED, released(3))

    assert (row(*ended).cancelled, row(*ended).years[2].state, row(*ended).released) == (0, "released", 900_000)
    given(fund(*ended)).on("2026-04-27").when(return_rest, ReturnRest(studio_id=STUDIO)).then(
        FundsReturned(studio_id=STUDIO, fen=Fen(900_000))
    )


@pytest.mark.rule("A.9-13")
def test_a_9_13_a_pass_that_came_too_late_shows_its_day() -> None:
    shown = funds.fold(str(FUND), row(), happened(MidtermPassedTooLate(studio_id=STUDIO), on="2026-03-27"))

    assert shown is not None
    assert shown.late_pass_on == date(2026, 3, 27)
