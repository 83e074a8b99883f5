"""Another host takes a running studio over: eligible, of its direction, with enough of the cycle left (SIL-04)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.applications.aggregates.hosting import Hosting
from services.applications.authorization import authorize
from services.applications.commands import ChangeHost, DraftPlan, change_host
from services.applications.events import (
    Form,
    HostingBegan,
    HostingEnded,
    NameReleased,
    NameReserved,
    SuccessorApproved,
)
from services.applications.read_models.studios import FormerHost, studios
from shared.kernel.model import Aggregate
from shared.kernel.people import Actor, Role
from shared.kernel.published import HostChanged, StudioClosed, StudioPlaqued
from tests.applications.examples import (
    CHEN_JING,
    CHENS_STUDIO,
    ESTABLISHED,
    LIU_OF_PERSONNEL,
    NAME_IDS,
    NO_PREFERENCE,
    TWELVE_A_YEAR,
    WANG_LEI,
    WANGS_STUDIO,
    borne,
    conditions,
    folded,
    happened,
    off_duty,
    studio,
)
from tests.scenario import SCHOOL, Given, InMemoryHistory, given, stream

pytestmark = pytest.mark.rule("SIL-04")

FORM = Form(department="mechanics", on_duty=True, semesters=16, title="senior", class_honor="county")
PLAQUED = StudioPlaqued(
    studio_id=CHENS_STUDIO, host_id=CHEN_JING, plaqued_on=date(2023, 4, 24), ends_on=date(2026, 4, 24),
    midterm_due_on=date(2024, 10, 24), midterm_opens_on=date(2024, 7, 24), midterm_closes_on=date(2025, 1, 24),
)  # fmt: skip
HERS = ("4" * 64, "5" * 64, "6" * 64)
"""The keyed hashes of Wang Lei's name."""
CHANGE = ChangeHost(studio_id=CHENS_STUDIO, new_host_id=WANG_LEI, form=FORM, reason="主持人调离", name_digests=HERS)


def hosting(person: Any, studio_id: Any) -> Aggregate:
    return stream(Hosting, Hosting.id_for(SCHOOL, person), HostingBegan(person_id=person, studio_id=studio_id))


def running(*events: Any) -> list[Aggregate]:
    return [studio(PLAQUED, *events), borne(NAME_IDS[0], CHENS_STUDIO), hosting(CHEN_JING, CHENS_STUDIO)]


def the_office(*streams: Any, on: str = "2024-09-02") -> Given:
    return given(*streams).by(Role.PERSONNEL, LIU_OF_PERSONNEL).on(on)


def changed(on: date) -> tuple[SuccessorApproved, HostChanged]:
    since = on.replace(year=on.year - 5)
    window = [replace(one, since=since, until=on) if one.flag in {"P1", "P3"} else one for one in NO_PREFERENCE]
    approved = SuccessorApproved(
        studio_id=CHENS_STUDIO, host_id=WANG_LEI, reason="主持人调离", department="mechanics", on_duty=True,
        semesters=16, title="senior", class_honor="county", eligibility=conditions(), preferences=tuple(window),
    )  # fmt: skip
    name = _name(0)
    return approved, HostChanged(
        studio_id=CHENS_STUDIO, former_host_id=CHEN_JING, host_id=WANG_LEI, changed_on=on, name_form="host",
        name_id=name,
    )  # fmt: skip


def _name(number: int) -> Any:
    from services.applications.aggregates.studio import StudioName

    return StudioName.id_for(SCHOOL, HERS[number])


def test_another_host_takes_over_under_a_name_of_their_own() -> None:
    done = the_office(*running()).when(change_host, CHANGE)

    done.then(
        *changed(date(2024, 9, 2)),
        NameReleased(studio_id=CHENS_STUDIO),
        NameReserved(studio_id=CHENS_STUDIO),
        HostingEnded(person_id=CHEN_JING, studio_id=CHENS_STUDIO),
        HostingBegan(person_id=WANG_LEI, studio_id=CHENS_STUDIO),
    )


@pytest.mark.rule("APP-19")
def test_on_a_collision_the_department_is_added_to_the_new_name() -> None:
    taken = borne(_name(0), WANGS_STUDIO)

    events = the_office(*running(), taken).when(change_host, CHANGE).events

    assert (events[1].name_form, events[1].name_id) == ("department", _name(1))


