"""A cheap load: keep-alive HTTP/1.1 connections of one process, each with one command under way.

Reads one `Load` as JSON from stdin, writes one `Measured` as JSON to stdout.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import cast
from uuid import uuid4

import uvloop


@dataclass(frozen=True)
class Load:
    """`count` commands to `path` of a server on this machine, over `connections`."""

    port: int
    path: str
    token: str
    connections: int
    count: int


@dataclass
class Measured:
    """`acknowledged` are the ids answered with 201; `latencies` are seconds, of all commands."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


class Connection(asyncio.Protocol):
    """The next command leaves when the answer to the last has arrived whole."""

    def __init__(self, waiting: Iterator[tuple[str, bytes]], measured: Measured) -> None:
        self._waiting, self._measured = waiting, measured
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def begin(self) -> None:
        command = next(self._waiting, None)
        if command is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._id, request = command
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._buffer = b""
        self._measured.latencies.append(time.perf_counter() - self._sent)
        if head[9:12] == b"201":
            self._measured.acknowledged.append(self._id)
        else:
            self._measured.others.append(f"{head[9:12].decode()} {body[:300].decode()}")
        self.begin()

    def connection_lost(self, failure: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(failure or ConnectionError("the server hung up"))


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0])


def _requests(load: Load) -> Iterator[tuple[str, bytes]]:
    """Each command opens a round of its own under a key of its own."""
    for number in range(load.count):
        id = str(uuid4())
        body = json.dumps({"round_id": id, "title": f"round {number}", "deadline": "2099-12-31", "places": 4}).encode()
        head = (
            f"POST {load.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {load.token}\r\n"
            f"Idempotency-Key: {id}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield id, head.encode() + body


async def put(load: Load) -> Measured:
    measured, waiting = Measured(), iter(list(_requests(load)))
    loop = asyncio.get_running_loop()
    connections = [
        (await loop.create_connection(lambda: Connection(waiting, measured), "127.0.0.1", load.port))[1]
        for _ in range(load.connections)
    ]
    begun = time.perf_counter()
    for connection in connections:
        connection.begin()
    await asyncio.gather(*(connection.done for connection in connections))
    measured.seconds = time.perf_counter() - begun
    return measured


if __name__ == "__main__":
    json.dump(asdict(uvloop.run(put(Load(**json.load(sys.stdin))))), sys.stdout)
