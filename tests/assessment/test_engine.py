"""The scoring engine against a slow reference: brute force over fractions, by hand where it is short."""

from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assessment.aggregates import scoring
from services.assessment.events import Level, RubricItem, RubricSection
from shared.kernel.policy import PolicySettings
from shared.kernel.scoring import to_hundredths
from shared.kernel.values import Label, Whole

pytestmark = pytest.mark.rule("A.9-16", "ASM-10")

ENTRIES = st.integers(0, 30)
EXPERTS = [UUID(int=n) for n in range(1, 12)]


def item(kind: Any, **more: Any) -> RubricItem:
    named = {name: Whole(value) for name, value in more.items() if name != "levels"}
    levels = tuple(Level(level=Whole(n), points=Whole(points)) for n, points in enumerate(more.get("levels", ())))
    return RubricItem(title=Label("指标"), guidance=(), kind=kind, levels=levels, **named)


def section(*items: RubricItem, weight: int = 100, mode: Any = "mean") -> RubricSection:
    return RubricSection(title=Label("一级"), weight=Whole(weight), items=items, mode=mode)


@pytest.mark.parametrize(
    ("scored", "entry", "points"),
    [
        (item("points", full=40), 0, 0),
        (item("points", full=40), 40, 40),
        (item("per_unit", unit=5, cap=20), 0, 0),
        (item("per_unit", unit=5, cap=20), 3, 15),
        (item("per_unit", unit=5, cap=20), 4, 20),
        (item("per_unit", unit=5, cap=20), 5, 20),
        (item("per_unit", unit=5, cap=20, floor=8), 1, 8),
        (item("deduction", full=100, unit=10), 0, 100),
        (item("deduction", full=100, unit=10), 3, 70),
        (item("deduction", full=100, unit=10, floor=60), 4, 60),
        (item("deduction", full=100, unit=10, floor=60), 5, 60),
        (item("levels", levels=(10, 7, 0)), 0, 10),
        (item("levels", levels=(10, 7, 0)), 2, 0),
        (item("open", unit=2), 50, 100),
        (item("open", unit=2, cap=30), 50, 30),
        (item("veto"), 1, 0),
    ],
)
def test_an_entry_is_worth_what_its_kind_says(scored: RubricItem, entry: int, points: int) -> None:
    assert scoring.points(scored, entry) == points


@pytest.mark.parametrize(
    ("scored", "allowed", "beyond"),
    [
        (item("points", full=40), [0, 40], [41]),
        (item("levels", levels=(10, 5)), [0, 1], [2]),
        (item("veto"), [0, 1], [2]),
        (item("per_unit", unit=5, cap=20), [0, 1000], [-1]),
        (item("deduction", unit=5), [0, 1000], [-1]),
        (item("open"), [0, 1000], [-1]),
    ],
)
def test_what_may_be_entered_follows_from_the_kind(scored: RubricItem, allowed: list[int], beyond: list[int]) -> None:
    assert all(scoring.takes(scored, entry) for entry in allowed)
    assert not any(scoring.takes(scored, entry) for entry in beyond)


def test_a_section_is_the_mean_of_shares_or_the_sum_of_points() -> None:
    two = item("points", full=30), item("levels", levels=(10, 4))

    assert scoring.share(section(*two), (15, 1)) == (Fraction(15, 30) + Fraction(4, 10)) / 2
    assert scoring.share(section(*two, mode="sum"), (15, 1)) == Fraction(15 + 4, 40)


def test_an_open_end_fills_up_a_section_and_no_more() -> None:
    two = section(item("points", full=30), item("open", unit=3), mode="sum")

    assert scoring.share(two, (15, 2)) == Fraction(21, 30)
    assert scoring.share(two, (15, 5)) == 1
    assert scoring.share(two, (30, 9)) == 1


def test_a_veto_item_gives_and_takes_no_points() -> None:
    plain, guarded = section(item("points")), section(item("points"), item("veto"))

    assert scoring.share(guarded, (70, 1)) == scoring.share(plain, (70,))
    assert scoring.is_vetoing([guarded], (70, 1))
    assert not scoring.is_vetoing([guarded], (70, 0))


