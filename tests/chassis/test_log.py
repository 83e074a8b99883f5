"""The log keeps what it was given, in order, each decision judged on its own."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from shared.chassis.batch import Entry, Known, Moved, Parked
from shared.chassis.envelope import Line
from shared.chassis.log import Log, open_log
from shared.chassis.migrate import OPENED, migrate
from shared.chassis.settings import InstallationSettings
from tests.chassis.examples import BOARDS, CHESS, CLOCKS, NOON, decision, happening

EXACT = '{"note":"明班  two spaces, 1.0 and \\u00e9 stay","b":1,"a":2}'.encode()
POISONED = Parked("elsewhere", 4, CLOCKS, 1, "elsewhere.announced", b'{"x":1}', "Unknown: no Counter")


@pytest.fixture
def log(store: InstallationSettings) -> Iterator[Log]:
    opened = open_log(store.service_url("testing"), store.home / "testing" / "log.sqlite", pool_size=4)
    yield opened
    opened.close()


def answers(entries: list[Entry]) -> list[str]:
    def answer(entry: Entry) -> str:
        said = {"conflict": entry.conflict, "mismatch": entry.mismatch, "replayed": entry.replayed is not None}
        return next((word for word, holds in said.items() if holds), "recorded")

    return [answer(entry) for entry in entries]


def test_a_fresh_log_says_in_its_first_line_what_it_is(log: Log) -> None:
    lines = log.read(0, 10)

    assert [(line.position, line.version, line.event) for line in lines] == [(1, 1, OPENED)]


def test_events_come_back_in_order_with_the_exact_bytes(log: Log) -> None:
    log.commit([decision(happening(CLOCKS, 1, EXACT, "testing.opened"), happening(BOARDS, 1, b"{}"))])
    log.commit([decision(happening(CLOCKS, 2, b' {"b" : 2}'))])

    assert log.read(1, 10) == [
        Line(2, CLOCKS, 1, "testing.opened", EXACT),
        Line(3, BOARDS, 1, "testing.counted", b"{}"),
        Line(4, CLOCKS, 2, "testing.counted", b' {"b" : 2}'),
    ]
    assert log.stream(CLOCKS) == [
        Line(0, CLOCKS, 1, "testing.opened", EXACT),
        Line(0, CLOCKS, 2, "testing.counted", b' {"b" : 2}'),
    ]
    assert log.stream(CLOCKS, above=1) == [Line(0, CLOCKS, 2, "testing.counted", b' {"b" : 2}')]


def test_a_batch_of_decisions_takes_consecutive_positions(log: Log) -> None:
    batch = [
        decision(happening(CLOCKS, 1), happening(CLOCKS, 2)),
        decision(),
        decision(happening(BOARDS, 1)),
    ]

    log.commit(batch)

    assert [entry.position for entry in batch] == [3, 3, 4]
    assert log.head() == 4


def test_a_page_holds_as_many_lines_as_were_asked_for(log: Log) -> None:
    log.commit([decision(*(happening(CLOCKS, version) for version in range(1, 8)))])

    assert [line.position for line in log.read(3, 2)] == [4, 5]


def test_a_conflict_spares_the_neighbours(log: Log) -> None:
    log.commit([decision(happening(CLOCKS, 1))])
    batch = [
        decision(happening(BOARDS, 1), key="a"),
        decision(happening(CLOCKS, 1), happening(CHESS, 1), key="b"),
        decision(happening(CLOCKS, 2), key="c"),
        decision(happening(CHESS, 1), key="d"),
    ]

    log.commit(batch)

    assert answers(batch) == ["recorded", "conflict", "recorded", "recorded"]
    assert [(line.stream, line.version) for line in log.read(2, 10)] == [(BOARDS, 1), (CLOCKS, 2), (CHESS, 1)]


@pytest.mark.parametrize("versions", [[2], [1, 3], [1, 1], [2, 1]])
def test_a_stream_has_no_hole_and_no_doubled_version(log: Log, versions: list[int]) -> None:
    entry = decision(*(happening(CLOCKS, version) for version in versions))

    log.commit([entry])

    assert (answers([entry]), log.head()) == (["conflict"], 1)


def test_a_decision_conflicts_when_a_stream_that_it_read_moved_on(log: Log) -> None:
    batch = [
        decision(happening(CLOCKS, 1)),
        decision(happening(BOARDS, 1), reads={CLOCKS: 0}),
        decision(happening(CHESS, 1), reads={CLOCKS: 1}),
        decision(reads={CLOCKS: 2}),
    ]

    log.commit(batch)

    assert answers(batch) == ["recorded", "conflict", "recorded", "conflict"]


def test_a_key_answers_again_what_it_answered_first(log: Log) -> None:
    first = decision(happening(CLOCKS, 1), key="apply")
    log.commit([first])
    log.commit([decision(happening(BOARDS, 1))])
    again = decision(happening(CLOCKS, 2), key="apply")

    log.commit([again])

    assert again.replayed == Known("r", first.position, b"outcome of apply")
    assert log.head() == 3


def test_a_replay_is_recognised_before_its_conflict(log: Log) -> None:
    log.commit([decision(happening(CLOCKS, 1), key="apply")])
    again = decision(happening(CLOCKS, 1), key="apply")

    log.commit([again])

    assert answers([again]) == ["replayed"]


def test_a_key_with_another_request_is_a_mismatch(log: Log) -> None:
    log.commit([decision(happening(CLOCKS, 1), key="apply", request="for clocks")])
    other = decision(happening(BOARDS, 1), key="apply", request="for boards")

    log.commit([other])

    assert (answers([other]), log.head()) == (["mismatch"], 2)


def test_a_key_doubled_within_a_batch_answers_like_the_first(log: Log) -> None:
    batch = [
        decision(happening(CLOCKS, 1), key="apply"),
        decision(happening(BOARDS, 1), key="other"),
        decision(happening(CLOCKS, 1), key="apply"),
    ]

    log.commit(batch)

    assert answers(batch) == ["recorded", "recorded", "replayed"]
    assert batch[2].replayed == Known("r", batch[0].position, b"outcome of apply")


def test_a_key_doubled_within_a_batch_records_once(log: Log) -> None:
    batch = [
        decision(happening(CLOCKS, 1), key="apply"),
        decision(happening(CLOCKS, 1), key="apply"),
        decision(happening(CLOCKS, 1), key="apply", request="another"),
    ]

    log.commit(batch)

    assert (answers(batch), log.head()) == (["recorded", "replayed", "mismatch"], 2)


def test_a_refusal_stores_nothing_under_its_key(log: Log) -> None:
    refusal = decision(key="apply", outcome=None)
    log.commit([refusal])
    accepted = decision(happening(CLOCKS, 1), key="apply", request="corrected")

    log.commit([accepted])

    assert (refusal.position, answers([refusal, accepted])) == (1, ["recorded", "recorded"])


def test_an_answer_without_events_is_kept_under_its_key(log: Log) -> None:
    log.commit([decision(happening(CLOCKS, 1)), decision(key="already so")])
    again = decision(key="already so")

    log.commit([again])

    assert again.replayed == Known("r", 2, b"outcome of already so")


def test_keys_are_forgotten_in_time_but_those_of_payments_stay(log: Log) -> None:
    log.commit([decision(key="visit"), decision(key="payment", kept=True)])

    assert log.purge_keys(NOON) == 0
    assert log.purge_keys(NOON + timedelta(microseconds=1)) == 1
    batch = [decision(key="visit"), decision(key="payment", kept=True)]
    log.commit(batch)
    assert answers(batch) == ["recorded", "replayed"]


def test_a_follower_moves_only_from_where_it_stands(log: Log) -> None:
    batch = [
        decision(happening(CLOCKS, 1), moved=Moved("elsewhere", 0, 7)),
        decision(happening(BOARDS, 1), moved=Moved("elsewhere", 0, 7)),
        decision(moved=Moved("elsewhere", 7, 9)),
    ]

    log.commit(batch)

    assert answers(batch) == ["recorded", "conflict", "recorded"]
    assert (log.follower_position("elsewhere"), log.follower_position("another")) == (9, 0)
    assert log.head() == 2


def test_what_is_parked_stays_until_it_is_taken_back(log: Log) -> None:
    log.commit([decision(parks=[POISONED], moved=Moved("elsewhere", 0, 4))])

    assert log.parked() == [POISONED]
    log.commit([decision(unparks=[("elsewhere", 4)])])
    assert log.parked() == []


def test_a_stream_that_nobody_wrote_is_empty(log: Log) -> None:
    assert log.stream(UUID(int=404)) == []


def test_a_log_is_migrated_twice_without_harm(store: InstallationSettings, log: Log) -> None:
    log.commit([decision(happening(CLOCKS, 1))])
    migrate("testing", store)

    assert [line.event for line in log.read(0, 10)] == [OPENED, "testing.counted"]
