"""What the auditors' page shows works as it stands there, and both its halves name the same things."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shared.audit.checkpoint import Checkpoint
from tests.audit.exports import a_log

PAGE = (Path(__file__).parents[2] / "docs" / "auditors.md").read_text(encoding="utf-8")
HALVES = PAGE.split("\n## ")[1:]


def shown(language: str, number: int = 0) -> str:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[number]


def by_hand(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-c", shown("python")], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 100, 257])
def test_the_pages_own_python_recomputes_the_signed_root(tmp_path: Path, count: int) -> None:
    log = a_log(count, ())
    log.written(tmp_path / "export.tar")
    newest = Checkpoint.of(log.notes[-1])

    answer = by_hand(tmp_path)
    assert answer.stdout.split() == newest.text.split(), answer.stderr


def test_the_pages_own_python_notices_a_changed_state_and_a_missing_entry(tmp_path: Path) -> None:
    log = a_log()
    log.of(log.leaves, (b"{}", *log.states[1:])).written(tmp_path / "export.tar")
    assert by_hand(tmp_path).returncode == 1
    log.of(log.leaves[1:], log.states[1:]).written(tmp_path / "export.tar")
    assert "not what was signed" in by_hand(tmp_path).stderr


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs sha256sum")
def test_one_entry_is_checked_with_sha256sum(tmp_path: Path) -> None:
    log = a_log()
    log.written(tmp_path / "export.tar")
    command = next(block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "sha256sum" in block)

    answer = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
    )  # fmt: skip
    assert answer.stdout.split()[0].encode() in log.leaves[7]


def test_both_halves_tell_of_the_same_commands_options_and_paths() -> None:
    named = re.compile(r"--[a-z][a-z-]+|mingban (?:audit )?[a-z]+|GET /\{service\}/checkpoint")
    english, chinese = (set(named.findall(half)) for half in HALVES)

    assert english == chinese
