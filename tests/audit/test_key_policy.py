"""The text that says which keys speak for a log, and when: read one way only, and signed by the log itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit.key_policy import LOG, RECEIPT, KeyPolicy, Term
from shared.audit.note import BadNote, Note, Signer, signed

ORIGIN = "mingban.example/finance"
FIRST, SECOND, THIEF = (Signer.made(ORIGIN) for _ in range(3))
TILL = Signer.made(f"{ORIGIN}/receipt")
MADE = datetime(2026, 11, 24, 1, 42, 47, tzinfo=UTC)
ROTATED, MONTH = MADE + timedelta(days=400), timedelta(days=30)
POLICY = KeyPolicy(ORIGIN, (Term(LOG, FIRST.verifier, MADE), Term(RECEIPT, TILL.verifier, MADE)))
AFTER = POLICY.rotated(LOG, SECOND.verifier, ROTATED, ROTATED + MONTH)


def test_a_policy_is_the_text_that_the_decision_names_and_is_read_back() -> None:
    assert AFTER.text == (
        "mingban key policy v1\n"
        "origin mingban.example/finance\n"
        f"log {FIRST.verifier.text} from 2026-11-24T01:42:47Z until 2028-01-28T01:42:47Z\n"
        f"log {SECOND.verifier.text} from 2027-12-29T01:42:47Z\n"
        f"receipt {TILL.verifier.text} from 2026-11-24T01:42:47Z\n"
    )
    assert KeyPolicy.read(AFTER.text) == AFTER


@pytest.mark.parametrize(
    ("at", "keys"),
    [
        (MADE - timedelta(seconds=1), []),
        (MADE, [FIRST]),
        (ROTATED - timedelta(seconds=1), [FIRST]),
        (ROTATED, [FIRST, SECOND]),
        (ROTATED + MONTH - timedelta(seconds=1), [FIRST, SECOND]),
        (ROTATED + MONTH, [SECOND]),
    ],
)
def test_old_and_new_key_sign_side_by_side_for_the_overlap_and_then_the_old_one_stops(
    at: datetime, keys: list[Signer]
) -> None:
    assert AFTER.keys(LOG, at) == [key.verifier for key in keys]


def test_an_overlap_never_makes_an_end_later() -> None:
    again = AFTER.rotated(LOG, THIEF.verifier, ROTATED + MONTH / 2, ROTATED + 2 * MONTH)

    assert [term.until for term in again.of(LOG)] == [ROTATED + MONTH, ROTATED + 2 * MONTH, None]


def test_a_policy_is_believed_on_the_word_of_a_key_that_was_trusted_before() -> None:
    note = signed(AFTER.text, FIRST, SECOND)

    assert KeyPolicy.signed_by(note, [FIRST.verifier]) == AFTER
    assert KeyPolicy.signed_by(note, [SECOND.verifier]) == AFTER


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (signed(AFTER.text, SECOND), "no trusted key signed"),
        (signed(AFTER.text, FIRST), "did not sign the policy that names it"),
        (signed(AFTER.text, THIEF), "no trusted key signed"),
        (Note(AFTER.text, signed(POLICY.text, FIRST).signatures), "does not hold"),
    ],
)
def test_a_policy_under_other_signatures_is_not_believed(note: Note, said: str) -> None:
    with pytest.raises(BadNote, match=said):
        KeyPolicy.signed_by(note, [FIRST.verifier])


LINE = f"log {FIRST.verifier.text} from 2026-11-24T01:42:47Z"
HEAD = f"mingban key policy v1\norigin {ORIGIN}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "begins with"),
        (f"mingban key policy v2\norigin {ORIGIN}\n{LINE}\n", "begins with"),
        (HEAD, "names each key once, the log's first"),
        (f"{HEAD}{LINE}\n{LINE}\n", "names each key once"),
        (f"{HEAD}{LINE}", "the one way"),
        (f"{HEAD}{LINE}\n\n", "a key's line is"),
        (f"{HEAD}{LINE} \n", "a key's line is"),
        (f"{HEAD}{LINE}+00:00\n", "an instant is written"),
        (f"{HEAD}log {FIRST.verifier.text} from 2026-02-30T00:00:00Z\n", "an instant is written"),
        (f"{HEAD}{LINE} until 2026-11-23T00:00:00Z\n", "ends before it begins"),
        (f"{HEAD}log {TILL.verifier.text} from 2026-11-24T01:42:47Z\n", "is not one of"),
        (f"{HEAD}receipt {TILL.verifier.text} from 2026-11-24T01:42:47Z\n{LINE}\n", "the log's first"),
        (f"mingban key policy v1\norigin elsewhere\n{LINE}\n", "is not one of elsewhere"),
    ],
)
def test_what_is_written_otherwise_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadNote, match=said):
        KeyPolicy.read(text)


@given(st.data())
def test_no_flipped_bit_of_a_signed_policy_goes_unnoticed(data: st.DataObject) -> None:
    whole = bytearray(signed(AFTER.text, FIRST, SECOND).whole)
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[bit // 8] ^= 1 << bit % 8

    with pytest.raises(BadNote):
        KeyPolicy.signed_by(Note.read(bytes(whole)), [FIRST.verifier])
