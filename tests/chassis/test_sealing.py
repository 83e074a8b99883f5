"""Sealing on both stores: what is committed is sealed and signed once, and what was changed since is found."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import make_url

from shared.audit.checkpoint import Checkpoint
from shared.audit.epochs import origin_of
from shared.audit.note import Note, Signer, signed
from shared.audit.policy import Policy
from shared.audit.tree import verify_consistency, verify_inclusion
from shared.chassis.kept import MemoryLost
from shared.chassis.log import Log, open_log
from shared.chassis.sealers import Sealers
from shared.chassis.sealing import NoSealer, Sealer, hash_of, open_sealer
from shared.chassis.seals import Sealed, Seals
from shared.chassis.settings import InstallationSettings
from tests.chassis.examples import BOARDS, CLOCKS, decision, happening
from tests.conftest import Databases, on_postgres

ORIGIN = "mingban.example/testing"
KEY, NEXT_KEY = Signer.made(ORIGIN), Signer.made(ORIGIN)
POLICY = Policy.read(f"log {KEY.verifier.text}\nquorum none\n".encode())
OpenSealer = Callable[..., Sealer]


@pytest.fixture
def log(store: InstallationSettings) -> Iterator[Log]:
    """The writer's: one line is there, the log's first."""
    opened = open_log(store.service_url("testing"), store.home / "testing" / "log.sqlite", pool_size=2)
    yield opened
    opened.close()


@pytest.fixture
def sealer(store: InstallationSettings) -> Iterator[OpenSealer]:
    """`sealer()`: several are as good as several processes."""
    made = []

    def one(*keys: Signer) -> Sealer:
        made.append(open_sealer("testing", store, ORIGIN, lambda: keys or (KEY,)))
        return made[-1]

    yield one
    for each in made:
        each.close()


def write(log: Log, count: int, stream: UUID = CLOCKS, start: int = 1) -> None:
    """`count` commands with one event each."""
    for number in range(start, start + count):
        log.commit([decision(happening(stream, number, f'{{"nonce":"{number}"}}'.encode()))])


def sealed(found: Sealed | None) -> Sealed:
    assert found is not None
    return found


def proven(log: Log, seals: Seals, seal: Sealed) -> int:
    """How many events of the log are proven by the tree of a checkpoint, each on its own."""
    tree, count = seals.tree(seal.epoch, seal.size), 0
    for line in log.read(0, 10_000):
        index = seals.index_of(seal.epoch, line.position)
        if index is not None and index < seal.size:
            verify_inclusion(
                hash_of(origin_of(ORIGIN, seal.epoch), line), index, seal.size, tree.inclusion(index), seal.root
            )
            count += 1
    return count


def test_every_event_is_sealed_in_order_and_the_checkpoint_is_signed(log: Log, sealer: OpenSealer) -> None:
    write(log, 300)

    one = sealer()
    seal = sealed(one.run())

    assert (seal.size, seal.through) == (301, log.head())
    assert POLICY.check(one.seals.note(seal, ORIGIN)).checkpoint == seal.checkpoint(ORIGIN)
    assert proven(log, one.seals, seal) == 301


def test_what_comes_later_grows_the_same_tree(log: Log, sealer: OpenSealer) -> None:
    one, sizes = sealer(), [1, 255, 256, 257, 512, 600]
    seals, start = [], 1
    for size in sizes:
        write(log, size - start, start=start)
        start = size
        seals.append(sealed(one.run()))

    last = seals[-1]
    tree = one.seals.tree(1, last.size)

    assert [seal.size for seal in seals] == sizes
    for seal in seals:
        verify_consistency(seal.size, last.size, tree.consistency(seal.size), seal.root, last.root)


def test_nothing_new_makes_no_new_checkpoint(log: Log, sealer: OpenSealer) -> None:
    write(log, 3)
    one = sealer()

    assert one.run() == one.run()
    assert one.seals.signed_sizes(1) == [4]


def test_positions_with_gaps_are_found_again(log: Log, sealer: OpenSealer, database: str) -> None:
    write(log, 2)
    with log._recorder.datastore.transaction(commit=False) as cursor:
        if database == "postgres":
            mine = (
                "INSERT INTO log.stored_events (originator_id, originator_version, topic, state) VALUES (%s,1,'x','')"
            )
            cursor.execute(mine, (BOARDS,))
    write(log, 2, start=3)
    one = sealer()
    seal = sealed(one.run())

    positions = [line.position for line in log.read(0, 10)]

    assert one.seals.positions(1, 0) == positions
    assert [one.seals.index_of(1, position) for position in positions] == [0, 1, 2, 3, 4]
    assert one.seals.index_of(1, max(positions) + 1) is None
    assert seal.through == positions[-1]


def test_two_keys_sign_while_one_takes_over_from_the_other(log: Log, sealer: OpenSealer) -> None:
    write(log, 1)
    one = sealer(KEY, NEXT_KEY)

    note = one.seals.note(sealed(one.run()), ORIGIN)

    assert set(note.signed_by([KEY.verifier, NEXT_KEY.verifier])) == {KEY.verifier, NEXT_KEY.verifier}


def test_many_sealers_at_once_make_one_tree(log: Log, sealer: OpenSealer) -> None:
    sealers = [sealer() for _ in range(4)]
    done, failed = threading.Event(), []

    def seal(one: Sealer) -> None:
        try:
            while not done.is_set():
                one.run()
        except Exception as failure:  # noqa: BLE001 - a thread tells nobody else
            failed.append(failure)

    threads = [threading.Thread(target=seal, args=(one,)) for one in sealers]
    for thread in threads:
        thread.start()
    write(log, 120)
    done.set()
    for thread in threads:
        thread.join()
    seal = sealed(sealers[0].run())

    assert failed == []
    assert seal.size == 121
    assert sealers[0].seals.halted() is None
    assert proven(log, sealers[0].seals, seal) == 121


def test_a_crash_between_writing_and_signing_signs_the_same_afterwards(
    log: Log, sealer: OpenSealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(log, 2)
    dying = sealer()
    with monkeypatch.context() as death:
        death.setattr(dying.seals, "sign", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            dying.run()
    written = sealed(dying.seals.newest())

    again = sealer()

    assert dying.seals.newest_signed() is None
    assert sealed(again.run()) == written
    assert POLICY.check(again.seals.note(written, ORIGIN)).checkpoint.size == 3


# ---- what was changed since

BY_HAND = {
    "an event's state": "UPDATE {events} SET state = {empty} WHERE {id} = 3",
    "an event's name": "UPDATE {events} SET topic = 'testing.opened' WHERE {id} = 3",
    "an event's version": "UPDATE {events} SET originator_version = 99 WHERE {id} = 3",
    "an event removed": "DELETE FROM {events} WHERE {id} = 3",
    "the last event removed": "DELETE FROM {events} WHERE {id} = 11",
    "a tile": "UPDATE {at}tiles SET hashes = {zeros} WHERE level = 0",
    "a checkpoint's root": "UPDATE {at}checkpoints SET root = {root}",
    "an older checkpoint's root": "UPDATE {at}checkpoints SET root = {root} WHERE size = 4",
    "where a tile begins": "UPDATE {at}tiles SET first_position = 9 WHERE level = 0",
    "a signature": "UPDATE {at}signatures SET line = 'nobody' WHERE size = 11",
    "the tiles removed": "DELETE FROM {at}tiles",
    "checkpoints removed": "DELETE FROM {at}signatures; DELETE FROM {at}checkpoints; DELETE FROM {at}tiles",
}


def forced(store: InstallationSettings, statement: str, *, superuser: str | None, service: str = "testing") -> None:
    """As whoever owns the database, every guard switched off."""
    if superuser:
        words = {
            "events": "log.stored_events", "id": "notification_id", "at": "log.", "empty": "''::bytea",
            "zeros": "decode(repeat('00', 32 * width), 'hex')", "root": "decode(repeat('00', 32), 'hex')",
            "root1": "decode(repeat('dd', 32), 'hex')",
        }  # fmt: skip
        with psycopg.connect(superuser) as connection:
            for table in ("stored_events", "tiles", "checkpoints", "signatures"):
                connection.execute(f"ALTER TABLE log.{table} DISABLE TRIGGER ALL")
            connection.execute(statement.format(**words))
        return
    words = {
        "events": "stored_events", "id": "rowid", "at": "", "empty": "x''",
        "zeros": "zeroblob(32 * width)", "root": "zeroblob(32)", "root1": "zeroblob(32)",
    }  # fmt: skip
    with closing(sqlite3.connect(store.home / service / "log.sqlite", isolation_level=None)) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        file.executescript(statement.format(**words))


@pytest.fixture
def by_force(store: InstallationSettings, database: str, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Change what is stored as superuser, or in the SQLite file."""
    superuser = None
    if database == "postgres":
        databases: Databases = request.getfixturevalue("databases")
        name = make_url(store.service_url("testing") or "").database or ""
        superuser = make_url(databases.admin_url).set(database=name).render_as_string(hide_password=False)
    return lambda statement: forced(store, statement, superuser=superuser)