def test_the_host_in_office_is_no_change() -> None:
    the_office(*running()).when(change_host, replace(CHANGE, new_host_id=CHEN_JING)).then_nothing()


@pytest.mark.parametrize(
    ("form", "code", "rule"),
    [
        ({"on_duty": False}, "not-on-duty", "APP-07"),
        ({"semesters": 11}, "tenure-too-short", "APP-08"),
        ({"title": "junior"}, "title-too-low", "APP-09"),
        ({"class_honor": "school"}, "class-honor-missing", "APP-10"),
    ],
)
def test_the_new_host_meets_annex_one(form: dict[str, Any], code: str, rule: str) -> None:
    asked = replace(CHANGE, form=replace(FORM, **form))

    the_office(*running()).when(change_host, asked).then_refused(code, rule)


def test_the_new_host_is_on_duty_on_the_day_of_the_change() -> None:
    the_office(*running(), off_duty(WANG_LEI, date(2024, 9, 2))).when(change_host, CHANGE).then_refused(
        "not-on-duty", "APP-07"
    )
    assert the_office(*running(), off_duty(WANG_LEI, date(2024, 9, 3))).when(change_host, CHANGE).said is None


def test_the_new_host_is_of_the_studios_direction() -> None:
    asked = replace(CHANGE, form=replace(FORM, department="nursing"))

    the_office(*running()).when(change_host, asked).then_refused("other-direction", "SIL-04", given="nursing")


@pytest.mark.parametrize(
    ("day", "share", "left"),
    # The cycle has 1,096 days: half of them are left on October 23, 2024.
    [
        ("2024-10-23", (1, 2), None),
        ("2024-10-24", (1, 2), 547),
        ("2025-04-24", (1, 3), 365),
        ("2025-04-23", (1, 3), None),
        ("2023-04-25", (1, 1), 1095),
    ],
)
def test_enough_of_the_cycle_is_left(day: str, share: tuple[int, int], left: int | None) -> None:
    done = the_office(*running(), on=day).under(host_change_min_share=share).when(change_host, CHANGE)

    if left:
        done.then_refused("too-late-to-hand-over", "SIL-04", left=left, total=1096)
    else:
        assert done.said is None


def test_before_the_plaque_the_whole_cycle_is_left() -> None:
    fresh = [studio(), borne(NAME_IDS[0], CHENS_STUDIO), hosting(CHEN_JING, CHENS_STUDIO)]

    assert the_office(*fresh).when(change_host, CHANGE).said is None


def test_the_new_host_leads_no_other_running_studio() -> None:
    ended = HostingEnded(person_id=WANG_LEI, studio_id=WANGS_STUDIO)
    leads = HostingBegan(person_id=WANG_LEI, studio_id=WANGS_STUDIO)

    the_office(*running(), hosting(WANG_LEI, WANGS_STUDIO)).when(change_host, CHANGE).then_refused(
        "hosts-another", "SIL-04", studios=1
    )
    before = stream(Hosting, Hosting.id_for(SCHOOL, WANG_LEI), leads, ended)
    assert the_office(*running(), before).when(change_host, CHANGE).said is None


def test_an_ended_studio_changes_no_host() -> None:
    closed = StudioClosed(studio_id=CHENS_STUDIO, outcome="closed")

    the_office(*running(closed)).when(change_host, CHANGE).then_refused("studio-ended", "AMB-16")


def test_the_new_host_acts_for_the_studio_and_the_former_no_more() -> None:
    history = InMemoryHistory([studio(changed(date(2024, 9, 2))[1])])
    asked = DraftPlan(studio_id=CHENS_STUDIO, document="a" * 64, sessions_a_year=TWELVE_A_YEAR)

    assert authorize(Actor(WANG_LEI, Role.HOST), asked, history)
    assert not authorize(Actor(CHEN_JING, Role.HOST), asked, history)


def test_a_studio_shows_its_former_hosts_under_their_names() -> None:
    told = [happened(one, CHENS_STUDIO) for one in (ESTABLISHED, *changed(date(2024, 9, 2)))]
    row = folded(studios, *told)[str(CHENS_STUDIO)]

    assert (row.host_id, row.name_form) == (WANG_LEI, "host")
    assert row.former_hosts == (FormerHost(CHEN_JING, date(2024, 9, 2), "host"),)
