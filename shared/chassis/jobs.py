"""Questions that take long: asked over HTTP, worked on by Celery, with progress; they write nothing to a log.

A job is a row of its own in the store of rows. A worker that dies leaves it standing, and another begins it anew.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Float, MetaData, String, Table, select

from shared.chassis import boxes
from shared.chassis.asking import PROBLEMS, asked_key, check_query, command_body, command_parameters
from shared.chassis.deciding import Forbidden, KeyReused
from shared.chassis.digestion import is_outage
from shared.chassis.identity import Identity
from shared.chassis.problems import Problem, speaks_english
from shared.chassis.rows import Rows
from shared.chassis.runtime import Runtime
from shared.chassis.tables import INSERT
from shared.kernel.model import Happened
from shared.kernel.people import Role
from shared.kernel.settings import SchoolBook
from shared.kernel.values import derived_id

logger = structlog.get_logger(__name__)

STALE_SECONDS = 60.0
"""So long without a sign of life, and a running job is anybody's."""

Logs = Mapping[str, Callable[[], Iterator[Happened]]]
"""The services' logs, each read from its beginning when asked: one school's events, in order."""

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done."""

TABLES = MetaData()
JOBS = Table(
    "jobs", TABLES,
    Column("id", String, primary_key=True),
    Column("school", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("asked", String, nullable=False),
    Column("asked_at", String, nullable=False),
    Column("state", String, nullable=False),
    Column("worker", String),
    Column("seen", Float, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("result", String),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Job:
    """A kind of long question. `check(asked, book)` refuses what cannot be asked; `work` answers with plain JSON."""

    kind: str
    asked: type[Any]
    summary: str
    roles: Sequence[Role]
    check: Callable[[Any, SchoolBook], None]
    work: Callable[[str, Any, Logs, Progress], Any]


@dataclass(frozen=True)
class Standing:
    """How a job stands: queued, running, done or failed; `done` of `total` steps, the result at the end."""

    id: str
    school: str
    kind: str
    asked: Any
    asked_at: str
    state: str
    done: int
    total: int
    result: Any


class Jobs:
    """The jobs of one service."""

    def __init__(self, rows: Rows) -> None:
        self._engine = rows.engine
        with self._writing() as conn:
            TABLES.create_all(conn)

    def _writing(self) -> Any:
        return self._engine.execution_options(writes=True).begin()

    def ask(self, id: UUID, school: str, kind: str, asked: Any, at: datetime) -> Standing:
        """Queue it, once for its id; another question under the same id is `KeyReused`."""
        text = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS).decode()
        values = {
            "id": str(id), "school": school, "kind": kind, "asked": text, "asked_at": at.isoformat(),
            "state": "queued", "seen": 0.0, "done": 0, "total": 0,
        }  # fmt: skip
        with self._writing() as conn:
            conn.execute(INSERT[conn.dialect.name](JOBS).values(**values).on_conflict_do_nothing())
        stands = self.find(school, kind, str(id))
        if stands is None or orjson.dumps(stands.asked, option=orjson.OPT_SORT_KEYS).decode() != text:
            raise KeyReused
        return stands

    def find(self, school: str, kind: str, id: str) -> Standing | None:
        query = select(JOBS).where(JOBS.c.school == school, JOBS.c.kind == kind, JOBS.c.id == id)
        with self._engine.connect() as conn:
            row = conn.execute(query).mappings().first()
        return _standing(row) if row else None

    def take(self, worker: str, now: float) -> Standing | None:
        """The oldest job that nobody works on, now this worker's."""
        at = JOBS.c
        free = (at.state == "queued") | ((at.state == "running") & (at.seen < now - STALE_SECONDS))
        with self._writing() as conn:
            row = conn.execute(select(JOBS).where(free).order_by(at.asked_at, at.id).limit(1)).mappings().first()
            if row is None:
                return None
            mine = JOBS.update().where(at.id == row["id"], free).values(state="running", worker=worker, seen=now)
            return _standing(row) if conn.execute(mine).rowcount else None

    def tell(self, id: str, worker: str, now: float, **values: Any) -> bool:
        """Note progress or the end; False when the job has become another worker's."""
        at = JOBS.c
        with self._writing() as conn:
            change = JOBS.update().where(at.id == id, at.worker == worker, at.state == "running")
            return bool(conn.execute(change.values(seen=now, **values)).rowcount)


def _standing(row: Mapping[Any, Any]) -> Standing:
    result = orjson.loads(row["result"]) if row["result"] else None
    return Standing(
        row["id"], row["school"], row["kind"], orjson.loads(row["asked"]), row["asked_at"],
        row["state"], row["done"], row["total"], result,
    )  # fmt: skip


