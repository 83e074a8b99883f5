"""What a witness decides, as C2SP's tlog-witness says: the newest tree only grows, and by proof."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.audit.checkpoint import Checkpoint
from shared.audit.note import BadNote, Signer, signed
from shared.audit.tree import EMPTY_ROOT
from shared.audit.witnessing import NOTHING, Kept, Refusal, Request, decide, read_size, stranger
from tests.audit.witnessed import LOG, History, policy

TRUE = History(40)
OTHER = bytes(range(32))


def kept(size: int, history: History = TRUE) -> Kept:
    return Kept(size, history.tree.root(size))


def status(decided: Kept | Refusal) -> int:
    return decided.status if isinstance(decided, Refusal) else 200


def test_a_request_is_the_text_that_the_specification_names_and_is_read_back() -> None:
    asked = TRUE.request(20, 33)

    assert asked.whole.startswith(b"old 20\n")
    assert asked.whole.endswith(b"\n\n" + asked.note.whole)
    assert Request.read(asked.whole) == asked
    assert Request.read(TRUE.request(0, 7).whole).proof == ()


@pytest.mark.parametrize(("old", "size"), [(0, 1), (0, 40), (1, 2), (20, 33), (33, 33), (39, 40)])
def test_a_tree_that_begins_with_the_one_that_is_kept_is_cosigned(old: int, size: int) -> None:
    before = kept(old) if old else NOTHING

    assert decide(before, TRUE.request(old, size)) == kept(size)


def test_the_empty_tree_may_be_cosigned_and_no_other_of_its_size() -> None:
    def asked(root: bytes) -> Request:
        return Request(0, (), signed(Checkpoint(LOG.name, 0, root).text, LOG))

    assert decide(NOTHING, asked(EMPTY_ROOT)) == NOTHING
    assert status(decide(NOTHING, asked(OTHER))) == 409


@pytest.mark.parametrize("size", range(1, 40))
def test_another_history_is_refused_at_every_size(size: int) -> None:
    """Its proof from its own earlier tree is right, and leads from another tree than the one that was cosigned."""
    fork = History(40, since=size - 1, teller=1)

    assert status(decide(kept(size), fork.request(size, size))) == 409
    assert {status(decide(kept(size), fork.request(size, later))) for later in range(size + 1, 41)} == {422}
    assert {status(decide(kept(size), fork.request(old, size))) for old in range(size)} == {409}


@pytest.mark.parametrize("old", [0, 19, 21, 33])
def test_who_asks_from_another_size_is_told_the_one_that_is_kept(old: int) -> None:
    told = decide(kept(20), TRUE.request(old, 33))

    assert isinstance(told, Refusal)
    assert (told.status, told.body) == (409, "20\n")
    assert read_size(told.body.encode()) == 20


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        (NOTHING, replace(TRUE.request(0, 7), proof=(OTHER,))),
        (kept(20), replace(TRUE.request(20, 33), proof=())),
        (kept(20), replace(TRUE.request(20, 33), proof=(*TRUE.request(20, 33).proof, OTHER))),
        (kept(20), replace(TRUE.request(20, 33), proof=TRUE.request(20, 33).proof[::-1])),
        (kept(20), replace(TRUE.request(20, 20), proof=(OTHER,))),
    ],
)
def test_a_proof_that_proves_nothing_is_refused(before: Kept, asked: Request) -> None:
    assert status(decide(before, asked)) == 422


def test_an_unknown_log_and_an_unknown_key_are_told_apart() -> None:
    elsewhere = Request(0, (), signed(Checkpoint("elsewhere", 1, OTHER).text, LOG))
    stolen_name = TRUE.request(0, 7, Signer.made(LOG.name))
    nobodys = replace(TRUE.request(0, 7), note=replace(TRUE.note(7), signatures=TRUE.note(8).signatures))

    assert [
        found and found.status for found in (stranger(asked, policy()) for asked in (elsewhere, stolen_name, nobodys))
    ] == [404, 403, 403]
    assert stranger(TRUE.request(0, 7), policy()) is None


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    asked = TRUE.request(0, 7)
    more = replace(asked, note=asked.note.with_lines(TRUE.note(7, Signer.made(LOG.name)).signatures))

    assert stranger(more, policy()) is None


HEAD = TRUE.note(7).whole


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "an old size"),
        (b"old 0\n", "an old size"),
        (b"old\n\n" + HEAD, "an old size"),
        (b"old 01\n\n" + HEAD, "an old size"),
        (b"old -1\n\n" + HEAD, "an old size"),
        (b"OLD 0\n\n" + HEAD, "an old size"),
        (b"old 0 \n\n" + HEAD, "an old size"),
        (b"\xff\n\n" + HEAD, "an old size"),
        (b"old 8\n\n" + HEAD, "above the checkpoint's"),
        (b"old 1\nAAAA\n\n" + HEAD, "a hash has 32 bytes"),
        (b"old 1\n?\n\n" + HEAD, "no base64"),
        (b"old 1\n" + b"%s\n" % (b"A" * 43 + b"=") * 64 + b"\n" + HEAD, "up to 63 hashes"),
        (b"old 0\n\nhello\n", "a text, an empty line, and signature lines"),
        (b"old 0\n\n" + signed("hello\n", LOG).whole, "a checkpoint is"),
    ],
)
def test_what_is_no_request_is_said_to_be_none(body: bytes, said: str) -> None:
    with pytest.raises(BadNote, match=said):
        Request.read(body)


@pytest.mark.parametrize("body", [b"", b"20", b"020\n", b"-1\n", b"20\n\n", b"x\n", b"1" * 40 + b"\n"])
def test_a_size_is_told_in_one_way(body: bytes) -> None:
    with pytest.raises(BadNote):
        read_size(body)


FORKS = [TRUE, History(40, since=0, teller=1), History(40, since=11, teller=2), History(40, since=30, teller=3)]
ASKED = st.tuples(st.sampled_from(FORKS), st.integers(0, 40), st.integers(1, 40))


@given(st.lists(ASKED, max_size=30))
@settings(max_examples=200, deadline=None)
def test_whatever_is_asked_in_whatever_order_all_that_is_cosigned_is_one_history(
    asked: list[tuple[History, int, int]],
) -> None:
    held, cosigned = NOTHING, []
    for history, old, size in asked:
        decided = decide(held, history.request(min(old, size), size))
        if isinstance(decided, Kept):
            assert decided.size >= held.size
            held = decided
            cosigned.append(decided)

    assert any(all(fork.tree.root(tree.size) == tree.root for tree in cosigned) for fork in FORKS)
