"""What assessment shows: evaluations, honors, and what time will ask for."""

import ast
import inspect
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any
from uuid import UUID

import pytest

from services.assessment.aggregates.award import Award
from services.assessment.aggregates.contest import Objections, Recheck
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.api import router, with_notice
from services.assessment.events import (
    BackboneDesignated,
    CertificateIssued,
    CreditsGranted,
    MidtermOverdue,
    RubricAdopted,
    TitleAwarded,
    certificate_id,
    leaves,
)
from services.assessment.read_models.agenda import agenda
from services.assessment.read_models.certificates import CertificateRow, certificates
from services.assessment.read_models.evaluations import EvaluationRow, SheetShown, evaluations
from services.assessment.read_models.experts import ExpertRow, Term, experts
from services.assessment.read_models.honors import HonorRow, honors
from services.assessment.read_models.rubrics import RubricRow, rubrics
from shared.chassis.agenda import due_day
from shared.kernel.calendar import OFFICIAL
from shared.kernel.model import Due, ReadModel
from shared.kernel.published import ExpertAppointed, Recommended, StudioDisqualified
from tests.assessment.examples import (
    CAO_YAN,
    DENG_KAI,
    FENG_LEI,
    FINAL_OPENS,
    FINAL_SOURCE,
    FIVE,
    HAN_XUE,
    LIN_JING,
    MIDTERM_CLOSES,
    MIDTERM_OPENS,
    PENG_HUI,
    ROSTER_SOURCE,
    SECTIONS,
    STUDIO,
    WANG_FANG,
    ZHU_HONG,
    aside,
    cancelled,
    evaluated,
    happened,
    planned,
    recused,
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


@pytest.mark.rule("ASM-02")
def test_a_planned_evaluation_shows_its_window() -> None:
    assert standing(planned("midterm")) == EvaluationRow(
        studio_id=STUDIO, stage="midterm", opens_on=MIDTERM_OPENS, closes_on=MIDTERM_CLOSES, state="scheduled",
        experts=(), sheets=(), score_hundredths=None, posted_on=None, passed=None, effective_on=None,
    )  # fmt: skip


@pytest.mark.rule("ASM-04")
def test_a_planned_final_has_no_last_day() -> None:
    assert standing(planned("final")) == EvaluationRow(STUDIO, "final", FINAL_OPENS, None)


@pytest.mark.rule("ASM-02")
def test_the_row_shows_who_sits_and_who_has_scored() -> None:
    told = standing(planned("midterm"), seated(), *sheets(80, 70), *sheets(75))

    assert told == EvaluationRow(
        STUDIO, "midterm", MIDTERM_OPENS, MIDTERM_CLOSES, state="panel_scoring", experts=FIVE, sheets=FIVE[:2]
    )


@pytest.mark.rule("ASM-02")
def test_a_posted_score_is_provisional() -> None:
    told = standing(planned("midterm"), seated(), scored("midterm", 8000))

    assert told == EvaluationRow(
        STUDIO, "midterm", MIDTERM_OPENS, MIDTERM_CLOSES, state="provisional", experts=FIVE, score_hundredths=8000,
        posted_on=date(2024, 9, 27), notice_workdays=5, rubric=1, settings_version=0,
    )  # fmt: skip


@pytest.mark.rule("A.9-16", "ASM-02", "SIL-02")
def test_a_9_16_the_row_explains_the_score_sheet_by_sheet() -> None:
    posted = replace(
        scored("midterm", 6000),
        totals={HAN_XUE: "2999/50", FENG_LEI: "60", DENG_KAI: "181/3", CAO_YAN: "100", PENG_HUI: "0"},
        trimmed=(PENG_HUI, CAO_YAN),
        set_aside=(aside(ZHU_HONG, "recused"),),
        pass_points=60,
    )
    row = standing(planned("midterm"), seated(), recused(ZHU_HONG), posted)

    assert (row.recused, row.pass_points) == ((ZHU_HONG,), 60)
    assert row.explained == (
        SheetShown(HAN_XUE, counts=True, exact="2999/50", total="59.98"),
        SheetShown(FENG_LEI, counts=True, exact="60", total="60.00"),
        SheetShown(DENG_KAI, counts=True, exact="181/3", total="60.33"),
        SheetShown(CAO_YAN, counts=True, is_trimmed=True, exact="100", total="100.00"),
        SheetShown(PENG_HUI, counts=True, is_trimmed=True, exact="0", total="0.00"),
        SheetShown(ZHU_HONG, counts=False, set_aside="recused"),
    )


@pytest.mark.rule("A.9-22")
def test_a_9_22_the_row_tells_when_the_notice_ends_and_the_result_takes_effect() -> None:
    row = standing(planned("midterm"), seated(), scored("midterm", 8000, posted_on=date(2024, 10, 24)))

    assert with_notice(row, OFFICIAL) == {"notice_ends_on": date(2024, 10, 31), "takes_effect_on": date(2024, 11, 1)}


@pytest.mark.rule("A.9-5")
def test_a_9_5_the_end_of_a_notice_in_a_year_not_announced_is_unknown() -> None:
    row = standing(planned("final"), seated(), scored("final", 8000, posted_on=date(2099, 12, 31)))

    assert with_notice(row, OFFICIAL) == {"notice_ends_on": None, "takes_effect_on": None}


@pytest.mark.rule("ASM-02")
def test_before_a_score_is_posted_no_notice_runs() -> None:
    assert with_notice(standing(planned("midterm")), OFFICIAL) == {"notice_ends_on": None, "takes_effect_on": None}


@pytest.mark.rule("ASM-02")
def test_an_overdue_mid_term_is_marked() -> None:
    overdue = MidtermOverdue(studio_id=STUDIO, closes_on=MIDTERM_CLOSES)

    assert standing(planned("midterm"), overdue) == EvaluationRow(
        STUDIO, "midterm", MIDTERM_OPENS, MIDTERM_CLOSES, is_overdue=True
    )


@pytest.mark.rule("AMB-16")
def test_amb_16_a_cancelled_evaluation_shows_how_the_studio_ended() -> None:
    assert standing(planned("final"), cancelled("final", "disqualified")) == EvaluationRow(
        STUDIO, "final", FINAL_OPENS, None, state="cancelled", outcome="disqualified"
    )


@pytest.mark.rule("ASM-03")
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
        posted_on=date(2024, 9, 27), notice_workdays=5, rubric=1, settings_version=0, passed=False,
        effective_on=date(2024, 10, 12), grade="failed",
    )  # fmt: skip


