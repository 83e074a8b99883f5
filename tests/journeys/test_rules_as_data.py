"""Two schools' three years while the settings change twice: explained, asked otherwise, and folded again from zero."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import orjson
import pytest
from rich.console import Console

from mingban.composition import crew, issuer
from mingban.demo import city
from mingban.demo.play import perform
from mingban.demo.telling import differences
from mingban.questions import ask, school_token
from shared.chassis.settings import InstallationSettings
from shared.kernel.people import Role
from tests.conftest import on_sqlite
from tests.journeys.conftest import Running
from tests.journeys.test_three_years import as_actor, new_id

QUIET = Console(quiet=True)
SCHOOLS = 2
ADOPTED = ({"absence_warn": [5, 4]}, {"absence_warn": [6, 4], "backdate_max_days": 29, "transfer_days": 59})
"""What the office of the first school changes on the way: who is warned, not who is removed."""

Row = dict[str, Any]


def today(settings: InstallationSettings) -> str:
    token = issuer(settings).token(new_id(8), [Role.OPERATOR])
    with as_actor(settings, token) as http:
        day: str = http.get("/applications/status").raise_for_status().json()["today"]
    return day


def adopt(settings: InstallationSettings, number: int, day: str) -> None:
    token = issuer(settings).token(new_id(7), [Role.PERSONNEL], "school-01")
    body = {"effective_from": day, "values": ADOPTED[number]}
    with as_actor(settings, token) as http:
        http.post(
            "/applications/settings-versions", json=body, headers={"Idempotency-Key": f"adopt-{number}"}
        ).raise_for_status()


@on_sqlite
@pytest.mark.rule("AMB-01", "MEM-06", "A.7")
def test_two_schools_years_under_settings_that_change_twice(database: str, running: Running, tmp_path: Path) -> None:
    _, settings = running()

    coming = list(enumerate(("2023-12-01", "2025-06-01")))

    def meanwhile(done: int, _of: int) -> None:
        if done % 20 == 0 and coming and (day := today(settings)) >= coming[0][1]:
            adopt(settings, coming.pop(0)[0], day)

    found = perform(city.write(tmp_path, schools=SCHOOLS), settings, QUIET, meanwhile)
    expected = city.expected(schools=SCHOOLS)

    # The what-if of exactly a third and the reconciliation are among what is expected.
    assert list(differences(expected, {name: found.get(name) for name in expected})) == []
    assert len(expected["kept_if_a_third_were_excluded"]) == 3
    assert_each_decision_explains_itself(settings)
    assert_each_certificates_chain_stays_in_its_school(settings)
    assert_asking_by_the_same_settings_changes_nothing(settings)
    assert_folding_again_from_zero_gives_the_same_rows(settings)


def assert_each_decision_explains_itself(settings: InstallationSettings) -> None:
    """Judged again on the log as it stood, each decision comes out as it was recorded."""
    with as_actor(settings, school_token(settings, "school-01")) as http:
        for row, why in explained(http, "assessment/evaluations"):
            if row["passed"] is not None:
                assert outcome(why, "evaluation") == ("passed" if row["passed"] else "failed")
        for row, why in explained(http, "membership/memberships"):
            if row["kind"] == "trainee":
                assert (outcome(why, "removal") == "removal_due") == (row["state"] == "removed")
        for row, why in explained(http, "assessment/certificates"):
            assert outcome(why, "certificate") == "issued"
            assert amount(why, "credit", "credits_hundredths") == row["credits_hundredths"]
        for row, why in explained(http, "finance/funds"):
            assert amount(why, "release", "fen") == row["released"]["fen"]
        for _, why in explained(http, "applications/applications"):
            assert (outcome(why, "eligibility"), outcome(why, "selection")) == ("eligible", "listed")
        versions = {one["settings_version"] for _, why in explained(http, "membership/memberships") for one in why}
    assert versions == {0, 1, 2}, "decisions were made under all three"


def explained(http: httpx.Client, path: str) -> Iterator[tuple[Row, list[Row]]]:
    for row in http.get(f"/{path}", params={"limit": 500}).raise_for_status().json()["items"]:
        why = http.get(f"/{path}/{row['id']}/explanation").raise_for_status().json()["items"]
        for one in why:
            assert one["rules"], one
            assert one["zh"], one
            assert one["en"], one
        yield row, why


def assert_each_certificates_chain_stays_in_its_school(settings: InstallationSettings) -> None:
    """The services ask each other with a token for all schools; who asked sees their own alone."""
    seen: dict[str, set[tuple[str, int]]] = {}
    for school in ("school-01", "school-02"):
        with as_actor(settings, school_token(settings, school)) as http:
            for row in http.get("/assessment/certificates").raise_for_status().json()["items"]:
                found = http.get(f"/assessment/certificates/{row['id']}/causes").raise_for_status().json()
                assert not found["truncated"]
                assert {orjson.loads(item["state"])["school"] for item in found["items"]} == {school}
                assert found["items"][-1]["service"] in ("applications", "membership")
                seen.setdefault(school, set()).update((item["service"], item["position"]) for item in found["items"])
    assert min(map(len, seen.values())) > 100
    assert not seen["school-01"] & seen["school-02"]


def outcome(why: list[Row], kind: str) -> str | None:
    return next((one["outcome"] for one in reversed(why) if one["kind"] == kind), None)


def amount(why: list[Row], kind: str, unit: str) -> int:
    """The newest of each subject, added up."""
    newest = {tuple(sorted(one["subject"].items())): one for one in why if one["kind"] == kind}
    return sum(one["amounts"].get(unit, 0) for one in newest.values())


def assert_asking_by_the_same_settings_changes_nothing(settings: InstallationSettings) -> None:
    progress: list[tuple[int, int]] = []
    asked = {"values": {"absence_inclusive": True}}
    answer = ask(settings, school_token(settings, "school-01"), "what-ifs", asked, lambda *told: progress.append(told))

    assert answer["changes"] == []
    assert answer["decisions"] > 100
    assert progress[-1][0] == progress[-1][1] > 1_000


def assert_folding_again_from_zero_gives_the_same_rows(settings: InstallationSettings) -> None:
    hands = crew(settings)
    for name in ("applications", "membership", "assessment", "finance"):
        runtime = hands.runtime(name)
        before = rows(runtime)
        runtime.projection.rebuild()

        assert rows(runtime) == before
        assert sum(map(len, before.values())) > 10
    hands.close()


def rows(runtime: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of rows, as it is stored."""
    with runtime.rows.engine.connect() as conn:
        return {
            name: [tuple(row) for row in conn.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY school, key')]
            for name in runtime.rows.models
        }
