"""Receipts: what a command recorded is promised to be sealed, over the signature of this process."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import orjson
import structlog

from shared.audit.note import Signer
from shared.audit.receipt import Receipt as Promise
from shared.audit.tree import leaf_hash
from shared.chassis.deciding import Receipt
from shared.chassis.envelope import Line, leaf
from shared.chassis.keys import BadKeys, Keys
from shared.chassis.log import Log
from shared.chassis.service import Service
from shared.chassis.settings import InstallationSettings

logger = structlog.get_logger(__name__)

MOST, APART = 200, 500
RENEWED_SECONDS = 10.0


class Lost(Exception):
    """The log no longer holds what a command recorded."""


@dataclass(frozen=True)
class Promised:
    """What a service promises: for which events, how soon, and by which key at a time."""

    events: frozenset[str]
    origin: str
    within: timedelta
    signer: Callable[[], Signer]


def promising(service: Service, settings: InstallationSettings) -> Promised | None:
    """None for a service that promises nothing; `BadKeys` for one that does and has no key for it."""
    if not service.receipts:
        return None
    keys, events = Keys(settings), frozenset(event.__event_name__ for event in service.receipts)

    def signer() -> Signer:
        return keys.receipt_signer(service.name, datetime.now(UTC))

    signer()
    within = timedelta(seconds=settings.receipt_promise_seconds)
    return Promised(events, keys.origin_of(service.name), within, signer)


class Receipts:
    """`signed` speaks of the bytes that the log holds; those who ask at the same moment are read in one go."""

    def __init__(self, log: Log, promised: Promised) -> None:
        self._log, self._promised = log, promised
        self._signer, self._renewed = promised.signer(), monotonic()
        self._waiting: list[tuple[Receipt, asyncio.Future[str]]] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="receipts")
        self._task: asyncio.Task[None] | None = None

    def cover(self, receipt: Receipt) -> bool:
        return not self._promised.events.isdisjoint(receipt.events)

    async def signed(self, receipt: Receipt) -> str:
        """The text of a signed note over all events of a command that was committed, now or long ago."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[str] = loop.create_future()
        self._waiting.append((receipt, done))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())
        return await done

    async def _run(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            receipts = [receipt for receipt, _ in taken]
            try:
                notes: Sequence[str | Exception] = await asyncio.get_running_loop().run_in_executor(
                    self._thread, self._signed, receipts
                )
            except Exception as failure:  # noqa: BLE001 - whatever it is, the waiting must hear it
                notes = [failure] * len(taken)
            for (_, done), note in zip(taken, notes, strict=True):
                if done.done():
                    continue  # whoever asked is gone
                if isinstance(note, Exception):
                    done.set_exception(note)
                else:
                    done.set_result(note)

    def _renew(self) -> None:
        """A rotated key is taken up without a new start. What was recorded is promised even while none can be read."""
        if monotonic() - self._renewed > RENEWED_SECONDS:
            self._renewed = monotonic()
            try:
                self._signer = self._promised.signer()
            except BadKeys as error:
                logger.error("receipt key not read, signing with the former one", why=str(error))  # noqa: TRY400

    def _signed(self, receipts: Sequence[Receipt]) -> list[str | Exception]:
        self._renew()
        held = self._held(receipts)
        made: list[str | Exception] = []
        for receipt in receipts:
            try:
                made.append(self._note(recorded(self._log, receipt, held)))
            except Lost as failure:
                made.append(failure)
        return made

    def _note(self, lines: Sequence[Line]) -> str:
        origin = self._promised.origin
        entries = tuple((line.position, leaf_hash(leaf(origin, line).text)) for line in lines)
        text = Promise(origin, entries, datetime.now(UTC) + self._promised.within).text
        return f"{text}\n{self._signer.line(text)}"

    def _held(self, receipts: Sequence[Receipt]) -> dict[int, Line]:
        """The lines around the receipts' positions: commands that were committed together lie side by side."""
        held: dict[int, Line] = {}
        spans: list[list[int]] = []
        for receipt in sorted(receipts, key=lambda receipt: receipt.position):
            first = receipt.position - len(receipt.events)
            if spans and first - spans[-1][1] < APART:
                spans[-1] = [min(first, spans[-1][0]), receipt.position]
            else:
                spans.append([first, receipt.position])
        for first, last in spans:
            held.update({line.position: line for line in self._log.read(first, last - first)})
        return held

    def stop(self) -> None:
        self._thread.shutdown()


def recorded(log: Log, receipt: Receipt, held: dict[int, Line]) -> list[Line]:
    """The lines of a command: they end at its position and stand next to each other, unless numbers were lost."""
    last = receipt.position
    found = [held[at] for at in range(last - len(receipt.events) + 1, last + 1) if at in held]
    return found if _is_its(found, receipt) else _searched(log, receipt)


def _searched(log: Log, receipt: Receipt) -> list[Line]:
    """Back from the last one, further each time."""
    wanted, reach = len(receipt.events), 1_000
    while True:
        after = max(0, receipt.position - reach)
        lines = [line for line in _walked(log, after, receipt.position) if line.event in receipt.events]
        acts = [_act(line) for line in lines]
        found = [line for line, act in zip(lines, acts, strict=True) if act == acts[-1]][-wanted:]
        if _is_its(found, receipt):
            return found
        if after == 0:
            msg = f"the log does not hold the {wanted} events that a command recorded up to {receipt.position}"
            raise Lost(msg)
        reach *= 10


def _walked(log: Log, after: int, through: int) -> list[Line]:
    return [line for line in log.read(after, through - after) if line.position <= through]


def _is_its(lines: Sequence[Line], receipt: Receipt) -> bool:
    """Whether these are a command's lines: its last one at its position, its names in order, one act all of them."""
    if [line.event for line in lines] != list(receipt.events) or lines[-1].position != receipt.position:
        return False
    streams = {line.stream: line.version for line in lines}
    if receipt.stream in streams and streams[receipt.stream] != receipt.version:
        return False
    return len(lines) == 1 or len({_act(line) for line in lines}) == 1


def _act(line: Line) -> tuple[Any, ...]:
    """What all events of one command share."""
    state = orjson.loads(line.state)
    return state["school"], state["actor"]["person"], state["at"], state["correlation"], state["causation"]
