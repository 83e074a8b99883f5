"""The page `docs/whole-cycle.md`: what it tells people to type works, from the round to the certificate."""

import os
import re
import subprocess
from pathlib import Path

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
    answers = [orjson.loads(line) for line in played.stdout.splitlines() if line.startswith("{")]
    honors, certificates, fund, why, causes, then, compared, status = answers[-8:]
    (honor,), (certificate,) = honors["items"], certificates["items"]
    assert honor["designation"] == "学校骨干班主任"
    assert certificate["credits_hundredths"] == 100
    assert fund["returned"] == {"fen": 780_000, "yuan": "7800.00"}
    assert {(one["kind"], one["outcome"]) for one in why["items"]} >= {("certificate", "issued"), ("credit", "granted")}
    chain = [item["event"] for item in causes["items"]]
    assert (chain[0], causes["truncated"]) == ("assessment.credits-granted", False)
    assert {"assessment.sheet-submitted", "membership.session-attended", "applications.applied"} <= {*chain}
    assert then["released"] == {"fen": 600_000, "yuan": "6000.00"}
    assert compared["items"] == []
    assert (status["certificate_id"], status["status"]) == (certificate["certificate_id"], "valid")
    assert "1 people and 1 studios change" in played.stdout
    assert "0 do not match" in played.stdout
    assert played.stdout.count("\nholds: mingban.example/") == 4
    assert "\nholds: entry 1 (n=2, " in played.stdout
