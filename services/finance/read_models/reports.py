"""Reports: what moved in each quarter, of a fund and of the school's funds together, and what hosts filed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from services.finance.events import (
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSpent,
    FundsLapsed,
    FundsReleased,
    FundsReturned,
    HostNoted,
    Quarter,
    ReleaseCancelled,
    ReportFiled,
    YearsLaidOut,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.money import Fen
from shared.kernel.personal import PersonalText


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What moved between two days, both included. A reversal counts in its own quarter, never in the payment's."""

    period: str
    starts_on: date
    ends_on: date
    released: Fen = Fen(0)  # noqa: RUF009 - immutable
    claimed: Fen = Fen(0)  # noqa: RUF009
    spent: Fen = Fen(0)  # noqa: RUF009
    refused: Fen = Fen(0)  # noqa: RUF009
    reversed: Fen = Fen(0)  # noqa: RUF009
    returned: Fen = Fen(0)  # noqa: RUF009
    lapsed: Fen = Fen(0)  # noqa: RUF009
    cancelled: Fen = Fen(0)  # noqa: RUF009
    spent_by_category: dict[str, Fen] | None = None


@dataclass(frozen=True, kw_only=True)
class SchoolReportRow(Moved):
    """All the school's studios together; `reports_filed` counts those of this quarter."""

    reports_filed: int = 0


@dataclass(frozen=True, kw_only=True)
class ReportRow(Moved):
    """A fund's quarter. The host's report is None until it is filed; its figures are those of that moment."""

    studio_id: UUID
    host_id: UUID | None
    filed_on: date | None = None
    filed_by: UUID | None = None
    text: PersonalText | None = None
    figures: dict[str, Fen] | None = None
    utilisation_percent_hundredths: int | None = None


M = TypeVar("M", bound=Moved)

AMOUNTS: dict[type[Any], str] = {
    FundsReleased: "released",
    ExpenseClaimed: "claimed",
    ExpenseSpent: "spent",
    ExpenseRefused: "refused",
    ExpenseReversed: "reversed",
    FundsReturned: "returned",
    FundsLapsed: "lapsed",
    ReleaseCancelled: "cancelled",
}
"""Each fact that moves money, and the sum it adds to."""


def quarter_of(happened: Happened) -> Quarter:
    """A filed report belongs to the quarter it is on, all else to that of its business date."""
    return happened.event.period if isinstance(happened.event, ReportFiled) else Quarter.of(happened.on)


def quarters_of(years: YearsLaidOut) -> Iterable[Quarter]:
    """From the plaque's to that of the return after a whole cycle: one without movement is reported too."""
    last = years.ends_on + timedelta(days=years.wind_down_days + 1)
    first = years.years[0].starts_on if years.years else last
    day = years.starts_on or first
    while (quarter := Quarter.of(day)) <= Quarter.of(last):
        yield quarter
        day = quarter.ends_on + timedelta(days=1)


def keys(happened: Happened) -> Iterable[str]:
    match happened.event:
        case YearsLaidOut() as years:
            quarters: Iterable[Quarter] = quarters_of(years)
        case HostNoted(periods=periods):
            quarters = periods
        case _:
            quarters = (quarter_of(happened),)
    return [f"{happened.stream}:{quarter}" for quarter in quarters]


def fold(key: str, row: ReportRow | None, happened: Happened) -> ReportRow | None:
    event = happened.event
    if row is None:
        if event.studio_id is None:
            return None
        quarter, host_id = Quarter(key.rpartition(":")[2]), getattr(event, "host_id", None)
        row = ReportRow(
            studio_id=event.studio_id, host_id=host_id, period=str(quarter), starts_on=quarter.starts_on,
            ends_on=quarter.ends_on, spent_by_category={},
        )  # fmt: skip
    if isinstance(event, HostNoted):
        return replace(row, host_id=event.host_id)
    if isinstance(event, ReportFiled):
        return _filed(row, event, happened.on)
    return _moved(row, event)


def _filed(row: ReportRow, report: ReportFiled, on: date) -> ReportRow:
    figures = {
        "released": report.released_fen,
        "reserved": report.reserved_fen,
        "spent": report.spent_fen,
        "available": report.available_fen,
    }
    used = report.utilisation_percent_hundredths
    return replace(
        row, filed_on=on, filed_by=report.host_id, text=report.text, figures=figures,
        utilisation_percent_hundredths=used,
    )  # fmt: skip


def _moved(row: M, event: Any) -> M:
    if type(event) not in AMOUNTS or event.fen is None:
        return row
    name = AMOUNTS[type(event)]
    changed: dict[str, Any] = {name: Fen(getattr(row, name) + event.fen)}
    if isinstance(event, ExpenseSpent):
        by = row.spent_by_category or {}
        changed["spent_by_category"] = {**by, event.category: Fen(by.get(event.category, 0) + event.fen)}
    return replace(row, **changed)


def school_keys(happened: Happened) -> Iterable[str]:
    return (str(quarter_of(happened)),)


def school_fold(key: str, row: SchoolReportRow | None, happened: Happened) -> SchoolReportRow:
    quarter = Quarter(key)
    row = row or SchoolReportRow(
        period=key, starts_on=quarter.starts_on, ends_on=quarter.ends_on, spent_by_category={}
    )  # fmt: skip
    if isinstance(happened.event, ReportFiled):
        return replace(row, reports_filed=row.reports_filed + 1)
    return _moved(row, happened.event)


reports = ReadModel(
    "reports", row=ReportRow, keys=keys, fold=fold, filters=("studio_id", "host_id", "period"),
    facts=(YearsLaidOut, *AMOUNTS, ReportFiled, HostNoted), edition=2,
)  # fmt: skip

school_reports = ReadModel(
    "school_reports", row=SchoolReportRow, keys=school_keys, fold=school_fold, filters=("period",),
    facts=(*AMOUNTS, ReportFiled), edition=2,
)  # fmt: skip
