"""What holds for a whole school: settings as dated versions (defaults are version 0), calendar, delegations."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from shared.kernel.calendar import OFFICIAL, WorkCalendar, Year
from shared.kernel.model import Aggregate, NotYet, Refused
from shared.kernel.people import Actor, Role
from shared.kernel.policy import CATALOGUE, COHERENT, PolicySettings
from shared.kernel.values import Label, Slug, Unfit, derived_id


def check_change(values: dict[str, Any]) -> None:
    """Refuse a name that is no setting, a value of another kind than the default's, and nonsense, alone or together."""
    check_values(values)
    check_together(PolicySettings.read(values))


def check_values(values: dict[str, Any]) -> None:
    for name, value in values.items():
        known = CATALOGUE.get(name)
        if known is None:
            raise Refused(
                "setting-unknown", rule="A.7", name=name[:100],
                zh="没有名为{name}的设置", en="there is no setting {name}",
            )  # fmt: skip
        if not known.takes(value):
            raise Refused(
                "setting-invalid", rule=known.rule, name=name, meaning=known.zh, meant=known.en, unit=known.unit,
                like=known.like,
                zh="“{meaning}”的值不合要求，应如{like}",
                en="the value of {name} ({meant}, in {unit}) is not valid: it is like {like}",
            )  # fmt: skip


def check_together(together: PolicySettings) -> None:
    for rule, names, holds in COHERENT:
        if not holds(together):
            raise Refused(
                "settings-contradict", rule=rule, names=", ".join(names),
                meanings="、".join(CATALOGUE[name].zh for name in names),
                zh="这些设置互相矛盾：{meanings}", en="these settings contradict each other: {names}",
            )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Adopted:
    """One version of a school's settings, valid from a date on (the fields of each such event)."""

    number: int
    effective_from: date
    values: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Announced:
    """The official calendar of a year: days off and weekend days worked (调休); a later one replaces it (A.9-5)."""

    year: int
    holidays: tuple[date, ...]
    makeups: tuple[date, ...]
    notice: Label


@dataclass(frozen=True, kw_only=True, slots=True)
class Delegated:
    """Somebody does another's duty while that one is away, both days included; a later one of the id replaces it."""

    delegation_id: UUID
    role: str
    bound_to: Slug | None
    from_person: UUID
    to_person: UUID
    first_on: date
    last_on: date


@dataclass(frozen=True)
class InForce:
    """The version that decides on a business date."""

    version: int
    values: PolicySettings


DEFAULTS = InForce(version=0, values=PolicySettings())


