"""A command is decided on what is true at its commit, recorded once, and answered with what was recorded."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

import orjson
import pytest

from shared.chassis.deciding import KeyReused, Receipt, Stale
from shared.chassis.runtime import SEAL_NOW, Runtime
from shared.chassis.settings import InstallationSettings
from shared.chassis.writer import QueueFull
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, Unknown
from shared.kernel.values import Whole
from tests.chassis.conftest import OpenRuntime
from tests.chassis.examples import BOARDS, CLOCKS, asked
from tests.chassis.ledger import Close, Count, Open, count, open_counter, testing
from tests.chassis.tally import Counted, Counter, Shelf

ENOUGH = 50
COUNT = Count(counter_id=CLOCKS)


def versions(runtime: Runtime, stream: UUID = CLOCKS) -> list[int]:
    return [line.version for line in runtime.log.stream(stream)]


async def test_a_command_answers_with_its_place_in_the_log(runtime: Runtime) -> None:
    receipt = await runtime.execute(Open(counter_id=CLOCKS), asked("open"))

    assert receipt == Receipt(position=2, stream=CLOCKS, version=1, events=("testing.opened",))


async def test_what_is_so_already_is_answered_and_not_recorded(runtime: Runtime) -> None:
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))

    again = await runtime.execute(Open(counter_id=CLOCKS), asked("open again"))

    assert again == Receipt(position=2, stream=CLOCKS, version=1, events=())


async def test_the_same_request_under_the_same_key_is_answered_alike_by_another_process(opened: OpenRuntime) -> None:
    one, other = opened(), opened()
    first = await one.execute(Open(counter_id=CLOCKS), asked("open"))
    await one.execute(COUNT, asked("count"))

    again = await other.execute(Open(counter_id=CLOCKS), asked("open"))

    assert again == replace(first, replayed=True)


async def test_another_request_under_the_same_key_is_not_done(runtime: Runtime) -> None:
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))

    with pytest.raises(KeyReused):
        await runtime.execute(Open(counter_id=BOARDS), asked("open"))
    assert versions(runtime, BOARDS) == []


async def test_fifty_at_once_on_one_aggregate_all_land(runtime: Runtime) -> None:
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))

    receipts = await asyncio.gather(*(runtime.execute(COUNT, asked(f"count {n}")) for n in range(50)))

    assert sorted(receipt.version for receipt in receipts) == list(range(2, 52))
    assert versions(runtime) == list(range(1, 52))


async def test_the_same_command_sent_fifty_times_at_once_lands_once(runtime: Runtime) -> None:
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))

    receipts = await asyncio.gather(*(runtime.execute(COUNT, asked("count")) for _ in range(50)))

    assert {(receipt.version, receipt.events) for receipt in receipts} == {(2, ("testing.counted",))}
    assert versions(runtime) == [1, 2]


async def test_two_processes_with_stale_memories_lose_and_double_nothing(opened: OpenRuntime) -> None:
    one, other = opened(), opened()
    await one.execute(Open(counter_id=CLOCKS), asked("open"))
    await other.execute(COUNT, asked("first"))  # from here on both remember, and each is stale in turn

    receipts = await asyncio.gather(
        *(
            process.execute(COUNT, asked(f"{name} {n}"))
            for n in range(25)
            for name, process in (("1", one), ("2", other))
        )
    )

    assert sorted(receipt.version for receipt in receipts) == list(range(3, 53))
    assert versions(one) == list(range(1, 53))


async def test_a_command_sent_to_two_processes_at_once_lands_once(opened: OpenRuntime) -> None:
    one, other = opened(), opened()
    await one.execute(Open(counter_id=CLOCKS), asked("open"))

    receipts = await asyncio.gather(
        *(process.execute(COUNT, asked(f"count {n}")) for n in range(25) for process in (one, other))
    )

    assert sum(receipt.replayed for receipt in receipts) == 25
    assert versions(one) == list(range(1, 27))


async def test_processes_that_take_turns_see_each_others_decisions(opened: OpenRuntime) -> None:
    one, other = opened(), opened()
    await one.execute(Open(counter_id=CLOCKS, most=Whole(10)), asked("open"))
    for n in range(10):
        await (one, other)[n % 2].execute(COUNT, asked(f"count {n}"))

    with pytest.raises(Refused, match="only 0 is left, 1 was asked"):
        await one.execute(COUNT, asked("one more"))
    assert versions(one) == list(range(1, 12))


async def test_a_refusal_decided_on_a_stale_memory_is_decided_again(opened: OpenRuntime) -> None:
    one, other = opened(), opened()
    with pytest.raises(Unknown):
        await one.execute(COUNT, asked("too early"))
    await other.execute(Open(counter_id=CLOCKS), asked("open"))

    receipt = await one.execute(COUNT, asked("in time"))

    assert receipt == Receipt(position=3, stream=CLOCKS, version=2, events=("testing.counted",))


async def test_a_refused_command_may_be_corrected_under_its_key(runtime: Runtime) -> None:
    await runtime.execute(Open(counter_id=CLOCKS, most=Whole(10)), asked("open"))
    with pytest.raises(Refused):
        await runtime.execute(Count(counter_id=CLOCKS, by=Whole(11)), asked("count"))

    receipt = await runtime.execute(Count(counter_id=CLOCKS, by=Whole(10)), asked("count"))

    assert (receipt.version, receipt.replayed) == (2, False)


async def test_a_decision_made_on_an_old_version_is_stale(opened: OpenRuntime) -> None:
    one, other = opened(), opened()
    await one.execute(Open(counter_id=CLOCKS), asked("open"))
    await other.execute(COUNT, asked("count"))

    with pytest.raises(Stale, match="version 1 was named, 2 is the newest"):
        await one.execute(Close(counter_id=CLOCKS), asked("close", expecting=(CLOCKS, 1)))
    closed = await one.execute(Close(counter_id=CLOCKS), asked("close", expecting=(CLOCKS, 2)))
    assert closed.version == 3


async def test_a_decision_is_replayed_though_its_version_is_old_by_now(runtime: Runtime) -> None:
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    first = await runtime.execute(Close(counter_id=CLOCKS), asked("close", expecting=(CLOCKS, 1)))

    again = await runtime.execute(Close(counter_id=CLOCKS), asked("close", expecting=(CLOCKS, 1)))

    assert again == replace(first, replayed=True)


async def test_an_id_of_another_school_is_unknown(runtime: Runtime) -> None:
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))

    with pytest.raises(Unknown):
        await runtime.execute(COUNT, asked("count", school="wuxi"))


async def test_a_full_queue_says_so_and_harms_nobody(store: InstallationSettings) -> None:
    runtime = Runtime(testing, store.model_copy(update={"queue_depth": 1}))
    waiting = asyncio.create_task(runtime.execute(Open(counter_id=CLOCKS), asked("open")))
    while not runtime.writer._queue.full():  # noqa: ASYNC110 - its writer has not started
        await asyncio.sleep(0)

    with pytest.raises(QueueFull):
        await runtime.execute(Open(counter_id=BOARDS), asked("boards"))
    runtime.writer.start()
    assert (await waiting).version == 1
    assert (await runtime.execute(Open(counter_id=BOARDS), asked("boards"))).version == 1
    await runtime.stop()


async def test_whoever_stops_waiting_leaves_the_aggregate_usable(runtime: Runtime) -> None:
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    gone = asyncio.create_task(runtime.execute(COUNT, asked("count")))
    await asyncio.sleep(0)
    gone.cancel()
    with suppress(asyncio.CancelledError):
        await gone

    receipt = await runtime.execute(COUNT, asked("count"))

    assert (receipt.version, versions(runtime)) == (2, [1, 2])


async def test_an_id_that_was_looked_for_as_something_else_is_found_missing(opened: OpenRuntime) -> None:
    decided = []

    def bounded(command: Open, history: History, context: Context) -> Sequence[Aggregate]:
        decided.append(command)
        if len(decided) > ENOUGH:
            msg = f"decided {ENOUGH} times without an end"
            raise AssertionError(msg)
        history.find(Shelf, command.counter_id)
        return open_counter(command, history, context)

    runtime = opened(replace(testing, handlers={**testing.handlers, Open: bounded}))
    with pytest.raises(Unknown):
        await runtime.execute(COUNT, asked("count"))

    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))


async def test_what_was_just_opened_is_remembered(opened: OpenRuntime) -> None:
    decided = []

    def noted(command: Count, history: History, context: Context) -> Sequence[Aggregate]:
        decided.append(command)
        return count(command, history, context)

    runtime = opened(replace(testing, handlers={**testing.handlers, Count: noted}))
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))

    await runtime.execute(COUNT, asked("count"))

    assert decided == [COUNT]


async def test_what_was_decided_on_a_decision_that_came_to_nothing_comes_to_nothing_too(opened: OpenRuntime) -> None:
    """Another process may have put another event under the very version that was decided on."""
    one, other = opened(), Runtime(testing, opened().settings)
    await one.execute(Open(counter_id=CLOCKS, most=Whole(10)), asked("open"))
    first = asyncio.create_task(other.execute(Count(counter_id=CLOCKS, by=Whole(1)), asked("first")))
    while other.writer._queue.empty():  # noqa: ASYNC110
        await asyncio.sleep(0)
    second = asyncio.create_task(other.execute(Count(counter_id=CLOCKS, by=Whole(9)), asked("second")))
    while other.writer._queue.qsize() < 2:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await one.execute(Count(counter_id=CLOCKS, by=Whole(8)), asked("another"))

    other.writer.start()
    said = await asyncio.gather(first, second, return_exceptions=True)

    await other.stop()
    assert [getattr(answer, "version", type(answer)) for answer in said] == [3, Refused]
    assert [orjson.loads(line.state)["body"] for line in one.log.stream(CLOCKS)][1:] == [
        {"by": 8, "note": None}, {"by": 1, "note": None},
    ]  # fmt: skip


async def test_a_handler_that_finds_what_it_needs_one_by_one_is_run_again_once_for_each(opened: OpenRuntime) -> None:
    runs: list[int] = []

    def count_each(asked: Count, history: History, _context: Context) -> Sequence[Aggregate]:
        runs.append(len(runs))
        changed = []
        for number in range(ENOUGH):
            counter = history.load(Counter, UUID(int=number))
            counter.count(asked.by)
            changed.append(counter)
        return changed

    one = opened()
    for number in range(ENOUGH):
        await one.execute(Open(counter_id=UUID(int=number)), asked(f"open {number}"))
    cold = opened(replace(testing, handlers={**testing.handlers, Count: count_each}))

    receipt = await cold.execute(Count(counter_id=CLOCKS), asked("count"))

    assert len(receipt.events) == ENOUGH
    assert len(runs) == ENOUGH + 1


async def test_what_must_not_wait_is_sealed_at_once_and_the_rest_with_the_next_second(opened: OpenRuntime) -> None:
    woken: list[str] = []
    runtime = opened(replace(testing, receipts=(Counted,)), wake=woken.append)

    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    assert SEAL_NOW not in woken
    await runtime.execute(COUNT, asked("count"))

    assert woken[-2:] == ["testing", SEAL_NOW]
