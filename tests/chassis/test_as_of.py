"""Rows and lists as they stood at a position of the log or at the end of a day: what was folded then, no more."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.chassis.examples import BOARDS, CHESS
from tests.chassis.web import Web, problem

MONDAY, TUESDAY = datetime(2026, 3, 2, 15, 30, tzinfo=UTC), datetime(2026, 3, 3, 1, tzinfo=UTC)
"""Half past eleven at night in Shanghai, and nine in the morning."""


@pytest.fixture
def counted(web: Web) -> Web:
    """Chess is opened and counted to 5 late on Monday; on Tuesday it is 12 and boards are opened."""
    web.runtime.clock.move_to(MONDAY)
    web.ask("/counters", {"counter_id": str(CHESS)}, key="1")
    web.ask("/counts", {"counter_id": str(CHESS), "by": 5}, key="2")
    web.runtime.clock.move_to(TUESDAY)
    web.ask("/counts", {"counter_id": str(CHESS), "by": 7}, key="3")
    web.ask("/counters", {"counter_id": str(BOARDS)}, key="4")
    web.project()
    return web


def total(web: Web, **moment: Any) -> tuple[int, str]:
    found = web.look(f"/counters/{CHESS}", **moment)
    return found.json()["total"], found.headers["ETag"]


def test_a_row_as_of_a_day_is_what_was_recorded_by_its_end(counted: Web) -> None:
    assert total(counted, as_of="2026-03-02") == (5, '"2"')
    assert total(counted, as_of="2026-03-03") == (12, '"3"') == total(counted)


def test_a_row_at_a_position_is_what_had_been_recorded_up_to_it(counted: Web) -> None:
    lines = [line.position for line in counted.runtime.log.read(0, 10) if line.stream == CHESS]

    assert [total(counted, at_position=at)[0] for at in lines] == [0, 5, 12]


def test_before_it_was_there_it_is_not_found(counted: Web) -> None:
    assert problem(counted.look(f"/counters/{CHESS}", as_of="2026-03-01")) == (404, "not-found")
    assert problem(counted.look(f"/counters/{BOARDS}", as_of="2026-03-02")) == (404, "not-found")


def test_a_list_shows_the_rows_that_stood_then(counted: Web) -> None:
    then = counted.look("/counters", as_of="2026-03-02").json()

    assert [(item["id"], item["total"]) for item in then["items"]] == [(str(CHESS), 5)]
    assert len(counted.look("/counters").json()["items"]) == 2


def test_a_list_of_then_has_pages_and_filters(counted: Web) -> None:
    head = counted.runtime.log.head()
    first = counted.look("/counters", at_position=head, limit=1).json()
    second = counted.look("/counters", at_position=head, limit=1, cursor=first["next"]).json()

    assert {item["id"] for item in first["items"] + second["items"]} == {str(CHESS), str(BOARDS)}
    assert second["next"] is None
    assert counted.look("/counters", at_position=head, owner="boris").json()["items"] == []
    assert problem(counted.look("/counters", at_position=head - 1, cursor=first["next"])) == (400, "cursor-malformed")


def test_rows_of_several_streams_are_folded_to_the_moment_too(counted: Web) -> None:
    then = counted.look("/schools", as_of="2026-03-02").json()["items"]

    assert [(row["total"], row["counted"]) for row in then] == [(5, 1)]


def test_nobody_sees_then_what_they_may_not_see_now(counted: Web) -> None:
    hidden = counted.look(f"/counters/{CHESS}", roles=["department:boris"], as_of="2026-03-02")

    assert problem(hidden) == (403, "forbidden")
    assert counted.look("/counters", school="wuxi", as_of="2026-03-03").json()["items"] == []


@pytest.mark.parametrize(
    "moment",
    [{"as_of": "2026-03-04"}, {"at_position": "-1"}, {"at_position": "x"}, {"as_of": "2026-03-02", "at_position": "3"}],
    ids=["a day to come", "below the log", "no number", "both"],
)
def test_a_moment_that_is_none_is_refused(counted: Web, moment: dict[str, str]) -> None:
    assert problem(counted.look("/counters", **moment)) == (400, "moment-malformed")


def test_a_date_that_is_none_is_told_as_such(counted: Web) -> None:
    assert problem(counted.look("/counters", as_of="2026-02-30")) == (422, "payload-invalid")
