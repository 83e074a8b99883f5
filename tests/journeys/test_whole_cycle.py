"""The page `docs/whole-cycle.md`: what it tells people to type works, from the round to the certificate."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import orjson

from tests.conftest import on_sqlite
from tests.journeys.conftest import Running

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "whole-cycle.md").read_text()


@on_sqlite
def test_the_whole_cycle_is_played_as_the_page_says(database: str, running: Running, tmp_path: Path) -> None:
    _, settings = running(clock="2023-03-23T09:00:00+08:00")
    typed = "set -euo pipefail\n" + "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    environment = os.environ | {"MINGBAN_PORT": str(settings.port), "MINGBAN_HOME": str(settings.home)}

    played = subprocess.run(
        ["bash", "-c", typed], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert played.returncode == 0, played.stdout[-2000:] + played.stderr[-2000:]
    honors, certificates, fund = played.stdout.splitlines()[-3:]
    assert one(honors)["designation"] == "学校骨干班主任"
    assert one(certificates)["credits_hundredths"] == 100
    assert orjson.loads(fund)["returned"] == {"fen": 780_000, "yuan": "7800.00"}


def one(page: str) -> dict[str, Any]:
    (item,) = orjson.loads(page)["items"]
    found: dict[str, Any] = item
    return found
