"""What assessment shows: evaluations, honors, and what time will ask for."""

import ast
import inspect
from datetime import date
from functools import reduce
from typing import Any
from uuid import UUID

import pytest

from services.assessment.aggregates.award import Award
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.api import router
from services.assessment.events import (
    BackboneDesignated,
    CertificateIssued,
    CreditsGranted,
    Recommended,
    TitleAwarded,
)
from services.assessment.read_models.agenda import agenda
from services.assessment.read_models.evaluations import EvaluationRow, evaluations
from services.assessment.read_models.honors import HonorRow, honors
from shared.chassis.agenda import due_day
from shared.kernel.model import Due, ReadModel
from shared.kernel.published import StudioDisqualified
from tests.assessment.examples import (
    FINAL_OPENS,
    FINAL_SOURCE,
    FIVE,
    LIN_JING,
    MIDTERM_CLOSES,
    MIDTERM_OPENS,
    ROSTER_SOURCE,
    STUDIO,
    WANG_FANG,
    evaluated,
    happened,
    planned,
    scored,
    seated,
    sheets,
)

MIDTERM, AWARD = Evaluation.id_for(STUDIO, "midterm"), Award.id_for(STUDIO)
GROUNDS = (FINAL_SOURCE, ROSTER_SOURCE)
CERTIFICATE = UUID(int=0xCE87)
EFFECT_ON = "2024-10-12"


def fold(model: ReadModel[Any], key: str, *events: Any, stream: UUID = MIDTERM, on: str = EFFECT_ON) -> Any:
    """The row under a key after these events."""
    told = [happened(event, stream, on=on) for event in events]
    return reduce(lambda row, one: model.fold(key, row, one), told, None)


def standing(*events: Any) -> Any:
    return fold(evaluations, str(MIDTERM), *events)


def honored(person: UUID, *events: Any) -> Any:
    return fold(honors, f"{STUDIO}:{person}", *events, stream=AWARD, on="2026-04-20")


def test_a_planned_evaluation_shows_its_window() -> None:
    assert standing(planned("midterm")) == EvaluationRow(
        studio_id=STUDIO, stage="midterm", opens_on=MIDTERM_OPENS, closes_on=MIDTERM_CLOSES, state="scheduled",
        experts=(), sheets=(), score_hundredths=None, posted_on=None, passed=None, effective_on=None,
    )  # fmt: skip


def test_a_planned_final_has_no_last_day() -> None:
    assert standing(planned("final")) == EvaluationRow(STUDIO, "final", FINAL_OPENS, None)


def test_the_row_shows_who_sits_and_who_has_scored() -> None:
    told = standing(planned("midterm"), seated(), *sheets(80, 70), *sheets(75))

    assert told == EvaluationRow(
        STUDIO, "midterm", MIDTERM_OPENS, MIDTERM_CLOSES, state="panel_scoring", experts=FIVE, sheets=FIVE[:2]
    )


def test_a_posted_score_is_provisional() -> None:
    told = standing(planned("midterm"), seated(), scored("midterm", 8000))

    assert told == EvaluationRow(
        STUDIO, "midterm", MIDTERM_OPENS, MIDTERM_CLOSES, state="provisional", experts=FIVE, score_hundredths=8000,
        posted_on=date(2024, 9, 27),
    )  # fmt: skip


def test_a_failed_result_in_effect_shows_its_day() -> None:
    told = standing(
        planned("midterm"),
        seated(),
        scored("midterm", 5999),
        evaluated("midterm", 5999, passed=False),
        StudioDisqualified(studio_id=STUDIO, cause="midterm"),
    )

    assert told == EvaluationRow(
        STUDIO, "midterm", MIDTERM_OPENS, MIDTERM_CLOSES, state="effective", experts=FIVE, score_hundredths=5999,
        posted_on=date(2024, 9, 27), passed=False, effective_on=date(2024, 10, 12),
    )  # fmt: skip


