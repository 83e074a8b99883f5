"""What holds for the whole school: each version of the settings, each loaded year, each delegation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import DutyDelegated, SettingsAdopted, YearAnnounced


@dataclass(frozen=True)
class SettingsRow:
    """A version: what it names differs from the defaults, from `effective_from` on until the next one's day."""

    number: int
    effective_from: date
    adopted_on: date
    adopted_by: UUID | None
    values: dict[str, Any]


@dataclass(frozen=True)
class YearRow:
    """A year's official calendar as this school loaded it (A.9-5)."""

    year: int
    holidays: tuple[date, ...]
    makeups: tuple[date, ...]
    notice: str
    loaded_on: date


@dataclass(frozen=True)
class DelegationRow:
    """Who does whose duty, both days included."""

    role: str
    bound_to: str | None
    from_person: UUID
    to_person: UUID
    first_on: date
    last_on: date


def by_number(happened: Happened) -> Iterable[str]:
    # Keys are in the order of text: six digits keep the order of numbers.
    return (f"{happened.event.number:06}",)


def version(_key: str, _row: SettingsRow | None, happened: Happened) -> SettingsRow:
    adopted: SettingsAdopted = happened.event
    return SettingsRow(adopted.number, adopted.effective_from, happened.on, happened.person, adopted.values)


def by_year(happened: Happened) -> Iterable[str]:
    return (str(happened.event.year),)


def year(_key: str, _row: YearRow | None, happened: Happened) -> YearRow:
    told: YearAnnounced = happened.event
    return YearRow(told.year, told.holidays, told.makeups, told.notice, happened.on)


def by_delegation(happened: Happened) -> Iterable[str]:
    return (str(happened.event.delegation_id),)


def delegation(_key: str, _row: DelegationRow | None, happened: Happened) -> DelegationRow:
    told: DutyDelegated = happened.event
    return DelegationRow(told.role, told.bound_to, told.from_person, told.to_person, told.first_on, told.last_on)


settings_versions = ReadModel(
    "settings_versions", row=SettingsRow, fold=version, keys=by_number, facts=(SettingsAdopted,)
)
calendar_years = ReadModel("calendar_years", row=YearRow, fold=year, keys=by_year, facts=(YearAnnounced,))
delegations = ReadModel(
    "delegations", row=DelegationRow, fold=delegation, keys=by_delegation, facts=(DutyDelegated,),
    filters=("from_person", "to_person"),
)  # fmt: skip
