"""The log as server-sent events, from a real server: what was there, then what comes, nothing lost or doubled."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2 as httpx
import orjson
import pytest

from mingban.supervisor import free_port
from shared.chassis.identity import LocalIssuer
from shared.chassis.log_search import EVERYTHING, Wanted
from shared.chassis.log_stream import Streams
from shared.chassis.problems import Problem
from shared.chassis.runtime import Runtime
from shared.chassis.settings import InstallationSettings
from tests.chassis.lines import PERSONS, SCHOOLS, STREAMS, STUDIOS, Scribe, evaluated, joined, removed
from tests.chassis.web import problem
from tests.conftest import on_sqlite

ROOT = Path(__file__).parents[2]
PATIENCE = 60
WU, LIN = PERSONS[:2]
NORTH = STUDIOS[0]


class Served:
    """A uvicorn process, and those who listen to it."""

    def __init__(self, settings: InstallationSettings, **more: Any) -> None:
        self.port, self._issuer = free_port(), LocalIssuer(settings.home, settings.issuer, settings.audience)
        self._issuer.prepare()
        chosen = settings.model_copy(update=more).model_dump(exclude_none=True)
        environment = {f"MINGBAN_{name.upper()}": str(value) for name, value in chosen.items()}
        self._said = settings.home / "web.log"
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "uvicorn", "tests.chassis.served:web", "--factory", "--host", "127.0.0.1",
                    "--port", str(self.port), "--log-level", "warning",
                ],
                cwd=ROOT, env=os.environ | environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self._said.read_text()

    @asynccontextmanager
    async def client(self, school: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
        token = self._issuer.token(UUID(int=7), ["auditor"], school)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}/testing", headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE, trust_env=False,
        ) as client:  # fmt: skip
            while not await _answers(client):
                assert self.process.poll() is None, self.said
                await asyncio.sleep(0.02)
            yield client

    @asynccontextmanager
    async def listening(self, after: int | None = None, school: str | None = None, **asked: Any) -> AsyncIterator[Any]:
        """The items of a stream as they come; `after` as the browser says it when it comes back."""
        sent = {} if after is None else {"Last-Event-ID": str(after)}
        async with self.client(school) as client, client.stream("GET", "/log/stream", params=asked, headers=sent) as it:
            assert it.status_code == 200, await it.aread()
            assert it.headers["content-type"].startswith("text/event-stream")
            yield _items(it)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/livez")).status_code == 200
    except httpx.TransportError:
        return False


async def _items(answer: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    told: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            told[name] = value
            continue
        if "data" in told:
            item = orjson.loads(told["data"])
            assert told["id"] == str(item["position"])
            yield item
        told = {}


async def positions(items: AsyncIterator[dict[str, Any]], count: int) -> list[int]:
    async with asyncio.timeout(PATIENCE):
        return [(await anext(items))["position"] for _ in range(count)]


@pytest.fixture
def served(store: InstallationSettings) -> Iterator[Served]:
    made = Served(store)
    yield made
    made.end()


async def test_a_listener_gets_what_was_there_and_what_is_recorded_meanwhile(served: Served, runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    scribe.writes_all([joined(WU, NORTH)] * 3)

    async with served.listening() as items:
        assert await positions(items, 4) == [1, 2, 3, 4]
        scribe.writes_all([removed(WU, NORTH)] * 2)
        assert await positions(items, 2) == [5, 6]


async def test_the_items_are_those_of_the_log(served: Served, runtime: Runtime) -> None:
    Scribe(runtime.log).writes(joined(WU, NORTH))

    async with served.client() as client, served.listening() as items:
        page = (await client.get("/log")).json()["items"]
        assert [await anext(items) for _ in page] == page


async def test_a_listener_who_was_cut_off_resumes_without_loss_or_doubling(served: Served, runtime: Runtime) -> None:
    scribe, heard = Scribe(runtime.log), [0]
    for cut in (2, 1, 4, 3):
        async with served.listening(after=heard[-1]) as items:
            scribe.writes_all([joined(WU, NORTH)] * (cut + 1))
            heard += await positions(items, cut)
    async with served.listening(after=heard[-1]) as items:
        heard += await positions(items, runtime.log.head() - heard[-1])

    assert heard == list(range(runtime.log.head() + 1))


async def test_a_listener_hears_only_what_was_asked_for(served: Served, runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    first = scribe.writes(joined(WU, NORTH))
    scribe.writes(joined(LIN, NORTH))
    runtime.index.catch_up()

    async with served.listening(person=str(WU), rule="A.9-4") as items:
        assert await positions(items, 1) == [first]
        scribe.writes_all([removed(WU, NORTH), evaluated(LIN, NORTH)])
        second = scribe.writes(joined(WU, NORTH))
        runtime.index.catch_up()
        assert await positions(items, 1) == [second]


async def test_a_schools_listener_hears_that_school_alone(served: Served, runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    scribe.writes(joined(WU, NORTH), STREAMS[0])

    async with served.listening(school=SCHOOLS[1]) as items:
        mine = scribe.writes(joined(WU, NORTH), STREAMS[1])
        assert await positions(items, 1) == [mine]


@on_sqlite
@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM])
async def test_the_server_ends_though_somebody_listens(served: Served, word: signal.Signals) -> None:
    async with served.listening() as items:
        assert await positions(items, 1) == [1]
        served.process.send_signal(word)
        async with asyncio.timeout(PATIENCE):
            assert [item async for item in items] == []
    assert await asyncio.to_thread(served.process.wait, PATIENCE) in (0, -word)
    assert "Traceback" not in served.said


@on_sqlite
async def test_only_so_many_listen_at_once_and_who_leaves_makes_room(store: InstallationSettings) -> None:
    served = Served(store, log_streams=1)
    try:
        async with served.client() as client:
            async with served.listening() as items:
                assert await positions(items, 1) == [1]
                full = await client.get("/log/stream")
                assert problem(full) == (503, "streams-full")
                assert full.headers["retry-after"] == "30"
            async with asyncio.timeout(PATIENCE):
                while not await _is_let_in(client):
                    pass
    finally:
        served.end()


async def _is_let_in(client: httpx.AsyncClient) -> bool:
    async with client.stream("GET", "/log/stream") as answer:
        return answer.status_code == 200


@pytest.fixture
async def streams(runtime: Runtime) -> AsyncIterator[Streams]:
    made = Streams(runtime, most=1, look=0.01, heartbeat=0.02)
    yield made
    await made.stop()


@on_sqlite
async def test_a_sign_of_life_says_how_far_was_looked(runtime: Runtime, streams: Streams) -> None:
    runtime.index.catch_up()
    scribe = Scribe(runtime.log)
    wanted = Wanted(person=LIN)
    told = streams.told(wanted, None, 0)

    assert (await anext(told)).decode() == ": the log\nretry: 1000\n\n"
    assert (await anext(told)).decode() == ": nothing new\nid: 1\n\n"
    foreign = scribe.writes(joined(WU, NORTH))
    assert (await anext(told)).decode() == ": nothing new\nid: 1\n\n"
    runtime.index.catch_up()
    assert (await anext(told)).decode() == f": nothing new\nid: {foreign}\n\n"
    await told.aclose()


@on_sqlite
async def test_a_stream_ends_when_its_time_is_over(runtime: Runtime) -> None:
    brief = Streams(runtime, most=1, look=0.01, live=0.05)

    async with asyncio.timeout(PATIENCE):
        told = [chunk async for chunk in brief.told(EVERYTHING, None, 0)]

    assert [b"id: 1\n" in chunk for chunk in told] == [False, True]
    await brief.stop()


@on_sqlite
async def test_who_comes_after_the_last_place_is_told_when_to_come_again(streams: Streams) -> None:
    streams.open(EVERYTHING, None, 0)

    with pytest.raises(Problem) as refused:
        streams.open(EVERYTHING, None, 0)

    assert (refused.value.code, refused.value.numbers) == ("streams-full", {"most": 1})
