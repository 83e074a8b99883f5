"""What is shown, and what falls due, of a result that is contested, put right, or decided again."""

from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any
from uuid import UUID

import pytest

from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.api import to_score, with_notice
from services.assessment.events import (
    EvaluationRevised,
    EvidenceEntered,
    FinalExtended,
    NoticeExtended,
    ObjectionAnswered,
    RecheckPanelSeated,
    RecheckRequested,
    RectificationOrdered,
    Rescored,
    ResultObjected,
    ResultPublicised,
    ScoreWithdrawn,
    SelfReported,
    SelfReportIn,
    SheetVoided,
)
from services.assessment.read_models.agenda import agenda
from services.assessment.read_models.evaluations import evaluations
from services.assessment.read_models.evidence import EvidenceRow, evidence
from services.assessment.read_models.experts import experts
from services.assessment.read_models.publicity import PublicityRow, publicity
from services.assessment.read_models.self_reports import SelfReportRow, self_reports
from services.assessment.read_models.ties import Tie, TiesRow, ties
from shared.chassis.agenda import due_day
from shared.kernel.calendar import OFFICIAL
from shared.kernel.model import Due
from shared.kernel.published import ExpertAppointed, TieDeclared
from shared.kernel.values import Digest, Label, Slug, Text
from tests.assessment.examples import (
    FENG_LEI,
    FIVE,
    HAN_XUE,
    LIN_JING,
    MIDTERM_CLOSES,
    STUDIO,
    TERM_ENDS,
    ZHU_HONG,
    cancelled,
    evaluated,
    happened,
    planned,
    recused,
    scored,
    seated,
    sheets,
)

MIDTERM, A = Evaluation.id_for(STUDIO, "midterm"), UUID(int=0xA)
WHY = Text("评分依据有误")
OTHERS = (ZHU_HONG, UUID(int=41), UUID(int=42), UUID(int=43), UUID(int=44))
POSTED = (planned("midterm"), seated(), *sheets(59, 59, 59, 59, 59), scored("midterm", 5900))
REQUESTED, OBJECTED = RecheckRequested(reason=WHY), ResultObjected(objection_id=A, reason=WHY)
SEATED = RecheckPanelSeated(experts=OTHERS)
RESCORED = Rescored(
    studio_id=STUDIO, stage="midterm", score_hundredths=6100, totals=dict.fromkeys(OTHERS, "61"), rubric=1,
    supersedes=8, pass_points=60, by_recheck=True,
)  # fmt: skip
LATER = date(2024, 10, 21)
ORDERED = RectificationOrdered(studio_id=STUDIO, stage="midterm", score_hundredths=5900, until=date(2025, 1, 11))


def answered(on: date | None = None, *, upheld: bool = False) -> ObjectionAnswered:
    return ObjectionAnswered(objection_id=A, upheld=upheld, reason=WHY, takes_effect_on=on)


def row(*told: Any) -> Any:
    return reduce(lambda known, one: evaluations.fold("", known, happened(one, MIDTERM, on="2024-10-12")), told, None)


def due(*told: Any) -> Due | None:
    return reduce(lambda known, one: agenda.fold("", known, happened(one, MIDTERM)), told, None)


@pytest.mark.rule("SIL-01", "SIL-03")
@pytest.mark.parametrize(
    ("told", "state"),
    [
        ((OBJECTED,), "objection"),
        ((REQUESTED,), "objection"),
        ((OBJECTED, answered()), "provisional"),
        ((OBJECTED, answered(upheld=True)), "objection"),
        ((OBJECTED, REQUESTED, answered()), "objection"),
        ((REQUESTED, SEATED, RESCORED), "provisional"),
        ((OBJECTED, REQUESTED, SEATED, RESCORED), "objection"),
    ],
)
def test_sil_01_a_result_shows_whether_it_is_contested(told: tuple[Any, ...], state: str) -> None:
    assert row(*POSTED, *told).state == state


@pytest.mark.rule("SIL-03")
def test_sil_03_the_second_score_is_shown_in_place_of_the_first() -> None:
    known = row(*POSTED, REQUESTED, SEATED, RESCORED)

    assert (known.score_hundredths, known.experts, known.is_rechecked) == (6100, OTHERS, True)
    assert [sheet.total for sheet in known.explained] == ["61.00"] * 5


