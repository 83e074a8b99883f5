"""Exact scores: fractions until the one rounding, half up to two decimals (A.9-16)."""

from collections.abc import Sequence
from fractions import Fraction

TRIM_FROM = 5


def trimmed_mean(totals: Sequence[Fraction]) -> Fraction:
    """The mean without the highest and the lowest once at least five count. Needs one total or more."""
    kept = sorted(totals)[1:-1] if len(totals) >= TRIM_FROM else totals
    return sum(kept, Fraction(0)) / len(kept)


def to_hundredths(score: Fraction) -> int:
    """Rounded half up: 59.995 is 6000, 59.9949… is 5999."""
    return int((score * 100 + Fraction(1, 2)) // 1)
