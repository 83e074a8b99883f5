"""From the four logs alone: what has no consequence, two of them, or no cause is named."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

import services.applications.service
import services.assessment.service
import services.finance.service
import services.membership.service  # noqa: F401 - imported to have every event declared
from mingban.reconciliation import reconcile
from services.assessment.events import (
    AwardsCompleted,
    BackboneDesignated,
    CertificateIssued,
    CreditsGranted,
    EvaluationRevised,
    TitleAwarded,
)
from services.finance.events import ExpenseSpent, FundingCut, FundsReleased
from shared.kernel.model import Happened
from shared.kernel.money import Fen, Price
from shared.kernel.published import (
    ConductViolationRecorded,
    Evaluated,
    MemberJoined,
    MemberLeft,
    RosterEntry,
    StudioClosed,
    StudioDisqualified,
    StudioEstablished,
    StudioRosterClosed,
)
from shared.kernel.values import Slug, Text
from tests.past import happened
from tests.scenario import SCHOOL

STUDIO, LIN, WANG, MEMBERSHIP, EXPENSE = (UUID(int=n) for n in range(1, 6))

FAILED = Evaluated(studio_id=STUDIO, stage="midterm", passed=False, score_hundredths=5999)
DISQUALIFIED = StudioDisqualified(studio_id=STUDIO, cause="midterm")
CLOSED = StudioClosed(studio_id=STUDIO, outcome="disqualified")
JOINED = MemberJoined(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG)
LEFT = MemberLeft(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG, reason="studio_disqualified")
DAYS = {"activities_through": date(2024, 10, 31), "payable_through": date(2024, 12, 1)}
CUT = FundingCut(studio_id=STUDIO, cause="midterm", cancelled_fen=Fen(300_000), frozen_fen=Fen(0), **DAYS)
FAILED_STORY = [JOINED, FAILED, DISQUALIFIED, CLOSED, LEFT, CUT]

ESTABLISHED = StudioEstablished(
    studio_id=STUDIO, round_id=UUID(int=20), application_id=UUID(int=21), host_id=LIN, department=Slug("mechanical"),
    name_form="host", name_id=UUID(int=22),
)  # fmt: skip
ENTRY = RosterEntry(
    person_id=WANG, membership_id=MEMBERSHIP, status="active", attended_hours=8, sessions_obliged=2,
    sessions_attended=2, unexcused_absences=0, host_points=90, plan_filed=True,
)  # fmt: skip
PASSED = Evaluated(studio_id=STUDIO, stage="final", passed=True, score_hundredths=8000)
ENDED = StudioClosed(studio_id=STUDIO, outcome="passed")
ROSTER = StudioRosterClosed(studio_id=STUDIO, members=(ENTRY,))
TITLE = TitleAwarded(studio_id=STUDIO, person_id=LIN, grounds=())
BACKBONE = BackboneDesignated(studio_id=STUDIO, person_id=WANG, grounds=())
CERTIFICATE = CertificateIssued(certificate_id=UUID(int=9), studio_id=STUDIO, person_id=WANG, grounds=())
CREDITS = CreditsGranted(studio_id=STUDIO, person_id=WANG, class_hours=8, credits_hundredths=100)
DONE = AwardsCompleted(studio_id=STUDIO)
PASSED_STORY = [ESTABLISHED, JOINED, PASSED, ENDED, ROSTER, TITLE, BACKBONE, CERTIFICATE, CREDITS, DONE]


def mismatches(*events: Any) -> list[tuple[str, int, int]]:
    logs: dict[str, list[Happened]] = defaultdict(list)
    for event in events:
        log = logs[event.__event_name__.partition(".")[0]]
        log.append(happened(event, STUDIO, position=len(log) + 1, version=len(log) + 1))
    told = {name: (lambda log=log: iter(log)) for name, log in logs.items()}
    answer = reconcile(SCHOOL, told, lambda *_: None)
    return sorted({(one["rule"], one["expected"], one["found"]) for one in answer["mismatches"]})


@pytest.mark.parametrize("story", [FAILED_STORY, PASSED_STORY], ids=["failed", "passed"])
def test_a_studios_whole_way_matches(story: list[Any]) -> None:
    assert mismatches(*story) == []


@pytest.mark.rule("ASM-02", "ASM-03", "AMB-16", "FIN-05")
@pytest.mark.parametrize(
    ("missing", "found"),
    [
        (DISQUALIFIED, [("AMB-16", 0, 1), ("ASM-03", 1, 0), ("FIN-05", 0, 1)]),
        (CLOSED, [("AMB-16", 1, 0)]),
        (LEFT, [("AMB-16", 0, 1)]),
        (CUT, [("FIN-05", 1, 0)]),
        (FAILED, [("ASM-03", 0, 1)]),
    ],
    ids=["not disqualified", "not closed", "a member stays", "not cut", "no failure"],
)
def test_a_consequence_of_a_failed_midterm_that_is_missing_is_named(missing: Any, found: list[Any]) -> None:
    assert mismatches(*(event for event in FAILED_STORY if event is not missing)) == found


@pytest.mark.parametrize(
    ("doubled", "found"),
    [
        (DISQUALIFIED, ("ASM-03", 1, 2)),
        (CUT, ("FIN-05", 1, 2)),
        (FAILED, ("ASM-02", 1, 2)),
        (JOINED, ("AMB-16", 0, 1)),
    ],
    ids=["disqualified twice", "cut twice", "evaluated twice", "joined twice"],
)
def test_what_happened_twice_is_named(doubled: Any, found: Any) -> None:
    assert found in mismatches(*FAILED_STORY, doubled)


@pytest.mark.rule("ASM-05", "ASM-06", "ASM-07", "ASM-08")
@pytest.mark.parametrize(
    ("missing", "found"),
    [
        (PASSED, [("A.9-2", 0, 1), ("ASM-05", 0, 1), ("ASM-06", 0, 1)]),
        (CERTIFICATE, [("ASM-07", 1, 0)]),
        (CREDITS, [("ASM-08", 1, 0)]),
        (BACKBONE, [("ASM-06", 1, 0), ("ASM-07", 0, 1), ("ASM-08", 0, 1)]),
        (TITLE, [("ASM-05", 1, 0)]),
        (DONE, [("ASM-05", 1, 0)]),
        (ROSTER, [("ASM-05", 0, 1), ("ASM-06", 0, 1)]),
    ],
    ids=["no pass", "no certificate", "no credits", "no designation", "no title", "not completed", "no roster"],
)
def test_an_award_without_its_ground_and_a_ground_without_its_award_are_named(missing: Any, found: list[Any]) -> None:
    assert mismatches(*(event for event in PASSED_STORY if event is not missing)) == found


@pytest.mark.rule("ASM-06", "AMB-23")
def test_a_designation_of_somebody_below_the_mark_is_named() -> None:
    below = StudioRosterClosed(studio_id=STUDIO, members=(replace(ENTRY, host_points=59),))

    assert mismatches(*(below if event is ROSTER else event for event in PASSED_STORY)) == [("ASM-06", 0, 1)]


@pytest.mark.rule("ASM-03")
def test_a_midterm_that_was_revised_to_failed_is_a_cause_too() -> None:
    passed = Evaluated(studio_id=STUDIO, stage="midterm", passed=True, score_hundredths=6000)
    revised = EvaluationRevised(
        studio_id=STUDIO, stage="midterm", passed=False, score_hundredths=5900, grade="failed", reason=Text("回避")
    )

    assert mismatches(*FAILED_STORY[:1], passed, revised, *FAILED_STORY[2:]) == []


@pytest.mark.rule("SIL-07")
def test_awards_that_wait_for_a_decision_on_conduct_are_no_mismatch() -> None:
    recorded = ConductViolationRecorded(violation_id=UUID(int=30), studio_id=STUDIO, person_id=WANG, is_host=False)
    waiting = [ESTABLISHED, JOINED, recorded, PASSED, ENDED, ROSTER, TITLE]

    assert mismatches(*waiting) == []
    assert mismatches(*(event for event in waiting if event is not recorded)) == [("ASM-05", 1, 0)]


def release(year: int) -> FundsReleased:
    return FundsReleased(studio_id=STUDIO, year=year, fen=Fen(300_000), fiscal_year=2023)


def payment(fen: int, expense_id: UUID = EXPENSE) -> ExpenseSpent:
    return ExpenseSpent(
        expense_id=expense_id, studio_id=STUDIO, fen=Price(fen), category="training", payer_id=LIN, fiscal_year=2023
    )


@pytest.mark.rule("FIN-01", "FIN-08", "A.9-8")
@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([release(1), payment(300_000)], []),
        ([release(1), payment(300_001)], [("FIN-08", 300_000, 300_001)]),
        ([release(1), release(1)], [("FIN-01", 1, 2)]),
        ([release(1), release(2), release(3)], []),
        ([release(1), release(2), release(3), release(4)], [("FIN-01", 3, 4)]),
        ([release(1), payment(1), payment(1)], [("A.9-8", 1, 2)]),
        ([*FAILED_STORY, release(2)], [("FIN-05", 0, 1)]),
    ],
    ids=["all spent", "a fen too much", "a year twice", "three", "four", "paid twice", "after the cut"],
)
def test_money_that_does_not_add_up_is_named(events: list[Any], found: list[Any]) -> None:
    assert mismatches(*events) == found
