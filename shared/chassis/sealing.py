"""Sealing: what was committed becomes leaves of a tree, and its root is signed. One leader a log.

Tiles and checkpoint are written in one transaction and signed from what was committed: a crash in between signs the
same again. Whatever does not fit what was signed before stops everything until people declare a new epoch.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from shared.audit.checkpoint import Checkpoint
from shared.audit.epochs import log_of, origin_of
from shared.audit.note import BadNote, Note, Signature, Signer, read_signatures
from shared.audit.tree import HASH, HEIGHT, WIDTH, Tree, leaf_hash
from shared.chassis.envelope import Line, leaf
from shared.chassis.kept import Kept, MemoryLost
from shared.chassis.log import Log, open_log
from shared.chassis.migrate import KIND
from shared.chassis.own_stream import EPOCH_DECLARED
from shared.chassis.recorder import sealer_guard
from shared.chassis.seals import Halt, Sealed, Seals, open_seals
from shared.chassis.settings import InstallationSettings

logger = structlog.get_logger(__name__)

BATCH = 5_000
SCRUBBED_TILES = 8


class Broken(Exception):
    """What is stored is not what was signed: `code` says how, `detail` where."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


def epoch_of(log: Log) -> int:
    """How many trees were begun: one, and one more for each that people declared."""
    return 1 + sum(line.event == EPOCH_DECLARED for line in log.stream(KIND))


def hash_of(origin: str, line: Line) -> bytes:
    """The leaf hash of a stored event."""
    return leaf_hash(leaf(origin, line).text)


