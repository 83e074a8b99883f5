"""`mingban erase` on a running installation: the name and the texts go in all services, finance waits, the log stays."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest

from mingban.composition import SERVICES, issuer
from shared.chassis.settings import InstallationSettings
from tests.journeys.conftest import Running
from tests.journeys.proving import audit, exported

SCHOOL = "jiangyin"
CHEN, HE, LIU, NOBODY = (UUID(int=number) for number in range(1, 5))
ROUND, APPLICATION = uuid4(), uuid4()
SAID = "近两学年班级量化考核靠后，建议下轮再报"
ERASED = "erased at the person's request"
FORM = {
    "department": "mechanical", "on_duty": True, "semesters": 14, "title": "senior", "class_honor": "county",
}  # fmt: skip
Ask = Callable[..., httpx.Response]


def asking(settings: InstallationSettings) -> Ask:
    """`ask(method, path, person, role, body)` in the installation, with what each command needs."""

    def ask(method: str, path: str, person: UUID, role: str, body: object = None, **more: str) -> httpx.Response:
        token = issuer(settings).token(person, [role], SCHOOL)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex, "Accept-Language": "en"} | more
        with httpx.Client(base_url=settings.upstream, trust_env=False, timeout=30) as http:
            return http.request(method, path, json=body, headers=headers)

    return ask


def erase(settings: InstallationSettings, person: UUID) -> tuple[int, str]:
    """Exit code, and all that it said."""
    told = {"MINGBAN_HOME": settings.home, "MINGBAN_PORT": settings.port, "COLUMNS": 200}
    done = subprocess.run(
        [sys.executable, "-c", "from mingban.cli import main; main()", "erase", str(person), "--school", SCHOOL],
        env=os.environ | {name: str(value) for name, value in told.items()},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def turned_down(ask: Ask) -> None:
    """Chen Jing applied, and the department said why not."""
    person = {"name": "陈静", "department": "mechanical"}
    ask("PUT", f"/applications/persons/{CHEN}", LIU, "personnel", person).raise_for_status()
    opened = {"round_id": str(ROUND), "title": "2023", "deadline": "2023-12-31", "places": 1}
    ask("POST", "/applications/rounds", LIU, "personnel", opened).raise_for_status()
    applied = FORM | {"application_id": str(APPLICATION), "round_id": str(ROUND)}
    at = ask("POST", "/applications/applications", CHEN, "teacher", applied).raise_for_status().json()["position"]
    seen = ask("GET", f"/applications/applications/{APPLICATION}?at_least={at}", HE, "department:mechanical")
    review = {"application_id": str(APPLICATION), "level": "department", "verdict": "rejected", "reason": SAID}
    ask(
        "POST", "/applications/reviews", HE, "department:mechanical", review, **{"If-Match": seen.headers["etag"]}
    ).raise_for_status()


@pytest.mark.rule("SIL-14", "A.9-21")
@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
def test_a_person_is_erased_in_all_services_and_the_log_stays(database: str, running: Running, tmp_path: Path) -> None:
    _, settings = running()
    ask = asking(settings)
    turned_down(ask)
    before = exported(settings, "applications", tmp_path / "before.tar")
    log = ask("GET", "/applications/log?limit=1000", LIU, "auditor").json()["items"]

    unknown = erase(settings, NOBODY)
    first = erase(settings, CHEN)
    again = erase(settings, CHEN)

    row = ask("GET", f"/applications/applications/{APPLICATION}", LIU, "personnel").json()
    after = ask("GET", "/applications/log?limit=1000", LIU, "auditor").json()["items"]
    states = [ask("GET", f"/{name}/erasures/{CHEN}", LIU, "personnel").json()["state"] for name in SERVICES]
    assert (unknown[0], "nothing was recorded" in unknown[1]) == (1, True)
    assert (first[0], "kept until 2054-01-01: accounting records (A.9-21)" in first[1]) == (0, True)
    assert (again[0], "erased before" in again[1]) == (0, True)
    assert (row["name"], row["decisions"][-1]["reason"]) == (None, ERASED)
    assert states == ["erased", "erased", "erased", "waits"]
    policy, later = settings.public_folder / "policy", exported(settings, "applications", tmp_path / "later.tar")
    assert [audit(settings, "verify", one, "--policy", policy)[0] for one in (before, later)] == [0, 0]
    assert audit(settings, "diff", before, later)[0] == 0
    assert SAID not in str(after)
    assert after[: len(log)] == log
    assert [line["event"] for line in after[len(log) :]] == ["applications.person-erased"]
