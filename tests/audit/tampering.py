"""Every way to tamper with an export that the requirements name, and whether the check names the right entry.

`python -m tests.audit.tampering [COUNT]` tries every bit of an export and COUNT random tamperings, on all processors.
"""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID

from shared.audit.exporting import Export
from shared.audit.leaf import Leaf, read_leaf
from shared.audit.said import Said, Unusable
from shared.audit.tree import HASH, leaf_hash
from shared.audit.verifying import verify
from tests.audit.exports import POLICY, Log, a_log

SEED = 20_261_124


class Tampered(NamedTuple):
    """A log with something wrong at index `at`."""

    log: Log
    at: int


Tamper = Callable[[Log, Random], Tampered]


def _with_leaf(log: Log, at: int, leaf: Leaf, state: bytes | None = None) -> Tampered:
    leaves, states = list(log.leaves), list(log.states)
    leaves[at], states[at] = leaf.text, state or states[at]
    return Tampered(log.of(leaves, states), at)


def _name(log: Log, random: Random) -> Tampered:
    at = random.randrange(len(log.leaves))
    return _with_leaf(log, at, read_leaf(log.leaves[at])._replace(topic="finance.funding-cut"))


def _version(log: Log, random: Random) -> Tampered:
    at = random.randrange(len(log.leaves))
    leaf = read_leaf(log.leaves[at])
    return _with_leaf(log, at, leaf._replace(ver=leaf.ver + random.randrange(1, 5)))


def _id(log: Log, random: Random) -> Tampered:
    at = random.randrange(len(log.leaves))
    other = UUID(int=random.getrandbits(128))
    if random.random() < 0.5:
        ids = {read_leaf(leaf).id for leaf in log.leaves} - {read_leaf(log.leaves[at]).id}
        other = random.choice(sorted(ids))
    return _with_leaf(log, at, read_leaf(log.leaves[at])._replace(id=other))


def _state(log: Log, random: Random) -> Tampered:
    """Another amount, and the leaf's hash made to fit."""
    at = random.randrange(len(log.leaves))
    state = (log.states[at] or b"").replace(b'"fen":', b'"fen":9')
    return _with_leaf(log, at, read_leaf(log.leaves[at])._replace(sha256=sha256(state).hexdigest()), state)


def _delete(log: Log, random: Random) -> Tampered:
    at = random.randrange(len(log.leaves))
    return Tampered(log.of(log.leaves[:at] + log.leaves[at + 1 :], log.states[:at] + log.states[at + 1 :]), at)


def _put(log: Log, at: int, leaf: bytes, state: bytes | None) -> Tampered:
    return Tampered(
        log.of((*log.leaves[:at], leaf, *log.leaves[at:]), (*log.states[:at], state, *log.states[at:])), at
    )  # fmt: skip


def _insert(log: Log, random: Random) -> Tampered:
    """An entry that looks right by itself, in a gap of the positions where there is one."""
    at = random.randrange(len(log.leaves) + 1)
    leaf = read_leaf(log.leaves[at - 1] if at else log.leaves[0])
    state = b'{"body":{"fen":1}}'
    made = leaf._replace(n=leaf.n + 1 if at else 0, id=UUID(int=random.getrandbits(128)), ver=1)
    return _put(log, at, made._replace(sha256=sha256(state).hexdigest()).text, state)


def _double(log: Log, random: Random) -> Tampered:
    at = random.randrange(len(log.leaves))
    return _put(log, at + 1, log.leaves[at], log.states[at])


def _swap(log: Log, random: Random) -> Tampered:
    one, other = sorted(random.sample(range(len(log.leaves)), 2))
    leaves, states = list(log.leaves), list(log.states)
    for row in (leaves, states):
        row[one], row[other] = row[other], row[one]
    return Tampered(log.of(leaves, states), one)


def _truncate(log: Log, random: Random) -> Tampered:
    at = random.randrange(len(log.leaves))
    return Tampered(log.of(log.leaves[:at], log.states[:at]), at)


def _replace(log: Log, random: Random) -> Tampered:
    one, other = random.sample(range(len(log.leaves)), 2)
    return _with_leaf(log, one, read_leaf(log.leaves[other]), log.states[other])


