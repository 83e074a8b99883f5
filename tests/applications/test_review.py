"""An application goes from level to level in order; a returned one starts again at the department."""

from dataclasses import replace
from typing import Any

import pytest

from services.applications.commands import ReviewApplication, ScoreApplication, review_application, score_application
from services.applications.events import Reviewed
from shared.kernel.people import Role
from tests.applications.examples import (
    BY_DEPARTMENT,
    BY_OFFICE,
    BY_PANEL,
    CHENS,
    EXPERTS,
    PUBLISHED,
    RECOMMENDED,
    ZHAOS,
    application,
    appointed,
    sheet,
)
from tests.scenario import given

RETURNED_BY_DEPARTMENT = replace(BY_DEPARTMENT, verdict="returned")
RETURNED_BY_OFFICE = replace(BY_OFFICE, verdict="returned")
REJECTED_BY_DEPARTMENT = replace(BY_DEPARTMENT, verdict="rejected")
REJECTED_BY_OFFICE = replace(BY_OFFICE, verdict="rejected")
REJECTED_BY_PANEL = replace(BY_PANEL, verdict="rejected", score_hundredths=5999)
GOOD = (80, 80, 80, 80, 80, 80)


def review(level: str, verdict: str = "approved") -> ReviewApplication:
    return ReviewApplication(application_id=CHENS, level=level, verdict=verdict)


@pytest.mark.parametrize("verdict", ["approved", "returned", "rejected"])
def test_the_department_decides_first(verdict: str) -> None:
    given(application()).when(review_application, review("department", verdict)).then(
        Reviewed(application_id=CHENS, level="department", verdict=verdict, score_hundredths=None)
    )


@pytest.mark.parametrize("verdict", ["approved", "returned", "rejected"])
def test_the_office_decides_after_the_department(verdict: str) -> None:
    given(application(BY_DEPARTMENT)).when(review_application, review("office", verdict)).then(
        Reviewed(application_id=CHENS, level="office", verdict=verdict, score_hundredths=None)
    )


@pytest.mark.parametrize("verdict", ["approved", "returned", "rejected"])
def test_the_office_does_not_decide_before_the_department(verdict: str) -> None:
    given(application()).when(review_application, review("office", verdict)).then_refused(
        "level-skipped", "APP-02", level="office", due="department"
    )


@pytest.mark.parametrize(("passed", "due"), [((), "department"), ((BY_DEPARTMENT,), "office")])
def test_the_panel_does_not_score_before_both_levels_below_it(passed: tuple[Any, ...], due: str) -> None:
    scoring = ScoreApplication(application_id=CHENS, points=GOOD)

    given(application(*passed), appointed(EXPERTS[0])).by(Role.EXPERT, EXPERTS[0]).when(
        score_application, scoring
    ).then_refused("level-skipped", "APP-02", level="panel", due=due)


def test_a_level_decides_once() -> None:
    given(application(BY_DEPARTMENT)).when(review_application, review("department")).then_refused(
        "level-skipped", "APP-02", level="department", due="office"
    )


def test_the_office_decides_once() -> None:
    given(application(BY_DEPARTMENT, BY_OFFICE)).when(review_application, review("office")).then_refused(
        "level-skipped", "APP-02", level="office", due="panel"
    )


@pytest.mark.parametrize(
    "history", [(RETURNED_BY_DEPARTMENT,), (BY_DEPARTMENT, RETURNED_BY_OFFICE)], ids=["department", "office"]
)
def test_a_returned_application_starts_again_at_the_department(history: tuple[Any, ...]) -> None:
    given(application(*history)).when(review_application, review("department")).then(BY_DEPARTMENT)


@pytest.mark.parametrize(
    "history", [(RETURNED_BY_DEPARTMENT,), (BY_DEPARTMENT, RETURNED_BY_OFFICE)], ids=["department", "office"]
)
def test_a_returned_application_does_not_go_straight_back_to_the_office(history: tuple[Any, ...]) -> None:
    given(application(*history)).when(review_application, review("office")).then_refused(
        "level-skipped", "APP-02", level="office", due="department"
    )


def test_a_returned_application_passes_every_level_again() -> None:
    again = (BY_DEPARTMENT, RETURNED_BY_OFFICE, BY_DEPARTMENT)

    given(application(*again)).when(review_application, review("office")).then(BY_OFFICE)


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ((REJECTED_BY_DEPARTMENT,), "rejected"),
        ((BY_DEPARTMENT, REJECTED_BY_OFFICE), "rejected"),
        ((BY_DEPARTMENT, BY_OFFICE, REJECTED_BY_PANEL), "rejected"),
        (RECOMMENDED, "recommended"),
        ((*RECOMMENDED, PUBLISHED), "published"),
    ],
    ids=["rejected by the department", "by the office", "by the panel", "recommended", "published"],
)
@pytest.mark.parametrize("level", ["department", "office"])
def test_a_decided_application_is_no_longer_reviewed(history: tuple[Any, ...], state: str, level: str) -> None:
    given(application(*history)).when(review_application, review(level, "rejected")).then_refused(
        "review-over", "APP-02", state=state
    )


@pytest.mark.parametrize("history", [RECOMMENDED, (BY_DEPARTMENT, REJECTED_BY_OFFICE)])
def test_a_decided_application_is_no_longer_scored(history: tuple[Any, ...]) -> None:
    scoring = ScoreApplication(application_id=CHENS, points=GOOD)

    outcome = (
        given(application(*history, sheet(EXPERTS[0], *GOOD)), appointed(EXPERTS[1]))
        .by(Role.EXPERT, EXPERTS[1])
        .when(score_application, scoring)
    )

    outcome.then_refused("review-over", "APP-02")


def test_a_longer_chain_of_the_settings_is_kept_in_order() -> None:
    chain = ("department", "department", "office", "panel")

    given(application(BY_DEPARTMENT)).under(review_chain=chain).when(review_application, review("office")).then_refused(
        "level-skipped", "APP-02", level="office", due="department"
    )


def test_an_application_nobody_sent_is_not_found() -> None:
    unheard = ReviewApplication(application_id=ZHAOS, level="department", verdict="approved")

    given(application()).when(review_application, unheard).then_unknown()
