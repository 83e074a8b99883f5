"""`mingban demo`: an installation of its own, the files played, the outcome checked."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from mingban.composition import issuer
from mingban.demo.cast import Cast, Unexpected
from mingban.demo.outcome import outcome, read_logs
from mingban.demo.script import Script
from mingban.rehearsal import Operator, Stuck
from mingban.supervisor import NotStarted, Supervisor, free_port, run_until_interrupted
from shared.chassis.settings import InstallationSettings, load_settings
from shared.kernel.people import Role


def play(folder: Path, *, keep: bool, report: Path | None, console: Console) -> int:
    """0 when the outcome is as `expected.json` says, 1 when anything differs, 2 when it cannot be played."""
    begun = time.monotonic()
    try:
        plan = orjson.loads((folder / "round.json").read_bytes())
    except (OSError, ValueError) as error:
        console.print(f"[red]{folder / 'round.json'}: {error}")
        return 2
    home = Path(tempfile.mkdtemp(prefix="mingban-demo-"))
    settings = load_settings().model_copy(
        update={"home": home, "port": free_port(), "rehearsal": True, "clock": plan["clock"], "broker_url": None}
    )
    supervisor = Supervisor(settings)
    try:
        supervisor.start()
        console.print(f"A rehearsal runs at {settings.upstream}, its clock at {plan['clock']}")
        found = perform(folder, settings, console)
    except (Unexpected, Stuck, NotStarted) as error:
        console.print(f"[red]{error}")
        return 2 if isinstance(error, NotStarted) else 1
    finally:
        supervisor.stop()
        if not keep:
            shutil.rmtree(home, ignore_errors=True)
    found["seconds"] = round(time.monotonic() - begun, 1)
    code = tell(folder, found, report, console)
    if keep:
        _leave_up(settings, console)
    return code


def perform(
    folder: Path, settings: InstallationSettings, console: Console, meanwhile: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """Play all steps and read what came of them. The installation is up; `meanwhile` is called before each step."""
    cast = Cast(folder, settings.upstream, issuer(settings))
    script = Script(folder, cast)
    steps = script.steps()
    with Operator.of(settings) as operator, Progress(console=console, transient=True) as progress:
        task = progress.add_task("", total=len(steps))
        for (on, _), together in groupby(steps, key=lambda step: (step.on, step.rank)):
            operator.move_to(_morning(on))
            for step in together:
                meanwhile(int(progress.tasks[task].completed))
                progress.update(task, description=f"{on} {step.says}", advance=1)
                step.act()
        operator.move_to(_morning(script.round["plays_until"]))
    token = issuer(settings).token(uuid4(), [Role.AUDITOR])
    logs = read_logs(settings.upstream, token)
    claims = orjson.loads((folder / "claims.json").read_bytes())
    names = {str(cast.id("expense", claim["key"])): claim["key"] for claim in claims}
    found = outcome(logs, cast.name_of, names) | {"refusals": dict(sorted(cast.refusals.items()))}
    found["events"] = {name: len(lines) for name, lines in logs.items()}
    cast.close()
    return found


def tell(folder: Path, found: dict[str, Any], report: Path | None, console: Console) -> int:
    """Print the outcome, compare it with `expected.json`, write it where asked."""
    table = Table("", *found["studios"])
    for row in ("plaqued_on", "midterm", "final", "outcome", "roster_closed_on", "money"):
        table.add_row(row, *(json.dumps(s[row], ensure_ascii=False) for s in found["studios"].values()))
    console.print(table)
    for person, honors in found["persons"].items():
        console.print(f"  {person}: {json.dumps(honors, ensure_ascii=False)}")
    console.print(f"refused, by rule: {found['refusals']}")
    console.print(f"sums: {found['sums']}")
    console.print(f"events: {found['events']}, in {found['seconds']} s")
    if report:
        report.write_bytes(orjson.dumps(found["sums"] | found, option=orjson.OPT_INDENT_2))
    expected = orjson.loads((folder / "expected.json").read_bytes())
    differing = list(differences(expected, {name: found.get(name) for name in expected}))
    for line in differing:
        console.print(f"[red]{line}")
    console.print("[red]differs from expected.json" if differing else "[green]exactly as expected.json says")
    return 1 if differing else 0


def differences(expected: Any, found: Any, at: str = "") -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in sorted({*expected, *found}):
            yield from differences(expected.get(name), found.get(name), f"{at}/{name}")
    elif expected != found:
        yield f"{at}: expected {json.dumps(expected)}, found {json.dumps(found)}"


def _morning(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00:00+08:00")


def _leave_up(settings: InstallationSettings, console: Console) -> None:
    def started() -> None:
        console.print(f"Still up at {settings.upstream} with its data under {settings.home}; Ctrl-C ends it.")

    run_until_interrupted(settings, started)
