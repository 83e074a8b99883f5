"""The service behind a real server: bodies in chunks, whoever leaves, and a queue that is full."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx2 as httpx
import orjson
import pytest
import uvicorn
from starlette.testclient import TestClient

from shared.chassis.batch import Entry
from shared.chassis.http import assemble, build
from shared.chassis.settings import InstallationSettings
from tests.chassis.examples import CLOCKS
from tests.chassis.ledger import testing
from tests.chassis.web import Web, problem
from tests.conftest import Installation, on_sqlite

pytestmark = on_sqlite

OPEN = orjson.dumps({"counter_id": str(CLOCKS)})


@pytest.fixture
def store(installation: Installation) -> InstallationSettings:
    return installation(["testing"], body_limit_bytes=4_096, queue_depth=1)


@pytest.fixture
def served(store: InstallationSettings) -> Iterator[tuple[Web, str]]:
    web = Web(store)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(web.client.app, log_level="critical", lifespan="on"))
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        while not server.started:
            assert thread.is_alive()
        yield web, f"http://127.0.0.1:{bound.getsockname()[1]}/testing"
        server.should_exit = True
        thread.join()


def posting(web: Web, url: str, body: Any) -> httpx.Response:
    headers = web.token("school") | {"Idempotency-Key": "key", "Content-Type": "application/json"}
    with httpx.Client(trust_env=False) as client:
        return client.post(f"{url}/counters", content=body, headers=headers)


def chunks(body: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def test_a_body_in_chunks_is_read_whole(served: tuple[Web, str]) -> None:
    web, url = served

    response = posting(web, url, chunks(OPEN, 7))

    assert (response.status_code, response.json()["version"]) == (201, 1)


def test_a_body_in_chunks_has_the_same_limit(served: tuple[Web, str]) -> None:
    web, url = served

    refused = posting(web, url, chunks(OPEN + b" " * 4_096, 512))

    assert (problem(refused), web.runtime.log.head()) == ((413, "body-too-large"), 1)


def test_a_body_without_end_is_not_waited_for(served: tuple[Web, str]) -> None:
    web, url = served
    host, port = url.removeprefix("http://").removesuffix("/testing").split(":")
    head = "POST /testing/counters HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\nIdempotency-Key: k\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in web.token("school").items())

    with socket.create_connection((host, int(port))) as caller:
        caller.sendall(f"{head}\r\n".encode() + b"1000\r\n" + b" " * 4_096 + b"\r\n" + b"1\r\n \r\n")
        answer = caller.recv(65_536)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_full_queue_says_when_to_come_back(store: InstallationSettings) -> None:
    web = Web(store)
    with web.client as client:
        writer = web.runtime.writer

        async def with_a_writer_that_is_away(*, away: bool) -> None:
            if away:
                assert writer._task
                writer._task.cancel()
                writer._queue.put_nowait((Entry(), asyncio.get_running_loop().create_future()))
            else:
                writer.start()

        client.portal.call(lambda: with_a_writer_that_is_away(away=True))  # type: ignore[union-attr]
        busy = web.ask("/counters", OPEN.decode())
        client.portal.call(lambda: with_a_writer_that_is_away(away=False))  # type: ignore[union-attr]
        later = web.ask("/counters", OPEN.decode())

    assert (problem(busy), busy.headers["retry-after"]) == ((503, "queue-full"), "1")
    assert later.status_code == 201


def test_several_services_answer_under_their_prefixes(installation: Installation) -> None:
    settings = installation(["testing", "second"])
    web = Web(settings)
    second = build(replace(testing, name="second"), settings)
    web.client = TestClient(assemble({"testing": web.app, "second": second}), raise_server_exceptions=False)

    with web.client as client:
        web.ask("/counters", OPEN.decode())
        operator = web.token("operator", school=None)
        heads = [client.get(f"/{name}/status", headers=operator).json()["head"] for name in ("testing", "second")]
        unknown = client.get("/third/livez")

    assert (heads, problem(unknown)) == ([2, 1], (404, "path-unknown"))
