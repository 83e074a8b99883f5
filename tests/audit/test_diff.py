"""Two exports of one log are compared: one extends the other, or the first entry that differs is named."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from mingban.cli import app
from tests.audit.exports import ELSEWHERE, Log, a_log, policy_text
from tests.audit.tampering import TAMPERS, fitting

RUNNER = CliRunner()


@pytest.fixture
def full(tmp_path: Path) -> Path:
    return a_log().written(tmp_path / "full.tar")


def compared(*arguments: str | Path) -> tuple[int, str]:
    answer = RUNNER.invoke(app, ["audit", "diff", *map(str, arguments), "--lang", "en"], catch_exceptions=False)
    return answer.exit_code, (answer.stdout + answer.stderr).strip()


def beside(full: Path, log: Log) -> Path:
    return log.written(full.with_name("other.tar"))


def test_an_export_is_the_same_as_itself(full: Path) -> None:
    assert compared(full, full) == (0, "the 100 entries are the same")


def test_a_later_export_extends_an_earlier_one_from_either_side(full: Path) -> None:
    log = a_log()
    short = beside(
        full, replace(log, leaves=log.leaves[:70], states=log.states[:70], hashes=log.hashes[:70], notes=log.notes[:2])
    )
    said = f"{full} extends {short}: 70 the same, 30 more"

    assert compared(full, short) == (0, said)
    assert compared(short, full) == (0, said)


def test_a_schools_export_with_withheld_states_is_the_same_by_hash(full: Path) -> None:
    log = a_log()
    redacted = beside(full, log.of(log.leaves, [None if at % 2 else one for at, one in enumerate(log.states)]))

    assert compared(full, redacted) == (0, "the 100 entries are the same")
    other = beside(full, log.of(log.leaves, [None if at != 9 else b"{}" for at in range(100)]))
    assert compared(full, other)[0] == 1


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("name", "topic: "), ("version", "ver: "), ("id", "id: "), ("state", "sha256: "),
        ("delete", "other.tar lacks 1"), ("insert", "full.tar lacks 1"), ("swap", "changed places"),
    ],
)  # fmt: skip
def test_what_differs_is_named(full: Path, kind: str, said: str) -> None:
    tampered, at = TAMPERS[kind](a_log(), Random(11))
    other = beside(full, fitting(tampered))

    code, told = compared(full, other)
    assert (code, f"entry {at} (" in told, said in told) == (1, True, True)


def test_exports_of_two_logs_and_of_nothing_are_not_compared(full: Path) -> None:
    assert "of two logs" in compared(full, beside(full, a_log(origin=ELSEWHERE)))[1]
    assert compared(full, beside(full, a_log(0, ())))[0] == 2


def test_with_a_policy_both_are_verified_first(full: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_bytes(policy_text())
    tampered, _ = TAMPERS["state"](a_log(), Random(11))

    assert compared(full, full, "--policy", policy)[0] == 0
    code, told = compared(full, beside(full, tampered), "--policy", policy)
    assert (code, "other.tar: entry" in told) == (1, True)
