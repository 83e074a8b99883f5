"""A conflict that came to light after the sheet: recomputed while provisional, decided again once in effect."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.assessment.aggregates.contest import Notice
from services.assessment.commands import (
    PostScore,
    ReviseEvaluation,
    VoidSheet,
    post_score,
    revise_evaluation,
    void_sheet,
)
from services.assessment.events import EvaluationRevised, Rescored, ScoreWithdrawn, SheetVoided
from shared.kernel.people import Role
from shared.kernel.published import StudioDisqualified
from shared.kernel.values import Text
from tests.assessment.examples import (
    FIVE,
    HAN_XUE,
    MIDTERM_CLOSES,
    STUDIO,
    WU_MIN,
    ZHU_HONG,
    aside,
    cancelled,
    case,
    evaluated,
    evaluation,
    rubric,
    scored,
    seated,
    sheets,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("SIL-02", "A.9-1")

WHY = Text("与主持人合著论文，未申报")
VOID = VoidSheet(studio_id=STUDIO, stage="midterm", expert_id=HAN_XUE, reason=WHY)
REVISE = ReviseEvaluation(studio_id=STUDIO, stage="midterm", reason=WHY)
VOIDED = SheetVoided(expert_id=HAN_XUE, reason=WHY)
DISQUALIFIED = StudioDisqualified(studio_id=STUDIO, cause="midterm")
HELPED = (seated(), *sheets(100, 50, 60, 60, 100), scored("midterm", 7333))
"""Without the first sheet 67.5."""
DECIDED = (seated(), *sheets(90, 50, 50, 60, 75), scored("midterm", 6167))
"""Without the first sheet 58.75, which fails."""


def studio(*later: Any, final: tuple[Any, ...] = ()) -> Given:
    streams = rubric(), case(), evaluation("midterm", *later), evaluation("final", *final)
    return given(*streams).on("2024-10-08").by(Role.PERSONNEL, WU_MIN)


def rescored(hundredths: int, totals: tuple[int, ...], *, for_the_record: bool = False) -> Rescored:
    return Rescored(
        studio_id=STUDIO, stage="midterm", score_hundredths=hundredths,
        totals=dict(zip(FIVE[1:], map(str, totals), strict=True)), rubric=1, supersedes=8,
        set_aside=(aside(HAN_XUE, "voided"),), pass_points=60, for_the_record=for_the_record,
    )  # fmt: skip


def revised(hundredths: int, *, passed: bool) -> EvaluationRevised:
    return EvaluationRevised(
        studio_id=STUDIO, stage="midterm", passed=passed, score_hundredths=hundredths,
        grade="passed" if passed else "failed", reason=WHY,
    )  # fmt: skip


def test_sil_02_before_a_score_a_voided_sheet_just_does_not_count() -> None:
    waiting = studio(seated(), *sheets(0, 80, 80, 80, 80))
    post = PostScore(studio_id=STUDIO, stage="midterm")

    waiting.when(void_sheet, VOID).then(VOIDED)
    (score,) = studio(seated(), *sheets(0, 80, 80, 80, 80), VOIDED).when(post_score, post).events
    assert (score.score_hundredths, score.set_aside) == (8000, (aside(HAN_XUE, "voided"),))


def test_sil_02_a_provisional_score_is_made_again_and_the_sheet_is_kept() -> None:
    studio(*HELPED).when(void_sheet, VOID).then(VOIDED, rescored(6750, (50, 60, 60, 100)))


def test_sil_02_the_same_sheet_once_more_records_nothing() -> None:
    studio(*HELPED, VOIDED, rescored(6750, (50, 60, 60, 100))).when(void_sheet, VOID).then_nothing()


def test_sil_02_who_wrote_no_sheet_has_none_to_void() -> None:
    studio(*HELPED).when(void_sheet, replace(VOID, expert_id=ZHU_HONG)).then_refused(
        "no-sheet", "SIL-02", person_id=str(ZHU_HONG)
    )


@pytest.mark.rule("A.9-25")
def test_a_9_25_without_its_quorum_a_provisional_score_is_withdrawn_and_the_panel_scores_on() -> None:
    told = (seated(), *sheets(80, 80, 80, 80), scored("midterm", 8000))
    withdrawn = ScoreWithdrawn(studio_id=STUDIO, stage="midterm", is_second=False, closes_on=MIDTERM_CLOSES)
    others = (seated(*FIVE[1:], ZHU_HONG), *sheets(0, 80, 80, 80, 80)[4:])
    post = PostScore(studio_id=STUDIO, stage="midterm")

    studio(*told).when(void_sheet, VOID).then(VOIDED, withdrawn)
    (score,) = studio(*told, VOIDED, withdrawn, *others).when(post_score, post).events
    assert (score.score_hundredths, len(score.totals)) == (8000, 4)


def test_a_9_1_after_the_result_took_effect_the_score_is_made_again_for_the_record() -> None:
    studio(*DECIDED, evaluated("midterm", 6167, passed=True)).when(void_sheet, VOID).then(
        VOIDED, rescored(5875, (50, 50, 60, 75), for_the_record=True)
    )


@pytest.mark.rule("A.9-25")
def test_a_9_25_in_effect_a_result_without_quorum_stands() -> None:
    told = (seated(), *sheets(80, 80, 80, 80), scored("midterm", 8000), evaluated("midterm", 8000, passed=True))

    studio(*told).when(void_sheet, VOID).then(VOIDED)
    studio(*told, VOIDED).when(revise_evaluation, REVISE).then_refused("no-quorum", "A.9-25", sheets=3, experts=5)


FLIPPED = (
    *DECIDED, evaluated("midterm", 6167, passed=True), VOIDED,
    rescored(5875, (50, 50, 60, 75), for_the_record=True),
)  # fmt: skip


@pytest.mark.rule("ASM-03")
def test_a_9_1_a_flipped_mid_term_is_a_new_decision_that_disqualifies_from_its_own_date() -> None:
    studio(*FLIPPED).when(revise_evaluation, REVISE).then(revised(5875, passed=False), DISQUALIFIED)


def test_a_9_1_the_same_decision_once_more_records_nothing() -> None:
    studio(*FLIPPED, revised(5875, passed=False), DISQUALIFIED).when(revise_evaluation, REVISE).then_nothing()


def test_a_9_1_an_outcome_that_stays_needs_no_decision() -> None:
    told = (*HELPED, evaluated("midterm", 7333, passed=True), VOIDED)

    studio(*told).when(revise_evaluation, REVISE).then_refused(
        "outcome-unchanged", "A.9-1", stage="midterm", score_hundredths=6750
    )


def test_a_9_1_a_provisional_result_is_not_revised() -> None:
    studio(*DECIDED, VOIDED).when(revise_evaluation, REVISE).then_refused("not-effective", "A.9-1", stage="midterm")


@pytest.mark.rule("ASM-03")
def test_a_9_1_a_studio_that_ended_is_not_disqualified_any_more() -> None:
    studio(*FLIPPED, final=(cancelled("final"),)).when(revise_evaluation, REVISE).then(revised(5875, passed=False))


def test_a_9_1_a_failure_turned_into_a_pass_undoes_nothing_that_ended() -> None:
    told = (seated(), *sheets(0, 50, 59, 66, 70), scored("midterm", 5833), evaluated("midterm", 5833, passed=False))

    studio(*told, DISQUALIFIED, VOIDED).when(revise_evaluation, REVISE).then(revised(6125, passed=True))


def test_a_9_1_the_notice_of_a_first_score_goes_on_for_the_second() -> None:
    known = evaluation("midterm", *HELPED, VOIDED, rescored(6750, (50, 60, 60, 100)))

    assert known.notice == Notice(date(2024, 9, 27), workdays=5)
