"""Once a day the checkpoints of all logs go into one small tree, kept as files that any web server serves."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from shared.audit.checkpoint import Checkpoint
from shared.audit.note import Note, Signer
from shared.audit.tree import Tree, leaf_hash, root_of, tile_path, verify_consistency
from shared.chassis.anchoring import Anchor, Unanchored, anchor_leaf

MONDAY = date(2026, 3, 2)
KEY = Signer.made("mingban.example/anchor")
LOGS = ("applications", "assessment", "finance", "membership")


def heads(size: int) -> list[Checkpoint]:
    return [Checkpoint(f"mingban.example/{name}", size, bytes([size]) * 32) for name in LOGS]


def anchor(folder: Path) -> Anchor:
    return Anchor(folder, KEY.name, lambda: [KEY])


def head(note: Note | None) -> Checkpoint:
    assert note is not None
    assert note.signed_by([KEY.verifier])
    return Checkpoint.of(note)


def test_each_day_brings_one_leaf_a_log_and_one_signed_root(tmp_path: Path) -> None:
    first = head(anchor(tmp_path).take(MONDAY, heads(1)))
    second = head(anchor(tmp_path).take(MONDAY + timedelta(days=1), heads(2)))

    leaves = anchor(tmp_path).leaves()

    assert leaves == [anchor_leaf(MONDAY + timedelta(days=n), each) for n in range(2) for each in heads(n + 1)]
    assert (first.size, second.size) == (4, 8)
    assert second.root == root_of(map(leaf_hash, leaves))


def test_a_day_is_told_once(tmp_path: Path) -> None:
    anchor(tmp_path).take(MONDAY, heads(1))

    assert anchor(tmp_path).take(MONDAY, heads(2)) is None
    assert len(anchor(tmp_path).leaves()) == 4


def test_half_a_year_of_days_is_one_tree_in_files(tmp_path: Path) -> None:
    days = [MONDAY + timedelta(days=n) for n in range(130)]
    roots = [head(anchor(tmp_path).take(day, heads(1))) for day in days]

    last = roots[-1]
    tree = Tree(last.size, lambda level, number: _served(tmp_path, level, number, last.size))

    assert last.size == 520
    for older in roots:
        verify_consistency(older.size, last.size, tree.consistency(older.size), older.root, last.root)


def _served(folder: Path, level: int, number: int, size: int) -> bytes:
    width = min(256, (size >> 8 * level) - number * 256)
    return (folder / "tile" / str(level) / (tile_path(number) + (f".p/{width}" if width < 256 else ""))).read_bytes()


def test_nothing_is_added_to_a_folder_that_was_changed(tmp_path: Path) -> None:
    anchor(tmp_path).take(MONDAY, heads(1))
    tile = tmp_path / "tile" / "0" / "000.p" / "4"
    tile.write_bytes(bytes(128))

    with pytest.raises(Unanchored, match="does not hold the 4 entries"):
        anchor(tmp_path).take(MONDAY + timedelta(days=1), heads(2))
