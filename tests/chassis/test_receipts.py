"""Who asks for something that counts gets a receipt for it: the stored bytes, promised to be sealed."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from mingban.composition import SERVICES
from mingban.composition import web as whole
from shared.audit.key_policy import RECEIPT
from shared.audit.leaf import leaf_of
from shared.audit.note import Note
from shared.audit.receipt import Receipt as Promise
from shared.audit.tree import leaf_hash
from shared.chassis.deciding import Receipt
from shared.chassis.envelope import Line
from shared.chassis.key_making import KeyMaker
from shared.chassis.keys import BadKeys, Keys
from shared.chassis.receipts import Lost, Receipts, promising, recorded
from shared.chassis.settings import InstallationSettings
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History
from shared.kernel.values import Whole
from tests.chassis.conftest import OpenRuntime
from tests.chassis.examples import BOARDS, CHESS, CLOCKS, NOON, asked, decision, happening
from tests.chassis.ledger import Open, testing
from tests.chassis.tally import Counter, Opened, Shelf, Shelved
from tests.chassis.web import Web
from tests.conftest import ORIGIN, Installation, on_sqlite

OPEN = {"counter_id": str(CLOCKS), "owner": "anna", "most": 10}


def open_and_shelve(asked: Open, history: History, _context: Context) -> Sequence[Aggregate]:
    """Three events in two streams."""
    known, shelf = history.find(Counter, asked.counter_id), history.find(Shelf, Shelf.id_for(asked.owner))
    if known.exists:
        return [known]
    counter = Counter.open(asked.counter_id, owner=asked.owner, most=asked.most, closes_on=None, notice_workdays=None)
    counter.count(Whole(1))
    shelf.record(Shelved(counter_id=asked.counter_id))
    return [counter, shelf]


promising_service = replace(testing, receipts=(Opened,), handlers={**testing.handlers, Open: open_and_shelve})


@pytest.fixture
def till(store: InstallationSettings) -> Iterator[Web]:
    """The small service, promising the sealing of each opening."""
    made = Web(store, promising_service)
    with made.client:
        yield made


def believed(settings: InstallationSettings, text: str) -> Promise:
    """As somebody reads it who knows the log's key policy and nothing else."""
    return Promise.signed_by(Note.read(text.encode()), Keys(settings).policy("testing"))


def sealed(lines: Sequence[Line]) -> dict[int, bytes]:
    """The leaves' hashes that the log's tree will have."""
    leaves = [leaf_of(f"{ORIGIN}/testing", *line) for line in lines]
    return {leaf.n: leaf_hash(leaf.text) for leaf in leaves}


def test_a_command_that_counts_is_answered_with_a_receipt_of_all_its_events(
    till: Web, store: InstallationSettings
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)

    answer = till.ask("/counters", OPEN).json()

    promise = believed(store, answer["receipt"])
    lines = till.runtime.log.read(1, 10)
    assert answer["events"] == ["testing.opened", "testing.counted", "testing.shelved"]
    assert (promise.origin, promise.entries) == (f"{ORIGIN}/testing", tuple(sealed(lines).items()))
    assert before + timedelta(hours=1) <= promise.sealed_by <= datetime.now(UTC) + timedelta(hours=1)
    assert promise.broken(sealed(lines)) == []


def test_the_same_request_again_gets_a_receipt_of_the_same_events(till: Web, store: InstallationSettings) -> None:
    first = till.ask("/counters", OPEN).json()
    till.ask("/counters", OPEN | {"counter_id": str(BOARDS)}, key="other")

    again = till.ask("/counters", OPEN)

    assert again.headers["idempotency-replayed"] == "true"
    assert believed(store, again.json()["receipt"]).entries == believed(store, first["receipt"]).entries


def test_what_was_so_already_and_what_promises_nothing_is_answered_without(till: Web) -> None:
    till.ask("/counters", OPEN)

    so_already = till.ask("/counters", OPEN, key="again")
    counted = till.ask("/counts", {"counter_id": str(CLOCKS), "by": 1}, key="count")

    assert (so_already.status_code, counted.status_code) == (200, 201)
    assert "receipt" not in so_already.json() | counted.json()


def test_a_changed_event_breaks_the_receipt(till: Web, store: InstallationSettings) -> None:
    promise = believed(store, till.ask("/counters", OPEN).json()["receipt"])
    opened, counted, shelved = till.runtime.log.read(1, 10)

    forged = counted._replace(state=counted.state.replace(b'"by":1', b'"by":2'))
    assert promise.broken(sealed([opened, forged, shelved])) == [counted.position]
    assert promise.broken(sealed([opened, shelved])) == [counted.position]