class SchoolBook(Aggregate):
    """What holds for a whole school: settings, calendar, who stands in for whom. One service owns it, each keeps it.

    `opens` are the events of the service that keeps it, one for each thing that is told.
    """

    opens: ClassVar[Any]
    calendar: WorkCalendar = OFFICIAL

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.versions: list[tuple[date, InForce]] = []
        self.named: dict[int, dict[str, Any]] = {}
        """What each version names: all else is default in it."""
        self.years: dict[int, Any] = {}
        self.delegations: dict[UUID, Any] = {}

    @staticmethod
    @cache
    def id_for(school: str) -> UUID:
        return derived_id("settings", school)

    def adopt(self, effective_from: date, values: dict[str, Any], today: date) -> None:
        """From today on at the earliest, each date once: what was decided keeps the version that it names.

        What is not named stays as it is in force on that day; the version recorded names all that is not default.
        """
        values = self.named.get(self.on(effective_from).version, {}) | values
        if self.versions and self.versions[-1] == (effective_from, _in_force(len(self.versions), values)):
            return
        check_together(PolicySettings.read(values))
        if effective_from < today:
            raise Refused(
                "settings-dated-back", rule="A.7", effective_from=effective_from.isoformat(), on=today.isoformat(),
                zh="设置自{effective_from}起生效，早于{on}：不能改变已作出的决定",
                en="settings from {effective_from} would be before {on}: what was decided is not changed",
            )  # fmt: skip
        taken = next((known.version for day, known in self.versions if day == effective_from), None)
        if taken is not None:
            raise Refused(
                "settings-overlap", rule="A.7", effective_from=effective_from.isoformat(), version=taken,
                zh="第{version}版设置已自{effective_from}起生效，另定一个日期",
                en="version {version} is in force from {effective_from} already: choose another day",
            )  # fmt: skip
        self.follow(Adopted(number=len(self.versions) + 1, effective_from=effective_from, values=values))

    def announce(self, told: Announced) -> None:
        """A year's calendar, or a changed one: periods that are still running end by it."""
        if self.years.get(told.year) != told:
            _year(told)
            self.follow(told)

    def delegate(self, told: Delegated) -> None:
        known = self.delegations.get(told.delegation_id)
        if known == told:
            return
        if known and (known.from_person, known.role) != (told.from_person, told.role):
            raise Refused("id-taken", rule=None, zh="这个委托编号已被使用", en="this delegation id is taken already")
        self.follow(told)

    def follow(self, told: Adopted | Announced | Delegated) -> None:
        """Record what the owner said, in this service's own words; a version that is already here is passed over."""
        if isinstance(told, Adopted) and told.number != len(self.versions) + 1:
            return
        kind = next(kind for kind in (Adopted, Announced, Delegated) if isinstance(told, kind))
        fact = next(fact for fact in self.opens if issubclass(fact, kind))
        self.record(fact(**{one.name: getattr(told, one.name) for one in fields(kind)}))

    def on(self, day: date) -> InForce:
        """The version with the latest effective date up to `day`; of two on one date, the later adopted."""
        valid = [entry for entry in self.versions if entry[0] <= day]
        return max(valid, key=lambda entry: (entry[0], entry[1].version))[1] if valid else DEFAULTS

    def numbered(self, version: int) -> InForce:
        """A named version: a consequence is decided by its cause's (architecture 2)."""
        if version == 0:
            return DEFAULTS
        if version > len(self.versions):
            raise NotYet("applications", f"settings version {version}")
        return self.versions[version - 1][1]

    def acting(self, actors: Sequence[Actor], day: date) -> list[Actor]:
        """A person's own roles, and after them those that are delegated to this person on a day."""
        if not self.delegations:
            return list(actors)
        own = [actor for actor in actors if actor.instead_of is None]
        persons = {actor.person for actor in own}
        return own + [
            Actor(one.to_person, Role(one.role), one.bound_to, instead_of=one.from_person)
            for one in self.delegations.values()
            if one.to_person in persons and one.first_on <= day <= one.last_on
        ]

    def apply(self, happened: Any) -> None:
        match happened:
            case Adopted(number=number):
                self.versions.append((happened.effective_from, _in_force(number, happened.values)))
                self.named[number] = happened.values
            case Announced(year=year):
                self.years[year] = Announced(
                    year=year, holidays=happened.holidays, makeups=happened.makeups, notice=happened.notice
                )
                self.calendar = self.calendar.with_year(_year(happened))
            case Delegated(delegation_id=id):
                self.delegations[id] = Delegated(**{one.name: getattr(happened, one.name) for one in fields(Delegated)})


def _in_force(number: int, values: dict[str, Any]) -> InForce:
    return InForce(version=number, values=PolicySettings.read(values))


def _year(told: Announced) -> Year:
    try:
        return Year(told.year, frozenset(told.holidays), frozenset(told.makeups), told.notice)
    except Unfit as wrong:
        raise Refused(
            "year-contradicts-itself", rule="A.9-5", year=told.year, why=wrong.en, said=wrong.zh,
            zh="{year}年的放假安排自相矛盾：{said}", en="the calendar of {year} contradicts itself: {why}",
        ) from None  # fmt: skip
