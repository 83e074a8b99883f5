"""A department hands its approved applications in together, once; the offices see no other."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.applications.commands import ReviewApplication, SubmitBatch, review_application, submit_batch
from services.applications.events import ApplicationEntered, BatchJoined, BatchSubmitted
from shared.kernel.people import Role
from tests.applications.examples import (
    BY_DEPARTMENT,
    BY_OFFICE,
    CHEN_APPLIED,
    CHENS,
    CHENS_ENTRY,
    ENTERED,
    ROUND,
    WANG_LEI,
    WANGS,
    application,
    batch,
    round_,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("APP-03", "APP-18", "A.9-14")

HEAD_OF_MECHANICS = UUID(int=0xE1)
HAND_IN = SubmitBatch(round_id=ROUND)
WANG_APPLIED = replace(CHEN_APPLIED, application_id=WANGS, applicant_id=WANG_LEI)
WANG_ENTERED = ApplicationEntered(application_id=WANGS, department="mechanics")
WANG_APPROVED = replace(BY_DEPARTMENT, application_id=WANGS)
WANGS_ENTRY = replace(CHENS_ENTRY, application_id=WANGS, applicant_id=WANG_LEI)
APPROVE = ReviewApplication(application_id=CHENS, level="department", verdict="approved", attests=True)
AT_OFFICE = ReviewApplication(application_id=CHENS, level="office", verdict="approved")


def the_department(*streams: Any) -> Given:
    return given(*streams).by(Role.DEPARTMENT, HEAD_OF_MECHANICS, "mechanics")


def handed_in(*entries: Any) -> BatchSubmitted:
    return BatchSubmitted(round_id=ROUND, department="mechanics", entries=entries)


def test_a_batch_holds_every_application_that_the_department_approved() -> None:
    both = [application(BY_DEPARTMENT), application(WANG_APPROVED, applied=WANG_APPLIED)]

    the_department(round_(ENTERED, WANG_ENTERED), *both).when(submit_batch, HAND_IN).then(
        handed_in(CHENS_ENTRY, WANGS_ENTRY)
    )


@pytest.mark.parametrize("verdict", ["returned", "rejected"])
def test_what_the_department_did_not_approve_stays_out(verdict: str) -> None:
    wangs = application(replace(WANG_APPROVED, verdict=verdict), applied=WANG_APPLIED)

    the_department(round_(ENTERED, WANG_ENTERED), application(BY_DEPARTMENT), wangs).when(submit_batch, HAND_IN).then(
        handed_in(CHENS_ENTRY)
    )


def test_another_departments_applications_stay_out() -> None:
    elsewhere = replace(WANG_ENTERED, department="nursing")
    nurses = application(applied=replace(WANG_APPLIED, department="nursing"))

    the_department(round_(ENTERED, elsewhere), application(BY_DEPARTMENT), nurses).when(submit_batch, HAND_IN).then(
        handed_in(CHENS_ENTRY)
    )


def test_no_batch_goes_up_while_an_application_waits_for_the_department() -> None:
    wangs = application(applied=WANG_APPLIED)

    the_department(round_(ENTERED, WANG_ENTERED), application(BY_DEPARTMENT), wangs).when(
        submit_batch, HAND_IN
    ).then_refused("department-review-open", "APP-03", waiting=1)


def test_an_empty_batch_is_refused() -> None:
    the_department(round_()).when(submit_batch, HAND_IN).then_refused("batch-empty", "APP-03")


def test_a_department_hands_in_one_batch_a_round() -> None:
    the_department(round_(ENTERED), application(BY_DEPARTMENT), batch()).when(submit_batch, HAND_IN).then_nothing()


@pytest.mark.parametrize("streams", [(), (batch(WANGS_ENTRY),)], ids=["no batch", "not in it"])
def test_an_office_decides_on_nothing_outside_a_batch(streams: tuple[Any, ...]) -> None:
    given(application(BY_DEPARTMENT), *streams).when(review_application, AT_OFFICE).then_refused(
        "not-in-batch", "APP-03"
    )


def test_an_office_decides_on_what_its_departments_batch_holds() -> None:
    given(application(BY_DEPARTMENT), batch()).when(review_application, AT_OFFICE).then(BY_OFFICE)


@pytest.mark.parametrize("entry", [CHENS_ENTRY, WANGS_ENTRY], ids=["again", "anew"])
def test_what_is_approved_after_the_batch_joins_it_until_the_deadline(entry: Any) -> None:
    given(round_(), application(), batch(entry)).on("2023-03-31").when(review_application, APPROVE).then(
        BY_DEPARTMENT, BatchJoined(entry=CHENS_ENTRY)
    )


def test_nothing_joins_a_batch_after_the_deadline() -> None:
    given(round_(), application(), batch(WANGS_ENTRY)).on("2023-04-01").when(review_application, APPROVE).then_refused(
        "batch-closed", "APP-03", on="2023-04-01", deadline="2023-03-31"
    )
