"""Why a trainee is to be removed or kept: the numbers, where they come from, and what other settings would do."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.membership.aggregates.roster import Roster
from services.membership.commands import CloseRoll, close_roll
from services.membership.events import (
    AttendanceCounted,
    CycleEnded,
    PlanNoted,
    ProjectYearEnded,
    Proposed,
    RemovalPending,
    RollClosed,
    RollMarked,
    SessionMissed,
    SessionSettled,
)
from services.membership.explanations import REMOVAL
from services.membership.service import membership
from shared.kernel.explaining import Explanation
from shared.kernel.published import MemberJoined, PairMatched, SessionAttended
from tests.membership.examples import (
    ACTIVE,
    CHEN_JING,
    CHENS_ROSTER,
    CHENS_STUDIO,
    HU_JUN,
    HU_NAMED,
    HUS,
    LAST_DAY,
    OPENED,
    PLAQUE_DAY,
    held,
    listed,
    member,
    planned,
)
from tests.membership.test_absence import roll
from tests.past import At, at, inputs_of
from tests.scenario import given, stream

pytestmark = pytest.mark.rule("MEM-06", "AMB-01", "AMB-02", "AMB-03", "AMB-04", "AMB-05")

IDS = [UUID(int=0x700 + number) for number in range(40)]
COUNTED = AttendanceCounted(
    **HU_NAMED, host_id=CHEN_JING, year=1, obliged=0, attended=0, absent=0, excluded=0, attended_hours=0,
    denominator=None, absences_left=None,
)  # fmt: skip
P, A, L = "present", "unexcused", "late"


def day_of(number: int) -> date:
    """The first eighteen are in year 1, as in test_absence."""
    return PLAQUE_DAY + timedelta(days=20 * number)


def told(number: int, kind: str) -> tuple[Any, ...]:
    """A closed roll as the log has it."""
    id, present = IDS[number], kind == P
    named = {"session_id": id, "studio_id": CHENS_STUDIO}
    mark = (
        SessionAttended(**named, person_id=HU_JUN, class_hours=4)
        if present
        else SessionMissed(**named, person_id=HU_JUN, kind=kind)
    )
    rolled = RollMarked(present=(HU_JUN,) if present else (), absent={} if present else {HU_JUN: kind})
    return held(HU_JUN, id=id, day=day_of(number)), rolled, mark, RollClosed(**named)


def hu(*marks: str, event: Any = COUNTED, event_stream: UUID = CHENS_ROSTER, on: str = "2023-12-01", plan: int = 9,
       kind: str = "trainee", also: tuple[Any, ...] = ()) -> At:  # fmt: skip
    sessions = (planned(IDS[number], day_of(number)) for number in range(len(marks)))
    moment = at(event, event_stream, on=on).after(
        CHENS_ROSTER, OPENED, PlanNoted(sessions_a_year=(plan, plan, plan)), listed(HU_JUN), ACTIVE, *sessions, *also
    )
    moment.after(HUS, *events_of(kind))
    for number, mark in enumerate(marks):
        moment.after(IDS[number], *told(number, mark))
    return moment


def events_of(kind: str) -> list[Any]:
    """What happened to Hu Jun until he joined."""
    chosen = {"studio_id": CHENS_STUDIO, "person_id": HU_JUN, "host_id": CHEN_JING}
    return [
        Proposed(**chosen, by="host", kind=kind), Proposed(**chosen, by="trainee"), PairMatched(**HU_NAMED),
        MemberJoined(**HU_NAMED, kind=kind),
    ]  # fmt: skip


def only(moment: At) -> Explanation:
    (explained,) = moment.explain(REMOVAL, "membership")
    return explained


def test_membership_explains_removals() -> None:
    assert membership.decisions == (REMOVAL,)


def test_the_third_absence_of_nine_is_explained_with_its_numbers_and_events() -> None:
    explained = only(hu(A, P, A, A))

    assert explained.outcome == "removal_due"
    assert explained.subject == {**HU_NAMED, "year": 1}
    numbers = inputs_of(explained)
    assert {name: numbers[name] for name in ("absent", "excluded", "obliged", "denominator", "limit")} == {
        "absent": 3, "excluded": 0, "obliged": 4, "denominator": 9, "limit": "1/3",
    }  # fmt: skip
    first = explained.steps[0]
    assert (first.rule, first.text, first.left, first.sign, first.right, first.holds) == (
        "MEM-06", "absent × 3 ≥ denominator × 1", 9, "≥", 9, True,
    )  # fmt: skip
    sources = {one.name: one.sources for one in explained.inputs}
    assert [(source.stream, source.event) for source in sources["absent"]] == [
        (IDS[number], "membership.session-missed") for number in (0, 2, 3)
    ]
    assert [source.event for source in sources["denominator"]] == ["membership.plan-noted"]
    assert len(sources["obliged"]) == 4
    assert "缺勤3次" in explained.zh
    assert "3 absences of 9" in explained.en


CASES = [
    ((A, A, P), {}, "kept"),
    ((A, A, A), {}, "removal_due"),
    ((A, A, A), {"absence_inclusive": False}, "kept"),
    ((A, A, A, A), {"absence_inclusive": False}, "removal_due"),
    ((A, A), {"absence_limit": (1, 5)}, "removal_due"),
    ((A,), {"absence_limit": (1, 5)}, "kept"),
    ((A, A, A), {"absence_limit": (1, 2)}, "kept"),
    ((A, A, A), {"absence_trigger": "close"}, "kept"),
    ((A, A, A), {"absence_window": "whole_cycle"}, "kept"),
    ((A,) * 9, {"absence_window": "whole_cycle"}, "removal_due"),
    ((A,) * 8, {"absence_window": "whole_cycle"}, "kept"),
    ((P, P, A, A), {"absence_window": "rolling", "absence_rolling_sessions": 4}, "removal_due"),
    ((A, A, P, P, P, A), {"absence_window": "rolling", "absence_rolling_sessions": 4}, "kept"),
    ((A, A, A), {"absence_window": "rolling", "absence_rolling_sessions": 4}, "kept"),
    ((L, L, L, L, L, L), {}, "kept"),
    ((L, L, L, L, L, L), {"late_per_absence": 2}, "removal_due"),
    ((L, L, L, L, L), {"late_per_absence": 2}, "kept"),
    (("sick_leave",) * 3, {}, "kept"),
    (("sick_leave",) * 3, {"absence_counted_kinds": ("sick_leave",)}, "removal_due"),
    (("personal_leave",) * 3, {}, "removal_due"),
    (("personal_leave",) * 3, {"absence_excluded_kinds": ("personal_leave",), "absence_counted_kinds": ("unexcused",)},
     "kept"),
    ((A, A, A), {"absence_min_sessions": 9}, "removal_due"),
    ((A, A, A), {"absence_min_sessions": 10}, "kept"),
]  # fmt: skip


@pytest.mark.parametrize(("marks", "settings", "outcome"), CASES)
def test_each_setting_decides(marks: tuple[str, ...], settings: dict[str, Any], outcome: str) -> None:
    explained = only(hu(*marks).under(**settings))

    assert explained.outcome == outcome
    assert explained.zh
    assert explained.en
    assert set(settings) <= set(explained.settings)


@pytest.mark.parametrize(("marks", "settings", "outcome"), CASES)
def test_what_is_explained_is_what_the_roll_decides(
    marks: tuple[str, ...], settings: dict[str, Any], outcome: str
) -> None:
    last = len(marks) - 1
    running = stream_of_roster(len(marks))
    rolls = [roll(number, mark, is_open=number == last) for number, mark in enumerate(marks)]
    closed = given(running, member(HU_JUN), *rolls).on("2023-12-01").under(**settings).when(
        close_roll, CloseRoll(session_id=IDS[last])
    )  # fmt: skip

    assert closed.said is None, closed.said
    is_pending = any(isinstance(event, RemovalPending) for event in closed.events)
    assert is_pending is (outcome == "removal_due")


def stream_of_roster(count: int) -> Any:
    sessions = (planned(IDS[number], day_of(number)) for number in range(count))
    return stream(
        Roster, CHENS_ROSTER, OPENED, PlanNoted(sessions_a_year=(9, 9, 9)), listed(HU_JUN), ACTIVE, *sessions
    )  # fmt: skip


@pytest.mark.rule("A.9-24")
@pytest.mark.parametrize(
    ("event", "on"),
    [
        (ProjectYearEnded(studio_id=CHENS_STUDIO, year=1), "2024-04-25"),
        (SessionSettled(session_id=IDS[0]), "2024-04-25"),
    ],
    ids=["the year is over", "its last roll closed"],
)
def test_where_only_the_windows_end_judges_it_is_asked_then(event: Any, on: str) -> None:
    assert only(hu(A, A, P, P, event=event, on=on).under(absence_trigger="close")).outcome == "removal_due"
    assert only(hu(A, P, P, P, event=event, on=on).under(absence_trigger="close")).outcome == "kept"


@pytest.mark.rule("A.9-24")
def test_the_cycles_end_judges_the_whole_cycle() -> None:
    ended = CycleEnded(studio_id=CHENS_STUDIO, ends_on=LAST_DAY)
    moment = hu(A, A, P, P, P, event=ended, on="2026-04-25", plan=0)

    assert only(moment.under(absence_window="whole_cycle")).outcome == "removal_due"


def test_a_roll_in_the_middle_of_a_year_settles_nothing_for_others() -> None:
    assert hu(A, A, A, event=SessionSettled(session_id=IDS[0]), on="2023-12-01").explain(REMOVAL, "membership") == []


@pytest.mark.rule("MEM-15")
def test_of_a_supplementary_member_nothing_is_asked() -> None:
    assert hu(A, A, A, kind="supplementary").explain(REMOVAL, "membership") == []


def test_sick_leave_without_proof_is_judged_by_the_setting() -> None:
    moment = hu(A, A)
    moment.after(
        CHENS_ROSTER, planned(IDS[2], day_of(2))
    ).after(
        IDS[2], held(HU_JUN, id=IDS[2], day=day_of(2)),
        SessionMissed(session_id=IDS[2], studio_id=CHENS_STUDIO, person_id=HU_JUN, kind="personal_leave",
                      claimed="sick_leave"),
        RollClosed(session_id=IDS[2], studio_id=CHENS_STUDIO),
    )  # fmt: skip

    assert only(moment).outcome == "removal_due"
    assert only(moment.under(sick_leave_needs_proof=False)).outcome == "kept"


def test_without_a_plan_nothing_can_be_judged_yet() -> None:
    explained = only(hu(A, A, A, plan=0))

    assert (explained.outcome, explained.steps) == ("kept", ())
    assert inputs_of(explained)["denominator"] is None
