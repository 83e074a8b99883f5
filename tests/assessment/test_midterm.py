"""One mid-term inside the cycle: in its window, once, and a failed one ends qualification and funding."""

from datetime import date
from typing import Any

import pytest

from services.assessment.commands import (
    AlarmMidterm,
    PlanEvaluations,
    PostScore,
    SubmitSheet,
    TakeEffect,
    alarm_midterm,
    plan_evaluations,
    post_score,
    submit_sheet,
    take_effect,
)
from services.assessment.events import EvaluationPlanned, MidtermOverdue, Scored, SheetSubmitted
from shared.kernel.people import Role
from shared.kernel.published import StudioDisqualified
from tests.assessment.examples import (
    ENDS,
    FINAL_OPENS,
    HAN_XUE,
    MIDTERM_CLOSES,
    MIDTERM_OPENS,
    STUDIO,
    WU_MIN,
    appointed,
    cancelled,
    case,
    eighty,
    evaluated,
    evaluation,
    evenly,
    rubric,
    scored,
    seated,
    sheets,
)
from tests.scenario import Outcome, given

pytestmark = pytest.mark.rule("ASM-02")

PLAN = PlanEvaluations(studio_id=STUDIO, midterm_opens_on=MIDTERM_OPENS, midterm_closes_on=MIDTERM_CLOSES, ends_on=ENDS)
SHEET = SubmitSheet(studio_id=STUDIO, stage="midterm", points=evenly(80))
POST = PostScore(studio_id=STUDIO, stage="midterm")
EFFECT = TakeEffect(studio_id=STUDIO, stage="midterm")
ALARM = AlarmMidterm(studio_id=STUDIO)
OVERDUE = MidtermOverdue(studio_id=STUDIO, closes_on=MIDTERM_CLOSES)


def alarming(*later: Any) -> Outcome:
    """The day after the window's last."""
    return given(evaluation("midterm", *later)).on("2024-12-28").when(alarm_midterm, ALARM)


def submitting(day: str) -> Outcome:
    streams = appointed(HAN_XUE), rubric(), case(), evaluation("midterm", seated())
    return given(*streams).on(day).by(Role.EXPERT, HAN_XUE).when(submit_sheet, SHEET)


def posting(day: str) -> Outcome:
    streams = rubric(), case(), evaluation("midterm", seated(), *sheets(80, 80, 80, 80, 80))
    return given(*streams).on(day).by(Role.PERSONNEL, WU_MIN).when(post_score, POST)


def taking_effect(*later: Any, **settings: Any) -> Outcome:
    posted = given(evaluation("midterm", seated(), *later)).on("2024-10-12")
    return posted.under(**settings).when(take_effect, EFFECT)


def test_asm_02_with_the_plaque_a_mid_term_and_a_final_are_planned() -> None:
    given().when(plan_evaluations, PLAN).then(
        EvaluationPlanned(studio_id=STUDIO, stage="midterm", opens_on=MIDTERM_OPENS, closes_on=MIDTERM_CLOSES),
        EvaluationPlanned(studio_id=STUDIO, stage="final", opens_on=FINAL_OPENS, closes_on=None),
    )


def test_asm_02_a_second_word_of_the_plaque_plans_nothing_more() -> None:
    given(evaluation("midterm"), evaluation("final")).when(plan_evaluations, PLAN).then_nothing()


@pytest.mark.rule("A.9-13")
def test_a_9_13_no_sheet_is_taken_before_month_15() -> None:
    submitting("2024-06-26").then_refused(
        "stage-not-open", "A.9-13", stage="midterm", on="2024-06-26", opens_on="2024-06-27"
    )


@pytest.mark.rule("A.9-13")
def test_a_9_13_month_15_begins_on_the_corresponding_day() -> None:
    submitting("2024-06-27").then(SheetSubmitted(expert_id=HAN_XUE, rubric=1, points=evenly(80)))


@pytest.mark.rule("A.9-13")
def test_a_9_13_no_score_is_posted_before_month_15() -> None:
    posting("2024-06-26").then_refused(
        "stage-not-open", "A.9-13", stage="midterm", on="2024-06-26", opens_on="2024-06-27"
    )


@pytest.mark.rule("AMB-13")
@pytest.mark.parametrize("day", ["2024-06-27", "2024-12-27", "2024-12-28"])
def test_amb_13_a_score_is_posted_in_the_window_and_late_too(day: str) -> None:
    posting(day).then(eighty("midterm", posted_on=date.fromisoformat(day)))


