"""The input files of a play, and the ids of what they name."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from mingban.demo.cast import Cast, Unexpected

Record = dict[str, Any]


@dataclass(order=True)
class Step:
    """One thing that somebody does on a day; steps of one day go by their rank, between ranks all rests."""

    on: str
    rank: int
    says: str = field(compare=False)
    act: Callable[[], object] = field(compare=False)

    def __post_init__(self) -> None:
        if not is_day(self.on):
            msg = f"{self.says}: {self.on!r} is no date YYYY-MM-DD"
            raise Unexpected(msg)


def is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class Files:
    """One folder of input files, its people, and the ids that the services gave its studios and memberships."""

    def __init__(self, folder: Path, cast: Cast) -> None:
        self._folder, self.cast = folder, cast
        self.programme: Record = self.read("programme.json")
        self.studio_of: dict[str, str] = {}
        """By the host's name."""
        self.membership_of: dict[tuple[str, str], str] = {}
        """By the host's and the person's name."""
        self.fund_of: dict[str, str] = {}
        """By the host's name."""

    def rows(self, name: str, *, needed: bool = True) -> list[Record]:
        """A file that holds a list of records; an empty one when it is missing and not needed."""
        found = self.read(name, None if needed else [])
        if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
            msg = f"{self._folder / name}: a list of records is needed"
            raise Unexpected(msg)
        return found

    def read(self, name: str, default: Any = None) -> Any:
        """The file's content; `default` when there is no such file and one is given."""
        path = self._folder / name
        if default is not None and not path.exists():
            return default
        try:
            return orjson.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            msg = f"{path}: {error}"
            raise Unexpected(msg) from None

    def table(self, name: str) -> list[dict[str, str]]:
        """A table with headings, as a spreadsheet saves it (CSV in UTF-8)."""
        path = self._folder / name
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                return list(csv.DictReader(lines))
        except UnicodeDecodeError:
            msg = f"{path}: not UTF-8; save it as CSV UTF-8"
            raise Unexpected(msg) from None
        except (OSError, ValueError) as error:
            msg = f"{path}: {error}"
            raise Unexpected(msg) from None

    def id(self, *name: str) -> str:
        return str(self.cast.id(*name))

    def application_id(self, round_key: str, applicant: str) -> str:
        return self.id("application", round_key, applicant)

    def session_id(self, host: str, held_on: str) -> str:
        return self.id("session", host, held_on)

    def expense_id(self, key: str) -> str:
        return self.id("expense", key)

    def name(self, who: str) -> str:
        person = self.cast.people.get(who)
        return str(person["name"]) if person else who

    def expense_keys(self) -> dict[str, str]:
        return {self.expense_id(claim["key"]): claim["key"] for claim in self.rows("claims.json", needed=False)}

    def persons(self) -> dict[UUID, str]:
        return {self.cast.id(who): who for who in self.cast.people}
