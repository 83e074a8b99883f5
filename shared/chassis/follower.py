"""React to a log, another's or one's own: in order, each event once, with our position in one transaction."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from shared.chassis.batch import Entry, Moved, Parked
from shared.chassis.boxes import KeyRing
from shared.chassis.deciding import Asked
from shared.chassis.digestion import is_outage
from shared.chassis.envelope import Line, pack, unpack
from shared.chassis.history import Hot, UnitOfWork
from shared.chassis.runtime import ATTEMPTS, Runtime
from shared.chassis.service import Policy
from shared.chassis.upstream import LogPage, Upstream
from shared.kernel.model import NotYet
from shared.kernel.people import SYSTEM

logger = structlog.get_logger(__name__)

PAGE = 500


class _Raced(Exception):
    """Somebody else moved the position or a stream we read: start again from what is stored."""


class Follower:
    """One (service, upstream). Racing followers are harmless: the position moves only from where it was."""

    def __init__(self, runtime: Runtime, upstream: str, source: Upstream) -> None:
        self._runtime, self._upstream, self._source = runtime, upstream, source
        self._policies: dict[str, Policy] = {
            fact.__event_name__: policy for fact, policy in runtime.service.policies[upstream].items()
        }

    async def catch_up(self) -> int:
        """React to all there is; the position reached. Stops early where a fact is still missing here."""
        raced = 0
        while raced < ATTEMPTS:
            self._runtime.clock.refresh()
            old = self._runtime.log.follower_position(self._upstream)
            page = self._source.page(old, PAGE)
            if page.through == old:
                break
            try:
                await self._take(old, page)
            except _Raced:
                raced += 1
            except NotYet as missing:
                logger.info("waiting for a fact", upstream=self._upstream, missing=str(missing))
                break
        return self._runtime.log.follower_position(self._upstream)

    async def retry(self) -> int:
        """Digest the parked events again, in order; how many are parked after it."""
        stuck: set[UUID] = set()
        self._runtime.clock.refresh()
        for _ in range(ATTEMPTS):
            try:
                for parked in self._parked():
                    if parked.stream not in stuck and not await self._retry_one(parked):
                        stuck.add(parked.stream)
            except _Raced:
                continue
            break
        return len(self._parked())

    async def _retry_one(self, parked: Parked) -> bool:
        """False: it still cannot be digested, and those behind it in its stream wait on."""
        line = Line(parked.position, parked.stream, parked.version, parked.event, parked.state)
        try:
            entry = self._react([line])
        except Exception as failure:
            if is_outage(failure):
                raise
            return False
        entry.unparks.append((self._upstream, parked.position))
        await self._commit(entry)
        return True

    async def _take(self, old: int, page: LogPage) -> None:
        """React to a page in one transaction; one that does not go in whole is taken line by line."""
        parked = {p.stream for p in self._parked()}
        wanted = [line for line in page.lines if line.event in self._policies]
        if not any(line.stream in parked for line in wanted):
            try:
                entry = self._react(wanted)
                entry.moved = Moved(self._upstream, old, page.through)
                await self._commit(entry)
            except Exception as failure:
                if isinstance(failure, _Raced) or is_outage(failure):
                    raise
            else:
                return
        for line in wanted:
            await self._take_one(old, line, parked)
            old = line.position
        if page.through > old:
            await self._commit(Entry(moved=Moved(self._upstream, old, page.through)))

    async def _take_one(self, old: int, line: Line, parked: set[UUID]) -> None:
        """React to one line, or park it with its stream: nothing is skipped silently."""
        moved = Moved(self._upstream, old, line.position)
        if line.stream in parked:
            await self._commit(self._parking(line, moved, "an earlier event of its stream is parked"))
            return
        try:
            entry = self._react([line])
            entry.moved = moved
            await self._commit(entry)
        except Exception as failure:
            if isinstance(failure, _Raced | NotYet) or is_outage(failure):
                raise
            reason = f"{type(failure).__name__}: {failure}"[:500]
            logger.error("parked", upstream=self._upstream, position=line.position, reason=reason)  # noqa: TRY400
            parked.add(line.stream)
            await self._commit(self._parking(line, moved, reason))

    def _react(self, lines: Sequence[Line]) -> Entry:
        """Our events for theirs. A consequence carries its cause's day and settings version."""
        entry, hot = Entry(), Hot()
        for line in lines:
            happened = unpack(line)
            work = UnitOfWork(hot, happened.school, self._runtime.log.stream)
            ring = KeyRing(self._runtime.keys, happened.school, at_once=True)
            asked = Asked(
                actors=(SYSTEM,),
                school=happened.school,
                key="",
                on=happened.on,
                rules=happened.rules,
                correlation=happened.correlation,
                causation=f"{self._upstream}@{happened.position}",
            )
            for command in self._policies[line.event](happened):
                changed, context = self._runtime.decide(command, asked, work, ring)
                work.keep(changed)
                entry.events += pack(changed, context, ring)
            for stream, version in work.reads.items():
                entry.reads.setdefault(stream, version)
        return entry

    async def _commit(self, entry: Entry) -> None:
        await self._runtime.writer.submit(entry)
        if entry.conflict:
            raise _Raced

    def _parked(self) -> list[Parked]:
        return [p for p in self._runtime.log.parked() if p.reader == self._upstream]

    def _parking(self, line: Line, moved: Moved, reason: str) -> Entry:
        parked = Parked(self._upstream, line.position, line.stream, line.version, line.event, line.state, reason)
        return Entry(moved=moved, parks=[parked])
