"""From a consequence back to its cause: what each event rests on, and the closure of that over the services."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx2 as httpx
import orjson
import pytest

from shared.chassis.causes import CauseMissing, Everywhere, Neighbours, ServiceAway, closure
from shared.chassis.follower import Follower
from shared.chassis.grounds import Ground, Grounded, Place
from shared.chassis.upstream import OwnLog
from tests.chassis.examples import CHESS, CLOCKS, SCHOOL, Elsewhere, announced
from tests.chassis.web import Web, problem
from tests.conftest import on_sqlite

Answer = Callable[[httpx.Request], httpx.Response]


def at(position: int, service: str = "testing") -> Place:
    return Place(service=service, position=position)


class Graph:
    """What rests on what, by position, and how often each was looked at."""

    def __init__(self, rests_on: Mapping[int, Sequence[int]]) -> None:
        self._rests_on = rests_on
        self.looked_at: list[int] = []

    async def __call__(self, service: str, places: Sequence[Place]) -> Sequence[Grounded]:
        found = []
        for place in places:
            assert place.position is not None
            self.looked_at.append(place.position)
            below = tuple(Ground(at=at(one), why="input") for one in self._rests_on.get(place.position, ()))
            found.append(Grounded({"service": service, "position": place.position}, below))
        return found


async def chain(rests_on: Mapping[int, Sequence[int]], *first: int, most: int = 100) -> dict[str, Any]:
    return (await closure([at(one) for one in first], Graph(rests_on), most)).plain()


def positions(found: Mapping[str, Any]) -> list[tuple[int, int]]:
    return [(one["depth"], one["position"]) for one in found["items"]]


async def test_what_two_events_rest_on_is_looked_at_once_and_linked_twice() -> None:
    graph = Graph({9: [5, 6], 5: [1], 6: [1]})

    found = (await closure([at(9)], graph)).plain()

    assert positions(found) == [(0, 9), (1, 5), (1, 6), (2, 1)]
    assert sorted(graph.looked_at) == [1, 5, 6, 9]
    assert [(one["from"]["position"], one["to"]["position"]) for one in found["links"]] == [
        (9, 5), (9, 6), (5, 1), (6, 1),
    ]  # fmt: skip
    assert (found["truncated"], found["stopped_at"]) == (False, [])


async def test_events_that_rest_on_each_other_do_not_go_round_for_ever() -> None:
    assert positions(await chain({1: [2], 2: [3], 3: [1, 3]}, 1)) == [(0, 1), (1, 2), (2, 3)]


async def test_a_chain_that_is_too_long_says_where_it_stopped() -> None:
    found = await chain({n: [n - 1, n - 2] for n in range(3, 50)}, 49, most=10)

    assert len(found["items"]) == 10
    assert found["truncated"]
    assert found["stopped_at"] == [
        {"service": "testing", "position": position, "stream": None, "version": None} for position in (39, 38)
    ]
    known = {one["position"] for one in found["items"]}
    assert all({one["from"]["position"], one["to"]["position"]} <= known for one in found["links"])


async def test_an_event_that_is_named_by_position_and_by_stream_is_one() -> None:
    by_stream = Place(service="testing", stream=CHESS, version=1)

    async def fetch(service: str, places: Sequence[Place]) -> Sequence[Grounded]:
        below = {9: (Ground(at=at(4), why="causation"), Ground(at=by_stream, why="ground"))}
        wanted = [4 if place == by_stream else place.position or 0 for place in places]
        return [Grounded({"service": service, "position": one}, below.get(one, ())) for one in wanted]

    found = (await closure([at(9)], fetch)).plain()

    assert positions(found) == [(0, 9), (1, 4)]
    assert [(one["to"]["position"], one["why"]) for one in found["links"]] == [(4, "causation"), (4, "ground")]


@pytest.fixture
def counted(web: Web) -> Web:
    """A counter that is due on a day, counted twice, credited because of another service, closed by time."""
    due = {"counter_id": str(CHESS), "closes_on": web.runtime.clock.today().isoformat()}
    web.ask("/counters", due, key="0")
    web.ask("/counts", {"counter_id": str(CHESS), "by": 40}, key="1")
    web.ask("/counts", {"counter_id": str(CHESS), "by": 30}, key="elsewhere@1")
    return web


def place(web: Web, name: str, nth: int = -1) -> int:
    return [line.position for line in web.runtime.log.read(0, 100) if line.event == name][nth]


def rests_on(web: Web, name: str, nth: int = -1) -> tuple[str, list[tuple[str, str, Any, str]]]:
    """Of an event: what brought it about, and each of its grounds."""
    answer = web.look(f"/log/{place(web, name, nth)}/grounds", roles=["auditor"])
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["items"]
    return found["entry"]["cause"], [
        (one["service"], one["why"], one["position"], one["name"]) for one in found["rests_on"]
    ]


def test_a_recorded_decision_rests_on_what_it_looked_at_and_not_on_itself(counted: Web) -> None:
    first, second = place(counted, "testing.counted", 0), place(counted, "testing.counted", 1)

    assert rests_on(counted, "testing.counted", 0) == ("person", [])
    assert rests_on(counted, "testing.counted", 1) == ("person", [("testing", "input", first, "total")])
    assert second > first


def test_a_key_that_reads_like_a_cause_is_still_a_persons(counted: Web) -> None:
    """The second count was asked under the key elsewhere@1."""
    cause, grounds = rests_on(counted, "testing.counted", 1)

    assert cause == "person"
    assert all(why != "causation" for _, why, _, _ in grounds)


def test_what_time_brought_about_rests_on_what_set_the_deadline(counted: Web) -> None:
    from shared.chassis.agenda import Agenda

    assert counted.client.portal
    counted.client.portal.call(Agenda(counted.runtime).run_due)

    cause, grounds = rests_on(counted, "testing.closed")

    assert cause == "time"
    inputs = [("testing", "input", place(counted, "testing.counted", n), "total") for n in (0, 1)]
    assert sorted(grounds) == sorted(inputs)


def test_a_reaction_rests_on_what_it_reacts_to(counted: Web) -> None:
    counted.ask("/closures", {"counter_id": str(CHESS)}, key="c", headers={"If-Match": '"3"'})
    assert counted.client.portal
    counted.client.portal.call(Follower(counted.runtime, "testing", OwnLog(counted.runtime.log)).catch_up)

    assert rests_on(counted, "testing.shelved") == (
        "event", [("testing", "causation", place(counted, "testing.closed"), "")],
    )  # fmt: skip


def test_several_entries_are_answered_in_the_order_asked_for_also_by_stream_and_version(counted: Web) -> None:
    second = place(counted, "testing.counted", 1)

    items = counted.look(f"/log/{second},{CHESS}@1/grounds", roles=["follower"], school=None).json()["items"]

    assert [one["entry"]["event"] for one in items] == ["testing.counted", "testing.opened"]
    line = next(line for line in counted.runtime.log.read(0, 100) if line.position == second)
    assert items[0]["entry"] == {
        "position": second, "stream": str(CHESS), "version": 3, "event": "testing.counted",
        "state": line.state.decode(), "service": "testing", "cause": "person",
        "sealed": False, "proof": None,
    }  # fmt: skip


def test_grounds_are_for_auditors_and_followers_and_for_their_own_school(counted: Web) -> None:
    path = f"/log/{place(counted, 'testing.counted')}/grounds"

    assert problem(counted.look(path)) == (403, "forbidden")
    assert problem(counted.look(path, roles=["auditor"], school="wuxi")) == (404, "not-found")
    assert counted.look(path, roles=["auditor"], school=None).status_code == 200
    assert problem(counted.look("/log/9999/grounds", roles=["auditor"])) == (404, "not-found")
    for place_ in ("here", f"{CHESS}", ",", "1," * 50 + "1", "0x1"):
        assert problem(counted.look(f"/log/{place_}/grounds", roles=["auditor"])) == (400, "place-malformed")


def test_the_chain_behind_a_row_is_asked_by_its_address(counted: Web) -> None:
    counted.project()

    found = counted.look(f"/counters/{CHESS}/causes").json()

    assert [(one["event"], one["depth"]) for one in found["items"]] == [("testing.counted", 0), ("testing.counted", 0)]
    assert [one["name"] for one in found["links"]] == ["total"]
    assert counted.look(f"/counters/{CHESS}/causes", kind="fullness").json() == found


def test_the_chain_is_for_who_oversees_the_school(counted: Web) -> None:
    counted.project()
    path = f"/counters/{CHESS}/causes"

    assert problem(counted.look(path, roles=["department:anna"])) == (403, "forbidden")
    assert problem(counted.look(path, school="wuxi")) == (404, "not-found")
    assert problem(counted.look("/counters/nothing/causes")) == (404, "not-found")
    assert problem(counted.look(path, kind="tea")) == (422, "payload-invalid")


def test_without_the_other_service_no_part_is_passed_off_as_the_whole(counted: Web) -> None:
    credited = announced(5, CLOCKS, 1, counter_id=str(CHESS), by=9)
    assert counted.client.portal
    counted.client.portal.call(Follower(counted.runtime, "elsewhere", Elsewhere(credited)).catch_up)
    counted.project()

    answer = counted.look(f"/counters/{CHESS}/causes")

    assert problem(answer) == (503, "service-away")
    assert answer.json()["service"] == "elsewhere"


def told(school: str = SCHOOL, position: int = 5) -> dict[str, Any]:
    """An entry of another service that rests on nothing."""
    state = orjson.dumps({"school": school, "body": {}}).decode()
    entry = {"service": "elsewhere", "position": position, "stream": str(CLOCKS), "version": 1, "event": "e",
             "state": state, "cause": "person"}  # fmt: skip
    return {"items": [{"entry": entry, "rests_on": []}]}


async def fetched(web: Web, answer: Answer, token: Callable[[], str] = lambda: "a-token") -> Sequence[Grounded]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        everywhere = Everywhere(web.runtime, SCHOOL, Neighbours("http://gateway", token), client)
        return await everywhere("elsewhere", [at(5, "elsewhere")])


@on_sqlite
async def test_another_services_entries_are_asked_for_in_the_followers_name(database: str, counted: Web) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=told())

    (found,) = await fetched(counted, answer)

    assert found.entry["position"] == 5
    assert [(str(one.url), one.headers["authorization"]) for one in seen] == [
        ("http://gateway/elsewhere/log/5/grounds", "Bearer a-token")
    ]


@on_sqlite
@pytest.mark.parametrize(
    "answer",
    [
        lambda _: httpx.Response(503, json={"code": "store-away"}),
        lambda _: httpx.Response(404, text="no such way"),
        lambda _: httpx.Response(200, text="<html>"),
        lambda _: httpx.Response(200, json={"items": []}),
        lambda _: httpx.Response(200, json=told(position=6)),
        lambda _: httpx.Response(200, json={"items": [{"entry": {}, "rests_on": []}]}),
    ],
    ids=["not ready", "gateway", "no json", "nothing", "another entry", "no entry"],
)
async def test_an_answer_that_is_none_is_as_good_as_none(database: str, counted: Web, answer: Answer) -> None:
    with pytest.raises(ServiceAway):
        await fetched(counted, answer)


@on_sqlite
async def test_without_a_followers_token_the_other_service_is_away(database: str, counted: Web) -> None:
    def no_token() -> str:
        raise FileNotFoundError

    with pytest.raises(ServiceAway):
        await fetched(counted, lambda _: httpx.Response(200, json=told()), no_token)


@on_sqlite
@pytest.mark.parametrize(
    "answer",
    [
        lambda _: httpx.Response(200, json=told(school="wuxi")),
        lambda _: httpx.Response(404, json={"code": "not-found"}),
    ],
    ids=["another school's", "not there"],
)
async def test_a_cause_that_is_not_there_or_another_schools_is_never_shown(
    database: str, counted: Web, answer: Answer
) -> None:
    with pytest.raises(CauseMissing):
        await fetched(counted, answer)
