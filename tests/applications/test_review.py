"""An application goes from level to level in order; a returned one starts again at the department."""

from dataclasses import replace
from typing import Any

import pytest

from services.applications.aggregates.annex_one import filled
from services.applications.commands import (
    Resubmit,
    ReviewApplication,
    ScoreApplication,
    resubmit,
    review_application,
    score_application,
)
from services.applications.events import Resubmitted, Reviewed
from shared.kernel.people import Role
from tests.applications.examples import (
    BY_DEPARTMENT,
    BY_OFFICE,
    BY_PANEL,
    CHEN_APPLIED,
    CHEN_JING,
    CHENS,
    EXPERTS,
    LISTED,
    LIU_OF_PERSONNEL,
    NO_PREFERENCE,
    PUBLISHED,
    ROUND,
    ZHAOS,
    application,
    appointed,
    batch,
    conditions,
    round_,
    sheet,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("APP-02", "APP-03", "APP-16", "A.9-14")

RETURNED_BY_DEPARTMENT = replace(BY_DEPARTMENT, verdict="returned")
RETURNED_BY_OFFICE = replace(BY_OFFICE, verdict="returned")
REJECTED_BY_DEPARTMENT = replace(BY_DEPARTMENT, verdict="rejected")
REJECTED_BY_OFFICE = replace(BY_OFFICE, verdict="rejected")
REJECTED_BY_PANEL = replace(BY_PANEL, verdict="rejected", score_hundredths=5999)
HANDED_IN_AGAIN = Resubmitted(
    **filled(CHEN_APPLIED), application_id=CHENS, eligibility=conditions(), preferences=NO_PREFERENCE
)
AT_BOTH_OFFICES = replace(CHEN_APPLIED, review_chain=("department", "student_affairs", "personnel", "panel", "school"))
GOOD = (80, 80, 80, 80, 80, 80)


def again(**more: Any) -> Resubmit:
    return Resubmit(**filled(CHEN_APPLIED) | {"application_id": CHENS, "round_id": ROUND} | more)


def chen(*streams: Any) -> Given:
    return given(*streams).by(Role.TEACHER, CHEN_JING)


def review(level: str, verdict: str = "approved") -> ReviewApplication:
    return ReviewApplication(application_id=CHENS, level=level, verdict=verdict, attests=level == "department")


@pytest.mark.parametrize("verdict", ["approved", "returned", "rejected"])
def test_the_department_decides_first(verdict: str) -> None:
    given(application()).when(review_application, review("department", verdict)).then(
        Reviewed(application_id=CHENS, level="department", verdict=verdict, score_hundredths=None, attests=True)
    )


@pytest.mark.parametrize("verdict", ["approved", "returned", "rejected"])
def test_the_office_decides_after_the_department(verdict: str) -> None:
    given(application(BY_DEPARTMENT), batch()).when(review_application, review("office", verdict)).then(
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


BY_ORDER = pytest.mark.parametrize(
    "history", [(RETURNED_BY_DEPARTMENT,), (BY_DEPARTMENT, RETURNED_BY_OFFICE)], ids=["department", "office"]
)


@BY_ORDER
@pytest.mark.parametrize("level", ["department", "office"])
def test_a_returned_application_waits_for_its_applicant(history: tuple[Any, ...], level: str) -> None:
    given(application(*history)).when(review_application, review(level)).then_refused("awaiting-resubmission", "APP-02")


@BY_ORDER
def test_a_returned_application_is_handed_in_again_as_a_new_form(history: tuple[Any, ...]) -> None:
    chen(application(*history), round_()).when(resubmit, again(semesters=18)).then(
        replace(HANDED_IN_AGAIN, semesters=18, eligibility=conditions(18))
    )


@BY_ORDER
def test_a_returned_application_starts_again_at_the_department(history: tuple[Any, ...]) -> None:
    back = application(*history, HANDED_IN_AGAIN)

    given(back).when(review_application, review("department")).then(BY_DEPARTMENT)


@BY_ORDER
def test_a_returned_application_does_not_go_straight_back_to_the_office(history: tuple[Any, ...]) -> None:
    given(application(*history, HANDED_IN_AGAIN), batch()).when(review_application, review("office")).then_refused(
        "level-skipped", "APP-02", level="office", due="department"
    )


def test_a_returned_application_passes_every_level_again() -> None:
    back = (BY_DEPARTMENT, RETURNED_BY_OFFICE, HANDED_IN_AGAIN, BY_DEPARTMENT)

    given(application(*back), batch()).when(review_application, review("office")).then(BY_OFFICE)


def test_an_application_may_be_handed_in_again_on_the_deadline_day() -> None:
    chen(application(RETURNED_BY_DEPARTMENT), round_()).on("2023-03-31").when(resubmit, again()).then(HANDED_IN_AGAIN)


def test_after_the_deadline_nothing_is_handed_in_again() -> None:
    chen(application(RETURNED_BY_DEPARTMENT), round_()).on("2023-04-01").when(resubmit, again()).then_refused(
        "round-closed", "A.5", deadline="2023-03-31"
    )


def test_a_form_that_is_in_already_is_no_news() -> None:
    chen(application(), round_()).when(resubmit, again()).then_nothing()


def test_a_form_that_was_not_returned_does_not_change() -> None:
    chen(application(), round_()).when(resubmit, again(semesters=18)).then_refused("not-returned", "APP-02")


def test_a_returned_application_stays_with_its_department() -> None:
    chen(application(RETURNED_BY_DEPARTMENT), round_()).when(resubmit, again(department="nursing")).then_refused(
        "department-changed", "APP-02", department="mechanics"
    )


def test_the_conditions_are_checked_again() -> None:
    chen(application(RETURNED_BY_DEPARTMENT), round_()).when(resubmit, again(semesters=11)).then_refused(
        "tenure-too-short", "APP-08", semesters=11, needed=12
    )


def test_a_department_does_not_approve_without_attesting() -> None:
    bare = ReviewApplication(application_id=CHENS, level="department", verdict="approved")

    given(application()).when(review_application, bare).then_refused("attestation-missing", "APP-16")


@pytest.mark.parametrize("verdict", ["returned", "rejected"])
def test_a_department_that_does_not_approve_attests_nothing(verdict: str) -> None:
    bare = ReviewApplication(application_id=CHENS, level="department", verdict=verdict, reason="材料不全")

    given(application()).when(review_application, bare).then(
        Reviewed(application_id=CHENS, level="department", verdict=verdict, score_hundredths=None, reason="材料不全")
    )


def test_both_offices_decide_in_the_rounds_order() -> None:
    first = replace(BY_OFFICE, level="student_affairs")
    before, after = ((BY_DEPARTMENT,), (BY_DEPARTMENT, first))

    given(application(*before, applied=AT_BOTH_OFFICES), batch()).when(
        review_application, review("student_affairs")
    ).then(first)
    given(application(*after, applied=AT_BOTH_OFFICES), batch()).when(review_application, review("personnel")).then(
        replace(BY_OFFICE, level="personnel")
    )
    given(application(*before, applied=AT_BOTH_OFFICES), batch()).when(
        review_application, review("personnel")
    ).then_refused("level-skipped", "APP-02", level="personnel", due="student_affairs")


def test_one_person_does_not_decide_for_both_offices() -> None:
    first = replace(BY_OFFICE, level="student_affairs", reviewer_id=LIU_OF_PERSONNEL)

    given(application(BY_DEPARTMENT, first, applied=AT_BOTH_OFFICES), batch()).by(
        Role.PERSONNEL, LIU_OF_PERSONNEL
    ).when(review_application, review("personnel")).then_refused(
        "one-person-two-levels", "A.9-14", before="student_affairs"
    )


def test_nobody_reviews_their_own_application() -> None:
    given(application(BY_DEPARTMENT), batch()).by(Role.PERSONNEL, CHEN_JING).when(
        review_application, review("office")
    ).then_refused("recusal", "SIL-02")


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ((REJECTED_BY_DEPARTMENT,), "rejected"),
        ((BY_DEPARTMENT, REJECTED_BY_OFFICE), "rejected"),
        ((BY_DEPARTMENT, BY_OFFICE, REJECTED_BY_PANEL), "rejected"),
        (LISTED, "listed"),
        ((*LISTED, PUBLISHED), "published"),
    ],
    ids=["rejected by the department", "by the office", "by the panel", "listed", "published"],
)
@pytest.mark.parametrize("level", ["department", "office"])
def test_a_decided_application_is_no_longer_reviewed(history: tuple[Any, ...], state: str, level: str) -> None:
    given(application(*history)).when(review_application, review(level, "rejected")).then_refused(
        "review-over", "APP-02", state=state
    )


@pytest.mark.parametrize("history", [LISTED, (BY_DEPARTMENT, REJECTED_BY_OFFICE)])
def test_a_decided_application_is_no_longer_scored(history: tuple[Any, ...]) -> None:
    scoring = ScoreApplication(application_id=CHENS, points=GOOD)

    outcome = (
        given(application(*history, sheet(EXPERTS[0], *GOOD)), appointed(EXPERTS[1]))
        .by(Role.EXPERT, EXPERTS[1])
        .when(score_application, scoring)
    )

    outcome.then_refused("review-over", "APP-02")


def test_an_application_nobody_sent_is_not_found() -> None:
    unheard = ReviewApplication(application_id=ZHAOS, level="department", verdict="approved")

    given(application()).when(review_application, unheard).then_unknown()
