"""The management office writes the assessment rules, and what is scored is scored by them."""

from dataclasses import replace
from fractions import Fraction

import pytest

from services.assessment.aggregates.rubric import Rubric
from services.assessment.commands import (
    AdoptRubric,
    Item,
    PostScore,
    Section,
    SubmitSheet,
    adopt_rubric,
    post_score,
    submit_sheet,
)
from services.assessment.events import RubricAdopted, RubricSection
from shared.kernel.people import Role
from shared.kernel.values import Label, Points, Whole
from tests.assessment.examples import (
    A_MIDTERM_DAY,
    HAN_XUE,
    SECTIONS,
    STUDIO,
    WU_MIN,
    appointed,
    case,
    evaluation,
    evenly,
    rubric,
    seated,
    sheets,
    uneven,
)
from tests.scenario import given

pytestmark = pytest.mark.rule("ASM-01")

HEAVIER = (replace(SECTIONS[0], weight=Whole(20)), replace(SECTIONS[1], weight=Whole(10)), *SECTIONS[2:])
"""The same rubric with more weight on the first section."""


def adopting(sections: tuple[RubricSection, ...]) -> AdoptRubric:
    return AdoptRubric(
        sections=tuple(
            Section(
                title=section.title,
                weight=section.weight,
                items=tuple(Item(title=item.title, guidance=item.guidance) for item in section.items),
            )
            for section in sections
        )
    )


def unweighted(sections: int) -> AdoptRubric:
    """The first sections of the rubric, their weights left to the settings."""
    asked = adopting(SECTIONS[:sections])
    return AdoptRubric(sections=tuple(replace(section, weight=None) for section in asked.sections))


def reweighed(last: int) -> tuple[RubricSection, ...]:
    return (*SECTIONS[:-1], replace(SECTIONS[-1], weight=Whole(last)))


def test_asm_01_the_office_adopts_the_assessment_rules() -> None:
    given().by(Role.PERSONNEL, WU_MIN).when(adopt_rubric, adopting(SECTIONS)).then(
        RubricAdopted(number=1, sections=SECTIONS)
    )


def test_asm_01_changed_rules_are_the_next_version() -> None:
    given(rubric()).by(Role.PERSONNEL, WU_MIN).when(adopt_rubric, adopting(HEAVIER)).then(
        RubricAdopted(number=2, sections=HEAVIER)
    )


def test_asm_01_adopting_the_rules_in_force_once_more_records_nothing() -> None:
    given(rubric()).by(Role.PERSONNEL, WU_MIN).when(adopt_rubric, adopting(SECTIONS)).then_nothing()


def test_asm_01_former_rules_may_come_back_as_a_new_version() -> None:
    changed = rubric(RubricAdopted(number=2, sections=HEAVIER))

    given(changed).by(Role.PERSONNEL, WU_MIN).when(adopt_rubric, adopting(SECTIONS)).then(
        RubricAdopted(number=3, sections=SECTIONS)
    )


@pytest.mark.rule("ASM-10")
@pytest.mark.parametrize(("last", "total"), [(4, 99), (6, 101), (0, 95)])
def test_asm_10_the_weights_of_the_sections_sum_to_100(last: int, total: int) -> None:
    asked = adopting(reweighed(last))

    given().by(Role.PERSONNEL, WU_MIN).when(adopt_rubric, asked).then_refused("weights-not-100", "ASM-10", total=total)


@pytest.mark.rule("ASM-10")
def test_asm_10_sections_without_weights_have_those_of_the_settings_in_their_order() -> None:
    given().by(Role.PERSONNEL, WU_MIN).when(adopt_rubric, unweighted(5)).then(
        RubricAdopted(number=1, sections=SECTIONS)
    )


@pytest.mark.rule("ASM-10")
def test_asm_10_the_weights_of_the_settings_may_be_others() -> None:
    office = given().by(Role.PERSONNEL, WU_MIN).under(level_one_weights=(20, 10, 35, 30, 5))

    office.when(adopt_rubric, unweighted(5)).then(RubricAdopted(number=1, sections=HEAVIER))


@pytest.mark.rule("ASM-10")
@pytest.mark.parametrize("sections", [0, 4])
def test_asm_10_the_weights_of_the_settings_fit_as_many_sections(sections: int) -> None:
    given().by(Role.PERSONNEL, WU_MIN).when(adopt_rubric, unweighted(sections)).then_refused(
        "sections-differ", "ASM-10", sections=sections, weights=5
    )


@pytest.mark.rule("ASM-10")
def test_asm_10_a_section_without_items_cannot_be_scored() -> None:
    empty = RubricSection(title=Label("工作保障"), weight=Whole(5), items=())
    asked = adopting((*SECTIONS[:-1], empty))

    given().by(Role.PERSONNEL, WU_MIN).when(adopt_rubric, asked).then_refused("weights-not-100", "ASM-10", total=100)


def test_asm_01_no_sheet_is_taken_before_there_are_rules() -> None:
    asked = SubmitSheet(studio_id=STUDIO, stage="midterm", points=evenly(80))

    outcome = given(appointed(HAN_XUE), evaluation("midterm", seated())).on(A_MIDTERM_DAY).by(Role.EXPERT, HAN_XUE)

    outcome.when(submit_sheet, asked).then_refused("no-rubric", "ASM-01")


def test_asm_01_no_score_is_posted_before_there_are_rules() -> None:
    asked = PostScore(studio_id=STUDIO, stage="midterm")

    outcome = given(evaluation("midterm", seated())).on(A_MIDTERM_DAY).by(Role.PERSONNEL, WU_MIN)

    outcome.when(post_score, asked).then_refused("no-rubric", "ASM-01")


def test_sheets_of_former_rules_do_not_count_under_the_new_ones() -> None:
    changed = rubric(RubricAdopted(number=2, sections=HEAVIER))
    panel = evaluation("midterm", seated(), *sheets(80, 80, 80, 80, 80))

    outcome = given(changed, case(), panel).on(A_MIDTERM_DAY).by(Role.PERSONNEL, WU_MIN)

    outcome.when(post_score, PostScore(studio_id=STUDIO, stage="midterm")).then_refused(
        "no-quorum", "A.9-25", sheets=0, experts=5
    )


@pytest.mark.rule("A.9-16")
@pytest.mark.parametrize(
    ("points", "total"),
    [
        (evenly(0), Fraction(0)),
        (evenly(60), Fraction(60)),
        (evenly(100), Fraction(100)),
        (uneven(_0=61), Fraction(6005, 100)),  # a third of 15
        (uneven(_3=61), Fraction(60075, 1000)),  # a half of 15
        (uneven(_5=61), Fraction(6007, 100)),  # a fifth of 35
        (uneven(_10=61), Fraction(6006, 100)),  # a fifth of 30
        (uneven(_15=61), Fraction(6005, 100)),  # the whole of 5
    ],
)
def test_a_9_16_a_total_is_the_weighted_sum_of_the_sections_means_and_exact(
    points: tuple[Points, ...], total: Fraction
) -> None:
    rules: Rubric = rubric()

    assert rules.total(1, points) == total


@pytest.mark.rule("A.9-16")
def test_a_9_16_a_third_stays_a_third() -> None:
    of_three_items = (replace(SECTIONS[0], weight=Whole(100)),)
    rules = rubric(RubricAdopted(number=2, sections=of_three_items))

    assert rules.total(2, (Points(1), Points(0), Points(0))) == Fraction(100, 300)
