"""Whether an export is what its log's signed checkpoints promise; if not, which entry differs and how."""

import hashlib
import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from shared.audit.checkpoint import Checkpoint
from shared.audit.epochs import log_of
from shared.audit.exporting import LINE, Export, half, unescaped
from shared.audit.instants import written
from shared.audit.leaf import read_leaf
from shared.audit.naming import Naming, Trouble, entry_said, is_line, leaf_in, troubled
from shared.audit.note import BadNote, Note
from shared.audit.policy import NONE, Policy
from shared.audit.proof import EntryProof
from shared.audit.receipt import Receipt
from shared.audit.said import Said, Unusable, said
from shared.audit.tree import HASH, BadProof, Rolling, leaf_hash
from shared.audit.vouching import Head, Vouched, vouched

STEP = 8192
"""So many entries between two looks at what is due."""
SHOWN = 20
TOLERANCE = 5.0
WITNESS_TOLERANCE = 60.0
"""A witness signs a moment after the checkpoint was made."""
_AT = '"at":"'
_LOG = rb'"log":"([\x20\x21\x23-\x5b\x5d-\x7e]+)"'
_NEVER = -1

Progress = Callable[[int, int], None]
"""Told how many of how many entries are read."""


@dataclass(frozen=True)
class Kept:
    """A note or proof that the auditor has from before, with its name."""

    name: str
    note: Note


@dataclass(frozen=True)
class Shown:
    """A proof of one entry, with its name."""

    name: str
    proof: EntryProof


@dataclass(frozen=True)
class Asked:
    """What is to be held against the export besides its own checkpoints, and what is allowed."""

    since: Kept | None = None
    receipts: Sequence[Kept] = ()
    proofs: Sequence[Shown] = ()
    allow_withheld: bool = False
    pass_over_unknown: bool = False


@dataclass
class Report:
    """How it came out. It holds when there is no finding; remarks are worth a look and no proof of anything."""

    origin: str
    size: int = 0
    checkpoints: int = 0
    witnessed: int = 0
    withheld: int = 0
    is_witness_asked: bool = True
    findings: list[Said] = field(default_factory=list)
    remarks: list[Said] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.findings


class _Due(NamedTuple):
    """A root that the first `size` entries must have, and whose word it is."""

    size: int
    root: bytes
    what: Said


def verify(path: Path, policy: Policy, asked: Asked | None = None, progress: Progress = lambda _, __: None) -> Report:
    """Read an export once, and again from where it departs. Raises `Unusable` for what cannot be judged."""
    asked = asked or Asked()
    with Export(path) as export:
        known = vouched(export, policy, pass_over=asked.pass_over_unknown)
        report = Report(
            known.origin, 0, known.count, known.witnessed, findings=known.findings, remarks=known.remarks
        )  # fmt: skip
        if known.newest is None:
            return report
        report.size = known.newest.size
        if policy.quorum == NONE:
            report.remarks.append(said("no-quorum-asked"))
        report.is_witness_asked = policy.quorum != NONE
        reading = _Reading(export, known, asked, report, _dues(known, policy, asked, report))
        trouble = reading.read(progress)
        report.findings[:0] = trouble or reading.disappointed()
        if not trouble:
            reading.hold_promises()
        reading.told.add_to(report)
        return report


def _dues(known: Vouched, policy: Policy, asked: Asked, report: Report) -> list[_Due]:
    dues = [_Due(head.size, head.root, said("checkpoint", size=head.size)) for head in known.heads]
    if asked.since:
        what = said("since", path=asked.since.name)
        old = _kept(asked.since.note, known.origin, policy, what)
        dues.append(_Due(old.size, old.root, what))
        if old.size > report.size:
            report.findings.append(said("rolled-back", what=what, size=old.size, found=report.size))
    for shown in asked.proofs:
        what = said("path", path=shown.name)
        checkpoint = _kept(shown.proof.note, known.origin, policy, what)
        dues.append(_Due(checkpoint.size, checkpoint.root, what))
        try:
            shown.proof.verify()
        except BadProof as error:
            report.findings.append(said("proof-wrong", what=what, why=str(error)))
        if shown.proof.index >= report.size:
            report.findings.append(said("rolled-back", what=what, size=checkpoint.size, found=report.size))
    return sorted(dues, key=lambda due: due.size)


def _kept(note: Note, origin: str, policy: Policy, what: Said) -> Checkpoint:
    try:
        checkpoint = Checkpoint.of(note)
        if checkpoint.origin != origin:
            raise Unusable("since-other", what=what, other=checkpoint.origin, origin=origin)
        policy.check(note)
    except BadNote as error:
        raise Unusable("note-unusable", what=what, why=str(error)) from None
    return checkpoint


