"""The keys of an installation: made once, read by whom they belong to, rotated on record, and lost without silence."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.audit.key_policy import LOG, RECEIPT, KeyPolicy
from shared.audit.note import COSIGNATURE, BadNote, Note, Signer, signed
from shared.audit.policy import Policy
from shared.chassis.envelope import Line
from shared.chassis.follower import Follower
from shared.chassis.key_making import KeyMaker
from shared.chassis.keys import ANCHOR, BadKeys, Keys
from shared.chassis.log import Log, open_log
from shared.chassis.migrate import KIND, OPENED, WrongLog
from shared.chassis.own_stream import KEY_ROTATED, record
from shared.chassis.settings import InstallationSettings
from shared.chassis.upstream import OwnLog
from tests.audit.witnessed import NAMES, WITNESSES
from tests.chassis.conftest import OpenRuntime
from tests.chassis.examples import CLOCKS, asked
from tests.chassis.ledger import Close, Open
from tests.chassis.web import Web
from tests.conftest import ORIGIN, Installation, on_sqlite

NOW = datetime(2030, 1, 15, 8, 0, 0, 250_000, tzinfo=UTC)
MONTH, SECOND = timedelta(days=30), timedelta(seconds=1)


def maker(settings: InstallationSettings) -> KeyMaker:
    return KeyMaker(settings, ["testing"])


def rotate(
    settings: InstallationSettings, use: str = LOG, overlap: timedelta = MONTH, now: datetime = NOW
) -> dict[str, Any]:
    return maker(settings).rotate(
        "testing", use, overlap, now, lambda rotation: record("testing", settings, KEY_ROTATED, rotation)
    )


def files(folder: Path) -> dict[Path, tuple[int, bytes]]:
    return {path: (path.stat().st_mode & 0o777, path.read_bytes()) for path in folder.rglob("*.key")}


def told(log: Log) -> list[Line]:
    return log.stream(KIND)


@pytest.fixture
def fresh(tmp_path: Path) -> InstallationSettings:
    """An embedded installation before its first start."""
    return InstallationSettings(home=tmp_path / "fresh")


def test_an_installation_makes_a_name_of_its_own_and_keys_that_only_their_owner_reads(
    fresh: InstallationSettings,
) -> None:
    maker(fresh).make(NOW)
    other = fresh.model_copy(update={"home": fresh.home.parent / "other"})
    maker(other).make(NOW)

    assert Keys(fresh).origin != Keys(other).origin
    assert {mode for mode, _ in files(fresh.home).values()} == {0o600}
    assert {folder.stat().st_mode & 0o777 for folder in (fresh.seal_folder, fresh.receipt_folder)} == {0o700}
    assert [path.name.partition("-")[0] for path in sorted(files(fresh.seal_folder))] == ["anchor", "testing"]
    assert [path.name.partition("-")[0] for path in sorted(files(fresh.receipt_folder))] == ["testing"]


def test_what_is_there_is_never_overwritten(fresh: InstallationSettings) -> None:
    maker(fresh).make(NOW)
    before, policy = files(fresh.home), Keys(fresh).policy_note("testing")

    maker(fresh).make(NOW + 400 * MONTH)

    assert (files(fresh.home), Keys(fresh).policy_note("testing")) == (before, policy)


def test_many_who_make_at_once_make_one_set_of_keys(fresh: InstallationSettings) -> None:
    together = threading.Barrier(4)

    def one(_: int) -> None:
        together.wait()
        maker(fresh).make(NOW)

    with ThreadPoolExecutor(4) as processes:
        list(processes.map(one, range(4)))

    assert len(files(fresh.home)) == 3


def test_a_making_that_was_cut_short_is_finished_with_the_keys_it_had_made(fresh: InstallationSettings) -> None:
    maker(fresh).make(NOW)
    made = files(fresh.home)
    Keys(fresh).policy_path("testing").unlink()

    maker(fresh).make(NOW)

    assert files(fresh.home) == made


def test_each_log_is_sealed_by_its_own_key_and_says_so_in_a_policy_that_it_signed(fresh: InstallationSettings) -> None:
    maker(fresh).make(NOW)
    keys = Keys(fresh)
    [signer] = keys.signers("testing", NOW)

    policy = KeyPolicy.signed_by(keys.policy_note("testing"), [signer.verifier])

    assert policy.origin == signer.name == f"{keys.origin}/testing"
    assert policy.keys(RECEIPT, NOW) == [keys.receipt_signer("testing", NOW).verifier]
    assert keys.signers(ANCHOR, NOW)[0].name == f"{keys.origin}/anchor"
    assert keys.policy(ANCHOR).of(RECEIPT) == []


def test_auditors_find_a_policy_that_names_the_logs_and_the_witnesses(
    fresh: InstallationSettings, tmp_path: Path
) -> None:
    maker(fresh).make(NOW)
    logs = {f"{Keys(fresh).origin}/{name}" for name in ("testing", ANCHOR)}
    alone = Policy.read((fresh.public_folder / "policy").read_bytes())
    assert ({log.key.name for log in alone.logs}, alone.quorum) == (logs, "none")

    lines = [f"witness {name} {WITNESSES[name].verifier.text} http://127.0.0.1:9001" for name in NAMES]
    (tmp_path / "witnesses").write_text("\n".join([*lines, f"group two 2 {' '.join(NAMES)}", "quorum two"]))
    maker(fresh.model_copy(update={"witness_policy": tmp_path / "witnesses"})).make(NOW)

    witnessed = Policy.read((fresh.public_folder / "policy").read_bytes())
    assert ({log.key.name for log in witnessed.logs}, witnessed.quorum) == (logs, "two")
    assert list(witnessed.witnesses) == list(NAMES)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"origin": "another.example"}, "the logs are named .* for ever .* and MINGBAN_ORIGIN says another.example"),
        ({"public_keys": Path("/nowhere")}, "there are no keys in /nowhere: make them with mingban keys make"),
        ({"seal_keys": Path("/nowhere")}, "is missing: make keys with mingban keys make"),
    ],
)
def test_keys_that_are_elsewhere_or_of_another_name_are_said_so(
    fresh: InstallationSettings, change: dict[str, Any], said: str
) -> None:
    maker(fresh).make(NOW)

    with pytest.raises(BadKeys, match=said):
        Keys(fresh.model_copy(update=change)).signers("testing", NOW)


def test_in_production_somebody_has_to_name_the_logs(fresh: InstallationSettings) -> None:
    production = fresh.model_copy(update={"database_url": "postgresql://writer@postgres/{service}"})

    with pytest.raises(BadKeys, match="MINGBAN_ORIGIN is needed to make keys"):
        maker(production).make(NOW)
    maker(production.model_copy(update={"origin": ORIGIN})).make(NOW)
    assert Keys(production).origin == ORIGIN


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_can_read_stops_the_start(fresh: InstallationSettings, mode: int) -> None:
    maker(fresh).make(NOW)
    next(iter(files(fresh.seal_folder))).chmod(mode)

    with pytest.raises(BadKeys, match="can be read by others than its owner: chmod 600 it"):
        maker(fresh).make(NOW)


def test_a_key_policy_that_somebody_changed_is_not_signed_by(fresh: InstallationSettings) -> None:
    maker(fresh).make(NOW)
    keys = Keys(fresh)
    thief = Signer.made(keys.origin_of("testing"))
    forged = keys.policy("testing").rotated(LOG, thief.verifier, NOW, NOW + MONTH)
    keys.policy_path("testing").write_bytes(signed(forged.text, thief).whole)

    with pytest.raises(BadKeys):
        keys.signers("testing", NOW + SECOND)


def test_old_and_new_key_seal_side_by_side_and_then_the_old_one_stops(store: InstallationSettings) -> None:
    keys = Keys(store)
    [old] = keys.signers("testing", NOW)

    rotate(store)

    [still, new] = keys.signers("testing", NOW)
    assert still == old
    assert keys.signers("testing", NOW + MONTH - SECOND) == [old, new]
    assert keys.signers("testing", NOW + MONTH) == [new]
    note = keys.policy_note("testing")
    assert KeyPolicy.signed_by(note, [old.verifier]) == KeyPolicy.signed_by(note, [new.verifier])


def test_a_rotation_is_an_event_of_the_log_and_disturbs_nobody(store: InstallationSettings) -> None:
    [old] = Keys(store).signers("testing", NOW)
    till = Keys(store).receipt_signer("testing", NOW)
    web = Web(store)
    with web.client:
        web.ask("/counters", {"counter_id": str(CLOCKS), "owner": "anna", "most": 10})
        rotate(store)
        rotate(store, RECEIPT, now=NOW + SECOND)
        web.ask("/counts", {"counter_id": str(CLOCKS), "by": 3}, key="count")
        web.project()
        shown = web.look(f"/counters/{CLOCKS}").json()
        lines = [
            web.client.get("/testing/log", headers=web.token("auditor", school=school)).json()["items"]
            for school in (None, "jiangyin")
        ]
        status = web.client.get("/testing/status", headers=web.token("auditor", school=None)).json()
        log = told(web.runtime.log)

    assert shown["total"] == 3
    assert (status["projected"], status["parked"]) == (status["head"], [])
    assert [item["event"] for item in lines[0]] == [
        OPENED,
        "testing.opened",
        KEY_ROTATED,
        KEY_ROTATED,
        "testing.counted",
    ]
    assert [item["event"] for item in lines[1]] == ["testing.opened", "testing.counted"]
    assert [line.version for line in log] == [1, 2, 3]
    assert [orjson.loads(line.state)["body"] for line in log[1:]] == [
        {
            "use": "seal",
            "days": 30,
            "from": "2030-01-15T08:00:00Z",
            "old": [old.verifier.text],
            "new": Keys(store).signers("testing", NOW)[-1].verifier.text,
        },
        {
            "use": "receipt",
            "days": 30,
            "from": "2030-01-15T08:00:01Z",
            "old": [till.verifier.text],
            "new": Keys(store).receipt_signer("testing", NOW + SECOND).verifier.text,
        },
    ]


async def test_followers_pass_a_rotation_over(opened: OpenRuntime, store: InstallationSettings) -> None:
    runtime = opened()
    await runtime.execute(Open(counter_id=CLOCKS), asked("open"))
    rotate(store)
    await runtime.execute(Close(counter_id=CLOCKS), asked("close"))

    await Follower(runtime, "testing", OwnLog(runtime.log)).catch_up()

    assert [line.event for line in runtime.log.read(0, 10)][2:] == [KEY_ROTATED, "testing.closed", "testing.shelved"]
    assert runtime.log.parked() == []
    assert [line.event for line in opened().log.read(0, 1)] == [OPENED]


@pytest.mark.parametrize("landed", [False, True])
def test_a_rotation_that_was_cut_short_is_finished_and_recorded_once(
    store: InstallationSettings, *, landed: bool
) -> None:
    keys, before = Keys(store), Keys(store).policy_note("testing")

    def breaking(rotation: dict[str, Any]) -> None:
        if landed:
            record("testing", store, KEY_ROTATED, rotation)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        maker(store).rotate("testing", LOG, MONTH, NOW, breaking)
    assert keys.policy_note("testing") == before
    rotate(store, now=NOW + MONTH / 2)

    log = open_log(store.service_url("testing"), store.home / "testing" / "log.sqlite", pool_size=1)
    events = [line.event for line in told(log)]
    log.close()
    assert events == [OPENED, KEY_ROTATED]
    assert [term.since for term in keys.policy("testing").of(LOG)][1:] == [NOW.replace(microsecond=0)]


@on_sqlite
@pytest.mark.parametrize("days", [1, 29])
def test_an_overlap_is_thirty_days_or_more(store: InstallationSettings, days: int) -> None:
    with pytest.raises(BadKeys, match="for 30 days at least"):
        rotate(store, overlap=timedelta(days=days))


@on_sqlite
def test_a_rotation_needs_a_log_to_be_recorded_in(installation: Installation) -> None:
    settings = installation(["testing"], migrated=False)
    (settings.home / "testing").mkdir()

    with pytest.raises(WrongLog, match="run mingban migrate"):
        rotate(settings)


def test_a_lost_key_is_replaced_at_once_and_the_policy_says_when_it_ended(store: InstallationSettings) -> None:
    keys = Keys(store)
    [lost] = keys.signers("testing", NOW)
    keys.private_path(LOG, "testing", lost.verifier).unlink()
    with pytest.raises(BadKeys, match=r"is missing: .* or rotate a lost one"):
        keys.signers("testing", NOW)

    rotate(store, overlap=timedelta(0))

    [new] = keys.signers("testing", NOW)
    assert new != lost
    assert [term.until for term in keys.policy("testing").of(LOG)] == [NOW.replace(microsecond=0), None]
    logs = Policy.read((store.public_folder / "policy").read_bytes())
    assert logs.keys_of(f"{ORIGIN}/testing") == [new.verifier]
    with pytest.raises(BadNote, match="no trusted key"):
        KeyPolicy.signed_by(keys.policy_note("testing"), [lost.verifier])


def test_a_note_is_read_from_the_public_folder_as_it_was_written(fresh: InstallationSettings) -> None:
    maker(fresh).make(NOW)
    path = Keys(fresh).policy_path("testing")

    assert Note.read(path.read_bytes()).whole == path.read_bytes()
    path.write_bytes(b"mingban key policy v1\n")
    with pytest.raises(BadKeys, match="a text, an empty line, and signature lines"):
        Keys(fresh).signers("testing", NOW)


def test_keys_made_without_the_setting_send_no_witness_away(store: InstallationSettings, tmp_path: Path) -> None:
    witness = Signer.made("office.example/witness", COSIGNATURE).verifier
    (tmp_path / "witnesses").write_text(f"witness office {witness.text}\nquorum office\n")
    policy = store.public_folder / "policy"

    KeyMaker(store.model_copy(update={"witness_policy": tmp_path / "witnesses"}), ["testing"]).make(NOW)
    told = policy.read_bytes()
    KeyMaker(store, ["testing"]).make(NOW)

    assert policy.read_bytes() == told
    assert Policy.read(told).quorum == "office"
