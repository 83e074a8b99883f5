"""Membership decides by the settings that applications published, version for version."""

from dataclasses import replace
from datetime import date

import pytest

from services.membership.aggregates.settings import KnownBook
from services.membership.events import SettingsFollowed
from shared.kernel.following import FollowSettings, following
from shared.kernel.model import Aggregate, NotYet
from shared.kernel.policy import PolicySettings
from shared.kernel.settings import DEFAULTS, InForce
from tests.scenario import SCHOOL, given, stream

pytestmark = pytest.mark.rule("A.9-11")

FROM_APRIL = date(2023, 4, 1)
LONGER_ROLLS = {"roll_closes_after_days": 7}
follow = following(KnownBook)[FollowSettings]
FIRST = SettingsFollowed(number=1, effective_from=FROM_APRIL, values=LONGER_ROLLS)


def book(*events: SettingsFollowed) -> Aggregate:
    return stream(KnownBook, KnownBook.id_for(SCHOOL), *events)


def version(number: int) -> FollowSettings:
    return FollowSettings(number=number, effective_from=FROM_APRIL, values=LONGER_ROLLS)


def test_a_published_version_is_taken_over() -> None:
    given().when(follow, version(1)).then(FIRST)


def test_the_next_version_is_taken_over() -> None:
    given(book(FIRST)).when(follow, version(2)).then(
        SettingsFollowed(number=2, effective_from=FROM_APRIL, values=LONGER_ROLLS)
    )


def test_a_version_is_taken_over_once() -> None:
    given(book(FIRST)).when(follow, version(1)).then_nothing()


@pytest.mark.parametrize(("day", "version"), [(date(2023, 3, 31), 0), (FROM_APRIL, 1)])
def test_the_version_in_force_on_the_day_decides(day: date, version: int) -> None:
    in_force = [DEFAULTS, InForce(version=1, values=replace(PolicySettings(), roll_closes_after_days=7))]

    assert book(FIRST).on(day) == in_force[version]


def test_a_consequence_waits_for_the_version_that_its_cause_was_decided_by() -> None:
    with pytest.raises(NotYet) as waiting:
        book(FIRST).numbered(2)

    assert (waiting.value.upstream, waiting.value.fact) == ("applications", "settings version 2")
