"""What sealing costs the commands, how far it lags behind, and how long a proof from disk takes."""

import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from benchmarks.commands import CONNECTIONS, put, serving
from benchmarks.installation import SERVICE, Installation
from benchmarks.load import Load
from benchmarks.report import Bounds, Comparison
from benchmarks.sealer import ORIGIN
from benchmarks.served import PATH
from shared.audit.note import Signer
from shared.audit.tree import verify_inclusion
from shared.chassis.batch import Entry
from shared.chassis.log import Log, open_log
from shared.chassis.sealing import hash_of
from shared.chassis.seals import Seals, open_seals

ROUNDS = 15
WARM_UP, COUNT = 1_000, 3_000
SHARE_LEFT = 0.97
RATE, SECONDS = 1_000, 30
PROOFS = 2_000
KEY = Signer.made(ORIGIN)


def sealing_cost(at: Installation) -> Comparison:
    """Commands while the log is sealed each second, against commands while it is not, and what is left afterwards."""
    compared = Comparison("sealing", "commands/s", SHARE_LEFT)
    token = at.token("personnel")
    with serving(at) as port, _sealer(at) as sealer:
        for number in range(ROUNDS + 1):
            for sealed in random.sample([True, False], 2):
                load = Load(port, PATH, token, CONNECTIONS, COUNT if number else WARM_UP)
                if sealed:
                    _say(sealer, "go")
                measured = put(load)
                _say(sealer, "hold")
                if number:
                    compared.add("sealed each second" if sealed else "not sealed", load.count / measured.seconds)
    compared.rates = {arm: compared.rates[arm] for arm in ("sealed each second", "not sealed")}
    return compared


def sealing(at: Installation) -> Bounds:
    """The lag at 1,000 events a second, and proofs by a reader that has nothing in memory."""
    bounds = Bounds("sealing")
    url, path = at.settings.service_url(SERVICE), at.settings.home / "none"
    log, seals = open_log(url, path, pool_size=1), open_seals(url, path, pool_size=1)
    with _sealer(at) as sealer:
        _say(sealer, "go")
        lags = _lags(log, seals)
        _say(sealer, "hold")
    bounds.add(f"lag p50 at {RATE:,} events/s", quantiles(lags, n=100)[49], "s", 2)
    bounds.add(f"lag p99 at {RATE:,} events/s", quantiles(lags, n=100)[98], "s", 2)
    _fill(log, 300_000)
    with _sealer(at) as sealer:
        _say(sealer, "hold")
    took = [_proved(log, seals, random.randrange(log.head())) for _ in range(PROOFS)]
    bounds.add(f"proof p50 of {log.head():,} events", quantiles(took, n=100)[49] * 1000, "ms", 10)
    bounds.add(f"proof p99 of {log.head():,} events", quantiles(took, n=100)[98] * 1000, "ms", 10)
    return bounds


def _lags(log: Log, seals: Seals) -> list[float]:
    """Seconds from each commit to the signed checkpoint that covers it."""
    waiting: list[tuple[int, float]] = []
    lags: list[float] = []
    begun, written = time.monotonic(), 0
    while time.monotonic() - begun < SECONDS or waiting:
        if time.monotonic() - begun < SECONDS and written < (time.monotonic() - begun) * RATE:
            entry = Entry(events=_events(20))
            log.commit([entry])
            written += 20
            waiting.append((entry.position, time.monotonic()))
            continue
        newest, now = seals.newest_signed(), time.monotonic()
        through = newest.through if newest else 0
        while waiting and waiting[0][0] <= through:
            lags += [now - waiting.pop(0)[1]] * 20
        time.sleep(0.005)
    return lags


def _proved(log: Log, seals: Seals, after: int) -> float:
    begun = time.perf_counter()
    line = log.read(after, 1)[0]
    with seals.looking() as looking:
        seal = looking.newest_signed()
        assert seal
        index = looking.index_of(seal.epoch, line.position)
        assert index is not None
        proof = looking.tree(seal.epoch, seal.size).inclusion(index)
    verify_inclusion(hash_of(ORIGIN, line), index, seal.size, proof, seal.root)
    return time.perf_counter() - begun


def _events(count: int) -> list[StoredEvent]:
    body = b'{"actor":{"person":null,"role":"system"},"nonce":"%s","body":{"studio_id":"%s","fen":300000}}'
    return [
        StoredEvent(uuid4(), 1, "applications.round-opened", body % (secrets.token_hex(16).encode(), b"0" * 800))
        for _ in range(count)
    ]


def _fill(log: Log, count: int) -> None:
    for _ in range(count // 5_000):
        log.commit([Entry(events=_events(5_000))])


@contextmanager
def _sealer(at: Installation) -> Iterator["subprocess.Popen[str]"]:
    environment = os.environ | {
        "MINGBAN_HOME": str(at.settings.home), "MINGBAN_DATABASE_URL": at.settings.database_url or "",
        "MINGBAN_SEALER_URL": at.settings.sealer_url or "", "BENCH_SEALING_KEY": KEY.text,
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sealer"], env=environment, cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        try:
            _answered(running)
            yield running
        finally:
            running.terminate()


def _say(sealer: "subprocess.Popen[str]", word: str) -> None:
    assert sealer.stdin
    sealer.stdin.write(f"{word}\n")
    sealer.stdin.flush()
    _answered(sealer)


def _answered(sealer: "subprocess.Popen[str]") -> None:
    assert sealer.stdout
    if not sealer.stdout.readline():
        msg = "the sealer ended; its message is above"
        raise RuntimeError(msg)
