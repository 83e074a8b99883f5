"""Deadlines of finance: releases, the cycle's end, the end of a wind-down."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from services.finance.events import (
    ErasureDeferred,
    FundingCut,
    FundsLapsed,
    FundsReleased,
    FundsReturned,
    MidtermPassed,
    ReleaseCancelled,
    TextsErased,
    WindingDown,
    YearsLaidOut,
)
from shared.kernel.model import Due, Happened, ReadModel, due

YEAR_NUMBERS = (1, 2, 3)
"""Of the years whose release a pass may ask for again (FIN-01)."""


def lapsing(years: YearsLaidOut) -> list[int]:
    """The years at whose end the rest goes back; of one that ends with the cycle at the fund's end (AMB-19)."""
    return [year.number for year in years.years if years.lapses and year.ends_on < years.ends_on]


def keys(happened: Happened) -> Iterable[str]:
    fund = str(happened.stream)
    match happened.event:
        case ErasureDeferred() | TextsErased():
            return [f"{happened.stream}:erase"]
        case YearsLaidOut(years=years):
            releases = (f"{fund}:release:{year.number}" for year in years)
            return [f"{fund}:cycle", *releases, *(f"{fund}:lapse:{number}" for number in lapsing(happened.event))]
        case FundsLapsed(year=year):
            return [f"{fund}:lapse:{year}"]
        case MidtermPassed():
            return [f"{fund}:release:{number}" for number in YEAR_NUMBERS]
        case FundsReleased(year=year) | ReleaseCancelled(year=year):
            return [f"{fund}:release:{year}"]
        case FundingCut() | WindingDown():
            return [f"{fund}:return", f"{fund}:cycle"]
        case _:
            return [f"{fund}:return"]


def fold(key: str, row: Due | None, happened: Happened) -> Due | None:
    event = happened.event
    if isinstance(event, ErasureDeferred):
        return due(happened, "EraseTexts", {"person_id": str(event.person_id)}, on=event.until)
    if isinstance(event, TextsErased):
        return None
    body = {"studio_id": str(event.studio_id)}
    match event:
        case YearsLaidOut(ends_on=ends_on) if key.endswith(":cycle"):
            return due(happened, "EndCycle", body, on=ends_on + timedelta(days=1))
        case YearsLaidOut(years=years):
            year = next(year for year in years if key.endswith(f":{year.number}"))
            if ":lapse:" in key:
                return due(
                    happened, "LapseYear", {**body, "number": year.number}, on=year.ends_on + timedelta(days=1)
                )  # fmt: skip
            return due(happened, "ReleaseYear", {**body, "number": year.number}, on=year.starts_on)
        case FundingCut() | WindingDown() if key.endswith(":cycle"):
            return None
        case FundingCut(payable_through=last) | WindingDown(payable_through=last):
            return due(happened, "ReturnRest", body, on=last + timedelta(days=1))
        case MidtermPassed() if row and row.on:
            # What was held and asked for in vain is asked for again, on the later of its day and the pass (A.9-13).
            return replace(row, on=max(row.on, happened.on), cause=happened.position)
        case FundsReturned() | FundsReleased() | ReleaseCancelled() | FundsLapsed():
            return None
    return row


agenda = ReadModel(
    "agenda",
    row=Due,
    keys=keys,
    fold=fold,
    facts=(
        YearsLaidOut, MidtermPassed, FundsReleased, FundsLapsed, ReleaseCancelled, FundingCut, WindingDown,
        FundsReturned, ErasureDeferred, TextsErased,
    ),
    filters=("on",),
    edition=5,
)  # fmt: skip
