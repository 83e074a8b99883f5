"""After publication the plan is filed with both offices; the plaque hangs when the agreements are in too."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.applications.commands import (
    DraftPlan,
    FilePlan,
    HangPlaque,
    NoteMember,
    draft_plan,
    file_plan,
    hang_plaque,
    note_member,
)
from services.applications.events import MemberNoted, PlanDrafted, PlanReceived
from shared.kernel.people import Role
from shared.kernel.published import PlanFiled, StudioClosed, StudioPlaqued
from tests.applications.examples import (
    ANOTHER_PLAN,
    AT_PERSONNEL,
    AT_STUDENT_AFFAIRS,
    CHEN_JING,
    CHENS_STUDIO,
    DRAFTED,
    FILED,
    HU_JUN,
    LI_NA,
    LIU_OF_PERSONNEL,
    ON_FILE,
    PLAN,
    PRINCIPAL,
    SUN_OF_STUDENT_AFFAIRS,
    TWELVE_A_YEAR,
    off_duty,
    studio,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("APP-06", "APP-07", "MEM-05", "A.9-4")

TAKE_ON_FILE = FilePlan(studio_id=CHENS_STUDIO)
HANG = HangPlaque(studio_id=CHENS_STUDIO)
PLAQUED = StudioPlaqued(
    studio_id=CHENS_STUDIO,
    host_id=CHEN_JING,
    plaqued_on=date(2023, 4, 24),
    ends_on=date(2026, 4, 24),
    midterm_due_on=date(2024, 10, 24),
    midterm_opens_on=date(2024, 7, 24),
    midterm_closes_on=date(2025, 1, 24),
)
CLOSED = StudioClosed(studio_id=CHENS_STUDIO, outcome="closed")


def plan(document: str = PLAN, sessions: tuple[int, ...] = TWELVE_A_YEAR) -> DraftPlan:
    return DraftPlan(studio_id=CHENS_STUDIO, document=document, sessions_a_year=sessions)


def noted(membership: UUID, standing: str, kind: str = "trainee") -> MemberNoted:
    return MemberNoted(membership_id=membership, standing=standing, kind=kind)


def the_host(*events: Any) -> Given:
    return given(studio(*events)).by(Role.HOST, CHEN_JING)


def personnel(*events: Any) -> Given:
    return given(studio(*events)).by(Role.PERSONNEL, LIU_OF_PERSONNEL)


def student_affairs(*events: Any) -> Given:
    return given(studio(*events)).by(Role.STUDENT_AFFAIRS, SUN_OF_STUDENT_AFFAIRS)


def the_school(*events: Any) -> Given:
    return given(studio(*events)).by(Role.SCHOOL, PRINCIPAL).on("2023-04-24")


def test_the_host_drafts_the_construction_plan() -> None:
    the_host().when(draft_plan, plan()).then(DRAFTED)


def test_the_same_draft_again_changes_nothing() -> None:
    the_host(DRAFTED, AT_PERSONNEL).when(draft_plan, plan()).then_nothing()


@pytest.mark.parametrize("changed", [plan(ANOTHER_PLAN), plan(sessions=(12, 12, 11))])
def test_a_draft_may_change_until_it_is_on_file(changed: DraftPlan) -> None:
    the_host(DRAFTED, AT_PERSONNEL).when(draft_plan, changed).then(
        PlanDrafted(document=changed.document, sessions_a_year=changed.sessions_a_year)
    )


@pytest.mark.parametrize("again", [plan(), plan(ANOTHER_PLAN)])
def test_a_plan_on_file_no_longer_changes(again: DraftPlan) -> None:
    the_host(*ON_FILE).when(draft_plan, again).then_refused("plan-already-filed", "APP-06")


@pytest.mark.parametrize("sessions", [(), (12, 12), (12, 12, 12, 12)], ids=["none", "two years", "four years"])
def test_a_plan_names_its_sessions_for_each_of_three_years(sessions: tuple[int, ...]) -> None:
    the_host().when(draft_plan, plan(sessions=sessions)).then_refused(
        "a-number-a-year", "MEM-11", given=len(sessions), years=3
    )


def test_a_cycle_of_thirty_months_has_a_third_shorter_year_to_plan() -> None:
    the_host().under(cycle_months=30).when(draft_plan, plan()).then(DRAFTED)


def test_the_first_office_takes_the_plan_on_file() -> None:
    personnel(DRAFTED).when(file_plan, TAKE_ON_FILE).then(AT_PERSONNEL)


def test_the_second_receipt_files_the_plan() -> None:
    student_affairs(DRAFTED, AT_PERSONNEL).when(file_plan, TAKE_ON_FILE).then(
        PlanReceived(office="student_affairs", receiver_id=SUN_OF_STUDENT_AFFAIRS),
        PlanFiled(studio_id=CHENS_STUDIO, sessions_a_year=TWELVE_A_YEAR),
    )


def test_the_offices_may_come_in_either_order() -> None:
    personnel(DRAFTED, AT_STUDENT_AFFAIRS).when(file_plan, TAKE_ON_FILE).then(AT_PERSONNEL, FILED)


@pytest.mark.parametrize("history", [(DRAFTED, AT_PERSONNEL), ON_FILE], ids=["one receipt", "on file"])
def test_an_office_receives_once(history: tuple[Any, ...]) -> None:
    personnel(*history).when(file_plan, TAKE_ON_FILE).then_nothing()


def test_one_person_does_not_receive_for_both_offices() -> None:
    given(studio(DRAFTED, AT_PERSONNEL)).by(Role.STUDENT_AFFAIRS, LIU_OF_PERSONNEL).when(
        file_plan, TAKE_ON_FILE
    ).then_refused("one-person-two-offices", "A.9-14")


def test_a_changed_plan_needs_both_receipts_again() -> None:
    changed = PlanDrafted(document=ANOTHER_PLAN, sessions_a_year=TWELVE_A_YEAR)

    student_affairs(DRAFTED, AT_PERSONNEL, changed).when(file_plan, TAKE_ON_FILE).then(AT_STUDENT_AFFAIRS)


def test_no_office_receives_a_plan_that_was_not_drafted() -> None:
    personnel().when(file_plan, TAKE_ON_FILE).then_refused("no-plan", "APP-06")


def test_the_plaque_hangs_once_plan_and_every_agreement_are_on_file() -> None:
    the_school(*ON_FILE, noted(HU_JUN, "matched"), noted(HU_JUN, "joined")).when(hang_plaque, HANG).then(PLAQUED)


def test_a_trainee_who_left_does_not_hold_the_plaque_up() -> None:
    the_school(*ON_FILE, noted(HU_JUN, "joined"), noted(LI_NA, "matched"), noted(LI_NA, "left")).when(
        hang_plaque, HANG
    ).then(PLAQUED)


@pytest.mark.parametrize(
    ("history", "numbers"),
    [
        ((DRAFTED, noted(HU_JUN, "joined")), {"plan_filed": False, "receipts": 0, "joined": 1, "unfiled": 0}),
        ((*ON_FILE[:2], noted(HU_JUN, "joined")), {"plan_filed": False, "receipts": 1, "joined": 1, "unfiled": 0}),
        (ON_FILE, {"plan_filed": True, "receipts": 2, "joined": 0, "unfiled": 0}),
        ((*ON_FILE, noted(HU_JUN, "matched")), {"plan_filed": True, "receipts": 2, "joined": 0, "unfiled": 1}),
        (
            (*ON_FILE, noted(HU_JUN, "joined"), noted(LI_NA, "matched")),
            {"plan_filed": True, "receipts": 2, "joined": 1, "unfiled": 1},
        ),
        (
            (*ON_FILE, noted(HU_JUN, "joined"), noted(HU_JUN, "left")),
            {"plan_filed": True, "receipts": 2, "joined": 0, "unfiled": 0},
        ),
        (
            (*ON_FILE, noted(HU_JUN, "joined", "supplementary")),
            {"plan_filed": True, "receipts": 2, "joined": 0, "unfiled": 0},
        ),
    ],
    ids=[
        "no receipt",
        "one receipt",
        "nobody",
        "matched alone",
        "one pair unfiled",
        "the only member left",
        "a supplementary member alone",
    ],
)
def test_the_plaque_does_not_hang_before_plan_and_agreements_are_on_file(
    history: tuple[Any, ...], numbers: dict[str, Any]
) -> None:
    the_school(*history).when(hang_plaque, HANG).then_refused("plaque-too-early", "MEM-05", **numbers)


def test_the_plaque_hangs_once() -> None:
    the_school(*ON_FILE, noted(HU_JUN, "joined"), PLAQUED).on("2023-05-04").when(hang_plaque, HANG).then_nothing()


def test_three_years_from_a_leap_day_end_with_february() -> None:
    the_school(*ON_FILE, noted(HU_JUN, "joined")).on("2024-02-29").when(hang_plaque, HANG).then(
        StudioPlaqued(
            studio_id=CHENS_STUDIO, host_id=CHEN_JING, plaqued_on=date(2024, 2, 29), ends_on=date(2027, 2, 28),
            midterm_due_on=date(2025, 8, 29), midterm_opens_on=date(2025, 5, 29), midterm_closes_on=date(2025, 11, 29),
        )
    )  # fmt: skip


@pytest.mark.parametrize("standing", ["matched", "joined", "left"])
def test_what_membership_says_of_a_pair_is_noted(standing: str) -> None:
    noting = NoteMember(studio_id=CHENS_STUDIO, membership_id=HU_JUN, standing=standing)

    given(studio()).when(note_member, noting).then(noted(HU_JUN, standing))


def test_what_is_noted_already_is_not_noted_again() -> None:
    noting = NoteMember(studio_id=CHENS_STUDIO, membership_id=HU_JUN, standing="joined")

    given(studio(noted(HU_JUN, "joined"))).when(note_member, noting).then_nothing()


@pytest.mark.parametrize(("handler", "asked"), [(draft_plan, plan()), (file_plan, TAKE_ON_FILE), (hang_plaque, HANG)])
def test_an_ended_studio_plans_files_and_hangs_nothing(handler: Any, asked: Any) -> None:
    personnel(DRAFTED, CLOSED).when(handler, asked).then_refused("studio-ended", "AMB-16", outcome="closed")


@pytest.mark.parametrize("day", ["2023-04-24", "2023-04-25"])
def test_a_host_off_duty_hangs_no_plaque(day: str) -> None:
    ready = studio(*ON_FILE, noted(HU_JUN, "joined"))

    given(ready, off_duty(CHEN_JING, date(2023, 4, 24))).by(Role.SCHOOL, PRINCIPAL).on(day).when(
        hang_plaque, HANG
    ).then_refused("not-on-duty", "APP-07", on=day)


def test_a_host_who_goes_off_duty_later_hangs_the_plaque() -> None:
    ready = studio(*ON_FILE, noted(HU_JUN, "joined"))

    given(ready, off_duty(CHEN_JING, date(2023, 4, 25))).by(Role.SCHOOL, PRINCIPAL).on("2023-04-24").when(
        hang_plaque, HANG
    ).then(PLAQUED)


def test_what_kind_a_member_is_stays_known() -> None:
    leaving = NoteMember(studio_id=CHENS_STUDIO, membership_id=HU_JUN, standing="left")

    given(studio(noted(HU_JUN, "joined", "supplementary"))).when(note_member, leaving).then(
        noted(HU_JUN, "left", "supplementary")
    )
