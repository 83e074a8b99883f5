"""What holds for a whole school: a year's calendar gives open periods their end, a delegate does another's duty."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from shared.chassis.agenda import Agenda
from shared.chassis.deciding import Asked, Forbidden
from shared.chassis.runtime import Runtime
from shared.kernel.people import Actor, Role
from tests.chassis.examples import BOARDS, CHESS, CLOCKS, PRINCIPAL, SCHOOL, asked
from tests.chassis.ledger import Announce, Close, Delegate, Open
from tests.chassis.web import Web, problem
from tests.conftest import on_sqlite

LAST_DAYS_OF_2026 = datetime(2026, 12, 29, 2, tzinfo=UTC)
DEPUTY = UUID(int=77)
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 4)


async def test_a_period_into_an_unannounced_year_has_no_end_until_the_year_is_loaded(runtime: Runtime) -> None:
    runtime.clock.move_to(LAST_DAYS_OF_2026)
    await runtime.execute(Open(counter_id=CHESS, notice_workdays=5), asked("open"))
    runtime.projection.catch_up()
    unknown = Agenda(runtime).entries()

    await runtime.execute(Announce(year=2027, holidays=(date(2027, 1, 1),)), asked("load 2027"))

    assert unknown == []
    # 30 and 31 December, then 4, 5 and 6 January: the first is off, the 2nd and 3rd are a weekend.
    assert [entry.on for entry in Agenda(runtime).entries()] == [date(2027, 1, 7)]


async def test_another_schools_calendar_says_nothing_here(runtime: Runtime) -> None:
    runtime.clock.move_to(LAST_DAYS_OF_2026)
    await runtime.execute(Open(counter_id=CHESS, notice_workdays=5), asked("open"))
    elsewhere = Asked(actors=(PRINCIPAL,), school="wuxi", key="load")
    await runtime.execute(Announce(year=2027), elsewhere)
    runtime.projection.catch_up()

    assert Agenda(runtime).entries() == []


BY_THE_DEPUTY = Asked(actors=(Actor(DEPUTY, Role.TEACHER),), school=SCHOOL, key="by the deputy")


@on_sqlite
def test_a_delegate_does_what_was_delegated_on_the_days_of_it_and_sees_what_it_takes(web: Web) -> None:
    web.runtime.clock.move_to(datetime(2026, 3, 2, 2, tzinfo=UTC))
    web.ask("/counters", {"counter_id": str(CHESS)}, key="open")
    web.project()

    def close(key: str) -> int:
        sent = web.token("teacher", person=DEPUTY) | {"Idempotency-Key": key}
        sent["If-Match"] = '"1"'
        return web.client.post("/testing/closures", headers=sent, json={"counter_id": str(CHESS)}).status_code

    def sees() -> int:
        return web.client.get("/testing/counters", headers=web.token("teacher", person=DEPUTY)).status_code

    before = (close("before"), sees())
    web.ask("/delegations", {"to_person": str(DEPUTY), "first_on": "2026-03-03", "last_on": "2026-03-04"}, key="away")
    early = (close("early"), sees())
    web.runtime.clock.move_to(datetime(2026, 3, 4, 15, 59, tzinfo=UTC))
    on_its_last_day = (close("in-time"), sees())
    web.runtime.clock.move_to(datetime(2026, 3, 4, 16, tzinfo=UTC))

    assert before == early == (403, 403)
    assert on_its_last_day == (201, 200)
    assert sees() == 403
    closed = next(line for line in web.runtime.log.read(0, 20) if line.event == "testing.closed")
    assert f'"instead_of":"{PRINCIPAL.person}"'.encode() in closed.state
    assert f'"person":"{DEPUTY}"'.encode() in closed.state


async def test_what_holds_already_is_recorded_once(runtime: Runtime) -> None:
    runtime.clock.move_to(datetime(2026, 3, 2, 2, tzinfo=UTC))
    away, year = Delegate(to_person=DEPUTY, first_on=FIRST, last_on=LAST), Announce(year=2027)
    await runtime.execute(away, asked("away"))
    await runtime.execute(year, asked("year"))

    again = [await runtime.execute(away, asked("away again")), await runtime.execute(year, asked("year again"))]

    assert [receipt.events for receipt in again] == [(), ()]


async def test_who_is_back_earlier_says_so_under_the_same_id(runtime: Runtime) -> None:
    runtime.clock.move_to(datetime(2026, 3, 3, 2, tzinfo=UTC))
    await runtime.execute(Open(counter_id=CHESS), asked("open"))
    await runtime.execute(Delegate(to_person=DEPUTY, first_on=FIRST, last_on=LAST), asked("away"))
    await runtime.execute(Delegate(to_person=DEPUTY, first_on=FIRST, last_on=FIRST), asked("back"))

    with pytest.raises(Forbidden):
        await runtime.execute(Close(counter_id=CHESS), BY_THE_DEPUTY)


@on_sqlite
def test_a_year_that_contradicts_itself_is_refused(web: Web) -> None:
    day = "2027-10-01"

    assert problem(web.ask("/years", {"year": 2027, "holidays": [day], "makeups": [day]})) == (
        409, "year-contradicts-itself",
    )  # fmt: skip


@on_sqlite
def test_the_offices_see_what_is_to_come_and_which_year_is_missing(web: Web) -> None:
    web.runtime.clock.move_to(LAST_DAYS_OF_2026)
    web.ask("/counters", {"counter_id": str(CHESS), "notice_workdays": 5}, key="chess")
    web.ask("/counters", {"counter_id": str(BOARDS), "closes_on": "2027-02-01"}, key="boards")
    web.ask("/counters", {"counter_id": str(CLOCKS), "closes_on": "2027-02-01"}, key="clocks", school="wuxi")
    web.project()

    known, unknown = web.look("/deadlines", roles=["personnel"]).json()["items"]

    assert (known["on"], known["about"], known["end_unknown_until_year"]) == (
        "2027-02-01",
        {"counter_id": str(BOARDS)},
        None,
    )
    assert (unknown["on"], unknown["since"], unknown["workdays"]) == (None, "2026-12-29", 5)
    assert unknown["end_unknown_until_year"] == 2027
    assert problem(web.look("/deadlines", roles=["teacher"])) == (403, "forbidden")
