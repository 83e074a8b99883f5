"""A follower reacts to each event of another log once and in order, whatever happens on the way."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared.chassis.batch import Parked
from shared.chassis.envelope import unpack
from shared.chassis.follower import Follower
from shared.chassis.recorder import PostgresRecorder
from shared.chassis.runtime import Runtime
from shared.chassis.upstream import OwnLog
from shared.kernel.model import Happened
from shared.kernel.values import Whole
from tests.chassis.conftest import Dying, OpenRuntime
from tests.chassis.examples import BOARDS, CHESS, CLOCKS, NOON, Elsewhere, announced, asked, bodies
from tests.chassis.ledger import Close, Count, Open, testing
from tests.chassis.mortal import DyingAfterCommit, DyingBeforeCommit
from tests.chassis.tally import Announced
from tests.conftest import on_postgres

THEIRS, OTHERS = CHESS, BOARDS  # streams of the upstream


def counts(runtime: Runtime) -> list[int]:
    return [body["by"] for body in bodies(runtime.log.read(0, 1000), "testing.counted")]


async def opening(runtime: Runtime, *ids: Any) -> None:
    for id in ids:
        await runtime.execute(Open(counter_id=id), asked(f"open {id}"))


@pytest.mark.parametrize("page", [1, 2, 500])
async def test_each_event_leads_to_one_reaction_in_order(runtime: Runtime, page: int) -> None:
    await opening(runtime, CLOCKS)
    lines = [announced(3 * n, THEIRS, n, counter_id=str(CLOCKS), by=n) for n in range(1, 8)]
    follower = Follower(runtime, "elsewhere", Elsewhere(*lines, page=page))

    reached = [await follower.catch_up(), await follower.catch_up()]

    assert (reached, counts(runtime)) == ([21, 21], list(range(1, 8)))


async def test_a_consequence_says_what_caused_it(runtime: Runtime) -> None:
    await opening(runtime, CLOCKS)

    await Follower(runtime, "elsewhere", Elsewhere(announced(5, THEIRS, 1, counter_id=str(CLOCKS), by=1))).catch_up()

    happened = unpack(runtime.log.read(2, 1)[0])
    assert (happened.causation, happened.correlation, happened.role, happened.person, happened.on, happened.rules) == (
        "elsewhere@5", "c", "system", None, NOON.date(), 0,
    )  # fmt: skip


async def test_events_that_nobody_here_heeds_are_passed_over(runtime: Runtime) -> None:
    await opening(runtime, CLOCKS)
    lines = [
        announced(1, THEIRS, 1, "elsewhere.unheard-of", any="thing"),
        announced(2, THEIRS, 2, counter_id=str(CLOCKS), by=4),
        announced(3, THEIRS, 3, "elsewhere.unheard-of"),
    ]

    reached = await Follower(runtime, "elsewhere", Elsewhere(*lines)).catch_up()

    assert (reached, counts(runtime), runtime.log.parked()) == (3, [4], [])


async def test_a_service_follows_its_own_log(runtime: Runtime) -> None:
    await opening(runtime, CLOCKS, BOARDS)
    await runtime.execute(Close(counter_id=BOARDS), asked("close boards"))
    await runtime.execute(Close(counter_id=CLOCKS), asked("close clocks"))

    reached = await Follower(runtime, "testing", OwnLog(runtime.log)).catch_up()

    shelved = bodies(runtime.log.read(0, 100), "testing.shelved")
    assert (reached, shelved) == (runtime.log.head(), [{"counter_id": str(BOARDS)}, {"counter_id": str(CLOCKS)}])


async def test_a_poisoned_event_parks_its_stream_and_spares_the_others(runtime: Runtime) -> None:
    await opening(runtime, CLOCKS)
    poisoned = announced(2, THEIRS, 1, counter_id=str(BOARDS), by=2)  # nobody has opened the boards
    behind = announced(4, THEIRS, 2, counter_id=str(CLOCKS), by=4)
    unfit = announced(5, CLOCKS, 1, counter_id=str(CLOCKS), by="many")
    lines = [
        announced(1, OTHERS, 1, counter_id=str(CLOCKS), by=1), poisoned,
        announced(3, OTHERS, 2, counter_id=str(CLOCKS), by=3), behind, unfit,
        announced(6, OTHERS, 3, counter_id=str(CLOCKS), by=6),
    ]  # fmt: skip

    reached = await Follower(runtime, "elsewhere", Elsewhere(*lines)).catch_up()

    assert (reached, counts(runtime)) == (6, [1, 3, 6])
    parked = [
        Parked("elsewhere", p.position, p.stream, p.version, p.event, p.state, "") for p in (poisoned, behind, unfit)
    ]
    assert [replace(p, reason="") for p in runtime.log.parked()] == parked
    assert [p.reason.split(":")[0] for p in runtime.log.parked()] == [
        "Unknown", "an earlier event of its stream is parked", "ValidationError",
    ]  # fmt: skip


async def test_what_is_parked_is_digested_in_order_once_the_fault_is_cured(runtime: Runtime) -> None:
    await opening(runtime, CLOCKS)
    lines = [announced(n, THEIRS, n, counter_id=str(BOARDS if n < 3 else CLOCKS), by=n) for n in (1, 2, 3)]
    source = Elsewhere(*lines)
    follower = Follower(runtime, "elsewhere", source)
    await follower.catch_up()
    assert (await follower.retry(), counts(runtime)) == (3, [])
    await opening(runtime, BOARDS)

    left = await follower.retry()

    source.lines.append(announced(4, THEIRS, 4, counter_id=str(CLOCKS), by=4))
    await follower.catch_up()
    assert (left, runtime.log.parked(), counts(runtime)) == (0, [], [1, 2, 3, 4])


async def test_a_fact_that_is_still_missing_stops_the_follower_until_it_is_there(runtime: Runtime) -> None:
    await opening(runtime, CLOCKS)
    lines = [
        announced(1, OTHERS, 1, counter_id=str(CLOCKS), by=1),
        announced(2, THEIRS, 1, counter_id=str(CLOCKS), by=2, needs=str(BOARDS)),
        announced(3, OTHERS, 2, counter_id=str(CLOCKS), by=3),
    ]
    follower = Follower(runtime, "elsewhere", Elsewhere(*lines))
    stopped = (await follower.catch_up(), counts(runtime), runtime.log.parked())
    await opening(runtime, BOARDS)

    resumed = (await follower.catch_up(), counts(runtime), runtime.log.parked())

    assert (stopped, resumed) == ((1, [1], []), (3, [1, 2, 3], []))


async def test_two_followers_that_race_react_once(opened: OpenRuntime) -> None:
    one, other = opened(), opened()
    await opening(one, CLOCKS)
    lines = [announced(n, THEIRS, n, counter_id=str(CLOCKS), by=n) for n in range(1, 41)]

    reached = await asyncio.gather(
        *(Follower(process, "elsewhere", Elsewhere(*lines, page=7)).catch_up() for process in (one, other, one, other))
    )

    assert (set(reached), counts(one)) == ({40}, list(range(1, 41)))


@on_postgres
@pytest.mark.parametrize("recorder", [DyingAfterCommit, DyingBeforeCommit])
async def test_a_page_whose_commit_is_in_doubt_is_reacted_to_once(
    mortal: Dying, opened: OpenRuntime, recorder: type[PostgresRecorder]
) -> None:
    datastore = mortal(recorder)
    runtime = opened()
    await opening(runtime, CLOCKS)
    lines = [announced(n, THEIRS, n, counter_id=str(CLOCKS), by=n) for n in (1, 2, 3)]
    lines.append(announced(4, THEIRS, 4, "elsewhere.unheard-of"))
    datastore.deaths = 2

    reached = await Follower(runtime, "elsewhere", Elsewhere(*lines, page=3)).catch_up()

    assert (datastore.deaths, reached, counts(runtime)) == (0, 4, [1, 2, 3])


def open_after_announcement(happened: Happened) -> Iterator[Open]:
    said: Announced = happened.event
    yield Open(counter_id=said.counter_id)


async def test_a_page_may_name_a_new_thing_twice(opened: OpenRuntime) -> None:
    policies: Any = {"elsewhere": {Announced: open_after_announcement}}
    runtime = opened(replace(testing, policies=policies))
    lines = [announced(n, THEIRS, n, counter_id=str(CLOCKS), by=1) for n in (1, 2)]

    reached = await Follower(runtime, "elsewhere", Elsewhere(*lines)).catch_up()

    assert (reached, [line.event for line in runtime.log.stream(CLOCKS)]) == (2, ["testing.opened"])


async def parked_by(runtime: Runtime, lines: Sequence[Any]) -> Follower:
    follower = Follower(runtime, "elsewhere", Elsewhere(*lines))
    await follower.catch_up()
    await opening(runtime, CLOCKS)
    return follower


async def stuck_at_its_first_commit(runtime: Runtime) -> "asyncio.Task[int]":
    """A retry by a process whose writer has not come to its first entry yet."""
    retrying = asyncio.create_task(Follower(runtime, "elsewhere", Elsewhere()).retry())
    while runtime.writer._queue.empty():  # noqa: ASYNC110
        await asyncio.sleep(0)
    return retrying


async def test_two_retries_at_once_react_once(opened: OpenRuntime) -> None:
    one, other = opened(), Runtime(testing, opened().settings)
    lines = [announced(n, stream, 1, counter_id=str(CLOCKS), by=n) for n, stream in ((1, THEIRS), (2, OTHERS))]
    follower = await parked_by(one, lines)
    late = await stuck_at_its_first_commit(other)
    await follower.retry()

    other.writer.start()
    await late

    await other.stop()
    assert (counts(one), one.log.parked()) == ([1, 2], [])


async def test_a_retry_that_loses_a_race_keeps_the_order(opened: OpenRuntime) -> None:
    one, other = opened(), Runtime(testing, opened().settings)
    lines = [announced(n, THEIRS, n, counter_id=str(CLOCKS), by=n) for n in (1, 2)]
    follower = await parked_by(one, lines)
    late = await stuck_at_its_first_commit(other)
    await one.execute(Count(counter_id=CLOCKS, by=Whole(9)), asked("count"))

    other.writer.start()
    await late

    await other.stop()
    assert (await follower.retry(), counts(one)) == (0, [9, 1, 2])
