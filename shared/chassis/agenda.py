"""Deadlines: what time asks for is done in due order, each on its due day, late or not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any

import structlog

from shared.chassis.deciding import DECISIONS, Asked
from shared.chassis.digestion import is_outage
from shared.chassis.runtime import Runtime
from shared.chassis.stored import believed
from shared.kernel.calendar import WorkCalendar, midnight
from shared.kernel.model import Due, NotYet
from shared.kernel.people import SYSTEM

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, order=True)
class Entry:
    """A due command with its day, the key of its row and its school."""

    on: date
    key: str
    school: str
    due: Any = None


class Agenda:
    """One service's due commands. Doing one twice is harmless: each carries a key of its own."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def entries(self, through: date = date.max) -> list[Entry]:
        """What falls due by a day and is not settled, in due order; what has no day yet is left out."""
        found = [
            Entry(day, key, school, due)
            for day, key, school, due in self._unsettled(through)
            if day is not None and day <= through
        ]
        return sorted(found, key=lambda entry: (entry.on, entry.key))

    def standing(self, school: str) -> list[tuple[date | None, Due]]:
        """A school's deadlines that are not settled, with their days; last those without one yet (A.9-5)."""
        found = [(day, due) for day, _, of, due in self._unsettled(date.max) if of == school]
        return sorted(found, key=lambda one: (one[0] is None, one[0] or date.max, one[1].ask))

    def _unsettled(self, through: date) -> Iterator[tuple[date | None, str, str, Due]]:
        """Day, key, school and due of what is still to be done."""
        model = self._runtime.service.agenda
        if model is None:
            return
        settled = self._runtime.rows.settled_dues()
        calendar = cache(lambda school: self._runtime.book(school).calendar)
        for key, school, due in self._runtime.rows.due(model, through):
            if _mark(key, due) not in settled:
                yield due_day(due, partial(calendar, school)), key, school, due

    def next_due(self) -> datetime | None:
        """When the earliest is due: midnight in Shanghai of its day."""
        entries = self.entries()
        return midnight(entries[0].on) if entries else None

    def is_due(self) -> bool:
        self._runtime.clock.refresh()
        return bool(self.entries(through=self._runtime.clock.today()))

    async def run_due(self) -> int:
        """Do all that is due, one by one, the rows brought up to date before each; how many were done."""
        done, waiting = 0, set[str]()
        while True:
            self._runtime.clock.refresh()
            self._runtime.projection.catch_up()
            due = [e for e in self.entries(through=self._runtime.clock.today()) if e.key not in waiting]
            if not due:
                return done
            if await self._do(due[0]):
                done += 1
            else:
                waiting.add(due[0].key)

    async def _do(self, entry: Entry) -> bool:
        """False: it cannot be kept now and is tried again later; it holds up no other."""
        kind = self._runtime.service.command_named(entry.due.ask)
        mark = _mark(entry.key, entry.due)
        asked = Asked(
            actors=(SYSTEM,), school=entry.school, key=f"agenda/{mark}", on=entry.on,
            rules=entry.due.rules, causation=f"agenda/{mark}",
        )  # fmt: skip
        try:
            await self._runtime.execute(believed(kind, entry.due.body), asked)
        except NotYet as missing:
            logger.info("a due command waits for a fact", due=mark, missing=str(missing))
            return False
        except DECISIONS as refusal:
            logger.error("a due command was refused", due=mark, refusal=str(refusal))  # noqa: TRY400
            self._runtime.rows.settle(mark, str(refusal))
            return True
        except Exception as failure:
            if is_outage(failure):
                raise
            logger.exception("a due command failed", due=mark)
            return False
        self._runtime.rows.settle(mark, None)
        return True


def due_day(due: Due, calendar: Callable[[], WorkCalendar]) -> date | None:
    """The day a command falls due; None while the calendar does not reach that far (A.9-5)."""
    if due.workdays is None or due.since is None:
        return due.on
    return calendar().takes_effect_on(due.since, due.workdays)


def _mark(key: str, due: Due) -> str:
    return f"{key}/{due.ask}/{due.on or f'{due.since}+{due.workdays}'}/{due.cause}"
