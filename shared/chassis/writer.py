"""One writer a process: decisions queue up, and whoever waits together is committed together."""

import asyncio
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import structlog

from shared.chassis.batch import Entry
from shared.chassis.digestion import is_outage
from shared.chassis.log import Log
from shared.chassis.metrics import BATCH_SIZE

logger = structlog.get_logger(__name__)


class QueueFull(Exception):
    """More decisions wait than this process may hold: ask again later."""


class Writer:
    """`submit` returns when the entry is answered: committed and fsynced, replayed, or in conflict.

    Entries are decided in the order in which they were submitted. A batch that fails as a whole is
    tried entry by entry, so that no entry fails for another's sake.
    """

    def __init__(self, log: Log, *, depth: int, batch: int, committed: Callable[[AbstractSet[str]], None]) -> None:
        self._log, self._batch, self._committed = log, batch, committed
        self._queue: asyncio.Queue[tuple[Entry, asyncio.Future[None]]] = asyncio.Queue(depth)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def submit(self, entry: Entry) -> None:
        done = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((entry, done))
        except asyncio.QueueFull:
            raise QueueFull from None
        await done

    async def stop(self) -> None:
        """Everything submitted is answered first."""
        await self._queue.join()
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._thread.shutdown()

    async def _run(self) -> None:
        while True:
            waiting = [await self._queue.get()]
            while len(waiting) < self._batch and not self._queue.empty():
                waiting.append(self._queue.get_nowait())
            BATCH_SIZE.observe(len(waiting))
            await self._commit(waiting)
            for _ in waiting:
                self._queue.task_done()

    async def _commit(self, waiting: Sequence[tuple[Entry, "asyncio.Future[None]"]]) -> None:
        entries = [entry for entry, _ in waiting]
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._log.commit, entries)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the waiting must hear it
            if is_outage(failure):
                for entry, done in waiting:
                    entry.failed = True
                    _tell(done, failure)
                return
            if len(waiting) > 1:
                logger.warning("batch failed, trying one by one", size=len(waiting), failure=str(failure))
                for one in waiting:
                    await self._commit([one])
                return
            entries[0].failed = True
            _tell(waiting[0][1], failure)
            return
        for _, done in waiting:
            _tell(done, None)
        if names := {e.topic for entry in entries if not (entry.conflict or entry.replayed) for e in entry.events}:
            self._wake(names)

    def _wake(self, names: AbstractSet[str]) -> None:
        try:
            self._committed(names)
        except Exception:
            # A wake-up that is lost costs seconds; the writer goes on.
            logger.exception("wake-up failed")


def _tell(done: "asyncio.Future[None]", failure: Exception | None) -> None:
    if done.done():
        return  # whoever asked is gone
    if failure is None:
        done.set_result(None)
    else:
        done.set_exception(failure)
