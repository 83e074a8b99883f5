"""What a command over HTTP is answered with: problems with a stable code, the rule and the numbers."""

import json
from typing import Any

import pytest

from tests.chassis.examples import BOARDS, CLOCKS
from tests.chassis.web import Web, problem
from tests.conftest import on_sqlite

OPEN = {"counter_id": str(CLOCKS), "owner": "anna", "most": 10}
COUNT = {"counter_id": str(CLOCKS), "by": 1}
CLOSE = {"counter_id": str(CLOCKS)}

pytestmark = on_sqlite


def test_a_command_is_answered_with_its_receipt(web: Web) -> None:
    response = web.ask("/counters", OPEN)

    assert (response.status_code, response.headers["etag"]) == (201, '"1"')
    assert response.json() == {"position": 2, "stream": str(CLOCKS), "version": 1, "events": ["testing.opened"]}


def test_the_same_request_is_answered_alike_and_marked(web: Web) -> None:
    first = web.ask("/counters", OPEN)

    again = web.ask("/counters", OPEN)

    assert (again.status_code, again.json(), again.headers["idempotency-replayed"]) == (201, first.json(), "true")


def test_what_is_so_already_is_answered_with_200(web: Web) -> None:
    web.ask("/counters", OPEN, key="one")

    again = web.ask("/counters", OPEN, key="other")

    assert (again.status_code, again.json()["events"]) == (200, [])


def test_a_malformed_key_is_refused(web: Web) -> None:
    said = [problem(web.ask("/counters", OPEN, key=key)) for key in ("", "with space", "k" * 201)]

    assert said == [(400, "idempotency-key-malformed")] * 3


def test_a_command_needs_a_key(web: Web) -> None:
    assert problem(web.ask("/counters", OPEN, key=None)) == (400, "idempotency-key-missing")


def test_a_key_stands_for_one_request(web: Web) -> None:
    web.ask("/counters", OPEN)

    assert problem(web.ask("/counters", OPEN | {"most": 11})) == (422, "idempotency-key-reused")
    assert problem(web.ask("/counts", COUNT)) == (422, "idempotency-key-reused")
    assert problem(web.ask("/counters", OPEN, params={"on": "2026-03-01"})) == (422, "idempotency-key-reused")


def test_a_key_is_ones_own(web: Web) -> None:
    web.ask("/counters", OPEN)

    elsewhere = web.ask("/counters", OPEN | {"counter_id": str(BOARDS)}, school="wuxi")

    assert elsewhere.status_code == 201


def test_the_wrong_role_may_not(web: Web) -> None:
    assert problem(web.ask("/counters", OPEN, roles=["teacher"])) == (403, "forbidden")


def test_a_role_that_nobody_may_hold_gives_no_right(web: Web) -> None:
    said = [problem(web.ask("/counters", OPEN, roles=roles)) for roles in (["system"], ["wizard"], [])]

    assert said == [(403, "forbidden")] * 3


def test_another_schools_id_is_not_found(web: Web) -> None:
    web.ask("/counters", OPEN, key="open")

    assert problem(web.ask("/counts", COUNT, school="wuxi")) == (404, "not-found")
    assert web.ask("/counts", COUNT, school="wuxi").json()["detail"] == "本校没有这个对象"


@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [
        ("zh", "规则不允许", "只剩10，申请11"),
        ("en", "A rule says no", "only 10 is left, 11 was asked"),
        ("en;q=0.3, zh-CN;q=0.8", "规则不允许", "只剩10，申请11"),
        ("fr, en;q=0.1", "A rule says no", "only 10 is left, 11 was asked"),
        ("fr;q=x, *", "规则不允许", "只剩10，申请11"),
    ],
)
def test_a_refusal_names_the_rule_and_the_numbers_that_decided(
    web: Web, language: str, title: str, detail: str
) -> None:
    web.ask("/counters", OPEN, key="open")

    refused = web.ask("/counts", COUNT | {"by": 11}, headers={"Accept-Language": language})

    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert refused.json() == {
        "type": "urn:mingban:problem:too-many", "status": 409, "code": "too-many", "title": title, "detail": detail,
        "rule": "T-1", "numbers": {"left": 10, "asked": 11}, "instance": "urn:mingban:request:r-1",
    }  # fmt: skip


def test_a_decision_needs_the_version_it_is_made_on(web: Web) -> None:
    web.ask("/counters", OPEN, key="open")
    web.ask("/counts", COUNT, key="count")

    said = [
        problem(web.ask("/closures", CLOSE, headers=match))
        for match in ({}, {"If-Match": "2"}, {"If-Match": "*"}, {"If-Match": '"1"'}, {"If-Match": '"9"'})
    ]
    closed = web.ask("/closures", CLOSE, headers={"If-Match": ' W/"2" '})

    assert said == [
        (428, "if-match-missing"), (400, "if-match-malformed"), (400, "if-match-malformed"),
        (412, "version-stale"), (412, "version-stale"),
    ]  # fmt: skip
    assert (closed.status_code, closed.headers["etag"]) == (201, '"3"')


DATES = (
    "yesterday",
    "2026-3-2",
    "20260302",
    "2026-02-30",
    "2026-03-02T00:00:00",
    "",
    "２０２６-０３-０２",
    "2026-W10-1",
)