@pytest.mark.rule("SIL-12")
def test_sil_12_the_row_names_who_has_not_scored() -> None:
    scoring = (planned("midterm"), seated(), *sheets(80, 80), recused(FIVE[2]))

    assert to_score(row(*scoring)) == list(FIVE[3:])
    assert to_score(row(*POSTED)) == []
    assert to_score(row(*POSTED, REQUESTED, SEATED)) == list(OTHERS)
    assert to_score(row(*scoring, cancelled("midterm"))) == []


@pytest.mark.rule("SIL-15")
def test_sil_15_the_self_report_is_in_before_the_panel_scores() -> None:
    reported = row(planned("midterm"), SelfReportIn(leaves=("1.1.1",)))

    assert (reported.state, reported.leaves) == ("self_report_in", ("1.1.1",))
    assert row(planned("midterm"), seated(), SelfReportIn(leaves=("1.1.1",))).state == "panel_scoring"


@pytest.mark.rule("AMB-15")
def test_amb_15_a_rectification_shows_its_last_day_and_awaits_new_sheets() -> None:
    known = row(*POSTED, ORDERED)

    assert (known.state, known.rectify_until, known.score_hundredths) == ("rectification", date(2025, 1, 11), None)
    assert to_score(known) == list(FIVE)


@pytest.mark.rule("SIL-02", "A.9-1")
def test_a_9_1_a_voided_sheet_and_its_consequences_are_shown() -> None:
    voided = SheetVoided(expert_id=HAN_XUE, reason=WHY)
    effective = row(*POSTED, evaluated("midterm", 5900, passed=False), voided, replace(RESCORED, for_the_record=True))
    revised = EvaluationRevised(
        studio_id=STUDIO, stage="midterm", passed=True, score_hundredths=6100, grade="passed", reason=WHY
    )
    withdrawn = ScoreWithdrawn(studio_id=STUDIO, stage="midterm", is_second=False, closes_on=MIDTERM_CLOSES)

    assert (effective.score_hundredths, effective.recomputed_hundredths) == (5900, 6100)
    assert (effective.passed, effective.voided) == (False, (HAN_XUE,))
    again = evaluations.fold("", effective, happened(revised, MIDTERM, on="2025-03-03"))
    assert again is not None
    assert (again.passed, again.revised_on) == (True, date(2025, 3, 3))
    assert row(*POSTED, voided, withdrawn).state == "panel_scoring"
    assert row(*POSTED, voided, withdrawn).score_hundredths is None


@pytest.mark.rule("SIL-11")
def test_sil_11_an_extended_final_shows_until_when() -> None:
    assert row(planned("final"), FinalExtended(until=date(2026, 6, 27), reason=WHY)).closes_on == date(2026, 6, 27)


@pytest.mark.rule("SIL-01", "A.9-22")
def test_sil_01_the_row_tells_when_a_contested_result_takes_effect() -> None:
    extended = row(*POSTED, OBJECTED, NoticeExtended(workdays=10))
    settled = row(*POSTED, OBJECTED, answered(LATER))

    assert with_notice(extended, OFFICIAL)["takes_effect_on"] == date(2024, 10, 17)
    assert with_notice(settled, OFFICIAL)["takes_effect_on"] == LATER


@pytest.mark.rule("SIL-01", "SIL-03", "A.9-22")
@pytest.mark.parametrize(
    ("told", "ask", "day"),
    [
        ((), "TakeEffect", date(2024, 10, 11)),
        ((OBJECTED, answered()), "TakeEffect", date(2024, 10, 11)),
        ((OBJECTED, NoticeExtended(workdays=10)), "TakeEffect", date(2024, 10, 17)),
        ((OBJECTED, answered(LATER)), "TakeEffect", LATER),
        ((REQUESTED, SEATED, RESCORED), "TakeEffect", date(2024, 10, 11)),
        ((REQUESTED, SEATED, replace(RESCORED, takes_effect_on=LATER)), "TakeEffect", LATER),
        ((ORDERED,), "CloseRectification", date(2025, 1, 12)),
    ],
)
def test_sil_01_what_falls_due_follows_what_happened(told: tuple[Any, ...], ask: str, day: date) -> None:
    known = due(*POSTED, *told)

    assert known is not None
    assert (known.ask, due_day(known, lambda: OFFICIAL)) == (ask, day)


