"""The sealers of all logs together, the anchor over them, and the witnesses beside them."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

import structlog

from shared.audit.checkpoint import Checkpoint
from shared.audit.epochs import origin_of
from shared.audit.note import Note
from shared.audit.policy import Policy
from shared.chassis.anchoring import Anchor
from shared.chassis.cosigning import cosignatures
from shared.chassis.digestion import is_outage
from shared.chassis.keys import ANCHOR
from shared.chassis.sealing import Sealer
from shared.kernel.calendar import business_date

logger = structlog.get_logger(__name__)


class Witnessing:
    """Has the newest checkpoints cosigned, in a thread of its own: a slow witness holds up no seal.

    `policy` is read each time: who must cosign may change while we run.
    """

    def __init__(self, policy: Callable[[], Policy]) -> None:
        self._policy = policy
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="witnessing")
        self._asking: Future[None] | None = None
        self._known: dict[str, dict[str, int]] = {}
        self._asked: dict[str, tuple[int, int]] = {}

    def see(self, sealers: Mapping[str, Sealer], anchor: Anchor | None = None) -> None:
        """Ask about what is new, unless it is being asked about."""
        if self._asking is None or self._asking.done():
            self._asking = self._thread.submit(self._ask, dict(sealers), anchor)

    def finish(self) -> None:
        """Wait for the answers that are under way."""
        self._thread.shutdown()

    def _ask(self, sealers: Mapping[str, Sealer], anchor: Anchor | None) -> None:
        try:
            policy = self._policy()
            if policy.witnesses:
                for name, sealer in sealers.items():
                    self._ask_about(name, sealer, policy)
                if anchor and (note := anchor.newest()):
                    self._ask_about_anchor(anchor, note, policy)
        except Exception:
            logger.exception("not cosigned")

    def _ask_about(self, name: str, sealer: Sealer, policy: Policy) -> None:
        seal = sealer.seals.newest_signed()
        if seal is None or self._asked.get(name) == (seal.epoch, seal.size):
            return
        tree = sealer.seals.tree(seal.epoch, seal.size)
        known = self._known.setdefault(origin_of(name, seal.epoch), {})
        note = sealer.seals.note(seal, sealer.origin)
        found = cosignatures(note, tree.consistency, policy, known)
        if not found or sealer.seals.sign(seal, found):
            # Who did not answer is asked about the next one; when there is none, again by whoever starts next.
            self._asked[name] = seal.epoch, seal.size

    def _ask_about_anchor(self, anchor: Anchor, note: Note, policy: Policy) -> None:
        size = Checkpoint.of(note).size
        if self._asked.get(ANCHOR) != (1, size):
            anchor.cosign(note, cosignatures(note, anchor.tree.consistency, policy, self._known.setdefault(ANCHOR, {})))
            self._asked[ANCHOR] = 1, size


class Sealers:
    """The sealers of all logs, each opened when it is first needed; one that fails does not hold up the others.

    Once a day, when each log has a checkpoint, the anchor takes them all. Witnesses are asked beside it.
    """

    def __init__(
        self,
        opened: Mapping[str, Callable[[], Sealer]],
        anchor: Anchor | None = None,
        witnessing: Witnessing | None = None,
    ) -> None:
        self._open, self._anchor, self._witnessing = opened, anchor, witnessing
        self._sealers: dict[str, Sealer] = {}

    def run(self) -> None:
        heads: dict[str, Checkpoint] = {}
        for name, opened in self._open.items():
            try:
                if name not in self._sealers:
                    self._sealers[name] = opened()
                sealer = self._sealers[name]
                # A log that stands still has its last checkpoint, which the anchor takes too.
                if seal := sealer.run() or sealer.seals.newest_signed():
                    heads[name] = seal.checkpoint(sealer.origin)
            except Exception as failure:
                if is_outage(failure):
                    logger.warning("not sealed now", service=name, failure=str(failure))
                else:
                    logger.exception("not sealed", service=name)
        self._take(heads)
        if self._witnessing:
            self._witnessing.see({name: self._sealers[name] for name in heads}, self._anchor)

    def _take(self, heads: Mapping[str, Checkpoint]) -> None:
        if self._anchor is None or heads.keys() != self._open.keys():
            return
        try:
            self._anchor.take(business_date(datetime.now(UTC)), [heads[name] for name in sorted(heads)])
        except Exception:
            logger.exception("not anchored")

    def close(self) -> None:
        """After the answers of witnesses that are under way."""
        if self._witnessing:
            self._witnessing.finish()
        for sealer in self._sealers.values():
            sealer.close()
