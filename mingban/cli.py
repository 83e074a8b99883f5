"""The command line: `mingban run | demo | token | status | what-if | reconcile | rebuild | parked | audit | …`."""

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn
from uuid import UUID, uuid4

import httpx2 as httpx
import typer
from rich.console import Console
from rich.table import Table

from mingban import keys
from mingban.audit import audit_app
from mingban.composition import SERVICES, crew, issuer
from mingban.demo.play import play
from mingban.erasing import erase
from mingban.questions import reconcile, what_if
from mingban.rehearsal import Operator, Stuck
from mingban.sealed import NotToBeHad
from mingban.supervisor import NotStarted, prepare, run_until_interrupted
from mingban.witness import BadState, witness, witness_key
from shared.chassis.keys import BadKeys
from shared.chassis.migrate import WrongLog
from shared.chassis.migrate import migrate as migrate_log
from shared.chassis.provision import ROLES
from shared.chassis.provision import provision as provision_postgres
from shared.chassis.settings import InstallationSettings, load_settings
from shared.chassis.telling import tell_plainly
from shared.kernel.calendar import SHANGHAI
from shared.kernel.people import Role
from shared.kernel.values import Slug, Unfit

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="名班主任工作室: a programme of homeroom-teacher studios.",
)
parked_app = typer.Typer(no_args_is_help=True, help="Events that could not be digested.")
app.add_typer(parked_app, name="parked")
app.add_typer(audit_app, name="audit")
app.command()(what_if)
app.command()(reconcile)
app.command()(erase)
app.add_typer(keys.app, name="keys")
app.command()(witness)
app.command()(witness_key)
console = Console()


class Shape(StrEnum):
    SCHOOL = "school"
    CITY = "city"


def fail(message: str, code: int = 2) -> NoReturn:
    print(f"mingban: {message}", file=sys.stderr)
    raise typer.Exit(code)


@app.command()
def run() -> None:
    """Run the embedded installation until Ctrl-C."""
    settings = load_settings()

    def started() -> None:
        at = f"http://127.0.0.1:{settings.port}"
        console.print(f"mingban is ready at [bold]{at}[/]; data under {settings.home.resolve()}")
        for name in SERVICES:
            console.print(f"  {at}/{name}/docs")
        console.print("Tokens: mingban token --role school --school my-school. Ctrl-C ends everything.")

    run_until_interrupted(settings, started)


@app.command()
def demo(
    input: Annotated[Path, typer.Option(help="A folder of input files.")] = Path("demo/school"),
    shape: Annotated[Shape, typer.Option(help="One school's files, or a city's, made up.")] = Shape.SCHOOL,
    keep: Annotated[bool, typer.Option(help="Leave the installation up afterwards.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write the outcome there, as one object.")] = None,
) -> None:
    """Play the policy's three years over HTTP against an installation of its own."""
    raise typer.Exit(play(input, shape=shape, keep=keep, report=json, console=console))


@app.command()
def token(
    role: Annotated[list[str], typer.Option(help="A role; a department's as department:NAME. May be repeated.")],
    person: Annotated[UUID | None, typer.Option(help="The person's id; a new one unless given.")] = None,
    school: Annotated[
        str | None, typer.Option(help="The school; none for follower, auditor and operator of all.")
    ] = None,
    hours: Annotated[int, typer.Option(min=1, max=24 * 365)] = 12,
) -> None:
    """Print a token of the local issuer."""
    settings = load_settings()
    granted = {r.value for r in Role} - {Role.SYSTEM.value}
    if unknown := [r for r in role if r.partition(":")[0] not in granted]:
        fail(f"no such role: {', '.join(unknown)}; there are {', '.join(sorted(granted))}")
    if any(r == Role.DEPARTMENT for r in role):
        fail("a department's role names it: --role department:NAME")
    try:
        school = str(Slug.fit(school)) if school is not None else None
    except Unfit as error:
        fail(f"--school: {error.en}")
    whole = {Role.FOLLOWER, Role.AUDITOR, Role.OPERATOR}
    if school is None and not {r.partition(":")[0] for r in role} <= whole:
        fail("this role acts in a school: give --school")
    check_issuer(settings)
    print(issuer(settings).token(person or uuid4(), role, school, seconds=hours * 3600))


def check_issuer(settings: InstallationSettings) -> None:
    """A key is made by the installation alone: one made here would sign what nobody accepts."""
    if settings.jwks is not None:
        fail("this installation has an issuer of its own (MINGBAN_JWKS); ask it for tokens")
    if not (settings.home / "issuer.key.json").exists():
        fail(f"no installation under {settings.home.resolve()}: start it with mingban run, or set MINGBAN_HOME")


