"""What was written once is read for ever: one stored line of each event, exactly as a log holds it."""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import orjson
import pytest

import services.applications.service
import services.assessment.service
import services.finance.service
import services.membership.service  # noqa: F401 - imported to have every event declared
from shared.chassis.envelope import Line, UnknownEvent, unpack
from shared.kernel.model import EVENTS, Happened
from tests.golden import applications, assessment, finance, membership
from tests.golden.people import STREAM, WU_MIN

GOLDEN = Path(__file__).parent / "golden"
SERVICES = ("applications", "membership", "assessment", "finance")
STORED = [json.loads(line) for name in SERVICES for line in (GOLDEN / f"{name}.jsonl").read_text().splitlines()]
SAID = (*applications.EVENTS, *membership.EVENTS, *assessment.EVENTS, *finance.EVENTS)
OURS = {name: kind for name, kind in EVENTS.items() if kind.__module__.startswith(("services.", "shared."))}
"""Other tests declare events of their own in the same register."""


def line(stored: dict[str, str]) -> Line:
    return Line(position=7, stream=STREAM, version=3, event=stored["topic"], state=stored["state"].encode())


@pytest.mark.parametrize(
    ("stored", "event"), list(zip(STORED, SAID, strict=True)), ids=[one["topic"] for one in STORED]
)
def test_a_stored_line_says_for_ever_what_it_said(stored: dict[str, str], event: Any) -> None:
    assert unpack(line(stored)) == Happened(
        position=7, stream=STREAM, version=3, name=stored["topic"], event=event, person=WU_MIN, role="personnel",
        school="jiangyin", on=date(2024, 10, 12), at=datetime(2024, 10, 13, 1, 30, 0, 250_000, tzinfo=UTC),
        correlation="a-request", causation="a-key", rules=1,
    )  # fmt: skip


def test_what_the_system_did_was_nobodys_act() -> None:
    state = orjson.loads(STORED[0]["state"]) | {"actor": {"person": None, "role": "system"}}
    told = unpack(Line(7, STREAM, 3, STORED[0]["topic"], orjson.dumps(state)))

    assert (told.person, told.role) == (None, "system")


def test_each_event_has_a_golden_line() -> None:
    assert set(OURS) - {stored["topic"] for stored in STORED} == set()


@pytest.mark.parametrize("stored", STORED, ids=[one["topic"] for one in STORED])
def test_a_line_is_plain_json_that_every_auditor_can_read(stored: dict[str, str]) -> None:
    state = json.loads(stored["state"])

    assert set(state) == {"actor", "at", "body", "causation", "correlation", "nonce", "on", "rules", "school"}
    assert len(bytes.fromhex(state["nonce"])) == 16


def test_a_line_under_an_unknown_name_is_not_guessed_at() -> None:
    with pytest.raises(UnknownEvent, match=r"finance\.money-burnt"):
        unpack(Line(7, STREAM, 3, "finance.money-burnt", STORED[0]["state"].encode()))


def test_names_are_of_a_service_and_in_kebab_case() -> None:
    assert all(name.replace(".", "-").replace("-", "").isalpha() and name == name.lower() for name in OURS)
    assert {name.partition(".")[0] for name in OURS} == {"applications", "membership", "assessment", "finance"}


def types_of(kind: Any) -> set[Any]:
    """All types that a value of this kind is made of."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return {kind}.union(*(types_of(hints[field.name]) for field in fields(kind)))
    return {kind}.union(*(types_of(part) for part in get_args(kind)))


@pytest.mark.parametrize("kind", list(OURS.values()), ids=list(OURS))
def test_no_event_holds_a_float(kind: type[Any]) -> None:
    assert float not in types_of(kind)


@pytest.mark.parametrize("stored", STORED, ids=[one["topic"] for one in STORED])
def test_no_line_holds_a_float(stored: dict[str, str]) -> None:
    def refuse(text: str) -> float:
        raise AssertionError(text)

    assert json.loads(stored["state"], parse_float=refuse)
