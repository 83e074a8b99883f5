"""The school's policy settings: one owner (applications), versions with a date, defaults as version 0."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from shared.kernel.model import Aggregate, NotYet, Refused
from shared.kernel.policy import CATALOGUE, COHERENT, PolicySettings
from shared.kernel.values import derived_id


def check_change(values: dict[str, Any]) -> None:
    """Refuse a name that is no setting, a value of another kind than the default's, and nonsense, alone or together."""
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
                zh="设置{name}（{meaning}）的值不合要求", en="the value of {name} ({meant}, in {unit}) is not valid",
            )  # fmt: skip
    together = PolicySettings.read(values)
    for rule, names, holds in COHERENT:
        if not holds(together):
            raise Refused(
                "settings-contradict", rule=rule, names=", ".join(names),
                zh="这些设置互相矛盾：{names}", en="these settings contradict each other: {names}",
            )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Adopted:
    """One version of a school's settings, valid from a date on (the fields of each such event)."""

    number: int
    effective_from: date
    values: dict[str, Any]


@dataclass(frozen=True)
class InForce:
    """The version that decides on a business date."""

    version: int
    values: PolicySettings


DEFAULTS = InForce(version=0, values=PolicySettings())


class SettingsBook(Aggregate):
    """All versions of one school's settings; each service keeps its own copy of the owner's."""

    opens: ClassVar[type[Any]]

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.versions: list[tuple[date, InForce]] = []

    @classmethod
    def id_for(cls, school: str) -> UUID:
        return derived_id("settings", school)

    def adopt(self, effective_from: date, values: dict[str, Any]) -> None:
        self.record(self.opens(number=len(self.versions) + 1, effective_from=effective_from, values=values))

    def follow(self, number: int, effective_from: date, values: dict[str, Any]) -> None:
        """Take over the owner's next version; one that is already here is passed over."""
        if number == len(self.versions) + 1:
            self.record(self.opens(number=number, effective_from=effective_from, values=values))

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

    def apply(self, happened: Any) -> None:
        number = happened.number
        self.versions.append(
            (happened.effective_from, InForce(version=number, values=PolicySettings.read(happened.values)))
        )
