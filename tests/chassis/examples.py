"""People, things and ready-made values that the chassis tests speak of."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.persistence import StoredEvent

from shared.chassis.batch import Entry, Key
from shared.chassis.deciding import Asked
from shared.chassis.envelope import Line
from shared.chassis.upstream import LogPage
from shared.kernel.people import Actor, Role

SCHOOL = "jiangyin"
PRINCIPAL = Actor(UUID(int=7), Role.SCHOOL)
CLOCKS, BOARDS, CHESS = UUID(int=0xC10C), UUID(int=0xB0A2D), UUID(int=0xC4E55)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def asked(key: str, **more: Any) -> Asked:
    return Asked(**{"actors": (PRINCIPAL,), "school": SCHOOL, "key": key, **more})


def happening(stream: UUID, version: int, state: bytes = b"{}", name: str = "testing.counted") -> StoredEvent:
    return StoredEvent(stream, version, name, state)


def decision(
    *events: StoredEvent, key: str | None = None, request: str = "r", kept: bool = False, **more: Any
) -> Entry:
    """An accepted command's entry: under a key it answers with its own key's name."""
    if key is not None:
        more = {"key": Key(key, request, NOON, kept), "outcome": f"outcome of {key}".encode(), **more}
    return Entry(events=list(events), **more)


def announced(position: int, stream: UUID, version: int, name: str = "elsewhere.announced", **body: Any) -> Line:
    """A line of the upstream's log."""
    state = {
        "actor": {"person": str(PRINCIPAL.person), "role": "school"}, "at": NOON.isoformat(), "causation": "c",
        "correlation": "c", "on": "2026-03-02", "rules": 0, "school": SCHOOL, "nonce": "0" * 32, "body": body,
    }  # fmt: skip
    return Line(position, stream, version, name, orjson.dumps(state))


class Elsewhere:
    """An upstream that holds these lines, and shows a page of them at a time."""

    def __init__(self, *lines: Line, page: int = 500) -> None:
        self.lines, self._most = list(lines), page

    def page(self, after: int, limit: int) -> LogPage:
        lines = [line for line in self.lines if line.position > after][: min(limit, self._most)]
        return LogPage(lines, lines[-1].position if lines else after)


def bodies(lines: list[Line], name: str) -> list[dict[str, Any]]:
    """What the events of a name say, in the log's order."""
    return [orjson.loads(line.state)["body"] for line in lines if line.event == name]