async def test_each_of_many_who_ask_at_once_gets_a_receipt_of_his_own(
    opened: OpenRuntime, store: InstallationSettings
) -> None:
    runtime, promised = opened(promising_service), promising(promising_service, store)
    assert promised
    receipts = Receipts(runtime.log, promised)

    async def one(number: int) -> tuple[Receipt, Promise]:
        answer = await runtime.execute(Open(counter_id=UUID(int=number)), asked(f"open {number}"))
        return answer, believed(store, await receipts.signed(answer))

    given = await asyncio.gather(*(one(number) for number in range(1, 61)))
    receipts.stop()

    log = sealed(runtime.log.read(0, 1000))
    assert [n for _, promise in given for n in promise.broken(log)] == []
    assert [[n for n, _ in promise.entries] for _, promise in given] == [
        [answer.position - 2, answer.position - 1, answer.position] for answer, _ in given
    ]


async def test_a_rotated_key_is_taken_up_without_a_new_start(
    opened: OpenRuntime, store: InstallationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.chassis.receipts.RENEWED_SECONDS", 0.0)
    runtime, promised = opened(promising_service), promising(promising_service, store)
    assert promised
    receipts, keys = Receipts(runtime.log, promised), Keys(store)
    answer = await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    signed_by = [Note.read((await receipts.signed(answer)).encode())]

    KeyMaker(store, ["testing"]).rotate("testing", RECEIPT, timedelta(0), datetime.now(UTC), lambda _: None)
    signed_by.append(Note.read((await receipts.signed(answer)).encode()))
    new = keys.policy("testing").of(RECEIPT)[-1].key
    keys.private_path(RECEIPT, "testing", new).unlink()
    signed_by.append(Note.read((await receipts.signed(answer)).encode()))
    receipts.stop()

    assert [list(note.signed_by([new])) for note in signed_by] == [[], [new], [new]]


def act(correlation: str) -> bytes:
    head = {"actor": {"person": None}, "at": NOON, "causation": "c", "school": "jiangyin"}
    return orjson.dumps(head | {"correlation": correlation})


async def test_events_of_one_command_are_found_even_when_others_lie_between(opened: OpenRuntime) -> None:
    log = opened().log
    others = [decision(happening(UUID(int=n), 1, act(f"other {n}"))) for n in range(1, 1500)]
    first, last = happening(CLOCKS, 1, act("ours")), happening(BOARDS, 1, act("ours"))
    log.commit([decision(first), *others, ending := decision(last)])
    receipt = Receipt(ending.position, BOARDS, 1, ("testing.counted", "testing.counted"))

    assert [line.stream for line in recorded(log, receipt, {})] == [CLOCKS, BOARDS]


async def test_events_that_are_gone_are_not_promised(opened: OpenRuntime) -> None:
    log = opened().log
    log.commit([ending := decision(happening(CHESS, 1, act("ours")))])

    for receipt in (
        Receipt(ending.position, CHESS, 2, ("testing.counted", "testing.counted")),
        Receipt(ending.position, CHESS, 1, ("testing.opened",)),
        Receipt(ending.position + 1, CHESS, 1, ("testing.counted",)),
    ):
        with pytest.raises(Lost):
            recorded(log, receipt, {line.position: line for line in log.read(0, 100)})


@on_sqlite
def test_a_service_that_promises_receipts_does_not_start_without_a_key(installation: Installation) -> None:
    settings = installation(["testing"])
    key = Keys(settings).policy("testing").of(RECEIPT)[0].key
    path = Keys(settings).private_path(RECEIPT, "testing", key)

    path.chmod(0o644)
    with pytest.raises(BadKeys, match="can be read by others than its owner"):
        Web(settings, promising_service)
    path.unlink()
    with pytest.raises(BadKeys, match="is missing: make keys with mingban keys make"):
        Web(settings, promising_service)
    Web(settings, testing)


@on_sqlite
def test_the_whole_installation_says_in_one_sentence_that_keys_are_missing(installation: Installation) -> None:
    settings = installation(list(SERVICES)).model_copy(update={"public_keys": installation(["testing"]).public_folder})

    with pytest.raises(SystemExit, match=r"mingban cannot start: .* make keys with mingban keys make"):
        whole(settings)


def _answers(openapi: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = openapi["components"]["schemas"]["ReceiptView"]
    return found


@on_sqlite
def test_the_receipt_is_described_and_optional(till: Web) -> None:
    described = _answers(till.client.get("/testing/openapi.json").json())

    assert described["properties"]["receipt"]["anyOf"] == [{"type": "string"}, {"type": "null"}]
    assert "receipt" not in described["required"]
