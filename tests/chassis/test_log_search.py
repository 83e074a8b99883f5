"""A search of the log finds what a look at every line would find, says how far it came, and misses nothing."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.chassis import log_index, log_search
from shared.chassis.batch import Entry
from shared.chassis.envelope import Line, instant_of
from shared.chassis.log_index import LogIndex
from shared.chassis.log_search import EVERYTHING, Wanted, search
from shared.chassis.runtime import Runtime
from shared.kernel.calendar import business_date
from shared.kernel.model import EVENTS
from shared.kernel.references import references
from tests.chassis.conftest import OpenRuntime
from tests.chassis.examples import decision, happening
from tests.chassis.lines import (
    MONDAY,
    PERSONS,
    SAYINGS,
    SCHOOLS,
    STREAMS,
    STUDIOS,
    Scribe,
    appointed,
    delegated,
    evaluated,
    joined,
    removed,
    school_of,
)
from tests.conftest import on_sqlite

DAYS = [date(2026, 3, 1) + timedelta(days=n) for n in range(12)]
RULES = ("A.9-4", "MEM-06", "A.9-1", "A.9-3", "MEM-15", "FIN-01")
WU, LIN = PERSONS[:2]
NORTH, SOUTH = STUDIOS[:2]
LATER = MONDAY + timedelta(days=365)


def one_of(values: Any) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(values)


WRITTEN = st.lists(
    st.tuples(
        st.sampled_from(SAYINGS), st.sampled_from(PERSONS), st.sampled_from(STUDIOS), st.sampled_from(STREAMS),
        one_of(PERSONS), st.integers(0, 3),
    ),
    max_size=8,
)  # fmt: skip
ASKED = st.builds(
    Wanted, stream=one_of(STREAMS), studio=one_of(STUDIOS), person=one_of(PERSONS), rule=one_of(RULES),
    event=one_of([saying(WU, NORTH).__event_name__ for saying in SAYINGS]), since=one_of(DAYS), until=one_of(DAYS),
)  # fmt: skip


def looked_through(runtime: Runtime, wanted: Wanted, school: str | None) -> list[int]:
    """The slow way: every line's text is read, and nothing else is known."""
    lines = list(runtime.log.walk(runtime.log.head()))
    first = {line.stream: line for line in reversed(lines)}
    return [line.position for line in lines if _fits(line, first[line.stream], wanted, school)]


def _fits(line: Line, opening: Line, wanted: Wanted, school: str | None) -> bool:
    text, day = line.state.decode(), business_date(instant_of(line))
    doc = getattr(EVENTS.get(line.event), "__doc__", "") or ""
    names_studio = '"studio_id"' in text
    where = text if names_studio else opening.state.decode()
    return (
        (school is None or orjson.loads(text)["school"] == school)
        and wanted.stream in (None, line.stream)
        and wanted.event in (None, line.event)
        and (wanted.person is None or str(wanted.person) in text)
        and (wanted.studio is None or str(wanted.studio) in where)
        and (wanted.rule is None or re.search(rf"(?<![\w.-]){re.escape(wanted.rule)}(?![\w-])", doc) is not None)
        and (wanted.since is None or day >= wanted.since)
        and (wanted.until is None or day <= wanted.until)
    )


def paged(runtime: Runtime, wanted: Wanted, school: str | None, limit: int) -> Iterator[int]:
    """All pages of a search, each asked after the one before."""
    after, indexed = 0, runtime.index.position()
    while (found := search(runtime, wanted, school, after, limit)).through > after:
        assert len(found.lines) <= limit
        assert all(after < line.position <= found.through for line in found.lines)
        if wanted.terms and wanted.stream is None:
            assert found.through <= indexed
        yield from (line.position for line in found.lines)
        after = found.through
    assert found.lines == []


async def test_any_search_finds_what_a_look_at_every_line_finds(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_index, "PAGE", 7)
    monkeypatch.setattr(log_index, "LOOKED", 4)
    monkeypatch.setattr(log_search, "LOOKED", 3)
    scribe = Scribe(runtime.log)
    runtime.clock.move_to(LATER)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(WRITTEN, st.lists(ASKED, min_size=1, max_size=4), st.none() | st.sampled_from(SCHOOLS), st.integers(1, 4))
    def holds(written: list[Any], asked: list[Wanted], school: str | None, limit: int) -> None:
        lines = [scribe.line(say(person, studio), *where) for say, person, studio, *where in written]
        runtime.log.commit([Entry(events=lines)])
        runtime.index.catch_up()
        for wanted in asked:
            assert list(paged(runtime, wanted, school, limit)) == looked_through(runtime, wanted, school)

    holds()


