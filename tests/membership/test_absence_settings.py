"""Each setting of absence decides otherwise than its default (AMB-01 to AMB-05)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.membership.aggregates.attendance import absences_left, reaches_limit
from services.membership.commands import (
    Absent,
    CloseRoll,
    CorrectRoll,
    EndCycle,
    EndProjectYear,
    MarkRoll,
    close_roll,
    correct_roll,
    end_cycle,
    end_project_year,
    mark_roll,
)
from services.membership.events import (
    AbsenceWarned,
    AttendanceCounted,
    PlanNoted,
    RemovalLifted,
    RemovalPending,
    RollClosed,
    RollCorrected,
    RollMarked,
    SessionMissed,
)
from services.membership.read_models.attendance import attendance
from services.membership.read_models.sessions import sessions
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from shared.kernel.policy import PolicySettings
from tests.membership.examples import (
    ACTIVE,
    ANOTHER_DOCUMENT,
    CHEN_JING,
    CHENS_STUDIO,
    CLASS_MEETING,
    DOCUMENT,
    HU_JUN,
    LI_NA,
    PLAQUE_DAY,
    engaged,
    folded,
    happened,
    held,
    listed,
    member,
    planned,
    roster,
    session,
)
from tests.membership.test_absence import IDS, A, P, Year, day_of, of_kind, pending
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("MEM-06", "AMB-03")

WHOLE = {"absence_window": "whole_cycle"}
ROLLING = {"absence_window": "rolling", "absence_rolling_sessions": 6}


@pytest.mark.rule("AMB-01")
@pytest.mark.parametrize(
    ("absent", "denominator", "inclusive", "limit", "is_reached", "left"),
    [
        (2, 9, True, (1, 3), False, 0), (3, 9, True, (1, 3), True, 0), (3, 9, False, (1, 3), False, 0),
        (4, 9, False, (1, 3), True, 0), (2, 9, False, (1, 3), False, 1), (4, 8, True, (1, 2), True, 0),
        (3, 8, True, (1, 2), False, 0), (4, 8, False, (1, 2), False, 0), (5, 8, False, (1, 2), True, 0),
    ],
)  # fmt: skip
def test_exactly_the_limit_counts_or_not(
    absent: int, denominator: int, *, inclusive: bool, limit: tuple[int, int], is_reached: bool, left: int
) -> None:
    settings = replace(PolicySettings(), absence_inclusive=inclusive, absence_limit=limit)

    assert reaches_limit(absent, denominator, settings) is is_reached
    assert absences_left(absent, denominator, settings) == left


@pytest.mark.rule("AMB-01")
def test_the_roll_decides_by_the_inclusive_setting() -> None:
    assert pending(Year(A, A, A).closes()) == [(3, 9)]
    assert pending(Year(A, A, A).closes(absence_inclusive=False)) == []
    assert pending(Year(A, A, A, A).closes(absence_inclusive=False)) == [(4, 9)]


def test_judged_by_the_whole_cycle_a_year_alone_removes_nobody() -> None:
    nine_a_year = Year(A, A, A, A, A, A, A, A)

    assert pending(nine_a_year.closes(**WHOLE)) == []
    assert pending(Year(*[A] * 9).closes(**WHOLE)) == [(9, 27)]


def test_the_whole_cycle_is_counted_beside_each_year_as_year_nought() -> None:
    counted = of_kind(Year(A, P).closes(**WHOLE), AttendanceCounted)

    assert [(it.year, it.absent, it.denominator, it.absences_left) for it in counted] == [
        (1, 1, None, None), (0, 1, 27, 7),
    ]  # fmt: skip


def test_absences_of_two_years_count_together_by_the_whole_cycle() -> None:
    marks = [P] * 14 + [A] * 6
    four = PlanNoted(sessions_a_year=(6, 6, 6))

    assert pending(Year(*marks, plan=four).closes("2024-06-30", **WHOLE)) == []
    assert pending(Year(*[A, *marks[1:]], plan=four).closes("2024-06-30", **WHOLE)) == [(7, 20)]


@pytest.mark.rule("A.9-24")
def test_without_a_plan_the_whole_cycle_is_judged_at_its_end() -> None:
    year = Year(P, P, P, P, A, A, plan=None)
    assert pending(year.closes(**WHOLE)) == []

    closed = [one for one in year.given.history.aggregates.values() if one.id in IDS]
    outcome = given(year.roster, member(HU_JUN), *closed).on("2026-04-25").under(**WHOLE).when(
        end_cycle, EndCycle(studio_id=CHENS_STUDIO)
    )  # fmt: skip
    assert [(it.year, *numbers) for it, numbers in zip(of_kind(outcome, RemovalPending), pending(outcome), strict=True)
            ] == [(0, 2, 6)]  # fmt: skip


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ((A, A, P, P, P), []),
        ((A, A, P, P, P, P), [(2, 6)]),
        ((A, P, P, P, P, P), []),
        ((A, P, P, P, P, P, A), []),
        ((P, A, P, P, P, P, A), [(2, 6)]),
        ((A, "official_duty", P, P, P, P, A), [(2, 6)]),
    ],
    ids=["too few yet", "full", "one", "slid out", "within", "excluded"],
)
def test_rolling_takes_the_last_sessions_once_there_are_enough(marks: Any, told: Any) -> None:
    assert pending(Year(*marks).closes(**ROLLING)) == told


def test_a_rolling_window_goes_across_project_years() -> None:
    marks = [P] * 16 + [A, A, P, A]

    assert pending(Year(*marks).closes("2024-06-30", **ROLLING)) == [(3, 6)]


@pytest.mark.rule("A.9-24")
def test_the_close_trigger_waits_for_the_years_end() -> None:
    year = Year(A, A, A, P)
    assert pending(year.closes(absence_trigger="close")) == []

    closed = [one for one in year.given.history.aggregates.values() if one.id in IDS]
    end = EndProjectYear(studio_id=CHENS_STUDIO, year=1)
    over = given(year.roster, member(HU_JUN), *closed).on("2024-04-25").under(absence_trigger="close")
    assert pending(over.when(end_project_year, end)) == [(3, 4)]


def test_the_close_trigger_waits_for_the_rolls_of_a_rolling_window() -> None:
    def rolling(**more: Any) -> Any:
        marks = [A, A, P, P, P, P]
        year = Year(*marks)
        year.given.history.aggregates[IDS[1]] = session(held(HU_JUN, id=IDS[1], day=day_of(1)))
        year.given.history.aggregates[IDS[2]] = session(
            held(HU_JUN, id=IDS[2], day=day_of(2)),
            RollMarked(present=(), absent={HU_JUN: A}), RollClosed(session_id=IDS[2], studio_id=CHENS_STUDIO),
        )  # fmt: skip
        return pending(year.closes(**ROLLING, **more))

    assert rolling() == [(2, 6)]
    assert rolling(absence_trigger="close") == []


@pytest.mark.rule("AMB-04")
@pytest.mark.parametrize(
    ("every", "marks", "told"),
    [
        (0, ("late",) * 9, []),
        (3, ("late",) * 8, []),
        (3, ("late",) * 9, [(3, 9)]),
        (3, ("late", "left_early", "late", A, A), [(3, 9)]),
        (1, ("late", "left_early", "late"), [(3, 9)]),
    ],
)
def test_so_many_latenesses_are_one_absence(every: int, marks: Any, told: Any) -> None:
    assert pending(Year(*marks).closes(late_per_absence=every)) == told


@pytest.mark.rule("AMB-04")
def test_who_was_late_attended_all_the_same() -> None:
    (counted,) = of_kind(Year("late", "late").closes(late_per_absence=2), AttendanceCounted)

    assert (counted.attended, counted.absent, counted.attended_hours) == (2, 1, 8)


@pytest.mark.rule("AMB-04")
@pytest.mark.parametrize(
    ("settings", "absent", "denominator"),
    [
        ({}, 2, 9),
        ({"absence_counted_kinds": ("unexcused",)}, 1, 9),
        ({"absence_counted_kinds": ("unexcused", "personal_leave", "sick_leave")}, 3, 9),
        ({"absence_excluded_kinds": ("statutory_leave", "official_duty", "sick_leave")}, 2, 8),
    ],
)
def test_which_kinds_count_and_which_are_in_neither_count(settings: Any, absent: int, denominator: int) -> None:
    outcome = Year(A, "personal_leave", "sick_leave").closes(**settings)

    assert [(it.absent, it.denominator) for it in of_kind(outcome, AttendanceCounted)] == [(absent, denominator)]
    assert pending(outcome) == ([(3, 9)] if absent == 3 else [])


@pytest.mark.parametrize(("least", "told"), [(9, [(3, 9)]), (10, [])])
def test_of_too_few_sessions_nobody_is_removed(least: int, told: Any) -> None:
    assert pending(Year(A, A, A).closes(absence_min_sessions=least)) == told


@pytest.mark.parametrize(("warn", "parts"), [((9,), [9]), ((5,), []), ((9, 5), [9])])
def test_warnings_are_given_at_the_parts_of_the_settings(warn: Any, parts: list[int]) -> None:
    assert [it.part for it in of_kind(Year(A, P).closes(absence_warn=warn), AbsenceWarned)] == parts


@pytest.mark.rule("AMB-05")
@pytest.mark.parametrize("days", [0, 10])
def test_a_pending_removal_has_the_working_days_of_the_settings(days: int) -> None:
    (told,) = of_kind(Year(A, A, A).closes(removal_objection_workdays=days), RemovalPending)

    assert told.objection_workdays == days


@pytest.mark.parametrize(("marks", "is_at_limit"), [((A, A), False), ((A, A, A), True)])
def test_attendance_says_how_many_are_left_and_whether_the_limit_can_still_be_avoided(
    marks: Any, *, is_at_limit: bool
) -> None:
    (counted,) = of_kind(Year(*marks).closes(), AttendanceCounted)
    (row,) = folded(attendance, happened(counted)).values()

    assert (row.absences_left, row.is_at_limit) == (0, is_at_limit)


# Sick leave with and without proof

SICK = (Absent(person_id=HU_JUN, kind="sick_leave"), Absent(person_id=LI_NA, kind="sick_leave"))
CLOSE = CloseRoll(session_id=CLASS_MEETING)


def clinic(*events: Any) -> Given:
    streams = (
        roster(PlanNoted(sessions_a_year=(9, 9, 9)), listed(HU_JUN), listed(LI_NA), ACTIVE, planned()),
        session(held(HU_JUN, LI_NA), *events), member(HU_JUN), member(LI_NA), engaged(HU_JUN), engaged(LI_NA),
    )  # fmt: skip
    return given(*streams).on("2023-05-12").by(Role.HOST, CHEN_JING)


def marked(proofs: Any) -> RollMarked:
    return RollMarked(present=(), absent={HU_JUN: "sick_leave", LI_NA: "sick_leave"}, proofs=proofs)


def missed(outcome: Any) -> dict[UUID, tuple[str, str | None]]:
    return {it.person_id: (it.kind, it.claimed) for it in of_kind(outcome, SessionMissed)}


@pytest.mark.rule("AMB-04", "MEM-07")
def test_a_roll_names_the_proofs_of_sick_leave() -> None:
    asked = MarkRoll(session_id=CLASS_MEETING, absent=SICK, proofs={HU_JUN: DOCUMENT})

    clinic().when(mark_roll, asked).then(marked({HU_JUN: DOCUMENT}))
    clinic(marked({HU_JUN: DOCUMENT})).when(mark_roll, asked).then_nothing()


@pytest.mark.rule("AMB-04")
@pytest.mark.parametrize(
    ("proofs", "needs", "li"),
    [
        ({HU_JUN: DOCUMENT}, True, ("personal_leave", "sick_leave")),
        ({HU_JUN: DOCUMENT}, False, ("sick_leave", "sick_leave")),
        ({HU_JUN: DOCUMENT, LI_NA: DOCUMENT}, True, ("sick_leave", None)),
        (None, True, ("sick_leave", None)),
    ],
    ids=["without", "without, not needed", "with", "vouched for"],
)
def test_sick_leave_without_proof_is_personal_leave_when_the_roll_closes(proofs: Any, needs: Any, li: Any) -> None:
    outcome = clinic(marked(proofs)).under(sick_leave_needs_proof=needs).when(close_roll, CLOSE)

    assert missed(outcome) == {HU_JUN: ("sick_leave", None), LI_NA: li}
    absent = {it.person_id: it.absent for it in of_kind(outcome, AttendanceCounted)}
    assert absent == {HU_JUN: 0, LI_NA: int(li[0] == "personal_leave")}


@pytest.mark.rule("AMB-04", "A.9-12")
def test_a_proof_that_comes_later_corrects_the_closed_roll() -> None:
    unproven = SessionMissed(
        session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, person_id=HU_JUN, kind="personal_leave", claimed="sick_leave"
    )
    asked = CorrectRoll(
        session_id=CLASS_MEETING, person_id=HU_JUN, mark="sick_leave", reason="补交病历", proof=ANOTHER_DOCUMENT
    )
    closed = (unproven, RollClosed(session_id=CLASS_MEETING, studio_id=CHENS_STUDIO))
    outcome = clinic(marked({}), *closed).when(correct_roll, asked)

    assert of_kind(outcome, RollCorrected) == [
        RollCorrected(
            session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, person_id=HU_JUN, before="personal_leave",
            after="sick_leave", reason="补交病历", proof=ANOTHER_DOCUMENT,
        )
    ]  # fmt: skip
    assert [(it.attended, it.absent) for it in of_kind(outcome, AttendanceCounted)] == [(1, 0)]


@pytest.mark.rule("A.9-12")
def test_a_correction_lifts_a_removal_of_the_whole_cycle() -> None:
    ids = tuple(IDS[:9])
    days = [PLAQUE_DAY + timedelta(days=20 * number) for number in range(9)]
    rolls: list[Aggregate] = [
        session(
            held(HU_JUN, id=id, day=day), RollMarked(present=(), absent={HU_JUN: A}),
            RollClosed(session_id=id, studio_id=CHENS_STUDIO),
        )
        for id, day in zip(ids, days, strict=True)
    ]  # fmt: skip
    three_years = roster(
        PlanNoted(sessions_a_year=(9, 9, 9)), listed(HU_JUN), ACTIVE,
        *(planned(id, day) for id, day in zip(ids, days, strict=True)),
    )  # fmt: skip
    removal = RemovalPending(
        membership_id=member(HU_JUN).id, studio_id=CHENS_STUDIO, person_id=HU_JUN, year=0, absent=9, excluded=0,
        denominator=27, session_ids=ids, known_session_ids=ids, since=date(2023, 11, 1), objection_workdays=5,
    )  # fmt: skip
    outcome = (
        given(three_years, member(HU_JUN, removal), *rolls)
        .on("2023-11-02")
        .by(Role.HOST, CHEN_JING)
        .under(**WHOLE)
        .when(correct_roll, CorrectRoll(session_id=ids[0], person_id=HU_JUN, mark="present", reason="签到表"))
    )

    assert [(it.year, it.because) for it in of_kind(outcome, RemovalLifted)] == [(0, "correction")]


def test_a_session_shows_the_proofs() -> None:
    told = (held(HU_JUN, LI_NA), marked({HU_JUN: DOCUMENT}))

    (row,) = folded(sessions, *(happened(event, CLASS_MEETING) for event in told)).values()
    assert row.proofs == {str(HU_JUN): DOCUMENT}
