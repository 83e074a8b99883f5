"""Funds: what each studio was given, has reserved, spent, and has left."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.finance.events import (
    AssetDisposed,
    AssetRegistered,
    AssetsCalledIn,
    AssetStruckOff,
    BudgetPlanned,
    BudgetSigned,
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
    FundingCut,
    FundOpened,
    FundsLapsed,
    FundsReleased,
    FundsReturned,
    HostNoted,
    HostStandingNoted,
    MemberNoted,
    MidtermPassed,
    MidtermPassedTooLate,
    ReleaseCancelled,
    ReportFiled,
    WindingDown,
    YearsLaidOut,
    utilisation,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.money import Fen


@dataclass(frozen=True)
class Use:
    """A claim as its year's plan counts it."""

    category: str
    fen: Fen


@dataclass(frozen=True)
class YearRow:
    """One project year's money: scheduled for its first day, held until the mid-term passes, released or cancelled.

    `carried_in` (结转) is what earlier years left when this one was released, `lapsed` what its end took back.
    `planned` is the plan by purpose, `used` what is asked for or spent for activities of the year; `over_budget`
    names the purposes that use more than a signed plan gives them (SIL-09).
    """

    number: int
    starts_on: date
    ends_on: date
    state: Literal["scheduled", "held", "released", "cancelled"]
    decided_on: date | None = None
    carried_in: Fen = Fen(0)  # noqa: RUF009 - immutable
    lapsed: Fen = Fen(0)  # noqa: RUF009
    planned: dict[str, Fen] | None = None
    plan_signed_by: tuple[UUID, ...] = ()
    used: dict[str, Fen] = field(default_factory=dict)
    over_budget: tuple[str, ...] = ()
    uses: dict[str, Use] = field(default_factory=dict)


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
    lapsed: Fen = Fen(0)  # noqa: RUF009
    host_standing: str = "present"
    assets_to_hand_over: tuple[UUID, ...] = ()
    late_pass_on: date | None = None


def fold(_key: str, row: FundRow | None, happened: Happened) -> FundRow | None:
    event = happened.event
    if isinstance(event, FundOpened):
        return FundRow(studio_id=event.studio_id, host_id=event.host_id, open_claims={}, spent_by_category={})
    return _balanced(_changed(_yearly(row, happened), happened)) if row else None


def _yearly(row: FundRow, happened: Happened) -> FundRow:
    match happened.event:
        case YearsLaidOut(years=years):
            laid_out = (YearRow(y.number, y.starts_on, y.ends_on, "held" if y.held else "scheduled") for y in years)
            return replace(row, years=tuple(laid_out))
        case FundsReleased(year=number, fen=fen):
            cancelled = next((y.state == "cancelled" for y in row.years if y.number == number), False)
            back = Fen(row.cancelled - fen) if cancelled else row.cancelled
            left = row.available
            released = _with_year(row, number, state="released", decided_on=happened.on, carried_in=left)
            return replace(released, cancelled=back)
        case ReleaseCancelled(year=number):
            return _with_year(row, number, state="cancelled", decided_on=happened.on)
        case MidtermPassed():
            free = (replace(y, state="scheduled") if y.state == "held" else y for y in row.years)
            return replace(row, years=tuple(free))
        case FundsLapsed(year=number, fen=fen):
            return _with_year(row, number, lapsed=fen)
        case BudgetPlanned(year=number, lines=lines, host_id=host):
            planned = {line.category: line.fen for line in lines}
            return _with_year(row, number, planned=planned, plan_signed_by=(host,))
        case BudgetSigned(year=number, signer_id=signer):
            [host] = next(y.plan_signed_by for y in row.years if y.number == number)
            return _with_year(row, number, plan_signed_by=(host, signer))
        case ExpenseClaimed(expense_id=id, category=category, fen=fen):
            number = max((y.number for y in row.years if y.starts_on <= happened.event.activity_on), default=0)
            year = next((y for y in row.years if y.number == number), None)
            return _with_year(row, number, uses={**year.uses, str(id): Use(category, fen)}) if year else row
        case ExpenseRefused(expense_id=id) | ExpenseReversed(expense_id=id):
            return replace(row, years=tuple(_counted(y, without=str(id)) for y in row.years))
    return row


def _with_year(row: FundRow, number: int, **changed: Any) -> FundRow:
    years = (_counted(replace(y, **changed)) if y.number == number else y for y in row.years)
    return replace(row, years=tuple(years))


def _counted(year: YearRow, without: str | None = None) -> YearRow:
    """With its sums by purpose."""
    uses = {id: use for id, use in year.uses.items() if id != without}
    used: dict[str, Fen] = {}
    for use in uses.values():
        used[use.category] = Fen(used.get(use.category, 0) + use.fen)
    is_signed = len(year.plan_signed_by) > 1
    planned = year.planned or {}
    over = tuple(category for category, fen in used.items() if is_signed and fen > planned.get(category, 0))
    return replace(year, uses=uses, used=used, over_budget=over)


def _changed(row: FundRow, happened: Happened) -> FundRow:
    event, claims = happened.event, row.open_claims or {}
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
        case FundsLapsed(fen=fen):
            return replace(row, lapsed=Fen(row.lapsed + fen))
        case _:
            return _beside(row, happened)


def _beside(row: FundRow, happened: Happened) -> FundRow:
    match happened.event:
        case ReportFiled(period=period):
            return replace(row, reports_filed=(*row.reports_filed, str(period)))
        case HostNoted(host_id=host):
            return replace(row, host_id=host, host_standing="present")
        case HostStandingNoted(standing=standing):
            return replace(row, host_standing=standing)
        case MidtermPassedTooLate():
            return replace(row, late_pass_on=happened.on)
        case AssetsCalledIn(asset_ids=assets):
            return replace(row, assets_to_hand_over=assets)
        case AssetDisposed(asset_id=asset):
            return replace(row, assets_to_hand_over=tuple(a for a in row.assets_to_hand_over if a != asset))
    return row


def _spent(row: FundRow, category: str, fen: int) -> FundRow:
    by = row.spent_by_category or {}
    return replace(
        row, spent=Fen(row.spent + fen), spent_by_category={**by, category: Fen(by.get(category, 0) + fen)}
    )  # fmt: skip


def _balanced(row: FundRow) -> FundRow:
    reserved = sum((row.open_claims or {}).values())
    left = row.released - row.spent - row.returned - row.lapsed - reserved
    used = utilisation(row.spent, row.released)
    return replace(row, reserved=Fen(reserved), available=Fen(left), utilisation_percent_hundredths=used)


funds = ReadModel(
    "funds", row=FundRow, fold=fold, filters=("studio_id", "host_id", "state"),
    facts=(
        FundOpened, MemberNoted, YearsLaidOut, FundsReleased, MidtermPassed, ReleaseCancelled, ExpenseClaimed,
        ExpenseSigned, ExpenseApproved, ExpenseRefused, ExpenseSpent, ExpenseReversed, FundingCut, WindingDown,
        FundsReturned, FundsLapsed, ReportFiled, HostNoted, HostStandingNoted, MidtermPassedTooLate, BudgetPlanned,
        BudgetSigned, AssetRegistered, AssetDisposed, AssetStruckOff, AssetsCalledIn,
    ),
    edition=4,
)  # fmt: skip
