"""Our trees against another's: pymerkle on random leaves, and every wrong proof is refused."""

import hashlib
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from shared.audit.tree import (
    EMPTY_ROOT,
    WIDTH,
    BadProof,
    Rolling,
    Tile,
    Tree,
    leaf_hash,
    node_hash,
    root_of,
    tile_number,
    tile_path,
    verify_consistency,
    verify_inclusion,
)

SIZES = st.integers(1, 1200)
BATCHES = st.lists(st.integers(0, 700), min_size=1, max_size=6)


def entries(count: int, seed: int = 0) -> list[bytes]:
    return [f"{seed}/{n}".encode() for n in range(count)]


def oracle(leaves: list[bytes]) -> Any:
    return InmemoryTree.init_from_entries(leaves, algorithm="sha256")


def empty(_level: int, _number: int) -> bytes:
    return b""


def read(stored: dict[tuple[int, int], bytes], level: int, number: int) -> bytes:
    return stored[level, number]


def planted(leaves: list[bytes], batches: list[int] | None = None) -> Tree:
    """A tree grown batch by batch, each time read back from its tiles alone."""
    stored: dict[tuple[int, int], bytes] = {}
    tree, left = Tree(0, empty), list(leaves)
    for count in [*(batches or ()), len(leaves)]:
        batch, left = left[:count], left[count:]
        grown, tiles = tree.grown([leaf_hash(leaf) for leaf in batch])
        stored.update({(tile.level, tile.number): tile.hashes for tile in tiles})
        tree = Tree(grown.size, partial(read, stored))
    return tree


@given(SIZES, BATCHES, st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_a_tree_of_tiles_has_the_root_that_another_library_finds(size: int, batches: list[int], seed: int) -> None:
    leaves = entries(size, seed)
    tree = planted(leaves, batches)

    assert tree.size == size
    assert tree.root() == oracle(leaves).get_root()
    assert root_of(map(leaf_hash, leaves)) == tree.root()


@given(SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_each_older_root_is_still_found(size: int, data: st.DataObject) -> None:
    leaves, old = entries(size), data.draw(st.integers(1, size))

    assert planted(leaves).root(old) == oracle(leaves).get_root(old)


@given(SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_an_inclusion_proof_is_the_one_that_another_library_makes(size: int, data: st.DataObject) -> None:
    leaves, index = entries(size), data.draw(st.integers(0, size - 1))
    tree, other = planted(leaves), oracle(leaves)

    proof = tree.inclusion(index)

    # Its path begins with the leaf itself.
    assert proof == list(other.prove_inclusion(index + 1).path)[1:]
    verify_inclusion(leaf_hash(leaves[index]), index, size, proof, tree.root())


@given(SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_a_consistency_proof_holds_between_any_two_sizes_but_from_none(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    tree = planted(entries(size))

    verify_consistency(old, size, tree.consistency(old), tree.root(old), tree.root())
    with pytest.raises(IndexError):
        tree.consistency(0)
    with pytest.raises(BadProof):
        verify_consistency(0, size, [], EMPTY_ROOT, tree.root())


@given(SIZES, st.data())
@settings(max_examples=100, deadline=None)
def test_no_other_leaf_place_size_proof_or_root_is_believed(size: int, data: st.DataObject) -> None:
    tree, index = planted(entries(size)), data.draw(st.integers(0, size - 1))
    leaf, proof, root = tree.leaf(index), tree.inclusion(index), tree.root()
    other = hashlib.sha256(b"other").digest()
    lies: list[tuple[bytes, int, int, list[bytes], bytes]] = [
        (other, index, size, proof, root),
        (leaf, index, size, proof, other),
        (leaf, index, size, [*proof, other], root),
        *((leaf, index, size, [*proof[:at], other, *proof[at + 1 :]], root) for at in range(len(proof))),
        *((leaf, index, size, proof[:at] + proof[at + 1 :], root) for at in range(len(proof))),
        *((leaf, wrong, size, proof, root) for wrong in (index - 1, index + 1, size)),
    ]

    for lie in lies:
        with pytest.raises(BadProof):
            verify_inclusion(*lie)


@given(st.integers(2, 1200), st.data())
@settings(max_examples=100, deadline=None)
def test_no_other_history_is_believed(size: int, data: st.DataObject) -> None:
    tree, old = planted(entries(size)), data.draw(st.integers(1, size - 1))
    proof, was, now = tree.consistency(old), tree.root(old), tree.root()
    other = hashlib.sha256(b"other").digest()
    lies: list[tuple[int, int, list[bytes], bytes, bytes]] = [
        (old, size, proof, other, now),
        (old, size, proof, was, other),
        (old, size, [*proof, other], was, now),
        (size, size, proof, was, now),
        (size, old, proof, now, was),
        *((old, size, [*proof[:at], other, *proof[at + 1 :]], was, now) for at in range(len(proof))),
        *((old, size, proof[:at] + proof[at + 1 :], was, now) for at in range(len(proof))),
    ]

    for lie in lies:
        with pytest.raises(BadProof):
            verify_consistency(*lie)


def test_the_hashes_are_those_of_rfc_6962() -> None:
    """The vectors of the certificate-transparency project for its first leaves."""
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


def test_the_tree_of_the_reference_vectors_has_their_root() -> None:
    leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]

    root = root_of(leaf_hash(bytes.fromhex(leaf)) for leaf in leaves)

    assert root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_seventy_thousand_leaves_lie_in_the_tiles_that_the_specification_names() -> None:
    stored: dict[tuple[int, int], Tile] = {}
    grown, tiles = Tree(0, empty).grown([bytes(32)] * 70_000)
    stored = {(tile.level, tile.number): tile for tile in tiles}

    widths = [[stored[key].width for key in sorted(stored) if key[0] == level] for level in range(3)]

    assert grown.size == 70_000
    assert widths == [[WIDTH] * 273 + [112], [WIDTH, 17], [1]]


def test_a_rolling_root_is_the_trees_at_each_size() -> None:
    rolling, leaves = Rolling(), [leaf_hash(leaf) for leaf in entries(1100)]
    tree, roots = planted(entries(1100)), []

    for leaf in leaves:
        rolling.add(leaf)
        roots.append(rolling.root())

    assert roots == [tree.root(size) for size in range(1, 1101)]


@pytest.mark.parametrize(("number", "path"), [(0, "000"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067")])
def test_a_tiles_path_is_that_of_the_specification(number: int, path: str) -> None:
    assert tile_path(number) == path
    assert tile_number(path) == number


@pytest.mark.parametrize("path", ["", "1", "0000", "x000/000", "001/234", "x001/x234", "x001//067", "+01", "x1/067"])
def test_a_tile_has_one_path_only(path: str) -> None:
    with pytest.raises(ValueError):
        tile_number(path)


def test_a_tile_that_holds_too_little_is_said_to() -> None:
    with pytest.raises(LookupError, match="tile 0 of level 0 holds 0 hashes, 4 are needed"):
        Tree(4, empty).root()
