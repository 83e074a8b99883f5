"""The school posts the list of recommended hosts for objections; after the notice it stands published."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.applications.commands import PostList, PublishList, post_list, publish_list
from services.applications.events import ApplicationPublished, ListPosted, ListPublished
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from tests.applications.examples import (
    BY_DEPARTMENT,
    BY_OFFICE,
    BY_PANEL,
    CHEN_JING,
    CHENS,
    NEXT_ROUND,
    PRINCIPAL,
    PUBLISHED,
    ROUND,
    WANG_LEI,
    WANGS,
    ZHAO_MIN,
    ZHAOS,
    application,
    posted,
    published,
    recommended,
    round_,
)
from tests.scenario import Given, given

PUBLISH = PublishList(round_id=ROUND)
TENTH_OF_APRIL = "2023-04-10"


def posting(*application_ids: UUID) -> PostList:
    return PostList(round_id=ROUND, application_ids=application_ids)


def all_three() -> list[Aggregate]:
    return [recommended(CHENS, CHEN_JING), recommended(WANGS, WANG_LEI), recommended(ZHAOS, ZHAO_MIN)]


def the_school(*streams: Any) -> Given:
    return given(*streams).by(Role.SCHOOL, PRINCIPAL).on(TENTH_OF_APRIL)


@pytest.mark.parametrize("listed", [(CHENS,), (WANGS, CHENS)], ids=["one host", "as many as places"])
def test_the_school_posts_recommended_hosts(listed: tuple[UUID, ...]) -> None:
    the_school(round_(), *all_three()).when(post_list, posting(*listed)).then(
        ListPosted(round_id=ROUND, application_ids=listed, posted_on=date(2023, 4, 10), notice_workdays=5)
    )


def test_the_notice_is_as_long_as_the_settings_in_force_say() -> None:
    the_school(round_(), *all_three()).under(publication_notice_workdays=7).when(post_list, posting(CHENS)).then(
        ListPosted(round_id=ROUND, application_ids=(CHENS,), posted_on=date(2023, 4, 10), notice_workdays=7)
    )


def test_a_third_host_does_not_fit_into_two_places() -> None:
    the_school(round_(), *all_three()).when(post_list, posting(CHENS, WANGS, ZHAOS)).then_refused(
        "more-than-places", "APP-04", chosen=3, places=2
    )


@pytest.mark.parametrize(
    "history", [(), (BY_DEPARTMENT,), (BY_DEPARTMENT, BY_OFFICE)], ids=["fresh", "department", "office"]
)
def test_nobody_is_listed_whom_the_panel_did_not_recommend(history: tuple[Any, ...]) -> None:
    the_school(round_(), application(*history), recommended(WANGS, WANG_LEI)).when(
        post_list, posting(WANGS, CHENS)
    ).then_refused("not-recommended", "APP-04", application_id=str(CHENS))


def test_nobody_is_listed_whom_the_panel_rejected() -> None:
    rejected = type(BY_PANEL)(application_id=CHENS, level="panel", verdict="rejected", score_hundredths=5999)

    the_school(round_(), application(BY_DEPARTMENT, BY_OFFICE, rejected)).when(post_list, posting(CHENS)).then_refused(
        "not-recommended", "APP-04", application_id=str(CHENS)
    )


def test_nobody_is_listed_who_was_recommended_in_another_round() -> None:
    the_school(round_(), recommended(CHENS, CHEN_JING, round_id=NEXT_ROUND)).when(
        post_list, posting(CHENS)
    ).then_refused("not-recommended", "APP-04", application_id=str(CHENS))


def test_nobody_is_listed_who_never_applied() -> None:
    the_school(round_()).when(post_list, posting(CHENS)).then_unknown()


@pytest.mark.parametrize("listed", [(), (CHENS, CHENS)], ids=["empty", "one twice"])
def test_a_list_names_at_least_one_host_each_once(listed: tuple[UUID, ...]) -> None:
    the_school(round_(), *all_three()).when(post_list, posting(*listed)).then_refused("list-empty-or-doubled", "APP-05")


@pytest.mark.parametrize("listed", [(CHENS,), (WANGS,)], ids=["the same", "another"])
def test_a_round_has_one_list(listed: tuple[UUID, ...]) -> None:
    the_school(round_(posted(CHENS)), *all_three()).when(post_list, posting(*listed)).then_refused(
        "list-already-posted", "APP-05"
    )


def test_after_the_notice_the_list_and_each_host_on_it_are_published() -> None:
    given(round_(posted(CHENS, WANGS)), *all_three()).when(publish_list, PUBLISH).then(
        ListPublished(round_id=ROUND, application_ids=(CHENS, WANGS)),
        ApplicationPublished(round_id=ROUND),
        ApplicationPublished(round_id=ROUND),
    )


def test_a_list_is_published_once() -> None:
    listed = recommended(CHENS, CHEN_JING, PUBLISHED)

    given(round_(posted(CHENS), published(CHENS)), listed).when(publish_list, PUBLISH).then_nothing()


def test_nothing_is_published_that_was_not_posted() -> None:
    given(round_(), *all_three()).when(publish_list, PUBLISH).then_nothing()
