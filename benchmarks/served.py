"""The applications service as it is served, beside the same endpoint saved by the library the plain way."""

import os
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.applications import Starlette

from services.applications.commands import OpenRound
from services.applications.service import applications
from shared.chassis.asking import ReceiptView, answer
from shared.chassis.boxes import KeyRing
from shared.chassis.deciding import Asked, Receipt
from shared.chassis.envelope import Line, pack
from shared.chassis.history import Hot, UnitOfWork
from shared.chassis.http import assemble, build
from shared.chassis.identity import Identity
from shared.chassis.runtime import Runtime
from shared.chassis.settings import load_settings

PATH = "/applications/rounds"
PLAIN_PATH = "/applications/plain-rounds"


def app() -> Starlette:
    """For uvicorn's --factory. The library reads its own settings from the environment."""
    served = build(applications, load_settings())
    recorder = PostgresFactory(Environment("plain", dict(os.environ))).application_recorder()
    served.include_router(plain(recorder))
    return assemble({applications.name: served})


def plain(recorder: ApplicationRecorder) -> APIRouter:
    """Load, decide, save: each request for itself in the thread pool, and without an idempotency key.

    The library's repository keeps nothing between requests: each loads the settings and its round.
    """
    router = APIRouter()

    def stream(id: UUID) -> list[Line]:
        return [Line(0, id, e.originator_version, e.topic, bytes(e.state)) for e in recorder.select_events(id)]

    @router.post("/plain-rounds", status_code=201, response_model=ReceiptView)
    def open_round(request: Request, asked: OpenRound) -> Response:
        runtime: Runtime = request.app.state.runtime
        identity: Identity = request.scope["identity"]
        assert identity.school is not None
        key = request.headers["idempotency-key"]
        how = Asked(actors=identity.actors, school=identity.school, key=key, correlation=request.scope["correlation"])
        work, ring = UnitOfWork(Hot(), identity.school, stream), KeyRing(runtime.keys, identity.school)
        changed, context = runtime.decide(asked, how, work, ring)
        version = changed[0].version
        stored = pack(changed, context, ring)
        ids = recorder.insert_events(stored)
        assert ids
        return answer(Receipt(ids[-1], changed[0].id, version, tuple(event.topic for event in stored)))

    return router
