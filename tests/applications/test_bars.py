"""Whoever led a studio that failed may be kept out for years, and a violation of conduct keeps out at once."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.applications.aggregates.standing import Conduct, Failures
from services.applications.commands import (
    NoteConduct,
    PublishList,
    apply,
    note_conduct,
    post_list,
    publish_list,
)
from services.applications.events import (
    ApplicationPublished,
    ConductNoted,
    LeadFailed,
    ListPosted,
    Reviewed,
)
from shared.kernel.model import Aggregate
from tests.applications.examples import (
    BY_SCHOOL,
    CHEN_JING,
    CHENS,
    LI_NA,
    OPENED,
    ROUND,
    WANG_LEI,
    WANGS,
    WANGS_STUDIO,
    posted,
    published,
    ranked,
    recommended,
    round_,
)
from tests.applications.test_eligibility import applying, chen
from tests.applications.test_list import POST, by_school, struck, the_school
from tests.scenario import SCHOOL, given, stream


def failed(on: date = date(2021, 3, 27)) -> Aggregate:
    noted = LeadFailed(person_id=CHEN_JING, studio_id=WANGS_STUDIO, outcome="failed_final", effective_on=on)
    return stream(Failures, Failures.id_for(SCHOOL, CHEN_JING), noted)


def conduct(*standings: str) -> Aggregate:
    noted = [ConductNoted(person_id=CHEN_JING, violation_id=LI_NA, standing=standing) for standing in standings]
    return stream(Conduct, Conduct.id_for(SCHOOL, CHEN_JING), *noted)


@pytest.mark.rule("SIL-10")
@pytest.mark.parametrize(
    ("years", "day", "until"),
    [
        (0, "2023-03-27", None),
        (1, "2023-03-27", None),
        (2, "2023-03-27", "2023-03-27"),
        (2, "2023-03-28", None),
        (6, "2023-03-28", "2027-03-27"),
    ],
)
def test_a_failed_studios_host_applies_again_after_the_years_of_the_settings(
    years: int, day: str, until: str | None
) -> None:
    applied = chen(round_(), failed()).under(ban_years=years).on(day).when(apply, applying())

    if until:
        applied.then_refused("banned", "SIL-10", failed_on="2021-03-27", until=until)
    else:
        assert applied.said is None


@pytest.mark.rule("SIL-10")
def test_an_application_dated_back_does_not_escape_the_ban() -> None:
    chen(round_(), failed(date(2023, 3, 28))).under(ban_years=1).on("2023-03-30").dated("2023-03-27").when(
        apply, applying()
    ).then_refused("banned", "SIL-10", until="2024-03-28")


@pytest.mark.rule("SIL-10")
def test_a_round_may_have_a_ban_of_its_own() -> None:
    chen(round_(opened=replace(OPENED, overrides={"ban_years": 3})), failed()).when(apply, applying()).then_refused(
        "banned", "SIL-10", until="2024-03-27"
    )


@pytest.mark.rule("SIL-07")
@pytest.mark.parametrize(
    ("standings", "kept_out"),
    [((), False), (("recorded",), True), (("recorded", "confirmed"), True), (("recorded", "dismissed"), False)],
)
def test_whoever_has_a_violation_on_record_does_not_apply(standings: tuple[str, ...], kept_out: bool) -> None:  # noqa: FBT001
    applied = chen(round_(), conduct(*standings)).when(apply, applying())

    if kept_out:
        applied.then_refused("conduct", "SIL-07", violations=1)
    else:
        assert applied.said is None


@pytest.mark.rule("SIL-07")
def test_what_membership_says_of_conduct_is_noted_once() -> None:
    noting = NoteConduct(person_id=CHEN_JING, violation_id=LI_NA, standing="recorded")
    noted = ConductNoted(person_id=CHEN_JING, violation_id=LI_NA, standing="recorded")

    given().when(note_conduct, noting).then(noted)
    given(conduct("recorded")).when(note_conduct, noting).then_nothing()


def out(**more: Any) -> Reviewed:
    return replace(by_school(CHENS, "rejected"), failed_rule="SIL-07", **more)


@pytest.mark.rule("SIL-07")
def test_a_suspended_candidate_is_not_listed_and_nobody_takes_the_place() -> None:
    three = [recommended(CHENS, CHEN_JING), recommended(WANGS, WANG_LEI)]

    the_school(round_(ranked(CHENS, WANGS)), conduct("recorded"), *three).when(post_list, POST).then(
        ListPosted(round_id=ROUND, application_ids=(WANGS,), posted_on=date(2023, 4, 10), notice_workdays=5),
        by_school(WANGS),
        out(),
    )


@pytest.mark.rule("SIL-07")
def test_whoever_is_suspended_during_the_notice_is_not_published() -> None:
    two = [
        recommended(id, person, replace(BY_SCHOOL, application_id=id))
        for id, person in ((CHENS, CHEN_JING), (WANGS, WANG_LEI))
    ]
    up = round_(ranked(CHENS, WANGS), posted(CHENS, WANGS))

    given(up, conduct("recorded"), *two).on("2023-04-18").when(publish_list, PublishList(round_id=ROUND)).then(
        replace(struck(CHENS), reason="有师德问题在案"),
        published(WANGS),
        out(reason="有师德问题在案"),
        ApplicationPublished(round_id=ROUND),
    )
