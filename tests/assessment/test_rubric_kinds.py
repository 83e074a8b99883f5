"""Rubrics that schools really use: adopted when they can be scored by, and scored by."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.assessment.commands import (
    AdoptRubric,
    Item,
    PostScore,
    Section,
    SubmitSheet,
    TakeEffect,
    adopt_rubric,
    post_score,
    submit_sheet,
    take_effect,
)
from services.assessment.events import Level, RubricAdopted, RubricItem, RubricSection, Scored, SheetSubmitted
from shared.kernel.people import Role
from shared.kernel.published import StudioDisqualified
from shared.kernel.values import Label, Text, Whole
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
    appointed,
    case,
    evaluated,
    evaluation,
    rubric,
    scored,
    seated,
    uneven,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("ASM-10", "A.9-16")

PAPERS = Item(title=Label("论文"), guidance=(), kind="per_unit", unit=Whole(10), cap=Whole(50))
PRIZES = Item(
    title=Label("获奖"), guidance=(Text("以证书为准"),), kind="levels",
    levels=(Level(level=Whole(0), points=Whole(10)), Level(level=Whole(1), points=Whole(5))),
)  # fmt: skip
ETHICS = Item(title=Label("师德"), guidance=(), kind="veto")
RESULTS = Section(title=Label("成效"), weight=Whole(100), items=(PAPERS, PRIZES, ETHICS))
ADOPTED = RubricAdopted(
    number=1,
    sections=(
        RubricSection(
            title=Label("成效"), weight=Whole(100),
            items=(
                RubricItem(title=Label("论文"), guidance=(), kind="per_unit", unit=Whole(10), cap=Whole(50)),
                RubricItem(title=Label("获奖"), guidance=(Text("以证书为准"),), kind="levels", levels=PRIZES.levels),
                RubricItem(title=Label("师德"), guidance=(), kind="veto"),
            ),
        ),
    ),
)  # fmt: skip
SECOND = replace(ADOPTED, number=2)


def office() -> Given:
    return given().by(Role.PERSONNEL, WU_MIN)


def panel(*sheets: SheetSubmitted) -> Given:
    known = rubric(SECOND), case(), evaluation("midterm", seated(), *sheets), *map(appointed, FIVE)
    return given(*known).on(A_MIDTERM_DAY)


def entries(*given_: int) -> tuple[Whole, ...]:
    return tuple(map(Whole, given_))


def sheet(expert: UUID, *given_: int) -> SheetSubmitted:
    return SheetSubmitted(expert_id=expert, rubric=2, points=entries(*given_))


def submitting(*given_: int) -> SubmitSheet:
    return SubmitSheet(studio_id=STUDIO, stage="midterm", points=entries(*given_))


POST = PostScore(studio_id=STUDIO, stage="midterm")


@pytest.mark.rule("ASM-01")
def test_asm_01_counts_levels_and_vetoes_are_adopted() -> None:
    office().when(adopt_rubric, AdoptRubric(sections=(RESULTS,))).then(ADOPTED)


@pytest.mark.rule("ASM-01")
@pytest.mark.parametrize(
    ("wrong", "item", "problem"),
    [
        (replace(PAPERS, cap=None), "1.1", "cap-missing"),
        (replace(PAPERS, floor=Whole(51)), "1.1", "cap-below-floor"),
        (replace(PRIZES, levels=PRIZES.levels[1:]), "1.1", "level-missing"),
        (ETHICS, "1", "no-scored-item"),
    ],
)
def test_asm_01_a_rubric_that_cannot_be_scored_by_is_refused_with_its_item(
    wrong: Item, item: str, problem: str
) -> None:
    asked = AdoptRubric(sections=(replace(RESULTS, items=(wrong,)),))

    office().when(adopt_rubric, asked).then_refused("rubric-invalid", "ASM-10", item=item, problem=problem)


@pytest.mark.parametrize("given_", [(0, 0, 0), (99, 1, 1)])
def test_a_sheet_holds_what_each_kind_asks_for(given_: tuple[int, ...]) -> None:
    panel().by(Role.EXPERT, HAN_XUE).when(submit_sheet, submitting(*given_)).then(sheet(HAN_XUE, *given_))


@pytest.mark.parametrize(("given_", "item", "entry"), [((0, 2, 0), 2, 2), ((0, 0, 2), 3, 2)])
def test_an_entry_that_its_kind_does_not_know_is_refused(given_: tuple[int, ...], item: int, entry: int) -> None:
    panel().by(Role.EXPERT, HAN_XUE).when(submit_sheet, submitting(*given_)).then_refused(
        "entry-invalid", "A.9-16", item=item, given=entry
    )


def test_points_beyond_the_full_mark_are_refused() -> None:
    plain = given(rubric(), case(), evaluation("midterm", seated()), appointed(HAN_XUE)).on(A_MIDTERM_DAY)
    asked = submitting(*[100] * 15, 101)

    plain.by(Role.EXPERT, HAN_XUE).when(submit_sheet, asked).then_refused("entry-invalid", "A.9-16", item=16, given=101)


def posted(*vetoes: UUID, is_vetoed: bool) -> Scored:
    """Five papers fill the cap, a second prize is half: three quarters."""
    return Scored(
        studio_id=STUDIO, stage="midterm", score_hundredths=7500, totals=dict.fromkeys(FIVE, "75"), rubric=2,
        posted_on=date(2024, 9, 27), notice_workdays=5, trimmed=(HAN_XUE, PENG_HUI), pass_points=60, vetoes=vetoes,
        is_vetoed=is_vetoed,
    )  # fmt: skip


@pytest.mark.rule("AMB-14", "SIL-07")
@pytest.mark.parametrize(
    ("vetoes", "is_vetoed"),
    [((), False), ((HAN_XUE, FENG_LEI), False), ((HAN_XUE, FENG_LEI, DENG_KAI), True)],
    ids=["nobody", "two of five", "three of five"],
)
def test_amb_14_more_than_half_of_the_sheets_veto(vetoes: tuple[UUID, ...], is_vetoed: bool) -> None:  # noqa: FBT001
    told = [sheet(expert, 6, 1, int(expert in vetoes)) for expert in FIVE]

    panel(*told).by(Role.PERSONNEL, WU_MIN).when(post_score, POST).then(posted(*vetoes, is_vetoed=is_vetoed))


@pytest.mark.rule("AMB-14")
def test_amb_14_half_of_four_sheets_are_no_majority() -> None:
    told = [sheet(expert, 6, 1, int(expert in (HAN_XUE, CAO_YAN))) for expert in FIVE[:4]]
    (score,) = panel(*told).by(Role.PERSONNEL, WU_MIN).when(post_score, POST).events

    assert (score.vetoes, score.is_vetoed) == ((HAN_XUE, CAO_YAN), False)


@pytest.mark.rule("AMB-14", "ASM-03")
def test_amb_14_a_vetoed_stage_fails_whatever_the_score() -> None:
    vetoed = replace(scored("midterm", 9900), is_vetoed=True)

    given(evaluation("midterm", seated(), vetoed)).on("2024-10-12").when(
        take_effect, TakeEffect(studio_id=STUDIO, stage="midterm")
    ).then(evaluated("midterm", 9900, passed=False), StudioDisqualified(studio_id=STUDIO, cause="midterm"))


@pytest.mark.rule("AMB-14")
@pytest.mark.parametrize(("hundredths", "grade"), [(8499, "passed"), (8500, "excellent"), (8999, "excellent")])
def test_amb_14_a_result_in_effect_has_its_grade(hundredths: int, grade: str) -> None:
    known = given(evaluation("midterm", seated(), scored("midterm", hundredths))).on("2024-10-12")
    (result,) = known.when(take_effect, TakeEffect(studio_id=STUDIO, stage="midterm")).events

    assert result.grade == grade


@pytest.mark.rule("AMB-14")
def test_amb_14_the_mark_of_the_excellent_is_a_setting() -> None:
    known = given(evaluation("midterm", seated(), scored("midterm", 8999))).on("2024-10-12")
    outcome = known.under(excellent_score_points=90).when(take_effect, TakeEffect(studio_id=STUDIO, stage="midterm"))

    assert outcome.events[0].grade == "passed"


@pytest.mark.parametrize(
    ("trim_from", "hundredths"), [(3, 7500), (5, 7500), (7, 6500), (0, 6500)],
    ids=["beyond three", "five of five", "short of seven", "never"],
)  # fmt: skip
def test_a_9_16_from_how_many_sheets_on_is_a_setting(trim_from: int, hundredths: int) -> None:
    """Totals of 25 and four times 75."""
    told = [sheet(expert, papers, 1, 0) for expert, papers in zip(FIVE, (0, 6, 6, 6, 8), strict=True)]
    known = panel(*told).by(Role.PERSONNEL, WU_MIN).under(panel_trim_from=trim_from)
    (score,) = known.when(post_score, POST).events

    assert score.score_hundredths == hundredths


@pytest.mark.parametrize(("rule", "hundredths"), [("half_up", 5999), ("half_even", 5998), ("down", 5998)])
def test_a_9_16_how_a_score_is_rounded_is_a_setting(rule: str, hundredths: int) -> None:
    """Five sheets of 59.985."""
    told = [SheetSubmitted(expert_id=expert, rubric=1, points=uneven(_3=59, _10=61)) for expert in FIVE]
    known = given(rubric(), case(), evaluation("midterm", seated(), *told)).on(A_MIDTERM_DAY)
    (score,) = known.by(Role.PERSONNEL, WU_MIN).under(score_rounding=rule).when(post_score, POST).events

    assert score.score_hundredths == hundredths