async def test_the_search_comes_no_further_than_the_index_and_misses_nothing_later(runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    seen = scribe.writes(joined(WU, NORTH))
    runtime.index.catch_up()
    later = scribe.writes(removed(WU, NORTH))
    wanted = Wanted(person=WU)

    before = search(runtime, wanted, None, 0, 10)
    runtime.index.catch_up()
    after = search(runtime, wanted, None, before.through, 10)

    assert ([line.position for line in before.lines], before.through, before.end) == ([seen], seen, later)
    assert ([line.position for line in after.lines], after.through, after.end) == ([later], later, later)


async def test_what_needs_no_index_does_not_wait_for_it(runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    first, second = scribe.writes_all([joined(WU, NORTH), removed(LIN, NORTH)], stream=STREAMS[0])
    day = scribe.now.date()

    asked = [Wanted(stream=STREAMS[0]), Wanted(stream=STREAMS[0], person=LIN), Wanted(since=day, until=day), EVERYTHING]
    found = [search(runtime, wanted, SCHOOLS[0], 0, 10) for wanted in asked]

    assert runtime.index.position() == 0
    assert [[line.position for line in one.lines] for one in found] == [
        [first, second], [second], [first, second], [first, second]
    ]  # fmt: skip
    assert {one.through for one in found} == {second}


async def test_an_event_without_a_studio_is_about_the_one_that_its_stream_began_with(runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    mine = scribe.writes_all([evaluated(WU, NORTH), appointed(LIN, NORTH)], stream=STREAMS[0])
    other = scribe.writes(joined(LIN, SOUTH), STREAMS[0])
    scribe.writes(appointed(LIN, NORTH), STREAMS[2])
    runtime.index.catch_up()

    def about(studio: UUID) -> list[int]:
        return [line.position for line in search(runtime, Wanted(studio=studio), None, 0, 10).lines]

    assert (about(NORTH), about(SOUTH)) == (mine, [other])


async def test_a_person_is_found_as_who_acted_and_as_whom_it_is_about(runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    positions = [
        scribe.writes(evaluated(LIN, NORTH), actor=WU),
        scribe.writes(joined(WU, NORTH), actor=LIN),
        scribe.writes(delegated(WU, NORTH)),
    ]
    scribe.writes(joined(LIN, NORTH), actor=LIN)
    runtime.index.catch_up()

    assert [line.position for line in search(runtime, Wanted(person=WU), None, 0, 10).lines] == positions


async def test_a_schools_lines_are_found_for_that_school_alone(runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    lines = {school_of(stream): scribe.writes(joined(WU, NORTH), stream) for stream in STREAMS[:2]}
    runtime.index.catch_up()
    name = joined(WU, NORTH).__event_name__
    asked = [
        Wanted(person=WU), Wanted(studio=NORTH), Wanted(event=name), Wanted(rule="A.9-4"), Wanted(since=DAYS[0]),
        Wanted(event=name, person=WU), EVERYTHING,
    ]  # fmt: skip

    for school, position in lines.items():
        found = [search(runtime, wanted, school, 1, 10).lines for wanted in asked]
        assert [[line.position for line in one] for one in found] == [[position]] * len(asked)
    foreign = [search(runtime, Wanted(stream=stream), SCHOOLS[1], 0, 10).lines for stream in STREAMS[:2]]
    assert [len(one) for one in foreign] == [0, 1]


async def test_days_are_those_of_recording_in_shanghai(runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    runtime.clock.move_to(LATER)
    monday, late, tuesday = (scribe.writes(joined(WU, NORTH), hours=hours) for hours in (1, 12, 2))
    runtime.index.catch_up()

    def on(since: date | None, until: date | None, **more: Any) -> list[int]:
        return [x.position for x in search(runtime, Wanted(since=since, until=until, **more), SCHOOLS[0], 0, 10).lines]

    for more in ({}, {"person": WU}, {"stream": STREAMS[0]}):
        assert on(date(2026, 3, 2), date(2026, 3, 2), **more) == [monday, late]
        assert on(date(2026, 3, 3), None, **more) == [tuesday]
        assert on(None, date(2026, 3, 2), **more) == [monday, late]
        assert on(date.min, date.max, **more) == [monday, late, tuesday]
        assert on(date.max, None, **more) == on(None, date.min, **more) == []


async def test_several_workers_index_each_line_once(opened: OpenRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_index, "PAGE", 3)
    workers = [opened() for _ in range(3)]
    scribe = Scribe(workers[0].log)
    written = [scribe.writes(joined(PERSONS[n % 2], NORTH)) for n in range(40)]

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda worker: worker.index.catch_up(), workers))
    workers[0].index.catch_up()

    assert workers[0].index.position() == written[-1]
    found = search(workers[0], Wanted(studio=NORTH), None, 0, 100)
    assert [line.position for line in found.lines] == written


async def test_an_index_that_another_version_made_is_made_anew(runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    position = scribe.writes(joined(WU, NORTH))
    runtime.index.catch_up()
    newer = LogIndex("testing", runtime.log, runtime.rows)
    newer.edition = "another"

    assert (newer.position(), newer.catch_up()) == (0, 0)
    assert newer.find(Wanted(person=WU).terms, None, 0, position, 10) == ([], 0)
    newer.ensure_current()
    newer.ensure_current()

    assert (newer.catch_up(), runtime.index.position()) == (position, 0)
    assert newer.find(Wanted(person=WU).terms, None, 0, position, 10) == ([position], position)


async def test_a_rebuilt_index_finds_the_same(runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    written = scribe.writes_all([joined(WU, NORTH), removed(WU, NORTH)])
    runtime.index.catch_up()

    assert runtime.index.rebuild() == written[-1]

    assert [line.position for line in search(runtime, Wanted(person=WU), None, 0, 10).lines] == written


@on_sqlite
async def test_other_fields_or_rules_of_an_event_make_another_edition(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = LogIndex("testing", runtime.log, runtime.rows).edition
    monkeypatch.setattr(log_index, "references", with_another_rule)

    assert runtime.index.edition == same
    assert LogIndex("testing", runtime.log, runtime.rows).edition != same


def with_another_rule(kind: type[Any]) -> Any:
    return references(kind)._replace(rules=("APP-08",))


async def test_a_line_that_nobody_can_read_is_found_by_its_name_and_stops_nothing(runtime: Runtime) -> None:
    scribe = Scribe(runtime.log)
    name = joined(WU, NORTH).__event_name__
    runtime.log.commit([decision(happening(UUID(int=77), 1, b"no JSON", name))])
    after = scribe.writes(joined(WU, NORTH))
    runtime.index.catch_up()

    found = search(runtime, Wanted(event=name), None, 0, 10)
    assert [line.position for line in found.lines] == [after - 1, after]
    assert [line.position for line in search(runtime, Wanted(person=WU), None, 0, 10).lines] == [after]
