"""An odd panel of at least five scores annex 1's six conditions; the mark itself passes."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.applications.commands import ConcludePanel, ScoreApplication, conclude_panel, score_application
from services.applications.events import PanelScored, Reviewed
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from tests.applications.examples import (
    BY_DEPARTMENT,
    BY_OFFICE,
    BY_PANEL,
    CHEN_JING,
    CHENS,
    EXPERTS,
    OPENED,
    application,
    appointed,
    off_duty,
    round_,
    sheet,
)
from tests.scenario import given

pytestmark = pytest.mark.rule("APP-04", "APP-07", "A.9-7", "AMB-14", "AMB-10")

CONCLUDE = ConcludePanel(application_id=CHENS)
EVEN_60 = (60, 60, 60, 60, 60, 60)
A_POINT_LESS = (60, 60, 60, 60, 60, 59)


def before_the_panel(*sheets: PanelScored) -> Aggregate:
    return application(BY_DEPARTMENT, BY_OFFICE, *sheets)


def scoring(*points: int) -> ScoreApplication:
    return ScoreApplication(application_id=CHENS, points=points)


def panel(experts: int, points: tuple[int, ...] = EVEN_60, **others: Any) -> list[PanelScored]:
    """So many experts with the same sheet, but for those whose number is given another."""
    named = {f"expert_{n}": points for n in range(experts)} | others
    return [sheet(EXPERTS[n], *named[f"expert_{n}"]) for n in range(experts)]


def concluded(verdict: str, score_hundredths: int) -> Reviewed:
    return Reviewed(application_id=CHENS, level="panel", verdict=verdict, score_hundredths=score_hundredths)


def test_an_expert_scores_the_six_conditions() -> None:
    given(before_the_panel(), appointed(EXPERTS[0])).by(Role.EXPERT, EXPERTS[0]).when(
        score_application, scoring(90, 80, 70, 60, 0, 100)
    ).then(PanelScored(expert_id=EXPERTS[0], points=(90, 80, 70, 60, 0, 100)))


def test_an_expert_may_replace_their_sheet_while_the_panel_sits() -> None:
    given(before_the_panel(sheet(EXPERTS[0], *EVEN_60)), appointed(EXPERTS[0])).by(Role.EXPERT, EXPERTS[0]).when(
        score_application, scoring(*A_POINT_LESS)
    ).then(PanelScored(expert_id=EXPERTS[0], points=A_POINT_LESS))


def test_the_same_sheet_again_changes_nothing() -> None:
    given(before_the_panel(sheet(EXPERTS[0], *EVEN_60)), appointed(EXPERTS[0])).by(Role.EXPERT, EXPERTS[0]).when(
        score_application, scoring(*EVEN_60)
    ).then_nothing()


@pytest.mark.parametrize("given_points", [(), (60,) * 5, (60,) * 7], ids=["none", "five", "seven"])
def test_a_sheet_scores_all_six_conditions_and_no_more(given_points: tuple[int, ...]) -> None:
    given(before_the_panel(), appointed(EXPERTS[0])).by(Role.EXPERT, EXPERTS[0]).when(
        score_application, scoring(*given_points)
    ).then_refused("six-conditions", "A.9-7", given=len(given_points))


def test_an_expert_does_not_judge_themselves() -> None:
    given(before_the_panel(), appointed(CHEN_JING)).by(Role.EXPERT, CHEN_JING).when(
        score_application, scoring(*EVEN_60)
    ).then_refused("recusal", "SIL-02")


@pytest.mark.parametrize("experts", [5, 7])
def test_an_odd_panel_of_at_least_five_concludes(experts: int) -> None:
    given(round_(), before_the_panel(*panel(experts))).when(conclude_panel, CONCLUDE).then(concluded("approved", 6000))


@pytest.mark.parametrize("experts", [0, 1, 3, 4, 6])
def test_a_small_or_an_even_panel_does_not_conclude(experts: int) -> None:
    given(round_(), before_the_panel(*panel(experts))).when(conclude_panel, CONCLUDE).then_refused(
        "panel-not-odd", "A.9-25", sheets=experts, least=5
    )


def test_the_settings_may_ask_for_a_larger_panel() -> None:
    given(round_(), before_the_panel(*panel(5))).under(panel_min_experts=7).when(conclude_panel, CONCLUDE).then_refused(
        "panel-not-odd", "A.9-25", sheets=5, least=7
    )


def test_a_replaced_sheet_counts_once() -> None:
    sheets = [sheet(EXPERTS[0], *A_POINT_LESS), *panel(4)]

    given(round_(), before_the_panel(*sheets)).when(conclude_panel, CONCLUDE).then_refused(
        "panel-not-odd", "A.9-25", sheets=4, least=5
    )


def test_exactly_sixty_is_recommended() -> None:
    given(round_(), before_the_panel(*panel(5))).when(conclude_panel, CONCLUDE).then(concluded("approved", 6000))


def test_fifty_nine_ninety_nine_is_not_recommended() -> None:
    # One point of the 78 that thirteen kept sheets of six conditions hold: 60 - 1/78 = 59.987…
    one_short = panel(15, expert_0=A_POINT_LESS, expert_1=A_POINT_LESS)

    given(round_(), before_the_panel(*one_short)).when(conclude_panel, CONCLUDE).then(concluded("rejected", 5999))


def test_a_score_is_rounded_half_up_before_it_meets_the_mark() -> None:
    # 60 - 1/210 = 59.9952… is 60.00 in two decimals.
    one_short = panel(37, expert_0=A_POINT_LESS, expert_1=A_POINT_LESS)

    given(round_(), before_the_panel(*one_short)).when(conclude_panel, CONCLUDE).then(concluded("approved", 6000))


def test_the_highest_and_the_lowest_sheet_are_dropped() -> None:
    sheets = panel(
        5, expert_0=(100,) * 6, expert_1=(0,) * 6, expert_2=(70,) * 6, expert_3=(71,) * 6, expert_4=(72,) * 6
    )

    given(round_(), before_the_panel(*sheets)).when(conclude_panel, CONCLUDE).then(concluded("approved", 7100))


@pytest.mark.parametrize(("mark", "verdict"), [(79, "approved"), (80, "approved"), (81, "rejected")])
def test_the_rounds_own_mark_decides(mark: int, verdict: str) -> None:
    opened = round_(opened=replace(OPENED, min_score_points=mark))

    given(opened, before_the_panel(*panel(5, (80,) * 6))).when(conclude_panel, CONCLUDE).then(concluded(verdict, 8000))


@pytest.mark.parametrize(("levels", "due"), [((), "department"), ((BY_DEPARTMENT,), "office")])
def test_no_panel_concludes_before_the_levels_below_it(levels: tuple[Any, ...], due: str) -> None:
    given(round_(), application(*levels)).when(conclude_panel, CONCLUDE).then_refused(
        "level-skipped", "APP-02", level="panel", due=due
    )


def test_a_panel_concludes_once() -> None:
    given(round_(), application(BY_DEPARTMENT, BY_OFFICE, *panel(5), BY_PANEL)).when(
        conclude_panel, CONCLUDE
    ).then_refused("level-skipped", "APP-02", level="panel", due="school")


@pytest.mark.parametrize("experts", [[], [appointed(EXPERTS[0], date(2023, 3, 26))]], ids=["never", "until yesterday"])
def test_only_an_appointed_expert_scores(experts: list[Aggregate]) -> None:
    given(before_the_panel(), *experts).by(Role.EXPERT, EXPERTS[0]).when(
        score_application, scoring(*EVEN_60)
    ).then_refused("not-appointed", "A.9-19")


def test_nobody_concludes_the_panel_on_their_own_application() -> None:
    given(round_(OPENED), before_the_panel(*panel(5))).by(Role.PERSONNEL, CHEN_JING).when(
        conclude_panel, CONCLUDE
    ).then_refused("recusal", "SIL-02")


@pytest.mark.parametrize(("since", "verdict", "rule"), [(27, "rejected", "APP-07"), (28, "approved", None)])
def test_a_candidate_off_duty_on_the_panel_day_is_not_recommended(since: int, verdict: str, rule: str | None) -> None:
    history = [round_(), before_the_panel(*panel(5)), off_duty(CHEN_JING, date(2023, 3, since))]

    given(*history).on("2023-03-27").when(conclude_panel, CONCLUDE).then(
        replace(concluded(verdict, 6000), failed_rule=rule)
    )


def test_whoever_decided_at_a_lower_level_does_not_score() -> None:
    reviewed = application(replace(BY_DEPARTMENT, reviewer_id=EXPERTS[0]), BY_OFFICE)

    given(reviewed, appointed(EXPERTS[0])).by(Role.EXPERT, EXPERTS[0]).when(
        score_application, scoring(*EVEN_60)
    ).then_refused("one-person-two-levels", "A.9-14", before="department")
