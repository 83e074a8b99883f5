"""What others published, and what happened here, makes membership act; and nothing else does."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.membership import policies
from services.membership.commands import (
    ActivateRoster,
    ChangeHost,
    CloseRoster,
    EndJoining,
    EndRoster,
    NotePlan,
    OpenRoster,
)
from services.membership.events import CycleEnded, RemovalLifted, RollClosed, RollCorrected
from services.membership.service import membership
from shared.kernel.following import ERASURE, SCHOOL_BOOK, FollowSettings
from shared.kernel.published import (
    ConductViolationDecided,
    Evaluated,
    HostChanged,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    PlanFiled,
    SettingsAdopted,
    StudioClosed,
    StudioDisqualified,
    StudioEstablished,
    StudioPlaqued,
    TraineeEvaluated,
)
from tests.membership.examples import (
    CHEN_JING,
    CHENS_STUDIO,
    CLASS_MEETING,
    HU_JUN,
    HUS,
    LAST_DAY,
    PLAQUE_DAY,
    REINSTATED,
    REMOVED,
    happened,
)

APRIL_FIRST = date(2023, 4, 1)
ADOPTED = SettingsAdopted(number=2, effective_from=APRIL_FIRST, values={"roll_closes_after_days": 7})
ESTABLISHED = StudioEstablished(
    studio_id=CHENS_STUDIO,
    round_id=UUID(int=1),
    application_id=UUID(int=2),
    host_id=CHEN_JING,
    department="mechanics",
    name_form="host",
    name_id=UUID(int=3),
)
PLAN = PlanFiled(studio_id=CHENS_STUDIO, sessions_a_year=(12, 10, 8))
PLAQUED = StudioPlaqued(
    studio_id=CHENS_STUDIO,
    host_id=CHEN_JING,
    plaqued_on=PLAQUE_DAY,
    ends_on=LAST_DAY,
    midterm_due_on=date(2024, 10, 24),
    midterm_opens_on=date(2024, 7, 24),
    midterm_closes_on=date(2025, 1, 24),
)


PUBLISHED_ON = date(2023, 4, 3)
HOST_CHANGED = HostChanged(
    studio_id=CHENS_STUDIO,
    former_host_id=CHEN_JING,
    host_id=HU_JUN,
    changed_on=date(2024, 3, 1),
    name_form="host",
    name_id=UUID(int=4),
)


def closed(outcome: str) -> StudioClosed:
    return StudioClosed(studio_id=CHENS_STUDIO, outcome=outcome)


def evaluated(stage: str, *, passed: bool) -> Evaluated:
    return Evaluated(studio_id=CHENS_STUDIO, stage=stage, passed=passed, score_hundredths=6000)


@pytest.mark.parametrize(
    ("policy", "event", "command"),
    [
        (
            SCHOOL_BOOK[SettingsAdopted],
            ADOPTED,
            FollowSettings(number=2, effective_from=APRIL_FIRST, values={"roll_closes_after_days": 7}),
        ),
        (
            policies.open_roster_after_establishment,
            ESTABLISHED,
            OpenRoster(studio_id=CHENS_STUDIO, host_id=CHEN_JING),
        ),
        (policies.note_plan_after_filing, PLAN, NotePlan(studio_id=CHENS_STUDIO, sessions_a_year=(12, 10, 8))),
        (
            policies.activate_roster_after_plaque,
            PLAQUED,
            ActivateRoster(studio_id=CHENS_STUDIO, plaqued_on=PLAQUE_DAY, ends_on=LAST_DAY),
        ),
        (
            policies.activate_roster_after_plaque,
            replace(PLAQUED, starts_on=PUBLISHED_ON),
            ActivateRoster(studio_id=CHENS_STUDIO, plaqued_on=PLAQUE_DAY, ends_on=LAST_DAY, starts_on=PUBLISHED_ON),
        ),
        (
            policies.change_host_after_change,
            HOST_CHANGED,
            ChangeHost(studio_id=CHENS_STUDIO, former_host_id=CHEN_JING, host_id=HU_JUN, changed_on=date(2024, 3, 1)),
        ),
    ],
)
def test_what_applications_published_is_followed(policy: Any, event: Any, command: Any) -> None:
    assert list(policy(happened(event))) == [command]


@pytest.mark.parametrize(
    ("outcome", "reason"), [("closed", "studio_closed"), ("passed", "completed"), ("failed_final", "completed")]
)
def test_a_closed_studios_roster_ends(outcome: str, reason: str) -> None:
    assert list(policies.end_roster_after_closure(happened(closed(outcome)))) == [
        EndRoster(studio_id=CHENS_STUDIO, reason=reason)
    ]


def test_a_disqualification_is_heard_from_assessment_alone() -> None:
    assert list(policies.end_roster_after_closure(happened(closed("disqualified")))) == []


@pytest.mark.parametrize("cause", ["midterm", "ethics"])
def test_a_disqualified_studios_roster_ends_as_such(cause: str) -> None:
    disqualified = StudioDisqualified(studio_id=CHENS_STUDIO, cause=cause)

    assert list(policies.end_roster_after_disqualification(happened(disqualified))) == [
        EndRoster(studio_id=CHENS_STUDIO, reason="studio_disqualified")
    ]


def test_a_passed_mid_term_ends_joining() -> None:
    assert list(policies.end_joining_after_midterm(happened(evaluated("midterm", passed=True)))) == [
        EndJoining(studio_id=CHENS_STUDIO)
    ]


@pytest.mark.parametrize(
    "other",
    [evaluated("midterm", passed=False), evaluated("final", passed=True), evaluated("final", passed=False)],
    ids=["failed mid-term", "passed final", "failed final"],
)
def test_other_results_leave_joining_alone(other: Evaluated) -> None:
    assert list(policies.end_joining_after_midterm(happened(other))) == []


@pytest.mark.parametrize(
    "event",
    [
        CycleEnded(studio_id=CHENS_STUDIO, ends_on=LAST_DAY),
        RollClosed(session_id=CLASS_MEETING, studio_id=CHENS_STUDIO),
        TraineeEvaluated(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, points=88),
        MemberLeft(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, reason="withdrawn"),
        REMOVED,
        REINSTATED,
        RemovalLifted(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, year=3, because="objection"),
        ConductViolationDecided(
            violation_id=UUID(int=5), studio_id=CHENS_STUDIO, person_id=HU_JUN, is_host=False, confirmed=False
        ),
        RollCorrected(
            session_id=CLASS_MEETING,
            studio_id=CHENS_STUDIO,
            person_id=HU_JUN,
            before="late",
            after="present",
            reason="签到表",
        ),
    ],
    ids=["cycle over", "roll closed", "evaluated", "left", "removed", "reinstated", "lifted", "conduct", "corrected"],
)
def test_whatever_the_roster_waited_for_asks_for_its_closing(event: Any) -> None:
    assert list(policies.close_roster_when_cycle_is_over(happened(event))) == [CloseRoster(studio_id=CHENS_STUDIO)]


def test_each_event_that_membership_follows_has_its_reaction() -> None:
    assert membership.policies == {
        "applications": {
            **SCHOOL_BOOK,
            **ERASURE,
            StudioEstablished: policies.open_roster_after_establishment,
            PlanFiled: policies.note_plan_after_filing,
            StudioPlaqued: policies.activate_roster_after_plaque,
            HostChanged: policies.change_host_after_change,
            StudioClosed: policies.end_roster_after_closure,
        },
        "assessment": {
            StudioDisqualified: policies.end_roster_after_disqualification,
            Evaluated: policies.end_joining_after_midterm,
        },
        "membership": {
            CycleEnded: policies.close_roster_when_cycle_is_over,
            RollClosed: policies.close_roster_when_cycle_is_over,
            TraineeEvaluated: policies.close_roster_when_cycle_is_over,
            MemberLeft: policies.close_roster_when_cycle_is_over,
            MemberRemoved: policies.close_roster_when_cycle_is_over,
            MemberReinstated: policies.close_roster_when_cycle_is_over,
            RemovalLifted: policies.close_roster_when_cycle_is_over,
            ConductViolationDecided: policies.close_roster_when_cycle_is_over,
            RollCorrected: policies.close_roster_when_cycle_is_over,
        },
    }
