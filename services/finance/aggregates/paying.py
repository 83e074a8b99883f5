"""Until when a fund pays what: the one judgement on activities and days (A.9-8)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Verdict = Literal["payable", "funding-over", "activity-out-of-time"]


@dataclass(frozen=True, kw_only=True)
class Payable:
    """From which day activities are paid, through which, and through which day they may be paid."""

    first: date
    activities_through: date
    payable_through: date
    is_returned: bool = False

    def verdict(self, activity_on: date, day: date) -> Verdict:
        """After a cut or the cycle's end earlier activities only, and only through the wind-down's last day."""
        if self.is_returned or activity_on > self.activities_through or day > self.payable_through:
            return "funding-over"
        return "payable" if self.first <= activity_on <= day else "activity-out-of-time"


def wound_down(ended_on: date, days: int) -> date:
    """The last day on which is paid after an end (AMB-17, A.9-22)."""
    return ended_on + timedelta(days=days)


def cut_dates(day: date, before: Payable, days: int) -> tuple[date, date]:
    """Of activities and payments after a cut on this day: never later than without it."""
    return (
        min(day - timedelta(days=1), before.activities_through),
        min(wound_down(day, days), before.payable_through),
    )
