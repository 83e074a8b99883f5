"""An export alone tells the rows and the settings as they stood at a position or at the end of a day."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from typer.testing import CliRunner

from mingban.cli import app
from services.applications.read_models.rounds import rounds
from services.applications.service import applications
from shared.audit.exporting import write_export
from shared.audit.leaf import leaf_of
from shared.audit.tree import leaf_hash
from shared.chassis.as_of import rows_at
from tests.applications.examples import LIU_OF_PERSONNEL
from tests.audit.exports import a_log, head
from tests.conftest import Installation
from tests.scenario import SCHOOL
from tests.slice import Slice

ORIGIN = "mingban.example/applications"
FIRST, SECOND = UUID(int=70), UUID(int=71)
RUNNER = CliRunner()


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    """In March a version of the settings and a round, in September another of each."""
    made = Slice(applications, installation(["applications"], clock="2023-03-31T09:00:00+08:00"))
    with made.client:
        for day, round_id, semesters in (("2023-03-31", FIRST, 13), ("2023-09-01", SECOND, 14)):
            made.comes(day)
            adopted = {"effective_from": day, "values": {"tenure_semesters": semesters}}
            opened = {"round_id": str(round_id), "title": day, "deadline": "2024-03-31", "places": 1}
            for path, body in (("/settings-versions", adopted), ("/rounds", opened)):
                made.ask(path, body, LIU_OF_PERSONNEL, ["personnel"], day).raise_for_status()
            made.caught_up()
        yield made


def exported(slice_: Slice, path: Path, *, withheld: tuple[int, ...] = (), origin: str = ORIGIN) -> Path:
    lines = list(slice_.runtime.log.walk(slice_.runtime.log.head()))
    leaves = [leaf_of(origin, one.position, one.stream, one.version, one.event, one.state).text for one in lines]
    hashes = list(map(leaf_hash, leaves))
    states = [None if one.position in withheld else one.state for one in lines]
    note = head(hashes, len(hashes), origin=origin)
    write_export(path, zip(leaves, states, strict=True), hashes, [note.whole])
    return path


def replayed(*arguments: str | Path) -> Any:
    answer = RUNNER.invoke(app, ["audit", "replay", *map(str, arguments), "--lang", "en"], catch_exceptions=False)
    return orjson.loads(answer.stdout) if answer.exit_code == 0 else (answer.exit_code, answer.stderr)


def versions(told: Any) -> tuple[int, int]:
    in_force = told["schools"][SCHOOL]["settings"]
    return in_force["version"], in_force["values"]["tenure_semesters"]


def test_at_each_position_the_rows_are_those_that_the_service_shows_as_of_then(slice_: Slice, tmp_path: Path) -> None:
    path, head = exported(slice_, tmp_path / "export.tar"), slice_.runtime.log.head()
    models = [model for model in applications.models if model.facts]

    for position in range(1, head + 1):
        told = replayed(path, "--until", str(position))
        found = told["schools"].get(SCHOOL, {"rows": {}})["rows"]
        for model in models:
            due = {key: {"version": version, "row": row} for key, (version, row) in rows_at(
                slice_.runtime, model, SCHOOL, position).items()}  # fmt: skip
            assert found.get(model.name, {}) == orjson.loads(orjson.dumps(due, option=orjson.OPT_NON_STR_KEYS))
        assert (told["through"], told["entries"]) == (position, position)


def test_the_end_of_a_day_tells_the_rows_and_the_settings_in_force(slice_: Slice, tmp_path: Path) -> None:
    path = exported(slice_, tmp_path / "export.tar")
    march, august, now = (
        replayed(path, *until) for until in (("--until", "2023-03-31"), ("--until", "2023-08-31"), ())
    )

    assert [versions(told) for told in (march, august, now)] == [(1, 13), (1, 13), (2, 14)]
    assert [len(told["schools"][SCHOOL]["rows"][rounds.name]) for told in (march, august, now)] == [1, 1, 2]
    assert (august["day"], now["day"]) == ("2023-08-31", str(date(2023, 9, 1)))
    assert replayed(path, "--until", "2023-03-30")["schools"] == {}


def test_another_school_is_left_out_and_withheld_states_are_counted(slice_: Slice, tmp_path: Path) -> None:
    last = slice_.runtime.log.head()
    path = exported(slice_, tmp_path / "export.tar", withheld=(last,))

    assert replayed(path, "--school", "elsewhere")["schools"] == {}
    told = replayed(path, "--school", SCHOOL)
    assert (told["withheld"], told["unreadable"], told["through"]) == (1, 0, last)


def test_a_log_that_is_none_of_ours_and_a_moment_that_is_none_are_refused(slice_: Slice, tmp_path: Path) -> None:
    path = exported(slice_, tmp_path / "export.tar", origin="example.org/log")

    assert replayed(path) == (2, "mingban: the log example.org/log is none of our services': name it with --service\n")
    assert versions(replayed(path, "--service", "applications")) == (2, 14)
    assert replayed(path, "--until", "tomorrow")[0] == 2
    assert replayed(a_log(0, ()).written(tmp_path / "void.tar"))[0] == 2
    assert replayed(a_log(5, ()).written(tmp_path / "other.tar"))["unreadable"] == 5
