"""`mingban demo`: an installation of its own, the files played, the outcome checked."""

import os
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from mingban.composition import issuer
from mingban.demo import city
from mingban.demo.cast import Cast, Unexpected
from mingban.demo.files import Files, Step, is_day
from mingban.demo.outcome import outcome, read_logs, read_rows
from mingban.demo.script import steps
from mingban.demo.telling import tell
from mingban.questions import ask, school_token
from mingban.rehearsal import Operator, Stuck
from mingban.supervisor import NotStarted, Supervisor, free_port, run_until_interrupted
from shared.chassis.settings import InstallationSettings, load_settings
from shared.kernel.people import Role


@dataclass
class Phase:
    """Days through which the broker is away: the clock moves without draining, nothing is projected or followed."""

    first: str
    last: str
    stop: Callable[[], object]
    resume: Callable[[], object]
    is_on: bool = field(default=False, init=False)

    def turn(self, on: str) -> None:
        """Stop or resume as the day says."""
        within = self.first <= on <= self.last
        if within != self.is_on:
            self.is_on = within
            (self.stop if within else self.resume)()


def play(folder: Path, *, shape: str, keep: bool, report: Path | None, console: Console) -> int:
    """0 when the outcome is as expected, 1 when anything differs, 2 when it cannot be played."""
    begun = time.monotonic()
    home = Path(tempfile.mkdtemp(prefix="mingban-demo-"))
    supervisor = None
    try:
        folders = city.write(home / "input") if shape == "city" else [folder]
        clock = _programme(folders[0])["clock"]
        settings = load_settings().model_copy(
            update={"home": home, "port": free_port(), "rehearsal": True, "clock": clock, "broker_url": None}
        )
        supervisor = Supervisor(settings)
        supervisor.start()
        console.print(f"A rehearsal runs at {settings.upstream}, its clock at {clock}")
        found = perform(folders, settings, console, _killer(supervisor))
        found["peak_mebibytes"] = supervisor.peak_mebibytes()
    except (Unexpected, Stuck, NotStarted, OSError, ValueError) as error:
        console.print(f"[red]{error}")
        return 1 if isinstance(error, Unexpected | Stuck) else 2
    finally:
        if supervisor:
            supervisor.stop()
        if not keep:
            shutil.rmtree(home, ignore_errors=True)
    found |= {"shape": shape, "seconds": round(time.monotonic() - begun, 1)}
    expected = city.expected() if shape == "city" else orjson.loads((folder / "expected.json").read_bytes())
    code = tell(expected, found, report, console)
    if keep:
        _leave_up(settings, console)
    return code


def _programme(folder: Path) -> dict[str, Any]:
    """What the play needs to know before anything starts."""
    found: dict[str, Any] = orjson.loads((folder / "programme.json").read_bytes())
    for name in ("school", "clock", "plays_until", "registrar"):
        if name not in found:
            msg = f"{folder / 'programme.json'} does not say {name!r}"
            raise Unexpected(msg)
    if not is_day(found["plays_until"]) or not is_day(found["clock"][:10]):
        msg = f"{folder / 'programme.json'}: clock and plays_until are dates YYYY-MM-DD, the clock with a time"
        raise Unexpected(msg)
    return found


def perform(
    folders: Sequence[Path],
    settings: InstallationSettings,
    console: Console,
    meanwhile: Callable[[int, int], None] = lambda _done, _of: None,
    phase: Phase | None = None,
) -> dict[str, Any]:
    """Play the steps of all schools by day, and read what came of them. The installation is up.

    `meanwhile` is called before each step with its number and that of all; a `phase` is played without a broker.
    """
    schools = [Files(folder, Cast(folder, settings.upstream, issuer(settings))) for folder in folders]
    played = sorted(step for files in schools for step in steps(files))
    with Operator.of(settings) as operator, _progress(console) as progress:
        task = progress.add_task("", total=len(played))
        done = 0
        for (on, _), together in groupby(played, key=lambda step: (step.on, step.rank)):
            if phase:
                phase.turn(on)
            for files in schools:
                files.cast.is_away = phase is not None and phase.is_on
            operator.move_to(_morning(on), drain=not (phase and phase.is_on))
            for step in together:
                meanwhile(done, len(played))
                progress.update(task, description=f"{on} {step.says}", advance=1)
                _act(step)
                done += 1
        operator.move_to(_morning(max(files.programme["plays_until"] for files in schools)))
    found = _found(schools, settings, console)
    for files in schools:
        files.cast.close()
    return found


