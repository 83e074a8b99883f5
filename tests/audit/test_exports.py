"""An export that holds: what is verified, what may be withheld, what is remarked, and what was promised."""

import tarfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from shared.audit.archive import header
from shared.audit.exporting import Entry, event_line, read_line
from shared.audit.leaf import read_leaf
from shared.audit.note import Note, Signer, signed
from shared.audit.policy import Policy
from shared.audit.proof import EntryProof
from shared.audit.receipt import Receipt
from shared.audit.said import Unusable
from shared.audit.tree import Tree, leaf_hash
from shared.audit.verifying import SHOWN, Asked, Kept, Report, Shown, verify
from tests.audit.exports import (
    ALONE,
    BEGAN,
    ELSEWHERE,
    LOG,
    ORIGIN,
    POLICY,
    RECEIPTS,
    WITNESSES,
    Log,
    Making,
    a_log,
    cosigned,
    head,
    key_policy,
    leaf_for,
    n_of,
    policy_text,
    seen_at,
)
from tests.audit.test_tree import empty


def codes(report: Report) -> list[str]:
    return [one.code for one in report.findings]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "export.tar"


def test_an_export_of_what_was_sealed_holds(path: Path) -> None:
    report = verify(a_log().written(path), POLICY)

    assert report == Report(ORIGIN, size=100, checkpoints=3, witnessed=100)


def test_anybodys_tar_reads_an_export(path: Path) -> None:
    log = a_log()
    with tarfile.open(log.written(path)) as tar:
        lines = tar.extractfile("events.jsonl")
        hashes = tar.extractfile("hashes")
        assert lines is not None
        assert hashes is not None
        assert tar.getnames() == ["events.jsonl", "hashes", "checkpoints", "keys"]
        assert [read_line(line) for line in lines] == [
            Entry(*one) for one in zip(log.leaves, log.states, strict=True)
        ]  # fmt: skip
        assert hashes.read() == b"".join(log.hashes)


def test_the_same_log_is_the_same_file_byte_for_byte_and_half_of_one_is_never_there(tmp_path: Path) -> None:
    log = a_log()
    first, second = log.written(tmp_path / "a.tar"), log.written(tmp_path / "b.tar")
    broken = replace(log, leaves=(*log.leaves, b"x"))

    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(ValueError):
        broken.written(tmp_path / "c.tar")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.tar", "b.tar"]


@pytest.mark.parametrize("size", [0, 1, 8**11 - 1, 8**11, 2**50])
def test_a_header_of_any_size_is_read_by_anybodys_tar(size: int) -> None:
    read = tarfile.TarInfo.frombuf(header("events.jsonl", size), "utf-8", "strict")

    assert (read.name, read.size, read.mtime, read.mode) == ("events.jsonl", size, 0, 0o644)


@pytest.mark.parametrize("state", [b"{}", '{"a":"名\\"\\n\x7f"}'.encode(), b"\xff\x00", b"", b"null", None])
def test_a_line_has_the_exact_stored_state(state: bytes | None) -> None:
    entry = Entry(a_log(1, ()).leaves[0], state)

    assert read_line(event_line(entry)) == entry


@pytest.mark.parametrize(
    "state", [b'"\\u0041"', b'"\\/"', b'"a"b"', b'"a', b'"\\ud800"', b'"\\u001F"', b"{}", b'"\xff"']
)
def test_a_state_has_only_one_way_of_writing(state: bytes) -> None:
    with pytest.raises(ValueError):
        read_line(b'{"leaf":' + a_log(1, ()).leaves[0] + b',"state":' + state + b"}\n")


def test_text_never_stands_there_as_base64() -> None:
    with pytest.raises(ValueError):
        read_line(b'{"leaf":' + a_log(1, ()).leaves[0] + b',"state_base64":"e30="}\n')


def test_a_log_of_nothing_holds(path: Path) -> None:
    assert verify(a_log(0, ()).written(path), POLICY).holds


def test_withheld_states_hold_where_that_is_agreed_and_are_counted(path: Path) -> None:
    log = a_log()
    states = [None if at % 3 else state for at, state in enumerate(log.states)]
    log.of(log.leaves, states).written(path)

    report = verify(path, POLICY, Asked(allow_withheld=True))
    assert (report.holds, report.withheld) == (True, 66)
    assert codes(verify(path, POLICY)) == ["state-withheld"]


def test_without_a_quorum_it_is_said_that_the_key_alone_is_trusted(path: Path) -> None:
    report = verify(a_log().written(path), ALONE)

    assert report.holds
    assert [one.code for one in report.remarks] == ["no-quorum-asked"]


