"""What is not filed: each quarter of each fund until its report is there (FIN-06, SIL-12)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from services.finance.events import (
    FundingCut,
    HostNoted,
    Quarter,
    ReportFiled,
    WindingDown,
    YearsLaidOut,
)
from services.finance.read_models.reports import quarters_of
from shared.kernel.calendar import add_months
from shared.kernel.model import Happened, ReadModel

LONGEST_MONTHS = 140
"""No cycle with its wind-down lasts longer."""


@dataclass(frozen=True)
class MissingReport:
    """Due from the day after the quarter."""

    studio_id: UUID
    host_id: UUID | None
    period: str
    due_from: date


def keys(happened: Happened) -> Iterable[str]:
    return [f"{happened.stream}:{quarter}" for quarter in _quarters(happened)]


def _quarters(happened: Happened) -> Iterable[Quarter]:
    match happened.event:
        case YearsLaidOut() as years:
            return quarters_of(years)
        case HostNoted(periods=periods):
            return periods
        case FundingCut(payable_through=last) | WindingDown(payable_through=last):
            return _after(last + timedelta(days=1))
    return (happened.event.period,)


def _after(returned_on: date) -> Iterator[Quarter]:
    """The quarters that an early end leaves out."""
    day = Quarter.of(returned_on).ends_on + timedelta(days=1)
    last = add_months(returned_on, LONGEST_MONTHS)
    while day <= last:
        yield Quarter.of(day)
        day = Quarter.of(day).ends_on + timedelta(days=1)


def fold(key: str, row: MissingReport | None, happened: Happened) -> MissingReport | None:
    match happened.event:
        case YearsLaidOut() as years:
            quarter = Quarter(key.rpartition(":")[2])
            return MissingReport(
                years.studio_id, years.host_id, str(quarter), quarter.ends_on + timedelta(days=1)
            )  # fmt: skip
        case HostNoted(host_id=host) if row:
            return replace(row, host_id=host)
    return None


missing_reports = ReadModel(
    "missing_reports", row=MissingReport, keys=keys, fold=fold, filters=("studio_id", "host_id", "period"),
    facts=(YearsLaidOut, ReportFiled, FundingCut, WindingDown, HostNoted),
)  # fmt: skip
