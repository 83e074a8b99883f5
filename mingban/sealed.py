"""`mingban audit export | prove | anchor | epoch`: what is taken from the stores, for whoever checks it elsewhere."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.progress import track

from mingban.audit import audit_app
from mingban.composition import SERVICES
from shared.audit.checkpoint import Checkpoint
from shared.audit.epochs import origin_of
from shared.audit.exporting import write_export
from shared.audit.note import Note
from shared.audit.policy import Policy
from shared.audit.proof import EntryProof
from shared.audit.tree import HASH, WIDTH
from shared.chassis.envelope import Line, leaf, school_of
from shared.chassis.kept import Kept
from shared.chassis.key_making import KeyMaker
from shared.chassis.keys import ANCHOR, Keys
from shared.chassis.log import Log, open_log
from shared.chassis.own_stream import EPOCH_DECLARED, record
from shared.chassis.sealing import epoch_of
from shared.chassis.seals import Sealed, Seals, open_seals
from shared.chassis.settings import InstallationSettings, load_settings

CHECKPOINTS = 200
"""Of those in an export: enough to say where a departure lies, and not one for each second of three years."""

console = Console(stderr=True)
ServiceName = Annotated[str, typer.Argument(help="applications, membership, assessment or finance.")]


class NotToBeHad(Exception):
    """What was asked for cannot be taken from the stores; the message says why."""


class Archive(NamedTuple):
    """A service's log and seals, opened to be read."""

    log: Log
    seals: Seals
    origin: str
    key_policy: Note
    policy: Policy

    def name(self, seal: Sealed) -> str:
        return origin_of(self.origin, seal.epoch)

    def leaf(self, seal: Sealed, line: Line) -> bytes:
        return leaf(self.name(seal), line).text

    def newest(self, *, witnessed: bool) -> Sealed:
        """The largest signed checkpoint, or the largest that the witnesses whom the policy wants have cosigned."""
        newest = self.seals.newest_signed()
        if newest is None:
            msg = "nothing is sealed yet: the sealer has not run"
            raise NotToBeHad(msg)
        if not witnessed or self._is_witnessed(newest):
            return newest
        for size in self.seals.cosigned_sizes(newest.epoch, self.name(newest)):
            seal = self.seals.at_size(newest.epoch, size)
            if seal and self._is_witnessed(seal):
                return seal
        msg = "no checkpoint is cosigned as the policy wants it; --unwitnessed exports what the log alone has signed"
        raise NotToBeHad(msg)

    def covering(self, position: int) -> Sealed:
        """The newest witnessed checkpoint if it covers an event, else the newest that the log alone has signed."""
        with suppress(NotToBeHad):
            if (seal := self.newest(witnessed=True)).through >= position:
                return seal
        return self.newest(witnessed=False)

    def _is_witnessed(self, seal: Sealed) -> bool:
        # Of a later epoch the policy may not know yet: then nobody has cosigned it either.
        return bool(self.policy.keys_of(self.name(seal))) and self.policy.check(self.note(seal)).is_witnessed

    def note(self, seal: Sealed) -> Note:
        """A checkpoint with the signatures of its log and of the witnesses whom the policy names: no stranger's."""
        whole, name = self.seals.note(seal, self.origin), self.name(seal)
        witnesses = {(key.name, key.id) for key in self.policy.cosigners}
        kept = [each for each in whole.signatures if each.name == name or (each.name, each.id) in witnesses]
        return Note(whole.text, tuple(kept))


@audit_app.command()
def export(
    service: ServiceName,
    out: Annotated[Path, typer.Option("--output", "-o", help="Where to write the export.tar.")],
    school: Annotated[str | None, typer.Option(help="Withhold what other schools' events say.")] = None,
    unwitnessed: Annotated[bool, typer.Option(help="Up to the newest checkpoint, cosigned or not.")] = False,
) -> None:
    """Write a log with its hashes, signed checkpoints and keys into one file that can be checked offline."""
    with _opened(service) as archive:
        seal = archive.newest(witnessed=not unwitnessed)
        notes = (archive.note(each).whole for each in _checkpoints(archive, seal))
        keys = [archive.key_policy.whole]
        try:
            write_export(out, _entries(archive, seal, school), _hashes(archive, seal), notes, keys)
        except OSError as error:
            msg = f"{out}: {error.strerror}"
            raise NotToBeHad(msg) from None
    console.print(f"{out}: {seal.size} entries of {archive.name(seal)}")
    console.print(f"check it with: mingban audit verify {out} --policy {_policy_path(load_settings())}")


