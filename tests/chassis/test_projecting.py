"""Rows say what the log says: by page or one by one, raced, poisoned, rebuilt."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from shared.chassis.projection import Projection
from shared.chassis.runtime import Runtime
from shared.kernel.model import Happened
from shared.kernel.values import Text, Whole
from tests.chassis.conftest import OpenRuntime
from tests.chassis.examples import BOARDS, CHESS, CLOCKS, SCHOOL, asked
from tests.chassis.ledger import Close, Count, CounterRow, Open, SchoolRow, counters, fold_counter, schools, testing

Seen = dict[str, tuple[int, Any]]


def seen(runtime: Runtime) -> dict[str, Seen]:
    return {
        model.name: {key: (version, row) for key, version, row in runtime.rows.page(model, SCHOOL, {}, [{}], "", 1000)}
        for model in (counters, schools)
    }


async def a_busy_day(runtime: Runtime) -> dict[str, Seen]:
    """Three counters, some counted, one closed; and what the rows must say of it."""
    for n, id in enumerate((CLOCKS, BOARDS, CHESS)):
        await runtime.execute(Open(counter_id=id), asked(f"open {n}"))
    for n in range(12):
        note = Text(f"note {n}") if n % 4 == 0 else None
        await runtime.execute(Count(counter_id=(CLOCKS, BOARDS)[n % 2], by=Whole(n), note=note), asked(f"count {n}"))
    await runtime.execute(Close(counter_id=BOARDS), asked("close"))
    return {
        "counters": {
            str(CLOCKS): (7, CounterRow("anna", 30)),
            str(BOARDS): (8, CounterRow("anna", 36, is_closed=True)),
            str(CHESS): (1, CounterRow("anna", 0)),
        },
        "schools": {SCHOOL: (0, SchoolRow(66, 12, ("note 0", "note 4", "note 8")))},
    }


@pytest.mark.parametrize("page", [1, 2, 5, 5_000])
async def test_a_page_folds_to_what_single_events_fold_to(runtime: Runtime, monkeypatch: Any, page: int) -> None:
    expected = await a_busy_day(runtime)
    monkeypatch.setattr("shared.chassis.projection.PAGE", page)

    reached = runtime.projection.catch_up()

    assert (reached, seen(runtime)) == (runtime.log.head(), expected)


async def test_six_workers_that_race_count_exactly(runtime: Runtime, monkeypatch: Any) -> None:
    expected = await a_busy_day(runtime)
    monkeypatch.setattr("shared.chassis.projection.PAGE", 1)
    head, together = runtime.log.head(), threading.Barrier(6)

    def work() -> int:
        together.wait()
        while (reached := Projection(runtime.log, runtime.rows).catch_up()) < head:
            pass
        return reached

    with ThreadPoolExecutor(6) as workers:
        reached = [future.result() for future in [workers.submit(work) for _ in range(6)]]

    assert (reached, seen(runtime)) == ([head] * 6, expected)


def choking_on(by: int) -> Callable[..., CounterRow | None]:
    def fold(key: str, row: CounterRow | None, happened: Happened) -> CounterRow | None:
        if getattr(happened.event, "by", None) == by:
            msg = f"cannot digest {by}"
            raise ValueError(msg)
        return fold_counter(key, row, happened)

    return fold


POISONED = replace(testing, read_models=[replace(counters, fold=choking_on(6)), schools])


async def test_a_poisoned_event_is_found_and_parks_its_stream(opened: OpenRuntime) -> None:
    runtime = opened(POISONED)
    await a_busy_day(runtime)

    reached = runtime.projection.catch_up()

    parked = [(line["stream"], line["event"], line["reason"]) for line in runtime.rows.parked_lines()]
    behind = "an earlier event of its stream is parked"
    assert (reached, parked) == (
        runtime.log.head(),
        [
            (str(CLOCKS), "testing.counted", "ValueError: cannot digest 6"),
            (str(CLOCKS), "testing.counted", behind),
            (str(CLOCKS), "testing.counted", behind),
        ],
    )
    # 0, 2 and 4 were counted before the poison, 6, 8 and 10 wait; the school's row waits with its streams.
    assert seen(runtime) == {
        "counters": {
            str(CLOCKS): (4, CounterRow("anna", 6)),
            str(BOARDS): (8, CounterRow("anna", 36, is_closed=True)),
            str(CHESS): (1, CounterRow("anna", 0)),
        },
        "schools": {SCHOOL: (0, SchoolRow(42, 9, ("note 0", "note 4")))},
    }


async def test_what_is_parked_is_folded_in_order_once_the_fault_is_cured(opened: OpenRuntime) -> None:
    poisoned = opened(POISONED)
    expected = await a_busy_day(poisoned)
    poisoned.projection.catch_up()
    cured = opened()

    left = cured.projection.retry()

    assert (left, seen(cured), cured.rows.position()) == (0, expected, cured.log.head())


async def test_a_rebuild_gives_equal_rows_while_queries_go_on(runtime: Runtime) -> None:
    expected = await a_busy_day(runtime)
    runtime.projection.catch_up()
    over = threading.Event()

    def ask() -> list[dict[str, Seen]]:
        answers = [seen(runtime)]
        while not over.is_set():
            answers.append(seen(runtime))
        return answers

    with ThreadPoolExecutor(2) as askers:
        asking = [askers.submit(ask) for _ in range(2)]
        for _ in range(3):
            runtime.projection.rebuild()
        over.set()

    answers = [answer for one in asking for answer in one.result()]
    assert [answer for answer in answers if answer != expected] == []
    assert runtime.rows.position() == runtime.log.head()


async def test_a_changed_edition_is_rebuilt_beside_and_swapped(opened: OpenRuntime) -> None:
    before = opened()
    await a_busy_day(before)
    before.projection.catch_up()

    def doubled(key: str, row: CounterRow | None, happened: Happened) -> CounterRow | None:
        folded = fold_counter(key, row, happened)
        return replace(folded, owner="boris") if folded else None

    changed = replace(counters, fold=doubled, edition=2)
    after = opened(replace(testing, read_models=[changed, schools]))
    outdated = after.rows.outdated()

    after.projection.ensure_current()

    rows = after.rows.page(changed, SCHOOL, {"owner": "boris"}, [{}], "", 10)
    assert (outdated, after.rows.outdated()) == (True, False)
    assert {key: row.total for key, _, row in rows} == {str(CLOCKS): 30, str(BOARDS): 36, str(CHESS): 0}