class _Lost(Exception):
    """Another worker has taken the job over."""


def work_off(jobs: Jobs, kinds: Sequence[Job], logs: Callable[[str], Logs]) -> int:
    """Do what is queued, one by one; how many were done."""
    worker, done = uuid4().hex, 0
    by_kind = {job.kind: job for job in kinds}
    while taken := jobs.take(worker, time.time()):
        try:
            _work(jobs, by_kind[taken.kind], taken, worker, logs(taken.school))
        except _Lost:
            logger.warning("a job was taken over", job=taken.id)
        except Exception as failure:
            if is_outage(failure):
                raise
            logger.exception("a job failed", job=taken.id)
            said = orjson.dumps({"error": f"{type(failure).__name__}: {failure}"[:500]}).decode()
            jobs.tell(taken.id, worker, time.time(), state="failed", result=said)
        done += 1
    return done


def _work(jobs: Jobs, job: Job, taken: Standing, worker: str, logs: Logs) -> None:
    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told < 0.5 and done != total:  # noqa: PLR2004 - seconds
            return
        told = time.monotonic()
        if not jobs.tell(taken.id, worker, time.time(), done=done, total=total):
            raise _Lost

    result = job.work(taken.school, TypeAdapter(job.asked).validate_python(taken.asked), logs, progress)
    text = orjson.dumps(result, option=orjson.OPT_NON_STR_KEYS).decode()
    if not jobs.tell(taken.id, worker, time.time(), state="done", result=text):
        raise _Lost


def job_routes(kinds: Sequence[Job]) -> APIRouter:
    """`POST /kind` asks and answers 202 with where to look; `GET /kind/{id}` tells how it stands."""
    router = APIRouter()
    for job in kinds:
        extra = command_parameters("Idempotency-Key", dated=False) | command_body(job.asked)
        router.add_api_route(
            f"/{job.kind}", _asking(job), methods=["POST"], status_code=202, summary=job.summary,
            operation_id=f"ask_{job.kind}", responses=PROBLEMS, openapi_extra=extra, response_model=Standing,
        )  # fmt: skip
        router.add_api_route(
            f"/{job.kind}/{{key}}", _answering(job), methods=["GET"], summary=f"How it stands: {job.summary}",
            operation_id=f"get_{job.kind}", responses=PROBLEMS, response_model=Standing,
        )  # fmt: skip
    return router


def _asking(job: Job) -> Callable[..., Any]:
    async def ask(request: Request, asked: Any) -> Response:
        runtime, school = _allowed(request, job)
        check_query(request, [])
        job.check(asked, await asyncio.to_thread(runtime.book, school))
        id = derived_id("job", school, request.scope["identity"].person, asked_key(request))
        plain = TypeAdapter(job.asked).dump_python(asked, mode="json")
        stands = await asyncio.to_thread(
            lambda: Jobs(runtime.rows).ask(id, school, job.kind, plain, runtime.clock.now())
        )
        runtime.wake(JOB_ASKED + runtime.service.name)
        stands = await asyncio.to_thread(_opened, request, runtime, stands)
        return _told(stands, 202, {"Location": f"{request.scope.get('root_path', '')}/{job.kind}/{id}"})

    ask.__annotations__ = {"request": Request, "asked": job.asked, "return": Response}
    return ask


def _answering(job: Job) -> Callable[..., Any]:
    async def answer(request: Request, key: str) -> Response:
        runtime, school = _allowed(request, job)
        check_query(request, [])
        stands = await asyncio.to_thread(lambda: Jobs(runtime.rows).find(school, job.kind, key))
        if stands is None:
            raise Problem("not-found", kind="job", called="任务")
        return _told(await asyncio.to_thread(_opened, request, runtime, stands), 200, {})

    return answer


def _allowed(request: Request, job: Job) -> tuple[Runtime, str]:
    identity: Identity = request.scope["identity"]
    if identity.school is None or not identity.has(*job.roles):
        raise Forbidden
    return request.app.state.runtime, identity.school


def _opened(request: Request, runtime: Runtime, stands: Standing) -> Standing:
    """The texts about persons in a result, which lies boxed in its row."""
    english = speaks_english(request)
    return replace(stands, result=boxes.shown(runtime.keys, stands.school, stands.result, english=english))


def _told(stands: Standing, status: int, headers: dict[str, str]) -> Response:
    shown = {name: value for name, value in orjson.loads(orjson.dumps(replace(stands))).items() if name != "school"}
    return Response(orjson.dumps(shown), status, headers, media_type="application/json")


JOB_ASKED = "jobs of "