def test_asm_02_a_mid_term_is_overdue_when_its_window_closed_without_a_score() -> None:
    alarming(seated(), *sheets(80, 80)).then(OVERDUE)


@pytest.mark.rule("A.9-13")
def test_a_9_13_the_alarm_is_given_once() -> None:
    alarming(OVERDUE).then_nothing()


@pytest.mark.rule("A.9-13")
def test_a_9_13_a_mid_term_that_was_scored_in_time_is_not_overdue() -> None:
    alarming(seated(), *sheets(80, 80, 80, 80, 80), scored("midterm", 8000)).then_nothing()


@pytest.mark.rule("AMB-16")
def test_amb_16_the_mid_term_of_a_studio_that_ended_is_not_overdue() -> None:
    alarming(cancelled("midterm")).then_nothing()


@pytest.mark.rule("AMB-13")
def test_amb_13_an_overdue_mid_term_is_still_scored() -> None:
    late = evaluation("midterm", seated(), *sheets(80, 80, 80, 80, 80), OVERDUE)

    given(rubric(), case(), late).on("2025-02-10").by(Role.PERSONNEL, WU_MIN).when(post_score, POST).then(
        eighty("midterm", posted_on=date(2025, 2, 10))
    )


def test_asm_02_after_the_score_is_posted_no_second_sheet_is_taken() -> None:
    over = evaluation("midterm", seated(), scored("midterm", 8000))

    given(appointed(HAN_XUE), rubric(), case(), over).on("2024-10-08").by(Role.EXPERT, HAN_XUE).when(
        submit_sheet, SHEET
    ).then_refused("already-scored", "ASM-02", stage="midterm", posted_on="2024-09-27", score_hundredths=8000)


@pytest.mark.rule("A.9-1")
def test_a_9_1_a_posted_score_has_no_consequence_until_its_notice_ends() -> None:
    assert [type(event) for event in posting("2024-09-27").events] == [Scored]


@pytest.mark.rule("AMB-14")
@pytest.mark.parametrize("hundredths", [6000, 8000, 10000])
def test_amb_14_the_mark_itself_passes(hundredths: int) -> None:
    taking_effect(scored("midterm", hundredths)).then(evaluated("midterm", hundredths, passed=True))


@pytest.mark.rule("ASM-03")
@pytest.mark.parametrize("hundredths", [5999, 0])
def test_asm_03_a_failed_mid_term_ends_the_qualification_in_the_same_breath(hundredths: int) -> None:
    taking_effect(scored("midterm", hundredths)).then(
        evaluated("midterm", hundredths, passed=False),
        StudioDisqualified(studio_id=STUDIO, cause="midterm"),
    )


@pytest.mark.rule("AMB-14")
def test_amb_14_the_school_may_set_another_mark() -> None:
    taking_effect(scored("midterm", 6999), pass_score_points=70).then(
        evaluated("midterm", 6999, passed=False),
        StudioDisqualified(studio_id=STUDIO, cause="midterm"),
    )


def test_asm_02_a_result_takes_effect_once() -> None:
    taking_effect(scored("midterm", 8000), evaluated("midterm", 8000, passed=True)).then_nothing()


@pytest.mark.rule("ASM-03")
def test_asm_03_a_studio_is_disqualified_once() -> None:
    taking_effect(
        scored("midterm", 5999),
        evaluated("midterm", 5999, passed=False),
        StudioDisqualified(studio_id=STUDIO, cause="midterm"),
    ).then_nothing()


def test_without_a_posted_score_nothing_takes_effect() -> None:
    taking_effect(*sheets(0, 0, 0, 0, 0)).then_nothing()


def test_asm_02_a_second_mid_term_is_refused() -> None:
    over = evaluation(
        "midterm",
        seated(),
        *sheets(80, 80, 80, 80, 80),
        scored("midterm", 8000),
        evaluated("midterm", 8000, passed=True),
    )

    given(rubric(), case(), over).on("2024-12-01").by(Role.PERSONNEL, WU_MIN).when(post_score, POST).then_refused(
        "already-scored", "ASM-02", stage="midterm", posted_on="2024-09-27", score_hundredths=8000
    )


def test_a_studio_without_plaque_has_no_mid_term() -> None:
    given(rubric()).on("2024-09-27").by(Role.EXPERT, HAN_XUE).when(submit_sheet, SHEET).then_unknown()
