"""`mingban audit verify | check-proof | diff | replay`: exports of a log, judged without network and database."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

from mingban.replaying import read_until, replay
from shared.audit.command import UNUSABLE, Voice, check_difference, check_export, check_proof, language
from shared.audit.said import Unusable
from shared.audit.verifying import Progress as Told

audit_app = typer.Typer(no_args_is_help=True, help="Check a log offline: 0 holds, 1 tampered, 2 unusable.")


class Lang(StrEnum):
    ZH = "zh"
    EN = "en"


Export = Annotated[Path, typer.Argument(help="An export.tar.")]
Policy = Annotated[Path, typer.Option(help="Whom you trust: a tlog-policy with the log's key and the witnesses'.")]
AnyPolicy = Annotated[Path | None, typer.Option(help="Verify both first, against this policy.")]
Language = Annotated[Lang | None, typer.Option(help="The answer's language; else as LANG says.")]


@audit_app.command()
def verify(
    export: Export,
    policy: Policy,
    since: Annotated[Path | None, typer.Option(help="A signed checkpoint that you kept.")] = None,
    receipt: Annotated[list[Path] | None, typer.Option(help="A receipt that a command gave. May be repeated.")] = None,
    proof: Annotated[list[Path] | None, typer.Option(help="An entry's .tlog-proof. May be repeated.")] = None,
    allow_withheld: Annotated[bool, typer.Option(help="States may be withheld, as in one school's export.")] = False,
    pass_over_unknown: Annotated[bool, typer.Option(help="Pass over signatures of keys that nobody names.")] = False,
    lang: Language = None,
) -> None:
    """Whether an export is what its log's signed checkpoints promise; if not, which entry differs and how."""
    with _progress() as told:
        code = check_export(
            _voice(lang), export, policy, since, receipt or (), proof or (),
            allow_withheld=allow_withheld, pass_over_unknown=pass_over_unknown, progress=told,
        )  # fmt: skip
    raise typer.Exit(code)


@audit_app.command("check-proof")
def prove_check(
    proof: Annotated[Path, typer.Argument(help="A .tlog-proof of one entry.")],
    policy: Policy,
    state: Annotated[Path | None, typer.Option(help="The text that is said to have been sealed.")] = None,
    lang: Language = None,
) -> None:
    """Whether one entry stands in the log, by its proof alone."""
    raise typer.Exit(check_proof(_voice(lang), proof, policy, state))


@audit_app.command()
def diff(one: Export, other: Export, policy: AnyPolicy = None, lang: Language = None) -> None:
    """Whether one export extends the other, or the first entry in which they differ."""
    raise typer.Exit(check_difference(_voice(lang), one, other, policy))


@audit_app.command("replay")
def replay_export(
    export: Export,
    until: Annotated[str | None, typer.Option(help="A position, or the end of a day in Shanghai, YYYY-MM-DD.")] = None,
    school: Annotated[str | None, typer.Option(help="Only this school.")] = None,
    service: Annotated[str | None, typer.Option(help="Whose log it is, if its name does not end so.")] = None,
    lang: Language = None,
) -> None:
    """The rows and the settings in force as they stood then, folded from an export's events, as JSON."""
    voice = _voice(lang)
    try:
        told = replay(export, read_until(until), school, service)
    except Unusable as unusable:
        voice.error(unusable.said.text(voice.language))
        raise typer.Exit(UNUSABLE) from None
    sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS) + b"\n")


def _voice(lang: Lang | None) -> Voice:
    return Voice(lang.value if lang else language(), print, _complain)


def _complain(sentence: str) -> None:
    print(f"mingban: {sentence}", file=sys.stderr)


@contextmanager
def _progress() -> Iterator[Told]:
    """A bar on the terminal's error output, if it is one."""
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("verify", total=None)
        told: Callable[[int, int], None] = lambda done, total: progress.update(task, completed=done, total=total)  # noqa: E731
        yield told
