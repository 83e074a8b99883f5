"""Celery on Redis: project, follow, keep the agenda; a queue a service; catch-up by beat.

Durability is the stored position plus catch-up, never the broker: a task that is lost or doubled
changes nothing. Settings are those measured in the architecture's section 7.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cache, partial
from typing import Any

import httpx2 as httpx
import redis
import structlog
from celery import Celery
from celery.signals import worker_process_init

from shared.chassis.agenda import Agenda
from shared.chassis.envelope import school_of, unpack
from shared.chassis.erasures import Erasures
from shared.chassis.follower import PAGE, Follower
from shared.chassis.jobs import JOB_ASKED, Job, Jobs, Logs, work_off
from shared.chassis.operations import CLOCK_MOVED
from shared.chassis.runtime import SEAL_NOW, Runtime
from shared.chassis.sealers import Sealers
from shared.chassis.service import Service
from shared.chassis.settings import InstallationSettings
from shared.chassis.upstream import OwnLog, RemoteLog, Upstream, UpstreamAway, UpstreamDisorder
from shared.chassis.wakeups import WakeUps, mark, redis_address
from shared.kernel.model import Happened

logger = structlog.get_logger(__name__)

CATCH_UP_SECONDS = 3
TIDY_SECONDS = 3600
KEYS_LIVE = timedelta(days=30)
SEAL, SEAL_QUEUE = "mingban.seal", "seal"
SEAL_SECONDS = 1
WORKS = ("project", "follow", "agenda", "index")


def producer(broker_url: str) -> Celery:
    """A Celery that only sends, and gives up at once: a web process must not wait for a broker."""
    app = Celery("mingban", broker=broker_url, set_as_current=False)
    app.conf.update(
        task_ignore_result=True,
        broker_transport_options={"socket_timeout": 0.1, "socket_connect_timeout": 0.05, "max_retries": 0},
    )
    return app


Kinds = Mapping[str, Sequence[Job]]
"""The long questions by the service that takes them."""


def wake_ups(services: Mapping[str, Service], broker_url: str) -> WakeUps:
    """Whom new events of a service concern: its own rows, and whoever follows it."""
    tasks: dict[str, list[tuple[str, str]]] = {}
    for name in services:
        followers = [s.name for s in services.values() if name in s.upstreams]
        tasks[name] = [(f"{name}.project", name), *((f"{f}.follow", f) for f in followers)]
        tasks[CLOCK_MOVED + name] = [(f"{name}.agenda", name)]
        tasks[JOB_ASKED + name] = [(f"{name}.jobs", name)]
    tasks[SEAL_NOW] = [(SEAL, SEAL_QUEUE)]
    sender = producer(broker_url)

    def send(task: str, at: str) -> None:
        sender.send_task(task, queue=at, retry=False, ignore_result=True, expires=60)

    return WakeUps(broker_url, send, tasks)


class Crew:
    """What one worker process has open: runtimes, their loop, the way to the upstreams.

    Opened after the fork, when a task first needs it.
    """

    def __init__(
        self,
        services: Mapping[str, Service],
        settings: InstallationSettings,
        token: Callable[[], str],
        woken: WakeUps | None = None,
        jobs: Kinds | None = None,
    ) -> None:
        self._services, self._settings, self._token = services, settings, token
        self._jobs = jobs or {}
        self._wake = woken
        self._loop = asyncio.new_event_loop()
        self._client = httpx.Client(timeout=10, trust_env=False)
        self._runtimes: dict[str, Runtime] = {}
        self._redis: Any = None
        if settings.broker_url:
            self._redis = redis.Redis.from_url(redis_address(settings.broker_url), socket_timeout=2)

    def runtime(self, name: str) -> Runtime:
        if name not in self._runtimes:
            runtime = Runtime(self._services[name], self._settings, self._wake.wake if self._wake else lambda _: None)
            self._run(_start(runtime))
            self._runtimes[name] = runtime
        return self._runtimes[name]

    def source(self, name: str, upstream: str) -> Upstream:
        if upstream == name:
            return OwnLog(self.runtime(name).log)
        return RemoteLog(f"{self._settings.upstream}/{upstream}/log", self._token, self._client)

    def project(self, name: str) -> None:
        runtime = self.runtime(name)
        runtime.projection.ensure_current()
        runtime.projection.catch_up()
        Erasures(runtime).catch_up()
        # What has just been folded may be due already.
        self.agenda(name)

    def index(self, name: str) -> None:
        """By beat alone: nobody's decision waits for it, and a nudge a commit would cost more than it does."""
        index = self.runtime(name).index
        index.ensure_current()
        index.catch_up()

    def follow(self, name: str) -> None:
        for upstream in self._services[name].upstreams:
            try:
                follower = Follower(self.runtime(name), upstream, self.source(name, upstream))
                self._run(follower.catch_up())
            except (UpstreamAway, UpstreamDisorder) as error:
                logger.warning("upstream not read", service=name, upstream=upstream, error=str(error))

    def agenda(self, name: str) -> None:
        agenda = Agenda(self.runtime(name))
        if agenda.is_due():
            # What others published by now may bear on what is due: a pass that came before the cycle's end.
            self.follow(name)
            self._run(agenda.run_due())

    def jobs(self, name: str) -> None:
        work_off(Jobs(self.runtime(name).rows), self._jobs[name], lambda school: self.logs(name, school))

    def logs(self, name: str, school: str) -> Logs:
        """All services' logs as this one reads them: its own, the others' over HTTP."""
        return {other: partial(_told, self.source(name, other), school) for other in self._services}

    def tidy(self, name: str) -> None:
        runtime = self.runtime(name)
        runtime.log.purge_keys(runtime.clock.now() - KEYS_LIVE)

    def started(self, task: str) -> None:
        """From here on a new event needs a new nudge: what this task reads, it reads after this."""
        if self._redis:
            with suppress(redis.RedisError, OSError):
                self._redis.delete(mark(task))

    def retry_parked(self, name: str) -> int:
        runtime = self.runtime(name)
        left: int = sum(
            self._run(Follower(runtime, upstream, self.source(name, upstream)).retry())
            for upstream in self._services[name].upstreams
        )
        left += runtime.projection.retry()
        if runtime.rows.unsettle_refused():
            self.agenda(name)
        return left

    def close(self) -> None:
        for runtime in self._runtimes.values():
            self._run(runtime.stop())
        self._loop.close()
        self._client.close()

    def _run(self, work: Any) -> Any:
        return self._loop.run_until_complete(work)


