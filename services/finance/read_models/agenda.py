"""Deadlines of finance: releases, the cycle's end, the end of a wind-down."""

from collections.abc import Iterable
from datetime import timedelta

from services.finance.events import (
    FundingCut,
    FundsReleased,
    FundsReturned,
    ReleaseCancelled,
    WindingDown,
    YearsLaidOut,
)
from shared.kernel.model import Due, Happened, ReadModel


def keys(happened: Happened) -> Iterable[str]:
    fund = str(happened.stream)
    match happened.event:
        case YearsLaidOut(years=years):
            return [f"{fund}:cycle", *(f"{fund}:release:{year.number}" for year in years)]
        case FundsReleased(year=year) | ReleaseCancelled(year=year):
            return [f"{fund}:release:{year}"]
        case FundingCut() | WindingDown():
            return [f"{fund}:return", f"{fund}:cycle"]
        case _:
            return [f"{fund}:return"]


def fold(key: str, row: Due | None, happened: Happened) -> Due | None:
    event, rules = happened.event, happened.rules
    body = {"studio_id": str(event.studio_id)}
    match event:
        case YearsLaidOut(ends_on=ends_on) if key.endswith(":cycle"):
            return Due(ask="EndCycle", body=body, on=ends_on + timedelta(days=1), rules=rules)
        case YearsLaidOut(years=years):
            year = next(year for year in years if key.endswith(f":{year.number}"))
            return Due(ask="ReleaseYear", body={**body, "number": year.number}, on=year.starts_on, rules=rules)
        case FundingCut() | WindingDown() if key.endswith(":cycle"):
            return None
        case FundingCut(payable_through=last) | WindingDown(payable_through=last):
            return Due(ask="ReturnRest", body=body, on=last + timedelta(days=1), rules=rules)
        case FundsReturned() | FundsReleased() | ReleaseCancelled():
            return None
    return row


agenda = ReadModel(
    "agenda",
    row=Due,
    keys=keys,
    fold=fold,
    facts=(YearsLaidOut, FundsReleased, ReleaseCancelled, FundingCut, WindingDown, FundsReturned),
    filters=("on",),
)
