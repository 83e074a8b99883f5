"""What is seen over HTTP: rows page by page, each school its own, and the log for those who check it."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import orjson
import pytest

from tests.chassis.examples import BOARDS, CLOCKS, SCHOOL
from tests.chassis.web import Web, problem
from tests.conftest import on_postgres, on_sqlite

MANY = [UUID(int=n) for n in range(1, 24)]


@pytest.fixture
def stocked(web: Web) -> Web:
    """Twenty-three counters, every third of them Boris's, and one of another school."""
    for n, id in enumerate(MANY):
        assert web.ask(
            "/counters", {"counter_id": str(id), "owner": "boris" if n % 3 == 0 else "anna"}, key=str(n)
        ).is_success
    web.ask("/counters", {"counter_id": str(CLOCKS)}, school="wuxi")
    web.project()
    return web


def pages(web: Web, **params: Any) -> Iterator[list[str]]:
    cursor: dict[str, str] = {}
    while True:
        page = web.look("/counters", **params, **cursor).json()
        yield [item["id"] for item in page["items"]]
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 23), (10, [10, 10, 3]), (23, [23]), (500, [23])])
def test_pages_show_each_row_once_and_in_order(stocked: Web, limit: int, sizes: list[int]) -> None:
    seen = list(pages(stocked, limit=limit))

    assert [len(page) for page in seen] == sizes
    assert [id for page in seen for id in page] == [str(id) for id in MANY]


def test_pages_of_a_filter_show_each_of_its_rows_once(stocked: Web) -> None:
    seen = [id for page in pages(stocked, limit=3, owner="boris") for id in page]

    assert seen == [str(id) for id in MANY[::3]]


@on_sqlite
def test_a_role_sees_its_part_and_may_not_ask_for_more(stocked: Web) -> None:
    boris, anna = f"{MANY[0]}", f"{MANY[1]}"

    assert len(stocked.look("/counters", roles=["department:boris"]).json()["items"]) == 8
    assert stocked.look("/counters", roles=["department:boris"], owner="anna").json()["items"] == []
    assert len(stocked.look("/counters", roles=["department:boris", "department:anna"]).json()["items"]) == 23
    assert stocked.look(f"/counters/{boris}", roles=["department:boris"]).status_code == 200
    assert problem(stocked.look(f"/counters/{anna}", roles=["department:boris"])) == (403, "forbidden")
    assert problem(stocked.look("/counters", roles=["teacher"])) == (403, "forbidden")


@on_sqlite
def test_a_tampered_cursor_is_refused(stocked: Web) -> None:
    cursor = stocked.look("/counters", limit=3).json()["next"]
    others = stocked.look("/counters", limit=3, owner="boris").json()["next"]
    tampered = [f"{cursor[:-6]}AAAA{cursor[-2:]}", cursor[4:], "A" + cursor[1:], others, "!", "AAAA", "€", "x" * 400]

    assert [problem(stocked.look("/counters", cursor=each)) for each in tampered] == [(400, "cursor-malformed")] * 8
    assert problem(stocked.look("/counters", cursor="x" * 501)) == (422, "payload-invalid")


@on_sqlite
def test_a_page_has_a_size(web: Web) -> None:
    limits = ("0", "501", "-1", "ten", "1e2", str(10**30))

    assert [problem(web.look("/counters", limit=limit)) for limit in limits] == [(422, "payload-invalid")] * 6


def test_one_row_carries_the_version_to_decide_on(stocked: Web) -> None:
    response = stocked.look(f"/counters/{MANY[0]}")

    assert response.headers["etag"] == '"1"'
    assert response.json() == {
        "id": str(MANY[0]), "version": 1, "owner": "boris", "total": 0, "is_closed": False
    }  # fmt: skip


def test_another_schools_row_is_not_found(stocked: Web) -> None:
    assert problem(stocked.look(f"/counters/{CLOCKS}")) == (404, "not-found")
    assert stocked.look(f"/counters/{CLOCKS}", school="wuxi").status_code == 200


@pytest.mark.parametrize(
    "path", ["/counters/none", "/counters/%F0%9F%98%80", "/counters?owner=%27%3B--", f"/counters/{'x' * 2000}"]
)
@on_postgres
def test_nonsense_finds_nothing(web: Web, path: str) -> None:
    response = web.look(path)

    assert response.status_code == 404 or response.json()["items"] == []


