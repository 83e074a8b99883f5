"""How a studio is made up (MEM-15): counted from the directory each time, never stored."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from services.applications.directory import Person
from shared.kernel.policy import PolicySettings

UNKNOWN = "unknown"
AGES = (30, 40, 50)
YEARS = (6, 11, 21)


@dataclass(frozen=True)
class Structure:
    """Counts by what is told of each person; `unknown` is whoever is not told of. Bands of years end before the next.

    `size_flag`: fewer or more members than the settings find suitable (AMB-26); nothing follows from it.
    """

    on: date
    size: int
    size_min_warn: int
    size_max_warn: int
    size_flag: str | None
    sex: dict[str, int]
    age: dict[str, int]
    teaching_years: dict[str, int]
    homeroom_years: dict[str, int]
    title: dict[str, int]
    subject: dict[str, int]
    department: dict[str, int]


def structure(persons: Collection[Person | None], settings: PolicySettings, today: date) -> Structure:
    """Of a studio's members, None for whom the directory does not know."""

    def told(of: Callable[[Person], str | None]) -> dict[str, int]:
        return dict(Counter((person and of(person)) or UNKNOWN for person in persons))

    def years(since: Callable[[Person], int | None], bands: tuple[int, ...]) -> dict[str, int]:
        return told(lambda person: band(today.year - begun, bands) if (begun := since(person)) else None)

    least, most, size = settings.size_min_warn, settings.size_max_warn, len(persons)
    return Structure(
        on=today, size=size, size_min_warn=least, size_max_warn=most,
        size_flag="few" if size < least else "many" if size > most else None,
        sex=told(lambda person: person.sex), age=years(lambda person: person.birth_year, AGES),
        teaching_years=years(lambda person: person.teaching_since, YEARS),
        homeroom_years=years(lambda person: person.homeroom_since, YEARS),
        title=told(lambda person: person.title), subject=told(lambda person: person.subject),
        department=told(lambda person: person.department),
    )  # fmt: skip


def band(years: int, bands: tuple[int, ...]) -> str:
    """The band that so many years fall into: `0-29`, `30-39`, …, `50+`."""
    begins = max((start for start in bands if start <= years), default=0)
    ends = min((start for start in bands if start > years), default=None)
    return f"{begins}-{ends - 1}" if ends else f"{begins}+"
