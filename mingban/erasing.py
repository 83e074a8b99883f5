"""`mingban erase`: a person's name and every text about them, in all services, as far as retention lets (A.9-21)."""

import time
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx2 as httpx
import typer
from rich.console import Console
from rich.table import Table

from mingban.composition import SERVICES
from mingban.questions import Token, school_token
from shared.chassis.settings import load_settings

PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.1
SETTLED = ("erased", "waits")
SAYS = {
    "none": "nothing was written about this person",
    "kept": "not erased yet",
    "waits": "kept until {until}: accounting records (A.9-21)",
    "erased": "erased by the event at position {position} of {erased_at}",
}
console = Console()

Standings = dict[str, dict[str, Any]]


def erase(
    person: Annotated[UUID, typer.Argument(help="The person's id.")],
    school: Annotated[str, typer.Option(help="The school in which the person is known.")],
    token: Token = None,
) -> None:
    """Erase a person: the directory's entry, and by destroyed key all texts about them; the log stays as it is."""
    settings = load_settings()
    try:
        headers = {"Authorization": f"Bearer {token or school_token(settings, school)}", "Accept-Language": "en"}
        with httpx.Client(base_url=settings.upstream, headers=headers, trust_env=False, timeout=30) as http:
            _erase(http, person)
    except OSError:
        _fail(f"{settings.home.resolve()} holds no local issuer: give --token", 2)
    except httpx.HTTPError as error:
        _fail(f"{settings.upstream}: {error}", 2)


def _erase(http: httpx.Client, person: UUID) -> None:
    entry, before = _is_in_directory(http, person), _standings(http, person)
    if not entry and all(one["state"] == "none" for one in before.values()):
        _fail(f"nobody of the id {person} is known in this school: nothing was recorded", 1)
    if not entry and _is_settled(before):
        console.print("this person was erased before: nothing was recorded")
        _show(before)
        return
    _answered(http.delete(f"/applications/persons/{person}", headers={"Idempotency-Key": uuid4().hex}))
    ends, now = time.monotonic() + PATIENCE_SECONDS, before
    while not _is_settled(now) and time.monotonic() < ends:
        time.sleep(PAUSE_SECONDS)
        now = _standings(http, person)
    console.print("the entry of the directory is erased" if entry else "there was no entry in the directory")
    _show(now)
    if not _is_settled(now):
        _fail(f"it is recorded, and not carried out everywhere after {PATIENCE_SECONDS} s: do the workers run?", 1)


def _is_in_directory(http: httpx.Client, person: UUID) -> bool:
    answer = http.get(f"/applications/persons/{person}")
    if answer.status_code == httpx.codes.NOT_FOUND:
        return False
    return bool(_answered(answer))


def _standings(http: httpx.Client, person: UUID) -> Standings:
    return {name: _answered(http.get(f"/{name}/erasures/{person}")) for name in SERVICES}


def _is_settled(standings: Standings) -> bool:
    return all(one["state"] in SETTLED for one in standings.values())


def _answered(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    if not answer.is_success:
        _fail(body.get("detail", answer.text), 2)
    return body


def _show(standings: Standings) -> None:
    table = Table("service", "texts about the person")
    for name, one in standings.items():
        table.add_row(name, SAYS[one["state"]].format(**one))
    console.print(table)


def _fail(message: str, code: int) -> None:
    typer.echo(f"mingban: {message}", err=True)
    raise typer.Exit(code)
