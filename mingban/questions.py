"""`mingban what-if | reconcile`: long questions to a running installation, with their progress."""

import json as plain_json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx2 as httpx
import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from mingban.composition import issuer
from shared.chassis.settings import InstallationSettings, load_settings
from shared.kernel.people import Role

PAUSE_SECONDS = 0.1
School = Annotated[str, typer.Option(help="The school whose history is asked about.")]
Token = Annotated[
    str | None, typer.Option(help="A token of an office, the school or its auditor; else the local issuer's.")
]
Json = Annotated[Path | None, typer.Option(help="Write the whole answer there, as one object.")]
console = Console()


class NotAnswered(Exception):
    """The installation refused the question, or failed at it; the message is its sentence."""


def ask(
    settings: InstallationSettings, token: str, kind: str, asked: Any, told: Callable[[int, int], None]
) -> dict[str, Any]:
    """The answer to a long question; `told` hears how many of how many steps are done."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    with httpx.Client(base_url=settings.upstream, headers=headers, trust_env=False, timeout=30) as http:
        stands = _said(http.post(f"/applications/{kind}", json=asked, headers={"Idempotency-Key": uuid4().hex}))
        while stands["state"] not in ("done", "failed"):
            time.sleep(PAUSE_SECONDS)
            stands = _said(http.get(f"/applications/{kind}/{stands['id']}"))
            told(stands["done"], stands["total"])
    if stands["state"] == "failed":
        raise NotAnswered(stands["result"]["error"])
    result: dict[str, Any] = stands["result"]
    return result


def _said(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    if not answer.is_success:
        raise NotAnswered(body.get("detail", answer.text))
    return body


def school_token(settings: InstallationSettings, school: str) -> str:
    return issuer(settings).token(uuid4(), [Role.SCHOOL], school)


def what_if(
    school: School,
    set: Annotated[list[str], typer.Option(help="NAME=VALUE of a setting, the value as JSON. May be repeated.")],
    since: Annotated[str | None, typer.Option(help="From this day of decision on, YYYY-MM-DD.")] = None,
    token: Token = None,
    json: Json = None,
) -> None:
    """What other settings would have done to the same history; nothing is written."""
    values = dict(map(_setting, set))
    answer = _asked(school, token, "what-ifs", {"values": values} | ({"since": since} if since else {}), json)
    table = Table("what", Column("whom", overflow="fold"), "was", "would be", "because")
    for change in answer["changes"]:
        whom = ", ".join(f"{name} {id}" for name, id in change["subject"].items())
        table.add_row(
            change["kind"], whom, change["before"]["outcome"], change["after"]["outcome"], change["after"]["en"]
        )
    console.print(table)
    changed = answer["changed"]
    if answer["not_judged"]:
        console.print(f"[yellow]no decision asks about {', '.join(answer['not_judged'])}: nothing is said of them")
    console.print(
        f"{answer['decisions']} decisions looked at; {len(changed['people'])} people and {len(changed['studios'])}"
        f" studios change, {changed['fen']:+} fen, {changed['credits_hundredths']:+} hundredths of credits"
    )


def _setting(given: str) -> tuple[str, Any]:
    name, _, value = given.partition("=")
    try:
        return name, plain_json.loads(value)
    except ValueError:
        return name, value


def reconcile(school: School, token: Token = None, json: Json = None) -> None:
    """Prove from the four logs that each consequence happened exactly once; exit code 1 when anything differs."""
    answer = _asked(school, token, "reconciliations", {}, json)
    for one in answer["mismatches"]:
        whom = ", ".join(f"{name} {id}" for name, id in one["subject"].items())
        console.print(
            f"[red]{one['rule']}[/] {one['says']}: {one['found']} instead of {one['expected']} for {whom}"
            f" ({one['service']} at {one['position']})"
        )
    events = sum(answer["events"].values())
    if not events:
        console.print(f"[red]no event of a school {school}: nothing is proven")
        raise typer.Exit(2)
    console.print(f"{events} events looked at: {len(answer['mismatches'])} do not match")
    raise typer.Exit(1 if answer["mismatches"] else 0)


def _asked(school: str, token: str | None, kind: str, asked: Any, json: Path | None) -> dict[str, Any]:
    settings = load_settings()
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task(kind, total=None)
            answer = ask(
                settings, token or school_token(settings, school), kind, asked,
                lambda done, total: progress.update(task, completed=done, total=total or None),
            )  # fmt: skip
    except (NotAnswered, httpx.HTTPError, OSError) as error:
        console.print(f"[red]{settings.upstream}: {error}")
        raise typer.Exit(2) from None
    if json:
        json.write_bytes(orjson.dumps(answer, option=orjson.OPT_INDENT_2))
    return answer
