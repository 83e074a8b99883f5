"""A member's own development plan and the host's closing evaluation lie in the training file."""

from typing import Any

import pytest

from services.membership.commands import (
    EvaluateTrainee,
    FileDevelopmentPlan,
    evaluate_trainee,
    file_development_plan,
)
from services.membership.events import DevelopmentPlanFiled, RosterEnded
from shared.kernel.people import Role
from shared.kernel.published import MemberLeft, StudioRosterClosed, TraineeEvaluated
from tests.membership.examples import (
    ACTIVE,
    ANOTHER_DOCUMENT,
    CHEN_JING,
    CHENS_STUDIO,
    CLASS_MEETING,
    DOCUMENT,
    HU_JUN,
    HUS,
    MEMBER,
    PLAN_NOTED,
    REINSTATED,
    REMOVED,
    SIGNED,
    listed,
    member,
    membership,
    pending_removal,
    roster,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("MEM-10", "MEM-14", "A.9-15")

FILE_PLAN = FileDevelopmentPlan(membership_id=HUS, document=DOCUMENT)
PLAN_FILED = DevelopmentPlanFiled(document=DOCUMENT)
HU_LEFT = MemberLeft(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, reason="withdrawn")
RUNNING = (PLAN_NOTED, listed(HU_JUN), ACTIVE)
NO_MEMBER = pytest.mark.parametrize(
    ("history", "state"), [(SIGNED, "matched"), ((*MEMBER, HU_LEFT), "left")], ids=["matched", "left"]
)


def trainee(*events: Any) -> Given:
    return given(membership(*events), roster(*RUNNING)).by(Role.TRAINEE, HU_JUN)


def host(*events: Any, roster_events: tuple[Any, ...] = RUNNING) -> Given:
    return given(membership(*events), roster(*roster_events)).by(Role.HOST, CHEN_JING)


def evaluation(points: int) -> EvaluateTrainee:
    return EvaluateTrainee(membership_id=HUS, points=points)


def evaluated(points: int) -> TraineeEvaluated:
    return TraineeEvaluated(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, points=points)


def test_a_member_files_their_own_development_plan() -> None:
    trainee(*MEMBER).when(file_development_plan, FILE_PLAN).then(PLAN_FILED)


def test_a_development_plan_may_be_replaced() -> None:
    replacing = FileDevelopmentPlan(membership_id=HUS, document=ANOTHER_DOCUMENT)

    trainee(*MEMBER, PLAN_FILED).when(file_development_plan, replacing).then(
        DevelopmentPlanFiled(document=ANOTHER_DOCUMENT)
    )


def test_the_same_development_plan_again_changes_nothing() -> None:
    trainee(*MEMBER, PLAN_FILED).when(file_development_plan, FILE_PLAN).then_nothing()


@NO_MEMBER
def test_only_a_member_files_a_development_plan(history: tuple[Any, ...], state: str) -> None:
    trainee(*history).when(file_development_plan, FILE_PLAN).then_refused("not-a-member", "MEM-05", state=state)


@pytest.mark.parametrize("points", [0, 60, 100])
def test_the_host_evaluates_a_trainee(points: int) -> None:
    host(*MEMBER).when(evaluate_trainee, evaluation(points)).then(evaluated(points))


def test_a_later_evaluation_replaces_the_earlier() -> None:
    host(*MEMBER, evaluated(80)).when(evaluate_trainee, evaluation(85)).then(evaluated(85))


def test_the_same_evaluation_again_changes_nothing() -> None:
    host(*MEMBER, evaluated(80)).when(evaluate_trainee, evaluation(80)).then_nothing()


@NO_MEMBER
def test_only_a_member_is_evaluated(history: tuple[Any, ...], state: str) -> None:
    host(*history).when(evaluate_trainee, evaluation(80)).then_refused("not-a-member", "MEM-05", state=state)


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (StudioRosterClosed(studio_id=CHENS_STUDIO, members=()), "closed"),
        (RosterEnded(reason="studio_disqualified"), "studio_disqualified"),
    ],
)
def test_nobody_is_evaluated_once_the_roster_is_closed_or_ended(ending: Any, reason: str) -> None:
    host(*MEMBER, roster_events=(*RUNNING, ending)).when(evaluate_trainee, evaluation(80)).then_refused(
        "roster-ended", "AMB-16", reason=reason
    )


@pytest.mark.rule("MEM-15")
def test_a_supplementary_member_has_no_closing_evaluation() -> None:
    helper = member(HU_JUN, kind="supplementary")

    given(helper, roster(*RUNNING)).by(Role.HOST, CHEN_JING).when(evaluate_trainee, evaluation(80)).then_refused(
        "not-a-trainee", "MEM-15"
    )


def test_a_reinstated_trainee_is_evaluated_though_the_studio_is_completed() -> None:
    completed = (*RUNNING, RosterEnded(reason="completed"))
    back = (*MEMBER, pending_removal(CLASS_MEETING), REMOVED, REINSTATED)

    host(*back, roster_events=completed).when(evaluate_trainee, evaluation(80)).then(evaluated(80))
