"""Eight writers and a reader who tails the log; three processes and one SQLite file."""

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from shared.chassis.log import Log, open_log
from shared.chassis.settings import InstallationSettings
from tests.chassis.examples import decision, happening
from tests.conftest import on_postgres, on_sqlite

WRITERS, EACH = 8, 200
PROCESSES, APPENDS = 3, 150


def tail(log: Log, until: int) -> list[tuple[UUID, int]]:
    """What a reader sees who asks again and again for what is above the last position it saw."""
    seen: list[tuple[UUID, int]] = []
    after = 1
    while len(seen) < until:
        lines = log.read(after, 50)
        seen += [(line.stream, line.version) for line in lines]
        after = lines[-1].position if lines else after
        if not lines and log.head() == after and not writing():
            break
    return seen


def writing() -> bool:
    return any(thread.name.startswith("writes") for thread in threading.enumerate())


@on_postgres
def test_a_reader_who_tails_eight_writers_misses_nothing(store: InstallationSettings) -> None:
    url = store.service_url("testing")
    logs = [open_log(url, Path(), pool_size=1) for _ in range(WRITERS + 1)]
    together = threading.Barrier(WRITERS + 1)

    def write(number: int) -> None:
        together.wait()
        for version in range(1, EACH + 1, 2):
            both = [happening(UUID(int=number), version), happening(UUID(int=number), version + 1)]
            logs[number].commit([decision(*both)])

    def read() -> list[tuple[UUID, int]]:
        together.wait()
        return tail(logs[0], WRITERS * EACH)

    with ThreadPoolExecutor(WRITERS, "writes") as writers, ThreadPoolExecutor(1) as readers:
        reading = readers.submit(read)
        written = [writers.submit(write, number) for number in range(1, WRITERS + 1)]
        for each in written:
            each.result()
        writers.shutdown()
        seen = reading.result()

    whole = [(line.stream, line.version) for line in logs[0].read(1, WRITERS * EACH + 1)]
    for log in logs:
        log.close()
    assert seen == whole
    assert sorted(seen) == [(UUID(int=n), v) for n in range(1, WRITERS + 1) for v in range(1, EACH + 1)]


def append(home: Path, number: int, together: "multiprocessing.synchronize.Barrier") -> None:
    log = open_log(None, home / "testing" / "log.sqlite", pool_size=1)
    together.wait()
    for version in range(1, APPENDS + 1):
        log.read(0, 5)
        log.commit([decision(happening(UUID(int=number), version), key=f"{number}-{version}")])
    log.close()


@on_sqlite
def test_three_processes_on_one_file_all_land(store: InstallationSettings) -> None:
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(PROCESSES)
    processes = [spawn.Process(target=append, args=(store.home, n, together)) for n in range(1, PROCESSES + 1)]

    for process in processes:
        process.start()
    for process in processes:
        process.join()

    log = open_log(None, store.home / "testing" / "log.sqlite", pool_size=1)
    positions = [line.position for line in log.read(0, 1000)]
    streams = {n: [line.version for line in log.stream(UUID(int=n))] for n in range(1, PROCESSES + 1)}
    log.close()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert positions == list(range(1, PROCESSES * APPENDS + 2))
    assert streams == {n: list(range(1, APPENDS + 1)) for n in range(1, PROCESSES + 1)}