@audit_app.command()
def prove(
    service: ServiceName,
    position: Annotated[int, typer.Argument(min=1, help="The entry's position in the log.")],
    out: Annotated[Path | None, typer.Option("--output", "-o", help="Else to standard output.")] = None,
) -> None:
    """Write one entry's proof, in the one-file form of c2sp.org/tlog-proof."""
    with _opened(service) as archive:
        seal = archive.covering(position)
        line = next(iter(archive.log.read(position - 1, 1)), None)
        index = archive.seals.index_of(seal.epoch, position)
        if line is None or line.position != position:
            msg = f"the log of {service} has no entry at position {position}"
            raise NotToBeHad(msg)
        if index is None or index >= seal.size:
            msg = f"the entry at position {position} is not sealed yet"
            raise NotToBeHad(msg)
        path = archive.seals.tree(seal.epoch, seal.size).inclusion(index)
        proof = EntryProof(archive.leaf(seal, line), index, tuple(path), archive.note(seal)).text
    if out:
        out.write_bytes(proof)
    else:
        typer.echo(proof.decode(), nl=False)


@audit_app.command()
def anchor() -> None:
    """Print the newest root over all logs: one line to keep on paper."""
    path = load_settings().seal_state_folder / ANCHOR / "checkpoint"
    if not path.exists():
        msg = f"{path} is not there: the anchor is made once a day, when each log is sealed"
        raise NotToBeHad(msg)
    typer.echo(path.read_text(), nl=False)


@audit_app.command()
def epoch(
    service: ServiceName,
    because: Annotated[str, typer.Option(help="What happened, for whoever reads the log in ten years.")],
) -> None:
    """Declare that a new tree begins: after a restore that lost its tail, or tampering that was looked into."""
    settings = load_settings()
    with _opened(service) as archive:
        halt, past = archive.seals.halted(), epoch_of(archive.log)
        if halt is None or halt.epoch != past:
            msg = f"sealing of {service} is not halted: there is nothing to begin anew"
            raise NotToBeHad(msg)
        kept = Kept(settings.seal_state_folder / f"{service}.checkpoint").read()
    record(service, settings, EPOCH_DECLARED, _declared(past + 1, because, halt.code, halt.detail, kept))
    KeyMaker(settings, list(SERVICES)).begin_epoch(service, past + 1, datetime.now(UTC))
    console.print(f"epoch {past + 1} of {service} begins: its log is now named {origin_of(archive.origin, past + 1)}")
    console.print(f"Hand {_policy_path(settings)} to the auditors and the witnesses: it names the log so.")


def _declared(number: int, because: str, code: str, detail: str, kept: Checkpoint | None) -> dict[str, object]:
    lost = kept and {"origin": kept.origin, "size": kept.size, "root": kept.root.hex()}
    return {"because": because, "detail": detail, "epoch": number, "halted": code, "published": lost}


def _entries(archive: Archive, seal: Sealed, school: str | None) -> Iterator[tuple[bytes, bytes | None]]:
    lines = archive.log.walk(seal.through)
    for line in track(lines, "exporting", total=seal.size, console=console, disable=not console.is_terminal):
        is_told = school is None or school_of(line) in (school, "")
        yield archive.leaf(seal, line), line.state if is_told else None


def _hashes(archive: Archive, seal: Sealed) -> Iterator[bytes]:
    tree = archive.seals.tree(seal.epoch, seal.size)
    for number in range(-(-seal.size // WIDTH)):
        width = min(WIDTH, seal.size - number * WIDTH)
        yield tree.tile(0, number, width)[: width * HASH]


def _checkpoints(archive: Archive, seal: Sealed) -> list[Sealed]:
    """Some of the signed ones, evenly, and the given one last."""
    sizes = [size for size in archive.seals.signed_sizes(seal.epoch) if size < seal.size]
    chosen = sizes[:: max(1, -(-len(sizes) // CHECKPOINTS))]
    found = (archive.seals.at_size(seal.epoch, size) for size in chosen)
    return [*(each for each in found if each), seal]


@contextmanager
def _opened(service: str) -> Iterator[Archive]:
    if service not in SERVICES:
        msg = f"no such service: {service}; there are {', '.join(SERVICES)}"
        raise NotToBeHad(msg)
    settings = load_settings()
    keys, url, path = Keys(settings), settings.auditor_service_url(service), settings.home / service / "log.sqlite"
    if url is None and not path.exists():
        msg = f"no installation under {settings.home.resolve()}: set MINGBAN_HOME or MINGBAN_DATABASE_URL"
        raise NotToBeHad(msg)
    log, seals = open_log(url, path, pool_size=1), open_seals(url, path, pool_size=1)
    with closing(log), closing(seals), seals.looking() as looking:
        policy = Policy.read(_policy_path(settings).read_bytes())
        yield Archive(log, looking, keys.origin_of(service), keys.policy_note(service), policy)


def _policy_path(settings: InstallationSettings) -> Path:
    return settings.public_folder / "policy"
