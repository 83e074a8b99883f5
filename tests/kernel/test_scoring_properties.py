"""The trimmed mean and its one rounding against arithmetic as one does it on paper."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.kernel.scoring import to_hundredths, trimmed_mean

pytestmark = pytest.mark.rule("A.9-16")

TOTALS = some.lists(some.fractions(0, 100, max_denominator=720), min_size=1, max_size=11)
ON_PAPER = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}


def by_hand(totals: list[Fraction], trim_from: int) -> Fraction:
    """Strike the first greatest and the first least out, add up the rest, divide."""
    left = list(totals)
    if trim_from and len(left) >= trim_from:
        left.remove(max(left))
        left.remove(min(left))
    total = Fraction(0)
    for one in left:
        total += one
    return total / len(left)


@given(totals=TOTALS, trim_from=some.sampled_from([0, 3, 5, 7]))
def test_the_mean_is_the_one_worked_out_by_hand(totals: list[Fraction], trim_from: int) -> None:
    assert trimmed_mean(totals, trim_from) == by_hand(totals, trim_from)


@given(totals=TOTALS, trim_from=some.sampled_from([0, 3, 5]), seed=some.randoms())
def test_the_order_of_the_sheets_does_not_matter(totals: list[Fraction], trim_from: int, seed: object) -> None:
    shuffled = list(totals)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]

    assert trimmed_mean(shuffled, trim_from) == trimmed_mean(totals, trim_from)


@given(score=some.fractions(0, 100, max_denominator=100_000), rule=some.sampled_from(sorted(ON_PAPER)))
def test_it_is_rounded_as_on_paper(score: Fraction, rule: str) -> None:
    with localcontext() as context:
        context.prec = 60
        # Enough digits that no tie of hundredths is made or lost.
        exact = Decimal(score.numerator) / Decimal(score.denominator)
        rounded = exact.quantize(Decimal("0.01"), rounding=ON_PAPER[rule])

    assert to_hundredths(score, rule) == int(rounded * 100)


@given(cents=some.integers(0, 9_999))
def test_exactly_half_a_hundredth_goes_up_or_to_the_even_one_or_down(cents: int) -> None:
    half = Fraction(2 * cents + 1, 200)

    assert to_hundredths(half) == cents + 1
    assert to_hundredths(half, "half_even") == cents + cents % 2
    assert to_hundredths(half, "down") == cents
