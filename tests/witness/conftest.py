"""Witnesses as processes of their own, each with its key and state in a folder of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from shared.audit.note import Signer
from shared.audit.witnessing import PATH, Request
from tests.audit.witnessed import LOG, WITNESSES, History
from tests.servers import _die_with_parent, _free_port, _until

RUN = "from mingban.cli import main; main()"
ALONE = "import sys, typer; from mingban.witness import witness; del sys.argv[1]; typer.run(witness)"
"""The same without the services, which take seconds to import."""


class Running:
    """One witness: `ask` it, `kill` it, `start` it again."""

    def __init__(self, folder: Path, name: str, logs: list[Signer]) -> None:
        self.folder, self.name, self.port = folder, name, _free_port()
        self.key, self.state, self.logs = folder / "witness.key", folder / "witness.sqlite", folder / "logs"
        folder.mkdir()
        self.key.touch(mode=0o600)
        self.key.write_text(WITNESSES[name].text)
        self.knows(*logs)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def knows(self, *logs: Signer) -> None:
        self.logs.write_text("".join(f"log {log.verifier.text}\n" for log in logs) + "quorum none\n")

    def command(self, program: str, *more: str) -> list[str]:
        named = ["--policy", str(self.logs), "--key", str(self.key), "--state", str(self.state)]
        return [sys.executable, "-c", program, "witness", *named, "--port", str(self.port), *more]

    def start(self, *more: str) -> None:
        self.spawn(self.command(ALONE, *more))

    def spawn(self, command: list[str]) -> None:
        process = subprocess.Popen(command, preexec_fn=_die_with_parent)  # noqa: PLW1509
        self._process = process
        _until(lambda: httpx.get(self.url, trust_env=False), process, httpx.TransportError)

    def ask(self, request: Request | bytes) -> httpx.Response:
        body = request if isinstance(request, bytes) else request.whole
        return httpx.post(self.url + PATH, content=body, trust_env=False, timeout=60)

    def cosigns(self, history: History, old: int, size: int) -> int:
        return self.ask(history.request(old, size)).status_code

    def wait(self) -> int:
        assert self._process
        return self._process.wait(60)

    def kill(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


Begin = Callable[..., Running]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """`begin(name)`: a witness that has never cosigned, and runs."""
    made: list[Running] = []

    def start(name: str = "office", *, logs: list[Signer] | None = None) -> Running:
        running = Running(tmp_path / name, name, logs or [LOG])
        made.append(running)
        running.start("--new")
        return running

    yield start
    for running in made:
        running.kill()
