"""Funds: what each studio was given, has reserved, spent, and has left."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.finance.events import (
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
    FundingCut,
    FundOpened,
    FundsReleased,
    FundsReturned,
    MemberNoted,
    MidtermPassed,
    ReleaseCancelled,
    ReportFiled,
    WindingDown,
    YearsLaidOut,
    utilisation,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.money import Fen


@dataclass(frozen=True)
class YearRow:
    """One project year's money: scheduled for its first day, held until the mid-term passes, released or cancelled."""

    number: int
    starts_on: date
    ends_on: date
    state: Literal["scheduled", "held", "released", "cancelled"]
    decided_on: date | None = None


@dataclass(frozen=True)
class FundRow:
    studio_id: UUID
    host_id: UUID
    state: str = "open"
    released: Fen = Fen(0)  # noqa: RUF009 - immutable
    reserved: Fen = Fen(0)  # noqa: RUF009
    spent: Fen = Fen(0)  # noqa: RUF009
    returned: Fen = Fen(0)  # noqa: RUF009
    cancelled: Fen = Fen(0)  # noqa: RUF009
    available: Fen = Fen(0)  # noqa: RUF009
    payable_through: date | None = None
    open_claims: dict[str, Fen] | None = None
    spent_by_category: dict[str, Fen] | None = None
    utilisation_percent_hundredths: int = 0
    reports_filed: tuple[str, ...] = ()
    years: tuple[YearRow, ...] = ()


def fold(_key: str, row: FundRow | None, happened: Happened) -> FundRow | None:
    event = happened.event
    if isinstance(event, FundOpened):
        return FundRow(studio_id=event.studio_id, host_id=event.host_id, open_claims={}, spent_by_category={})
    return _balanced(_changed(_yearly(row, happened), event)) if row else None


def _yearly(row: FundRow, happened: Happened) -> FundRow:
    match happened.event:
        case YearsLaidOut(years=years):
            laid_out = (YearRow(y.number, y.starts_on, y.ends_on, "held" if y.held else "scheduled") for y in years)
            return replace(row, years=tuple(laid_out))
        case FundsReleased(year=number):
            return _with_year(row, number, "released", happened.on)
        case ReleaseCancelled(year=number):
            return _with_year(row, number, "cancelled", happened.on)
        case MidtermPassed():
            free = (replace(y, state="scheduled") if y.state == "held" else y for y in row.years)
            return replace(row, years=tuple(free))
    return row


def _with_year(row: FundRow, number: int, state: Literal["released", "cancelled"], day: date) -> FundRow:
    years = (replace(y, state=state, decided_on=day) if y.number == number else y for y in row.years)
    return replace(row, years=tuple(years))


def _changed(row: FundRow, event: Any) -> FundRow:
    claims = row.open_claims or {}
    match event:
        case FundsReleased(fen=fen):
            return replace(row, released=Fen(row.released + fen))
        case ReleaseCancelled(fen=fen):
            return replace(row, cancelled=Fen(row.cancelled + fen))
        case ExpenseClaimed(expense_id=id, fen=fen):
            return replace(row, open_claims={**claims, str(id): fen})
        case ExpenseRefused(expense_id=id):
            return replace(row, open_claims={k: v for k, v in claims.items() if k != str(id)})
        case ExpenseSpent(expense_id=id, fen=fen):
            rest = {k: v for k, v in claims.items() if k != str(id)}
            return _spent(replace(row, open_claims=rest), event.category, fen)
        case ExpenseReversed(fen=fen):
            return _spent(row, event.category, -fen)
        case FundingCut(payable_through=last):
            return replace(row, state="cut", payable_through=last)
        case WindingDown(payable_through=last):
            return replace(row, state="winding_down", payable_through=last)
        case FundsReturned(fen=fen):
            return replace(row, state="closed", returned=fen)
        case ReportFiled(period=period):
            return replace(row, reports_filed=(*row.reports_filed, str(period)))
    return row


def _spent(row: FundRow, category: str, fen: int) -> FundRow:
    by = row.spent_by_category or {}
    return replace(
        row, spent=Fen(row.spent + fen), spent_by_category={**by, category: Fen(by.get(category, 0) + fen)}
    )  # fmt: skip


def _balanced(row: FundRow) -> FundRow:
    reserved = sum((row.open_claims or {}).values())
    left = row.released - row.spent - row.returned - reserved
    used = utilisation(row.spent, row.released)
    return replace(row, reserved=Fen(reserved), available=Fen(left), utilisation_percent_hundredths=used)


funds = ReadModel(
    "funds", row=FundRow, fold=fold, filters=("studio_id", "host_id", "state"),
    facts=(
        FundOpened, MemberNoted, YearsLaidOut, FundsReleased, MidtermPassed, ReleaseCancelled, ExpenseClaimed,
        ExpenseSigned, ExpenseApproved, ExpenseRefused, ExpenseSpent, ExpenseReversed, FundingCut, WindingDown,
        FundsReturned, ReportFiled,
    ),
    edition=3,
)  # fmt: skip