@pytest.mark.parametrize("what", BY_HAND)
def test_what_is_changed_at_rest_is_found_by_the_next_seal_and_sealing_stops(
    log: Log, sealer: OpenSealer, by_force: Callable[[str], None], what: str
) -> None:
    write(log, 3)
    one = sealer()
    sealed(one.run())
    write(log, 7, start=4)
    sealed(one.run())

    by_force(BY_HAND[what])

    assert sealer().run() is None
    halt = one.seals.halted()
    assert halt is not None
    assert halt.code in ("tampered", "rewritten", "rollback_detected")
    write(log, 1, stream=BOARDS)
    assert one.run() is None, "nothing is sealed any more"


def test_it_is_said_which_event_was_changed(log: Log, sealer: OpenSealer, by_force: Callable[[str], None]) -> None:
    write(log, 10)
    sealed(sealer().run())

    by_force(BY_HAND["an event's state"])
    one = sealer()
    one.run()

    halt = one.seals.halted()
    assert halt is not None
    assert halt.detail == "the event at position 3 is not the one that was sealed as entry 2"


@on_postgres
def test_an_event_that_is_slipped_in_is_found(log: Log, sealer: OpenSealer, by_force: Callable[[str], None]) -> None:
    write(log, 4)
    by_force("INSERT INTO {events} OVERRIDING SYSTEM VALUE VALUES ('" + str(BOARDS) + "', 1, 'x', '', 40)")
    write(log, 1, stream=UUID(int=77))
    one = sealer()
    sealed(one.run())

    by_force("INSERT INTO {events} OVERRIDING SYSTEM VALUE VALUES ('" + str(BOARDS) + "', 2, 'x', '', 20)")

    assert sealer().run() is None


