"""Several workers find the read models outdated at once: queries never see a half, nor an older state."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.chassis.runtime import Runtime
from shared.kernel.model import Happened
from tests.chassis.conftest import OpenRuntime
from tests.chassis.examples import CLOCKS, SCHOOL, announced, asked, decision, happening
from tests.chassis.ledger import Count, CounterRow, Open, counters, fold_counter, testing
from tests.conftest import on_postgres

ENOUGH = 50
FIVE_MORE = happening(CLOCKS, 9, announced(0, CLOCKS, 9, by=5).state)
COUNTED = [(str(CLOCKS), 8, CounterRow("anna", 7))]


def rows(runtime: Runtime) -> list[Any]:
    return runtime.rows.page(counters, SCHOOL, {}, [{}], "", 10)


def interrupted_at(version: int, meanwhile: Callable[[], object]) -> Any:
    """The service, whose projection is held up once at an event while something else happens."""
    once = [meanwhile]

    def fold(key: str, row: CounterRow | None, happened: Happened) -> CounterRow | None:
        if happened.version == version and once:
            once.pop()()
        return fold_counter(key, row, happened)

    return replace(testing, read_models=[replace(counters, fold=fold)])


async def counted(runtime: Runtime) -> None:
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    for n in range(7):
        await runtime.execute(Count(counter_id=CLOCKS), asked(f"count {n}"))
    runtime.projection.catch_up()


def bounded(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, before_the_first: Callable[[], object] = lambda: None
) -> Runtime:
    """A runtime whose rebuild does not try to swap for ever."""
    tried: list[object] = []
    swap = runtime.rows.swap

    def counting(*args: Any) -> bool:
        if not tried:
            before_the_first()
        tried.append(args)
        assert len(tried) < ENOUGH, "tries to swap for ever"
        return swap(*args)

    monkeypatch.setattr(runtime.rows, "swap", counting)
    return runtime


async def test_a_rebuild_overtaken_by_another_ends(opened: OpenRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    service = replace(testing, read_models=[counters])
    other = opened(service)
    await counted(other)
    one = bounded(opened(interrupted_at(4, other.projection.rebuild)), monkeypatch)
    monkeypatch.setattr("shared.chassis.projection.PAGE", 2)

    reached = one.projection.rebuild()

    assert (reached, rows(one), one.rows.parked_lines()) == (one.log.head(), COUNTED, [])


async def test_a_rebuild_that_another_began_anew_does_not_show_a_half(
    opened: OpenRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = replace(testing, read_models=[counters])
    other = opened(service)
    await counted(other)
    one = bounded(opened(interrupted_at(4, other.rows.begin_rebuild)), monkeypatch)
    monkeypatch.setattr("shared.chassis.projection.PAGE", 2)

    one.projection.rebuild()

    assert (rows(one), one.rows.position()) == (COUNTED, one.log.head())


async def test_a_swap_never_shows_an_older_state_than_was_seen(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await counted(runtime)

    def meanwhile() -> None:
        runtime.log.commit([decision(FIVE_MORE)])
        runtime.projection.catch_up()

    reached = bounded(runtime, monkeypatch, meanwhile).projection.rebuild()

    assert (reached, rows(runtime)) == (10, [(str(CLOCKS), 9, CounterRow("anna", 12))])


async def test_a_rebuild_may_follow_a_rebuild(runtime: Runtime) -> None:
    await counted(runtime)

    reached = [runtime.projection.rebuild() for _ in range(3)]

    assert (reached, rows(runtime)) == ([runtime.log.head()] * 3, COUNTED)


async def test_what_happens_during_a_rebuild_is_in_it(opened: OpenRuntime) -> None:
    other = opened(replace(testing, read_models=[counters]))
    await counted(other)
    one = opened(interrupted_at(4, lambda: other.log.commit([decision(FIVE_MORE)])))

    reached = one.projection.rebuild()

    assert (reached, rows(one)) == (10, [(str(CLOCKS), 9, CounterRow("anna", 12))])


async def test_a_rebuild_that_goes_on_is_left_to_who_does_it(
    opened: OpenRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = opened(replace(testing, read_models=[counters]))
    await counted(before)
    begun: list[str] = []
    other = opened(replace(testing, read_models=[replace(counters, edition=2)]))
    held_up = interrupted_at(4, other.projection.ensure_current)
    one = opened(replace(held_up, read_models=[replace(held_up.read_models[0], edition=2)]))
    for runtime in (one, other):
        begin = runtime.rows.begin_rebuild
        monkeypatch.setattr(runtime.rows, "begin_rebuild", lambda begin=begin: (begun.append("again"), begin())[1])
    monkeypatch.setattr("shared.chassis.projection.PAGE", 2)

    one.projection.ensure_current()

    assert (len(begun), one.rows.outdated(), rows(one)) == (1, False, COUNTED)


@on_postgres
async def test_rows_of_another_edition_are_left_alone(opened: OpenRuntime) -> None:
    before = opened(replace(testing, read_models=[counters]))
    await counted(before)
    after = opened(replace(testing, read_models=[replace(counters, filters=("owner", "is_closed"))]))
    await after.execute(Count(counter_id=CLOCKS), asked("one more"))

    after.projection.catch_up()

    assert (before.rows.parked_lines(), before.rows.position()) == ([], 9)
