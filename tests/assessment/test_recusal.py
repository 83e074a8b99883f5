"""An expert steps aside before the score is posted: no sheet, the seat still counts for the quorum."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.assessment.commands import (
    PostScore,
    Recuse,
    SeatPanel,
    SubmitSheet,
    post_score,
    recuse,
    seat_panel,
    submit_sheet,
)
from services.assessment.events import PanelSeated, Recused, Scored, SetAside, SheetSubmitted
from shared.kernel.people import Role
from shared.kernel.values import Text
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
    recused,
    rubric,
    scored,
    seated,
    sheet,
    sheets,
)
from tests.scenario import Given, Outcome, given

pytestmark = pytest.mark.rule("SIL-02", "AMB-29")

REASON = Text("与主持人近三年合作主持课题")
SHEET = SubmitSheet(studio_id=STUDIO, stage="midterm", points=evenly(80))
POST = PostScore(studio_id=STUDIO, stage="midterm")


def stepping_aside(expert: UUID) -> Recuse:
    return Recuse(studio_id=STUDIO, stage="midterm", expert_id=expert, reason=REASON)


def panel(*later: Any, members: tuple[Any, ...] = ()) -> Given:
    streams = [appointed(expert) for expert in (*FIVE, ZHU_HONG)]
    return given(*streams, rubric(), case(*members), evaluation("midterm", seated(), *later)).on(A_MIDTERM_DAY)


def posting(*later: Any) -> Outcome:
    return panel(*later).by(Role.PERSONNEL, WU_MIN).when(post_score, POST)


def posted(hundredths: int, totals: dict[UUID, str], *set_aside: SetAside) -> Scored:
    return Scored(
        studio_id=STUDIO, stage="midterm", score_hundredths=hundredths, totals=totals, rubric=1,
        posted_on=date(2024, 9, 27), notice_workdays=5, set_aside=set_aside, pass_points=60,
    )  # fmt: skip


def test_sil_02_an_expert_steps_aside_with_a_reason() -> None:
    panel().by(Role.EXPERT, HAN_XUE).when(recuse, stepping_aside(HAN_XUE)).then(
        Recused(expert_id=HAN_XUE, reason=REASON)
    )


def test_sil_02_an_office_has_a_seated_expert_step_aside() -> None:
    panel().by(Role.PERSONNEL, WU_MIN).when(recuse, stepping_aside(FENG_LEI)).then(
        Recused(expert_id=FENG_LEI, reason=REASON)
    )


def test_sil_02_who_stepped_aside_already_records_nothing() -> None:
    panel(recused(HAN_XUE)).by(Role.EXPERT, HAN_XUE).when(recuse, stepping_aside(HAN_XUE)).then_nothing()


def test_sil_02_who_does_not_sit_cannot_step_aside() -> None:
    panel().by(Role.EXPERT, ZHU_HONG).when(recuse, stepping_aside(ZHU_HONG)).then_refused(
        "not-on-panel", "ASM-02", person_id=str(ZHU_HONG)
    )


def test_sil_02_nobody_steps_aside_once_the_score_is_posted() -> None:
    panel(scored("midterm", 8000)).by(Role.EXPERT, HAN_XUE).when(recuse, stepping_aside(HAN_XUE)).then_refused(
        "already-scored", "ASM-02", stage="midterm", posted_on="2024-09-27"
    )


def test_sil_02_who_stepped_aside_submits_no_sheet() -> None:
    panel(recused(HAN_XUE)).by(Role.EXPERT, HAN_XUE).when(submit_sheet, SHEET).then_refused(
        "recusal", "SIL-02", persons=[str(HAN_XUE)]
    )


def test_sil_02_the_others_still_submit_theirs() -> None:
    panel(recused(HAN_XUE)).by(Role.EXPERT, FENG_LEI).when(submit_sheet, SHEET).then(
        SheetSubmitted(expert_id=FENG_LEI, rubric=1, points=evenly(80))
    )


@pytest.mark.rule("A.9-25")
def test_a_9_25_a_recusal_that_leaves_four_sheets_of_five_leaves_no_trimming() -> None:
    totals = {FENG_LEI: "61", DENG_KAI: "62", CAO_YAN: "63", PENG_HUI: "100"}

    posting(*sheets(0, 61, 62, 63, 100), recused(HAN_XUE)).then(posted(7150, totals, aside(HAN_XUE, "recused")))


@pytest.mark.rule("A.9-25")
def test_a_9_25_who_stepped_aside_without_a_sheet_is_missing_only() -> None:
    four = [sheet(expert, evenly(80)) for expert in FIVE[1:]]

    posting(recused(HAN_XUE), *four).then(posted(8000, dict.fromkeys(FIVE[1:], "80")))


@pytest.mark.rule("A.9-25")
def test_a_9_25_the_quorum_is_of_all_who_were_seated_not_of_those_who_are_left() -> None:
    posting(*sheets(80, 80, 80, 80, 80), recused(HAN_XUE), recused(FENG_LEI)).then_refused(
        "no-quorum", "A.9-25", sheets=3, experts=5, part=2, whole=3
    )


def test_sil_02_a_new_panel_does_not_bring_back_who_stepped_aside() -> None:
    asked = SeatPanel(studio_id=STUDIO, stage="midterm", experts=FIVE)

    panel(recused(HAN_XUE)).by(Role.PERSONNEL, WU_MIN).when(seat_panel, asked).then_refused(
        "recusal", "SIL-02", persons=[str(HAN_XUE)]
    )


def test_sil_02_another_expert_takes_the_seat_of_who_stepped_aside() -> None:
    others = (*FIVE[1:], ZHU_HONG)
    asked = SeatPanel(studio_id=STUDIO, stage="midterm", experts=others)

    panel(recused(HAN_XUE)).by(Role.PERSONNEL, WU_MIN).when(seat_panel, asked).then(PanelSeated(experts=others))


def test_sil_02_a_recusal_is_of_one_stage() -> None:
    streams = panel(recused(HAN_XUE)).history.aggregates.values()
    asked = SeatPanel(studio_id=STUDIO, stage="final", experts=FIVE)

    given(*streams, evaluation("final")).on("2026-04-10").by(Role.PERSONNEL, WU_MIN).when(seat_panel, asked).then(
        PanelSeated(experts=FIVE)
    )


@pytest.mark.rule("A.9-16")
def test_a_9_16_each_sheet_that_does_not_count_has_its_reason() -> None:
    former_rules = sheet(CAO_YAN, evenly(90), rubric=7)
    later = (
        seated(*FIVE[:4], ZHU_HONG, PENG_HUI, UUID(int=31), UUID(int=32), UUID(int=33)),
        *sheets(10, 20, 30),
        former_rules,
        *(sheet(expert, evenly(80)) for expert in (PENG_HUI, ZHU_HONG, UUID(int=31), UUID(int=32), UUID(int=33))),
        recused(HAN_XUE),
        seated(*(expert for expert in (*FIVE[:2], CAO_YAN, PENG_HUI, ZHU_HONG)), UUID(int=31), UUID(int=32)),
    )
    outcome = panel(*later, members=(noted(FENG_LEI, "joined"),)).under(panel_quorum=(1, 2))

    outcome.by(Role.PERSONNEL, WU_MIN).when(post_score, POST).then(
        posted(
            8000,
            dict.fromkeys((PENG_HUI, ZHU_HONG, UUID(int=31), UUID(int=32)), "80"),
            aside(HAN_XUE, "recused"),
            aside(FENG_LEI, "party"),
            aside(DENG_KAI, "not_seated"),
            aside(CAO_YAN, "other_rubric"),
            aside(UUID(int=33), "not_seated"),
        )
    )


@pytest.mark.rule("ASM-02")
def test_asm_02_on_the_last_day_of_the_term_a_sheet_is_taken() -> None:
    last_day = given(appointed(HAN_XUE, date(2024, 9, 27)), rubric(), case(), evaluation("midterm", seated()))

    last_day.on("2024-09-27").by(Role.EXPERT, HAN_XUE).when(submit_sheet, SHEET).then(
        SheetSubmitted(expert_id=HAN_XUE, rubric=1, points=evenly(80))
    )


@pytest.mark.rule("A.9-19")
def test_a_9_19_on_the_day_after_the_term_no_sheet_is_taken() -> None:
    over = given(appointed(HAN_XUE, date(2024, 9, 26)), rubric(), case(), evaluation("midterm", seated()))

    over.on("2024-09-27").by(Role.EXPERT, HAN_XUE).when(submit_sheet, SHEET).then_refused(
        "not-appointed", "A.9-19", person_id=str(HAN_XUE), until="2024-09-26", on="2024-09-27"
    )
