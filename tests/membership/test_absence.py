"""A third of a project year's sessions missed: the trainee is to be removed (MEM-06)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.membership.aggregates.attendance import Attendance, absences_left, reaches_limit
from services.membership.commands import (
    AnswerObjection,
    CloseRoll,
    EndCycle,
    EndProjectYear,
    answer_objection,
    close_roll,
    end_cycle,
    end_project_year,
)
from services.membership.events import (
    AbsenceWarned,
    AttendanceCounted,
    CycleEnded,
    MemberUnlisted,
    ObjectionAnswered,
    ObjectionRaised,
    PlanNoted,
    ProjectYearEnded,
    RemovalLifted,
    RemovalPending,
    RollClosed,
    RollMarked,
    SessionCancelled,
)
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from shared.kernel.policy import PolicySettings
from tests.membership.examples import (
    ACTIVE,
    CHEN_JING,
    CHENS_STUDIO,
    HU_JUN,
    HU_NAMED,
    HUS,
    LAST_DAY,
    PLAN_NOTED,
    PLAQUE_DAY,
    held,
    listed,
    member,
    pending_removal,
    planned,
    roster,
    session,
)
from tests.scenario import Given, Outcome, given, stream

pytestmark = pytest.mark.rule("MEM-06", "AMB-01", "AMB-02", "AMB-03", "AMB-04", "A.9-13", "A.9-24")

IDS = [UUID(int=0x700 + number) for number in range(40)]
NINE = PlanNoted(sessions_a_year=(9, 9, 9))
LONG_AGO = date(2023, 4, 24)
YEAR_ONE_ENDS = "2024-04-25"


def day_of(number: int) -> date:
    """Sessions are twenty days apart: the first eighteen are in year 1."""
    return PLAQUE_DAY + timedelta(days=20 * number)


def roll(number: int, kind: str | None, *, is_open: bool = False) -> Aggregate:
    """Session `number` as Hu Jun's mark says; None: he was not on the roster yet."""
    obliged = () if kind is None else (HU_JUN,)
    absent = {} if kind in (None, "present") else {HU_JUN: kind}
    marks = RollMarked(present=(HU_JUN,) if kind == "present" else (), absent=absent)
    closed = () if is_open else (RollClosed(session_id=IDS[number], studio_id=CHENS_STUDIO),)
    return session(held(*obliged, id=IDS[number], day=day_of(number)), marks, *closed)


class Year:
    """Hu Jun's marks in order, the last roll still open, and what is planned besides."""

    def __init__(
        self, *marks: str | None, plan: Any = NINE, ahead: int = 0, more: Sequence[Any] = (), kind: str = "trainee",
        so_far: Sequence[Any] = (), attendance: Sequence[Any] = (),
    ) -> None:  # fmt: skip
        count = len(marks)
        joined = sum(mark is None for mark in marks)
        events = (planned(IDS[number], day_of(number)) for number in range(count + ahead))
        self.last = count - 1
        self.roster = roster(
            *([plan] if plan else []), listed(HU_JUN, day_of(joined) if joined else LONG_AGO), ACTIVE, *events, *more
        )
        rolls = [roll(n, mark, is_open=n == self.last) for n, mark in enumerate(marks)]
        counts = stream(Attendance, Attendance.id_for(HUS), *attendance)
        self.given: Given = given(self.roster, member(HU_JUN, *so_far, kind=kind), *rolls, counts)

    def closes(self, on: str = "2023-12-01", **settings: Any) -> Outcome:
        under = self.given.under(**settings) if settings else self.given
        return under.on(on).when(close_roll, CloseRoll(session_id=IDS[self.last]))


def of_kind(outcome: Outcome, kind: type[Any]) -> list[Any]:
    assert outcome.said is None, outcome.said
    return [event for event in outcome.events if isinstance(event, kind)]


def pending(outcome: Outcome) -> list[tuple[int, int]]:
    """Absences and denominator of what is pending."""
    return [(event.absent, event.denominator) for event in of_kind(outcome, RemovalPending)]


