"""Who judges a studio: an odd number of appointed experts, none of them a party to it."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.assessment.commands import AppointExpert, SeatPanel, appoint_expert, seat_panel
from services.assessment.events import PanelSeated
from shared.kernel.people import Role
from shared.kernel.published import ExpertAppointed
from tests.assessment.examples import (
    A_FINAL_DAY,
    A_MIDTERM_DAY,
    CAO_YAN,
    DENG_KAI,
    FENG_LEI,
    FIVE,
    HAN_XUE,
    LI_NA,
    LIN_JING,
    PENG_HUI,
    STUDIO,
    TERM_ENDS,
    WANG_FANG,
    WU_MIN,
    ZHU_HONG,
    appointed,
    case,
    evaluation,
    noted,
    scored,
    seated,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("ASM-02")

EVERYBODY = (*FIVE, ZHU_HONG, LIN_JING, WANG_FANG, LI_NA)


def office(*streams: Any) -> Given:
    """The office seats panels; whoever could be named has been appointed."""
    known = [appointed(person) for person in EVERYBODY]
    return given(*known, *streams).on(A_MIDTERM_DAY).by(Role.PERSONNEL, WU_MIN)


def seating(*experts: UUID) -> SeatPanel:
    return SeatPanel(studio_id=STUDIO, stage="midterm", experts=experts)


def test_the_office_appoints_an_expert_for_a_term() -> None:
    asked = AppointExpert(person_id=HAN_XUE, until=TERM_ENDS)

    given().by(Role.PERSONNEL, WU_MIN).when(appoint_expert, asked).then(
        ExpertAppointed(person_id=HAN_XUE, until=TERM_ENDS)
    )


def test_a_later_appointment_replaces_the_term() -> None:
    asked = AppointExpert(person_id=HAN_XUE, until=date(2027, 12, 31))

    given(appointed(HAN_XUE)).by(Role.PERSONNEL, WU_MIN).when(appoint_expert, asked).then(
        ExpertAppointed(person_id=HAN_XUE, until=date(2027, 12, 31))
    )


def test_the_same_appointment_once_more_records_nothing() -> None:
    asked = AppointExpert(person_id=HAN_XUE, until=TERM_ENDS)

    given(appointed(HAN_XUE)).by(Role.PERSONNEL, WU_MIN).when(appoint_expert, asked).then_nothing()


def test_asm_02_five_appointed_experts_form_a_panel() -> None:
    office(case(), evaluation("midterm")).when(seat_panel, seating(*FIVE)).then(PanelSeated(experts=FIVE))


def test_the_same_panel_once_more_records_nothing() -> None:
    office(case(), evaluation("midterm", seated())).when(seat_panel, seating(*FIVE)).then_nothing()


def test_another_panel_replaces_the_first_before_the_score_is_posted() -> None:
    others = (HAN_XUE, FENG_LEI, DENG_KAI, CAO_YAN, ZHU_HONG)

    office(case(), evaluation("midterm", seated())).when(seat_panel, seating(*others)).then(PanelSeated(experts=others))


def test_asm_02_a_panel_no_longer_changes_once_its_score_is_posted() -> None:
    posted = evaluation("midterm", seated(), scored("midterm", 8000))

    office(case(), posted).when(seat_panel, seating(*FIVE)).then_refused(
        "already-scored", "ASM-02", stage="midterm", posted_on="2024-09-27", score_hundredths=8000
    )


def test_asm_02_who_was_never_appointed_does_not_judge() -> None:
    stranger = UUID(int=99)

    office(case(), evaluation("midterm")).when(seat_panel, seating(*FIVE[:4], stranger)).then_refused(
        "not-appointed", "ASM-02", person_id=str(stranger), until=None
    )


def test_asm_02_the_last_day_of_a_term_counts() -> None:
    on_that_day = given(*map(appointed, FIVE), case(), evaluation("midterm")).on("2026-12-31")

    on_that_day.by(Role.PERSONNEL, WU_MIN).when(seat_panel, seating(*FIVE)).then(PanelSeated(experts=FIVE))


def test_asm_02_the_day_after_a_term_is_too_late() -> None:
    short = appointed(PENG_HUI, until=date(2024, 9, 26))

    office(short, case(), evaluation("midterm")).when(seat_panel, seating(*FIVE)).then_refused(
        "not-appointed", "ASM-02", person_id=str(PENG_HUI), until="2024-09-26", on="2024-09-27"
    )


@pytest.mark.rule("A.9-25")
@pytest.mark.parametrize("experts", [(), FIVE[:1], FIVE[:3], FIVE[:4], (*FIVE, ZHU_HONG)])
def test_a_9_25_a_panel_is_odd_and_at_least_five(experts: tuple[UUID, ...]) -> None:
    office(case(), evaluation("midterm")).when(seat_panel, seating(*experts)).then_refused(
        "panel-not-odd", "A.9-25", experts=len(experts), least=5
    )


@pytest.mark.rule("A.9-25")
def test_a_9_25_nobody_sits_twice() -> None:
    office(case(), evaluation("midterm")).when(seat_panel, seating(*FIVE[:4], HAN_XUE)).then_refused(
        "panel-not-odd", "A.9-25", experts=5, least=5
    )


def test_the_school_may_settle_for_three_experts() -> None:
    three = FIVE[:3]

    office(case(), evaluation("midterm")).under(panel_min_experts=3).when(seat_panel, seating(*three)).then(
        PanelSeated(experts=three)
    )


def test_the_school_may_ask_for_seven_experts() -> None:
    office(case(), evaluation("midterm")).under(panel_min_experts=7).when(seat_panel, seating(*FIVE)).then_refused(
        "panel-not-odd", "A.9-25", experts=5, least=7
    )


@pytest.mark.rule("SIL-02")
def test_sil_02_the_host_does_not_judge_the_own_studio() -> None:
    office(case(), evaluation("midterm")).when(seat_panel, seating(*FIVE[:4], LIN_JING)).then_refused(
        "recusal", "SIL-02", persons=[str(LIN_JING)]
    )


@pytest.mark.rule("SIL-02")
@pytest.mark.parametrize("standing", ["joined", "evaluated", "left", "removed", "supplementary"])
def test_sil_02_members_do_not_judge_their_studio_not_even_former_ones(standing: str) -> None:
    known = case(noted(WANG_FANG, standing))

    office(known, evaluation("midterm")).when(seat_panel, seating(*FIVE[:4], WANG_FANG)).then_refused(
        "recusal", "SIL-02", persons=[str(WANG_FANG)]
    )


@pytest.mark.rule("SIL-02")
def test_sil_02_each_who_must_step_aside_is_named() -> None:
    known = case(noted(WANG_FANG, "joined"))

    office(known, evaluation("midterm")).when(seat_panel, seating(*FIVE[:3], WANG_FANG, LIN_JING)).then_refused(
        "recusal", "SIL-02", persons=[str(LIN_JING), str(WANG_FANG)]
    )


@pytest.mark.rule("SIL-02")
def test_sil_02_members_of_other_studios_may_judge() -> None:
    panel = (*FIVE[:4], LI_NA)

    office(case(noted(WANG_FANG, "joined")), evaluation("midterm")).when(seat_panel, seating(*panel)).then(
        PanelSeated(experts=panel)
    )


def test_the_panel_of_the_mid_term_may_judge_the_final() -> None:
    asked = SeatPanel(studio_id=STUDIO, stage="final", experts=FIVE)

    office(case(), evaluation("final")).on(A_FINAL_DAY).when(seat_panel, asked).then(PanelSeated(experts=FIVE))


def test_no_panel_is_seated_for_a_studio_without_plaque() -> None:
    office(case()).when(seat_panel, seating(*FIVE)).then_unknown()
