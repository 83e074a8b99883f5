"""A studio's year as content: what was planned, done, appraised, and what is missing (MEM-17, SIL-06, SIL-12)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.membership.aggregates.studio_file import StudioFile
from services.membership.commands import AppraiseYear, appraise_year
from services.membership.events import (
    AttendanceCounted,
    CarriedTask,
    HandedOver,
    OutputRecorded,
    RosterEnded,
    YearAppraised,
    YearSummarized,
)
from services.membership.read_models.attendance import AttendanceRow
from services.membership.read_models.memberships import MembershipRow, designation
from services.membership.read_models.open_matters import Open, StudioRow, open_in, open_matters
from services.membership.read_models.rosters import RosterRow, size_of
from services.membership.read_models.sessions import SessionRow
from services.membership.read_models.training_files import Feedback, Item, TrainingFileRow, in_time_order
from services.membership.read_models.yearly_reports import YearlyReportRow, missing, yearly_reports
from shared.kernel.people import Role
from shared.kernel.policy import PolicySettings
from tests.membership.examples import (
    ACTIVE,
    CHEN_JING,
    CHENS_ROSTER,
    CHENS_STUDIO,
    CLASS_MEETING,
    DOCUMENT,
    HOME_VISIT,
    HU_JUN,
    HU_NAMED,
    HUS,
    LI_NA,
    LIS,
    LIU_OF_PERSONNEL,
    OPENED,
    PLAN_NOTED,
    PLAQUE_DAY,
    SESSION_DAY,
    WANG_LEI,
    ZHOUS,
    folded,
    happened,
    held,
    roster,
)
from tests.membership.test_records import DONE, OTHER_TASK, PLAN, STUDIO_FILE, TASK
from tests.membership.test_records import OPENED as FILE_OPENED
from tests.scenario import Given, given, stream

APPRAISE = AppraiseYear(studio_id=CHENS_STUDIO, year=1, points=80, text="良好")
APPRAISED = YearAppraised(year=1, points=80, text="良好")
SUMMARY = YearSummarized(
    year=1, document=DOCUMENT, text="小结", carried=(CarriedTask(task_id=OTHER_TASK, reason="未开放"),)
)


def office(*file: Any, more: tuple[Any, ...] = (), on: str = "2024-04-24") -> Given:
    return (
        given(roster(PLAN_NOTED, ACTIVE, *more), stream(StudioFile, STUDIO_FILE, FILE_OPENED, *file))
        .on(on)
        .by(Role.PERSONNEL, LIU_OF_PERSONNEL)
    )


@pytest.mark.rule("SIL-06")
def test_an_office_appraises_a_year_and_nothing_follows() -> None:
    office().when(appraise_year, APPRAISE).then(APPRAISED)
    office(APPRAISED).when(appraise_year, APPRAISE).then_nothing()
    office(APPRAISED).when(appraise_year, replace(APPRAISE, points=81)).then(replace(APPRAISED, points=81))


@pytest.mark.rule("SIL-06")
@pytest.mark.parametrize(("on", "may"), [("2024-04-24", False), ("2024-04-25", True)])
def test_a_year_that_has_not_begun_is_not_appraised(on: str, *, may: bool) -> None:
    outcome = office(on=on).when(appraise_year, replace(APPRAISE, year=2))

    if may:
        outcome.then(replace(APPRAISED, year=2))
    else:
        outcome.then_refused("year-not-begun", "SIL-06", year=2, begun=1)


@pytest.mark.rule("SIL-06")
def test_where_no_report_is_asked_for_there_is_no_appraisal() -> None:
    office().under(yearly_report=False).when(appraise_year, APPRAISE).then_refused("no-yearly-report", "SIL-06")


@pytest.mark.rule("SIL-06")
def test_an_ended_studio_is_not_appraised() -> None:
    office(more=(RosterEnded(reason="studio_closed"),)).when(appraise_year, APPRAISE).then_refused(
        "roster-ended", "AMB-16"
    )


def counted(person: UUID, attended: int, obliged: int, year: int = 1) -> AttendanceCounted:
    return AttendanceCounted(
        **(HU_NAMED | {"person_id": person}), host_id=CHEN_JING, year=year, obliged=obliged, attended=attended,
        absent=0, excluded=0, attended_hours=0, denominator=None, absences_left=None,
    )  # fmt: skip


def output(day: date) -> OutputRecorded:
    return OutputRecorded(output_id=UUID(int=day.day), kind="article", title="班会", document=DOCUMENT, achieved_on=day)


def reports(*filed: Any, also: tuple[Any, ...] = ()) -> dict[int, YearlyReportRow]:
    told = (
        happened(OPENED, CHENS_ROSTER), happened(ACTIVE, CHENS_ROSTER), happened(FILE_OPENED, STUDIO_FILE),
        *(happened(event, CLASS_MEETING) for event in also), *(happened(event, STUDIO_FILE) for event in filed),
    )  # fmt: skip
    return {row.year: row for row in folded(yearly_reports, *told).values()}


@pytest.mark.rule("MEM-17", "MEM-11", "SIL-06")
def test_a_years_report_says_what_was_planned_and_done() -> None:
    also = (held(HU_JUN), held(HU_JUN, id=HOME_VISIT, hours=2), counted(HU_JUN, 1, 2), counted(LI_NA, 3, 3),
            counted(HU_JUN, 2, 3), counted(HU_JUN, 9, 9, year=0))  # fmt: skip
    year = reports(PLAN, DONE, SUMMARY, output(SESSION_DAY), output(date(2024, 4, 25)), APPRAISED, also=also)[1]

    assert year == YearlyReportRow(
        CHENS_STUDIO, CHEN_JING, 1, PLAQUE_DAY, date(2024, 4, 24), plan=DOCUMENT, tasks=(TASK, OTHER_TASK),
        done=(TASK,), carried=(OTHER_TASK,), summary="小结", sessions_held=2, class_hours=6, attended=5, obliged=6,
        standing={str(HU_JUN): (2, 3), str(LI_NA): (3, 3)}, outputs=1, appraisal_points=80, appraisal="良好",
    )  # fmt: skip
    assert year.open_tasks == 0


@pytest.mark.rule("SIL-06")
def test_each_year_has_its_own_report() -> None:
    rows = reports(output(date(2024, 4, 25)))

    assert [(row.first_day, row.last_day, row.outputs) for row in rows.values()] == [
        (PLAQUE_DAY, date(2024, 4, 24), 0), (date(2024, 4, 25), date(2025, 4, 24), 1),
        (date(2025, 4, 25), date(2026, 4, 24), 0),
    ]  # fmt: skip


@pytest.mark.rule("SIL-04")
def test_a_year_that_was_over_keeps_its_host() -> None:
    handed = HandedOver(studio_id=CHENS_STUDIO, former_host_id=CHEN_JING, host_id=WANG_LEI, changed_on=date(2024, 6, 1))

    assert [row.host_id for row in reports(also=(handed,)).values()] == [CHEN_JING, WANG_LEI, WANG_LEI]


@pytest.mark.rule("SIL-06", "MEM-17")
@pytest.mark.parametrize(
    ("filed", "planned", "feedback", "lacks"),
    [
        ((), 1, 0, ["plan", "sessions", "feedback", "summary"]),
        ((PLAN,), 0, 0, ["plan", "tasks", "feedback", "summary"][1:]),
        ((PLAN, DONE, SUMMARY), None, 1, []),
    ],
)
def test_the_report_says_what_is_missing(filed: Any, planned: Any, feedback: int, lacks: list[str]) -> None:
    assert missing(reports(*filed)[1], planned, feedback) == lacks


def membership_row(state: str, **more: Any) -> MembershipRow:
    return MembershipRow(CHENS_STUDIO, HU_JUN, CHEN_JING, state=state, chosen_by=(), **more)


@pytest.mark.rule("MEM-16")
@pytest.mark.parametrize(
    ("row", "designated"),
    [
        (membership_row("joined"), "candidate"),
        (membership_row("removal_pending"), "candidate"),
        (membership_row("matched"), None),
        (membership_row("joined", kind="supplementary"), None),
        (membership_row("removed"), None),
        (membership_row("withdrawn"), None),
        (membership_row("suspended"), None),
    ],
)
def test_each_trainee_who_is_a_member_is_a_candidate_for_backbone_homeroom_teacher(
    row: MembershipRow, designated: str | None
) -> None:
    assert designation(row) == designated


@pytest.mark.rule("AMB-26", "MEM-15")
@pytest.mark.parametrize(
    ("members", "settings", "size"),
    [
        (3, {}, "small"), (4, {}, "fitting"), (12, {}, "fitting"), (13, {}, "large"),
        (4, {"size_min_warn": 5}, "small"), (6, {"size_max_warn": 5}, "large"), (5, {"size_max_warn": 5}, "fitting"),
    ],
)  # fmt: skip
def test_a_roster_says_whether_its_size_is_fitting(members: int, settings: Any, size: str) -> None:
    row = RosterRow(CHENS_STUDIO, CHEN_JING, members=tuple(UUID(int=number) for number in range(members)))

    assert size_of(row, replace(PolicySettings(), **settings)) == size


@pytest.mark.rule("MEM-13", "MEM-18", "MEM-09")
def test_the_growth_file_is_one_answer_in_the_order_of_time() -> None:
    late, early = (
        Item(UUID(int=number), "study", title, DOCUMENT, date(2023, month, 1), date(2023, 12, 1), None)
        for number, title, month in ((1, "读书笔记", 9), (2, "听课", 5))
    )
    said = Feedback(UUID(int=3), "有进步", date(2023, 6, 1))
    row = TrainingFileRow(HUS, CHENS_STUDIO, CHEN_JING, HU_JUN, items=(late, early), feedback=(said,))

    assert [(entry["on"].month, entry["what"], entry["text"]) for entry in in_time_order(row)] == [
        (5, "study", "听课"), (6, "feedback", "有进步"), (9, "study", "读书笔记"),
    ]  # fmt: skip


def attendance_row(membership_id: UUID, absent: int, left: int | None) -> AttendanceRow:
    return AttendanceRow(CHENS_STUDIO, CHEN_JING, membership_id, HU_JUN, 1, 5, 3, absent, 0, 12, 9, left)


@pytest.mark.rule("SIL-12")
def test_open_matters_name_what_is_not_filed_and_who_is_near_one_third() -> None:
    members = [
        (str(HUS), membership_row("joined", plan_filed=True, host_points=88)),
        (str(LIS), membership_row("removal_pending")),
        (str(ZHOUS), membership_row("matched")),
    ]
    held_row = SessionRow(CHENS_STUDIO, CHEN_JING, SESSION_DAY, "A201", "班会", 4, (HU_JUN,), SESSION_DAY)
    sessions = [("a", held_row), ("b", replace(held_row, is_closed=True))]
    counts = [attendance_row(HUS, 1, 1), attendance_row(LIS, 1, 2), attendance_row(ZHOUS, 2, 0)]

    assert open_in(members, sessions, counts) == Open(
        agreements_unfiled=(ZHOUS,), plans_unfiled=(LIS,), evaluations_missing=(LIS,), removals_pending=(LIS,),
        suspended=(), rolls_open=("a",), near_limit=(HUS,),
    )  # fmt: skip


@pytest.mark.rule("SIL-12")
@pytest.mark.parametrize(("absent", "left", "is_near"), [(1, 2, False), (1, 1, True), (2, 0, True), (0, 1, False)])
def test_near_one_third_is_one_absence_away_or_none(absent: int, left: int, *, is_near: bool) -> None:
    found = open_in([(str(HUS), membership_row("joined"))], [], [attendance_row(HUS, absent, left)])

    assert bool(found.near_limit) is is_near


@pytest.mark.rule("SIL-12")
def test_who_was_near_one_third_in_a_year_that_is_over_is_not_near_it_any_more() -> None:
    last_year, this_year = attendance_row(HUS, 2, 0), replace(attendance_row(HUS, 0, 2), year=2)

    assert open_in([(str(HUS), membership_row("joined"))], [], [this_year, last_year]).near_limit == ()


@pytest.mark.rule("SIL-12", "SIL-04")
def test_open_matters_are_the_present_hosts() -> None:
    handed = HandedOver(studio_id=CHENS_STUDIO, former_host_id=CHEN_JING, host_id=WANG_LEI, changed_on=date(2024, 6, 1))

    assert folded(open_matters, happened(OPENED), happened(handed)) == {
        str(CHENS_STUDIO): StudioRow(CHENS_STUDIO, WANG_LEI)
    }
