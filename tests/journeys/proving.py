"""A running installation's logs, sealed, exported and checked as an outsider does it."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx

from mingban.composition import issuer
from shared.chassis.settings import InstallationSettings
from shared.kernel.people import Role
from tests.journeys.test_three_years import new_id

PATIENCE_SECONDS, LOOK_SECONDS = 60, 0.05


def await_sealed(settings: InstallationSettings, service: str) -> None:
    """Until a signed checkpoint covers all that the service's log holds."""
    headers = {"Authorization": f"Bearer {issuer(settings).token(new_id(2), [Role.OPERATOR])}"}
    ends = time.monotonic() + PATIENCE_SECONDS
    with httpx.Client(base_url=settings.upstream, trust_env=False, headers=headers) as http:
        while True:
            said = http.get(f"/{service}/status").raise_for_status().json()
            assert said["sealed"]["halted"] is None
            if said["sealed"]["through"] == said["head"]:
                return
            assert time.monotonic() < ends, f"{service} is not sealed: {said}"
            time.sleep(LOOK_SECONDS)


def audit(settings: InstallationSettings, *typed: Any) -> tuple[int, str]:
    """`mingban audit …` in a process of its own: exit code, and all that it said."""
    named = {f"MINGBAN_{k.upper()}": str(v) for k, v in settings.model_dump(exclude_none=True).items()}
    done = subprocess.run(
        [sys.executable, "-c", "from mingban.cli import main; main()", "audit", *map(str, typed)],
        env=os.environ | named | {"LANG": "en", "COLUMNS": "200"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def exported(settings: InstallationSettings, service: str, out: Path) -> Path:
    """All of a log in one file."""
    await_sealed(settings, service)
    code, told = audit(settings, "export", service, "-o", out)
    assert code == 0, told
    return out
