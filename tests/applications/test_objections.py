"""While the list is up, the school's people may object; an open objection holds the publication up (SIL-01)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.applications.aggregates.objection import Objection
from services.applications.commands import (
    AnswerObjection,
    PublishList,
    RaiseObjection,
    answer_objection,
    publish_list,
    raise_objection,
)
from services.applications.events import (
    ApplicationPublished,
    NoticeExtended,
    ObjectionAnswered,
    ObjectionEntered,
    ObjectionRaised,
    Reviewed,
)
from services.applications.read_models.agenda import agenda
from services.applications.read_models.objections import ObjectionRow, objections
from services.applications.read_models.rounds import rounds
from shared.kernel.model import Aggregate, Due
from shared.kernel.people import Role
from tests.applications.examples import (
    BY_SCHOOL,
    CHEN_JING,
    CHENS,
    LIU_OF_PERSONNEL,
    OPENED,
    ROUND,
    SUN_OF_STUDENT_AFFAIRS,
    WANG_LEI,
    WANGS,
    ZHAO_MIN,
    ZHAOS,
    folded,
    happened,
    posted,
    published,
    ranked,
    recommended,
    round_,
)
from tests.applications.test_list import struck
from tests.scenario import Given, given, stream

pytestmark = pytest.mark.rule("SIL-01")

OBJECTION = UUID(int=0x0B1)
RAISED = ObjectionRaised(
    objection_id=OBJECTION, round_id=ROUND, application_id=CHENS, objector_id=ZHAO_MIN, reason="荣誉与事实不符"
)
ENTERED = ObjectionEntered(objection_id=OBJECTION)
RAISE = RaiseObjection(objection_id=OBJECTION, round_id=ROUND, application_id=CHENS, reason="荣誉与事实不符")
PUBLISH = PublishList(round_id=ROUND)
EXTENDED = NoticeExtended(round_id=ROUND, since=date(2023, 4, 17), workdays=5)
UP = (ranked(CHENS, WANGS), posted(CHENS, WANGS))
"""The list is up from April 10 through April 17."""


def answered(*, upheld: bool, reason: str = "经查") -> ObjectionAnswered:
    return ObjectionAnswered(objection_id=OBJECTION, upheld=upheld, reason=reason, answered_by=LIU_OF_PERSONNEL)


def objection(*events: Any) -> Aggregate:
    return stream(Objection, OBJECTION, RAISED, *events)


def both() -> list[Aggregate]:
    return [
        recommended(id, person, replace(BY_SCHOOL, application_id=id))
        for id, person in ((CHENS, CHEN_JING), (WANGS, WANG_LEI))
    ]


def zhao(*streams: Any) -> Given:
    return given(*streams).by(Role.TEACHER, ZHAO_MIN)


def the_office(*streams: Any) -> Given:
    return given(*streams, *both()).by(Role.PERSONNEL, LIU_OF_PERSONNEL)


def answering(*, upheld: bool) -> AnswerObjection:
    return AnswerObjection(objection_id=OBJECTION, upheld=upheld, reason="经查")


@pytest.mark.parametrize("day", ["2023-04-10", "2023-04-17"])
def test_a_posted_name_may_be_objected_to_through_the_notices_last_day(day: str) -> None:
    zhao(round_(*UP)).on(day).when(raise_objection, RAISE).then(RAISED, ENTERED)


def test_the_day_after_the_notice_is_too_late_also_dated_back() -> None:
    late = zhao(round_(*UP)).on("2023-04-18")

    late.when(raise_objection, RAISE).then_refused("notice-over", "SIL-01", on="2023-04-18", until="2023-04-17")
    late.dated("2023-04-17").when(raise_objection, RAISE).then_refused("notice-over", "SIL-01", on="2023-04-18")


def test_an_extended_notice_takes_objections_longer() -> None:
    extended = round_(*UP, EXTENDED)

    # Sunday, April 23 is worked instead of the May holiday.
    zhao(extended).on("2023-04-23").when(raise_objection, RAISE).then(RAISED, ENTERED)
    zhao(extended).on("2023-04-24").when(raise_objection, RAISE).then_refused(
        "notice-over", "SIL-01", until="2023-04-23"
    )


def test_a_notice_whose_end_is_not_known_yet_is_not_over() -> None:
    far = replace(posted(CHENS), posted_on=date(2098, 4, 10))

    zhao(round_(ranked(CHENS), far)).on("2099-04-10").when(raise_objection, RAISE).then(RAISED, ENTERED)


@pytest.mark.parametrize("history", [(), (*UP, published(CHENS, WANGS))], ids=["not posted", "published"])
def test_no_list_no_objection(history: tuple[Any, ...]) -> None:
    zhao(round_(*history)).on("2023-04-11").when(raise_objection, RAISE).then_refused("no-notice", "SIL-01")


@pytest.mark.parametrize("history", [(posted(WANGS),), (*UP, struck(CHENS))], ids=["never listed", "struck"])
def test_only_a_name_on_the_list_is_objected_to(history: tuple[Any, ...]) -> None:
    zhao(round_(*history)).on("2023-04-11").when(raise_objection, RAISE).then_refused("not-listed", "SIL-01", listed=1)


def test_the_same_objection_again_changes_nothing_and_its_id_is_nobody_elses() -> None:
    up = (round_(*UP, ENTERED), objection())

    zhao(*up).on("2023-04-11").when(raise_objection, RAISE).then_nothing()
    given(*up).by(Role.TEACHER, WANG_LEI).on("2023-04-11").when(raise_objection, RAISE).then_refused("id-taken", None)


def test_an_upheld_objection_strikes_the_name_and_nobody_takes_its_place() -> None:
    the_office(round_(*UP, ENTERED), objection()).on("2023-04-12").when(answer_objection, answering(upheld=True)).then(
        answered(upheld=True),
        replace(struck(CHENS), reason="经查"),
        Reviewed(application_id=CHENS, level="school", verdict="rejected", score_hundredths=None, reason="经查"),
    )


def test_a_dismissed_objection_leaves_the_list_as_it_is() -> None:
    the_office(round_(*UP, ENTERED), objection()).on("2023-04-12").when(answer_objection, answering(upheld=False)).then(
        answered(upheld=False)
    )


def test_an_answer_stands() -> None:
    done = (round_(*UP, ENTERED), objection(answered(upheld=False)))

    the_office(*done).when(answer_objection, answering(upheld=False)).then_nothing()
    the_office(*done).when(answer_objection, answering(upheld=True)).then_refused("already-answered", "SIL-01")


def test_nobody_answers_their_own_objection() -> None:
    given(round_(*UP, ENTERED), objection(), *both()).by(Role.PERSONNEL, ZHAO_MIN).when(
        answer_objection, answering(upheld=False)
    ).then_refused("own-objection", "SIL-01")


@pytest.mark.rule("A.9-26")
def test_an_open_objection_extends_the_notice_once() -> None:
    given(round_(*UP, ENTERED), objection(), *both()).on("2023-04-18").when(publish_list, PUBLISH).then(EXTENDED)
    given(round_(*UP, ENTERED, EXTENDED), objection(), *both()).on("2023-04-25").when(
        publish_list, PUBLISH
    ).then_nothing()


@pytest.mark.parametrize(("workdays", "events"), [(0, ()), (3, (replace(EXTENDED, workdays=3),))])
def test_the_settings_say_how_long_the_notice_runs_on(workdays: int, events: tuple[Any, ...]) -> None:
    given(round_(*UP, ENTERED), objection(), *both()).under(notice_extension_workdays=workdays).on("2023-04-18").when(
        publish_list, PUBLISH
    ).then(*events)


def test_once_all_is_answered_the_list_without_the_struck_is_published_at_the_notices_end() -> None:
    upheld = round_(*UP, ENTERED, struck(CHENS)), objection(answered(upheld=True))

    given(*upheld, *both()).on("2023-04-18").when(publish_list, PUBLISH).then(
        published(WANGS), ApplicationPublished(round_id=ROUND)
    )


def test_the_last_answer_after_the_notice_publishes_the_list_that_it_held_up() -> None:
    def held_up() -> Given:
        return the_office(round_(*UP, ENTERED, EXTENDED), objection())

    held_up().on("2023-04-23").when(answer_objection, answering(upheld=False)).then(answered(upheld=False))
    held_up().on("2023-04-24").when(answer_objection, answering(upheld=False)).then(
        answered(upheld=False),
        published(CHENS, WANGS, on=date(2023, 4, 24)),
        ApplicationPublished(round_id=ROUND),
        ApplicationPublished(round_id=ROUND),
    )


def test_another_open_objection_still_holds_the_list_up() -> None:
    second = replace(RAISED, objection_id=ZHAOS, application_id=WANGS)
    two = round_(*UP, ENTERED, ObjectionEntered(objection_id=ZHAOS), EXTENDED)

    the_office(two, objection(), stream(Objection, ZHAOS, second)).by(Role.STUDENT_AFFAIRS, SUN_OF_STUDENT_AFFAIRS).on(
        "2023-04-25"
    ).when(answer_objection, answering(upheld=False)).then(
        replace(answered(upheld=False), answered_by=SUN_OF_STUDENT_AFFAIRS)
    )


def test_a_list_of_which_every_name_was_struck_is_published_empty() -> None:
    given(round_(*UP, struck(CHENS), struck(WANGS)), *both()).on("2023-04-18").when(publish_list, PUBLISH).then(
        published()
    )


def test_the_extension_is_what_time_asks_for_next() -> None:
    told = [happened(event) for event in (OPENED, *UP, ENTERED, EXTENDED)]

    assert folded(agenda, *told)[str(ROUND)] == Due(
        ask="PublishList", body={"round_id": str(ROUND)}, since=date(2023, 4, 17), workdays=5, rules=0, cause=7
    )


def test_an_objection_is_shown_with_its_answer() -> None:
    day = date(2023, 4, 18)
    shown = ObjectionRow(ROUND, CHENS, ZHAO_MIN, "荣誉与事实不符", day)
    told = [happened(event, OBJECTION) for event in (RAISED, answered(upheld=True))]

    assert folded(objections, told[0]) == {str(OBJECTION): shown}
    assert folded(objections, *told) == {
        str(OBJECTION): replace(shown, state="upheld", answer="经查", answered_on=day),
    }


def test_a_struck_name_leaves_the_posted_list_at_once() -> None:
    told = [happened(event) for event in (OPENED, *UP, ENTERED, struck(CHENS))]
    row = folded(rounds, *told)[str(ROUND)]

    assert (row.listed, row.objections, row.notice_workdays) == ((WANGS,), 1, 5)
    extended = folded(rounds, *told, happened(EXTENDED))[str(ROUND)]
    assert (extended.extended_since, extended.notice_workdays) == (date(2023, 4, 17), 5)
