"""3,000 yuan a studio a year: three years, each on its first day, the held one after a passed mid-term."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.finance.aggregates.fund import Fund
from services.finance.commands import (
    LayOutYears,
    NoteMember,
    OpenFund,
    PassMidterm,
    ReleaseYear,
    lay_out_years,
    note_member,
    open_fund,
    pass_midterm,
    release_year,
)
from services.finance.events import (
    FundOpened,
    FundsReleased,
    MemberNoted,
    MidtermPassed,
    ProjectYear,
    ReleaseCancelled,
    YearsLaidOut,
)
from shared.kernel.money import Fen
from tests.finance.examples import (
    CUT,
    CYCLE_OVER,
    ENDS,
    FUND,
    HAN_XUE,
    LAID_OUT,
    LI_NA,
    LIN_JING,
    OPENED,
    PLAQUED,
    STUDIO,
    WANG_FANG,
    YEAR,
    YEARS,
    fund,
    released,
)
from tests.scenario import Outcome, given, stream

ANOTHER_STUDIO = UUID(int=0x57D11)
PASS = PassMidterm(studio_id=STUDIO)
PASSED = MidtermPassed(studio_id=STUDIO)


def releasing(number: int, day: str, known: Fund) -> Outcome:
    return given(known).on(day).when(release_year, ReleaseYear(studio_id=STUDIO, number=number))


def laid_out_with_midterm_due(day: str) -> tuple[bool, ...]:
    """Which years are held."""
    plaqued = replace(PLAQUED, midterm_due_on=date.fromisoformat(day))
    [told] = given(stream(Fund, FUND, OPENED)).when(lay_out_years, LayOutYears(studio=plaqued)).events
    return tuple(year.held for year in told.years)


@pytest.mark.rule("FIN-02")
def test_fin_02_an_established_studio_has_a_ledger_of_its_own() -> None:
    given().when(open_fund, OpenFund(studio_id=STUDIO, host_id=LIN_JING)).then(
        FundOpened(studio_id=STUDIO, host_id=LIN_JING)
    )


@pytest.mark.rule("FIN-02")
def test_fin_02_a_ledger_opens_once() -> None:
    given(fund()).when(open_fund, OpenFund(studio_id=STUDIO, host_id=LIN_JING)).then_nothing()


@pytest.mark.rule("FIN-02")
def test_fin_02_two_studios_never_share_a_ledger() -> None:
    assert Fund.id_for(STUDIO) != Fund.id_for(ANOTHER_STUDIO)


@pytest.mark.rule("FIN-01")
def test_fin_01_with_the_plaque_three_years_of_3000_yuan_are_laid_out() -> None:
    given(stream(Fund, FUND, OPENED)).when(lay_out_years, LayOutYears(studio=PLAQUED)).then(
        YearsLaidOut(
            studio_id=STUDIO,
            years=(
                ProjectYear(number=1, starts_on=date(2023, 3, 27), ends_on=date(2024, 3, 27), held=False),
                ProjectYear(number=2, starts_on=date(2024, 3, 28), ends_on=date(2025, 3, 27), held=False),
                ProjectYear(number=3, starts_on=date(2025, 3, 28), ends_on=date(2026, 3, 27), held=True),
            ),
            year_fen=Fen(300_000),
            ends_on=ENDS,
            wind_down_days=30,
            host_id=LIN_JING,
            starts_on=date(2023, 3, 27),
            midterm_due_on=date(2024, 9, 27),
        )
    )


@pytest.mark.rule("FIN-01")
def test_fin_01_the_years_are_laid_out_once() -> None:
    given(fund()).when(lay_out_years, LayOutYears(studio=PLAQUED)).then_nothing()


@pytest.mark.rule("FIN-01")
def test_fin_01_amount_number_and_wind_down_are_settings() -> None:
    other = given(stream(Fund, FUND, OPENED)).under(release_fen=Fen(500_000), release_count=2, wind_down_days=10)

    other.when(lay_out_years, LayOutYears(studio=PLAQUED)).then(
        replace(LAID_OUT, years=YEARS[:2], year_fen=Fen(500_000), wind_down_days=10)
    )


@pytest.mark.rule("FIN-01")
def test_fin_01_a_longer_cycle_brings_no_fourth_release() -> None:
    other = given(stream(Fund, FUND, OPENED)).under(cycle_months=60)

    [told] = other.when(lay_out_years, LayOutYears(studio=PLAQUED)).events
    assert [year.number for year in told.years] == [1, 2, 3]


@pytest.mark.rule("FIN-01")
def test_fin_01_a_school_may_release_nothing() -> None:
    laid_out = replace(LAID_OUT, years=())

    given(stream(Fund, FUND, OPENED)).under(release_count=0).when(lay_out_years, LayOutYears(studio=PLAQUED)).then(
        laid_out
    )
    given(stream(Fund, FUND, OPENED, laid_out)).when(lay_out_years, LayOutYears(studio=PLAQUED)).then_nothing()


@pytest.mark.rule("AMB-20")
@pytest.mark.parametrize(
    ("due", "held"),
    [
        ("2025-03-27", (False, False, True)),
        ("2025-03-28", (False, False, True)),
        ("2025-03-29", (False, False, False)),
        ("2024-03-28", (False, True, True)),
    ],
)
def test_amb_20_a_year_starting_on_or_after_the_mid_terms_due_day_is_held(due: str, held: tuple[bool, ...]) -> None:
    assert laid_out_with_midterm_due(due) == held


@pytest.mark.rule("FIN-01")
def test_the_plaque_of_an_unknown_studio_waits_for_its_establishment() -> None:
    given().when(lay_out_years, LayOutYears(studio=PLAQUED)).then_waits_for("applications", "studio-established")


@pytest.mark.rule("A.9-13", "FIN-01", "AMB-18")
@pytest.mark.parametrize(("number", "day", "fiscal_year"), [(1, "2023-03-27", 2023), (2, "2024-03-28", 2024)])
def test_a_9_13_a_year_is_released_on_its_first_day(number: int, day: str, fiscal_year: int) -> None:
    releasing(number, day, fund()).then(FundsReleased(studio_id=STUDIO, year=number, fen=YEAR, fiscal_year=fiscal_year))


@pytest.mark.rule("A.9-13", "FIN-01")
@pytest.mark.parametrize(("number", "day"), [(1, "2023-03-26"), (2, "2024-03-27")])
def test_a_9_13_nothing_is_released_the_day_before(number: int, day: str) -> None:
    releasing(number, day, fund()).then_nothing()


@pytest.mark.rule("FIN-01")
def test_fin_01_a_year_is_released_once() -> None:
    releasing(1, "2023-03-28", fund(released(1))).then_nothing()


@pytest.mark.rule("AMB-20")
def test_amb_20_the_held_year_is_not_released_on_its_first_day_without_a_pass() -> None:
    releasing(3, "2025-03-28", fund(released(1), released(2))).then_nothing()


@pytest.mark.rule("A.9-13", "FIN-01", "AMB-20")
def test_a_9_13_a_pass_before_the_held_years_first_day_releases_nothing_yet() -> None:
    given(fund(released(1), released(2))).on("2024-10-12").when(pass_midterm, PASS).then(PASSED)


@pytest.mark.rule("A.9-13", "FIN-01", "AMB-20")
def test_a_9_13_after_an_early_pass_the_held_year_is_released_on_its_first_day() -> None:
    releasing(3, "2025-03-28", fund(released(1), released(2), PASSED)).then(
        FundsReleased(studio_id=STUDIO, year=3, fen=YEAR, fiscal_year=2025)
    )


@pytest.mark.rule("A.9-13", "FIN-01", "AMB-20")
@pytest.mark.parametrize(("day", "fiscal_year"), [("2025-03-28", 2025), ("2025-06-02", 2025), ("2026-01-05", 2026)])
def test_a_9_13_a_pass_on_or_after_its_first_day_releases_the_held_year_at_once(day: str, fiscal_year: int) -> None:
    given(fund(released(1), released(2))).on(day).when(pass_midterm, PASS).then(
        PASSED, FundsReleased(studio_id=STUDIO, year=3, fen=YEAR, fiscal_year=fiscal_year)
    )


@pytest.mark.rule("AMB-20")
def test_a_mid_term_is_passed_once() -> None:
    given(fund(PASSED)).on("2025-06-02").when(pass_midterm, PASS).then_nothing()


@pytest.mark.rule("AMB-20")
def test_the_pass_of_an_unknown_studio_waits_for_its_establishment() -> None:
    given().when(pass_midterm, PASS).then_waits_for("applications", "studio-established")


@pytest.mark.rule("FIN-05")
@pytest.mark.parametrize("ended", [CUT, CYCLE_OVER], ids=["cut", "cycle over"])
def test_fin_05_nothing_is_released_after_the_end(ended: object) -> None:
    releasing(3, "2026-03-30", fund(released(1), released(2), PASSED, ended)).then_nothing()


@pytest.mark.rule("A.9-13")
@pytest.mark.parametrize("ended", [CUT, CYCLE_OVER], ids=["cut", "cycle over"])
def test_a_9_13_a_pass_after_the_end_frees_nothing(ended: object) -> None:
    cancelled = ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR)

    given(fund(released(1), released(2), cancelled, ended)).on("2026-04-01").when(pass_midterm, PASS).then_nothing()


@pytest.mark.rule("A.9-13")
def test_a_9_13_a_pass_after_the_cycles_last_day_releases_nothing_even_if_the_timer_is_late() -> None:
    given(fund(released(1), released(2))).on("2026-03-28").when(pass_midterm, PASS).then(PASSED)


@pytest.mark.rule("AMB-21")
def test_a_member_is_noted_once_for_each_standing() -> None:
    joined = NoteMember(studio_id=STUDIO, person_id=WANG_FANG, standing="joined")
    left = NoteMember(studio_id=STUDIO, person_id=WANG_FANG, standing="left")

    given(fund()).when(note_member, joined).then_nothing()
    given(fund()).when(note_member, left).then(MemberNoted(person_id=WANG_FANG, standing="left"))


@pytest.mark.rule("AMB-21")
def test_amb_21_a_supplementary_member_is_noted_as_such() -> None:
    asked = NoteMember(studio_id=STUDIO, person_id=HAN_XUE, standing="joined", kind="supplementary")
    told = MemberNoted(person_id=HAN_XUE, standing="joined", kind="supplementary")

    given(fund()).when(note_member, asked).then(told)
    given(fund(told)).when(note_member, asked).then_nothing()


@pytest.mark.rule("AMB-21")
def test_amb_21_a_supplementary_member_who_becomes_a_trainee_is_noted_again() -> None:
    joined = MemberNoted(person_id=HAN_XUE, standing="joined", kind="supplementary")

    given(fund(joined)).when(note_member, NoteMember(studio_id=STUDIO, person_id=HAN_XUE, standing="joined")).then(
        MemberNoted(person_id=HAN_XUE, standing="joined")
    )


@pytest.mark.rule("A.9-12")
def test_a_9_12_a_reinstated_trainee_is_noted_as_a_member_again() -> None:
    asked = NoteMember(studio_id=STUDIO, person_id=LI_NA, standing="joined")

    given(fund()).when(note_member, asked).then(MemberNoted(person_id=LI_NA, standing="joined"))


@pytest.mark.rule("AMB-21")
def test_a_member_of_an_unknown_studio_waits_for_its_establishment() -> None:
    asked = NoteMember(studio_id=STUDIO, person_id=WANG_FANG, standing="joined")

    given().when(note_member, asked).then_waits_for("applications", "studio-established")