P, A, L = "present", "unexcused", "personal_leave"


def test_the_third_absence_of_nine_planned_sessions_makes_a_removal_pending() -> None:
    outcome = Year(P, A, P, L, A).closes("2023-08-01")

    assert of_kind(outcome, RemovalPending) == [
        RemovalPending(
            **HU_NAMED, year=1, absent=3, excluded=0, denominator=9, session_ids=(IDS[1], IDS[3], IDS[4]),
            known_session_ids=tuple(IDS[:5]), since=date(2023, 8, 1), objection_workdays=5,
        )
    ]  # fmt: skip


def test_two_absences_of_nine_do_not() -> None:
    assert pending(Year(P, A, P, P, A).closes()) == []


def test_who_joined_after_the_third_session_is_measured_by_the_six_that_are_left() -> None:
    assert pending(Year(None, None, None, A, P, A).closes()) == [(2, 6)]


def test_official_duty_is_in_neither_count() -> None:
    assert pending(Year(A, A, "official_duty").closes()) == []


@pytest.mark.parametrize("kind", ["statutory_leave", "official_duty"])
def test_excluded_absences_make_the_denominator_smaller(kind: str) -> None:
    outcome = Year(A, kind, kind, kind, A).closes()

    assert pending(outcome) == [(2, 6)]
    assert [(it.obliged, it.excluded) for it in of_kind(outcome, AttendanceCounted)] == [(2, 3)]


@pytest.mark.parametrize("kind", ["sick_leave", "late", "left_early"])
def test_whoever_was_ill_late_or_left_early_attended(kind: str) -> None:
    outcome = Year(kind, kind, kind, kind).closes()

    assert pending(outcome) == []
    assert [(it.attended, it.absent, it.attended_hours) for it in of_kind(outcome, AttendanceCounted)] == [(4, 0, 16)]


def test_the_kinds_that_count_are_those_of_the_settings() -> None:
    assert pending(Year("late", "late", "late").closes(absence_counted_kinds=("late",))) == [(3, 9)]


def test_more_sessions_than_the_plan_has_count_too() -> None:
    assert pending(Year(A, A, A, ahead=7).closes()) == []
    assert pending(Year(A, A, A, ahead=6).closes()) == [(3, 9)]


def test_a_cancelled_session_is_no_longer_ahead() -> None:
    cancelled = SessionCancelled(session_id=IDS[9])

    assert pending(Year(A, A, A, ahead=7, more=[cancelled]).closes()) == [(3, 9)]


def test_without_a_filed_plan_only_the_years_end_judges() -> None:
    outcome = Year(A, A, A, A, plan=None).closes()

    assert pending(outcome) == []
    assert [(it.denominator, it.absences_left) for it in of_kind(outcome, AttendanceCounted)] == [(None, None)]


def test_of_fewer_than_four_sessions_nobody_is_removed_only_warned() -> None:
    outcome = Year(A, plan=PlanNoted(sessions_a_year=(3, 9, 9))).closes()

    assert pending(outcome) == []
    assert [event.part for event in of_kind(outcome, AbsenceWarned)] == [6, 4]


def test_four_sessions_are_enough() -> None:
    assert pending(Year(A, A, plan=PlanNoted(sessions_a_year=(4, 9, 9))).closes()) == [(2, 4)]


@pytest.mark.parametrize(("marks", "parts"), [((P, P), []), ((A, P), []), ((A, A), [6]), ((A, A, P), [6])])
def test_one_sixth_of_nine_is_reached_at_the_second_absence(marks: Sequence[str], parts: list[int]) -> None:
    assert [event.part for event in of_kind(Year(*marks).closes(), AbsenceWarned)] == parts


