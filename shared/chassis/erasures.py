"""Erasures carried out: whose erasure the log records, their key is destroyed; and how it stands with a person."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

import structlog
from fastapi import APIRouter, Request

from shared.chassis.agenda import Agenda
from shared.chassis.asking import PROBLEMS, check_query
from shared.chassis.deciding import Forbidden
from shared.chassis.envelope import unpack
from shared.chassis.identity import Identity
from shared.chassis.runtime import Runtime
from shared.kernel.erasing import EraseTexts
from shared.kernel.people import OVERSEEING

logger = structlog.get_logger(__name__)

router = APIRouter()

STRIDE = 1_000
"""So many lines without an erasure are looked through again rather than noted one by one."""


class Erasures:
    """One service's, read from its own log. Doing one twice, or by several workers at once, changes nothing."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def catch_up(self) -> int:
        """Destroy each key whose erasure is recorded and fold the rows anew; how many were destroyed just now.

        The place in the log moves last: after a failure in between all of it is done again.
        """
        log, keys, kinds = self._runtime.log, self._runtime.keys, self._runtime.service.erases
        if not kinds:
            return 0
        at, through, done = keys.position(), log.head(), 0
        recorded = log.named([kind.__event_name__ for kind in kinds], at, through) if through > at else []
        for line in recorded:
            told = unpack(line)
            if keys.destroy(told.school, str(told.event.person_id), told.at, told.position):
                done += 1
                logger.info("a person's key was destroyed", service=self._runtime.service.name, position=told.position)
        if recorded:
            self._runtime.projection.rebuild()
        if recorded or through - at > STRIDE:
            keys.read_through(through)
        return done


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """How it stands with a service's texts about a person.

    `none`: there never was one; `kept`: they can be read; `waits`: until that day (A.9-21); `erased`: by the event at
    that position, recorded then.
    """

    person_id: UUID
    state: Literal["none", "kept", "waits", "erased"]
    until: date | None = None
    erased_at: str | None = None
    position: int | None = None


@router.get(
    "/erasures/{person_id}", operation_id="get_erasure", responses=PROBLEMS,
    summary="Whether the texts about a person are kept, wait for the end of retention, or are erased (A.9-21)",
)  # fmt: skip
async def erasure(request: Request, person_id: UUID) -> Erasure:
    identity: Identity = request.scope["identity"]
    runtime: Runtime = request.app.state.runtime
    if identity.school is None or not identity.has(*OVERSEEING):
        raise Forbidden
    check_query(request, [])
    return await asyncio.to_thread(_standing, runtime, identity.school, person_id)


def _standing(runtime: Runtime, school: str, person_id: UUID) -> Erasure:
    if gone := runtime.keys.destroyed(school, str(person_id)):
        return Erasure(person_id=person_id, state="erased", erased_at=gone.at, position=gone.by)
    runtime.clock.refresh()
    asked = (EraseTexts.__name__, str(person_id))
    for day, due in Agenda(runtime).standing(school):
        if (due.ask, due.body.get("person_id")) == asked:
            return Erasure(person_id=person_id, state="waits", until=day)
    known = runtime.keys.known(school, [str(person_id)])
    return Erasure(person_id=person_id, state="kept" if known else "none")
