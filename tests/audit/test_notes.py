"""Signed notes, checkpoints, policies and proofs in the text forms that others' tools read."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit.checkpoint import Checkpoint
from shared.audit.leaf import Unsealable, leaf_of, read_leaf
from shared.audit.note import COSIGNATURE, BadNote, Note, Signer, Verifier, read_signatures, signed
from shared.audit.policy import BadPolicy, Policy, UnknownLog
from shared.audit.proof import EntryProof
from shared.audit.tree import BadProof, Tree, leaf_hash
from tests.audit.test_tree import empty

LOG = Signer.made("mingban.example/finance")
OTHER = Signer.made("mingban.example/finance")
OFFICE, DISTRICT, PARTY = (
    Signer.made(f"witness.example/{name}", COSIGNATURE) for name in ("office", "district", "party")
)
HEAD = Checkpoint(LOG.name, 3, b"r" * 32)
AT = 1_790_000_000

# The example of the specification, signed by Go's tools: its key is published with them.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def policy(quorum: str = "two") -> Policy:
    lines = [
        f"log {LOG.verifier.text}",
        f"witness office {OFFICE.verifier.text} http://127.0.0.1:9001",
        f"witness district {DISTRICT.verifier.text}",
        f"witness party {PARTY.verifier.text}",
        "# two of three",
        "group two 2 office district party",
        f"quorum {quorum}",
    ]
    return Policy.read("\n".join(lines).encode())


def cosigned(note: Note, *witnesses: Signer) -> Note:
    return note.with_lines(line for witness in witnesses for line in read_signatures(witness.line(note.text, AT)))


def test_a_note_that_gos_tools_signed_is_read_and_verified() -> None:
    key, note = Verifier.read(GO_KEY), Note.read(GO_NOTE.encode())

    assert list(note.signed_by([key])) == [key]
    assert (key.text, note.whole.decode()) == (GO_KEY, GO_NOTE)


def test_a_key_is_read_back_from_its_text() -> None:
    assert Signer.read(LOG.text) == LOG
    assert Verifier.read(OFFICE.verifier.text) == OFFICE.verifier


def test_an_unknown_key_is_passed_over_and_a_wrong_signature_of_a_known_one_is_not() -> None:
    note = signed(HEAD.text, LOG, OTHER)
    forged = signed(HEAD._replace(size=4).text, LOG)

    assert note.signed_by([LOG.verifier]) == {LOG.verifier: None}
    assert note.signed_by([OFFICE.verifier]) == {}
    with pytest.raises(BadNote, match=r"the signature of mingban.example/finance does not hold"):
        Note(HEAD.text, forged.signatures).signed_by([LOG.verifier])


@given(st.data())
def test_no_flipped_bit_of_a_note_goes_unnoticed(data: st.DataObject) -> None:
    whole = bytearray(cosigned(signed(HEAD.text, LOG), OFFICE).whole)
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[bit // 8] ^= 1 << bit % 8

    try:
        found = Note.read(bytes(whole)).signed_by([LOG.verifier, OFFICE.verifier])
    except BadNote:
        found = {}
    assert set(found) != {LOG.verifier, OFFICE.verifier}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"", "a text, an empty line, and signature lines"),
        (HEAD.text.encode(), "a text, an empty line, and signature lines"),
        (HEAD.text.encode() + b"\n- name AAAAAAA=\n", "no signature line"),
        (HEAD.text.encode() + b"\n\xe2\x80\x94 name AAAAAAB=\n", "no base64"),
        (HEAD.text.encode() + b"\n\xe2\x80\x94 na+me AAAAAAA=\n", "no spaces and no plus"),
        (HEAD.text.encode() + b"\n\xe2\x80\x94 name AAAAAA==\n", "is empty"),
        (b"\xff\n\n\xe2\x80\x94 name AAAAAAA=\n", "UTF-8"),
        (b"a\tb\n\n\xe2\x80\x94 name AAAAAAA=\n", "no control characters"),
        (b"a" * 70_000, "at most 65536 bytes"),
    ],
)
def test_what_is_no_note_is_said_to_be_none(given: bytes, said: str) -> None:
    with pytest.raises(BadNote, match=said):
        Note.read(given)


@pytest.mark.parametrize("text", ["a\n1\n", "a\n01\n" + "A" * 44 + "\n", "a\n1\nAAAA\n", "\n1\nAAAA\n"])
def test_what_is_no_checkpoint_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.read(text)


def test_a_checkpoint_is_three_lines_and_what_else_is_signed() -> None:
    head = HEAD._replace(extensions=("epoch 2",))

    assert head.text == f"mingban.example/finance\n3\n{base64.b64encode(b'r' * 32).decode()}\nepoch 2\n"
    assert Checkpoint.read(head.text) == head


@pytest.mark.parametrize(
    ("witnesses", "enough"),
    [((), False), ((OFFICE,), False), ((OFFICE, PARTY), True), ((OFFICE, DISTRICT, PARTY), True)],
)
def test_two_of_three_witnesses_are_enough_and_one_is_not(witnesses: tuple[Signer, ...], *, enough: bool) -> None:
    checked = policy().check(cosigned(signed(HEAD.text, LOG), *witnesses))

    assert (checked.checkpoint, checked.is_witnessed) == (HEAD, enough)
    assert checked.times == {witness.verifier: AT for witness in witnesses}


def test_without_a_quorum_the_logs_own_signature_is_enough() -> None:
    assert policy("none").check(signed(HEAD.text, LOG)).is_witnessed


def test_a_checkpoint_of_another_log_or_under_another_key_is_not_believed() -> None:
    with pytest.raises(UnknownLog, match=r"the policy knows no log named elsewhere"):
        policy().check(signed(HEAD._replace(origin="elsewhere").text, LOG))
    with pytest.raises(BadNote, match="no key that the policy knows"):
        policy().check(signed(HEAD.text, OTHER))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "no quorum line"),
        ("quorum two", "line 1 of the policy: two is no witness or group"),
        (f"witness a {OFFICE.verifier.text}\nwitness b {OFFICE.verifier.text}\nquorum a", "stands there twice"),
        (f"log {OFFICE.verifier.text}\nquorum none", "a log's key has the signature type 1"),
        (f"witness none {OFFICE.verifier.text}\nquorum none", "the name none is taken"),
        (f"witness a {OFFICE.verifier.text}\ngroup g 2 a\nquorum g", "a group of 1 needs a number from 1 to 1"),
        (f"witness a {OFFICE.verifier.text}\ngroup g any a\ngroup h any a\nquorum h", "a is already in a group"),
        ("quorum none\nquorum none", "there is one line"),
        ("peer x", "a line begins with log, witness, group or quorum"),
        ("log no-key\nquorum none", "no base64|only Ed25519"),
    ],
)
def test_a_policy_that_cannot_be_used_is_refused_by_its_line(lines: str, said: str) -> None:
    with pytest.raises(BadPolicy, match=said):
        Policy.read(lines.encode())


def test_a_leaf_is_the_text_that_the_design_names_and_is_read_back() -> None:
    from uuid import UUID

    leaf = leaf_of("mingban.example/finance", 7, UUID(int=5), 2, "finance.expense-spent", b"{}")

    assert leaf.text == (
        b'{"id":"00000000000000000000000000000005","log":"mingban.example/finance","n":7,'
        b'"sha256":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",'
        b'"topic":"finance.expense-spent","v":1,"ver":2}'
    )
    assert read_leaf(leaf.text) == leaf


@pytest.mark.parametrize(("n", "topic"), [(2**53, "a.b"), (1, 'a"b'), (1, "a\\b"), (1, "名"), (1, "")])
def test_what_json_libraries_might_read_differently_is_not_sealed(n: int, topic: str) -> None:
    from uuid import UUID

    with pytest.raises(Unsealable):
        _ = leaf_of("log", n, UUID(int=1), 1, topic, b"").text


def test_a_proof_in_one_file_is_read_back_and_holds() -> None:
    leaves = [b"a", b"b", b"c"]
    tree, _ = Tree(0, empty).grown([leaf_hash(leaf) for leaf in leaves])
    note = signed(Checkpoint(LOG.name, 3, tree.root()).text, LOG)
    proof = EntryProof(b"b", 1, tuple(tree.inclusion(1)), note)

    assert proof.text.startswith(b"c2sp.org/tlog-proof@v1\nextra Yg==\nindex 1\n")
    assert EntryProof.read(proof.text) == proof
    assert proof.verify().size == 3
    with pytest.raises(BadProof):
        EntryProof(b"c", 1, proof.hashes, note).verify()
