"""A studio is established for a published host and bears the host's name, unique among running studios."""

from datetime import date

import pytest

from services.applications.commands import CloseStudio, EstablishStudio, close_studio, establish_studio
from services.applications.directory import Person, display_name, name_digests
from services.applications.events import ClosureExplained, HostingBegan, LeadFailed, NameReleased, NameReserved
from shared.kernel.people import Role
from shared.kernel.published import StudioClosed, StudioEstablished
from tests.applications.examples import (
    CHEN_JING,
    CHENS,
    CHENS_STUDIO,
    DIGESTS,
    ESTABLISHED,
    NAME_IDS,
    PRINCIPAL,
    PUBLISHED,
    RECOMMENDED,
    ROUND,
    WANGS_STUDIO,
    application,
    borne,
    studio,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("APP-05", "APP-19")

ESTABLISH = EstablishStudio(application_id=CHENS, name_digests=DIGESTS)
RESERVED = NameReserved(studio_id=CHENS_STUDIO)
HOSTS = HostingBegan(person_id=CHEN_JING, studio_id=CHENS_STUDIO)
CHEN = Person(name="陈静", department="mechanics")
ANOTHER_CHEN = Person(name="陈静", department="nursing")
SECRET = b"k" * 32


def the_school(*streams: object) -> Given:
    return given(*streams).by(Role.SCHOOL, PRINCIPAL)


def named(form: str, number: int) -> StudioEstablished:
    return StudioEstablished(
        studio_id=CHENS_STUDIO, round_id=ROUND, application_id=CHENS, host_id=CHEN_JING, department="mechanics",
        name_form=form, name_id=NAME_IDS[number],
    )  # fmt: skip


def test_a_published_hosts_studio_bears_the_hosts_name() -> None:
    the_school(application(*RECOMMENDED, PUBLISHED)).when(establish_studio, ESTABLISH).then(
        ESTABLISHED, RESERVED, HOSTS
    )


def test_on_a_collision_the_department_is_added() -> None:
    taken = borne(NAME_IDS[0], WANGS_STUDIO)

    the_school(application(*RECOMMENDED, PUBLISHED), taken).when(establish_studio, ESTABLISH).then(
        named("department", 1), RESERVED, HOSTS
    )


def test_on_a_second_collision_the_round_is_added() -> None:
    taken = [borne(name_id, WANGS_STUDIO) for name_id in NAME_IDS[:2]]

    the_school(application(*RECOMMENDED, PUBLISHED), *taken).when(establish_studio, ESTABLISH).then(
        named("round", 2), RESERVED, HOSTS
    )


def test_no_two_running_studios_bear_one_name() -> None:
    taken = [borne(name_id, WANGS_STUDIO) for name_id in NAME_IDS]

    the_school(application(*RECOMMENDED, PUBLISHED), *taken).when(establish_studio, ESTABLISH).then_refused(
        "name-taken", "APP-19"
    )


def test_the_name_of_an_ended_studio_is_free_again() -> None:
    given_back = borne(NAME_IDS[0], WANGS_STUDIO, NameReleased(studio_id=WANGS_STUDIO))

    the_school(application(*RECOMMENDED, PUBLISHED), given_back).when(establish_studio, ESTABLISH).then(
        ESTABLISHED, RESERVED, HOSTS
    )


@pytest.mark.parametrize("history", [(), RECOMMENDED], ids=["applied", "recommended"])
def test_no_studio_is_established_before_the_list_is_published(history: tuple[object, ...]) -> None:
    the_school(application(*history)).when(establish_studio, ESTABLISH).then_refused("list-not-published", "APP-05")


def test_an_application_has_one_studio() -> None:
    the_school(application(*RECOMMENDED, PUBLISHED), studio(), borne(NAME_IDS[0], CHENS_STUDIO)).when(
        establish_studio, ESTABLISH
    ).then_nothing()


@pytest.mark.parametrize("outcome", ["closed", "passed"])
def test_an_ended_studio_gives_its_name_back(outcome: str) -> None:
    closing = CloseStudio(studio_id=CHENS_STUDIO, outcome=outcome)

    the_school(studio(), borne(NAME_IDS[0], CHENS_STUDIO)).when(close_studio, closing).then(
        StudioClosed(studio_id=CHENS_STUDIO, outcome=outcome), NameReleased(studio_id=CHENS_STUDIO)
    )


@pytest.mark.rule("SIL-10")
@pytest.mark.parametrize("outcome", ["disqualified", "failed_final"])
def test_a_failed_studio_gives_its_name_back_and_its_host_is_known_to_have_failed(outcome: str) -> None:
    closing = CloseStudio(studio_id=CHENS_STUDIO, outcome=outcome)

    given(studio(), borne(NAME_IDS[0], CHENS_STUDIO)).on("2024-11-01").when(close_studio, closing).then(
        StudioClosed(studio_id=CHENS_STUDIO, outcome=outcome),
        NameReleased(studio_id=CHENS_STUDIO),
        LeadFailed(person_id=CHEN_JING, studio_id=CHENS_STUDIO, outcome=outcome, effective_on=date(2024, 11, 1)),
    )


@pytest.mark.parametrize("outcome", ["closed", "passed"])
def test_a_studio_ends_once(outcome: str) -> None:
    ended = studio(StudioClosed(studio_id=CHENS_STUDIO, outcome="closed"))
    released = borne(NAME_IDS[0], CHENS_STUDIO, NameReleased(studio_id=CHENS_STUDIO))

    the_school(ended, released).when(close_studio, CloseStudio(studio_id=CHENS_STUDIO, outcome=outcome)).then_nothing()


def test_an_ended_studio_does_not_take_the_name_from_its_next_bearer() -> None:
    ended = studio(StudioClosed(studio_id=CHENS_STUDIO, outcome="closed"))
    inherited = borne(
        NAME_IDS[0], CHENS_STUDIO, NameReleased(studio_id=CHENS_STUDIO), NameReserved(studio_id=WANGS_STUDIO)
    )

    the_school(ended, inherited).when(
        close_studio, CloseStudio(studio_id=CHENS_STUDIO, outcome="closed")
    ).then_nothing()


def test_a_name_is_kept_as_a_keyed_hash_alone() -> None:
    digests = name_digests(SECRET, CHEN, "2023年")

    assert [len(digest) for digest in digests] == [64, 64, 64]
    assert len({*digests, *name_digests(b"x" * 32, CHEN, "2023年")}) == 6


def test_namesakes_collide_until_their_departments_are_added() -> None:
    hers, the_others = name_digests(SECRET, CHEN, "2023年"), name_digests(SECRET, ANOTHER_CHEN, "2023年")

    assert [mine == other for mine, other in zip(hers, the_others, strict=True)] == [True, False, False]


def test_namesakes_of_one_department_differ_by_their_rounds() -> None:
    first, second = name_digests(SECRET, CHEN, "2023年"), name_digests(SECRET, CHEN, "2026年")

    assert [mine == other for mine, other in zip(first, second, strict=True)] == [True, True, False]


@pytest.mark.parametrize(
    ("person", "form", "shown"),
    [
        (CHEN, "host", "陈静名班主任工作室"),
        (CHEN, "department", "陈静名班主任工作室（mechanics）"),
        (CHEN, "round", "陈静名班主任工作室（mechanics，2023年）"),
        (None, "host", None),
    ],
    ids=["host", "with department", "with round", "erased"],
)
def test_the_name_is_derived_from_the_directory_when_it_is_shown(
    person: Person | None, form: str, shown: str | None
) -> None:
    assert display_name(person, form, "2023年") == shown


def test_the_school_may_say_why_a_studio_closes() -> None:
    closing = CloseStudio(studio_id=CHENS_STUDIO, outcome="closed", reason="主持人调离")

    the_school(studio(), borne(NAME_IDS[0], CHENS_STUDIO)).when(close_studio, closing).then(
        StudioClosed(studio_id=CHENS_STUDIO, outcome="closed"),
        ClosureExplained(studio_id=CHENS_STUDIO, reason="主持人调离"),
        NameReleased(studio_id=CHENS_STUDIO),
    )
