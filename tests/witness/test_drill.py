"""The sealing key is stolen: step by step what deploy/README.md says, and what still holds at each."""

import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial

from shared.audit.checkpoint import Checkpoint
from shared.audit.key_policy import LOG, KeyPolicy
from shared.audit.note import Note, Signer
from shared.audit.policy import Policy
from shared.audit.tree import verify_consistency
from shared.chassis.cosigning import answers
from shared.chassis.key_making import KeyMaker
from shared.chassis.keys import Keys
from shared.chassis.own_stream import KEY_ROTATED, record
from shared.chassis.runtime import Runtime
from shared.chassis.settings import InstallationSettings
from tests.audit.witnessed import NAMES, WITNESSES, History
from tests.chassis.ledger import testing
from tests.conftest import Installation, on_sqlite
from tests.witness.conftest import Begin, Running

NOW = datetime(2030, 1, 15, 8, tzinfo=UTC)


def at_three(settings: InstallationSettings, running: list[Running]) -> Policy:
    """The auditors' policy of this installation, asking for two of three."""
    named = [f"witness {one.name} {WITNESSES[one.name].verifier.text} {one.url}" for one in running]
    witnesses = settings.home / "witnesses"
    witnesses.write_text("\n".join([*named, f"group two 2 {' '.join(NAMES)}", "quorum two"]))
    KeyMaker(settings.model_copy(update={"witness_policy": witnesses}), ["testing"]).make(NOW)
    return Policy.read((settings.public_folder / "policy").read_bytes())


def cosigned(history: History, size: int, key: Signer, policy: Policy) -> Note:
    asked = _note(history, size, key)
    told = answers(asked, history.proof, policy)
    return asked.with_lines(one.signature for one in told if one.signature)


def _note(history: History, size: int, key: Signer) -> Note:
    head = Checkpoint(key.name, size, history.tree.root(size))
    return Note.read(head.text.encode() + b"\n" + key.line(head.text).encode())


def kept(running: Running) -> Checkpoint:
    """What a witness's operator finds in its state."""
    [(note,)] = sqlite3.connect(running.state).execute("SELECT note FROM kept").fetchall()
    return Checkpoint.of(Note.read(note))


@on_sqlite
def test_what_witnesses_cosigned_stands_and_the_stolen_key_is_worth_nothing_afterwards(
    installation: Installation, begin: Begin
) -> None:
    settings = installation(["testing"])
    keys = Keys(settings)
    [stolen] = keys.signers("testing", NOW)
    running = [begin(name, logs=[stolen]) for name in NAMES]
    before, truth = at_three(settings, running), History(60)
    assert before.check(cosigned(truth, 33, stolen, before)).is_witnessed

    # The thief rewrites what was cosigned: no witness says a word, and without them nobody believes it.
    for since in (0, 20, 32):
        rewritten = History(60, since=since, teller=1)
        for size in (25, 33, 40):
            assert cosigned(rewritten, size, stolen, before).signatures == _note(rewritten, size, stolen).signatures
            assert not before.check(_note(rewritten, size, stolen)).is_witnessed

    # Step 2 and 3: what stands is what the witnesses hold, and it is ours.
    held = [kept(one) for one in running]
    assert held == [Checkpoint(stolen.name, 33, truth.tree.root(33))] * 3

    # Step 4: the key ends now; the log says so.
    entered = partial(record, "testing", settings, KEY_ROTATED)
    KeyMaker(settings, ["testing"]).rotate("testing", LOG, timedelta(0), NOW, entered)
    [renewed] = keys.signers("testing", NOW)
    runtime = Runtime(testing, settings)
    assert [line.event for line in runtime.log.read(0, 10)][-1] == KEY_ROTATED
    assert KeyPolicy.signed_by(keys.policy_note("testing"), [renewed.verifier]).of(LOG)[0].until == NOW

    # Step 5: auditors and witnesses have the new policy; the stolen key is a stranger's.
    after = at_three(settings, running)
    for one in running:
        one.kill()
        one.knows(renewed)
        one.start()
    assert [one.signature for one in answers(_note(truth, 40, stolen), truth.proof, after)] == [None] * 3
    assert "403" in answers(_note(truth, 40, stolen), truth.proof, after)[0].problem

    # Step 6: the next checkpoint proves itself from the one that stood.
    checked = after.check(cosigned(truth, 60, renewed, after))
    assert checked.is_witnessed
    verify_consistency(33, 60, truth.proof(33, 60), held[0].root, checked.checkpoint.root)


@on_sqlite
def test_a_thiefs_continuation_at_one_witness_shows_and_two_others_suffice(
    installation: Installation, begin: Begin
) -> None:
    settings = installation(["testing"])
    [stolen] = Keys(settings).signers("testing", NOW)
    running = [begin(name, logs=[stolen]) for name in NAMES]
    policy, truth, his = at_three(settings, running), History(60), History(60, since=33, teller=1)
    cosigned(truth, 33, stolen, policy)
    told = running[0].ask(b"old 33\n" + _proof(his) + b"\n" + _note(his, 60, stolen).whole)
    assert told.status_code == 200

    said = answers(_note(truth, 40, stolen), truth.proof, policy)

    assert "it has cosigned 60 leaves, this checkpoint has 40" in said[0].problem
    assert policy.check(cosigned(truth, 50, stolen, policy)).is_witnessed
    assert kept(running[0]).root == his.tree.root(60)


def _proof(history: History) -> bytes:
    from base64 import b64encode

    return b"".join(b64encode(hash) + b"\n" for hash in history.proof(33, 60))
