"""Whatever the rolls say, the judgement is that of a slow reading of the rule (MEM-06, AMB-01 to AMB-04)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as each
from hypothesis import settings as pace
from hypothesis import strategies as st

from services.membership.aggregates.attendance import WHOLE, Judgement, Window
from services.membership.events import PlanNoted
from shared.kernel.policy import PolicySettings
from tests.membership.examples import ACTIVE, HU_JUN, listed, planned, roster
from tests.membership.test_absence import IDS, day_of, roll

pytestmark = pytest.mark.rule("MEM-06", "AMB-01", "AMB-02", "AMB-03", "AMB-04")

KINDS = ("present", "unexcused", "personal_leave", "sick_leave", "official_duty", "late", "left_early", "open")
COUNTED, EXCLUDED = {"unexcused", "personal_leave"}, {"official_duty", "statutory_leave"}

marks_of = st.lists(st.sampled_from(KINDS), min_size=1, max_size=16)
settings_of = st.builds(
    dict,
    absence_inclusive=st.booleans(),
    absence_limit=st.sampled_from([(1, 3), (1, 4), (2, 5), (1, 1)]),
    absence_window=st.sampled_from(["project_year", "whole_cycle", "rolling"]),
    absence_rolling_sessions=st.integers(1, 8),
    absence_trigger=st.sampled_from(["irrecoverable_or_close", "close"]),
    absence_min_sessions=st.integers(0, 6),
    late_per_absence=st.integers(0, 3),
)


def judged(marks: list[str], ahead: int, plan: int, *, is_over: bool, chosen: dict[str, Any]) -> Judgement:
    """As membership does it: all sessions are in year 1, the plan has none for the other years."""
    settings = replace(PolicySettings(), **chosen)
    sessions = (planned(IDS[number], day_of(number)) for number in range(len(marks) + ahead))
    studio: Any = roster(PlanNoted(sessions_a_year=(plan, 1, 1)), listed(HU_JUN), ACTIVE, *sessions)
    rolls: list[Any] = [
        roll(n, None if kind == "open" else kind, is_open=kind == "open") for n, kind in enumerate(marks)
    ]
    for session, kind in zip(rolls, marks, strict=True):
        if kind == "open":
            session.obliged = (HU_JUN,)
    number = 1 if settings.absence_window == "project_year" else WHOLE
    found = {session.id: session for session in rolls}
    return Window.of(studio, number, found, is_over=is_over).judge(HU_JUN, studio, settings)


def expected(marks: list[str], ahead: int, plan: int, *, is_over: bool, chosen: dict[str, Any]) -> bool:
    """The rule, read aloud: session by session, with nothing clever."""
    kinds = list(marks)
    rolling = chosen["absence_window"] == "rolling"
    if rolling:
        kinds = [kind for kind in kinds if kind not in EXCLUDED][-chosen["absence_rolling_sessions"] :]
    absent = late = 0
    for kind in kinds:
        if kind in COUNTED:
            absent += 1
        if kind in ("late", "left_early"):
            late += 1
            if chosen["late_per_absence"] and late % chosen["late_per_absence"] == 0:
                absent += 1
    obliged = sum(kind not in EXCLUDED for kind in kinds)
    is_closed = "open" not in kinds
    filed = plan if chosen["absence_window"] == "project_year" else plan and plan + 2
    if rolling:
        if obliged < chosen["absence_rolling_sessions"]:
            return False
        denominator = obliged
    elif is_over and is_closed:
        denominator = obliged
    elif not filed:
        return False
    else:
        denominator = max(obliged + ahead, filed - (len(kinds) - obliged))
    if chosen["absence_trigger"] == "close" and not (is_closed and (is_over or rolling)):
        return False
    if absent == 0 or denominator < chosen["absence_min_sessions"]:
        return False
    part, whole = chosen["absence_limit"]
    if absent * whole == denominator * part:
        return bool(chosen["absence_inclusive"])
    return absent * whole > denominator * part


@pace(max_examples=400, deadline=None)
@each(marks=marks_of, ahead=st.integers(0, 2), plan=st.integers(0, 14), is_over=st.booleans(), chosen=settings_of)
def test_the_judgement_is_that_of_the_slow_reading(
    marks: list[str], ahead: int, plan: int, *, is_over: bool, chosen: dict[str, Any]
) -> None:
    reading = expected(marks, ahead, plan, is_over=is_over, chosen=chosen)

    assert judged(marks, ahead, plan, is_over=is_over, chosen=chosen).reaches is reading


@pace(max_examples=100, deadline=None)
@each(marks=marks_of, plan=st.integers(0, 14), chosen=settings_of)
def test_one_attendance_more_never_makes_a_removal_due(marks: list[str], plan: int, chosen: dict[str, Any]) -> None:
    better = ["present" if kind in COUNTED else kind for kind in marks]

    assert not judged(better, 0, plan, is_over=False, chosen=chosen | {"late_per_absence": 0}).reaches