@app.command()
def status() -> None:
    """Positions, deadlines and parked events of the four services."""
    table = Table("service", "now", "head", "projected", "sealed", "following", "next due", "parked")
    for name, said in statuses().items():
        following = ", ".join(f"{u} {n}" for u, n in said["following"].items())
        table.add_row(
            name, said["now"][:19], str(said["head"]), str(said["projected"]), _sealed(said["sealed"]), following,
            (said["next_due"] or "-")[:16], str(len(said["parked"])),
        )  # fmt: skip
    console.print(table)


def _sealed(said: dict[str, Any]) -> str:
    halted = said["halted"]
    return f"[bold red]halted: {halted['code']}: {halted['detail']}[/]" if halted else str(said["through"])


@app.command()
def move_clock(to: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="A day, in Shanghai.")]) -> None:
    """In a rehearsal: move the clock to 09:00 of a day, through every deadline on the way; never back."""
    settings, morning = load_settings(), to.replace(hour=9, tzinfo=SHANGHAI)
    now = min(datetime.fromisoformat(said["now"]) for said in statuses().values()).astimezone(SHANGHAI)
    if morning.date() < now.date():
        fail(f"the clock stands at {now:%Y-%m-%d %H:%M} and never goes back")
    try:
        with Operator.of(settings) as operator:
            operator.move_to(morning)
    except httpx.HTTPStatusError as error:
        if error.response.status_code == httpx.codes.NOT_FOUND:
            fail(f"{settings.upstream} is no rehearsal: its clock is the real one (MINGBAN_REHEARSAL at its start)")
        raise
    except Stuck as error:
        fail(str(error), code=1)
    console.print(f"it is {max(morning, now):%Y-%m-%d %H:%M} in Shanghai, and everything due by then is done")


def statuses() -> dict[str, dict[str, Any]]:
    settings = load_settings()
    try:
        with Operator.of(settings) as operator:
            return operator.statuses()
    except httpx.HTTPError as error:
        why = "it does not accept our token; is MINGBAN_HOME its folder?" if "401" in str(error) else "nothing answers"
        fail(f"{settings.upstream}: {why} (MINGBAN_PORT and MINGBAN_HOME name another installation)")
    except OSError:
        fail(f"{settings.home.resolve()} holds no local issuer: start it with mingban run, or set MINGBAN_HOME")


@app.command()
def rebuild(service: str) -> None:
    """Fold a service's log into fresh rows beside the live ones, and swap; then index it anew."""
    with_crew = crew(load_settings())
    _known(service)
    position = with_crew.runtime(service).projection.rebuild()
    with_crew.runtime(service).index.rebuild()
    with_crew.close()
    console.print(f"{service} rebuilt up to position {position}")


@parked_app.command("list")
def parked_list() -> None:
    """What waits, and why."""
    found = False
    for name, said in statuses().items():
        for parked in said["parked"]:
            console.print(f"{name} {parked['reader']}@{parked['position']} {parked['event']}: {parked['reason']}")
        found = found or bool(said["parked"] or said["refused_deadlines"])
        for mark, refusal in said["refused_deadlines"].items():
            console.print(f"{name} deadline {mark}: {refusal}")
    if not found:
        console.print("nothing is parked")


@parked_app.command("retry")
def parked_retry(service: str) -> None:
    """Digest a service's parked events again, in order, and try its refused deadlines again."""
    _known(service)
    with_crew = crew(load_settings())
    left = with_crew.retry_parked(service)
    with_crew.close()
    console.print(f"{service}: {left} parked")
    raise typer.Exit(1 if left else 0)


@app.command()
def migrate() -> None:
    """Bring the four logs to this version's schema (PostgreSQL: with MINGBAN_OWNER_URL)."""
    settings = load_settings()
    for name in SERVICES:
        migrate_log(name, settings)
    console.print(f"the logs of {', '.join(SERVICES)} are at this version's schema")
    if settings.database_url is None:
        prepare(settings)


@app.command()
def provision(admin_url: str, prefix: str = "mingban") -> None:
    """Make PostgreSQL's databases and roles; passwords come from MINGBAN_PG_{ROLE}_PASSWORD."""
    import os  # noqa: PLC0415

    names = {role: f"MINGBAN_PG_{role.upper()}_PASSWORD" for role in ROLES}
    if missing := [name for name in names.values() if not os.environ.get(name)]:
        fail(f"set {', '.join(missing)}")
    provision_postgres(admin_url, prefix, list(SERVICES), {r: os.environ[n] for r, n in names.items()})


def main() -> None:
    """The entry: what stops a start is one sentence, never a traceback."""
    tell_plainly()
    try:
        app()
    except (NotStarted, WrongLog, BadKeys, BadState, NotToBeHad) as error:
        print(f"mingban: {error}", file=sys.stderr)
        sys.exit(2)


def _known(service: str) -> None:
    if service not in SERVICES:
        fail(f"no such service: {service}; there are {', '.join(SERVICES)}")
