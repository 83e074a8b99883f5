"""A serving homeroom teacher with the years, the title and the class honour applies as host, for themselves."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.applications.commands import Apply, apply
from services.applications.events import ApplicationEntered, Applied, CandidacyReserved, Result
from shared.kernel.people import Role
from shared.kernel.values import Digest, Label
from tests.applications.examples import (
    CHEN_APPLIED,
    CHEN_JING,
    CHENS,
    ENTERED,
    NEXT_ROUND,
    NO_PREFERENCE,
    OPENED,
    ROUND,
    WANG_LEI,
    WANGS,
    ZHAOS,
    application,
    candidacy,
    conditions,
    round_,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("APP-01", "APP-07", "APP-08", "APP-09", "APP-10", "AMB-07", "AMB-09")

RESERVED = CandidacyReserved(round_id=ROUND, application_id=CHENS)
EVIDENCE = "e" * 64


def applying(**more: Any) -> Apply:
    asked = {
        "application_id": CHENS, "round_id": ROUND, "department": "mechanics", "on_duty": True, "semesters": 16,
        "title": "senior", "class_honor": "county",
    }  # fmt: skip
    return Apply(**{**asked, **more})


def chen(*streams: Any) -> Given:
    return given(*streams).by(Role.TEACHER, CHEN_JING)


def test_a_homeroom_teacher_applies_for_themselves() -> None:
    chen(round_()).when(apply, applying()).then(CHEN_APPLIED, RESERVED, ENTERED)


def test_an_application_is_always_its_senders_own() -> None:
    given(round_()).by(Role.TEACHER, WANG_LEI).when(apply, applying()).then(
        replace(CHEN_APPLIED, applicant_id=WANG_LEI), RESERVED, ENTERED
    )


@pytest.mark.rule("APP-11", "APP-17")
def test_what_the_class_and_its_students_achieved_goes_with_the_application_for_people_to_judge() -> None:
    results = (Result(title=Label("文明风采一等奖"), document=Digest(EVIDENCE)), Result(title=Label("技能大赛")))

    chen(round_()).when(apply, applying(evidence=EVIDENCE, results=results)).then(
        replace(CHEN_APPLIED, evidence=EVIDENCE, results=results), RESERVED, ENTERED
    )


def test_whoever_is_not_on_duty_as_homeroom_teacher_is_refused() -> None:
    chen(round_()).when(apply, applying(on_duty=False)).then_refused("not-on-duty", "APP-07")


@pytest.mark.parametrize("semesters", [12, 13])
def test_six_years_are_enough_six_included(semesters: int) -> None:
    chen(round_()).when(apply, applying(semesters=semesters)).then(
        replace(CHEN_APPLIED, semesters=semesters, eligibility=conditions(semesters)), RESERVED, ENTERED
    )


@pytest.mark.parametrize("semesters", [0, 11])
def test_less_than_six_years_is_refused(semesters: int) -> None:
    chen(round_()).when(apply, applying(semesters=semesters)).then_refused(
        "tenure-too-short", "APP-08", semesters=semesters, needed=12
    )


def test_the_years_needed_are_those_of_the_round() -> None:
    chen(round_(opened=replace(OPENED, tenure_semesters=18))).under(tenure_semesters=6).when(
        apply, applying(semesters=17)
    ).then_refused("tenure-too-short", "APP-08", semesters=17, needed=18)


@pytest.mark.parametrize("title", ["intermediate", "senior", "professor"])
def test_an_intermediate_or_higher_title_is_enough(title: str) -> None:
    chen(round_()).when(apply, applying(title=title)).then(
        replace(CHEN_APPLIED, title=title, eligibility=conditions(title=title)), RESERVED, ENTERED
    )


def test_a_junior_title_is_refused() -> None:
    chen(round_()).when(apply, applying(title="junior")).then_refused("title-too-low", "APP-09", title="junior")


@pytest.mark.parametrize("honor", ["county", "prefecture", "province", "nation"])
def test_a_class_honour_of_jiangyin_level_or_above_is_enough(honor: str) -> None:
    chen(round_()).when(apply, applying(class_honor=honor)).then(
        replace(CHEN_APPLIED, class_honor=honor, eligibility=conditions(honor=honor)), RESERVED, ENTERED
    )


@pytest.mark.parametrize(("honor", "held"), [("school", "school"), (None, "none")])
def test_a_school_honour_or_none_is_refused(honor: str | None, held: str) -> None:
    chen(round_()).when(apply, applying(class_honor=honor)).then_refused(
        "class-honor-missing", "APP-10", held=held, needed="county"
    )


@pytest.mark.parametrize("honor", ["school", None])
def test_a_round_that_waives_the_class_honour_asks_for_none(honor: str | None) -> None:
    waived = round_(opened=replace(OPENED, require_class_honor=False, waiver_reason="新建系部"))

    given_as = conditions(honor=honor or "none", required="waived")
    chen(waived).when(apply, applying(class_honor=honor)).then(
        replace(CHEN_APPLIED, class_honor=honor, eligibility=given_as), RESERVED, ENTERED
    )


def test_the_first_condition_that_fails_is_named() -> None:
    nothing_fits = applying(on_duty=False, semesters=0, title="junior", class_honor=None)

    chen(round_()).when(apply, nothing_fits).then_refused("not-on-duty", "APP-07")


@pytest.mark.parametrize("day", ["2023-03-27", "2023-03-31"])
def test_the_deadline_day_still_counts(day: str) -> None:
    chen(round_()).on(day).when(apply, applying()).then(CHEN_APPLIED, RESERVED, ENTERED)


def test_the_day_after_the_deadline_is_too_late() -> None:
    chen(round_()).on("2023-04-01").when(apply, applying()).then_refused(
        "round-closed", "A.5", on="2023-04-01", deadline="2023-03-31"
    )


def test_a_person_has_one_application_in_a_round() -> None:
    chen(round_(), application(), candidacy(CHEN_JING, CHENS)).when(apply, applying(application_id=WANGS)).then_refused(
        "already-applied", "A.9-18", application_id=str(CHENS)
    )


@pytest.mark.parametrize("day", ["2023-03-31", "2023-04-01"])
def test_the_same_application_sent_again_changes_nothing(day: str) -> None:
    chen(round_(), application(), candidacy(CHEN_JING, CHENS)).on(day).when(apply, applying()).then_nothing()


def test_another_persons_application_id_is_taken() -> None:
    given(round_(), application(), candidacy(CHEN_JING, CHENS)).by(Role.TEACHER, WANG_LEI).when(
        apply, applying()
    ).then_refused("id-taken", None)


def test_two_teachers_apply_in_one_round() -> None:
    wangs = Applied(
        application_id=WANGS, round_id=ROUND, applicant_id=WANG_LEI, department="mechanics", on_duty=True,
        semesters=16, title="senior", class_honor="county", evidence=None,
        eligibility=conditions(), preferences=NO_PREFERENCE,
    )  # fmt: skip

    given(round_(), application(), candidacy(CHEN_JING, CHENS)).by(Role.TEACHER, WANG_LEI).when(
        apply, applying(application_id=WANGS)
    ).then(
        wangs,
        CandidacyReserved(round_id=ROUND, application_id=WANGS),
        ApplicationEntered(application_id=WANGS, department="mechanics"),
    )


def test_the_next_round_takes_a_new_application_of_the_same_teacher() -> None:
    next_round = round_(opened=replace(OPENED, round_id=NEXT_ROUND))
    again = applying(application_id=ZHAOS, round_id=NEXT_ROUND)

    chen(round_(), next_round, application(), candidacy(CHEN_JING, CHENS)).when(apply, again).then(
        replace(CHEN_APPLIED, application_id=ZHAOS, round_id=NEXT_ROUND),
        CandidacyReserved(round_id=NEXT_ROUND, application_id=ZHAOS),
        ApplicationEntered(application_id=ZHAOS, department="mechanics"),
    )


@pytest.mark.parametrize("round_id", [NEXT_ROUND, UUID(int=99)])
def test_nobody_applies_in_a_round_that_was_never_opened(round_id: UUID) -> None:
    chen(round_()).when(apply, applying(round_id=round_id)).then_unknown()


@pytest.mark.rule("A.9-11", "A.5")
def test_nobody_applies_after_the_deadline_by_dating_it_back() -> None:
    chen(round_()).on("2023-04-20").dated("2023-03-31").when(apply, applying()).then_refused("round-closed", "A.5")
