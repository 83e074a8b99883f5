"""The host's reports on the use of the money, by quarter (FIN-06)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from services.finance.aggregates.paying import Payable
from services.finance.events import Quarter, ReportFiled
from shared.kernel.model import Refused
from shared.kernel.personal import PersonalText


@dataclass(kw_only=True)
class Reports:
    """One a quarter, from the plaque's to that of the return."""

    filed: dict[Quarter, ReportFiled] = field(default_factory=dict)

    def has(self, period: Quarter, text: PersonalText) -> bool:
        """The same said again is no news; something else is refused."""
        if (filed := self.filed.get(period)) is not None and filed.text != text:
            raise Refused(
                "report-filed", rule="FIN-06", period=period,
                zh="{period}的经费使用报告已提交", en="the report on {period} is filed already",
            )  # fmt: skip
        return filed is not None

    def missing(self, since: date, payable: Payable) -> tuple[Quarter, ...]:
        return tuple(period for period in quarters_from(since, payable) if period not in self.filed)

    def apply(self, happened: Any) -> None:
        if isinstance(happened, ReportFiled):
            self.filed[happened.period] = happened


def quarters_from(day: date, payable: Payable) -> Iterator[Quarter]:
    """The quarters to report on, from that of a day to that of the return."""
    last = Quarter.of(payable.payable_through + timedelta(days=1))
    while (quarter := Quarter.of(day)) <= last:
        yield quarter
        day = quarter.ends_on + timedelta(days=1)


def check_reportable(period: Quarter, payable: Payable, day: date) -> None:
    """A quarter of the fund's time that is over."""
    quarters = tuple(quarters_from(payable.first, payable))
    if period not in quarters:
        raise Refused(
            "period-out-of-time", rule="FIN-06", period=period, first=quarters[0], last=quarters[-1],
            zh="{period}不在应报告的{first}至{last}之间", en="{period} is not between {first} and {last}",
        )  # fmt: skip
    if day <= period.ends_on:
        raise Refused(
            "period-running", rule="FIN-06", period=period, ends_on=period.ends_on.isoformat(), on=day.isoformat(),
            zh="{period}到{ends_on}才结束，今为{on}", en="{period} ends on {ends_on}, it is {on}",
        )  # fmt: skip
