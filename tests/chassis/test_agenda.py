"""Deadlines are done in due order, each once and on its due day, however far the clock has jumped."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.chassis.agenda import Agenda
from shared.chassis.envelope import unpack
from shared.chassis.runtime import Runtime
from shared.kernel.calendar import midnight
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, NotYet
from tests.chassis.conftest import OpenRuntime
from tests.chassis.examples import BOARDS, CHESS, CLOCKS, asked
from tests.chassis.ledger import Close, Open, agenda, close, testing
from tests.chassis.tally import Opened

TODAY = date(2026, 3, 2)  # a Monday
TUESDAY, WEDNESDAY, FRIDAY = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 6)
LATER = midnight(date(2026, 6, 1))


def forget(runtime: Runtime, mark: str) -> None:
    """As a crash does that comes before a kept deadline is noted."""
    with runtime.rows.engine.execution_options(writes=True).begin() as conn:
        conn.execute(runtime.rows.settled.delete().where(runtime.rows.settled.c.due == mark))


async def three_deadlines(runtime: Runtime) -> None:
    await runtime.execute(Open(counter_id=CLOCKS, closes_on=WEDNESDAY), asked("open clocks"))
    await runtime.execute(Open(counter_id=CHESS, notice_workdays=3), asked("open chess"))
    await runtime.execute(Open(counter_id=BOARDS, closes_on=TUESDAY), asked("open boards"))


def closings(runtime: Runtime) -> list[tuple[UUID, date, str]]:
    lines = [line for line in runtime.log.read(0, 100) if line.event == "testing.closed"]
    return [(said.stream, said.on, said.role) for said in map(unpack, lines)]


IN_ORDER = [(BOARDS, TUESDAY, "system"), (CLOCKS, WEDNESDAY, "system"), (CHESS, FRIDAY, "system")]


async def test_nothing_is_done_before_it_is_due(runtime: Runtime) -> None:
    await three_deadlines(runtime)

    done = await Agenda(runtime).run_due()

    assert (done, closings(runtime), Agenda(runtime).next_due()) == (0, [], midnight(TUESDAY))


async def test_after_a_jump_all_is_done_in_due_order_each_on_its_day(runtime: Runtime) -> None:
    await three_deadlines(runtime)
    runtime.clock.move_to(LATER)

    done = await Agenda(runtime).run_due()

    assert (done, closings(runtime), Agenda(runtime).next_due()) == (3, IN_ORDER, None)


async def test_day_by_day_the_same_is_done(runtime: Runtime) -> None:
    await three_deadlines(runtime)
    runtime.projection.catch_up()

    while due := Agenda(runtime).next_due():
        runtime.clock.move_to(due)
        assert await Agenda(runtime).run_due() == 1

    assert closings(runtime) == IN_ORDER


async def test_a_deadline_is_kept_once_though_two_workers_keep_it(opened: OpenRuntime) -> None:
    one, other = opened(), opened()
    await three_deadlines(one)
    one.clock.move_to(LATER)

    await asyncio.gather(*(Agenda(runtime).run_due() for runtime in (one, other)))
    again = await Agenda(one).run_due()

    assert (again, closings(one)) == (0, IN_ORDER)


async def test_a_deadline_whose_command_landed_before_a_crash_is_not_kept_twice(runtime: Runtime) -> None:
    await three_deadlines(runtime)
    runtime.clock.move_to(LATER)
    await Agenda(runtime).run_due()
    marks = list(runtime.rows.settled_dues())
    for mark in marks:  # as if the worker had died each time before it noted what it had done
        forget(runtime, mark)
    runtime.projection.rebuild()

    done = await Agenda(runtime).run_due()

    assert (len(marks), done, closings(runtime)) == (3, 0, IN_ORDER)


async def test_a_refused_deadline_is_reported_and_not_tried_for_ever(opened: OpenRuntime) -> None:
    never_struck_off = replace(agenda, facts=(Opened,))
    runtime = opened(replace(testing, agenda=never_struck_off))
    await three_deadlines(runtime)
    await runtime.execute(Close(counter_id=BOARDS), asked("close boards"))
    runtime.clock.move_to(LATER)

    done = [await Agenda(runtime).run_due(), await Agenda(runtime).run_due()]

    assert done == [3, 0]
    assert closings(runtime) == [(BOARDS, TODAY, "school"), *IN_ORDER[1:]]
    assert runtime.rows.settled_dues() == {
        f"{BOARDS}/Close/{TUESDAY}/0": "it is closed already",
        f"{CLOCKS}/Close/{WEDNESDAY}/0": None,
        f"{CHESS}/Close/{TODAY}+3/0": None,
    }


async def test_a_period_that_runs_into_an_unannounced_year_has_no_end_yet(runtime: Runtime) -> None:
    await runtime.execute(Open(counter_id=CLOCKS, notice_workdays=400), asked("open"))
    runtime.clock.move_to(datetime(2031, 1, 1, tzinfo=UTC))

    done = await Agenda(runtime).run_due()

    assert (done, closings(runtime), Agenda(runtime).entries()) == (0, [], [])


def boards_first(error: Exception) -> Any:
    """The service, in which the boards' deadline, the first of all, cannot be kept for now."""

    def hindered(command: Close, history: History, context: Context) -> Sequence[Aggregate]:
        if command.counter_id == BOARDS:
            raise error
        return close(command, history, context)

    return replace(testing, handlers={**testing.handlers, Close: hindered})


async def test_a_deadline_waits_for_a_fact_that_has_not_arrived(opened: OpenRuntime) -> None:
    runtime = opened(boards_first(NotYet("elsewhere", "the roll")))
    await runtime.execute(Open(counter_id=BOARDS, closes_on=TUESDAY), asked("open boards"))
    runtime.clock.move_to(LATER)
    waiting = (await Agenda(runtime).run_due(), closings(runtime), runtime.rows.settled_dues())

    arrived = opened()
    kept = (await Agenda(arrived).run_due(), closings(arrived))

    assert (waiting, kept) == ((0, [], {}), (1, IN_ORDER[:1]))


@pytest.mark.parametrize("error", [NotYet("elsewhere", "the roll"), ZeroDivisionError()], ids=["not yet", "a bug"])
async def test_a_deadline_that_cannot_be_kept_holds_up_no_other(opened: OpenRuntime, error: Exception) -> None:
    runtime = opened(boards_first(error))
    await three_deadlines(runtime)
    runtime.clock.move_to(LATER)

    with suppress(ZeroDivisionError):
        await Agenda(runtime).run_due()

    assert closings(runtime) == IN_ORDER[1:]


async def test_the_clock_starts_where_it_was_set_and_only_once(opened: OpenRuntime) -> None:
    one = opened()
    one.clock.move_to(LATER)

    other = opened()

    assert (other.clock.today(), one.clock.today()) == (date(2026, 6, 1), date(2026, 6, 1))


async def test_a_moved_clock_is_moved_for_all_processes(opened: OpenRuntime) -> None:
    one, other = opened(), opened()
    one.clock.move_to(LATER)

    other.clock.refresh()

    assert other.clock.today() == date(2026, 6, 1)


async def test_no_process_sets_the_clock_back(opened: OpenRuntime) -> None:
    one, other = opened(), opened()
    one.clock.move_to(LATER)

    other.clock.move_to(midnight(WEDNESDAY))

    one.clock.refresh()
    assert one.clock.today() == date(2026, 6, 1)
