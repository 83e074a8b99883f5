"""The questions that applications answers: rounds, applications, studios, and what time will ask for."""

import ast
import inspect
from dataclasses import replace
from datetime import date
from textwrap import dedent
from typing import Any

import pytest

from services.applications.aggregates.application import Application
from services.applications.aggregates.round import Round
from services.applications.aggregates.studio import Studio
from services.applications.events import MemberNoted, PlanDrafted
from services.applications.read_models.agenda import agenda
from services.applications.read_models.applications import ApplicationRow, Decision, applications
from services.applications.read_models.rounds import RoundRow, rounds
from services.applications.read_models.studios import StudioRow, studios
from services.applications.service import applications as service
from shared.kernel.model import Aggregate, Due, ReadModel
from shared.kernel.published import StudioClosed, StudioPlaqued
from tests.applications.examples import (
    ANOTHER_PLAN,
    AT_PERSONNEL,
    BY_DEPARTMENT,
    BY_OFFICE,
    BY_PANEL,
    CHEN_APPLIED,
    CHEN_JING,
    CHENS,
    CHENS_STUDIO,
    DEADLINE,
    DRAFTED,
    ESTABLISHED,
    EXPERTS,
    HU_JUN,
    LI_NA,
    ON_FILE,
    OPENED,
    PUBLISHED,
    ROUND,
    WANGS,
    folded,
    happened,
    posted,
    published,
    sheet,
)

GOOD = (80, 80, 80, 80, 80, 80)
PLAQUED = StudioPlaqued(
    studio_id=CHENS_STUDIO,
    host_id=CHEN_JING,
    plaqued_on=date(2023, 4, 24),
    ends_on=date(2026, 4, 24),
    midterm_due_on=date(2024, 10, 24),
    midterm_opens_on=date(2024, 7, 24),
    midterm_closes_on=date(2025, 1, 24),
)
OPEN_ROUND = RoundRow(
    "2023年名班主任工作室", DEADLINE, places=2, min_score_points=60, require_class_honor=True, posted_on=None,
    published_on=None, listed=(),
)  # fmt: skip
SUBMITTED = ApplicationRow(
    ROUND, CHEN_JING, "mechanics", semesters=16, title="senior", class_honor="county", state="submitted", decisions=(),
    scored_by=(),
)  # fmt: skip
APPROVED_TWICE = (Decision("department", "approved", None), Decision("office", "approved", None))
SELECTED = StudioRow(
    CHEN_JING, ROUND, "mechanics", name_form="host", state="selected", sessions_a_year=(), receipts=(), members=None,
    plaqued_on=None, ends_on=None, midterm_due_on=None, outcome=None,
)  # fmt: skip
RECRUITING = replace(
    SELECTED, state="recruiting", sessions_a_year=(12, 12, 12), receipts=("personnel", "student_affairs")
)
DECISIONS = {
    "ReviewApplication": (Application, applications),
    "ConcludePanel": (Application, applications),
    "PostList": (Round, rounds),
    "HangPlaque": (Studio, studios),
    "CloseStudio": (Studio, studios),
}
"""The commands that need If-Match: which aggregate they decide, which rows give the ETag."""


def row(model: ReadModel[Any], stream_id: Any, *events: Any) -> Any:
    return folded(model, *(happened(event, stream_id) for event in events))[str(stream_id)]


