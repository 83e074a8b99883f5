"""One reader a process: streams that are missing at the same moment are fetched in one round trip."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from shared.chassis.envelope import Line
from shared.chassis.log import Log

MOST = 500


class Reader:
    """`stream` answers with a stream's lines, read after they were asked for."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._waiting: dict[UUID, asyncio.Future[list[Line]]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reader")
        self._task: asyncio.Task[None] | None = None

    async def stream(self, id: UUID) -> list[Line]:
        loop = asyncio.get_running_loop()
        if id not in self._waiting:
            self._waiting[id] = loop.create_future()
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())
        # Others may wait for the same stream: one who leaves does not take it from them.
        return await asyncio.shield(self._waiting[id])

    async def _run(self) -> None:
        while self._waiting:
            taken = {id: self._waiting.pop(id) for id in list(self._waiting)[:MOST]}
            work = asyncio.get_running_loop().run_in_executor(self._thread, self._log.streams, list(taken))
            try:
                found = await work
            except Exception as failure:  # noqa: BLE001 - whatever it is, the waiting must hear it
                for waiting in taken.values():
                    waiting.set_exception(failure)
            else:
                for id, waiting in taken.items():
                    waiting.set_result(found[id])

    def stop(self) -> None:
        self._thread.shutdown()
