"""Tampering is found and the right entry named; with the signing key, as far as witnesses have signed."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from shared.audit.leaf import read_leaf
from shared.audit.note import Signer
from shared.audit.verifying import Asked, Kept, verify
from tests.audit.exports import ALONE, LOG, POLICY, WITNESSES, Log, a_log, head
from tests.audit.tampering import TAMPERS, findings, fitting, named, unnoticed, unnoticed_bit

STRIDE = 8 * 37 + 1
"""A flip in every 37th byte, at another bit each time; `make tampering` flips them all."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "export.tar"


def test_a_flipped_bit_is_found_and_its_entry_named(path: Path) -> None:
    size = a_log().written(path).stat().st_size

    wrong = [unnoticed_bit(path, bit) for bit in range(0, size * 8, STRIDE)]
    assert [one for one in wrong if one] == []


def test_every_bit_outside_of_the_entries_is_found(path: Path) -> None:
    """In an export of one entry every bit: headers, padding, hashes, checkpoints, key policy."""
    size = a_log(1, ()).written(path).stat().st_size

    wrong = [unnoticed_bit(path, byte * 8 + byte % 8) for byte in range(size)]
    assert [one for one in wrong if one] == []


def test_random_tamperings_are_found_and_the_right_entry_is_named(path: Path) -> None:
    log, random = a_log(), Random(20_261_124)

    wrong = [unnoticed(log, path, random) for _ in range(1000)]
    assert [one for one in wrong if one] == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("name", "leaf-altered"), ("version", "leaf-altered"), ("id", "leaf-altered"), ("state", "leaf-altered"),
        ("delete", "entries-missing"), ("insert", "entries-inserted"), ("double", "entry-doubled"),
        ("swap", "entries-swapped"), ("truncate", "entries-cut"), ("replace", "entry-doubled"),
    ],
)  # fmt: skip
def test_what_was_done_is_told(path: Path, kind: str, code: str) -> None:
    random, log = Random(3), a_log()
    tampered, at = TAMPERS[kind](log, random)

    found = findings(tampered.written(path))
    assert [one.code for one in found] == [code]
    assert list(named(found[0])) == [at]


def signed_anew(log: Log, kept: int, *, by: tuple[Signer, ...] = ()) -> Log:
    """What somebody with the log's key makes: hashes fit, checkpoints up to `kept` stay, the last is signed anew.

    Witnesses sign one tree of a size only: what is signed anew bears those alone that were won over.
    """
    made = fitting(log)
    old = tuple(note for note in log.notes if int(note.text.split("\n")[1]) <= kept)
    return replace(made, notes=(*old, head(made.hashes, len(made.hashes), by)))


@pytest.mark.parametrize("won", [(), WITNESSES[2:]])
def test_with_the_signing_key_no_rewrite_below_a_witnessed_size_goes_unnoticed(
    path: Path, won: tuple[Signer, ...]
) -> None:
    random, log = Random(5), a_log()

    for _ in range(60):
        for kind, tamper in TAMPERS.items():
            tampered, at = tamper(log, random)
            for kept in (0, 40, 70):
                report = verify(signed_anew(tampered, kept, by=tuple(won)).written(path), POLICY)
                codes = [one.code for one in report.findings]
                assert "not-witnessed" in codes or "checkpoint-order" in codes, (kind, at, kept)
                if at < kept and "root-differs" in codes:
                    differing = next(one for one in report.findings if one.code == "root-differs")
                    assert at in named(differing), (kind, at, kept)
                assert at >= kept or codes != ["not-witnessed"], (kind, at, kept)


def test_whoever_kept_a_checkpoint_finds_every_rewrite_below_it_without_any_witness(path: Path) -> None:
    random, log = Random(7), a_log()
    old, noticed_above = Kept("old", head(log.hashes, 70, ())), 0

    for _ in range(30):
        for kind, tamper in TAMPERS.items():
            tampered, at = tamper(log, random)
            signed_anew(tampered, 0).written(path)
            report = verify(path, ALONE, Asked(since=old))
            assert at >= 70 or not report.holds, (kind, at)
            noticed_above += at >= 70 and not report.holds
    assert noticed_above < 60


def test_above_the_last_witnessed_size_the_signing_key_is_enough_and_the_auditor_is_told_so(path: Path) -> None:
    log = a_log()
    honest = replace(log, notes=(*log.notes[:2], head(log.hashes, 100, ())))
    at_rest = verify(honest.written(path), POLICY)
    kept, state = [], b'{"at":"2026-03-02T09:05:00+00:00","body":{"fen":1}}'
    for at in (69, 70, 99):
        leaves, states = list(log.leaves), list(log.states)
        leaves[at] = read_leaf(leaves[at])._replace(sha256=sha256(state).hexdigest()).text
        states[at] = state
        rewritten = signed_anew(log.of(leaves, states), 70)
        kept.append([one.code for one in verify(rewritten.written(path), POLICY).findings])

    assert [one.code for one in at_rest.findings] == ["not-witnessed"]
    assert at_rest.findings[0].numbers["witnessed"] == 70
    assert kept == [["root-differs", "not-witnessed"], ["not-witnessed"], ["not-witnessed"]]


def test_a_cosignature_under_another_tree_is_no_cosignature(path: Path) -> None:
    log = a_log()
    tampered, _ = TAMPERS["state"](log, Random(1))
    made = signed_anew(tampered, 0)
    moved = made.notes[-1].with_lines(log.notes[-1].signatures[1:])

    found = [one.code for one in findings(replace(made, notes=(moved,)).written(path))]
    assert found == ["checkpoint-bad"]
    assert LOG.name in moved.text