def _act(step: Step) -> None:
    try:
        step.act()
    except KeyError as error:
        msg = f"{step.on} {step.says}: {error} is not known yet on that day"
        raise Unexpected(msg) from None


def _found(schools: Sequence[Files], settings: InstallationSettings, console: Console) -> dict[str, Any]:
    logs = read_logs(settings.upstream, issuer(settings).token(uuid4(), [Role.AUDITOR]))
    persons: dict[UUID, str] = {}
    expenses: dict[str, str] = {}
    for files in schools:
        inside = "" if len(schools) == 1 else f"{files.cast.school}/"
        persons |= {id: inside + name for id, name in files.persons().items()}
        expenses |= {id: inside + key for id, key in files.expense_keys().items()}
    refused = [one for files in schools for one in files.cast.refused]
    found = outcome(logs, lambda person: persons.get(person, str(person)), expenses)
    found["refused"] = refused
    found["refusals"] = dict(sorted(Counter(one["rule"] for one in refused).items()))
    found |= _asked_afterwards(schools, settings, console, persons)
    found["events"] = {name: len(lines) for name, lines in logs.items()}
    if len(schools) > 1:
        found["strangers_seen"] = sum(_strangers(files, settings) for files in schools)
    shown = schools[0].programme.get("shown")
    if shown:
        found["shown"] = {what: str(schools[0].cast.id(who)) for what, who in shown.items()} | {"logs": logs}
    return found


def _asked_afterwards(
    schools: Sequence[Files], settings: InstallationSettings, console: Console, persons: Mapping[UUID, str]
) -> dict[str, Any]:
    """Whether all matches its cause, and who would have stayed if exactly a third were no reason to go (AMB-01)."""
    mismatches, changed = [], []
    with _progress(console) as progress:
        for files in schools:
            token = school_token(settings, files.cast.school)
            mismatches += ask(settings, token, "reconciliations", {}, lambda _done, _total: None)["mismatches"]
            task = progress.add_task(f"{files.cast.school}: what if", total=None)
            tell = partial(_advance, progress, task)
            answer = ask(settings, token, "what-ifs", {"values": {"absence_inclusive": False}}, tell)
            progress.remove_task(task)
            changed += [one for one in answer["changes"] if one["kind"] == "removal"]
    kept = sorted(persons[UUID(one["subject"]["person_id"])] for one in changed if one["after"]["outcome"] == "kept")
    return {"mismatches": mismatches, "kept_if_a_third_were_excluded": kept}


def _advance(progress: Progress, task: TaskID, done: int, total: int) -> None:
    progress.update(task, completed=done, total=total or None)


def _strangers(files: Files, settings: InstallationSettings) -> int:
    """How many events and studios of other schools this school's auditor is shown: none, if all is well."""
    school, token = files.cast.school, issuer(settings).token(uuid4(), [Role.AUDITOR], files.cast.school)
    lines = [line for lines in read_logs(settings.upstream, token).values() for line in lines]
    hosts = {studio["host_id"] for studio in read_rows(settings.upstream, token, "applications/studios")}
    own = {str(files.cast.id(studio["host"])) for studio in files.read("studios.json")}
    foreign: int = sum(line["school"] != school for line in lines)
    return foreign + len(hosts ^ own)


def _killer(supervisor: Supervisor) -> Callable[[int, int], None]:
    """Half way the worker is killed; the supervisor starts another, and nothing of the outcome changes."""

    def meanwhile(done: int, of: int) -> None:
        if done == of // 2:
            os.killpg(supervisor.pid("worker"), signal.SIGKILL)

    return meanwhile


def _progress(console: Console) -> Progress:
    return Progress(
        BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"),
        console=console, transient=True,
    )  # fmt: skip


def _morning(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00:00+08:00")


def _leave_up(settings: InstallationSettings, console: Console) -> None:
    def started() -> None:
        console.print(f"Still up at {settings.upstream} with its data under {settings.home}; Ctrl-C ends it.")

    run_until_interrupted(settings, started)
