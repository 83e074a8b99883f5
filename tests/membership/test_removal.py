"""A pending removal takes effect after the working days, once; an objection holds it back (MEM-06, AMB-05)."""

from datetime import date
from typing import Any

import pytest

from services.membership.commands import (
    AnswerObjection,
    ConfirmRemoval,
    RaiseObjection,
    Withdraw,
    answer_objection,
    confirm_removal,
    raise_objection,
    withdraw,
)
from services.membership.events import (
    Disengaged,
    MemberUnlisted,
    ObjectionAnswered,
    ObjectionRaised,
    RemovalLifted,
)
from shared.kernel.people import Role
from shared.kernel.published import MemberLeft
from tests.membership.examples import (
    ACTIVE,
    CHENS_STUDIO,
    CLASS_MEETING,
    HU_JUN,
    HU_NAMED,
    HUS,
    LIU_OF_PERSONNEL,
    PLAN_NOTED,
    REMOVED,
    engaged,
    listed,
    member,
    pending_removal,
    roster,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("MEM-06", "AMB-05", "A.9-12")

CONFIRM = ConfirmRemoval(membership_id=HUS)
OBJECT = RaiseObjection(membership_id=HUS, reason="当日公派")
UPHOLD, DISMISS = (AnswerObjection(membership_id=HUS, upheld=upheld, reason="已核对") for upheld in (True, False))
PENDING = pending_removal(CLASS_MEETING)
"""Since Wednesday 2023-05-10: the five working days end on the 17th, it takes effect on the 18th."""
OBJECTED = ObjectionRaised(**HU_NAMED, reason="当日公派")
FREE = Disengaged(studio_id=CHENS_STUDIO)


def answered(*, upheld: bool) -> ObjectionAnswered:
    return ObjectionAnswered(
        **HU_NAMED, upheld=upheld, reason="已核对", since=date(2023, 5, 10), objection_workdays=5
    )  # fmt: skip


def unlisted(day: str) -> MemberUnlisted:
    return MemberUnlisted(membership_id=HUS, person_id=HU_JUN, unlisted_on=date.fromisoformat(day))


def hu(*events: Any, on: str = "2023-05-18") -> Given:
    streams = roster(PLAN_NOTED, listed(HU_JUN), ACTIVE), member(HU_JUN, *events), engaged(HU_JUN)
    return given(*streams).on(on).by(Role.TRAINEE, HU_JUN)


def office(*events: Any, on: str) -> Given:
    return hu(*events, on=on).by(Role.PERSONNEL, LIU_OF_PERSONNEL)


def test_a_pending_removal_takes_effect_and_the_person_is_free() -> None:
    hu(PENDING).when(confirm_removal, CONFIRM).then(REMOVED, unlisted("2023-05-18"), FREE)


@pytest.mark.parametrize(
    "events",
    [
        (),
        (PENDING, REMOVED),
        (PENDING, RemovalLifted(**HU_NAMED, year=1, because="correction")),
        (PENDING, OBJECTED),
        (PENDING, MemberLeft(**HU_NAMED, reason="withdrawn")),
    ],
    ids=["never pending", "removed already", "lifted", "objection open", "withdrawn"],
)
def test_nothing_else_is_removed_and_nobody_twice(events: tuple[Any, ...]) -> None:
    hu(*events).when(confirm_removal, CONFIRM).then_nothing()


@pytest.mark.parametrize("day", ["2023-05-10", "2023-05-17"], ids=["first day", "last working day"])
def test_the_trainee_objects_while_it_is_pending(day: str) -> None:
    hu(PENDING, on=day).when(raise_objection, OBJECT).then(OBJECTED)


def test_an_objection_after_the_working_days_is_too_late() -> None:
    hu(PENDING, on="2023-05-18").when(raise_objection, OBJECT).then_refused("objection-late", "AMB-05", days=5)


def test_the_objection_again_changes_nothing() -> None:
    hu(PENDING, OBJECTED, on="2023-05-11").when(raise_objection, OBJECT).then_nothing()


@pytest.mark.parametrize("events", [(), (PENDING, REMOVED)], ids=["nothing pending", "in effect"])
def test_without_a_pending_removal_there_is_nothing_to_object_to(events: tuple[Any, ...]) -> None:
    hu(*events, on="2023-05-11").when(raise_objection, OBJECT).then_refused("no-removal-pending", "AMB-05")


def test_one_removal_has_one_objection() -> None:
    hu(PENDING, OBJECTED, answered(upheld=False), on="2023-05-12").when(raise_objection, OBJECT).then_refused(
        "objection-answered", "AMB-05"
    )


def test_an_upheld_objection_lifts_the_removal() -> None:
    office(PENDING, OBJECTED, on="2023-05-20").when(answer_objection, UPHOLD).then(
        answered(upheld=True), RemovalLifted(**HU_NAMED, year=1, because="objection")
    )


def test_a_dismissed_objection_leaves_the_removal_to_its_day() -> None:
    office(PENDING, OBJECTED, on="2023-05-17").when(answer_objection, DISMISS).then(answered(upheld=False))


def test_dismissed_after_the_working_days_it_takes_effect_at_once() -> None:
    office(PENDING, OBJECTED, on="2023-05-18").when(answer_objection, DISMISS).then(
        answered(upheld=False), REMOVED, unlisted("2023-05-18"), FREE
    )


def test_after_a_dismissed_objection_the_day_removes() -> None:
    hu(PENDING, OBJECTED, answered(upheld=False)).when(confirm_removal, CONFIRM).then(
        REMOVED, unlisted("2023-05-18"), FREE
    )


def test_an_answer_is_given_once() -> None:
    office(PENDING, OBJECTED, answered(upheld=False), on="2023-05-12").when(answer_objection, DISMISS).then_nothing()


def test_a_dismissed_objection_is_not_upheld_afterwards() -> None:
    office(PENDING, OBJECTED, answered(upheld=False), on="2023-05-12").when(answer_objection, UPHOLD).then_refused(
        "already-answered", "AMB-05"
    )


def test_there_is_no_answer_without_an_objection() -> None:
    office(PENDING, on="2023-05-12").when(answer_objection, UPHOLD).then_refused("no-objection", "AMB-05")


@pytest.mark.rule("SIL-05", "A.9-10")
def test_who_is_to_be_removed_may_still_withdraw() -> None:
    hu(PENDING, on="2023-05-12").when(withdraw, Withdraw(membership_id=HUS)).then(
        MemberLeft(**HU_NAMED, reason="withdrawn"), unlisted("2023-05-12"), FREE
    )


def test_who_was_removed_does_not_withdraw_as_well() -> None:
    hu(PENDING, REMOVED).when(withdraw, Withdraw(membership_id=HUS)).then_nothing()


@pytest.mark.rule("A.9-11")
def test_an_objection_dated_back_is_too_late_all_the_same() -> None:
    hu(PENDING, on="2023-05-18").dated("2023-05-17").when(raise_objection, OBJECT).then_refused(
        "objection-late", "AMB-05"
    )