@pytest.mark.rule("ASM-02")
@pytest.mark.parametrize(
    "event",
    [
        seated(),
        *sheets(80),
        recused(HAN_XUE),
        MidtermOverdue(studio_id=STUDIO, closes_on=MIDTERM_CLOSES),
        scored("midterm", 80),
        evaluated("midterm", 80, passed=True),
        cancelled("midterm"),
    ],
)
def test_an_evaluation_that_was_never_planned_has_no_row(event: Any) -> None:
    assert standing(event) is None


@pytest.mark.rule("ASM-05")
def test_the_title_is_shown_with_its_grounds() -> None:
    told = honored(LIN_JING, TitleAwarded(studio_id=STUDIO, person_id=LIN_JING, grounds=GROUNDS))

    assert told == HonorRow(
        studio_id=STUDIO, person_id=LIN_JING, awarded_on=date(2026, 4, 20), title="名班主任", designation=None,
        certificate_id=None, class_hours=0, credits_hundredths=0, recommended_rank=None, grounds=GROUNDS,
    )  # fmt: skip


@pytest.mark.rule("ASM-06", "ASM-07", "ASM-08", "ASM-09")
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


@pytest.mark.rule("ASM-07")
def test_asm_07_the_register_shows_a_certificate_with_hours_credits_designation_and_grounds() -> None:
    issued = certificate_id(STUDIO, WANG_FANG)
    told = (
        BackboneDesignated(studio_id=STUDIO, person_id=WANG_FANG, grounds=GROUNDS),
        CertificateIssued(certificate_id=issued, studio_id=STUDIO, person_id=WANG_FANG, grounds=GROUNDS),
        CreditsGranted(studio_id=STUDIO, person_id=WANG_FANG, class_hours=36, credits_hundredths=450),
    )

    assert {key for event in told for key in certificates.keys(happened(event, AWARD))} == {str(issued)}
    assert fold(certificates, str(issued), *told, stream=AWARD, on="2026-04-20") == CertificateRow(
        certificate_id=issued, studio_id=STUDIO, person_id=WANG_FANG, issued_on=date(2026, 4, 20), class_hours=36,
        credits_hundredths=450, designation="学校骨干班主任", grounds=GROUNDS,
    )  # fmt: skip


@pytest.mark.rule("ASM-02")
def test_asm_02_an_expert_is_shown_with_each_term() -> None:
    first = happened(ExpertAppointed(person_id=HAN_XUE, until=date(2024, 12, 31)), AWARD, on="2023-03-23")
    again = happened(ExpertAppointed(person_id=HAN_XUE, until=date(2026, 12, 31)), AWARD, on="2024-11-04")

    assert reduce(lambda row, one: experts.fold(str(AWARD), row, one), (first, again), None) == ExpertRow(
        HAN_XUE,
        date(2026, 12, 31),
        (Term(date(2023, 3, 23), date(2024, 12, 31)), Term(date(2024, 11, 4), date(2026, 12, 31))),
    )


