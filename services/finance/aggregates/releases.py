"""Which years' money came, was cancelled or lapsed (FIN-01, A.9-13, AMB-19)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.finance.aggregates.years import release_of, released_from
from services.finance.events import (
    FundsLapsed,
    FundsReleased,
    MidtermPassed,
    MidtermPassedTooLate,
    ProjectYear,
    ReleaseCancelled,
)


@dataclass(kw_only=True)
class Releases:
    """By the year's number; and what of it all went back at a year's end."""

    is_midterm_passed: bool = False
    is_pass_too_late: bool = False
    lapsed_fen: int = 0

    released: dict[int, int] = field(default_factory=dict)
    cancelled: set[int] = field(default_factory=set)
    lapsed: set[int] = field(default_factory=set)

    @property
    def fen(self) -> int:
        return sum(self.released.values())

    def fen_through(self, number: int) -> int:
        return sum(fen for year, fen in self.released.items() if year <= number)

    def is_due(self, year: ProjectYear, day: date) -> bool:
        """A year's money comes on its first day; a held one's waits for the pass (A.9-13)."""
        first = released_from(year, date.min if self.is_midterm_passed else None)
        return year.number not in self.released and first is not None and first <= day

    def is_freed(self, year: ProjectYear, passed_on: date, last_day: date) -> bool:
        """A pass of before the end frees a year that the end cancelled (A.9-13)."""
        return year.number in self.cancelled and release_of(year, passed_on, last_day) == "released"

    def apply(self, happened: Any) -> None:
        match happened:
            case FundsReleased(year=number, fen=fen):
                self.cancelled.discard(number)
                self.released[number] = int(fen)
            case ReleaseCancelled(year=number):
                self.cancelled.add(number)
            case FundsLapsed(year=number, fen=fen):
                self.lapsed.add(number)
                self.lapsed_fen += fen
            case MidtermPassed():
                self.is_midterm_passed = True
            case MidtermPassedTooLate():
                self.is_pass_too_late = True