@pytest.mark.parametrize("event", [seated(), *sheets(80), scored("midterm", 80), evaluated("midterm", 80, passed=True)])
def test_an_evaluation_that_was_never_planned_has_no_row(event: Any) -> None:
    assert standing(event) is None


def test_the_title_is_shown_with_its_grounds() -> None:
    told = honored(LIN_JING, TitleAwarded(studio_id=STUDIO, person_id=LIN_JING, grounds=GROUNDS))

    assert told == HonorRow(
        studio_id=STUDIO, person_id=LIN_JING, awarded_on=date(2026, 4, 20), title="名班主任", designation=None,
        certificate_id=None, class_hours=0, credits_hundredths=0, recommended_rank=None, grounds=GROUNDS,
    )  # fmt: skip


def test_all_honors_of_a_trainee_stand_in_one_row() -> None:
    told = honored(
        WANG_FANG,
        BackboneDesignated(studio_id=STUDIO, person_id=WANG_FANG, grounds=GROUNDS),
        CertificateIssued(certificate_id=CERTIFICATE, studio_id=STUDIO, person_id=WANG_FANG, grounds=GROUNDS),
        CreditsGranted(studio_id=STUDIO, person_id=WANG_FANG, class_hours=36, credits_hundredths=450),
        Recommended(studio_id=STUDIO, person_id=WANG_FANG, rank=1),
    )

    assert told == HonorRow(
        studio_id=STUDIO, person_id=WANG_FANG, awarded_on=date(2026, 4, 20), title=None, designation="学校骨干班主任",
        certificate_id=CERTIFICATE, class_hours=36, credits_hundredths=450, recommended_rank=1, grounds=GROUNDS,
    )  # fmt: skip


def test_honors_have_a_row_for_each_person_of_a_studio() -> None:
    ranked = happened(Recommended(studio_id=STUDIO, person_id=WANG_FANG, rank=1), AWARD)

    assert list(honors.keys(ranked)) == [f"{STUDIO}:{WANG_FANG}"]


def test_a_9_1_a_posted_score_takes_effect_when_its_notice_ends() -> None:
    told = agenda.fold(str(MIDTERM), None, happened(scored("midterm", 8000), MIDTERM, rules=3))

    assert told == Due(
        ask="TakeEffect", body={"studio_id": str(STUDIO), "stage": "midterm"}, on=None, since=date(2024, 9, 27),
        workdays=5, rules=3,
    )  # fmt: skip


def test_a_9_22_a_result_posted_on_2024_10_24_takes_effect_on_2024_11_01() -> None:
    due = fold(agenda, str(MIDTERM), scored("midterm", 8000, posted_on=date(2024, 10, 24)))

    assert due_day(due) == date(2024, 11, 1)


def test_nothing_is_due_once_the_result_is_in_effect() -> None:
    assert fold(agenda, str(MIDTERM), scored("midterm", 8000), evaluated("midterm", 8000, passed=True)) is None


def recorded_by(aggregate: type[Any]) -> set[str]:
    """The events that an aggregate makes or applies, by their class names, read from its source."""
    tree = list(ast.walk(ast.parse(inspect.getsource(aggregate))))
    named = {node.func.id for node in tree if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    named |= {node.cls.id for node in tree if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)}
    known = vars(inspect.getmodule(aggregate))
    return {name for name in named if hasattr(known.get(name), "__event_name__")}


DECIDED = {"/scores": (Evaluation, evaluations)}
"""Whose version an If-Match names, and the row that shows it."""


def test_each_decision_on_a_version_is_listed_here() -> None:
    extras = {route.path: route.openapi_extra or {} for route in router.routes}
    versioned = {
        path for path, extra in extras.items() if any(p["name"] == "If-Match" for p in extra.get("parameters", ()))
    }

    assert versioned == set(DECIDED)


@pytest.mark.parametrize(("aggregate", "model"), list(DECIDED.values()))
def test_the_row_of_a_decision_moves_with_each_event_of_its_stream(aggregate: Any, model: ReadModel[Any]) -> None:
    assert recorded_by(aggregate) == {fact.__name__ for fact in model.facts}