def test_a_restored_log_that_lost_its_tail_is_noticed_and_not_papered_over(
    log: Log, sealer: OpenSealer, by_force: Callable[[str], None]
) -> None:
    one = sealer()
    write(log, 3)
    one.run()
    write(log, 3, start=4)
    sealed(one.run())

    by_force(
        "DELETE FROM {events} WHERE {id} > 4; DELETE FROM {at}signatures WHERE size > 4;"
        " DELETE FROM {at}tiles; DELETE FROM {at}checkpoints WHERE size > 4"
    )
    write(log, 5, stream=BOARDS)

    assert sealer().run() is None
    halt = one.seals.halted()
    assert halt is not None
    assert (halt.code, halt.detail) == ("rollback_detected", "7 entries were published, and 4 are here")


def test_nothing_is_signed_that_the_tiles_do_not_have(
    log: Log, sealer: OpenSealer, by_force: Callable[[str], None]
) -> None:
    """Whoever owns the store would have the sealer sign a root of theirs, of a size that lost its signature."""
    one = sealer()
    for start in (1, 4):
        write(log, 3, start=start)
        sealed(one.run())

    by_force("DELETE FROM {at}signatures WHERE size = 7")
    by_force("INSERT INTO {at}checkpoints VALUES (1, 6, {root1}, 6, '2026-03-02T00:00:00+00:00')")

    assert sealer().run() is None
    assert one.seals.signed_sizes(1) == [4]


def test_a_checkpoint_of_another_log_is_no_memory_and_halts_nothing(
    log: Log, sealer: OpenSealer, store: InstallationSettings
) -> None:
    write(log, 1)
    sealed(sealer().run())
    kept = store.seal_state_folder / "testing.checkpoint"
    whole, other = kept.read_bytes(), Signer.made("mingban.example/other")

    for foreign in (
        signed(Checkpoint(other.name, 9, bytes(32)).text, other).whole,
        Note(Checkpoint(ORIGIN, 9, bytes(32)).text, Note.read(whole).signatures).whole,
        signed(Checkpoint(ORIGIN, 9, bytes(32)).text, Signer.made(ORIGIN)).whole,
    ):
        kept.write_bytes(foreign)
        with pytest.raises(MemoryLost, match=r"put the newest checkpoint"):
            sealer().run()

    kept.write_bytes(whole)
    assert sealed(sealer().run()).size == 2


def test_without_its_memory_the_sealer_does_not_go_on(
    log: Log, sealer: OpenSealer, store: InstallationSettings
) -> None:
    write(log, 1)
    sealed(sealer().run())
    kept = store.seal_state_folder / "testing.checkpoint"
    whole = kept.read_bytes()

    kept.unlink()
    with pytest.raises(MemoryLost, match=r"testing.checkpoint is gone; put the newest checkpoint there"):
        sealer().run()

    kept.write_bytes(whole[:-9])
    with pytest.raises(MemoryLost, match=r"is damaged"):
        sealer().run()

    kept.write_bytes(whole)
    assert sealed(sealer().run()).size == 2


def test_what_is_remembered_is_the_signed_checkpoint_itself(
    log: Log, sealer: OpenSealer, store: InstallationSettings
) -> None:
    write(log, 1)
    seal = sealed(sealer().run())

    note = Note.read((store.seal_state_folder / "testing.checkpoint").read_bytes())

    assert POLICY.check(note).checkpoint == seal.checkpoint(ORIGIN)


@on_postgres
def test_the_writers_role_seals_nothing(store: InstallationSettings) -> None:
    with pytest.raises(NoSealer, match="MINGBAN_SEALER_URL is needed"):
        open_sealer("testing", store.model_copy(update={"sealer_url": None}), ORIGIN, lambda: [KEY])


def test_one_log_that_cannot_be_sealed_does_not_hold_up_another(log: Log, sealer: OpenSealer, tmp_path: Path) -> None:
    write(log, 1)
    one = sealer()

    def broken() -> Sealer:
        raise OSError(tmp_path)

    Sealers({"broken": broken, "testing": lambda: one}).run()

    assert sealed(one.seals.newest_signed()).size == 2