def test_a_quarter_of_twelve_is_warned_of_too_but_each_once_a_year() -> None:
    sixth = AbsenceWarned(**HU_NAMED, year=1, part=6, absent=2, denominator=12)
    twelve = PlanNoted(sessions_a_year=(12, 9, 9))

    outcome = Year(A, A, A, plan=twelve, attendance=[sixth]).closes()

    assert of_kind(outcome, AbsenceWarned) == [AbsenceWarned(**HU_NAMED, year=1, part=4, absent=3, denominator=12)]
    assert pending(outcome) == []


def test_each_roll_says_how_the_member_stands() -> None:
    counted = of_kind(Year(P, A, "official_duty", P).closes(), AttendanceCounted)

    assert counted == [
        AttendanceCounted(
            **HU_NAMED, host_id=CHEN_JING, year=1, obliged=3, attended=2, absent=1, excluded=1, attended_hours=8,
            denominator=8, absences_left=1,
        )
    ]  # fmt: skip


@pytest.mark.rule("MEM-15", "A.9-12")
def test_a_supplementary_member_is_counted_but_never_warned_or_removed() -> None:
    outcome = Year(A, A, A, A, kind="supplementary").closes()

    assert [type(event).__name__ for event in outcome.events][-1:] == ["AttendanceCounted"]


def test_a_pending_removal_is_pending_once() -> None:
    outcome = Year(A, A, A, A, so_far=[pending_removal(*IDS[:3])]).closes()

    assert pending(outcome) == []


@pytest.mark.rule("AMB-05")
def test_absences_that_an_upheld_objection_forgave_are_not_judged_again_but_a_further_one_is() -> None:
    upheld = [
        pending_removal(*IDS[:3]),
        answered(upheld=True),
        RemovalLifted(**HU_NAMED, year=1, because="objection"),
    ]

    assert pending(Year(A, A, A, P, so_far=upheld).closes()) == []
    assert pending(Year(A, A, A, A, so_far=upheld).closes()) == [(4, 9)]


def answered(*, upheld: bool) -> Any:
    return ObjectionAnswered(**HU_NAMED, upheld=upheld, reason="属实", since=date(2023, 8, 1), objection_workdays=5)


def test_at_the_years_end_what_was_held_is_what_a_third_is_taken_of() -> None:
    year = Year(P, P, P, P, A, A)
    end_of_year = year.given.on(YEAR_ONE_ENDS)
    close_last = end_of_year.when(close_roll, CloseRoll(session_id=IDS[5]))

    assert pending(close_last) == [(2, 6)]


def ended(*marks: str | None, is_open: bool = False) -> Outcome:
    """The day after the first year, all rolls closed unless said otherwise."""
    year = Year(*marks)
    rolls = [roll(n, mark, is_open=is_open and n == year.last) for n, mark in enumerate(marks)]
    return given(year.roster, member(HU_JUN), *rolls).on(YEAR_ONE_ENDS).when(
        end_project_year, EndProjectYear(studio_id=CHENS_STUDIO, year=1)
    )  # fmt: skip


def test_the_day_after_a_project_year_judges_it() -> None:
    outcome = ended(P, P, P, P, A, A)

    assert of_kind(outcome, ProjectYearEnded) == [ProjectYearEnded(studio_id=CHENS_STUDIO, year=1)]
    assert pending(outcome) == [(2, 6)]


def test_a_year_with_an_open_roll_is_judged_when_its_last_roll_closes() -> None:
    assert pending(ended(P, P, P, P, A, A, is_open=True)) == []

    over = ProjectYearEnded(studio_id=CHENS_STUDIO, year=1)
    backdated = Year(P, P, P, P, A, A, more=[over]).closes("2024-04-20")
    assert pending(backdated) == [(2, 6)]


def test_below_a_third_at_the_years_end_nothing_follows() -> None:
    assert pending(ended(P, P, P, P, P, A, A)) == []


