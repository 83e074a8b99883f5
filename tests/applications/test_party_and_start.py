"""What the school may choose about plan and cycle: the Party organisation's pass, the day from which it runs, the lead."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.applications.commands import (
    EstablishStudio,
    FilePlan,
    HangPlaque,
    ReviewPlan,
    establish_studio,
    file_plan,
    hang_plaque,
    review_plan,
)
from services.applications.events import MemberNoted, PlanDrafted, PlanReviewed
from services.applications.read_models.studios import studios
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from shared.kernel.published import PlanFiled, StudioPlaqued
from tests.applications.examples import (
    ANOTHER_PLAN,
    AT_PERSONNEL,
    AT_STUDENT_AFFAIRS,
    CHEN_APPLIED,
    CHEN_JING,
    CHENS,
    CHENS_STUDIO,
    DIGESTS,
    DRAFTED,
    ESTABLISHED,
    HU_JUN,
    LIU_OF_PERSONNEL,
    ON_FILE,
    PLAN,
    PRINCIPAL,
    PUBLISHED,
    RECOMMENDED,
    ROUND,
    TWELVE_A_YEAR,
    application,
    folded,
    happened,
    posted,
    published,
    round_,
    studio,
)
from tests.scenario import Given, given

TAKE = FilePlan(studio_id=CHENS_STUDIO)
HANG = HangPlaque(studio_id=CHENS_STUDIO)
JOINED = MemberNoted(membership_id=HU_JUN, standing="joined")


def said(*, passed: bool, document: str = PLAN, reason: str | None = None) -> PlanReviewed:
    return PlanReviewed(document=document, passed=passed, reviewer_id=PRINCIPAL, reason=reason)


def reviewing(*, passed: bool) -> ReviewPlan:
    return ReviewPlan(studio_id=CHENS_STUDIO, passed=passed)


def the_school(*streams: Aggregate) -> Given:
    return given(*streams).by(Role.SCHOOL, PRINCIPAL).on("2023-04-24")


def personnel(*events: Any) -> Given:
    return given(studio(*events)).by(Role.PERSONNEL, LIU_OF_PERSONNEL)


@pytest.mark.rule("A.9-19", "APP-06")
@pytest.mark.parametrize("passed", [True, False])
def test_the_party_organisation_passes_a_drafted_plan_or_not(passed: bool) -> None:  # noqa: FBT001
    the_school(studio(DRAFTED)).when(review_plan, reviewing(passed=passed)).then(said(passed=passed))
    the_school(studio(DRAFTED, said(passed=passed))).when(review_plan, reviewing(passed=passed)).then_nothing()
    the_school(studio(DRAFTED, said(passed=not passed))).when(review_plan, reviewing(passed=passed)).then(
        said(passed=passed)
    )


@pytest.mark.rule("A.9-19")
def test_no_plan_no_review_and_a_filed_plan_is_reviewed_no_more() -> None:
    the_school(studio()).when(review_plan, reviewing(passed=True)).then_refused("no-plan", "APP-06")
    the_school(studio(*ON_FILE)).when(review_plan, reviewing(passed=True)).then_refused("plan-already-filed", "APP-06")


@pytest.mark.rule("A.9-19", "APP-06")
@pytest.mark.parametrize(
    ("asked_for", "history", "taken"),
    [
        (False, (DRAFTED,), True),
        (False, (DRAFTED, said(passed=False)), True),
        (True, (DRAFTED,), False),
        (True, (DRAFTED, said(passed=False)), False),
        (True, (DRAFTED, said(passed=True)), True),
        (
            True,
            (DRAFTED, said(passed=True), PlanDrafted(document=ANOTHER_PLAN, sessions_a_year=TWELVE_A_YEAR)),
            False,
        ),
    ],
)
def test_with_the_setting_no_office_takes_a_plan_before_it_was_passed(
    asked_for: bool,  # noqa: FBT001
    history: tuple[Any, ...],
    taken: bool,  # noqa: FBT001
) -> None:
    receipt = personnel(*history).under(plan_party_review=asked_for).when(file_plan, TAKE)

    if taken:
        receipt.then(AT_PERSONNEL)
    else:
        receipt.then_refused("party-review-missing", "A.9-19")


@pytest.mark.rule("A.9-19", "APP-06")
def test_a_passed_plan_is_filed_with_the_second_receipt() -> None:
    personnel(DRAFTED, said(passed=True), AT_STUDENT_AFFAIRS).under(plan_party_review=True).when(file_plan, TAKE).then(
        AT_PERSONNEL, PlanFiled(studio_id=CHENS_STUDIO, sessions_a_year=TWELVE_A_YEAR)
    )


def plaqued(start: date | None, ends: date, due: date, opens: date, closes: date) -> StudioPlaqued:
    return StudioPlaqued(
        studio_id=CHENS_STUDIO, host_id=CHEN_JING, plaqued_on=date(2023, 4, 24), starts_on=start, ends_on=ends,
        midterm_due_on=due, midterm_opens_on=opens, midterm_closes_on=closes,
    )  # fmt: skip


BY_PLAQUE = plaqued(None, date(2026, 4, 24), date(2024, 10, 24), date(2024, 7, 24), date(2025, 1, 24))
BY_PUBLICATION = plaqued(date(2023, 4, 18), date(2026, 4, 18), date(2024, 10, 18), date(2024, 7, 18), date(2025, 1, 18))


@pytest.mark.rule("AMB-12", "AMB-13")
@pytest.mark.parametrize(
    ("start", "hung"), [("plaque_date", BY_PLAQUE), ("publication_date", BY_PUBLICATION)], ids=["plaque", "publication"]
)
def test_the_cycle_runs_from_the_plaque_or_from_the_lists_publication(start: str, hung: StudioPlaqued) -> None:
    ready = [studio(*ON_FILE, JOINED), round_(posted(CHENS), published(CHENS))]

    the_school(*ready).under(cycle_start=start).when(hang_plaque, HANG).then(hung)


@pytest.mark.rule("AMB-12", "AMB-13")
@pytest.mark.parametrize(
    ("settings", "ends", "due", "opens", "closes"),
    [
        ({"cycle_months": 30}, date(2025, 10, 24), date(2024, 10, 24), date(2024, 7, 24), date(2025, 1, 24)),
        ({"midterm_due_months": 15}, date(2026, 4, 24), date(2024, 7, 24), date(2024, 7, 24), date(2025, 1, 24)),
        (
            {"midterm_window_months": (18, 24)},
            date(2026, 4, 24), date(2024, 10, 24), date(2024, 10, 24), date(2025, 4, 24),
        ),
    ],
)  # fmt: skip
def test_the_lengths_of_cycle_and_mid_term_window_are_settings(
    settings: dict[str, Any], ends: date, due: date, opens: date, closes: date
) -> None:
    the_school(studio(*ON_FILE, JOINED)).under(**settings).when(hang_plaque, HANG).then(
        plaqued(None, ends, due, opens, closes)
    )


@pytest.mark.rule("AMB-12")
def test_a_list_published_before_its_day_was_recorded_stood_when_its_notice_was_over() -> None:
    ready = [studio(*ON_FILE, JOINED), round_(posted(CHENS), replace(published(CHENS), published_on=None))]

    the_school(*ready).under(cycle_start="publication_date").when(hang_plaque, HANG).then(BY_PUBLICATION)


@pytest.mark.rule("AMB-12")
@pytest.mark.parametrize(("hung", "starts_on"), [(BY_PLAQUE, date(2023, 4, 24)), (BY_PUBLICATION, date(2023, 4, 18))])
def test_a_studio_shows_from_when_its_cycle_runs(hung: StudioPlaqued, starts_on: date) -> None:
    told = [happened(one, CHENS_STUDIO) for one in (ESTABLISHED, hung)]

    assert folded(studios, *told)[str(CHENS_STUDIO)].starts_on == starts_on


@pytest.mark.rule("AMB-28")
@pytest.mark.parametrize("kind", ["host", "coordinator"])
def test_a_studio_is_led_as_was_applied_for(kind: str) -> None:
    candidate = application(*RECOMMENDED, PUBLISHED, applied=replace(CHEN_APPLIED, lead_kind=kind))
    asked = EstablishStudio(application_id=CHENS, name_digests=DIGESTS)

    made = the_school(candidate).when(establish_studio, asked).events[0]

    assert (made.lead_kind, made.round_id) == (kind, ROUND)


@pytest.mark.rule("A.9-19")
def test_a_studio_shows_what_was_said_of_its_plan() -> None:
    told = [happened(one, CHENS_STUDIO) for one in (ESTABLISHED, DRAFTED, said(passed=False))]
    again = happened(PlanDrafted(document=ANOTHER_PLAN, sessions_a_year=TWELVE_A_YEAR), CHENS_STUDIO)

    assert folded(studios, *told)[str(CHENS_STUDIO)].plan_passed is False
    assert folded(studios, *told, again)[str(CHENS_STUDIO)].plan_passed is None
