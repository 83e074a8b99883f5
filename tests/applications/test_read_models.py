"""The questions that applications answers: rounds, applications, studios, and what time will ask for."""

import ast
import inspect
from dataclasses import replace
from datetime import date
from textwrap import dedent
from typing import Any

import pytest

from services.applications.aggregates.annex_one import filled
from services.applications.aggregates.application import Application
from services.applications.aggregates.batch import Batch
from services.applications.aggregates.round import Round
from services.applications.aggregates.studio import Studio
from services.applications.events import (
    BatchJoined,
    BatchSubmitted,
    CandidateStruck,
    ClosureExplained,
    MemberNoted,
    PlanDrafted,
    Resubmitted,
    TieDecided,
)
from services.applications.read_models.agenda import agenda
from services.applications.read_models.applications import ApplicationRow, Decision, Explained, applications
from services.applications.read_models.batches import BatchRow, batches
from services.applications.read_models.rounds import DecidedTie, RoundRow, Strike, rounds
from services.applications.read_models.studios import StudioRow, studios
from services.applications.service import applications as service
from shared.kernel.model import Aggregate, Due, ReadModel
from shared.kernel.published import StudioClosed, StudioPlaqued
from tests.applications.examples import (
    ANOTHER_PLAN,
    AT_PERSONNEL,
    BY_DEPARTMENT,
    BY_OFFICE,
    CHEN_APPLIED,
    CHEN_JING,
    CHENS,
    CHENS_ENTRY,
    CHENS_STUDIO,
    DEADLINE,
    DRAFTED,
    ESTABLISHED,
    EXPERTS,
    HU_JUN,
    LI_NA,
    LISTED,
    NO_PREFERENCE,
    ON_FILE,
    OPENED,
    PUBLISHED,
    RECOMMENDED,
    ROUND,
    WANGS,
    ZHAOS,
    conditions,
    entered,
    folded,
    happened,
    posted,
    published,
    ranked,
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
    "2023年名班主任工作室", DEADLINE, places=2, min_score_points=60, require_class_honor=True, waiver_reason=None,
    review_chain=("department", "office", "panel", "school"), tenure_semesters=12, honor_min_level="county",
    contest_min_level="prefecture", research_min_level="prefecture", recency_years=5,
)  # fmt: skip
POSTED = replace(OPEN_ROUND, posted_on=date(2023, 4, 10), notice_workdays=5)
DAY = date(2023, 4, 18)
NOTHING = ("未填报", "nothing was given")
SUBMITTED = ApplicationRow(
    ROUND, CHEN_JING, "mechanics", semesters=16, title="senior", class_honor="county",
    chain=("department", "office", "panel", "school"), level="department", submitted_on=DAY, eligibility=conditions(),
    preferences=(
        Explained("P1", "unmet", "none-given", None, date(2018, 3, 31), DEADLINE, *NOTHING),
        Explained("P2", "unmet", "none-given", None, None, None, *NOTHING),
        Explained("P3", "unmet", "none-given", None, date(2018, 3, 31), DEADLINE, *NOTHING),
        Explained(
            "P4", "unmet", "not-recommended", None, None, None, "未获推荐", "not recommended by an assessment"
        ),
    ),
)  # fmt: skip
TIED = ranked(CHENS, WANGS, ZHAOS, tied=((WANGS, ZHAOS),))
IN_REVIEW = replace(SUBMITTED, state="in_review")
APPROVED_TWICE = (
    Decision("department", "approved", None, DAY, attests=True),
    Decision("office", "approved", None, DAY),
)
TO_THE_PANEL = (*APPROVED_TWICE, Decision("panel", "approved", 8000, DAY))
HANDED_IN_AGAIN = Resubmitted(
    **filled(CHEN_APPLIED) | {"semesters": 18}, application_id=CHENS, eligibility=conditions(18),
    preferences=NO_PREFERENCE,
)  # fmt: skip
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
    "DecideTie": (Round, rounds),
    "StrikeCandidate": (Round, rounds),
    "HangPlaque": (Studio, studios),
    "CloseStudio": (Studio, studios),
    "ChangeHost": (Studio, studios),
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
        ((OPENED, *entered(CHENS, WANGS)), replace(OPEN_ROUND, applied={"nursing": 2})),
        ((OPENED, TIED), replace(OPEN_ROUND, ranked_on=DAY, ranking=TIED.ranking, tied=TIED.tied)),
        (
            (OPENED, TIED, TieDecided(round_id=ROUND, application_ids=(ZHAOS, WANGS), reason="研究")),
            replace(
                OPEN_ROUND,
                ranked_on=DAY,
                ranking=(TIED.ranking[0], TIED.ranking[2], TIED.ranking[1]),
                tie_decisions=(DecidedTie((ZHAOS, WANGS), "研究"),),
            ),
        ),
        (
            (OPENED, CandidateStruck(round_id=ROUND, application_id=CHENS, reason="异议")),
            replace(OPEN_ROUND, struck=(Strike(CHENS, "异议"),)),
        ),
        ((OPENED, posted(CHENS, WANGS)), replace(POSTED, listed=(CHENS, WANGS))),
        (
            (OPENED, posted(CHENS), published(CHENS)),
            replace(POSTED, published_on=date(2023, 4, 18), listed=(CHENS,)),
        ),
    ],
    ids=["open", "applied", "ranked", "tie decided", "struck", "posted", "published"],
)
def test_a_round_shows_its_deadline_and_its_list(events: tuple[Any, ...], shown: RoundRow) -> None:
    assert row(rounds, ROUND, *events) == shown


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ((), SUBMITTED),
        ((BY_DEPARTMENT,), replace(IN_REVIEW, level="office", decisions=APPROVED_TWICE[:1])),
        ((BY_DEPARTMENT, BY_OFFICE), replace(IN_REVIEW, level="panel", decisions=APPROVED_TWICE)),
        (
            (BY_DEPARTMENT, replace(BY_OFFICE, verdict="returned", reason="材料不全")),
            replace(
                SUBMITTED, state="returned", level=None,
                decisions=(APPROVED_TWICE[0], Decision("office", "returned", None, DAY, reason="材料不全")),
            ),
        ),
        (
            (replace(BY_DEPARTMENT, verdict="returned", attests=False), HANDED_IN_AGAIN),
            replace(
                SUBMITTED, semesters=18, eligibility=conditions(18),
                decisions=(Decision("department", "returned", None, DAY),),
            ),
        ),
        (
            (replace(BY_DEPARTMENT, verdict="rejected", attests=False),),
            replace(
                SUBMITTED, state="rejected", level=None, decisions=(Decision("department", "rejected", None, DAY),)
            ),
        ),
        (
            (BY_DEPARTMENT, BY_OFFICE, sheet(EXPERTS[0], *GOOD), sheet(EXPERTS[1], *GOOD)),
            replace(IN_REVIEW, level="panel", decisions=APPROVED_TWICE, scored_by=EXPERTS[:2]),
        ),
        (RECOMMENDED, replace(SUBMITTED, state="recommended", level="school", decisions=TO_THE_PANEL)),
        (
            LISTED,
            replace(
                SUBMITTED, state="listed", level=None,
                decisions=(*TO_THE_PANEL, Decision("school", "approved", None, DAY)),
            ),
        ),
        (
            (*LISTED, PUBLISHED),
            replace(
                SUBMITTED, state="published", level=None, designation="名班主任培养人选",
                decisions=(*TO_THE_PANEL, Decision("school", "approved", None, DAY)),
            ),
        ),
    ],
    ids=[
        "submitted", "department", "office", "returned", "handed in again", "rejected", "scored", "recommended",
        "listed", "published",
    ],
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
            replace(
                RECRUITING, members={HU_JUN: "joined", LI_NA: "matched"}, kinds={HU_JUN: "trainee", LI_NA: "trainee"}
            ),
        ),
        (
            (*ON_FILE, PLAQUED),
            replace(
                RECRUITING, state="active", plaqued_on=date(2023, 4, 24), ends_on=date(2026, 4, 24),
                midterm_due_on=date(2024, 10, 24), starts_on=date(2023, 4, 24),
            ),
        ),
        ((StudioClosed(studio_id=CHENS_STUDIO, outcome="closed"),), replace(SELECTED, state="ended", outcome="closed")),
    ],
    ids=["selected", "one receipt", "redrafted", "on file", "pairs", "plaqued", "ended"],
)  # fmt: skip
def test_a_studio_shows_how_far_it_has_come(events: tuple[Any, ...], shown: StudioRow) -> None:
    assert row(studios, CHENS_STUDIO, ESTABLISHED, *events) == shown


@pytest.mark.rule("APP-18")
def test_a_batch_is_annex_fours_summary_table() -> None:
    batch_id = Batch.id_for(ROUND, "mechanics")
    handed_in = BatchSubmitted(round_id=ROUND, department="mechanics", entries=(CHENS_ENTRY,))
    again = replace(CHENS_ENTRY, semesters=18)

    assert row(batches, batch_id, handed_in) == BatchRow(ROUND, "mechanics", DAY, (CHENS_ENTRY,))
    assert row(batches, batch_id, handed_in, BatchJoined(entry=again)).entries == (again,)


def test_why_a_studio_closed_is_shown() -> None:
    closed = StudioClosed(studio_id=CHENS_STUDIO, outcome="closed")
    explained = ClosureExplained(studio_id=CHENS_STUDIO, reason="主持人调离")

    assert row(studios, CHENS_STUDIO, ESTABLISHED, closed, explained).closure_reason == "主持人调离"


def test_a_posted_list_will_be_published_after_its_notice() -> None:
    assert row(agenda, ROUND, posted(CHENS)) == Due(
        ask="PublishList", body={"round_id": str(ROUND)}, since=date(2023, 4, 10), workdays=5, rules=0, cause=7
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