@pytest.mark.rule("A.9-1")
def test_a_9_1_a_settled_result_falls_due_by_the_settings_that_scored_it() -> None:
    first = agenda.fold("", None, happened(scored("midterm", 5900), MIDTERM, rules=3))
    settled = agenda.fold("", first, happened(answered(LATER), MIDTERM, rules=5)._replace(position=11))
    rescored = agenda.fold("", first, happened(RESCORED, MIDTERM, rules=5)._replace(position=11))

    assert settled is not None
    assert rescored is not None
    assert (settled.rules, settled.cause) == (3, 11)
    assert (rescored.rules, rescored.cause) == (5, 11)


@pytest.mark.rule("AMB-15", "A.9-25")
@pytest.mark.parametrize(("is_second", "ask"), [(False, "AlarmMidterm"), (True, "CloseRectification")])
def test_a_withdrawn_score_brings_its_deadline_back(is_second: bool, ask: str) -> None:  # noqa: FBT001
    withdrawn = ScoreWithdrawn(studio_id=STUDIO, stage="midterm", is_second=is_second, closes_on=MIDTERM_CLOSES)
    known = due(*POSTED, withdrawn)

    assert known is not None
    assert (known.ask, known.on) == (ask, date(2024, 12, 28))
    assert due(planned("final"), scored("final", 1), replace(withdrawn, stage="final", closes_on=None)) is None


@pytest.mark.rule("SIL-15")
def test_sil_15_evidence_shows_where_it_was_used() -> None:
    entered = EvidenceEntered(
        evidence_id=A, studio_id=STUDIO, title=Label("研修记录"), document=Digest("a" * 64),
        happened_on=date(2024, 9, 27), leaves=("1.1.1",),
    )  # fmt: skip
    reports = [
        SelfReported(studio_id=STUDIO, occasion=occasion, text=WHY, evidence_ids=(A,)) for occasion in ("year-1", "midterm")
    ]  # fmt: skip
    dropping = SelfReported(studio_id=STUDIO, occasion="year-1", text=WHY, evidence_ids=(), dropped=(A,))

    def shown(*told: Any) -> Any:
        return reduce(lambda known, one: evidence.fold(str(A), known, happened(one, A)), told, None)

    assert {key for one in (entered, *reports, dropping) for key in evidence.keys(happened(one, A))} == {str(A)}
    assert shown(entered, *reports) == EvidenceRow(
        A, STUDIO, None, "研修记录", "a" * 64, date(2024, 9, 27), ("1.1.1",), ("midterm", "year-1")
    )
    assert shown(entered, *reports, dropping).used_for == ("midterm",)
    told = happened(reports[1], A)
    assert list(self_reports.keys(told)) == [f"{STUDIO}:midterm"]
    assert self_reports.fold("", None, told) == SelfReportRow(STUDIO, "midterm", None, date(2024, 9, 27), WHY, (A,))


@pytest.mark.rule("SIL-02", "ASM-11")
def test_ties_departments_and_publicity_are_shown() -> None:
    declared = TieDeclared(expert_id=HAN_XUE, person_id=LIN_JING, relation="spouse")
    made = ResultPublicised(
        studio_id=STUDIO, channel=Label("校园网"), title=Label("成果"), document=Digest("a" * 64),
        publicised_on=date(2024, 9, 27),
    )  # fmt: skip
    appointed = ExpertAppointed(person_id=FENG_LEI, until=TERM_ENDS, department=Slug("mechanical"))

    assert ties.fold("", None, happened(declared, A)) == TiesRow(
        HAN_XUE, (Tie(LIN_JING, "spouse", date(2024, 9, 27), None),)
    )
    assert publicity.fold("", None, happened(made, A)) == PublicityRow(
        STUDIO, "校园网", "成果", "a" * 64, date(2024, 9, 27)
    )
    known = experts.fold("", None, happened(appointed, A))
    assert known is not None
    assert known.department == "mechanical"
