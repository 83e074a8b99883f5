"""`/log` with its filters over HTTP: who may ask, what is refused, and what followers go on getting."""

from typing import Any
from uuid import uuid4

import pytest

from shared.chassis.settings import InstallationSettings
from shared.chassis.worker import Crew
from tests.chassis.ledger import testing
from tests.chassis.lines import PERSONS, SCHOOLS, STREAMS, STUDIOS, Scribe, joined, removed
from tests.chassis.web import Web, problem
from tests.conftest import on_sqlite

WU, LIN = PERSONS[:2]
NORTH = STUDIOS[0]


def seen(web: Web, school: str | None = None, **asked: Any) -> list[int]:
    answer = web.look("/log", roles=["auditor"], school=school, **asked)
    assert answer.status_code == 200, answer.text
    return [item["position"] for item in answer.json()["items"]]


def test_the_log_is_narrowed_by_all_that_is_asked(web: Web) -> None:
    scribe = Scribe(web.runtime.log)
    entry = scribe.writes(joined(WU, NORTH), STREAMS[0])
    other = scribe.writes(joined(LIN, NORTH), STREAMS[1])
    exit = scribe.writes(removed(WU, NORTH), STREAMS[0])
    web.runtime.index.catch_up()

    assert seen(web, person=WU) == [entry, exit]
    assert seen(web, studio=NORTH) == [entry, other, exit]
    assert seen(web, event="membership.member-removed") == [exit]
    assert seen(web, rule="A.9-4") == [entry, other]
    assert seen(web, stream=STREAMS[1]) == [other]
    assert seen(web, person=WU, rule="MEM-06", stream=STREAMS[0], event="membership.member-removed") == [exit]
    assert seen(web, since="2026-03-02", until="2026-03-02", after=1) == [entry, other, exit]
    assert seen(web, person=WU, after=entry) == [exit]
    assert seen(web, person=uuid4()) == seen(web, until="2026-03-01") == []


def test_a_schools_auditor_finds_that_schools_lines_alone(web: Web) -> None:
    scribe = Scribe(web.runtime.log)
    positions = [scribe.writes(joined(WU, NORTH), stream) for stream in STREAMS[:2]]
    web.runtime.index.catch_up()

    for asked in ({"person": WU}, {"studio": NORTH}, {"event": "membership.member-joined"}, {"rule": "A.9-4"}):
        assert [seen(web, school, **asked) for school in SCHOOLS] == [[position] for position in positions]
        assert seen(web, "nowhere", **asked) == []
    assert seen(web, SCHOOLS[0], stream=STREAMS[1]) == []


def test_a_narrowed_page_says_how_far_was_looked_and_where_the_search_ends(web: Web) -> None:
    scribe = Scribe(web.runtime.log)
    first = scribe.writes(joined(WU, NORTH))
    web.runtime.index.catch_up()
    head = scribe.writes(joined(WU, NORTH))

    body = web.look("/log", roles=["auditor"], school=None, person=WU).json()

    assert (body["after"], body["through"], body["end"]) == (0, first, head)
    assert web.look("/status", roles=["auditor"], school=None).json()["indexed"] == first


@on_sqlite
def test_a_misspelt_filter_is_said_instead_of_showing_everything(web: Web) -> None:
    answer = web.look("/log", roles=["auditor"], school=None, persn=str(WU))

    assert problem(answer) == (422, "payload-invalid")
    assert [error["field"] for error in answer.json()["errors"]] == ["persn"]
    assert problem(web.look("/log/stream", roles=["auditor"], school=None, limit=3)) == (422, "payload-invalid")


@on_sqlite
@pytest.mark.parametrize(
    ("asked", "field", "message"),
    [
        ({"rule": "APP-99"}, "rule", "there is no rule APP-99"),
        ({"since": "yesterday"}, "since", "a date YYYY-MM-DD is needed"),
        ({"since": "2026-02-30"}, "since", "a date YYYY-MM-DD is needed"),
        ({"until": "1700000000"}, "until", "a date YYYY-MM-DD is needed"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "query", "since is not after until"),
        ({"person": "Wu Min"}, "person", "a UUID is needed"),
        ({"event": "DROP TABLE"}, "event", None),
        ({"event": "a.\0"}, "event", None),
        ({"limit": 1001}, "limit", None),
        ({"after": -1}, "after", None),
    ],
)
def test_what_cannot_be_asked_is_said(web: Web, asked: dict[str, Any], field: str, message: str | None) -> None:
    answer = web.client.get(
        "/testing/log", params=asked, headers=web.token("auditor", school=None) | {"Accept-Language": "en"}
    )

    assert problem(answer) == (422, "payload-invalid")
    [error] = answer.json()["errors"]
    assert (error["field"], message or error["message"]) == (field, error["message"])


@on_sqlite
def test_only_those_who_check_and_follow_may_search_and_listen(web: Web) -> None:
    assert problem(web.look("/log", person=WU)) == (403, "forbidden")
    assert problem(web.look("/log/stream")) == (403, "forbidden")
    assert problem(web.client.get("/testing/log/stream")) == (401, "unauthenticated")


@on_sqlite
def test_what_may_be_asked_is_in_the_documents(web: Web) -> None:
    paths = web.client.get("/testing/openapi.json").json()["paths"]

    told = {path: {p["name"] for p in paths[path]["get"]["parameters"]} for path in ("/log", "/log/stream")}
    filters = {"after", "stream", "studio", "person", "event", "rule", "since", "until", "sealed"}
    assert told == {"/log": filters | {"limit"}, "/log/stream": filters | {"last-event-id"}}
    assert "text/event-stream" in paths["/log/stream"]["get"]["responses"]["200"]["content"]


def test_a_worker_keeps_the_index(store: InstallationSettings, web: Web) -> None:
    head = Scribe(web.runtime.log).writes(joined(WU, NORTH))
    crew = Crew({"testing": testing}, store, lambda: "")

    crew.index("testing")
    crew.close()

    assert web.runtime.index.position() == head
