"""Long questions: asked over HTTP, worked off with progress, once each, whatever happens to a worker."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from shared.chassis.http import assemble, build
from shared.chassis.jobs import STALE_SECONDS, Job, Jobs, Logs, Progress, work_off
from shared.chassis.settings import InstallationSettings
from shared.kernel.model import Happened, Refused, command
from shared.kernel.people import Role
from shared.kernel.settings import SchoolBook
from shared.kernel.values import Whole
from tests.chassis.examples import CHESS
from tests.chassis.ledger import testing
from tests.chassis.web import Web, problem


@command
class Sum:
    """The sum of what was counted, from `least` on."""

    least: Whole


def check(asked: Sum, _book: SchoolBook) -> None:
    if asked.least > 100:
        raise Refused("too-much", rule="T-1", zh="过多", en="too much")


def total(_school: str, asked: Sum, logs: Logs, progress: Progress) -> Any:
    counted = [it.event.by for it in logs["testing"]() if it.name == "testing.counted"]
    for n, _ in enumerate(counted, start=1):
        progress(n, len(counted))
    if asked.least == 13:
        msg = "thirteen"
        raise ValueError(msg)
    return {"sum": sum(by for by in counted if by >= asked.least)}


SUMS = Job(kind="sums", asked=Sum, summary="The sum", roles=(Role.SCHOOL,), check=check, work=total)


class JobWeb(Web):
    def __init__(self, settings: InstallationSettings) -> None:
        super().__init__(settings)
        self.app: FastAPI = build(testing, settings, jobs=[SUMS])
        self.client = TestClient(assemble({"testing": self.app}), raise_server_exceptions=False)

    @property
    def jobs(self) -> Jobs:
        return Jobs(self.runtime.rows)

    def told(self, school: str) -> Logs:
        def own() -> Iterator[Happened]:
            from shared.chassis.envelope import school_of, unpack

            lines = self.runtime.log.walk(self.runtime.log.head())
            return (unpack(line) for line in lines if school_of(line) == school)

        return {"testing": own}

    def work(self) -> int:
        return work_off(self.jobs, [SUMS], self.told)


@pytest.fixture
def web(store: InstallationSettings) -> Iterator[JobWeb]:
    made = JobWeb(store)
    with made.client:
        made.ask("/counters", {"counter_id": str(CHESS)}, key="open")
        for n, by in enumerate((3, 4, 5)):
            made.ask("/counts", {"counter_id": str(CHESS), "by": by}, key=f"count{n}")
        yield made


def asked(web: JobWeb, least: int = 4, key: str = "sum", **more: Any) -> dict[str, Any]:
    answer = web.ask("/sums", {"least": least}, key=key, **more)
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/testing/sums/{body['id']}"
    return body


def stands(web: JobWeb, id: str) -> tuple[str, int, int, Any]:
    body = web.look(f"/sums/{id}").json()
    return body["state"], body["done"], body["total"], body["result"]


def test_a_question_is_queued_worked_off_and_answered_with_its_progress(web: JobWeb) -> None:
    before = web.runtime.log.head()
    id = asked(web)["id"]
    queued = stands(web, id)
    worked = web.work()

    assert (queued, worked) == (("queued", 0, 0, None), 1)
    assert stands(web, id) == ("done", 3, 3, {"sum": 9})
    assert web.runtime.log.head() == before, "a question writes nothing to the log"


def test_the_same_question_under_the_same_key_is_asked_once(web: JobWeb) -> None:
    assert asked(web)["id"] == asked(web)["id"]
    assert web.work() == 1
    assert web.work() == 0


def test_another_question_under_the_same_key_is_refused(web: JobWeb) -> None:
    asked(web)

    assert problem(web.ask("/sums", {"least": 5}, key="sum")) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    ("body", "answer"),
    [({"least": 101}, (409, "too-much")), ({"least": "4"}, (422, "payload-invalid")), ({}, (422, "payload-invalid"))],
)
def test_what_cannot_be_asked_is_refused_at_once(web: JobWeb, body: Any, answer: tuple[int, str]) -> None:
    assert problem(web.ask("/sums", body, key="sum")) == answer
    assert web.work() == 0


def test_without_a_key_or_the_role_nothing_is_asked_and_no_other_school_sees_it(web: JobWeb) -> None:
    id = asked(web)["id"]

    assert problem(web.ask("/sums", {"least": 4}, key=None)) == (400, "idempotency-key-missing")
    assert problem(web.ask("/sums", {"least": 4}, roles=["teacher"])) == (403, "forbidden")
    assert problem(web.look(f"/sums/{id}", roles=["teacher"])) == (403, "forbidden")
    assert problem(web.look(f"/sums/{id}", school="wuxi")) == (404, "not-found")


def test_a_question_that_fails_says_so_and_holds_up_no_other(web: JobWeb) -> None:
    unlucky, lucky = asked(web, 13, key="13")["id"], asked(web)["id"]
    web.work()

    state, _, _, result = stands(web, unlucky)
    assert (state, result) == ("failed", {"error": "ValueError: thirteen"})
    assert stands(web, lucky)[0] == "done"


def test_what_a_dead_worker_left_is_taken_over_after_a_while_and_the_dead_ones_word_is_not_heard(web: JobWeb) -> None:
    id = asked(web)["id"]
    began = 1_000.0
    assert web.jobs.take("the dead", began) is not None

    too_early = web.jobs.take("the heir", began + STALE_SECONDS)
    heir = web.jobs.take("the heir", began + STALE_SECONDS + 1)

    assert too_early is None
    assert heir is not None
    assert not web.jobs.tell(id, "the dead", began, state="done", result='"ghost"')
    assert stands(web, id)[0] == "running"


def test_a_worker_that_lost_its_job_stops(web: JobWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    id = asked(web)["id"]
    tell: Callable[..., bool] = Jobs.tell

    def taken_over(self: Jobs, id: str, worker: str, now: float, **values: Any) -> bool:
        with self._writing() as conn:
            conn.exec_driver_sql("UPDATE jobs SET worker = 'another'")
        return tell(self, id, worker, now, **values)

    monkeypatch.setattr(Jobs, "tell", taken_over)
    web.work()

    assert stands(web, id)[0] == "running"
    assert UUID(id).version == 8
