"""The settings as everybody reads them: each with its value on a day, compared between two days, with their rules."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from services.applications.service import applications
from shared.kernel.policy import CATALOGUE
from tests.applications.examples import CHEN_JING, LIU_OF_PERSONNEL
from tests.conftest import Installation, on_sqlite
from tests.slice import Slice

pytestmark = pytest.mark.rule("A.7")


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    """Two versions: from April on thirteen semesters, from September on fourteen and a stricter pass mark."""
    made = Slice(applications, installation(["applications"], clock="2023-03-31T09:00:00+08:00"))
    with made.client:
        for day, values in (
            ("2023-04-01", {"tenure_semesters": 13}),
            ("2023-09-01", {"tenure_semesters": 14, "pass_score_points": 65, "panel_quorum": [3, 4]}),
        ):
            made.ask(
                "/settings-versions", {"effective_from": day, "values": values},
                LIU_OF_PERSONNEL, ["personnel"], "2023-03-31",
            ).raise_for_status()  # fmt: skip
        made.caught_up()
        yield made


def asked(slice_: Slice, path: str, **params: Any) -> Any:
    return slice_.look(path, CHEN_JING, ["teacher"], **params)


@on_sqlite
def test_each_setting_is_listed_with_what_a_person_needs_to_understand_it(slice_: Slice) -> None:
    answer = asked(slice_, "/policy-settings", on="2023-09-01").json()
    tenure = next(one for one in answer["items"] if one["name"] == "tenure_semesters")

    assert (answer["on"], answer["settings_version"], len(answer["items"])) == ("2023-09-01", 2, len(CATALOGUE))
    assert tenure == {
        "name": "tenure_semesters", "value": 14, "default": 12, "unit": "semesters", "rule": "APP-08",
        "zh": "担任班主任的最少学期数（含）", "en": "least semesters as homeroom teacher, included", "among": [],
    }  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(
    ("day", "version", "semesters"),
    [("2023-03-31", 0, 12), ("2023-04-01", 1, 13), ("2023-08-31", 1, 13), ("2023-09-01", 2, 14)],
)
def test_the_value_is_that_of_the_day(slice_: Slice, day: str, version: int, semesters: int) -> None:
    answer = asked(slice_, "/policy-settings", on=day).json()

    assert answer["settings_version"] == version
    assert next(one["value"] for one in answer["items"] if one["name"] == "tenure_semesters") == semesters


@on_sqlite
def test_two_days_are_compared(slice_: Slice) -> None:
    answer = asked(slice_, "/policy-settings-comparison", **{"from": "2023-04-01", "to": "2023-09-01"}).json()

    assert [(one["name"], one["before"], one["after"]) for one in answer["items"]] == [
        ("tenure_semesters", 13, 14),
        ("panel_quorum", [2, 3], [3, 4]),
        ("pass_score_points", 60, 65),
    ]
    assert (answer["from"]["settings_version"], answer["to"]["settings_version"]) == (1, 2)


@on_sqlite
def test_between_two_days_of_one_version_nothing_differs(slice_: Slice) -> None:
    assert (
        asked(slice_, "/policy-settings-comparison", **{"from": "2023-04-01", "to": "2023-08-31"}).json()["items"] == []
    )


@on_sqlite
def test_versions_are_listed_in_order_and_never_edited(slice_: Slice) -> None:
    versions = asked(slice_, "/settings-versions").json()["items"]

    assert [(one["number"], one["effective_from"], one["adopted_by"]) for one in versions] == [
        (1, "2023-04-01", str(LIU_OF_PERSONNEL)),
        (2, "2023-09-01", str(LIU_OF_PERSONNEL)),
    ]
    assert asked(slice_, "/settings-versions", as_of="2023-03-30").status_code == 200


@on_sqlite
@pytest.mark.parametrize(
    ("body", "code", "rule"),
    [
        ({"effective_from": "2023-09-01", "values": {"tenure_semesters": 15}}, "settings-overlap", "A.7"),
        ({"effective_from": "2023-03-30", "values": {"tenure_semesters": 15}}, "settings-dated-back", "A.7"),
        ({"effective_from": "2024-01-01", "values": {"absence_limit": [4, 3]}}, "setting-invalid", "AMB-01"),
        ({"effective_from": "2024-01-01", "values": {"level_one_weights": [20, 20, 20, 20, 19]}}, "setting-invalid", "ASM-10"),
        ({"effective_from": "2024-01-01", "values": {"panel_min_experts": 4}}, "setting-invalid", "A.9-25"),
        ({"effective_from": "2024-01-01", "values": {"tea": 1}}, "setting-unknown", "A.7"),
    ],
    ids=["overlap", "dated back", "a third above one", "weights of 99", "an even panel", "no such setting"],
)  # fmt: skip
def test_a_version_that_makes_no_sense_is_refused_with_its_rule(slice_: Slice, body: Any, code: str, rule: str) -> None:
    answer = slice_.ask("/settings-versions", body, LIU_OF_PERSONNEL, ["personnel"], "2023-03-31")

    assert (answer.status_code, answer.json()["code"], answer.json()["rule"]) == (409, code, rule)


@on_sqlite
def test_a_rule_is_told_with_the_policys_own_words(slice_: Slice) -> None:
    rule = asked(slice_, "/rules/MEM-06").json()

    assert rule["quotes"] == ["对缺勤三分之一以上的学员,不再作为工作室成员继续培养"]
    assert (rule["kind"], bool(rule["zh"]), bool(rule["en"])) == ("HARD", True, True)
    assert len(asked(slice_, "/rules").json()["items"]) == 135


@on_sqlite
def test_an_unknown_rule_a_misspelt_name_and_a_day_that_is_none_are_told(slice_: Slice) -> None:
    assert asked(slice_, "/rules/MEM-99").status_code == 404
    assert asked(slice_, "/policy-settings", onn="2023-04-01").status_code == 422
    assert asked(slice_, "/policy-settings", on="2023-02-30").status_code == 422


@on_sqlite
@pytest.mark.rule("APP-08", "APP-09")
def test_who_may_not_apply_learns_of_every_condition_and_nothing_is_recorded(slice_: Slice) -> None:
    opened = {"round_id": str(UUID(int=70)), "title": "2023年", "deadline": "2023-03-31", "places": 1}
    slice_.ask("/rounds", opened, LIU_OF_PERSONNEL, ["personnel"], "2023-03-31").raise_for_status()
    head = slice_.runtime.log.head()
    form = {
        "application_id": str(UUID(int=71)), "round_id": opened["round_id"], "department": "mechanical",
        "on_duty": True, "semesters": 11, "title": "junior", "class_honor": "county",
    }  # fmt: skip

    headers = slice_._headers(CHEN_JING, ["teacher"])
    answer = slice_.client.post("/applications/eligibility-checks", json=form, headers=headers)

    [told] = answer.json()["items"]
    assert (told["kind"], told["outcome"], told["decided_at"]) == ("eligibility", "not_eligible", None)
    failing = {step["rule"] for step in told["steps"] if not step["holds"]}
    assert failing == {"APP-08", "APP-09"}
    assert slice_.runtime.log.head() == head
    unknown = form | {"round_id": str(UUID(int=72))}
    assert slice_.client.post("/applications/eligibility-checks", json=unknown, headers=headers).status_code == 404
