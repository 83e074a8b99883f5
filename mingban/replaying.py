"""What an export's events add up to as of a moment: rows by model, and the settings in force."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from mingban.composition import SERVICES
from shared.audit.exporting import Entry, Export, read_line
from shared.audit.leaf import Leaf, read_leaf
from shared.audit.said import Unusable
from shared.chassis.envelope import Line, UnknownEvent, unpack
from shared.chassis.migrate import OPENED
from shared.chassis.service import Service
from shared.chassis.stored import Misread
from shared.kernel.calendar import SHANGHAI, midnight
from shared.kernel.model import Happened, ReadModel
from shared.kernel.settings import SchoolBook

Until = int | date | None


def read_until(given: str | None) -> Until:
    """A position or a day; None for all there is. Raises `Unusable`."""
    if given is None:
        return None
    if given.isascii() and given.isdigit():
        return int(given)
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Unusable("until-unusable", given=given) from None


@dataclass
class _School:
    """What one school's events have come to."""

    book: SchoolBook
    rows: dict[str, dict[str, tuple[int, Any]]] = field(default_factory=lambda: defaultdict(dict))


@dataclass
class _Folding:
    """The rows of one service, folded from events as they come."""

    service: Service
    schools: dict[str, _School] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._models: dict[str, list[ReadModel[Any]]] = defaultdict(list)
        for model in self.service.models:
            for fact in model.facts:
                self._models[fact.__event_name__].append(model)

    def take(self, happened: Happened) -> None:
        if happened.school not in self.schools:
            self.schools[happened.school] = _School(self.service.book(SchoolBook.id_for(happened.school)))
        school = self.schools[happened.school]
        if happened.stream == school.book.id:
            school.book.replay(happened.event)
        for model in self._models[happened.name]:
            rows = school.rows[model.name]
            for key in model.keys(happened):
                rows[key] = model.folded(key, rows.get(key, (0, None)), happened)


def replay(path: Path, until: Until, school: str | None = None, service: str | None = None) -> dict[str, Any]:
    """Fold an export up to a moment. Withheld states are passed over and counted; so is what cannot be read."""
    with Export(path) as export:
        origin, entries = _origin(export), 0
        folding = _Folding(_service(origin, service))
        passed = {"withheld": 0, "unreadable": 0}
        last: Happened | None = None
        through = 0
        for entry in _entries(export):
            leaf = read_leaf(entry.leaf)
            if isinstance(until, int) and leaf.n > until:
                break
            happened = _told(leaf, entry.state, passed)
            if happened and _is_after(happened, until):
                break
            entries, through = entries + 1, leaf.n
            if happened:
                last = happened
                if school in (None, happened.school):
                    folding.take(happened)
    day = _day(until, last)
    return {
        "origin": origin, "service": folding.service.name, "through": through, "day": day,
        "entries": entries, **passed,
        "schools": {name: _shown(one, day) for name, one in sorted(folding.schools.items())},
    }  # fmt: skip


def _told(leaf: Leaf, state: bytes | None, passed: dict[str, int]) -> Happened | None:
    """What an entry says; None for what is passed over. The line with which a log opens is of no school."""
    if state is None:
        passed["withheld"] += 1
    elif leaf.topic != OPENED:
        try:
            return unpack(Line(leaf.n, leaf.id, leaf.ver, leaf.topic, state))
        except (UnknownEvent, Misread):
            passed["unreadable"] += 1
    return None


def _is_after(happened: Happened, until: Until) -> bool:
    return isinstance(until, date) and happened.at >= midnight(until + timedelta(days=1))


def _day(until: Until, last: Happened | None) -> date:
    """The day that settings are asked for: the asked one, or that of the last event taken."""
    if isinstance(until, date):
        return until
    return (last.at if last else datetime.now(SHANGHAI)).astimezone(SHANGHAI).date()


def _shown(school: _School, day: date) -> dict[str, Any]:
    in_force = school.book.on(day)
    return {
        "settings": {"version": in_force.version, "values": in_force.values},
        "rows": {
            model: {
                key: {"version": version, "row": row} for key, (version, row) in sorted(rows.items()) if row is not None
            }
            for model, rows in sorted(school.rows.items())
        },
    }


def _entries(export: Export) -> Iterator[Entry]:
    for index, line in enumerate(export.lines()):
        try:
            yield read_line(line)
        except ValueError:
            raise Unusable("line-unread", index=index) from None


def _origin(export: Export) -> str:
    first = next(_entries(export), None)
    if first is None:
        raise Unusable("export-void", path=export.path)
    return read_leaf(first.leaf).log


def _service(origin: str, named: str | None) -> Service:
    service = SERVICES.get(named or origin.rpartition("/")[2])
    if service is None:
        raise Unusable("service-unknown", origin=origin)
    return service
