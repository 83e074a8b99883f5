"""Each step of the write path broken: the write lost, the write landed, the handler or the broker at fault."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from shared.chassis.batch import Entry
from shared.chassis.deciding import Receipt
from shared.chassis.log import Log
from shared.chassis.recorder import PostgresRecorder
from shared.chassis.runtime import Runtime
from shared.chassis.settings import InstallationSettings
from shared.chassis.writer import Writer
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History
from shared.kernel.values import Whole
from tests.chassis.conftest import Dying, OpenRuntime
from tests.chassis.examples import BOARDS, CLOCKS, asked, bodies, decision, happening
from tests.chassis.ledger import Close, Count, Open, testing
from tests.chassis.mortal import DyingAfterCommit, DyingBeforeCommit
from tests.chassis.tally import Counter
from tests.conftest import on_postgres

COUNT = Count(counter_id=CLOCKS)


@on_postgres
@pytest.mark.parametrize(("recorder", "replays"), [(DyingAfterCommit, 1), (DyingBeforeCommit, 0)])
async def test_a_connection_lost_around_the_commit_costs_and_doubles_nothing(
    mortal: Dying, opened: OpenRuntime, recorder: type[PostgresRecorder], replays: int
) -> None:
    datastore = mortal(recorder)
    runtime = opened()
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    datastore.deaths = 1

    receipt = await runtime.execute(COUNT, asked("count"))

    lines = runtime.log.stream(CLOCKS)
    assert (datastore.deaths, [line.event for line in lines]) == (0, ["testing.opened", "testing.counted"])
    place = next(line.position for line in runtime.log.read(2, 10))
    assert receipt == Receipt(place, CLOCKS, 2, ("testing.counted",), replayed=replays == 1)
    assert (await runtime.execute(COUNT, asked("count again"))).version == 3


@on_postgres
@pytest.mark.parametrize("recorder", [DyingAfterCommit, DyingBeforeCommit])
async def test_a_batch_whose_connection_is_lost_lands_whole_and_once(
    mortal: Dying, opened: OpenRuntime, recorder: type[PostgresRecorder]
) -> None:
    datastore = mortal(recorder)
    runtime = opened()
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    datastore.deaths = 1

    receipts = await asyncio.gather(*(runtime.execute(COUNT, asked(f"count {n}")) for n in range(30)))

    assert datastore.deaths == 0
    assert sorted(receipt.version for receipt in receipts) == list(range(2, 32))
    assert [line.version for line in runtime.log.stream(CLOCKS)] == list(range(1, 32))


def crash(command: Close, history: History, _: Context) -> Sequence[Aggregate]:
    history.load(Counter, command.counter_id).count(Whole(100))
    raise ZeroDivisionError


CRASHING = replace(testing, handlers={**testing.handlers, Close: crash})


async def test_a_handler_that_crashes_records_nothing_later_either(opened: OpenRuntime) -> None:
    runtime = opened(CRASHING)
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    with pytest.raises(ZeroDivisionError):
        await runtime.execute(Close(counter_id=CLOCKS), asked("close"))

    await runtime.execute(Count(counter_id=CLOCKS, by=Whole(7)), asked("count"))

    assert bodies(runtime.log.stream(CLOCKS), "testing.counted") == [{"by": 7, "note": None}]


async def test_nothing_is_decided_on_what_a_crashed_handler_left(opened: OpenRuntime) -> None:
    one, other = opened(CRASHING), opened()
    await one.execute(Open(counter_id=CLOCKS, most=Whole(100)), asked("open"))
    with pytest.raises(ZeroDivisionError):
        await one.execute(Close(counter_id=CLOCKS), asked("close"))
    await other.execute(COUNT, asked("count"))  # now the stream is as long as the crashed one's memory

    assert (await one.execute(COUNT, asked("count again"))).version == 3


async def test_a_wake_up_that_fails_does_not_end_the_writer(store: InstallationSettings) -> None:
    def no_broker(_: str) -> None:
        raise ConnectionRefusedError

    runtime = Runtime(testing, store, no_broker)
    runtime.writer.start()
    running = runtime.writer._task
    assert running
    running.add_done_callback(lambda task: task.exception())
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    second = asyncio.create_task(runtime.execute(COUNT, asked("count")))

    await asyncio.wait({running, second}, return_when=asyncio.FIRST_COMPLETED)

    ended = running.done()
    second.cancel()
    runtime.rows.close()
    runtime.log.close()
    assert not ended


class Away(Log):
    """A store that cannot be reached, and says how often it was tried and with how much."""

    def __init__(self) -> None:
        self.tried: list[int] = []

    def commit(self, entries: Sequence[Entry]) -> None:
        self.tried.append(len(entries))
        msg = "connection refused"
        raise OperationalError(msg)


async def test_in_an_outage_all_who_wait_hear_of_it_at_once() -> None:
    away = Away()
    writer = Writer(away, depth=10, batch=10, committed=lambda _: None)
    waiting = [asyncio.create_task(writer.submit(Entry())) for _ in range(3)]
    await asyncio.sleep(0)
    writer.start()

    said = await asyncio.gather(*waiting, return_exceptions=True)

    await writer.stop()
    assert ([type(failure) for failure in said], away.tried) == ([OperationalError] * 3, [3])


async def test_an_entry_that_cannot_be_stored_fails_alone(runtime: Runtime) -> None:
    unfit = decision(happening(BOARDS, 1, name=None))  # type: ignore[arg-type]  # no store takes an event without a name
    batch = [decision(happening(CLOCKS, 1)), unfit, decision(happening(CLOCKS, 2))]

    said = await asyncio.gather(*(runtime.writer.submit(entry) for entry in batch), return_exceptions=True)

    assert [type(failure) for failure in said] == [type(None), IntegrityError, type(None)]
    assert [line.version for line in runtime.log.stream(CLOCKS)] == [1, 2]