def test_a_checkpoint_that_too_few_witnesses_signed_is_not_witnessed(path: Path) -> None:
    log = a_log()
    stripped = replace(log, notes=(*log.notes[:2], head(log.hashes, 100, WITNESSES[:1])))

    report = verify(stripped.written(path), POLICY)
    assert codes(report) == ["not-witnessed"]
    assert report.findings[0].numbers == {"size": 100, "witnessed": 70}


def test_a_kept_checkpoint_is_held_against_the_entries(path: Path) -> None:
    log, other = a_log(), a_log(seed=1)
    log.written(path)

    def since(note: Note) -> list[str]:
        return codes(verify(path, POLICY, Asked(since=Kept("old", note))))

    assert since(head(log.hashes, 33, ())) == []
    assert since(head(other.hashes, 33, ())) == ["root-differs"]
    assert since(head(other.hashes, 101, ())) == ["rolled-back"]


def test_a_kept_checkpoint_of_another_log_or_unsigned_cannot_be_used(path: Path) -> None:
    log = a_log()
    log.written(path)
    foreign = Signer.made(ORIGIN)
    other = head(log.hashes, 33, (), Signer.made("other.example/log"), "other.example/log")

    for note, said in (
        (other, "other.example/log"),
        (head(log.hashes, 33, (), foreign), "no key that the policy knows"),
    ):
        with pytest.raises(Unusable, match=said):
            verify(path, POLICY, Asked(since=Kept("old", note)))


def receipt(log: Log, index: int, hash: bytes | None = None, by: datetime = BEGAN, n: int | None = None) -> Kept:
    entries = ((n or n_of(log, index), hash or log.hashes[index]),)
    return Kept("receipt", signed(Receipt(ORIGIN, entries, by).text, RECEIPTS))


def test_what_a_receipt_promises_must_be_there(path: Path) -> None:
    log = a_log()
    log.written(path)

    assert verify(path, POLICY, Asked(receipts=[receipt(log, 5), receipt(log, 99)])).holds
    missing = verify(path, POLICY, Asked(receipts=[receipt(log, 5, n=10)]))
    assert codes(missing) == ["left-out"]
    assert "n=10 is not in the log: promised and left out" in str(missing.findings[0])
    broken = verify(path, POLICY, Asked(receipts=[receipt(log, 5, log.hashes[6])]))
    assert codes(broken) == ["promise-broken"]


def test_what_is_promised_for_later_than_the_newest_checkpoint_may_still_come(path: Path) -> None:
    log = a_log()
    log.written(path)
    before, behind = (datetime.fromtimestamp(seen_at(100), UTC) + timedelta(seconds=s) for s in (-9, 9))

    early = verify(path, POLICY, Asked(receipts=[receipt(log, 5, n=900, by=behind)]))
    assert (early.holds, [one.code for one in early.remarks]) == (True, ["not-due"])
    assert codes(verify(path, POLICY, Asked(receipts=[receipt(log, 5, n=900, by=before)]))) == ["left-out"]


def test_a_receipt_counts_when_the_logs_key_policy_names_its_key(path: Path) -> None:
    log = a_log()
    log.written(path)
    text = Receipt(ORIGIN, ((1, log.hashes[0]),), BEGAN).text

    with pytest.raises(Unusable, match="no receipt key that the log's key policy names signed"):
        verify(path, POLICY, Asked(receipts=[Kept("r", signed(text, Signer.made(RECEIPTS.name)))]))
    with pytest.raises(Unusable, match="is no receipt"):
        verify(path, POLICY, Asked(receipts=[Kept("r", signed("hello\n", RECEIPTS))]))


def proof_of(log: Log, index: int, size: int = 100) -> EntryProof:
    tree, _ = Tree(0, empty).grown(log.hashes[:size])
    return EntryProof(log.leaves[index], index, tuple(tree.inclusion(index)), head(log.hashes, size))


def test_a_proof_that_somebody_has_is_held_against_the_entries(path: Path) -> None:
    log, other = a_log(), a_log(seed=1)
    log.written(path)

    def with_proof(proof: EntryProof) -> list[str]:
        return codes(verify(path, POLICY, Asked(proofs=[Shown("p", proof)])))

    assert with_proof(proof_of(log, 7)) == []
    assert with_proof(proof_of(log, 7, 33)) == []
    assert with_proof(proof_of(other, 7)) == ["root-differs", "proof-differs"]
    assert with_proof(replace(proof_of(log, 7), leaf=log.leaves[8])) == ["proof-wrong", "proof-differs"]


def test_key_policies_are_signed_by_the_log(path: Path) -> None:
    log, stranger = a_log(), Signer.made(ORIGIN)
    forged = [key_policy(stranger), Note(key_policy(stranger).text, key_policy().signatures), signed("x\n", LOG)]

    for note in (*forged, key_policy(Signer.made(ELSEWHERE), origin=ELSEWHERE)):
        assert codes(verify(replace(log, keys=(key_policy(), note)).written(path), POLICY)) == ["keys-bad"]