def test_the_last_year_is_judged_with_the_cycles_end() -> None:
    days = [date(2025, 5, 1) + timedelta(days=30 * number) for number in range(6)]
    marks = [P, P, P, P, A, A]
    rolls = [
        session(
            held(HU_JUN, id=IDS[n], day=day),
            RollMarked(present=(HU_JUN,) if mark == P else (), absent={}),
            RollClosed(session_id=IDS[n], studio_id=CHENS_STUDIO),
        )
        for n, (day, mark) in enumerate(zip(days, marks, strict=True))
    ]
    running = roster(NINE, listed(HU_JUN), ACTIVE, *(planned(IDS[n], day) for n, day in enumerate(days)))

    outcome = given(running, member(HU_JUN), *rolls).on("2026-04-25").when(
        end_cycle, EndCycle(studio_id=CHENS_STUDIO)
    )  # fmt: skip

    assert outcome.events[0] == CycleEnded(studio_id=CHENS_STUDIO, ends_on=LAST_DAY)
    assert [(event.year, event.absent, event.denominator) for event in of_kind(outcome, RemovalPending)] == [(3, 2, 6)]


def test_absences_of_one_year_do_not_count_in_the_next() -> None:
    marks = [P] * 16 + [A, A, P, A]

    counted = of_kind(Year(*marks, plan=PlanNoted(sessions_a_year=(19, 9, 9))).closes("2024-05-20"), AttendanceCounted)

    assert [(event.year, event.absent) for event in counted] == [(2, 1)]


@pytest.mark.parametrize(
    ("absent", "denominator", "is_reached"),
    [(3, 9, True), (2, 9, False), (33, 100, False), (34, 100, True), (2, 6, True), (2, 8, False), (3, 8, True),
     (1, 3, False), (0, 9, False)],
)  # fmt: skip
def test_a_third_itself_is_included_and_compared_in_whole_numbers(
    absent: int, denominator: int, *, is_reached: bool
) -> None:
    assert reaches_limit(absent, denominator, PolicySettings()) is is_reached


@pytest.mark.parametrize(("absent", "denominator", "left"), [(0, 9, 2), (2, 9, 0), (3, 9, 0), (0, 10, 3), (1, 6, 0)])
def test_the_distance_to_a_third_is_the_absences_that_stay_below_it(absent: int, denominator: int, left: int) -> None:
    assert absences_left(absent, denominator, PolicySettings()) == left


@pytest.mark.rule("A.9-11", "AMB-05")
def test_a_roll_dated_back_leaves_the_trainee_five_working_days_from_when_it_was_closed() -> None:
    year = Year(P, P, A, A, A)
    closed = year.given.on("2023-12-20").by(Role.HOST, CHEN_JING).dated("2023-12-01")

    (told,) = of_kind(closed.when(close_roll, CloseRoll(session_id=IDS[year.last])), RemovalPending)

    assert told.since == date(2023, 12, 20)


def test_what_was_missed_while_an_objection_was_open_is_judged_when_it_is_upheld() -> None:
    forgiven = tuple(IDS[number] for number in range(3))
    so_far = (
        RemovalPending(
            **HU_NAMED, year=1, absent=3, excluded=0, denominator=9, session_ids=forgiven,
            known_session_ids=forgiven, since=date(2023, 8, 1), objection_workdays=5,
        ),
        ObjectionRaised(**HU_NAMED, reason="公派"),
    )  # fmt: skip
    year = Year(A, A, A, A, so_far=so_far, more=())
    office = year.given.on("2023-12-01").by(Role.PERSONNEL, CHEN_JING)
    closed_meanwhile = year.closes()

    assert pending(closed_meanwhile) == []
    uphold = AnswerObjection(membership_id=HUS, upheld=True, reason="属实")
    assert pending(office.when(answer_objection, uphold)) == [(4, 9)]


def test_a_person_is_obliged_once_though_two_periods_overlap() -> None:
    again = roster(
        PLAN_NOTED, listed(HU_JUN, date(2023, 4, 24)), ACTIVE,
        MemberUnlisted(membership_id=HUS, person_id=HU_JUN, unlisted_on=date(2023, 7, 1)),
        listed(HU_JUN, date(2023, 6, 15)),
    )  # fmt: skip

    assert again.obliged_on(date(2023, 6, 20)) == (HU_JUN,)