@pytest.mark.rule("ASM-01")
def test_asm_01_each_version_of_the_rules_has_a_row() -> None:
    second = RubricAdopted(number=2, sections=SECTIONS)

    assert list(rubrics.keys(happened(second, AWARD))) == ["2"]
    assert fold(rubrics, "2", second) == RubricRow(2, date(2024, 10, 12), SECTIONS, tuple(leaves(SECTIONS)))


@pytest.mark.rule("ASM-06")
def test_honors_have_a_row_for_each_person_of_a_studio() -> None:
    ranked = happened(Recommended(studio_id=STUDIO, person_id=WANG_FANG, rank=1), AWARD)

    assert list(honors.keys(ranked)) == [f"{STUDIO}:{WANG_FANG}"]


@pytest.mark.rule("A.9-1", "ASM-02")
def test_a_9_1_a_posted_score_takes_effect_when_its_notice_ends() -> None:
    told = agenda.fold(str(MIDTERM), None, happened(scored("midterm", 8000), MIDTERM, rules=3))

    assert told == Due(
        ask="TakeEffect", body={"studio_id": str(STUDIO), "stage": "midterm"}, on=None, since=date(2024, 9, 27),
        workdays=5, rules=3, cause=7)  # fmt: skip


@pytest.mark.rule("A.9-22")
def test_a_9_22_a_result_posted_on_2024_10_24_takes_effect_on_2024_11_01() -> None:
    due = fold(agenda, str(MIDTERM), scored("midterm", 8000, posted_on=date(2024, 10, 24)))

    assert due_day(due, lambda: OFFICIAL) == date(2024, 11, 1)


@pytest.mark.rule("A.9-13", "ASM-02")
def test_a_9_13_the_alarm_falls_due_the_day_after_the_window() -> None:
    assert agenda.fold(str(MIDTERM), None, happened(planned("midterm"), MIDTERM, rules=2)) == Due(
        ask="AlarmMidterm", body={"studio_id": str(STUDIO)}, on=date(2024, 12, 28), cause=7
    )


@pytest.mark.rule("ASM-04")
def test_asm_04_a_final_has_no_deadline() -> None:
    assert fold(agenda, str(MIDTERM), planned("final")) is None


@pytest.mark.rule("ASM-02")
def test_a_score_posted_in_time_takes_the_place_of_the_alarm() -> None:
    assert fold(agenda, str(MIDTERM), planned("midterm"), scored("midterm", 8000)).ask == "TakeEffect"


@pytest.mark.rule("ASM-02")
def test_a_score_posted_after_the_alarm_takes_effect_too() -> None:
    overdue = MidtermOverdue(studio_id=STUDIO, closes_on=MIDTERM_CLOSES)

    assert fold(agenda, str(MIDTERM), planned("midterm"), overdue) is None
    assert fold(agenda, str(MIDTERM), planned("midterm"), overdue, scored("midterm", 8000)).ask == "TakeEffect"


@pytest.mark.rule("AMB-16")
@pytest.mark.parametrize("earlier", [planned("midterm"), scored("midterm", 8000)])
def test_amb_16_nothing_is_due_of_a_studio_that_ended(earlier: Any) -> None:
    assert fold(agenda, str(MIDTERM), earlier, cancelled("midterm")) is None


@pytest.mark.rule("ASM-02")
def test_nothing_is_due_once_the_result_is_in_effect() -> None:
    assert fold(agenda, str(MIDTERM), scored("midterm", 8000), evaluated("midterm", 8000, passed=True)) is None


def recorded_by(aggregate: type[Any]) -> set[str]:
    """The events that an aggregate or a value in it makes or applies, by their class names, read from the source."""
    return {name for kind in (aggregate, Objections, Recheck) for name in _named_in(kind)}


def _named_in(kind: type[Any]) -> set[str]:
    tree = list(ast.walk(ast.parse(inspect.getsource(kind))))
    named = {node.func.id for node in tree if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    named |= {node.cls.id for node in tree if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)}
    known = vars(inspect.getmodule(kind))
    return {name for name in named if hasattr(known.get(name), "__event_name__")}


DECIDED = dict.fromkeys(("/scores", "/recheck-scores", "/revisions"), (Evaluation, evaluations))
"""Whose version an If-Match names, and the row that shows it."""


@pytest.mark.rule("ASM-02")
def test_each_decision_on_a_version_is_listed_here() -> None:
    extras = {route.path: route.openapi_extra or {} for route in router.routes}
    versioned = {
        path for path, extra in extras.items() if any(p["name"] == "If-Match" for p in extra.get("parameters", ()))
    }

    assert versioned == set(DECIDED)


@pytest.mark.rule("ASM-02")
@pytest.mark.parametrize(("aggregate", "model"), list(DECIDED.values()))
def test_the_row_of_a_decision_moves_with_each_event_of_its_stream(aggregate: Any, model: ReadModel[Any]) -> None:
    assert recorded_by(aggregate) == {fact.__name__ for fact in model.facts}
