"""Exact scores: fractions to the last, trimmed from five, rounded once, half up."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.scoring import to_hundredths, trimmed_mean

TOTALS = st.lists(st.fractions(0, 100, max_denominator=600), min_size=1, max_size=11)


def totals(*given: int | str) -> list[Fraction]:
    return [Fraction(total) for total in given]


@pytest.mark.parametrize(
    ("sheets", "mean"),
    [
        (totals(73), Fraction(73)),
        (totals(0, 100), Fraction(50)),
        (totals(0, 0, 100), Fraction(100, 3)),
        (totals(0, 61, 63, 100), Fraction(56)),
        (totals(0, 61, 62, 63, 100), Fraction(62)),
        (totals(100, 63, 62, 61, 0), Fraction(62)),
        (totals(60, 60, 60, 60, 60), Fraction(60)),
        (totals(0, 0, 60, 60, 60), Fraction(40)),
        (totals(0, 1, 1, 1, 2, 2, 9), Fraction(7, 5)),
    ],
    ids=["one", "two", "three", "four", "five", "in any order", "all equal", "two lowest", "seven"],
)
def test_a_9_16_from_five_on_the_highest_and_the_lowest_are_left_out(sheets: list[Fraction], mean: Fraction) -> None:
    assert trimmed_mean(sheets) == mean


@pytest.mark.parametrize(
    ("score", "hundredths"),
    [
        ("0", 0),
        ("60", 6000),
        ("100", 10000),
        ("59.99", 5999),
        ("59.994", 5999),
        ("59.9949999999", 5999),
        ("59.995", 6000),
        ("59.996", 6000),
        ("0.004", 0),
        ("0.005", 1),
        ("2.675", 268),
        ("1/3", 33),
        ("2/3", 67),
    ],
)
def test_a_9_16_a_score_is_rounded_half_up(score: str, hundredths: int) -> None:
    assert to_hundredths(Fraction(score)) == hundredths


@given(TOTALS)
@settings(max_examples=100, deadline=None, database=None)
def test_a_mean_lies_between_the_lowest_and_the_highest(sheets: list[Fraction]) -> None:
    assert min(sheets) <= trimmed_mean(sheets) <= max(sheets)


@given(TOTALS, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None, database=None)
def test_the_order_of_the_sheets_does_not_matter(sheets: list[Fraction], random: object) -> None:
    shuffled = sorted(sheets, key=lambda _: random.random())  # type: ignore[attr-defined]

    assert trimmed_mean(shuffled) == trimmed_mean(sheets)


@given(st.fractions(0, 100))
@settings(max_examples=200, deadline=None, database=None)
def test_rounding_moves_a_score_by_half_a_hundredth_at_most(score: Fraction) -> None:
    moved = Fraction(to_hundredths(score), 100) - score

    assert Fraction(-1, 200) < moved <= Fraction(1, 200)