def recorded_by(kind: type[Aggregate]) -> set[type[Any]]:
    """Every event class that an aggregate makes in its methods, and the one that its streams begin with."""
    calls = (node for node in ast.walk(ast.parse(dedent(inspect.getsource(kind)))) if isinstance(node, ast.Call))
    called = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    known = vars(inspect.getmodule(kind))
    return {known[name] for name in called if hasattr(known.get(name), "__event_name__")} | {kind.opens}


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ((OPENED,), OPEN_ROUND),
        ((OPENED, posted(CHENS, WANGS)), replace(OPEN_ROUND, posted_on=date(2023, 4, 10), listed=(CHENS, WANGS))),
        (
            (OPENED, posted(CHENS), published(CHENS)),
            replace(OPEN_ROUND, posted_on=date(2023, 4, 10), published_on=date(2023, 4, 18), listed=(CHENS,)),
        ),
    ],
    ids=["open", "posted", "published"],
)
def test_a_round_shows_its_deadline_and_its_list(events: tuple[Any, ...], shown: RoundRow) -> None:
    assert row(rounds, ROUND, *events) == shown


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ((), SUBMITTED),
        ((BY_DEPARTMENT,), replace(SUBMITTED, state="in_review", decisions=APPROVED_TWICE[:1])),
        ((BY_DEPARTMENT, BY_OFFICE), replace(SUBMITTED, state="in_review", decisions=APPROVED_TWICE)),
        (
            (BY_DEPARTMENT, replace(BY_OFFICE, verdict="returned")),
            replace(
                SUBMITTED, state="returned", decisions=(APPROVED_TWICE[0], Decision("office", "returned", None))
            ),
        ),
        (
            (replace(BY_DEPARTMENT, verdict="rejected"),),
            replace(SUBMITTED, state="rejected", decisions=(Decision("department", "rejected", None),)),
        ),
        (
            (BY_DEPARTMENT, BY_OFFICE, sheet(EXPERTS[0], *GOOD), sheet(EXPERTS[1], *GOOD)),
            replace(SUBMITTED, state="in_review", decisions=APPROVED_TWICE, scored_by=EXPERTS[:2]),
        ),
        (
            (BY_DEPARTMENT, BY_OFFICE, BY_PANEL),
            replace(SUBMITTED, state="recommended", decisions=(*APPROVED_TWICE, Decision("panel", "approved", 8000))),
        ),
        (
            (BY_DEPARTMENT, BY_OFFICE, BY_PANEL, PUBLISHED),
            replace(SUBMITTED, state="published", decisions=(*APPROVED_TWICE, Decision("panel", "approved", 8000))),
        ),
    ],
    ids=["submitted", "department", "office", "returned", "rejected", "scored", "recommended", "published"],
)  # fmt: skip
def test_an_application_shows_how_far_it_has_come(events: tuple[Any, ...], shown: ApplicationRow) -> None:
    assert row(applications, CHENS, CHEN_APPLIED, *events) == shown


def test_an_experts_replaced_sheet_is_counted_once() -> None:
    sheets = (sheet(EXPERTS[0], *GOOD), sheet(EXPERTS[0], *GOOD[:5], 79))

    assert row(applications, CHENS, CHEN_APPLIED, *sheets) == replace(SUBMITTED, scored_by=EXPERTS[:1])


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ((), SELECTED),
        ((DRAFTED, AT_PERSONNEL), replace(SELECTED, sessions_a_year=(12, 12, 12), receipts=("personnel",))),
        (
            (DRAFTED, AT_PERSONNEL, PlanDrafted(document=ANOTHER_PLAN, sessions_a_year=(10, 10, 10))),
            replace(SELECTED, sessions_a_year=(10, 10, 10)),
        ),
        (ON_FILE, RECRUITING),
        (
            (
                *ON_FILE,
                MemberNoted(membership_id=HU_JUN, standing="matched"),
                MemberNoted(membership_id=LI_NA, standing="matched"),
                MemberNoted(membership_id=HU_JUN, standing="joined"),
            ),
            replace(RECRUITING, members={HU_JUN: "joined", LI_NA: "matched"}),
        ),
        (
            (*ON_FILE, PLAQUED),
            replace(
                RECRUITING, state="active", plaqued_on=date(2023, 4, 24), ends_on=date(2026, 4, 24),
                midterm_due_on=date(2024, 10, 24),
            ),
        ),
        ((StudioClosed(studio_id=CHENS_STUDIO, outcome="closed"),), replace(SELECTED, state="ended", outcome="closed")),
    ],
    ids=["selected", "one receipt", "redrafted", "on file", "pairs", "plaqued", "ended"],
)  # fmt: skip
def test_a_studio_shows_how_far_it_has_come(events: tuple[Any, ...], shown: StudioRow) -> None:
    assert row(studios, CHENS_STUDIO, ESTABLISHED, *events) == shown


def test_a_posted_list_will_be_published_after_its_notice() -> None:
    assert row(agenda, ROUND, posted(CHENS)) == Due(
        ask="PublishList", body={"round_id": str(ROUND)}, since=date(2023, 4, 10), workdays=5, rules=0
    )


def test_nothing_is_due_for_a_published_list() -> None:
    assert row(agenda, ROUND, posted(CHENS), published(CHENS)) is None


def test_what_a_due_asks_for_is_a_command_of_applications() -> None:
    assert service.command_named("PublishList") in service.handlers


@pytest.mark.parametrize(("kind", "model"), DECISIONS.values(), ids=DECISIONS)
def test_the_rows_that_a_decision_rests_on_are_of_the_streams_newest_version(
    kind: type[Aggregate], model: ReadModel[Any]
) -> None:
    assert recorded_by(kind) <= set(model.facts)


def test_these_are_all_the_decisions() -> None:
    need_if_match = {
        route.operation_id
        for route in service.routes.routes
        if "If-Match" in [parameter["name"] for parameter in (route.openapi_extra or {}).get("parameters", [])]
    }

    assert need_if_match == set(DECISIONS)
