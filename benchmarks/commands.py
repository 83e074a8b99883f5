"""Commands a second over HTTP, whole: our write path, against the library saving in the thread pool."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import quantiles
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from benchmarks.installation import LIBRARY_SCHEMA, Installation
from benchmarks.load import Load, Measured
from benchmarks.postgres import free_port
from benchmarks.report import Comparison
from benchmarks.served import PATH, PLAIN_PATH

ROUNDS = 5
CONNECTIONS = 128
WARM_UP, COUNT = 1_000, 3_000
REQUIRED = 3.0
START_SECONDS = 30
ARMS = {"one writer, in batches": (PATH, "log"), "library in thread pool": (PLAIN_PATH, LIBRARY_SCHEMA)}


def commands(at: Installation) -> Comparison:
    """Both arms in turn on one server process; each command acknowledged must be in its log, once."""
    compared = Comparison("commands", "commands/s", REQUIRED)
    token = at.token("personnel")
    latencies: dict[str, list[float]] = {arm: [] for arm in ARMS}
    acknowledged: dict[str, list[str]] = {arm: [] for arm in ARMS}
    with serving(at) as port:
        for number in range(ROUNDS + 1):
            for arm, (path, _) in ARMS.items():
                load = Load(port, path, token, CONNECTIONS, COUNT if number else WARM_UP)
                measured = put(load)
                acknowledged[arm] += measured.acknowledged
                if number:
                    compared.add(arm, load.count / measured.seconds)
                    latencies[arm] += measured.latencies
    for arm, (_, schema) in ARMS.items():
        _check(at, schema, acknowledged[arm])
        cut = quantiles(latencies[arm], n=100)
        compared.notes[arm] = (
            f"p50 {cut[49] * 1000:.1f} ms, p99 {cut[98] * 1000:.1f} ms; "
            f"{len(acknowledged[arm]):,} acknowledged, each in the log once"
        )
    return compared


@contextmanager
def serving(at: Installation) -> Iterator[int]:
    port = free_port()
    settings = at.settings
    environment = os.environ | at.library_environment() | {
        "MINGBAN_HOME": str(settings.home), "MINGBAN_DATABASE_URL": settings.database_url or "",
    }  # fmt: skip
    with tempfile.TemporaryFile() as errors:
        running = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "--factory", "benchmarks.served:app", "--host", "127.0.0.1",
             "--port", str(port), "--loop", "uvloop", "--http", "httptools", "--no-access-log",
             "--log-level", "warning"],
            env=environment, stderr=errors, cwd=Path(__file__).parents[1],
        )  # fmt: skip
        try:
            _wait_for(port, running)
            yield port
        finally:
            running.terminate()
            running.wait(timeout=START_SECONDS)
            errors.seek(0)
            sys.stderr.write(errors.read().decode()[-4_000:])


def _wait_for(port: int, running: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urlopen(f"http://127.0.0.1:{port}/applications/livez", timeout=5).close()
        except URLError:
            if running.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def put(load: Load) -> Measured:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"], input=json.dumps(asdict(load)), stdout=subprocess.PIPE,
        text=True, check=True, timeout=300, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    measured = Measured(**json.loads(done.stdout))
    if measured.others:
        msg = f"{len(measured.others)} of {load.count} were not accepted, first: {measured.others[0]}"
        raise RuntimeError(msg)
    return measured


def _check(at: Installation, schema: str, acknowledged: list[str]) -> None:
    table = "stored_events" if schema == "log" else "plain_events"
    with psycopg.connect(at.owner_url) as owner:
        found = owner.execute(
            f"SELECT originator_id::text FROM {schema}.{table} WHERE topic = 'applications.round-opened'"
        ).fetchall()
    assert sorted(id for (id,) in found) == sorted(acknowledged), (
        f"{schema}: what was acknowledged is not what is there"
    )
