"""What holds for the whole school: a year's calendar, and who does whose duty while somebody is away."""

from datetime import date
from uuid import UUID

import pytest

from services.applications.aggregates.settings import OwnBook
from services.applications.authorization import authorize
from services.applications.commands import (
    AnnounceYear,
    DelegateDuty,
    EndDelegation,
    announce_year,
    delegate_duty,
    end_delegation,
)
from services.applications.commands.school import CalendarYear
from shared.kernel.model import Aggregate
from shared.kernel.people import Actor, Role
from shared.kernel.published import DutyDelegated, YearAnnounced
from shared.kernel.values import Label, Slug
from tests.applications.examples import CHEN_JING, LIU_OF_PERSONNEL
from tests.scenario import SCHOOL, Given, InMemoryHistory, given, stream

NEW_YEAR, MAKE_UP = date(2027, 1, 1), date(2027, 1, 9)
NOTICE = Label("国办发明电〔2026〕1号")
YEAR_2027 = YearAnnounced(year=2027, holidays=(NEW_YEAR,), makeups=(MAKE_UP,), notice=NOTICE)
TRIP = UUID(int=0xA1)
FIRST, LAST = date(2023, 3, 28), date(2023, 4, 3)
AWAY = DutyDelegated(
    delegation_id=TRIP, role="personnel", bound_to=None, from_person=LIU_OF_PERSONNEL, to_person=CHEN_JING,
    first_on=FIRST, last_on=LAST,
)  # fmt: skip


def book(*events: object) -> Aggregate:
    return stream(OwnBook, OwnBook.id_for(SCHOOL), *events)


def the_office(*streams: Aggregate) -> Given:
    return given(*streams).on("2023-03-27").by(Role.PERSONNEL, LIU_OF_PERSONNEL)


def loading(*holidays: date, makeups: tuple[date, ...] = (MAKE_UP,)) -> AnnounceYear:
    return AnnounceYear(year=CalendarYear(2027), holidays=holidays, makeups=makeups, notice=NOTICE)


def going(first: date = FIRST, last: date = LAST, to: UUID = CHEN_JING, role: str = "personnel") -> DelegateDuty:
    return DelegateDuty(delegation_id=TRIP, role=role, to_person=to, first_on=first, last_on=last)  # type: ignore[arg-type]


@pytest.mark.rule("A.9-5")
def test_the_office_loads_a_year() -> None:
    the_office().when(announce_year, loading(NEW_YEAR)).then(YEAR_2027)


@pytest.mark.rule("A.9-5")
def test_a_year_loaded_again_as_it_is_is_no_news_and_a_changed_one_replaces_it() -> None:
    the_office(book(YEAR_2027)).when(announce_year, loading(NEW_YEAR)).then_nothing()
    longer = loading(NEW_YEAR, date(2027, 1, 4))
    the_office(book(YEAR_2027)).when(announce_year, longer).then(
        YearAnnounced(year=2027, holidays=(NEW_YEAR, date(2027, 1, 4)), makeups=(MAKE_UP,), notice=NOTICE)
    )


@pytest.mark.rule("A.9-5")
@pytest.mark.parametrize(
    ("holidays", "makeups"),
    [
        ((date(2026, 12, 31),), ()),
        ((MAKE_UP,), (MAKE_UP,)),
        ((), (date(2027, 1, 4),)),
    ],
    ids=["another year's day", "off and worked", "a Monday to make up"],
)
def test_a_year_that_contradicts_itself_is_refused(holidays: tuple[date, ...], makeups: tuple[date, ...]) -> None:
    the_office().when(announce_year, loading(*holidays, makeups=makeups)).then_refused(
        "year-contradicts-itself", "A.9-5", year=2027
    )


@pytest.mark.rule("A.9-27")
def test_who_will_be_away_has_another_do_the_duty() -> None:
    the_office().when(delegate_duty, going()).then(AWAY)
    the_office(book(AWAY)).when(delegate_duty, going()).then_nothing()