class _Told:
    """Remarks: the first few of a kind in full, the others counted."""

    def __init__(self) -> None:
        self.remarks: list[Said] = []
        self.counts: Counter[str] = Counter()

    def add(self, code: str, index: int, leaf: bytes, **numbers: object) -> None:
        self.counts[code] += 1
        if self.counts[code] <= SHOWN:
            self.remarks.append(said(code, entry=entry_said(index, leaf), **numbers))

    def add_to(self, report: Report) -> None:
        report.remarks += self.remarks
        report.remarks += [said("remarks-more", count=count - SHOWN) for count in self.counts.values() if count > SHOWN]


class _Reading:
    """One pass over the entries of an export, and what it left.

    A million entries pass through `_take`, so nothing is kept of one but its stream's version.
    """

    def __init__(self, export: Export, known: Vouched, asked: Asked, report: Report, dues: Sequence[_Due]) -> None:
        assert known.newest is not None
        self._export, self._known, self._asked, self._report, self._dues = export, known, asked, report, dues
        self._newest: Head = known.newest
        self._receipts = [(kept.name, self._receipt(kept)) for kept in asked.receipts]
        self._promised = {n for _, receipt in self._receipts for n, _ in receipt.entries}
        self._proven = {shown.proof.index for shown in asked.proofs}
        self._found: dict[str, dict[int, tuple[int, bytes]]] = {"n": {}, "index": {}}
        self._match = _pattern(known.origin).fullmatch
        self._lines, self._rolling, self._roots = export.lines(), Rolling(), dict[int, bytes]()
        self._versions: dict[bytes, int] = {}
        self._last = _NEVER
        self._at: float | None = None
        seen = [(head.size, float(head.seen)) for head in known.heads if head.seen is not None]
        self._sizes = [size for size, _ in seen]
        self._not_yet = list(accumulate((at for _, at in seen), max, initial=-math.inf))
        self._by_then = list(accumulate((at for _, at in reversed(seen)), min, initial=math.inf))[::-1]
        self.told = _Told()

    def read(self, progress: Progress) -> list[Said]:
        """Entry by entry up to the newest checkpoint's size; the first trouble ends it, and is told."""
        total = self._newest.size
        dues = iter(sorted({due.size for due in self._dues if due.size < total} | {total}))
        start, due = 0, next(dues)
        self._roots[0] = self._rolling.root()
        while start < total:
            end = min(due, start - start % STEP + STEP)
            due = next(dues, total) if end == due else due
            trouble = self._take(start, end)
            if trouble:
                return Naming(self._export, self._known.heads).named(trouble, self._lines)
            self._roots[end] = self._rolling.root()
            progress(end, total)
            start = end
        return []

    def _take(self, start: int, end: int) -> Trouble | None:
        """The entries from `start` up to `end`."""
        lines, match, versions, last = self._lines, self._match, self._versions, self._last
        sha256, add, due = hashlib.sha256, self._rolling.add, self._export.leaf_hashes(start, end - start)
        earliest, latest = self._bracket(start)
        for index in range(start, end):
            line = next(lines, None)
            if line is None:
                return Trouble(index, None, None)
            at = (index - start) * HASH
            found = match(line)
            if found is None:
                return self._unread(index, line, due[at : at + HASH])
            leaf, id, _, n_text, sha, _, ver_text, encoded, escaped = found.groups()
            hash = sha256(b"\x00" + leaf).digest()
            if hash != due[at : at + HASH]:
                return Trouble(index, line, None)
            try:
                state = unescaped(escaped, encoded=encoded is not None)
            except ValueError:
                return troubled("line-altered", index, line, leaf)
            if state is None:
                self._report.withheld += 1
                if not self._asked.allow_withheld:
                    return troubled("state-withheld", index, line, leaf)
            elif sha256(state).hexdigest().encode() != sha:
                return troubled("state-altered", index, line, leaf)
            n, ver, before = int(n_text), int(ver_text), versions.get(id, 0)
            if n <= last:
                return troubled("order-broken", index, line, leaf, other=last)
            if ver != before + 1:
                return troubled("stream-broken", index, line, leaf, other=before + 1)
            self._compare_times(index, leaf, state, earliest, latest)
            versions[id] = ver
            last = self._last = n
            if n in self._promised:
                self._found["n"][n] = index, leaf
            if index in self._proven:
                self._found["index"][index] = index, leaf
            add(hash)
        return None

    def _unread(self, index: int, line: bytes, due: bytes) -> Trouble:
        """A line that is not written as ours of this log are."""
        if half(line):
            raise Unusable("line-half", index=index)
        leaf = leaf_in(line)
        if leaf_hash(leaf) != due:
            return Trouble(index, line, None)
        if is_line(line):
            return troubled("log-named", index, line, leaf, other=read_leaf(leaf).log)
        return troubled("line-altered", index, line, leaf)

    def _bracket(self, start: int) -> tuple[float, float]:
        """When witnesses did not have an entry yet, and when they had it; the marks part checkpoints."""
        behind = bisect_right(self._sizes, start)
        return self._not_yet[behind], self._by_then[behind]

    def _compare_times(self, index: int, leaf: bytes, state: bytes | None, earliest: float, latest: float) -> None:
        before, self._at = self._at, None
        if state is None:
            return
        at = self._at = _instant(state)
        if at is None:
            self.told.add("time-unreadable", index, leaf)
            return
        if before is not None and at < before - TOLERANCE:
            self.told.add("time-backwards", index, leaf, seconds=round(before - at))
        if at > latest + TOLERANCE:
            self.told.add("time-later", index, leaf, at=_shown(at), known=_shown(latest))
        if at < earliest - WITNESS_TOLERANCE:
            self.told.add("time-earlier", index, leaf, at=_shown(at), known=_shown(earliest))

    def disappointed(self) -> list[Said]:
        """The entries agree with `hashes`: which signed roots they do not lead to, and what there is beyond."""
        found, low, total = list[Said](), 0, self._newest.size
        for due in self._dues:
            if self._roots.get(due.size, due.root) != due.root:
                found.append(said("root-differs", what=due.what, low=low, high=due.size - 1))
            elif due.size in self._roots:
                low = due.size
        if found:
            return found[:SHOWN]
        beyond = next(self._lines, None)
        if beyond is not None:
            return [said("entries-beyond", entry=entry_said(total, leaf_in(beyond)), size=total)]
        if self._export.hashes.size != total * HASH:
            return [said("hashes-length", found=self._export.hashes.size, due=total * HASH)]
        return []

    def _receipt(self, kept: Kept) -> Receipt:
        """A receipt that a key of the log's key policies signed, whichever of them says so."""
        what = said("path", path=kept.name)
        try:
            receipt = Receipt.read(kept.note.text)
        except BadNote as error:
            raise Unusable("receipt-unusable", what=what, why=str(error)) from None
        if receipt.origin != log_of(self._known.origin):
            raise Unusable("since-other", what=what, other=receipt.origin, origin=self._known.origin)
        for policy in self._known.key_policies:
            with suppress(BadNote):
                return Receipt.signed_by(kept.note, policy)
        raise Unusable("receipt-key", what=what)

    def hold_promises(self) -> None:
        """Every leaf of a receipt stands in the log, and every proven one at its place."""
        for name, receipt in self._receipts:
            for n, hash in receipt.entries:
                self._hold_promise(name, receipt, n, hash)
        for shown in self._asked.proofs:
            index, leaf = self._found["index"].get(shown.proof.index, (0, shown.proof.leaf))
            if leaf != shown.proof.leaf:
                self._report.findings.append(said("proof-differs", what=shown.name, entry=entry_said(index, leaf)))

    def _hold_promise(self, name: str, receipt: Receipt, n: int, hash: bytes) -> None:
        """What is promised for later than the newest checkpoint, by a witness's clock, may still come."""
        findings, seen = self._report.findings, self._newest.seen
        if n in self._found["n"]:
            index, leaf = self._found["n"][n]
            if leaf_hash(read_leaf(leaf)._replace(log=receipt.origin).text) != hash:
                findings.append(said("promise-broken", what=name, entry=entry_said(index, leaf)))
        elif n > self._last and seen is not None and seen < receipt.sealed_by.timestamp():
            self._report.remarks.append(said("not-due", what=name, n=n, by=written(receipt.sealed_by)))
        else:
            findings.append(said("left-out", what=name, n=n))


def _pattern(origin: str) -> re.Pattern[bytes]:
    """A whole line of this log, its leaf as the first group."""
    return re.compile(LINE.pattern.replace(_LOG, b'"log":"(' + re.escape(origin.encode()) + b')"'), re.DOTALL)


def _instant(state: bytes) -> float | None:
    """When a state says that it was recorded: the first `at` is the envelope's, before the body."""
    start = state.find(b'"at":"') + 6
    try:
        found = datetime.fromisoformat(state[start : state.index(b'"', start)].decode())
    except ValueError:
        return None
    return None if start < len(_AT) or found.tzinfo is None else found.timestamp()


def _shown(at: float) -> str:
    try:
        return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return f"{at:.0f} s"
