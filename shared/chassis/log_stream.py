"""The log as server-sent events: what was there, then what comes, resumed by position."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from time import monotonic
from types import FrameType
from typing import Any, TypeVar

import orjson
import structlog
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.types import Receive, Scope, Send

from shared.chassis.digestion import is_outage
from shared.chassis.log_search import Wanted, item, search
from shared.chassis.problems import Problem
from shared.chassis.runtime import Runtime

logger = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

PAGE = 200
LOOK_SECONDS, HEARTBEAT_SECONDS = 0.5, 15.0
LIVE_SECONDS = 600.0
"""Then a stream ends, and whoever resumes it shows a token that is still good."""

RECONNECT_MILLISECONDS = 1_000


class Streams:
    """The open streams of one service in one process: one look at the log for all of them, two threads, a cap."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        most: int,
        look: float = LOOK_SECONDS,
        heartbeat: float = HEARTBEAT_SECONDS,
        live: float = LIVE_SECONDS,
    ) -> None:
        self._runtime, self._most = runtime, most
        self._look_seconds, self._heartbeat, self._live = look, heartbeat, live
        self._loop = asyncio.get_running_loop()
        # Of its own: streams that read much must not hold up commands and queries.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="streams")
        self._open = 0
        self._news = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._is_ending = False

    def open(self, wanted: Wanted, school: str | None, after: int) -> "LogStream":
        """One more stream, or the problem `streams-full`."""
        if self._open >= self._most:
            raise Problem("streams-full", {"Retry-After": "30"}, most=self._most)
        self._open += 1
        if self._watching is None or self._watching.done():
            self._watching = self._loop.create_task(self._watch())
        return LogStream(self.told(wanted, school, after), self._closed)

    def _closed(self) -> None:
        self._open -= 1

    async def told(self, wanted: Wanted, school: str | None, after: int) -> AsyncIterator[bytes]:
        """The lines above `after` as they are there, each under its position, and signs of life between them.

        A sign of life names the position up to which was looked: nothing between is missed by resuming there. A store
        that is away ends the stream: whoever resumes hears from the server when it is back.
        """
        yield format_sse_event(comment="the log", retry=RECONNECT_MILLISECONDS)
        until, beat = monotonic() + self._live, monotonic() + self._heartbeat
        while not self._is_ending and monotonic() < until:
            # Taken before the log is read: what comes after it wakes us.
            news = self._news
            try:
                found = await self._in_thread(partial(search, self._runtime, wanted, school, after, PAGE))
            except Exception as failure:
                if not is_outage(failure):
                    raise
                return
            sealed_through = await self._in_thread(self._runtime.seals.sealed_through) if found.lines else 0
            for line in found.lines:
                told = orjson.dumps(item(line, sealed_through)).decode()
                yield format_sse_event(data_str=told, id=str(line.position))
            has_more = after < found.through < found.end
            after = found.through
            if found.lines or monotonic() >= beat:
                if not found.lines:
                    yield format_sse_event(comment="nothing new", id=str(after))
                beat = monotonic() + self._heartbeat
            if not has_more:
                await _either(news, min(beat, until) - monotonic())

    async def _watch(self) -> None:
        """While anybody listens: look how far log and index are, and wake all when either has moved."""
        seen: tuple[int, int] | None = None
        while self._open and not self._is_ending:
            try:
                now = await self._in_thread(lambda: (self._runtime.log.head(), self._runtime.index.position()))
            except Exception as failure:  # noqa: BLE001 - whatever it is, the next look may go well
                logger.warning("the log is not seen", error=str(failure))
            else:
                if now != seen:
                    seen = now
                    self._wake()
            await asyncio.sleep(self._look_seconds)

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def end(self) -> None:
        """Have all streams end; from any thread, also from within a signal's handler."""
        self._is_ending = True
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    async def stop(self) -> None:
        self.end()
        if self._watching is not None:
            self._watching.cancel()
        await asyncio.to_thread(self._threads.shutdown)

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        return await self._loop.run_in_executor(self._threads, work)


class LogStream(StreamingResponse):
    """Says when it is over, however that came about."""

    media_type = "text/event-stream"

    def __init__(self, told: AsyncIterator[bytes], closed: Callable[[], None]) -> None:
        # A proxy that gathers what it passes on would hold events back.
        super().__init__(told, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._closed = closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._closed()


async def _either(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(max(seconds, 0)):
            await news.wait()
    except TimeoutError:
        pass


@contextmanager
def told_of_the_end(tell: Callable[[], None]) -> Iterator[None]:
    """`tell` is called when the process is asked to end, before its server waits for open answers.

    A server stops its lifespan only after the last answer, and a stream's answer has no last line: without this
    each would wait for the other.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former: dict[int, tuple[Any, Any]] = {}

    def chained(then: Callable[[int, FrameType | None], Any]) -> Callable[[int, FrameType | None], None]:
        def heard(number: int, frame: FrameType | None) -> None:
            tell()
            then(number, frame)

        return heard

    for number in (int(signal.SIGINT), int(signal.SIGTERM)):
        known = signal.getsignal(number)
        if callable(known):
            former[number] = (known, chained(known))
            signal.signal(number, former[number][1])
    try:
        yield
    finally:
        for number, (known, ours) in former.items():
            if signal.getsignal(number) is ours:
                signal.signal(number, known)
