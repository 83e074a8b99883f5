"""What another service's `/log` answers is checked before it is believed."""

from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

from shared.chassis.follower import Follower
from shared.chassis.runtime import Runtime
from shared.chassis.upstream import LogPage, RemoteLog, UpstreamAway, UpstreamDisorder
from tests.chassis.examples import CHESS, CLOCKS, announced, asked, bodies
from tests.chassis.ledger import Open
from tests.conftest import on_sqlite

LINES = [announced(n, CHESS, n, counter_id=str(CLOCKS), by=n) for n in (1, 2, 3)]
ITEMS = [
    {"position": n.position, "stream": str(n.stream), "version": n.version, "event": n.event, "state": n.state.decode()}
    for n in LINES
]
WHOLE: dict[str, Any] = {"after": 0, "through": 3, "items": ITEMS}


def remote(answer: Callable[[httpx.Request], httpx.Response]) -> RemoteLog:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return RemoteLog("http://elsewhere/log", lambda: "a-token", client)


def answering(body: Any) -> RemoteLog:
    return remote(lambda _: httpx.Response(200, json=body))


def test_a_page_is_asked_for_in_the_followers_name() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=WHOLE)

    page = remote(answer).page(0, 500)

    assert page == LogPage(LINES, 3)
    assert [(str(r.url), r.headers["authorization"]) for r in seen] == [
        ("http://elsewhere/log?after=0&limit=500", "Bearer a-token")
    ]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(WHOLE | {"items": [*ITEMS, ITEMS[2]]}, id="a line doubled"),
        pytest.param(WHOLE | {"items": ITEMS[::-1]}, id="reordered"),
        pytest.param(WHOLE | {"after": 2, "items": ITEMS[2:]}, id="lines skipped"),
        pytest.param(WHOLE | {"items": [ITEMS[0] | {"position": 0}]}, id="a line of the past"),
        pytest.param(WHOLE | {"through": 2}, id="ends before its last line"),
        pytest.param(WHOLE | {"through": "3"}, id="ends nowhere"),
        pytest.param({"items": ITEMS}, id="a page without a beginning"),
    ],
)
@on_sqlite
async def test_a_page_that_is_not_in_order_is_not_reacted_to(runtime: Runtime, body: Any) -> None:
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))

    with pytest.raises(UpstreamDisorder):
        await Follower(runtime, "elsewhere", answering(body)).catch_up()

    unchanged = (runtime.log.follower_position("elsewhere"), runtime.log.head())
    pages = iter([WHOLE, {"after": 3, "through": 3, "items": []}])
    mended = remote(lambda _: httpx.Response(200, json=next(pages)))
    assert await Follower(runtime, "elsewhere", mended).catch_up() == 3
    assert (unchanged, [body["by"] for body in bodies(runtime.log.read(0, 9), "testing.counted")]) == (
        (0, 2),
        [1, 2, 3],
    )


@pytest.mark.parametrize("status", [301, 401, 404, 500, 503])
def test_an_upstream_that_answers_no_page_is_away(status: int) -> None:
    with pytest.raises(UpstreamAway, match=str(status)):
        remote(lambda _: httpx.Response(status)).page(0, 500)


def test_an_upstream_that_does_not_answer_is_away() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        msg = "connection refused"
        raise httpx.ConnectError(msg, request=request)

    with pytest.raises(UpstreamAway, match="connection refused"):
        remote(refuse).page(0, 500)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"after": 0, "through": 3}, id="no items"),
        pytest.param(WHOLE | {"items": None}, id="items are nothing"),
        pytest.param(WHOLE | {"items": [{"position": 1}]}, id="a line without an event"),
        pytest.param(WHOLE | {"items": [ITEMS[0] | {"position": "1"}]}, id="a position in words"),
        pytest.param(WHOLE | {"items": [ITEMS[0] | {"stream": "clocks"}]}, id="a stream that is no id"),
        pytest.param([], id="no object"),
    ],
)
def test_a_page_of_another_shape_is_disorder(body: Any) -> None:
    with pytest.raises(UpstreamDisorder):
        answering(body).page(0, 500)


def test_a_gateways_error_page_is_no_log_page() -> None:
    with pytest.raises((UpstreamAway, UpstreamDisorder)):
        remote(lambda _: httpx.Response(200, text="<html>down for maintenance</html>")).page(0, 500)