def test_a_signature_that_nobody_can_check_is_told_or_passed_over_when_asked(path: Path) -> None:
    log, stranger = a_log(), Signer.made("witness.example/stranger", WITNESSES[0].kind)
    more = replace(log, notes=(*log.notes[:2], cosigned(log.notes[2], 1, stranger)))
    more.written(path)

    assert codes(verify(path, POLICY)) == ["signer-unknown"]
    report = verify(path, POLICY, Asked(pass_over_unknown=True))
    assert (report.holds, [one.code for one in report.remarks]) == (True, ["signer-passed-over"])


def test_a_key_that_the_log_certified_may_sign_beside_the_one_that_the_policy_knows(path: Path) -> None:
    log, new = a_log(), Signer.made(ORIGIN)
    both = head(log.hashes, 100).with_lines(signed(log.notes[2].text, new).signatures)
    rotated = replace(log, notes=(both,), keys=(key_policy(new), key_policy(LOG, new)))

    assert verify(rotated.written(path), POLICY).holds
    assert codes(verify(replace(rotated, keys=()).written(path), POLICY)) == ["signer-unknown"]


def test_an_auditor_who_knows_the_newest_key_follows_the_rotation_back_and_the_older_one_alone_is_foreign(
    path: Path,
) -> None:
    log, old, new = a_log(), Signer.made(ORIGIN), LOG
    notes = (head(log.hashes, 40, log=old), head(log.hashes, 100, log=new))
    replace(log, notes=notes, keys=(key_policy(old), key_policy(old, new))).written(path)
    former = Policy.read(policy_text().replace(new.verifier.text.encode(), old.verifier.text.encode()))

    assert verify(path, POLICY).holds
    with pytest.raises(Unusable, match="a foreign key, or an old policy"):
        verify(path, former)


def test_a_key_policys_signature_by_a_key_that_it_does_not_name_is_checked_too(path: Path) -> None:
    note = key_policy()
    wrong = note.with_lines(cosigned(signed("x\n", LOG), 1, WITNESSES[0]).signatures[1:])

    assert codes(verify(replace(a_log(), keys=(wrong,)).written(path), POLICY)) == ["keys-bad"]


def test_times_that_run_backwards_are_remarked_and_prove_nothing(path: Path) -> None:
    making = Making()
    events = [making.event(n) for n in range(1, 41)]
    events[20] = replace(events[20], state=making.state(BEGAN - timedelta(1), {}))
    events[30] = replace(events[30], state=making.state(BEGAN + timedelta(hours=5), {}))
    events[35] = replace(events[35], state=b"{}")
    leaves = tuple(leaf_for(n, event) for n, event in enumerate(events, start=1))
    hashes = tuple(map(leaf_hash, leaves))
    notes = (head(hashes, 10), head(hashes, 40))
    Log(leaves, tuple(event.state for event in events), hashes, notes).written(path)

    report = verify(path, POLICY)
    told = [(one.code, one.numbers["entry"].numbers["index"]) for one in report.remarks]
    assert report.holds
    assert told == [
        ("time-backwards", 20), ("time-earlier", 20), ("time-later", 30), ("time-backwards", 31), ("time-unreadable", 35),
    ]  # fmt: skip


def test_remarks_of_a_kind_are_counted_after_the_first_few(path: Path) -> None:
    making, count = Making(), 50
    events = [replace(making.event(n), state=b"{}") for n in range(1, count + 1)]
    leaves = tuple(leaf_for(n, event) for n, event in enumerate(events, start=1))
    hashes = tuple(map(leaf_hash, leaves))
    Log(leaves, tuple(event.state for event in events), hashes, (head(hashes, count),)).written(path)

    remarks = verify(path, POLICY).remarks
    assert len(remarks) == SHOWN + 1
    assert str(remarks[-1]) == f"and {count - SHOWN} more like this"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"log": "mingban.example/membership"}, "log-named"),
        ({"n": 3}, "order-broken"),
        ({"ver": 99}, "stream-broken"),
        ({"sha256": sha256(b"x").hexdigest()}, "state-altered"),
    ],
)
def test_what_the_log_itself_sealed_wrongly_is_found_too(path: Path, change: dict[str, object], code: str) -> None:
    log = a_log()
    leaves = list(log.leaves)
    leaves[50] = read_leaf(leaves[50])._replace(**change).text
    hashes = tuple(map(leaf_hash, leaves))
    made = replace(log, leaves=tuple(leaves), hashes=hashes, notes=(head(hashes, 100),))

    report = verify(made.written(path), POLICY)
    assert codes(report) == [code]
    assert report.findings[0].numbers["entry"].numbers["index"] == 50
