"""Installations of four services, with their web process, worker and beat."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from mingban.composition import SERVICES
from mingban.supervisor import Supervisor, free_port
from shared.chassis.settings import InstallationSettings

SCHOOL = Path(__file__).parents[2] / "demo" / "school"
CLOCK = orjson.loads((SCHOOL / "programme.json").read_bytes())["clock"]
Running = Callable[..., tuple[Supervisor, InstallationSettings]]


@pytest.fixture
def running(installation: Any) -> Iterator[Running]:
    """Starts an installation in rehearsal; all that it started are stopped at the end."""
    started: list[Supervisor] = []

    def start(**more: Any) -> tuple[Supervisor, InstallationSettings]:
        settings = installation(list(SERVICES), **{"clock": CLOCK, "port": free_port()} | more)
        supervisor = Supervisor(settings)
        started.append(supervisor)
        supervisor.start()
        return supervisor, settings

    yield start
    for supervisor in started:
        supervisor.stop()
