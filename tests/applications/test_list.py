"""Candidates are ranked, ties decided, names struck; the list is posted, and published after the notice."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.applications.commands import (
    Apply,
    DecideTie,
    PostList,
    PublishList,
    RankCandidates,
    StrikeCandidate,
    apply,
    decide_tie,
    post_list,
    publish_list,
    rank_candidates,
    strike_candidate,
)
from services.applications.events import (
    ApplicationPublished,
    Candidate,
    CandidatesRanked,
    CandidateStruck,
    ListPosted,
    Reviewed,
    TieDecided,
)
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from tests.applications.examples import (
    BY_DEPARTMENT,
    BY_OFFICE,
    BY_PANEL,
    CHEN_JING,
    CHENS,
    LIU_OF_PERSONNEL,
    OPENED,
    PRINCIPAL,
    PUBLISHED,
    ROUND,
    WANG_LEI,
    WANGS,
    ZHAO_MIN,
    ZHAOS,
    application,
    entered,
    posted,
    published,
    ranked,
    recommended,
    round_,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("APP-04", "APP-05", "APP-20", "A.9-7", "A.9-26")

RANK, POST, PUBLISH = RankCandidates(round_id=ROUND), PostList(round_id=ROUND), PublishList(round_id=ROUND)
TENTH_OF_APRIL = "2023-04-10"
REASON = "学校研究决定"
ALL = (CHENS, WANGS, ZHAOS)
FLAGS = ("P1", "P2", "P3", "P4")


def all_three() -> list[Aggregate]:
    return [recommended(CHENS, CHEN_JING), recommended(WANGS, WANG_LEI), recommended(ZHAOS, ZHAO_MIN)]


def the_office(*streams: Any) -> Given:
    return given(*streams).by(Role.PERSONNEL, LIU_OF_PERSONNEL).on(TENTH_OF_APRIL)


def the_school(*streams: Any) -> Given:
    return given(*streams).by(Role.SCHOOL, PRINCIPAL).on(TENTH_OF_APRIL)


def striking(application_id: UUID) -> StrikeCandidate:
    return StrikeCandidate(round_id=ROUND, application_id=application_id, reason=REASON)


def struck(application_id: UUID) -> CandidateStruck:
    return CandidateStruck(round_id=ROUND, application_id=application_id, reason=REASON)


def deciding(*application_ids: UUID) -> DecideTie:
    return DecideTie(round_id=ROUND, application_ids=application_ids, reason=REASON)


def decided(*application_ids: UUID) -> TieDecided:
    return TieDecided(round_id=ROUND, application_ids=application_ids, reason=REASON)


def by_school(application_id: UUID, verdict: str = "approved", reason: str | None = None) -> Reviewed:
    return Reviewed(
        application_id=application_id, level="school", verdict=verdict, score_hundredths=None, reason=reason
    )


@pytest.mark.parametrize(
    ("chens", "wangs", "order", "tied"),
    [
        ({"score": 8001}, {"score": 8000, "flags": 3, "semesters": 40}, (CHENS, WANGS), ()),
        ({"flags": 1, "semesters": 40}, {"flags": 2}, (WANGS, CHENS), ()),
        ({"flags": 2, "semesters": 20}, {"flags": 2, "semesters": 21}, (WANGS, CHENS), ()),
        ({"flags": 2}, {"flags": 2}, (CHENS, WANGS), ((CHENS, WANGS),)),
    ],
    ids=["score", "then flags", "then semesters", "then tied"],
)
def test_candidates_rank_by_score_then_flags_then_semesters(
    chens: dict[str, int], wangs: dict[str, int], order: tuple[UUID, ...], tied: tuple[Any, ...]
) -> None:
    usual = {"score": 9000, "flags": 0, "semesters": 20}
    of = {CHENS: usual | chens, WANGS: usual | wangs}
    candidates = [recommended(CHENS, CHEN_JING, **chens), recommended(WANGS, WANG_LEI, **wangs)]
    ranking = tuple(
        Candidate(
            application_id=id, score_hundredths=of[id]["score"], flags=FLAGS[: of[id]["flags"]],
            semesters=of[id]["semesters"],
        )
        for id in order
    )  # fmt: skip

    the_office(round_(*entered(CHENS, WANGS)), *candidates).when(rank_candidates, RANK).then(
        CandidatesRanked(round_id=ROUND, ranking=ranking, tied=tied)
    )


@pytest.mark.parametrize(
    "history", [(), (BY_DEPARTMENT,), (BY_DEPARTMENT, BY_OFFICE)], ids=["fresh", "department", "office"]
)
def test_nobody_is_ranked_while_an_application_is_before_the_panel(history: tuple[Any, ...]) -> None:
    the_office(round_(*entered(CHENS, WANGS)), application(*history), recommended(WANGS, WANG_LEI)).when(
        rank_candidates, RANK
    ).then_refused("panel-not-concluded", "APP-04", waiting=1)


@pytest.mark.parametrize("verdict", ["rejected", "returned"])
def test_whoever_is_rejected_or_did_not_come_back_is_not_waited_for(verdict: str) -> None:
    out = application(replace(BY_DEPARTMENT, verdict=verdict))

    the_office(round_(*entered(CHENS, WANGS)), out, recommended(WANGS, WANG_LEI)).when(rank_candidates, RANK).then(
        ranked(WANGS)
    )


def test_nobody_is_ranked_whom_the_panel_did_not_recommend() -> None:
    rejected = application(BY_DEPARTMENT, BY_OFFICE, replace(BY_PANEL, verdict="rejected", score_hundredths=5999))

    the_office(round_(*entered(CHENS, WANGS)), rejected, recommended(WANGS, WANG_LEI)).when(rank_candidates, RANK).then(
        ranked(WANGS)
    )


def test_candidates_are_ranked_after_the_deadline() -> None:
    in_march = round_(*entered(CHENS))

    the_office(in_march, recommended(CHENS, CHEN_JING)).on("2023-03-31").when(rank_candidates, RANK).then_refused(
        "round-still-open", "APP-04", on="2023-03-31", deadline="2023-03-31"
    )
    the_office(in_march, recommended(CHENS, CHEN_JING)).on("2023-04-01").when(rank_candidates, RANK).then(ranked(CHENS))


def test_a_round_is_ranked_once() -> None:
    the_office(round_(*entered(CHENS), ranked(CHENS)), recommended(CHENS, CHEN_JING)).when(
        rank_candidates, RANK
    ).then_nothing()


def test_a_ranked_round_takes_no_application_even_dated_back() -> None:
    late = Apply(
        application_id=CHENS, round_id=ROUND, department="mechanics", on_duty=True, semesters=16, title="senior",
        class_honor="county",
    )  # fmt: skip

    given(round_(ranked(WANGS))).by(Role.TEACHER, CHEN_JING).on("2023-03-31").when(apply, late).then_refused(
        "round-ranked", "APP-04"
    )


def test_the_list_is_the_first_of_the_ranking_as_many_as_there_are_places() -> None:
    the_school(round_(ranked(*ALL)), *all_three()).when(post_list, POST).then(
        posted(CHENS, WANGS), by_school(CHENS), by_school(WANGS)
    )


def test_fewer_candidates_than_places_make_a_shorter_list() -> None:
    the_school(round_(ranked(ZHAOS)), *all_three()).when(post_list, POST).then(posted(ZHAOS), by_school(ZHAOS))


def test_the_notice_is_as_long_as_the_settings_in_force_say() -> None:
    the_school(round_(ranked(CHENS)), *all_three()).under(publication_notice_workdays=7).when(post_list, POST).then(
        ListPosted(round_id=ROUND, application_ids=(CHENS,), posted_on=date(2023, 4, 10), notice_workdays=7),
        by_school(CHENS),
    )


@pytest.mark.parametrize(
    ("handler", "asked"), [(post_list, POST), (decide_tie, deciding(CHENS, WANGS)), (strike_candidate, striking(CHENS))]
)
def test_the_school_decides_nothing_before_the_ranking(handler: Any, asked: Any) -> None:
    the_school(round_(*entered(*ALL)), *all_three()).when(handler, asked).then_refused("not-ranked", "APP-04")


@pytest.mark.parametrize(("handler", "asked"), [(post_list, POST), (strike_candidate, striking(CHENS))])
def test_a_tie_across_the_last_place_is_decided_first(handler: Any, asked: Any) -> None:
    tie = round_(ranked(*ALL, tied=((WANGS, ZHAOS),)))

    the_school(tie, *all_three()).when(handler, asked).then_refused("tie-open", "A.9-7", tied=2, places=2)


@pytest.mark.parametrize("places", [1, 3])
def test_a_tie_above_or_below_the_last_place_holds_nothing_up(places: int) -> None:
    tie = round_(ranked(*ALL, tied=((WANGS, ZHAOS),)), opened=replace(OPENED, places=places))

    the_school(tie, *all_three()).when(post_list, POST).then(posted(*ALL[:places]), *map(by_school, ALL[:places]))


def test_the_school_puts_a_tied_group_in_order() -> None:
    the_school(round_(ranked(*ALL, tied=((WANGS, ZHAOS),)))).when(decide_tie, deciding(ZHAOS, WANGS)).then(
        decided(ZHAOS, WANGS)
    )


@pytest.mark.parametrize("group", [(WANGS,), (WANGS, WANGS), ALL, (CHENS, WANGS), (ZHAOS, WANGS, WANGS)])
def test_exactly_the_tied_group_is_put_in_order(group: tuple[UUID, ...]) -> None:
    the_school(round_(ranked(*ALL, tied=((WANGS, ZHAOS),)))).when(decide_tie, deciding(*group)).then_refused(
        "not-the-tied-group", "A.9-7", given=len(group), tied=[2]
    )


def test_a_tie_is_decided_once() -> None:
    after = round_(ranked(*ALL, tied=((WANGS, ZHAOS),)), decided(ZHAOS, WANGS))

    the_school(after).when(decide_tie, deciding(ZHAOS, WANGS)).then_nothing()
    the_school(after).when(decide_tie, deciding(WANGS, ZHAOS)).then_refused("not-the-tied-group", "A.9-7", tied=[])


def test_the_decided_order_makes_the_list() -> None:
    after = round_(ranked(*ALL, tied=((WANGS, ZHAOS),)), decided(ZHAOS, WANGS))

    the_school(after, *all_three()).when(post_list, POST).then(posted(CHENS, ZHAOS), by_school(CHENS), by_school(ZHAOS))


def test_the_school_strikes_a_name_and_nobody_takes_its_place() -> None:
    the_school(round_(ranked(*ALL))).when(strike_candidate, striking(CHENS)).then(struck(CHENS))
    the_school(round_(ranked(*ALL), struck(CHENS)), *all_three()).when(post_list, POST).then(
        posted(WANGS), by_school(WANGS), by_school(CHENS, "rejected", REASON)
    )


def test_a_name_is_struck_once() -> None:
    the_school(round_(ranked(*ALL), struck(CHENS))).when(strike_candidate, striking(CHENS)).then_nothing()


def test_only_a_name_that_would_be_listed_is_struck() -> None:
    the_school(round_(ranked(*ALL))).when(strike_candidate, striking(ZHAOS)).then_refused(
        "not-on-list", "A.9-7", places=2
    )


def test_no_name_is_struck_from_a_posted_list() -> None:
    the_school(round_(ranked(*ALL), posted(CHENS, WANGS))).when(strike_candidate, striking(CHENS)).then_refused(
        "list-already-posted", "APP-05"
    )


@pytest.mark.parametrize(
    ("history", "numbers"),
    [((ranked(),), {"ranked": 0, "struck": 0}), ((ranked(CHENS), struck(CHENS)), {"ranked": 1, "struck": 1})],
    ids=["nobody recommended", "everybody struck"],
)
def test_an_empty_list_is_refused(history: tuple[Any, ...], numbers: dict[str, int]) -> None:
    the_school(round_(*history), *all_three()).when(post_list, POST).then_refused("list-empty", "APP-05", **numbers)


def test_a_round_has_one_list() -> None:
    the_school(round_(ranked(*ALL), posted(CHENS, WANGS)), *all_three()).when(post_list, POST).then_nothing()


def test_after_the_notice_the_list_and_each_host_on_it_are_published() -> None:
    given(round_(posted(CHENS, WANGS)), *all_three()).when(publish_list, PUBLISH).then(
        published(CHENS, WANGS, on=date(2023, 3, 27)),
        ApplicationPublished(round_id=ROUND),
        ApplicationPublished(round_id=ROUND),
    )


def test_a_list_is_published_once() -> None:
    listed = recommended(CHENS, CHEN_JING, PUBLISHED)

    given(round_(posted(CHENS), published(CHENS)), listed).when(publish_list, PUBLISH).then_nothing()


def test_nothing_is_published_that_was_not_posted() -> None:
    given(round_(), *all_three()).when(publish_list, PUBLISH).then_nothing()


@pytest.mark.rule("A.9-26", "A.9-11", "SIL-01")
def test_a_list_dated_back_leaves_its_five_working_days_from_when_it_was_posted() -> None:
    backdated = the_school(round_(ranked(*ALL)), *all_three()).on("2023-04-20").dated(TENTH_OF_APRIL)

    told = backdated.when(post_list, POST).events[0]

    assert told.posted_on == date(2023, 4, 20)
