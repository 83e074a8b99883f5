"""`mingban keys`: make the logs' keys, and rotate them."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from mingban.composition import SERVICES
from shared.audit.key_policy import LOG, RECEIPT
from shared.chassis.key_making import OVERLAP, KeyMaker
from shared.chassis.keys import ANCHOR, BadKeys, Keys
from shared.chassis.own_stream import KEY_ROTATED, record
from shared.chassis.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The keys that seal the logs and sign receipts.")
console = Console()

Days = Annotated[int, typer.Option(min=0, help=f"How long the old key signs on: {OVERLAP.days} at least.")]
Lost = Annotated[bool, typer.Option("--compromised", help="The old key is lost or stolen: it stops at once.")]


@app.command()
def make() -> None:
    """Make the keys of each log that has none; what exists is never overwritten."""
    settings = load_settings()
    KeyMaker(settings, list(SERVICES)).make(datetime.now(UTC))
    keys = Keys(settings)
    console.print(f"the logs of {keys.origin} have their keys; for auditors and witnesses: {keys.public.resolve()}")


@app.command()
def rotate(service: str, overlap_days: Days = OVERLAP.days, compromised: Lost = False) -> None:
    """A new sealing key signs beside the old one, which then stops; recorded in the log itself."""
    _rotate(service, LOG, timedelta(0) if compromised else _days(overlap_days))


@app.command()
def rotate_receipt(service: str, overlap_days: Days = OVERLAP.days, compromised: Lost = False) -> None:
    """A new receipt key; web processes sign with it within seconds."""
    if service == ANCHOR:
        raise BadKeys("the anchor log promises nothing and has no receipt key")
    _rotate(service, RECEIPT, timedelta(0) if compromised else _days(overlap_days))


def _days(given: int) -> timedelta:
    if given < OVERLAP.days:
        raise BadKeys(f"--overlap-days is {OVERLAP.days} or more; for a key that is lost or stolen say --compromised")
    return timedelta(days=given)


def _rotate(service: str, use: str, overlap: timedelta) -> None:
    if service not in (*SERVICES, ANCHOR):
        raise BadKeys(f"no such log: {service}; there are {', '.join((*SERVICES, ANCHOR))}")
    settings = load_settings()
    # The anchor log's leaves are checkpoints, it has no place for an event: its key policy alone tells.
    entered = partial(record, service, settings, KEY_ROTATED) if service != ANCHOR else lambda _: None
    done = KeyMaker(settings, list(SERVICES)).rotate(service, use, overlap, datetime.now(UTC), entered)
    console.print(
        f"{service}: a new {done['use']} key since {done['from']}, the old one signs on for {done['days']} days"
    )