@on_postgres
@pytest.mark.parametrize("path", ["/counters/%00", "/counters?owner=%00"])
def test_a_nul_finds_nothing(web: Web, path: str) -> None:
    assert web.look(path).status_code in {200, 404, 422}


def test_whoever_wrote_may_wait_for_it(web: Web) -> None:
    position = web.ask("/counters", {"counter_id": str(CLOCKS)}).json()["position"]
    before = web.look("/counters").json()
    with ThreadPoolExecutor(1) as asker:
        waiting = asker.submit(web.look, "/counters", at_least=position)
        web.project()
        after = waiting.result().json()

    assert ([item["id"] for item in before["items"]], [item["id"] for item in after["items"]]) == ([], [str(CLOCKS)])
    assert (before["position"], after["position"]) == (0, position)


@on_sqlite
def test_the_wait_has_an_end(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.chassis.questions.WAIT_SECONDS", 0.1)

    late = web.look("/counters", at_least=99)

    assert (problem(late), late.headers["retry-after"]) == ((503, "not-projected-yet"), "1")
    assert (late.json()["reached"], late.json()["wanted"]) == (0, 99)


def test_the_log_shows_the_exact_stored_text(web: Web) -> None:
    web.ask("/counters", {"counter_id": str(CLOCKS), "owner": "anna"})

    body = web.look("/log", roles=["auditor"], school=None).json()

    stored = web.runtime.log.read(0, 10)
    assert body == {
        "after": 0, "through": 2,
        "items": [
            {"position": n.position, "stream": str(n.stream), "version": n.version, "event": n.event, "state": n.state.decode(), "sealed": False}
            for n in stored
        ],
    }  # fmt: skip


def test_a_schools_auditor_sees_that_schools_log_alone(web: Web) -> None:
    web.ask("/counters", {"counter_id": str(CLOCKS)})
    web.ask("/counters", {"counter_id": str(BOARDS)}, school="wuxi")

    seen = {
        school: [(item["position"], orjson.loads(item["state"])["school"]) for item in body["items"]]
        + [body["through"]]
        for school in (SCHOOL, "wuxi", "nowhere", None)
        for body in [web.look("/log", roles=["auditor"], school=school).json()]
    }

    assert seen == {
        SCHOOL: [(2, SCHOOL), 3], "wuxi": [(3, "wuxi"), 3], "nowhere": [3], None: [(1, ""), (2, SCHOOL), (3, "wuxi"), 3]
    }  # fmt: skip


@on_sqlite
def test_the_log_and_the_status_are_for_those_who_check_and_follow(web: Web) -> None:
    assert problem(web.look("/log")) == (403, "forbidden")
    assert problem(web.look("/status")) == (403, "forbidden")
    assert problem(web.look("/status", roles=["auditor"])) == (403, "forbidden")
    assert web.look("/status", roles=["follower"], school=None).json()["head"] == 1


@on_sqlite
def test_the_documents_pages_load_nothing_from_elsewhere(web: Web) -> None:
    page = web.client.get("/testing/docs").text
    named = re.findall(r'(?:src|href|url)\s*[=:]\s*["\']([^"\']+)', page)

    assert len(named) >= 4
    assert [path for path in named if not path.startswith("/testing/")] == []
    assert [web.client.get(path).status_code for path in named] == [200] * len(named)


@on_sqlite
def test_it_says_whether_it_lives_and_is_ready(web: Web) -> None:
    ready = {"status": "ready", "log": True, "migrations": True, "rows": True}

    assert [web.client.get(f"/testing/{path}").json() for path in ("livez", "readyz")] == [{"status": "alive"}, ready]
    assert "mingban_log_head{" in web.client.get("/testing/metrics").text


def test_a_misspelt_parameter_is_said_and_not_passed_over(stocked: Web) -> None:
    listed = stocked.look("/counters", ownr="boris")
    dated = stocked.ask("/counters", {"counter_id": str(BOARDS)}, params={"onn": "2026-03-01"})

    assert [answer.json()["errors"][0]["field"] for answer in (listed, dated)] == ["ownr", "onn"]
    assert (listed.status_code, dated.status_code) == (422, 422)