def _told(source: Upstream, school: str) -> Iterator[Happened]:
    at = 0
    while (page := source.page(at, PAGE)).through > at:
        yield from (unpack(line) for line in page.lines if school_of(line) == school)
        at = page.through


async def _start(runtime: Runtime) -> None:
    runtime.writer.start()


def worker_app(
    services: Mapping[str, Service],
    settings: InstallationSettings,
    token: Callable[[], str],
    sealers: Callable[[], Sealers],
    jobs: Kinds | None = None,
) -> Celery:
    """The workers' Celery with each service's tasks and beat's entries. Who takes the queue `seal` has its keys."""
    jobs = jobs or {}
    app = Celery("mingban", broker=settings.broker_url)
    app.conf.update(
        task_acks_late=False,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        timezone="Asia/Shanghai",
        broker_transport_options={
            "socket_timeout": 2,
            "visibility_timeout": 60,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
        },
    )
    crew: list[Crew] = []

    def open_crew(**_: Any) -> None:
        assert settings.broker_url
        crew[:] = [Crew(services, settings, token, wake_ups(services, settings.broker_url), jobs)]

    worker_process_init.connect(open_crew, weak=False)
    app.conf.beat_schedule = {}
    _register_seal(app, crew, sealers)
    for name in services:
        works = (*WORKS, "jobs") if name in jobs else WORKS
        for work, every in [*((work, CATCH_UP_SECONDS) for work in works), ("tidy", TIDY_SECONDS)]:
            _register(app, crew, name, work)
            entry = {
                "task": f"{name}.{work}", "schedule": every,
                "options": {"queue": name, "expires": every},
            }  # fmt: skip
            app.conf.beat_schedule[f"{name}.{work}"] = entry
    return app


def _register_seal(app: Celery, crew: Sequence[Crew], sealers: Callable[[], Sealers]) -> None:
    opened = cache(sealers)

    def seal() -> None:
        crew[0].started(SEAL)
        opened().run()

    app.task(seal, name=SEAL)
    app.conf.beat_schedule[SEAL] = {
        "task": SEAL, "schedule": SEAL_SECONDS, "options": {"queue": SEAL_QUEUE, "expires": SEAL_SECONDS},
    }  # fmt: skip


def _register(app: Celery, crew: Sequence[Crew], service: str, work: str) -> None:
    name = f"{service}.{work}"

    def task() -> None:
        crew[0].started(name)
        getattr(crew[0], work)(service)

    app.task(task, name=name)
