"""Wake-ups over Redis: one coalesced nudge a commit batch. A lost one costs seconds, never data."""

import queue
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import redis
import structlog

from shared.chassis.metrics import WAKE_UPS_LOST

logger = structlog.get_logger(__name__)

HELD_SECONDS = 30
REST_SECONDS = 1.0


def mark(task: str) -> str:
    """The key that holds while a nudge for this task waits in its queue."""
    return f"nudge:{task}"


class WakeUps:
    """`wake(service)` returns at once; a thread of its own talks to the broker and fails fast.

    `tasks` are by service those that its new events concern: its own projection, its followers.
    """

    def __init__(self, broker_url: str, send: Any, tasks: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        self._redis = redis.Redis.from_url(redis_address(broker_url), **fast(broker_url))
        self._send, self._tasks = send, tasks
        self._woken: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="wake-ups", daemon=True)
        self._thread.start()

    def wake(self, service: str) -> None:
        if self._woken.qsize() < 100:  # noqa: PLR2004 - more of the same say nothing new
            self._woken.put(service)

    def stop(self) -> None:
        self._woken.put(None)
        self._thread.join(timeout=2)

    def _run(self) -> None:
        while (first := self._woken.get()) is not None:
            woken = {first}
            while not self._woken.empty():
                if (more := self._woken.get()) is None:
                    return
                woken.add(more)
            for service in woken:
                try:
                    self._nudge(service)
                except Exception as error:  # noqa: BLE001 - redis' and kombu's words for a broker away
                    WAKE_UPS_LOST.labels(service).inc()
                    logger.warning("wake-up lost", service=service, error=str(error))
                    time.sleep(REST_SECONDS)
                    break

    def _nudge(self, service: str) -> None:
        for task, at in self._tasks.get(service, ()):
            if self._redis.set(mark(task), 1, nx=True, px=HELD_SECONDS * 1000):
                try:
                    self._send(task, at)
                except Exception:
                    # No nudge is on its way: the next one must not be taken for doubled.
                    self._redis.delete(mark(task))
                    raise


def redis_address(broker_url: str) -> str:
    """Kombu and redis-py name a socket differently."""
    return broker_url.replace("redis+socket://", "unix://")


def fast(broker_url: str) -> dict[str, Any]:
    """A broker that accepts and never answers must not hold up who asks it: 0.1 s."""
    limits: dict[str, Any] = {"socket_timeout": 0.1, "retry": None}
    return limits if broker_url.startswith("redis+socket") else limits | {"socket_connect_timeout": 0.05}
