"""A receipt in the hand of who asked: what it promises, who signed it, and what it proves."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit.key_policy import RECEIPT
from shared.audit.note import BadNote, Note, Signer, signed
from shared.audit.receipt import Receipt
from shared.audit.tree import leaf_hash
from tests.audit.test_key_policy import FIRST, MADE, ORIGIN, POLICY, ROTATED, TILL

PAID, CUT = leaf_hash(b"paid"), leaf_hash(b"cut")
SOON = datetime(2026, 12, 24, 2, 42, 47, tzinfo=UTC)
GIVEN = Receipt(ORIGIN, ((7, PAID), (8, CUT)), SOON)
HASH = base64.b64encode(PAID).decode()


def test_a_receipt_is_the_text_that_the_decision_names_and_is_read_back() -> None:
    assert GIVEN.text == (
        f"mingban.example/finance\nreceipt v1\n7 {HASH}\n8 {base64.b64encode(CUT).decode()}\n"
        "sealed by 2026-12-24T02:42:47Z\n"
    )
    assert Receipt.read(GIVEN.text) == GIVEN


def test_the_logs_key_policy_answers_for_its_receipts() -> None:
    assert Receipt.signed_by(signed(GIVEN.text, TILL), POLICY) == GIVEN


def test_a_receipt_under_another_key_or_of_another_log_or_after_the_keys_end_is_not_believed() -> None:
    renewed = POLICY.rotated(RECEIPT, Signer.made(TILL.name).verifier, ROTATED, ROTATED + timedelta(days=30))
    late = Receipt(ORIGIN, GIVEN.entries, ROTATED + timedelta(days=30))
    early = Receipt(ORIGIN, GIVEN.entries, MADE - timedelta(seconds=1))

    for note, said in [
        (signed(GIVEN.text, Signer.made(TILL.name)), "no receipt key"),
        (signed(GIVEN.text, FIRST), "no receipt key"),
        (signed(late.text, TILL), "no receipt key"),
        (signed(early.text, TILL), "no receipt key"),
        (signed(Receipt("elsewhere", GIVEN.entries, SOON).text, TILL), "this is a receipt of elsewhere"),
        (Note(late.text, signed(GIVEN.text, TILL).signatures), "no receipt key|does not hold"),
    ]:
        with pytest.raises(BadNote, match=said):
            Receipt.signed_by(note, renewed)


@pytest.mark.parametrize(
    ("sealed", "broken"),
    [
        ({6: CUT, 7: PAID, 8: CUT}, []),
        ({7: PAID}, [8]),
        ({7: CUT, 8: CUT}, [7]),
        ({}, [7, 8]),
    ],
)
def test_a_receipt_shows_what_the_log_left_out_or_changed(sealed: dict[int, bytes], broken: list[int]) -> None:
    assert GIVEN.broken(sealed) == broken


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\nreceipt v1\nsealed by 2026-12-24T02:42:47Z\n",
        f"{ORIGIN}\nreceipt v2\n7 {HASH}\nsealed by 2026-12-24T02:42:47Z\n",
        f"{ORIGIN}\nreceipt v1\n07 {HASH}\nsealed by 2026-12-24T02:42:47Z\n",
        f"{ORIGIN}\nreceipt v1\n0 {HASH}\nsealed by 2026-12-24T02:42:47Z\n",
        f"{ORIGIN}\nreceipt v1\n7 AAAA\nsealed by 2026-12-24T02:42:47Z\n",
        f"{ORIGIN}\nreceipt v1\n7  {HASH}\nsealed by 2026-12-24T02:42:47Z\n",
        f"{ORIGIN}\nreceipt v1\n8 {HASH}\n7 {HASH}\nsealed by 2026-12-24T02:42:47Z\n",
        f"{ORIGIN}\nreceipt v1\n7 {HASH}\n7 {HASH}\nsealed by 2026-12-24T02:42:47Z\n",
        f"{ORIGIN}\nreceipt v1\n7 {HASH}\nsealed by 2026-12-24T02:42:47+00:00\n",
        f"{ORIGIN}\nreceipt v1\n7 {HASH}\nsealed by 2026-12-24T02:42:47Z",
        f"{ORIGIN}\nreceipt v1\n7 {HASH}\nsealed by 2026-12-24T02:42:47Z\nand more\n",
    ],
)
def test_what_is_written_otherwise_is_no_receipt(text: str) -> None:
    with pytest.raises(BadNote):
        Receipt.read(text)


@given(st.data())
def test_no_flipped_bit_of_a_receipt_goes_unnoticed(data: st.DataObject) -> None:
    whole = bytearray(signed(GIVEN.text, TILL).whole)
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[bit // 8] ^= 1 << bit % 8

    with pytest.raises(BadNote):
        Receipt.signed_by(Note.read(bytes(whole)), POLICY)
