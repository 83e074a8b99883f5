"""Fold the log into rows, a page at a time; a rebuild folds beside the live rows and swaps."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from shared.chassis.digestion import digest
from shared.chassis.envelope import Line, unpack
from shared.chassis.log import Log
from shared.chassis.rows import LIVE, NEXT, Change, Place, Rows
from shared.kernel.model import Happened, ReadModel, by_stream

logger = structlog.get_logger(__name__)

PAGE, REBUILDS = 5_000, 5
Changed = dict[str, dict[Place, Change]]


@dataclass
class _Step:
    """Where this worker stands on its page."""

    at: int
    side: str
    token: str | None = None


class Projection:
    """One service's read models, all at one position. Extra workers are harmless: one of them wins."""

    def __init__(self, log: Log, rows: Rows) -> None:
        self._log, self._rows = log, rows
        self._models: dict[str, list[ReadModel[Any]]] = defaultdict(list)
        for model in rows.models.values():
            for fact in model.facts:
                self._models[fact.__event_name__].append(model)

    def catch_up(self) -> int:
        """Project all there is; the position reached."""
        while self._take_page(_Step(self._rows.position(), LIVE)):
            pass
        return self._rows.position()

    def rebuild(self) -> int:
        """Fold everything again beside the live rows, then swap; queries never see a half, nor an older state."""
        with self._rows.rebuilding() as mine:
            if mine:
                token = self._rows.begin_rebuild()
                while (at := self._rows.rebuilt_position(token)) is not None:
                    if not self._take_page(_Step(at, NEXT, token)) and self._rows.swap(at, token):
                        return at
        return self._rows.position()

    def _take_page(self, step: _Step) -> bool:
        """False: there was nothing to take, or another worker took it."""
        page = self._log.read(step.at, PAGE)
        if not page:
            return False
        return digest(page, lambda part: self._take(part, step), lambda line, why: self._park(line, why, step))

    def ensure_current(self) -> None:
        if self._rows.outdated():
            logger.info("read models changed, rebuilding")
            self.rebuild()

    def retry(self) -> int:
        """Fold the parked streams again, in order; how many lines are parked after it."""
        if self._rows.parked_lines():
            self.rebuild()
        return len(self._rows.parked_lines())

    def _take(self, page: Sequence[Line], step: _Step) -> bool:
        waiting = {line["stream"] for line in self._rows.parked_lines(step.side)}
        mine = [line for line in page if line.event in self._models]
        behind = [line for line in mine if str(line.stream) in waiting] if waiting else []
        parked = [_parked(line, "an earlier event of its stream is parked") for line in behind]
        if behind:
            mine = [line for line in mine if str(line.stream) not in waiting]
        changed = self._fold([unpack(line) for line in mine], step.side)
        return self._move(step, page[-1].position, changed, parked)

    def _move(self, step: _Step, to: int, changed: Changed, parked: Sequence[dict[str, Any]]) -> bool:
        """Write from where the page was read, not from where the rows stand now: others may be ahead."""
        if not self._rows.write(step.at, to, changed, parked, step.side, step.token):
            return False
        step.at = to
        return True

    def _fold(self, page: Sequence[Happened], side: str) -> Changed:
        touched: dict[str, list[tuple[Happened, Place]]] = defaultdict(list)
        for happened in page:
            for model in self._models[happened.name]:
                for key in model.keys(happened):
                    touched[model.name].append((happened, (happened.school, key)))
        return {name: self._fold_model(self._rows.models[name], pairs, side) for name, pairs in touched.items()}

    def _fold_model(
        self, model: ReadModel[Any], pairs: Sequence[tuple[Happened, Place]], side: str
    ) -> dict[Place, Change]:
        one_a_stream = model.keys is by_stream
        # A stream's first event finds no row of its stream: nothing to ask for.
        known = self._rows.load(model, (at for it, at in pairs if not (one_a_stream and it.version == 1)), side)
        changed: dict[Place, Change] = {}
        for happened, place in pairs:
            before = changed.get(place)
            stood = (before.version, before.row) if before else known.get(place, (0, None))
            changed[place] = Change(*model.folded(place[1], stood, happened), place not in known)
        return changed

    def _park(self, line: Line, reason: str, step: _Step) -> bool:
        logger.error("projection parked a stream", position=line.position, stream=str(line.stream), reason=reason)
        return self._move(step, line.position, {}, [_parked(line, reason)])


def _parked(line: Line, reason: str) -> dict[str, Any]:
    return {"position": line.position, "stream": str(line.stream), "event": line.event, "reason": reason}
