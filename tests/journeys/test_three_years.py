"""The demo's three years, undisturbed and disturbed, on both stores: the outcome is the one worked out by hand."""

import os
import signal
from typing import Any

import httpx2 as httpx
import orjson
from rich.console import Console

from mingban.composition import issuer
from mingban.demo.outcome import read_logs
from mingban.demo.play import Phase, perform
from mingban.demo.telling import differences
from mingban.rehearsal import Operator
from mingban.supervisor import free_port
from shared.chassis.settings import InstallationSettings
from shared.kernel.people import Role
from tests.conftest import on_postgres, on_sqlite
from tests.journeys.conftest import SCHOOL, Running
from tests.journeys.twice import twice

EXPECTED: dict[str, Any] = orjson.loads((SCHOOL / "expected.json").read_bytes())
QUIET = Console(quiet=True)


def outcome_of(found: dict[str, Any]) -> list[str]:
    return list(differences(EXPECTED, {name: found.get(name) for name in EXPECTED}))


@on_sqlite
def test_three_years_on_one_machine_end_as_worked_out_by_hand(database: str, running: Running) -> None:
    _, settings = running()

    found = perform([SCHOOL], settings, QUIET)

    assert outcome_of(found) == []
    assert_every_etag_is_its_streams_newest_version(settings)


@on_postgres
def test_a_killed_worker_and_a_killed_web_process_change_nothing_of_the_outcome(
    database: str, running: Running, redis_url: str
) -> None:
    supervisor, settings = running(broker_url=redis_url)

    def meanwhile(done: int, of: int) -> None:
        if done == of // 2:
            os.killpg(supervisor.pid("worker"), signal.SIGKILL)
        if done == of // 2 + 10:
            os.kill(supervisor.pid("web"), signal.SIGKILL)
            wait_until_ready(settings)

    found = perform([SCHOOL], settings, QUIET, meanwhile)

    assert outcome_of(found) == []


@on_sqlite
def test_a_month_of_rolls_and_claims_without_a_broker_changes_nothing_of_the_outcome(
    database: str, running: Running
) -> None:
    supervisor, settings = running()
    phase = Phase(
        "2023-11-01", "2023-11-30",
        stop=lambda: os.kill(supervisor.pid("broker"), signal.SIGSTOP),
        resume=lambda: os.kill(supervisor.pid("broker"), signal.SIGCONT),
    )  # fmt: skip

    found = perform([SCHOOL], settings, QUIET, phase=phase)

    assert outcome_of(found) == []


@on_sqlite
def test_pages_delivered_twice_change_nothing_of_the_outcome(database: str, running: Running) -> None:
    port = free_port()
    _, settings = running(upstream_url=f"http://127.0.0.1:{port}")
    with twice(f"http://127.0.0.1:{settings.port}", port) as proxy:
        found = perform([SCHOOL], settings, QUIET)

    assert outcome_of(found) == []
    assert proxy.doubled > 100


@on_sqlite
def test_commands_succeed_while_the_broker_is_away_and_are_projected_when_it_is_back(
    database: str, running: Running
) -> None:
    supervisor, settings = running()
    office = issuer(settings).token(new_id(1), [Role.PERSONNEL], "jiangyin")
    with Operator.of(settings) as operator, as_actor(settings, office) as http:
        before = operator.drain()["applications"]
        os.kill(supervisor.pid("broker"), signal.SIGSTOP)

        answers = [open_round(http, number) for number in range(20)]
        while_away = operator.statuses()["applications"]
        os.kill(supervisor.pid("broker"), signal.SIGCONT)
        after = operator.drain()["applications"]

    assert [answer.status_code for answer in answers] == [201] * 20
    assert while_away["head"] == before["head"] + 20
    assert after["projected"] == after["head"] == before["head"] + 20


def wait_until_ready(settings: InstallationSettings) -> None:
    with Operator.of(settings) as operator:
        while True:
            try:
                operator.statuses()
            except httpx.HTTPError:
                continue
            return


def open_round(http: httpx.Client, number: int) -> httpx.Response:
    body = {"round_id": str(new_id(100 + number)), "title": "一轮", "deadline": "2023-03-31", "places": 1}
    return http.post("/applications/rounds", json=body, headers={"Idempotency-Key": f"round-{number}"})


def new_id(number: int) -> Any:
    from uuid import UUID

    return UUID(int=number)


def as_actor(settings: InstallationSettings, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=settings.upstream, headers=headers, trust_env=False, timeout=30)


DECIDED_ON = {"applications": ("rounds", "applications", "studios"), "membership": ("memberships", "sessions"),
              "assessment": ("evaluations",), "finance": ("funds",)}  # fmt: skip


def assert_every_etag_is_its_streams_newest_version(settings: InstallationSettings) -> None:
    """What `If-Match` promises: whoever holds a row's ETag saw the newest version of its stream."""
    logs = read_logs(settings.upstream, issuer(settings).token(new_id(2), [Role.AUDITOR]))
    newest = {line["stream"]: line["version"] for lines in logs.values() for line in lines}
    token = issuer(settings).token(new_id(3), [Role.SCHOOL], "jiangyin")
    with as_actor(settings, token) as http:
        rows = [
            row
            for service, models in DECIDED_ON.items()
            for model in models
            for row in http.get(f"/{service}/{model}", params={"limit": 500}).json()["items"]
        ]

    assert len(rows) > 10
    assert {row["id"]: row["version"] for row in rows} == {row["id"]: newest[row["id"]] for row in rows}
