"""From the experts' sheets to the posted score: exact, trimmed from five, rounded once."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.assessment.commands import PostScore, SubmitSheet, post_score, submit_sheet
from services.assessment.events import Scored, SetAside, SheetSubmitted
from shared.kernel.people import Role
from shared.kernel.values import Points
from tests.assessment.examples import (
    A_MIDTERM_DAY,
    CAO_YAN,
    DENG_KAI,
    FENG_LEI,
    FIVE,
    HAN_XUE,
    PENG_HUI,
    STUDIO,
    WU_MIN,
    ZHU_HONG,
    appointed,
    aside,
    case,
    evaluation,
    evenly,
    noted,
    rubric,
    scored,
    seated,
    sheet,
    sheets,
    uneven,
)
from tests.scenario import Given, Outcome, given

pytestmark = pytest.mark.rule("ASM-02")

POST = PostScore(studio_id=STUDIO, stage="midterm")
NINE = (*FIVE, *(UUID(int=n) for n in range(31, 35)))
JUST_BELOW = uneven(_5=59, _15=61)
"""59.98: a fifth of 35 less, the whole of 5 more."""
NEARLY = uneven(_3=59, _10=61)
"""59.985: half of 15 less, a fifth of 30 more."""


def panel(*later: Any, experts: tuple[UUID, ...] = FIVE) -> Given:
    known = [appointed(expert) for expert in (*experts, ZHU_HONG)]
    return given(*known, rubric(), case(), evaluation("midterm", seated(*experts), *later)).on(A_MIDTERM_DAY)


def submitting(points: tuple[Points, ...]) -> SubmitSheet:
    return SubmitSheet(studio_id=STUDIO, stage="midterm", points=points)


def posting(*given_sheets: SheetSubmitted, experts: tuple[UUID, ...] = FIVE) -> Outcome:
    return panel(*given_sheets, experts=experts).by(Role.PERSONNEL, WU_MIN).when(post_score, POST)


def posted(
    hundredths: int,
    totals: dict[UUID, str],
    trimmed: tuple[UUID, ...] = (HAN_XUE, PENG_HUI),
    set_aside: tuple[SetAside, ...] = (),
    notice_workdays: int = 5,
) -> Scored:
    return Scored(
        studio_id=STUDIO, stage="midterm", score_hundredths=hundredths, totals=totals, rubric=1,
        posted_on=date(2024, 9, 27), notice_workdays=notice_workdays, trimmed=trimmed, set_aside=set_aside,
        pass_points=60,
    )  # fmt: skip


def test_an_expert_of_the_panel_submits_a_sheet() -> None:
    panel().by(Role.EXPERT, HAN_XUE).when(submit_sheet, submitting(evenly(80))).then(
        SheetSubmitted(expert_id=HAN_XUE, rubric=1, points=evenly(80))
    )


def test_a_later_sheet_replaces_the_first() -> None:
    panel(*sheets(80)).by(Role.EXPERT, HAN_XUE).when(submit_sheet, submitting(evenly(75))).then(
        SheetSubmitted(expert_id=HAN_XUE, rubric=1, points=evenly(75))
    )


def test_the_same_sheet_once_more_records_nothing() -> None:
    panel(*sheets(80)).by(Role.EXPERT, HAN_XUE).when(submit_sheet, submitting(evenly(80))).then_nothing()


def test_asm_02_who_is_not_on_the_panel_does_not_score() -> None:
    panel().by(Role.EXPERT, ZHU_HONG).when(submit_sheet, submitting(evenly(80))).then_refused(
        "not-on-panel", "ASM-02", person_id=str(ZHU_HONG)
    )


@pytest.mark.rule("A.9-16")
@pytest.mark.parametrize("count", [0, 15, 17])
def test_a_9_16_a_sheet_scores_each_item_of_the_rubric(count: int) -> None:
    points = (Points(80),) * count

    panel().by(Role.EXPERT, HAN_XUE).when(submit_sheet, submitting(points)).then_refused(
        "items-differ", "A.9-16", given=count, items=16
    )


def test_no_sheet_is_taken_once_the_score_is_posted() -> None:
    panel(scored("midterm", 8000)).by(Role.EXPERT, HAN_XUE).when(submit_sheet, submitting(evenly(80))).then_refused(
        "already-scored", "ASM-02", stage="midterm", posted_on="2024-09-27", score_hundredths=8000
    )


@pytest.mark.rule("A.9-16")
def test_a_9_16_of_five_sheets_the_highest_and_the_lowest_are_left_out() -> None:
    totals = {HAN_XUE: "0", FENG_LEI: "61", DENG_KAI: "62", CAO_YAN: "63", PENG_HUI: "100"}

    posting(*sheets(0, 61, 62, 63, 100)).then(posted(6200, totals))


@pytest.mark.rule("A.9-16")
def test_a_9_16_one_of_two_equal_lowest_is_left_out() -> None:
    totals = {HAN_XUE: "50", FENG_LEI: "50", DENG_KAI: "80", CAO_YAN: "80", PENG_HUI: "80"}

    posting(*sheets(50, 50, 80, 80, 80)).then(posted(7000, totals))


@pytest.mark.rule("A.9-25")
def test_a_9_25_four_valid_sheets_of_five_are_not_trimmed() -> None:
    totals = {HAN_XUE: "0", FENG_LEI: "61", DENG_KAI: "63", CAO_YAN: "100"}

    posting(*sheets(0, 61, 63, 100)).then(posted(5600, totals, trimmed=()))


@pytest.mark.rule("A.9-25")
def test_a_9_25_three_sheets_of_five_are_no_quorum() -> None:
    posting(*sheets(80, 80, 80)).then_refused("no-quorum", "A.9-25", sheets=3, experts=5, part=2, whole=3)


@pytest.mark.rule("A.9-25")
def test_a_9_25_exactly_two_thirds_are_a_quorum() -> None:
    six = [sheet(expert, evenly(80)) for expert in NINE[:6]]

    posting(*six, experts=NINE).then(posted(8000, dict.fromkeys(NINE[:6], "80"), trimmed=(HAN_XUE, NINE[5])))


@pytest.mark.rule("A.9-25")
def test_a_9_25_one_sheet_below_two_thirds_is_no_quorum() -> None:
    five = [sheet(expert, evenly(80)) for expert in NINE[:5]]

    posting(*five, experts=NINE).then_refused("no-quorum", "A.9-25", sheets=5, experts=9)


@pytest.mark.rule("A.9-25")
def test_a_9_25_the_school_may_ask_for_a_quorum_of_four_fifths() -> None:
    three = panel(*sheets(80, 80, 80)).by(Role.PERSONNEL, WU_MIN).under(panel_quorum=(4, 5))
    four = panel(*sheets(80, 80, 80, 80)).by(Role.PERSONNEL, WU_MIN).under(panel_quorum=(4, 5))

    three.when(post_score, POST).then_refused("no-quorum", "A.9-25", sheets=3, experts=5, part=4, whole=5)
    four.when(post_score, POST).then(posted(8000, dict.fromkeys(FIVE[:4], "80"), trimmed=()))


@pytest.mark.rule("A.9-25")
def test_a_9_25_with_a_quorum_of_a_half_three_sheets_of_five_suffice() -> None:
    half = panel(*sheets(70, 80, 90)).by(Role.PERSONNEL, WU_MIN).under(panel_quorum=(1, 2))
    totals = {HAN_XUE: "70", FENG_LEI: "80", DENG_KAI: "90"}

    half.when(post_score, POST).then(posted(8000, totals, trimmed=()))


@pytest.mark.rule("AMB-14")
def test_amb_14_the_posted_score_names_the_mark_it_is_held_against() -> None:
    outcome = panel(*sheets(80, 80, 80, 80, 80)).by(Role.PERSONNEL, WU_MIN).under(pass_score_points=70)

    outcome.when(post_score, POST).then(replace(posted(8000, dict.fromkeys(FIVE, "80")), pass_points=70))


@pytest.mark.rule("A.9-25")
def test_a_9_25_the_sheet_of_an_expert_no_longer_seated_does_not_count() -> None:
    reseated = seated(*FIVE[1:], ZHU_HONG)

    posting(*sheets(0, 80, 80, 80, 80), reseated).then(
        posted(8000, dict.fromkeys(FIVE[1:], "80"), trimmed=(), set_aside=(aside(HAN_XUE, "not_seated"),))
    )


@pytest.mark.rule("A.9-25")
def test_a_9_25_no_score_is_posted_without_a_panel() -> None:
    unseated = given(rubric(), case(), evaluation("midterm")).on(A_MIDTERM_DAY).by(Role.PERSONNEL, WU_MIN)

    unseated.when(post_score, POST).then_refused("no-quorum", "A.9-25", sheets=0, experts=0)


@pytest.mark.rule("A.9-16")
def test_a_9_16_of_two_sheets_of_one_expert_the_later_counts() -> None:
    corrected = sheet(HAN_XUE, evenly(70))

    posting(*sheets(0, 70, 70, 70), corrected).then(posted(7000, dict.fromkeys(FIVE[:4], "70"), trimmed=()))


@pytest.mark.rule("A.9-16")
def test_a_9_16_a_mean_just_below_the_half_rounds_down() -> None:
    below = [sheet(PENG_HUI, JUST_BELOW), sheet(CAO_YAN, JUST_BELOW)]
    totals = dict.fromkeys(FIVE[:3], "60") | {PENG_HUI: "2999/50", CAO_YAN: "2999/50"}

    posting(*sheets(60, 60, 60), *below).then(posted(5999, totals, trimmed=(CAO_YAN, DENG_KAI)))


@pytest.mark.rule("A.9-16")
def test_a_9_16_exactly_the_half_rounds_up() -> None:
    """Kept are 59.985, 60 and 60: their mean is 59.995."""
    below = [sheet(PENG_HUI, NEARLY), sheet(CAO_YAN, NEARLY)]
    totals = dict.fromkeys(FIVE[:3], "60") | {PENG_HUI: "11997/200", CAO_YAN: "11997/200"}

    posting(*sheets(60, 60, 60), *below).then(posted(6000, totals, trimmed=(CAO_YAN, DENG_KAI)))


@pytest.mark.rule("A.9-16")
@pytest.mark.parametrize(("points", "hundredths"), [(0, 0), (60, 6000), (100, 10000)])
def test_a_9_16_equal_sheets_give_their_own_total(points: int, hundredths: int) -> None:
    posting(*sheets(*[points] * 5)).then(posted(hundredths, dict.fromkeys(FIVE, str(points))))


def test_asm_02_a_score_is_posted_once() -> None:
    posting(*sheets(80, 80, 80, 80, 80), scored("midterm", 8000)).then_refused(
        "already-scored", "ASM-02", stage="midterm", posted_on="2024-09-27", score_hundredths=8000
    )


@pytest.mark.rule("A.9-26")
def test_a_9_26_the_notice_is_as_long_as_the_school_says() -> None:
    full = panel(*sheets(80, 80, 80, 80, 80)).by(Role.PERSONNEL, WU_MIN).under(result_notice_workdays=0)

    full.when(post_score, POST).then(posted(8000, dict.fromkeys(FIVE, "80"), notice_workdays=0))


@pytest.mark.rule("SIL-02")
def test_sil_02_the_sheet_of_an_expert_who_joined_the_studio_since_does_not_count() -> None:
    joined = case(noted(HAN_XUE, "joined"))
    full = evaluation("midterm", seated(), *sheets(0, 61, 62, 63, 100))
    totals = {FENG_LEI: "61", DENG_KAI: "62", CAO_YAN: "63", PENG_HUI: "100"}

    outcome = given(rubric(), joined, full).on(A_MIDTERM_DAY).by(Role.PERSONNEL, WU_MIN).when(post_score, POST)

    outcome.then(posted(7150, totals, trimmed=(), set_aside=(aside(HAN_XUE, "party"),)))


@pytest.mark.rule("SIL-02")
def test_sil_02_an_expert_who_joined_the_studio_since_submits_no_sheet() -> None:
    streams = appointed(HAN_XUE), rubric(), case(noted(HAN_XUE, "joined")), evaluation("midterm", seated())
    joined = given(*streams).on(A_MIDTERM_DAY)

    joined.by(Role.EXPERT, HAN_XUE).when(submit_sheet, submitting(evenly(80))).then_refused(
        "recusal", "SIL-02", persons=[str(HAN_XUE)]
    )


@pytest.mark.rule("SIL-02")
def test_sil_02_too_many_recusals_leave_no_quorum() -> None:
    parties = case(noted(HAN_XUE, "joined"), noted(FENG_LEI, "left"))
    full = evaluation("midterm", seated(), *sheets(80, 80, 80, 80, 80))

    outcome = given(rubric(), parties, full).on(A_MIDTERM_DAY).by(Role.PERSONNEL, WU_MIN).when(post_score, POST)

    outcome.then_refused("no-quorum", "A.9-25", sheets=3, experts=5, part=2, whole=3)
