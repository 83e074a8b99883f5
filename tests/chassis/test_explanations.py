"""Why a decision came out as it did: judged again on the log as it stood, under the settings that decided."""

from typing import Any

import pytest

from tests.chassis.examples import CHESS
from tests.chassis.web import Web, problem


@pytest.fixture
def counted(web: Web) -> Web:
    """Counted to 40, then to 60, then to 65; the mark is 60 until it is raised to 70 at the end."""
    web.ask("/counters", {"counter_id": str(CHESS)}, key="0")
    for n, by in enumerate((40, 20, 5), start=1):
        web.ask("/counts", {"counter_id": str(CHESS), "by": by}, key=str(n))
    web.ask("/settings-versions", {"values": {"pass_score_points": 70}}, key="9")
    web.ask("/counts", {"counter_id": str(CHESS), "by": 0}, key="4")
    web.project()
    return web


def explained(web: Web, **moment: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = web.look(f"/counters/{CHESS}/explanation", **moment).json()["items"]
    return items


def test_each_change_of_the_outcome_is_explained_and_the_newest(counted: Web) -> None:
    told = [(one["outcome"], one["inputs"][0]["value"], one["settings_version"]) for one in explained(counted)]

    # Before the first count it stands at 0: an explanation tells what was there when it was asked.
    assert told == [("not_full", 0, 0), ("full", 60, 0), ("not_full", 65, 1)]


def test_it_names_rule_settings_arithmetic_and_the_events_it_rests_on(counted: Web) -> None:
    before, full = explained(counted)[:2]

    assert [rule["id"] for rule in full["rules"]] == ["AMB-14"]
    assert full["rules"][0]["quotes"]
    assert full["settings"] == {"pass_score_points": 60}
    assert full["steps"] == [
        {"rule": "AMB-14", "text": "total ≥ pass_score_points", "left": 60, "sign": "≥", "right": 60, "holds": True}
    ]
    assert [(one["event"], one["version"]) for one in full["inputs"][0]["sources"]] == [
        ("testing.counted", 2),
        ("testing.counted", 3),
    ]
    assert (full["zh"], full["en"]) == ("合计60", "the total is 60")
    assert before["inputs"][0]["sources"] == []
    assert full["decided_at"]["stream"] == str(CHESS)


def test_as_of_an_earlier_position_only_what_was_decided_by_then_is_explained(counted: Web) -> None:
    lines = [line.position for line in counted.runtime.log.read(0, 20) if line.stream == CHESS]

    assert [one["outcome"] for one in explained(counted, at_position=lines[3])] == ["not_full", "full"]


def test_who_may_not_see_it_is_told_no_reasons(counted: Web) -> None:
    assert problem(counted.look(f"/counters/{CHESS}/explanation", roles=["department:boris"])) == (403, "forbidden")
    assert problem(counted.look(f"/counters/{CHESS}/explanation", school="wuxi")) == (404, "not-found")
    assert problem(counted.look("/counters/nothing/explanation")) == (404, "not-found")
