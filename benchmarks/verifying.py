"""An auditor's check of a million entries: in how many seconds, and in how much memory."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from benchmarks.installation import Installation
from shared.audit.checkpoint import Checkpoint
from shared.audit.exporting import write_export
from shared.audit.leaf import leaf_of
from shared.audit.note import COSIGNATURE, Note, Signer, read_signatures, signed
from shared.audit.tree import Rolling, leaf_hash

ENTRIES, STREAMS, CHECKPOINT_EVERY = 1_000_000, 120_000, 1_000
SECONDS, GIBIBYTES = 30.0, 1.0
ORIGIN = "mingban.example/finance"
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Verified:
    """What one run took, against what it may take."""

    seconds: float
    gibibytes: float
    size: int

    @property
    def suffices(self) -> bool:
        return self.seconds <= SECONDS and self.gibibytes <= GIBIBYTES

    def lines(self) -> list[str]:
        verdict = "reached" if self.suffices else "MISSED"
        size, checkpoints = f"{self.size / 1e6:,.0f} MB", f"{ENTRIES // CHECKPOINT_EVERY:,} checkpoints"
        memory = f"{self.gibibytes * 1024:,.0f} MiB at the peak (at most {GIBIBYTES * 1024:g})"
        rate = f"{self.seconds:.1f} s (at most {SECONDS:g}), {ENTRIES / self.seconds:,.0f} entries/s"
        return [
            f"{'verifying':<12}{ENTRIES:,} entries, {size}, {checkpoints}",
            f"{'verifying':<12}{rate}; {memory}: {verdict}",
        ]


@dataclass
class _Made:
    """A log made up entry by entry, its hashes and checkpoints growing along."""

    log: Signer = field(default_factory=lambda: Signer.made(ORIGIN))
    witnesses: list[Signer] = field(
        default_factory=lambda: [Signer.made(f"witness.example/{name}", COSIGNATURE) for name in ("a", "b")]
    )
    hashes: bytearray = field(default_factory=bytearray)
    notes: list[bytes] = field(default_factory=list)

    @property
    def policy(self) -> str:
        witnesses = [f"witness w{at} {one.verifier.text}" for at, one in enumerate(self.witnesses)]
        return "\n".join([f"log {self.log.verifier.text}", *witnesses, "group both all w0 w1", "quorum both"])

    def entries(self) -> Iterator[tuple[bytes, bytes]]:
        random, rolling, versions = Random(1), Rolling(), dict[int, int]()
        for n in range(1, ENTRIES + 1):
            stream = random.randrange(STREAMS)
            ver = versions[stream] = versions.get(stream, 0) + 1
            at = BEGAN + timedelta(seconds=n)
            state = _state(random, at).encode()
            leaf = leaf_of(ORIGIN, n, UUID(int=stream << 64 | 1), ver, "finance.expense-spent", state).text
            rolling.add(hash := leaf_hash(leaf))
            self.hashes += hash
            if n % CHECKPOINT_EVERY == 0:
                self.notes.append(self._head(n, rolling.root(), at).whole)
            yield leaf, state

    def _head(self, size: int, root: bytes, at: datetime) -> Note:
        note, second = signed(Checkpoint(ORIGIN, size, root).text, self.log), int(at.timestamp()) + 1
        return note.with_lines(line for one in self.witnesses for line in read_signatures(one.line(note.text, second)))


def _state(random: Random, at: datetime) -> str:
    """As long as an expense's is in the log of a studio."""
    one, other, third = (UUID(int=random.getrandbits(128)) for _ in range(3))
    return (
        f'{{"actor":{{"person":"{one}","role":"payer"}},"at":"{at.isoformat()}","causation":"{other}",'
        f'"correlation":"{third}","on":"2026-03-02","rules":3,"school":"my-school","nonce":"{random.getrandbits(128):032x}",'
        f'"body":{{"studio_id":"{other}","expense_id":"{third}","amount":{random.randrange(300_000)},"purpose":"书籍资料"}}}}'
    )


def verifying(_: Installation) -> Verified:
    """No store is asked: the file is made up, and verified by a process of its own."""
    with tempfile.TemporaryDirectory(prefix="mingban-bench-export-") as folder:
        export, policy, made = Path(folder, "export.tar"), Path(folder, "policy"), _Made()
        write_export(export, made.entries(), (bytes(made.hashes) for _ in range(1)), iter(made.notes))
        policy.write_text(made.policy)
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "shared.audit", "verify", export, "--policy", policy], stdout=subprocess.PIPE
        )
        told = process.stdout.read() if process.stdout else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        assert process.returncode == 0, told
        return Verified(seconds, used.ru_maxrss / 2**20, export.stat().st_size)
