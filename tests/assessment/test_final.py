"""The final comes after the cycle's end, after a passed mid-term, and after the host's last word on each trainee."""

from datetime import date
from typing import Any

import pytest

from services.assessment.aggregates.case import Case
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.commands import (
    PostScore,
    SubmitSheet,
    TakeEffect,
    post_score,
    submit_sheet,
    take_effect,
)
from services.assessment.events import SheetSubmitted
from shared.kernel.people import Role
from shared.kernel.published import StudioDisqualified
from tests.assessment.examples import (
    A_FINAL_DAY,
    HAN_XUE,
    LI_NA,
    LIU_YANG,
    STUDIO,
    WANG_FANG,
    WU_MIN,
    appointed,
    case,
    eighty,
    evaluated,
    evaluation,
    evenly,
    noted,
    passed_midterm,
    rubric,
    scored,
    seated,
    sheets,
)
from tests.scenario import Outcome, given

pytestmark = pytest.mark.rule("ASM-04")

SHEET = SubmitSheet(studio_id=STUDIO, stage="final", points=evenly(80))
POST = PostScore(studio_id=STUDIO, stage="final")
EFFECT = TakeEffect(studio_id=STUDIO, stage="final")
SUBMITTED = SheetSubmitted(expert_id=HAN_XUE, rubric=1, points=evenly(80))


def submitting(day: str, midterm: Evaluation, known: Case) -> Outcome:
    streams = appointed(HAN_XUE), rubric(), known, midterm, evaluation("final", seated())
    return given(*streams).on(day).by(Role.EXPERT, HAN_XUE).when(submit_sheet, SHEET)


def posting(day: str, midterm: Evaluation, known: Case) -> Outcome:
    streams = rubric(), known, midterm, evaluation("final", seated(), *sheets(80, 80, 80, 80, 80))
    return given(*streams).on(day).by(Role.PERSONNEL, WU_MIN).when(post_score, POST)


def taking_effect(*later: Any) -> Outcome:
    return given(evaluation("final", seated(), *later)).on("2026-04-20").when(take_effect, EFFECT)


def test_asm_04_on_the_last_day_of_the_cycle_no_sheet_is_taken() -> None:
    submitting("2026-03-27", passed_midterm(), case()).then_refused(
        "stage-not-open", "ASM-04", stage="final", on="2026-03-27", opens_on="2026-03-28"
    )


def test_asm_04_on_the_day_after_the_cycle_the_final_is_open() -> None:
    submitting("2026-03-28", passed_midterm(), case()).then(SUBMITTED)


def test_asm_04_on_the_last_day_of_the_cycle_no_score_is_posted() -> None:
    posting("2026-03-27", passed_midterm(), case()).then_refused(
        "stage-not-open", "ASM-04", stage="final", on="2026-03-27", opens_on="2026-03-28"
    )


def test_asm_04_on_the_day_after_the_cycle_a_score_is_posted() -> None:
    posting("2026-03-28", passed_midterm(), case()).then(eighty("final", posted_on=date(2026, 3, 28)))


@pytest.mark.rule("A.9-13")
@pytest.mark.parametrize(
    "later",
    [
        (),
        (seated(), *sheets(80, 80, 80, 80, 80)),
        (seated(), scored("midterm", 8000)),
        (
            seated(),
            scored("midterm", 5999),
            evaluated("midterm", 5999, passed=False),
            StudioDisqualified(studio_id=STUDIO, cause="midterm"),
        ),
    ],
    ids=["not begun", "not scored", "not in effect", "failed"],
)
@pytest.mark.parametrize("asking", [submitting, posting])
def test_a_9_13_a_final_needs_a_passed_mid_term(asking: Any, later: tuple[Any, ...]) -> None:
    asking(A_FINAL_DAY, evaluation("midterm", *later), case()).then_refused("midterm-not-passed", "A.9-13")


@pytest.mark.rule("A.9-15")
@pytest.mark.parametrize("asking", [submitting, posting])
def test_a_9_15_the_final_waits_for_the_hosts_evaluation_of_each_active_trainee(asking: Any) -> None:
    known = case(noted(WANG_FANG, "joined"), noted(LI_NA, "joined"), noted(LIU_YANG, "evaluated"))

    asking(A_FINAL_DAY, passed_midterm(), known).then_refused("trainees-not-evaluated", "A.9-15", waiting=2)


@pytest.mark.rule("A.9-15")
def test_a_9_15_the_last_evaluation_opens_the_final() -> None:
    known = case(noted(WANG_FANG, "joined"), noted(WANG_FANG, "evaluated"))

    submitting(A_FINAL_DAY, passed_midterm(), known).then(SUBMITTED)


@pytest.mark.rule("A.9-15")
@pytest.mark.parametrize("since", ["left", "removed"])
def test_a_9_15_who_left_or_was_removed_needs_no_evaluation(since: Any) -> None:
    known = case(noted(WANG_FANG, "joined"), noted(WANG_FANG, since))

    submitting(A_FINAL_DAY, passed_midterm(), known).then(SUBMITTED)


@pytest.mark.rule("A.9-15")
def test_a_9_15_a_supplementary_member_needs_no_evaluation() -> None:
    submitting(A_FINAL_DAY, passed_midterm(), case(noted(WANG_FANG, "supplementary"))).then(SUBMITTED)


@pytest.mark.rule("A.9-15")
def test_a_9_15_who_was_reinstated_needs_an_evaluation_again() -> None:
    known = case(noted(WANG_FANG, "joined"), noted(WANG_FANG, "removed"), noted(WANG_FANG, "joined"))

    submitting(A_FINAL_DAY, passed_midterm(), known).then_refused("trainees-not-evaluated", "A.9-15", waiting=1)


@pytest.mark.parametrize("hundredths", [6000, 8000])
def test_asm_04_a_final_passes_at_the_mark(hundredths: int) -> None:
    taking_effect(scored("final", hundredths)).then(evaluated("final", hundredths, passed=True))


@pytest.mark.rule("A.9-2")
def test_a_9_2_a_failed_final_is_no_disqualification() -> None:
    taking_effect(scored("final", 5999)).then(evaluated("final", 5999, passed=False))


def test_a_final_takes_effect_once() -> None:
    taking_effect(scored("final", 8000), evaluated("final", 8000, passed=True)).then_nothing()


def test_a_final_is_scored_once() -> None:
    over = evaluation("final", seated(), *sheets(80, 80, 80, 80, 80), scored("final", 8000))

    outcome = given(rubric(), case(), passed_midterm(), over).on(A_FINAL_DAY).by(Role.PERSONNEL, WU_MIN)

    outcome.when(post_score, POST).then_refused(
        "already-scored", "ASM-02", stage="final", posted_on="2024-09-27", score_hundredths=8000
    )
