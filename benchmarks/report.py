"""What was measured: each arm's median, the median of the rounds' ratios, and whether it suffices."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Comparison:
    """Two arms, measured in turn; the first must be `required` times as fast as the second.

    The ratio is the median over rounds, each of which measures both arms one after the other.
    """

    name: str
    unit: str
    required: float
    rates: dict[str, list[float]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def add(self, arm: str, rate: float) -> None:
        self.rates.setdefault(arm, []).append(rate)

    @property
    def ratios(self) -> list[float]:
        ours, theirs = self.rates.values()
        return [one / other for one, other in zip(ours, theirs, strict=True)]

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def suffices(self) -> bool:
        return self.ratio >= self.required

    def lines(self) -> Sequence[str]:
        """The table's rows: arm, median, each round, note; then the verdict."""
        made = [
            f"{self.name:<12}{arm:<24}{median(rates):>12,.0f} {self.unit:<12}"
            f"{' '.join(f'{rate:,.0f}' for rate in rates):<36}{self.notes.get(arm, '')}"
            for arm, rates in self.rates.items()
        ]
        verdict = "reached" if self.suffices else "MISSED"
        spread = " ".join(f"{ratio:.2f}" for ratio in self.ratios)
        return [
            *made,
            f"{self.name:<12}ratio {self.ratio:.2f} (rounds: {spread}), required {self.required:g}: {verdict}",
        ]


@dataclass
class Bounds:
    """Numbers that must not pass a limit, in their units."""

    name: str
    found: list[tuple[str, float, str, float]] = field(default_factory=list)

    def add(self, what: str, value: float, unit: str, limit: float) -> None:
        self.found.append((what, value, unit, limit))

    @property
    def suffices(self) -> bool:
        return all(value <= limit for _, value, _, limit in self.found)

    def lines(self) -> Sequence[str]:
        return [
            f"{self.name:<12}{what:<48}{value:>10,.2f} {unit:<8}at most {limit:g}: "
            + ("reached" if value <= limit else "MISSED")
            for what, value, unit, limit in self.found
        ]