TAMPERS: dict[str, Tamper] = {
    "name": _name, "version": _version, "id": _id, "state": _state, "delete": _delete, "insert": _insert,
    "double": _double, "swap": _swap, "truncate": _truncate, "replace": _replace,
}  # fmt: skip


def fitting(log: Log) -> Log:
    """The same with hashes that fit its entries."""
    return replace(log, hashes=tuple(map(leaf_hash, log.leaves)))


def named(finding: Said) -> range:
    """Which entries a finding points at."""
    numbers = finding.numbers
    if "low" in numbers:
        return range(numbers["low"], numbers["high"] + 1)
    entry = numbers.get("entry", finding)
    if "index" in entry.numbers:
        return range(entry.numbers["index"], entry.numbers["index"] + 1)
    return range(0)


def findings(path: Path) -> list[Said]:
    try:
        return verify(path, POLICY).findings
    except Unusable as unusable:
        return [unusable.said]


def unnoticed(log: Log, path: Path, random: Random) -> str | None:
    """Tamper once, at random; what went wrong with finding it, if anything."""
    kind = random.choice(["bit", *TAMPERS])
    if kind == "bit":
        bit = random.randrange(log.written(path).stat().st_size * 8)
        return unnoticed_bit(path, bit)
    tampered, at = TAMPERS[kind](log, random)
    exact = random.random() < 0.5
    found = findings((tampered if exact else fitting(tampered)).written(path))
    if not found:
        return f"{kind} at {at} was not found"
    pointed = named(found[0]) if exact else [index for finding in found for index in named(finding)]
    if at not in pointed or (exact and len(pointed) != 1):
        return f"{kind} at {at} was found as {'; '.join(map(str, found))}"
    return None


def unnoticed_bit(path: Path, bit: int) -> str | None:
    """Flip one bit, look, and flip it back."""
    at = bit // 8
    with Export(path) as export:
        events, hashes = export.events, export.hashes
        due = None
        if events.start <= at < events.end:
            due = _line_at(path, events.start, at)
        elif hashes.start <= at < hashes.end:
            due = (at - hashes.start) // HASH
    _flip(path, bit)
    try:
        found = findings(path)
    finally:
        _flip(path, bit)
    if not found:
        return f"bit {bit} was not found"
    if due is not None and due not in named(found[0]):
        return f"bit {bit} of entry {due} was found as {found[0]}"
    return None


def _line_at(path: Path, start: int, at: int) -> int:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(at - start).count(b"\n")


def _flip(path: Path, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0] ^ 1 << bit % 8
        file.seek(bit // 8)
        file.write(bytes([byte]))


def _bits(given: tuple[int, int]) -> list[str]:
    part, parts = given
    with TemporaryDirectory() as folder:
        path = _small().written(Path(folder, "export.tar"))
        bits = range(part, path.stat().st_size * 8, parts)
        return [wrong for bit in bits if (wrong := unnoticed_bit(path, bit))]


def _random(given: tuple[int, int]) -> list[str]:
    seed, count = given
    random, log = Random(f"tampering {seed}"), a_log(seed=seed)
    with TemporaryDirectory() as folder:
        path = Path(folder, "export.tar")
        return [f"seed {seed}: {wrong}" for _ in range(count) if (wrong := unnoticed(log, path, random))]


def _small() -> Log:
    return a_log(100, (60,))


def _all(count: int) -> Iterator[list[str]]:
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers) as pool:
        each = max(1, count // 100)
        tried = 0
        for wrong in pool.map(_random, [(SEED + at, each) for at in range(-(-count // each))]):
            tried += each
            yield wrong
        print(f"{tried} random tamperings", flush=True)
        parts = 256
        for at, wrong in enumerate(pool.map(_bits, [(part, parts) for part in range(parts)]), start=1):
            yield wrong
            if at % 32 == 0:
                print(f"{at} of {parts} parts of all bits", flush=True)


def main(given: list[str]) -> int:
    failed = 0
    for wrong in _all(int(given[0]) if given else 20_000):
        failed += len(wrong)
        print(*wrong, sep="\n", end="\n" if wrong else "")
    print("all found, the right entry named" if not failed else f"{failed} NOT as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
