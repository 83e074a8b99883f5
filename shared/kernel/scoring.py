"""Exact scores: fractions until the one rounding, half up to two decimals unless settings say otherwise (A.9-16)."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

TRIM_FROM = 5


def is_trimmed(count: int, trim_from: int) -> bool:
    """Whether the highest and the lowest of so many are left out; 0 never trims."""
    return 0 < trim_from <= count


def trimmed_mean(totals: Sequence[Fraction], trim_from: int = TRIM_FROM) -> Fraction:
    """The mean, without the highest and the lowest once so many count; 0 never trims. Needs one total or more."""
    kept = sorted(totals)[1:-1] if is_trimmed(len(totals), trim_from) else totals
    return sum(kept, Fraction(0)) / len(kept)


def to_hundredths(score: Fraction, rounding: str = "half_up") -> int:
    """Rounded once: half up makes 59.995 6000 and 59.9949… 5999; `half_even` and `down` are the other two."""
    exact = score * 100
    match rounding:
        case "half_even":
            return round(exact)
        case "down":
            return floor(exact)
    return floor(exact + Fraction(1, 2))
