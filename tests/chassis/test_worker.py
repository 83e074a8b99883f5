"""Workers on a real broker: woken by commits, none the worse for a broker that is away or a worker that died."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import redis

from shared.chassis.identity import LocalIssuer
from shared.chassis.runtime import Runtime
from shared.chassis.settings import InstallationSettings
from shared.chassis.worker import Crew, WakeUps, wake_ups
from shared.kernel.calendar import midnight
from tests.chassis.conftest import OpenRuntime
from tests.chassis.examples import BOARDS, CLOCKS, asked, bodies
from tests.chassis.ledger import Close, Count, Open, testing
from tests.conftest import Installation, on_sqlite

ROOT = Path(__file__).parents[2]
SERVICES = {"testing": testing}
PATIENCE = 3_000
BASES = itertools.count(1)
NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens
TUESDAY = date(2026, 3, 3)

Started = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def store(installation: Installation, redis_url: str) -> InstallationSettings:
    base = redis_url.removesuffix("/0") + f"/{next(BASES)}"  # a database of its own
    settings = installation(["testing"], broker_url=base, upstream_url=NOWHERE)
    LocalIssuer(settings.home, settings.issuer, settings.audience).prepare()
    return settings


@pytest.fixture
def woken(store: InstallationSettings) -> Iterator[WakeUps]:
    made = wake_ups(SERVICES, store.broker_url or "")
    yield made
    made.stop()


@pytest.fixture
def worker(store: InstallationSettings) -> Iterator[Started]:
    """`worker()`: a Celery process without beat, so that nothing but a wake-up moves it."""
    running: list[subprocess.Popen[bytes]] = []
    chosen = {f"MINGBAN_{name.upper()}": str(value) for name, value in store.model_dump(exclude_none=True).items()}
    command = [sys.executable, "-m", "celery", "-q", "-A", "tests.chassis.crew", "worker", "-Q", "testing", "-c", "1"]

    def start() -> "subprocess.Popen[bytes]":
        with (store.home / "worker.log").open("ab") as said:
            process = subprocess.Popen(
                [*command, "--without-gossip", "--without-mingle"], cwd=ROOT, env={**os.environ, **chosen},
                start_new_session=True, stdout=said, stderr=subprocess.STDOUT,
            )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End it with its pool, as a machine does that loses its power."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


async def until(condition: Callable[[], Any], process: "subprocess.Popen[bytes]", store: InstallationSettings) -> None:
    for _ in range(PATIENCE):
        if condition():
            return
        assert process.poll() is None, (store.home / "worker.log").read_text()
        await asyncio.sleep(0.02)
    msg = (store.home / "worker.log").read_text()
    raise AssertionError(msg)


def idle(runtime: Runtime, store: InstallationSettings) -> bool:
    """All is projected and followed, and no nudge waits: what a killed worker holds would come back a minute later."""
    head = runtime.log.head()
    with redis.Redis.from_url(store.broker_url or "") as broker:
        waits = broker.keys("nudge:*")
    return not waits and (runtime.rows.position(), runtime.log.follower_position("testing")) == (head, head)


def shelved(runtime: Runtime) -> list[dict[str, Any]]:
    return bodies(runtime.log.read(0, 100), "testing.shelved")


async def test_a_commit_wakes_the_projection_and_the_followers(
    store: InstallationSettings, opened: OpenRuntime, woken: WakeUps, worker: Started
) -> None:
    runtime, process = opened(wake=woken.wake), worker()
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    await runtime.execute(Close(counter_id=CLOCKS), asked("close"))

    await until(lambda: shelved(runtime) and runtime.rows.position() == runtime.log.head(), process, store)

    assert shelved(runtime) == [{"counter_id": str(CLOCKS)}]


async def test_a_moved_clock_wakes_the_agenda(
    store: InstallationSettings, opened: OpenRuntime, woken: WakeUps, worker: Started
) -> None:
    runtime, process = opened(wake=woken.wake), worker()
    await runtime.execute(Open(counter_id=CLOCKS, closes_on=TUESDAY), asked("open"))
    runtime.clock.move_to(midnight(TUESDAY))
    runtime.wake("clock of testing")

    await until(lambda: shelved(runtime), process, store)

    assert [line.event for line in runtime.log.stream(CLOCKS)] == ["testing.opened", "testing.closed"]


@on_sqlite
async def test_what_happened_while_no_worker_ran_is_done_when_one_runs(
    store: InstallationSettings, opened: OpenRuntime, woken: WakeUps, worker: Started
) -> None:
    runtime, first = opened(wake=woken.wake), worker()
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    await until(lambda: idle(runtime, store), first, store)
    kill(first)
    await runtime.execute(Open(counter_id=BOARDS), asked("open boards"))
    await runtime.execute(Close(counter_id=CLOCKS), asked("close clocks"))

    second = worker()

    await until(lambda: shelved(runtime) and runtime.rows.position() == runtime.log.head(), second, store)
    assert shelved(runtime) == [{"counter_id": str(CLOCKS)}]


@on_sqlite
async def test_without_a_broker_commands_succeed_and_catch_up_does_the_rest(
    store: InstallationSettings, opened: OpenRuntime
) -> None:
    lost = wake_ups(SERVICES, "redis://127.0.0.1:9/0")
    runtime = opened(wake=lost.wake)
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    receipts = [await runtime.execute(Count(counter_id=CLOCKS), asked(f"count {n}")) for n in range(20)]
    await runtime.execute(Close(counter_id=CLOCKS), asked("close"))
    lost.stop()

    await asyncio.to_thread(a_round_of_beat, store.model_copy(update={"broker_url": None}))

    assert [receipt.version for receipt in receipts] == list(range(2, 22))
    assert (shelved(runtime), runtime.rows.position()) == ([{"counter_id": str(CLOCKS)}], runtime.log.head())


def a_round_of_beat(settings: InstallationSettings) -> None:
    """What beat asks of a worker every few seconds; the upstream `elsewhere` is away all the time."""
    crew = Crew(SERVICES, settings, lambda: "a-token")
    for _ in range(2):
        crew.follow("testing")
        crew.project("testing")
    crew.tidy("testing")
    assert crew.retry_parked("testing") == 0
    crew.close()