@st.composite
def rubrics(draw: Any) -> tuple[RubricSection, ...]:
    """One to four valid sections of weights that sum to 100."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), max_size=3)))
    weights = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    return tuple(
        section(*draw(st.lists(items(), min_size=1, max_size=4)), item("points"), weight=weight,
                mode=draw(st.sampled_from(("mean", "sum"))))
        for weight in weights
    )  # fmt: skip


@st.composite
def items(draw: Any) -> RubricItem:
    kind = draw(st.sampled_from(("points", "per_unit", "deduction", "levels", "open", "veto")))
    unit, cap = draw(st.integers(1, 9)), draw(st.integers(1, 60))
    match kind:
        case "levels":
            return item(kind, levels=sorted(draw(st.sets(st.integers(1, 50), min_size=1, max_size=5)), reverse=True))
        case "per_unit":
            return item(kind, unit=unit, cap=cap, floor=draw(st.integers(0, cap)))
        case "open":
            return item(kind, unit=unit, cap=cap)
        case "deduction":
            return item(kind, unit=unit, full=cap, floor=draw(st.integers(0, cap)))
    return item(kind, full=cap)


def by_hand(sections: tuple[RubricSection, ...], entries: list[int]) -> Fraction:
    """The total, item by item, step by step."""
    left, total = list(entries), Fraction(0)
    for one in sections:
        shares, earned, whole = [], 0, 0
        for scored in one.items:
            entry = left.pop(0)
            if scored.kind == "veto":
                continue
            points = 0
            match scored.kind:
                case "points":
                    full, points = scored.full, entry
                case "levels":
                    full, points = scored.levels[0].points, scored.levels[entry].points
                case "deduction":
                    full = points = scored.full
                    for _ in range(entry):
                        points = max(scored.floor, points - scored.unit)
                case _:
                    full = scored.cap
                    for _ in range(entry):
                        points += scored.unit
                    points = sorted((scored.floor, points, scored.cap))[1]
            shares.append(Fraction(points, full))
            earned, whole = earned + points, whole + full
        reached = Fraction(earned, whole) if one.mode == "sum" else sum(shares) / len(shares)
        total += reached * one.weight
    return total


@given(st.data())
@settings(max_examples=150, deadline=None, database=None)
def test_a_total_is_what_a_patient_person_would_work_out(data: Any) -> None:
    sections = data.draw(rubrics())
    most = {"veto": lambda _: 1, "points": lambda one: one.full, "levels": lambda one: len(one.levels) - 1}
    entries = [
        data.draw(st.integers(0, most.get(one.kind, lambda _: 30)(one))) for part in sections for one in part.items
    ]

    assert not list(scoring.faults(sections))
    assert all(
        scoring.takes(one, entry)
        for one, entry in zip([one for part in sections for one in part.items], entries, strict=True)
    )
    assert scoring.total(sections, entries) == by_hand(sections, entries)
    assert 0 <= scoring.total(sections, entries) <= 100


@given(st.lists(st.fractions(0, 100, max_denominator=60), min_size=1, max_size=11), st.sampled_from((0, 3, 5, 7)))
@settings(max_examples=150, deadline=None, database=None)
def test_left_out_are_one_highest_and_one_lowest_from_the_number_on(given_: list[Fraction], trim_from: int) -> None:
    totals = dict(zip(EXPERTS, given_, strict=False))
    out = scoring.left_out(totals, trim_from)
    kept = [total for expert, total in totals.items() if expert not in out]

    if trim_from and len(given_) >= trim_from:
        assert sorted(given_)[1:-1] == sorted(kept)
    else:
        assert out == ()


@given(st.fractions(0, 100, max_denominator=4000))
@settings(max_examples=300, deadline=None, database=None)
def test_rounding_finds_the_neighbour_that_its_rule_names(score: Fraction) -> None:
    """Of all hundredths, the nearest; a tie goes up, or to the even one; down never goes up."""
    near = range(max(0, int(score * 100) - 2), int(score * 100) + 3)
    nearest = min(abs(Fraction(n, 100) - score) for n in near)
    ties = [n for n in near if abs(Fraction(n, 100) - score) == nearest]

    assert to_hundredths(score, "half_up") == max(ties)
    assert to_hundredths(score, "half_even") == next(n for n in ties if len(ties) == 1 or n % 2 == 0)
    assert to_hundredths(score, "down") == max(n for n in near if Fraction(n, 100) <= score)


@pytest.mark.parametrize(
    ("score", "half_up", "half_even", "down"),
    [("59.995", 6000, 6000, 5999), ("59.985", 5999, 5998, 5998), ("60", 6000, 6000, 6000), ("1/3", 33, 33, 33)],
)
def test_a_9_16_a_score_is_rounded_once_by_the_rule_of_the_school(
    score: str, half_up: int, half_even: int, down: int
) -> None:
    rules = ("half_up", "half_even", "down")

    assert [to_hundredths(Fraction(score), rule) for rule in rules] == [half_up, half_even, down]


@pytest.mark.rule("AMB-14")
@pytest.mark.parametrize(
    ("hundredths", "is_vetoed", "grade"),
    [
        (5999, False, "failed"), (6000, False, "passed"), (8499, False, "passed"), (8500, False, "excellent"),
        (10000, True, "failed"),
    ],
)  # fmt: skip
def test_amb_14_grades_are_a_ladder_whose_lower_bounds_are_included(
    hundredths: int, is_vetoed: bool, grade: str  # noqa: FBT001
) -> None:  # fmt: skip
    assert scoring.grade_of(hundredths, PolicySettings(), is_vetoed=is_vetoed) == grade


@pytest.mark.parametrize(
    ("wrong", "mode", "problem"),
    [
        (item("points", full=0), "mean", "no-full-mark"),
        (item("per_unit"), "mean", "cap-missing"),
        (item("per_unit", cap=5, floor=6), "mean", "cap-below-floor"),
        (item("per_unit", cap=0), "mean", "cap-below-floor"),
        (item("per_unit", cap=5, unit=0), "mean", "no-unit"),
        (item("deduction", full=50, floor=51), "mean", "floor-above-full"),
        (item("open"), "mean", "cap-missing"),
        (item("open", unit=0), "sum", "no-unit"),
        (item("levels"), "mean", "level-missing"),
        (item("levels", levels=(5, 5)), "mean", "levels-not-descending"),
        (item("levels", levels=(5, 6)), "mean", "levels-not-descending"),
        (item("levels", levels=(0,)), "mean", "no-full-mark"),
    ],
)
def test_asm_10_the_validator_names_the_item_and_what_is_wrong(wrong: RubricItem, mode: Any, problem: str) -> None:
    sections = section(item("points"), weight=60), section(item("points"), wrong, weight=40, mode=mode)

    assert list(scoring.faults(sections)) == [("2.2", problem)]
    assert all(scoring.WRONG[problem])


@pytest.mark.parametrize(
    "right",
    [
        item("per_unit", cap=5, floor=5), item("deduction", full=50, floor=50), item("open", cap=1),
        item("levels", levels=(1,)), item("levels", levels=(2, 1, 0)), item("veto"), item("points", full=1),
    ],
)  # fmt: skip
def test_asm_10_items_at_the_edge_are_valid(right: RubricItem) -> None:
    assert list(scoring.faults((section(item("points"), right),))) == []


@pytest.mark.parametrize(
    ("levels", "problem"), [(((0, 9), (2, 5)), "level-missing"), (((0, 9), (0, 5)), "level-twice")]
)
def test_asm_10_a_table_has_each_level_once_without_a_hole(levels: tuple[tuple[int, int], ...], problem: str) -> None:
    table = tuple(Level(level=Whole(level), points=Whole(points)) for level, points in levels)
    wrong = RubricItem(title=Label("获奖"), guidance=(), kind="levels", levels=table)

    assert list(scoring.faults((section(wrong),))) == [("1.1", problem)]


def test_asm_10_a_section_of_vetoes_scores_nothing() -> None:
    assert list(scoring.faults((section(item("veto")),))) == [("1", "no-scored-item")]


def test_asm_10_a_sum_of_open_ends_alone_has_no_whole() -> None:
    assert list(scoring.faults((section(item("open"), mode="sum"),))) == [("1", "cap-missing")]
