"""A studio that was closed or disqualified is judged no more; a result in effect stands."""

from typing import Any

import pytest

from services.assessment.commands import (
    CancelEvaluations,
    NoteRoster,
    PostScore,
    Recuse,
    SeatPanel,
    SubmitSheet,
    TakeEffect,
    cancel_evaluations,
    note_roster,
    post_score,
    recuse,
    seat_panel,
    submit_sheet,
    take_effect,
)
from services.assessment.events import FinalNoted
from shared.kernel.people import Role
from shared.kernel.published import StudioDisqualified
from shared.kernel.values import Text
from tests.assessment.examples import (
    A_FINAL_DAY,
    A_MIDTERM_DAY,
    FINAL_SOURCE,
    FIVE,
    HAN_XUE,
    ROSTER_SOURCE,
    STUDIO,
    WU_MIN,
    appointed,
    cancelled,
    case,
    evaluated,
    evaluation,
    evenly,
    passed_midterm,
    rubric,
    scored,
    seated,
    sheets,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("AMB-16")

CLOSED = CancelEvaluations(studio_id=STUDIO, outcome="closed")
DISQUALIFIED = CancelEvaluations(studio_id=STUDIO, outcome="disqualified")
FAILED = (
    seated(),
    scored("midterm", 5999),
    evaluated("midterm", 5999, passed=False),
    StudioDisqualified(studio_id=STUDIO, cause="midterm"),
)
STAGES = pytest.mark.parametrize(("stage", "day"), [("midterm", A_MIDTERM_DAY), ("final", A_FINAL_DAY)])


def ended(stage: Any, day: str, *later: Any) -> Given:
    other = passed_midterm() if stage == "final" else evaluation("final")
    panel = evaluation(stage, seated(), *later, cancelled(stage))
    return given(*map(appointed, FIVE), rubric(), case(), other, panel).on(day)


def test_a_closed_studio_has_neither_mid_term_nor_final_any_more() -> None:
    given(case(), evaluation("midterm"), evaluation("final")).when(cancel_evaluations, CLOSED).then(
        cancelled("midterm"), cancelled("final")
    )


@pytest.mark.rule("ASM-03")
def test_after_a_failed_mid_term_only_the_final_is_cancelled() -> None:
    given(case(), evaluation("midterm", *FAILED), evaluation("final")).when(cancel_evaluations, DISQUALIFIED).then(
        cancelled("final", "disqualified")
    )


def test_a_posted_score_that_is_not_in_effect_is_cancelled_too() -> None:
    posted = evaluation("midterm", seated(), scored("midterm", 8000))

    given(case(), posted, evaluation("final")).on("2024-10-10").when(cancel_evaluations, CLOSED).then(
        cancelled("midterm"), cancelled("final")
    )


@pytest.mark.rule("A.9-1", "A.9-11")
def test_a_score_whose_notice_was_over_when_the_studio_ended_still_takes_effect() -> None:
    """Posted on 2024-09-27, due on 2024-10-11: time comes late, after a downtime."""
    posted = evaluation("midterm", seated(), scored("midterm", 5999))

    given(case(), posted, evaluation("final")).on("2024-10-11").when(cancel_evaluations, CLOSED).then(
        cancelled("final")
    )


def test_a_final_in_effect_stands() -> None:
    passed = evaluation("final", seated(), scored("final", 8000), evaluated("final", 8000, passed=True))

    given(case(), passed_midterm(), passed).when(cancel_evaluations, CLOSED).then_nothing()


def test_the_same_end_once_more_cancels_nothing() -> None:
    both = evaluation("midterm", cancelled("midterm")), evaluation("final", cancelled("final"))

    given(case(), *both).when(cancel_evaluations, CLOSED).then_nothing()


def test_a_studio_that_ended_before_its_plaque_had_nothing_planned() -> None:
    given(case()).when(cancel_evaluations, CLOSED).then_nothing()


@STAGES
def test_no_panel_is_seated_for_a_studio_that_ended(stage: Any, day: str) -> None:
    asked = SeatPanel(studio_id=STUDIO, stage=stage, experts=FIVE)

    ended(stage, day).by(Role.PERSONNEL, WU_MIN).when(seat_panel, asked).then_refused(
        "studio-ended", "AMB-16", stage=stage, outcome="closed"
    )


@STAGES
def test_no_sheet_is_taken_for_a_studio_that_ended(stage: Any, day: str) -> None:
    asked = SubmitSheet(studio_id=STUDIO, stage=stage, points=evenly(80))

    ended(stage, day).by(Role.EXPERT, HAN_XUE).when(submit_sheet, asked).then_refused(
        "studio-ended", "AMB-16", stage=stage, outcome="closed"
    )


@STAGES
def test_no_score_is_posted_for_a_studio_that_ended(stage: Any, day: str) -> None:
    asked = PostScore(studio_id=STUDIO, stage=stage)

    ended(stage, day, *sheets(80, 80, 80, 80, 80)).by(Role.PERSONNEL, WU_MIN).when(post_score, asked).then_refused(
        "studio-ended", "AMB-16", stage=stage, outcome="closed"
    )


@STAGES
def test_nobody_steps_aside_for_a_studio_that_ended(stage: Any, day: str) -> None:
    asked = Recuse(studio_id=STUDIO, stage=stage, expert_id=HAN_XUE, reason=Text("回避"))

    ended(stage, day).by(Role.EXPERT, HAN_XUE).when(recuse, asked).then_refused(
        "studio-ended", "AMB-16", stage=stage, outcome="closed"
    )


@STAGES
def test_a_score_posted_before_the_end_does_not_take_effect_after_it(stage: Any, day: str) -> None:
    asked = TakeEffect(studio_id=STUDIO, stage=stage)

    ended(stage, day, scored(stage, 5999)).when(take_effect, asked).then_nothing()


@pytest.mark.rule("ASM-05")
def test_the_closing_of_a_studio_that_passed_holds_back_no_award() -> None:
    """Applications closes it as passed, which cancels nothing; the roster then brings the title."""
    known = case(FinalNoted(passed=True, source=FINAL_SOURCE))
    asked = NoteRoster(studio_id=STUDIO, members=(), source=ROSTER_SOURCE)

    outcome = given(known, evaluation("final", evaluated("final", 8000, passed=True))).when(note_roster, asked)

    assert [event.__event_name__ for event in outcome.events] == [
        "assessment.roster-noted",
        "assessment.title-awarded",
        "assessment.awards-completed",
    ]