def test_a_malformed_business_date_is_refused(web: Web) -> None:
    refused = [web.ask("/counters", OPEN, params={"on": on}) for on in DATES]

    assert [problem(each) for each in refused] == [(422, "payload-invalid")] * len(DATES)
    assert {each.json()["errors"][0]["field"] for each in refused} == {"on"}


@pytest.mark.parametrize(
    ("on", "code"),
    [("2026-03-03", "business-date-in-future"), ("9999-12-31", "business-date-in-future"),
     ("2026-01-30", "business-date-too-old"), ("0001-01-01", "business-date-too-old")],
)  # fmt: skip
def test_a_business_date_lies_within_the_last_thirty_days(web: Web, on: str, code: str) -> None:
    refused = web.ask("/counters", OPEN, params={"on": on})

    assert (problem(refused), refused.json()["rule"]) == ((409, code), "A.9-11")


def test_a_business_date_may_be_thirty_days_old(web: Web) -> None:
    assert web.ask("/counters", OPEN, params={"on": "2026-01-31"}).status_code == 201


NUMBERS = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "5.0",
    '"5"',
    "true",
    "null",
    "-1",
    str(10**30),
    "1000001",
    "[1]",
    "{}",
]


def test_a_whole_number_is_a_whole_number(web: Web) -> None:
    refused = [web.ask("/counts", f'{{"counter_id": "{CLOCKS}", "by": {number}}}') for number in NUMBERS]

    assert [problem(each) for each in refused] == [(422, "payload-invalid")] * len(NUMBERS)
    assert {(mistake["field"], mistake["message"]) for each in refused for mistake in each.json()["errors"]} == {
        ("by", "应为 0 到 1000000 的整数")
    }


TEXTS = ("", "   ", "a\x00b", "a\x07", "a\u202eb", "\ud800", "\u2028", "x" * 2_001, 5, ["x"])


def test_a_text_is_for_people(web: Web) -> None:
    said = [problem(web.ask("/counts", json.dumps(COUNT | {"note": text}))) for text in TEXTS]

    assert said == [(422, "payload-invalid")] * len(TEXTS)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param(COUNT | {"more": 1}, "more", id="a field too many"),
        pytest.param({"by": 1}, "counter_id", id="a field too few"),
        pytest.param(COUNT | {"counter_id": "clocks"}, "counter_id", id="no id"),
        pytest.param([COUNT], "body", id="a list"),
        pytest.param(None, "body", id="nothing"),
        pytest.param("five", "body", id="a word"),
    ],
)
def test_a_payload_that_does_not_fit_says_where(web: Web, body: Any, field: str) -> None:
    refused = web.ask("/counts", json.dumps(body))

    assert (problem(refused), {mistake["field"] for mistake in refused.json()["errors"]}) == (
        (422, "payload-invalid"),
        {field},
    )


BROKEN = ("", "{", "{'a': 1}", "[" * 10_000, "1" * 5_000, '{"a": "\xff"}')


def test_a_body_that_is_no_json_is_malformed(web: Web) -> None:
    headers = web.token("school") | {"Idempotency-Key": "k", "Content-Type": "application/json"}

    sent = [web.client.post("/testing/counts", content=text.encode("latin-1"), headers=headers) for text in BROKEN]

    assert {problem(each) for each in sent} == {(400, "body-malformed"), (422, "payload-invalid")}
    assert problem(sent[0]) == (422, "payload-invalid")


def test_a_field_of_any_name_is_one_too_many(web: Web) -> None:
    names = (r'"\ud800"', r'"\u0000"', '"ключ"', '""')

    said = [problem(web.ask("/counts", f'{{"counter_id": "{CLOCKS}", {name}: 1}}')) for name in names]

    assert said == [(422, "payload-invalid")] * 4


@pytest.mark.parametrize("values", [r'{"\ud800": 1}', r'{"a": "\udfff"}', f'{{"release_fen": {10**30}}}'])
def test_free_values_that_no_store_takes_are_no_failure_of_ours(web: Web, values: str) -> None:
    assert web.ask("/settings-versions", f'{{"values": {values}}}').status_code in {409, 422}


def test_a_body_of_another_type_is_not_read(web: Web) -> None:
    refused = web.ask("/counts", json.dumps(COUNT), headers={"Content-Type": "text/plain"})

    assert problem(refused) == (422, "payload-invalid")


def test_a_body_may_have_so_many_bytes(web: Web) -> None:
    limit = web.runtime.settings.body_limit_bytes
    body = json.dumps(OPEN)

    assert web.ask("/counters", body + " " * (limit - len(body))).status_code == 201
    refused = web.ask("/counters", body + " " * (limit - len(body) + 1))
    assert (problem(refused), refused.json()["limit"]) == ((413, "body-too-large"), limit)


def test_what_is_refused_leaves_no_trace(web: Web) -> None:
    web.ask("/counts", COUNT)
    web.ask("/counts", "{}")
    web.ask("/counters", OPEN, roles=["teacher"])

    assert web.runtime.log.head() == 1


@pytest.mark.parametrize("to", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00"])
def test_the_clock_is_not_set_where_no_date_reaches(web: Web, to: str) -> None:
    operator = web.token("operator", school=None)

    moved = web.client.post("/testing/rehearsal/clock", json={"to": to}, headers=operator)

    assert moved.status_code in {200, 422}
    assert web.ask("/counters", OPEN).status_code == 201
