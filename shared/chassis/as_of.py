"""Answers as of a moment: what stood at a position of the log, or at the end of a day (Shanghai) as it was recorded.

The rows are folded again up to there, by the same folds, and thrown away: nothing is kept twice.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from fastapi import Request

from shared.chassis.asking import asked_date
from shared.chassis.envelope import school_of, unpack
from shared.chassis.problems import Problem
from shared.chassis.rows import plain
from shared.chassis.runtime import Runtime
from shared.kernel.model import Happened, ReadModel, by_stream

Row = TypeVar("Row")

PARAMETERS = ("as_of", "at_position")
OPENAPI = [
    {"name": "as_of", "in": "query", "required": False, "schema": {"type": "string", "format": "date"},
     "description": "As it stood at the end of this day, Asia/Shanghai"},
    {"name": "at_position", "in": "query", "required": False, "schema": {"type": "integer", "minimum": 0},
     "description": "As it stood at this position of the log"},
]  # fmt: skip


async def asked_moment(request: Request, runtime: Runtime) -> int | None:
    """The position that a query asks about; None for now."""
    day, given = asked_date(request, "as_of"), request.query_params.get("at_position")
    if given is None:
        return None if day is None else await asyncio.to_thread(_position_on, runtime, day)
    if day is not None or not (given.isascii() and given.isdigit() and len(given) <= 18):  # noqa: PLR2004
        raise Problem("moment-malformed")
    position = int(given)
    if position > await asyncio.to_thread(runtime.log.head):
        # It would be another answer tomorrow: what is not written yet has no past.
        raise Problem("moment-malformed")
    return position


def _position_on(runtime: Runtime, day: date) -> int:
    if day > runtime.clock.today():
        raise Problem("moment-malformed")
    return runtime.log.position_on(day)


def row_at(runtime: Runtime, model: ReadModel[Row], school: str, key: str, position: int) -> tuple[int, Row] | None:
    """One row with its version, as it stood then."""
    told: Iterable[Happened]
    if model.keys is by_stream:
        try:
            told = map(unpack, runtime.log.stream_through(UUID(key), position))
        except ValueError:
            return None
    else:
        told = _happened(runtime, model, school, position)
    return _folded(model, (one for one in told if one.school == school)).get(key)


def rows_at(runtime: Runtime, model: ReadModel[Row], school: str, position: int) -> dict[str, tuple[int, Row]]:
    """A school's rows by key, as they stood then."""
    return _folded(model, _happened(runtime, model, school, position))


def matches(row: Any, filters: Mapping[str, str]) -> bool:
    return all(plain(getattr(row, name)) == value for name, value in filters.items())


def _happened(runtime: Runtime, model: ReadModel[Any], school: str, position: int) -> Iterable[Happened]:
    facts = {fact.__event_name__ for fact in model.facts}
    lines = (line for line in runtime.log.walk(position) if line.event in facts)
    return (unpack(line) for line in lines if school_of(line) == school)


def _folded(model: ReadModel[Row], told: Iterable[Happened]) -> dict[str, tuple[int, Row]]:
    rows: dict[str, tuple[int, Row | None]] = {}
    for happened in told:
        for key in model.keys(happened):
            rows[key] = model.folded(key, rows.get(key, (0, None)), happened)
    return {key: (version, row) for key, (version, row) in sorted(rows.items()) if row is not None}
