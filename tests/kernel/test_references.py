"""Whom an event speaks of follows from the names of its fields; no event can be forgotten."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from shared.kernel.model import EVENTS
from shared.kernel.published import ConductViolationDecided, RosterEntry, StudioRosterClosed
from shared.kernel.references import PERSONS, STUDIOS, THINGS, references, unclassed, values_at
from tests.test_history import OURS

WU, LIN, STUDIO = UUID(int=1), UUID(int=2), UUID(int=3)


@pytest.mark.parametrize("event", OURS.values(), ids=OURS)
def test_each_id_of_an_event_stands_under_a_name_that_says_what_it_is_an_id_of(event: type[Any]) -> None:
    assert unclassed(event) == []


def test_a_name_stands_for_one_kind_of_id() -> None:
    assert (set(), set(), set()) == (PERSONS & STUDIOS, PERSONS & THINGS, STUDIOS & THINGS)


def test_persons_are_found_in_lists_in_keys_and_deep_inside() -> None:
    def entry(person: UUID) -> RosterEntry:
        return RosterEntry(
            person_id=person, membership_id=UUID(int=9), status="active", attended_hours=0, sessions_obliged=0,
            sessions_attended=0, unexcused_absences=0, host_points=None, plan_filed=False,
        )  # fmt: skip

    closed = StudioRosterClosed(studio_id=STUDIO, members=(entry(WU), entry(LIN)))
    marked = {"present": [str(WU)], "absent": {str(LIN): "late"}, "proofs": None}

    assert _named(StudioRosterClosed, orjson.loads(orjson.dumps(closed))) == {str(WU), str(LIN)}
    assert _named(EVENTS["membership.roll-marked"], marked) == {str(WU), str(LIN)}


def _named(event: type[Any], body: Any) -> set[str]:
    return {id for path in references(event).persons for id in values_at(body, path)}


@pytest.mark.parametrize(
    ("event", "rules"),
    [
        ("membership.member-joined", ("A.9-4", "MEM-15", "MEM-06")),
        ("membership.studio-roster-closed", ("A.9-3",)),
        ("applications.panel-seated", ("A.9-25",)),
        ("membership.session-cancelled", ()),
    ],
)
def test_the_rules_of_an_event_are_those_that_its_description_names(event: str, rules: tuple[str, ...]) -> None:
    assert references(EVENTS[event]).rules == rules


def test_the_rule_that_a_review_failed_on_is_found_in_what_it_says() -> None:
    found = references(EVENTS["applications.reviewed"]).decided_by

    assert [list(values_at({"failed_rule": "APP-16"}, path)) for path in found] == [["APP-16"]]
    assert [list(values_at({"failed_rule": None}, path)) for path in found] == [[]]


def test_what_an_event_is_about_does_not_depend_on_who_asks() -> None:
    assert references(ConductViolationDecided).studios == (("studio_id",),)
    assert references(ConductViolationDecided).persons == (("person_id",),)
