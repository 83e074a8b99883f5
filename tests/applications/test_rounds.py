"""A round of applications is opened with its deadline, its places and its own conditions."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.applications.commands import OpenRound, open_round
from services.applications.events import RoundOpened
from shared.kernel.people import Role
from tests.applications.examples import DEADLINE, LIU_OF_PERSONNEL, OPENED, ROUND, round_
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("APP-02", "AMB-07", "AMB-11")

TITLE = "2023年名班主任工作室"
ALL_LEVELS = ("department", "student_affairs", "personnel", "panel", "school")
OPENED_NOW = replace(OPENED, review_chain=ALL_LEVELS)
NO_HONOURS_YET = "新建系部尚无评优记录"


def opening(**more: Any) -> OpenRound:
    return OpenRound(**{"round_id": ROUND, "title": TITLE, "deadline": DEADLINE, "places": 2, **more})


def at_the_office(*streams: Any) -> Given:
    return given(*streams).by(Role.PERSONNEL, LIU_OF_PERSONNEL)


def test_a_round_is_opened_with_the_mark_of_the_settings() -> None:
    at_the_office().when(open_round, opening()).then(OPENED_NOW)


def test_a_round_may_set_a_mark_of_its_own() -> None:
    at_the_office().when(open_round, opening(min_score_points=75)).then(
        RoundOpened(
            round_id=ROUND, title=TITLE, deadline=DEADLINE, places=2, min_score_points=75,
            require_class_honor=True, waiver_reason=None, review_chain=ALL_LEVELS,
        )
    )  # fmt: skip


def test_a_round_may_set_no_mark_at_all() -> None:
    at_the_office().when(open_round, opening(min_score_points=0)).then(
        RoundOpened(
            round_id=ROUND, title=TITLE, deadline=DEADLINE, places=2, min_score_points=0,
            require_class_honor=True, waiver_reason=None, review_chain=ALL_LEVELS,
        )
    )  # fmt: skip


def test_the_settings_in_force_give_the_mark() -> None:
    at_the_office().under(selection_min_score_points=70).when(open_round, opening()).then(
        RoundOpened(
            round_id=ROUND, title=TITLE, deadline=DEADLINE, places=2, min_score_points=70,
            require_class_honor=True, waiver_reason=None, review_chain=ALL_LEVELS,
        )
    )  # fmt: skip


def test_a_round_may_be_opened_on_its_deadline_day() -> None:
    at_the_office().on("2023-03-31").when(open_round, opening()).then(OPENED_NOW)


def test_a_round_is_not_opened_after_its_deadline() -> None:
    at_the_office().on("2023-04-01").when(open_round, opening()).then_refused(
        "deadline-past", "A.5", deadline="2023-03-31", on="2023-04-01"
    )


def test_the_class_honour_is_waived_with_a_recorded_reason() -> None:
    waiving = opening(require_class_honor=False, waiver_reason=NO_HONOURS_YET)

    at_the_office().when(open_round, waiving).then(
        RoundOpened(
            round_id=ROUND, title=TITLE, deadline=DEADLINE, places=2, min_score_points=60,
            require_class_honor=False, waiver_reason=NO_HONOURS_YET, review_chain=ALL_LEVELS,
        )
    )  # fmt: skip


def test_the_class_honour_is_not_waived_without_a_reason() -> None:
    at_the_office().when(open_round, opening(require_class_honor=False)).then_refused("waiver-without-reason", "AMB-07")


@pytest.mark.parametrize("again", [opening(), opening(places=9, deadline=date(2023, 1, 1))])
def test_a_round_is_opened_once(again: OpenRound) -> None:
    at_the_office(round_()).when(open_round, again).then_nothing()


def test_the_settings_in_force_become_the_rounds_own() -> None:
    settings = {
        "tenure_semesters": 14, "honor_min_level": "province", "contest_min_level": "nation",
        "research_min_level": "province", "recency_years": 3,
    }  # fmt: skip

    at_the_office().under(**settings).when(open_round, opening()).then(replace(OPENED_NOW, **settings))


@pytest.mark.parametrize(
    "filing", [("office",), ("student_affairs", "personnel"), ("personnel", "student_affairs")], ids=len
)
def test_a_round_may_have_a_chain_of_its_own(filing: tuple[str, ...]) -> None:
    chain = ("department", *filing, "panel", "school")

    at_the_office().when(open_round, opening(review_chain=chain)).then(replace(OPENED, review_chain=chain))


@pytest.mark.parametrize(
    "chain",
    [
        ("office", "department", "panel", "school"),
        ("department", "panel", "school"),
        ("department", "personnel", "panel", "school"),
        ("department", "office", "panel"),
        ("department", "office", "school", "panel"),
    ],
)
def test_a_chain_that_skips_or_swaps_a_level_is_refused(chain: tuple[str, ...]) -> None:
    at_the_office().when(open_round, opening(review_chain=chain)).then_refused(
        "setting-invalid", "AMB-11", name="review_chain"
    )