class Sealer:
    """Seals one log. `run` may be called by several processes at once: one of them seals."""

    def __init__(
        self,
        service: str,
        log: Log,
        seals: Seals,
        origin: str,
        signers: Callable[[], Sequence[Signer]],
        kept: Path,
    ) -> None:
        self._service, self._log, self._seals, self.origin = service, log, seals, origin
        self._signers, self._kept = signers, Kept(kept)
        self._scrub_at = self._scrub_size = 0

    @property
    def seals(self) -> Seals:
        return self._seals

    def close(self) -> None:
        self._log.close()
        self._seals.close()

    def run(self) -> Sealed | None:
        """Seal all there is, and look again at some of what was sealed; the newest checkpoint that is signed.

        Halts for good when what is stored is not what was signed.
        """
        epoch = epoch_of(self._log)
        if (halt := self._seals.halted(epoch)) is not None:
            logger.error("sealing is halted", service=self._service, code=halt.code, detail=halt.detail)
            return None
        try:
            self._check(epoch)
            while self._grow(epoch):
                pass
            self._sign(epoch)
            self._scrub(epoch)
        except Broken as found:
            logger.error("sealing halts", service=self._service, code=found.code, detail=found.detail)  # noqa: TRY400
            self._seals.halt(Halt(epoch, found.code, found.detail, datetime.now(UTC)))
            return None
        return self._seals.newest_signed(epoch)

    def _check(self, epoch: int) -> None:
        """Nothing that was ever published may be missing or other."""
        kept, newest = self._kept.read(), self._seals.newest(epoch)
        if kept is not None and not self._is_ours(kept):
            msg = f"{self._kept.path} is not signed by a key of {self.origin}; put the newest checkpoint there"
            raise MemoryLost(msg)
        if kept is None:
            if self._seals.newest_signed() is not None:
                msg = f"{self._kept.path} is gone; put the newest checkpoint there that anybody holds"
                raise MemoryLost(msg)
        elif kept.origin == origin_of(self.origin, epoch):
            self._check_kept(kept, newest)
        elif log_of(kept.origin) != self.origin:
            msg = f"{self._kept.path} is of {kept.origin}; put the newest checkpoint of {self.origin} there"
            raise MemoryLost(msg)
        elif kept.origin not in {origin_of(self.origin, past) for past in range(1, epoch)}:
            msg = f"a checkpoint of {kept.origin} was published, and the log has come to epoch {epoch} only"
            raise Broken("rollback_detected", msg)
        if newest is None:
            return
        self._check_signatures(epoch)
        if _root(self._seals.tree(epoch, newest.size), newest.size) != newest.root:
            msg = f"the tiles of {newest.size} entries have another root than their checkpoint"
            raise Broken("rewritten", msg)
        if self._log.head() < newest.through:
            msg = f"position {newest.through} was sealed, and the log ends at {self._log.head()}"
            raise Broken("rollback_detected", msg)

    def _is_ours(self, kept: Checkpoint) -> bool:
        """Signed by a key that seals now, or as it stands in the store: a key may have been rotated since."""
        note = self._kept.note()
        keys = [replace(signer.verifier, name=kept.origin) for signer in self._signers()]
        try:
            if note.signed_by(keys):
                return True
        except BadNote:
            return False
        known = self._seals.at_name(self.origin, kept)
        return known is not None and {*note.signatures} <= {*self._seals.note(known, self.origin).signatures}

    def _check_signatures(self, epoch: int) -> None:
        """Each line below the newest signed checkpoint can be read, and one is the log's own."""
        signed = self._seals.newest_signed(epoch)
        try:
            if signed and self._seals.note(signed, self.origin).signatures[0].name == origin_of(self.origin, epoch):
                return
        except BadNote:
            pass
        if signed:
            msg = f"the signatures of {signed.size} entries are not those that were made"
            raise Broken("rewritten", msg)

    def _check_kept(self, kept: Checkpoint, newest: Sealed | None) -> None:
        size = newest.size if newest else 0
        if newest is None or kept.size > size:
            msg = f"{kept.size} entries were published, and {size} are here"
            raise Broken("rollback_detected", msg)
        if _root(self._seals.tree(newest.epoch, size), kept.size) != kept.root:
            msg = f"the first {kept.size} entries have another root than the published one"
            raise Broken("rewritten", msg)

    def _grow(self, epoch: int) -> bool:
        """Add the next batch; whether there may be more."""
        origin = origin_of(self.origin, epoch)
        with self._seals.sealing() as conn:
            if conn is None:
                return False
            newest = self._seals.newest(epoch, conn)
            lines = self._log.read(newest.through if newest else 0, BATCH)
            if not lines:
                return False
            tree = self._seals.tree(epoch, newest.size if newest else 0, conn)
            grown, tiles = tree.grown([hash_of(origin, line) for line in lines])
            seal = Sealed(epoch, grown.size, grown.root(), lines[-1].position, datetime.now(UTC))
            self._seals.append(conn, seal, tiles, [line.position for line in lines])
        return len(lines) == BATCH

    def _sign(self, epoch: int) -> None:
        """Sign what was committed and not yet signed.

        What is about to be published is remembered first: nothing was ever published that is not remembered.
        """
        name = origin_of(self.origin, epoch)
        for seal in self._seals.unsigned(epoch):
            kept = self._kept.read()
            tree = self._seals.tree(epoch, seal.size)
            if _root(tree, seal.size) != seal.root:
                msg = f"the checkpoint of {seal.size} entries has another root than their tiles"
                raise Broken("rewritten", msg)
            if kept and kept.origin == name and kept.size <= seal.size and _root(tree, kept.size) != kept.root:
                msg = f"the first {kept.size} entries have another root than the published one"
                raise Broken("rewritten", msg)
            signatures = self._signatures(seal)
            note = Note(seal.checkpoint(self.origin).text, tuple(signatures))
            self._kept.raise_to(note, anew=kept is not None and kept.origin != name)
            self._seals.sign(seal, signatures)

    def _signatures(self, seal: Sealed) -> list[Signature]:
        text = seal.checkpoint(self.origin).text
        name = origin_of(self.origin, seal.epoch)
        lines = [replace(signer, name=name).line(text) for signer in self._signers()]
        return [each for line in lines for each in read_signatures(line)]

    def _scrub(self, epoch: int) -> None:
        """Compare some tiles with the events under them, going round and round."""
        newest = self._seals.newest(epoch)
        if newest is None:
            return
        tree, tiles = self._seals.tree(epoch, newest.size), -(-newest.size // WIDTH)
        self._scrub_checkpoint(epoch, tree)
        for _ in range(min(SCRUBBED_TILES, tiles)):
            number = self._scrub_at % tiles
            self._scrub_tile(epoch, tree, number, min(WIDTH, newest.size - number * WIDTH))
            self._scrub_at = number + 1

    def _scrub_checkpoint(self, epoch: int, tree: Tree) -> None:
        """One of the older checkpoints, going round."""
        seal = self._seals.next_size(epoch, self._scrub_size) or self._seals.next_size(epoch, 0)
        if seal is None:
            return
        self._scrub_size = seal.size
        if seal.size <= tree.size and _root(tree, seal.size) != seal.root:
            msg = f"the checkpoint of {seal.size} entries has another root than their tiles"
            raise Broken("rewritten", msg)

    def _scrub_tile(self, epoch: int, tree: Tree, number: int, width: int) -> None:
        origin, positions = origin_of(self.origin, epoch), self._seals.positions(epoch, number)[:width]
        before = self._seals.positions(epoch, number - 1)[-1] if number else 0
        if positions and self._seals.index_of(epoch, positions[0]) != number * WIDTH:
            msg = f"the positions of tile {number} are not those that were sealed"
            raise Broken("rewritten", msg)
        lines, hashes = self._log.read(before, width), _tile(tree, number, width)
        for index, position in enumerate(positions):
            line = lines[index] if index < len(lines) else None
            hash = hashes[index * HASH : (index + 1) * HASH]
            if line is None or line.position != position or hash_of(origin, line) != hash:
                entry = number * WIDTH + index
                msg = f"the event at position {position} is not the one that was sealed as entry {entry}"
                raise Broken("tampered", msg)
        level = 0
        while tree.size >> HEIGHT * (level + 1) > number:
            if not _fits(tree, level, number):
                msg = f"tile {number} of level {level} is not the one that was signed"
                raise Broken("rewritten", msg)
            level, number = level + 1, number // WIDTH


def _root(tree: Tree, size: int) -> bytes:
    try:
        return tree.root(size)
    except LookupError as error:
        raise Broken("rewritten", str(error)) from None


def _tile(tree: Tree, number: int, width: int) -> bytes:
    try:
        return tree.tile(0, number, width)
    except LookupError as error:
        raise Broken("rewritten", str(error)) from None


def _fits(tree: Tree, level: int, number: int) -> bool:
    try:
        return tree.fits(level, number)
    except LookupError as error:
        raise Broken("rewritten", str(error)) from None


class NoSealer(Exception):
    """Nothing can be sealed with these settings; the message says why."""


def open_sealer(
    service: str, settings: InstallationSettings, origin: str, signers: Callable[[], Sequence[Signer]]
) -> Sealer:
    """A log's sealer, in the role that may do nothing else."""
    url, path = settings.sealer_service_url(service), settings.home / service / "log.sqlite"
    if settings.database_url is not None and url is None:
        msg = "MINGBAN_SEALER_URL is needed to seal: the writer's role may not"
        raise NoSealer(msg)
    log = open_log(url, path, pool_size=1, guard=sealer_guard)
    seals = open_seals(url, path, pool_size=2, seals=True)
    return Sealer(service, log, seals, origin, signers, settings.seal_state_folder / f"{service}.checkpoint")