@pytest.mark.rule("A.9-27")
def test_who_is_back_earlier_ends_it_under_the_same_id() -> None:
    shorter = going(last=FIRST)

    the_office(book(AWAY)).on("2023-03-28").when(delegate_duty, shorter).then(
        DutyDelegated(
            delegation_id=TRIP, role="personnel", bound_to=None, from_person=LIU_OF_PERSONNEL,
            to_person=CHEN_JING, first_on=FIRST, last_on=FIRST,
        )
    )  # fmt: skip


@pytest.mark.rule("A.9-27")
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (going(to=LIU_OF_PERSONNEL), "delegate-is-oneself"),
        (going(first=LAST, last=FIRST), "delegation-days"),
        (going(last=date(2024, 3, 28)), "delegation-days"),
        (going(first=date(2023, 3, 1), last=date(2023, 3, 26)), "delegation-days"),
    ],
    ids=["to oneself", "ends before it begins", "367 days", "over already"],
)
def test_what_cannot_be_delegated_is_refused(asked: DelegateDuty, code: str) -> None:
    the_office().when(delegate_duty, asked).then_refused(code, "A.9-27")


@pytest.mark.rule("A.9-27")
@pytest.mark.parametrize("last", [date(2024, 3, 27), date(2023, 3, 28)], ids=["366 days", "one day"])
def test_the_longest_and_the_shortest_delegation(last: date) -> None:
    outcome = the_office().when(delegate_duty, going(last=last))

    assert [event.last_on for event in outcome.events] == [last]


@pytest.mark.rule("A.9-27")
@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (Actor(LIU_OF_PERSONNEL, Role.PERSONNEL), True),
        (Actor(LIU_OF_PERSONNEL, Role.PAYER), False),
        (Actor(CHEN_JING, Role.PERSONNEL, instead_of=LIU_OF_PERSONNEL), False),
    ],
    ids=["whose duty it is", "in another duty", "a delegate"],
)
def test_one_delegates_ones_own_duty_and_a_delegate_none(actor: Actor, *, may: bool) -> None:
    assert authorize(actor, going(), InMemoryHistory([])) is may


@pytest.mark.rule("A.9-27")
@pytest.mark.parametrize(("department", "may"), [("mechanical", True), ("teaching", False), (None, False)])
def test_a_reviewer_delegates_the_department_that_is_theirs(department: str | None, *, may: bool) -> None:
    asked = DelegateDuty(
        delegation_id=TRIP, role="department", to_person=CHEN_JING, first_on=FIRST, last_on=LAST,
        bound_to=Slug(department) if department else None,
    )  # fmt: skip

    assert authorize(Actor(LIU_OF_PERSONNEL, Role.DEPARTMENT, "mechanical"), asked, InMemoryHistory([])) is may


def ended(last: str) -> DutyDelegated:
    return DutyDelegated(
        delegation_id=TRIP, role="personnel", bound_to=None, from_person=LIU_OF_PERSONNEL, to_person=CHEN_JING,
        first_on=FIRST, last_on=date.fromisoformat(last),
    )  # fmt: skip


@pytest.mark.rule("A.9-27")
@pytest.mark.parametrize(
    ("day", "last"), [("2023-03-30", "2023-03-29"), ("2023-03-27", "2023-03-26")], ids=["running", "not begun"]
)
def test_a_delegation_ends_at_once(day: str, last: str) -> None:
    asked = EndDelegation(delegation_id=TRIP)

    the_office(book(AWAY)).on(day).when(end_delegation, asked).then(ended(last))
    the_office(book(AWAY, ended(last))).on(day).when(end_delegation, asked).then_nothing()


@pytest.mark.rule("A.9-27")
def test_nobody_ends_what_another_delegated() -> None:
    given(book(AWAY)).on("2023-03-30").by(Role.PERSONNEL, CHEN_JING).when(
        end_delegation, EndDelegation(delegation_id=TRIP)
    ).then_refused("no-such-delegation", "A.9-27")


@pytest.mark.rule("A.9-27")
def test_an_id_that_is_anothers_delegation_is_refused() -> None:
    given(book(AWAY)).on("2023-03-27").by(Role.PERSONNEL, CHEN_JING).when(
        delegate_duty, going(to=UUID(int=0xA2))
    ).then_refused("id-taken", None)
