"""Title, certificate, credits, cut and removal of the demo's three years, each back to what began it."""

import base64
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx2 as httpx
import orjson
import pytest
from rich.console import Console
from starlette.testclient import TestClient

from mingban.composition import SERVICES, issuer
from mingban.demo.play import perform
from mingban.questions import school_token
from mingban.supervisor import free_port
from shared.audit.leaf import leaf_of, read_leaf
from shared.audit.note import Note
from shared.audit.policy import Policy
from shared.audit.tree import leaf_hash, verify_inclusion
from shared.chassis.causes import Neighbours
from shared.chassis.http import assemble, build
from shared.chassis.settings import InstallationSettings
from shared.kernel.people import Role
from tests.chassis.web import problem
from tests.conftest import on_sqlite
from tests.journeys.conftest import SCHOOL, Running
from tests.journeys.proving import await_sealed
from tests.journeys.test_three_years import as_actor, new_id

Row = dict[str, Any]

TO_THE_FIRST_FORM = [
    "applications.studio-established", "applications.application-published", "applications.reviewed",
    "applications.panel-scored", "applications.applied",
]  # fmt: skip
"""How every studio's way began."""

FROM_THE_RESULT = [
    "assessment.evaluated", "assessment.scored", "assessment.sheet-submitted", "assessment.evaluation-planned",
    "applications.studio-plaqued", *TO_THE_FIRST_FORM,
]  # fmt: skip

ATTENDED = ["membership.studio-roster-closed", "membership.session-attended", "membership.session-held"]
JOINED = ["membership.member-joined", "membership.agreement-drafted", "membership.pair-matched", "membership.proposed"]

LEADS: dict[str, list[list[str]]] = {
    "title": [
        ["assessment.title-awarded", *FROM_THE_RESULT],
        ["assessment.title-awarded", *ATTENDED],
        ["assessment.title-awarded", "assessment.case-opened", *TO_THE_FIRST_FORM],
    ],
    "certificate": [
        ["assessment.certificate-issued", *FROM_THE_RESULT],
        ["assessment.certificate-issued", "assessment.roster-noted", *ATTENDED],
        ["assessment.certificate-issued", "membership.studio-roster-closed", "membership.trainee-evaluated"],
        ["assessment.certificate-issued", "membership.studio-roster-closed", *JOINED],
        ["assessment.certificate-issued", "membership.studio-roster-closed", "membership.cycle-ended",
         "membership.studio-activated", "applications.studio-plaqued", *TO_THE_FIRST_FORM],
    ],
    "credit": [
        ["assessment.credits-granted", "assessment.certificate-issued", *FROM_THE_RESULT],
        ["assessment.credits-granted", "assessment.roster-noted", *ATTENDED],
        ["assessment.credits-granted", "assessment.final-noted", *FROM_THE_RESULT],
    ],
    "cut": [
        ["finance.funding-cut", "assessment.studio-disqualified", *FROM_THE_RESULT],
        ["finance.funding-cut", "assessment.studio-disqualified", "assessment.evaluated", "assessment.scored",
         "assessment.panel-seated"],
        ["finance.funding-cut", "finance.years-laid-out", "applications.studio-plaqued", *TO_THE_FIRST_FORM],
        ["finance.funding-cut", "finance.years-laid-out", "applications.studio-plaqued",
         "applications.studio-established", "applications.list-published", "applications.list-posted",
         "applications.candidates-ranked", "applications.round-opened"],
    ],
    "removal": [
        ["membership.member-removed", "membership.removal-pending", "membership.session-missed",
         "membership.session-held"],
        ["membership.member-removed", *JOINED],
        ["membership.removal-pending", "membership.plan-noted", "applications.plan-filed", "applications.plan-received",
         *TO_THE_FIRST_FORM],
    ],
}  # fmt: skip
"""Of each consequence: ways from event to event, each of which rests on the next."""


@on_sqlite
@pytest.mark.rule("ASM-05", "ASM-07", "ASM-08", "FIN-05", "MEM-06")
def test_each_consequence_leads_back_through_the_services_to_what_began_it(database: str, running: Running) -> None:
    _, settings = running()
    perform([SCHOOL], settings, Console(quiet=True))
    for name in SERVICES:
        await_sealed(settings, name)

    with as_actor(settings, school_token(settings, "jiangyin")) as http:
        titled = one(http, "assessment/honors", title="名班主任")
        trained = one(http, "assessment/honors", designation="学校骨干班主任")
        cut = one(http, "finance/funds", cancelled={"fen": 300_000, "yuan": "3000.00"})
        removed = one(http, "membership/memberships", state="removed")
        asked_of = {
            "title": f"assessment/honors/{titled}",
            "certificate": f"assessment/certificates/{certificate(http, trained)}",
            "credit": f"assessment/honors/{trained}",
            "cut": f"finance/funds/{cut}",
            "removal": f"membership/memberships/{removed}",
        }
        chains = {kind: chain(http, path, kind) for kind, path in asked_of.items()}

    for kind, found in chains.items():
        assert (found["truncated"], found["stopped_at"]) == (False, [])
        assert_links_lead_to_what_has_no_cause(found)
        for names in LEADS[kind]:
            assert_leads(found, names)
    assert_all_of_it_lies_in_the_logs(settings, chains["cut"])
    assert_who_may_ask(settings, f"finance/funds/{cut}")
    assert_without_a_service_there_is_no_chain(settings, f"/finance/funds/{cut}/causes")


def one(http: httpx.Client, path: str, **holds: Any) -> str:
    """The first row of which this holds."""
    rows = http.get(f"/{path}", params={"limit": 500}).raise_for_status().json()["items"]
    found: str = next(row["id"] for row in rows if all(row[name] == value for name, value in holds.items()))
    return found


def certificate(http: httpx.Client, honor: str) -> str:
    found: str = http.get(f"/assessment/honors/{honor}").raise_for_status().json()["certificate_id"]
    return found


def chain(http: httpx.Client, path: str, kind: str) -> Row:
    found: Row = http.get(f"/{path}/causes", params={"kind": kind}).raise_for_status().json()
    return found


def key_of(place: Row) -> tuple[str, int]:
    return place["service"], place["position"]


def assert_leads(found: Row, names: list[str]) -> None:
    """From a consequence, link by link, along events of these names."""
    named = {key_of(item): item["event"] for item in found["items"]}
    here = {key_of(item) for item in found["items"] if item["depth"] == 0 and item["event"] == names[0]}
    for before, name in pairwise(names):
        assert here, f"{before} is not in the chain, or not there"
        here = {to for to in tos(found, here) if named[to] == name}
    assert here, f"nothing rests on {names[-1]}"


def tos(found: Row, here: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """What these rest on, and what that rests on where it is of the same kind: review on review."""
    named = {key_of(item): item["event"] for item in found["items"]}
    reached: set[tuple[str, int]] = set()
    while here:
        below = {(key_of(one["from"]), key_of(one["to"])) for one in found["links"] if key_of(one["from"]) in here}
        here = {to for start, to in below if named[start] == named[to]} - reached
        reached |= {to for _, to in below}
    return reached


def assert_links_lead_to_what_has_no_cause(found: Row) -> None:
    items = {key_of(item): item for item in found["items"]}
    below: dict[tuple[str, int], list[tuple[str, int]]] = {key: [] for key in items}
    for link in found["links"]:
        below[key_of(link["from"])].append(key_of(link["to"]))
    assert [item["depth"] for item in found["items"]] == sorted(item["depth"] for item in found["items"])
    # Taking away what rests on nothing leaves nothing in the end: no link leads round.
    left = dict(below)
    while ends := [key for key, rests_on in left.items() if not any(one in left for one in rests_on)]:
        left = {key: rests_on for key, rests_on in left.items() if key not in ends}
    assert left == {}
    assert {items[key]["cause"] for key, rests_on in below.items() if not rests_on} == {"person"}
    assert any(item["cause"] == "time" for item in found["items"])


def assert_all_of_it_lies_in_the_logs(settings: InstallationSettings, found: Row) -> None:
    """Each entry is the item of `/log`, text for text, the school's own, and proven under a signed checkpoint."""
    policy = Policy.read((settings.public_folder / "policy").read_bytes())
    with as_actor(settings, issuer(settings).token(new_id(2), [Role.AUDITOR])) as http:
        for item in found["items"]:
            asked = {"after": item["position"] - 1, "limit": 1}
            (line,) = http.get(f"/{item['service']}/log", params=asked).raise_for_status().json()["items"]
            assert line == {name: item[name] for name in line}
            assert orjson.loads(item["state"])["school"] == "jiangyin"
            assert_proven(policy, item)


def assert_proven(policy: Policy, item: Row) -> None:
    proof = item["proof"]
    head = policy.check(Note.read(proof["checkpoint"].encode())).checkpoint
    leaf = read_leaf(proof["leaf"].encode())
    stored = leaf_of(
        leaf.log, item["position"], UUID(item["stream"]), item["version"], item["event"], item["state"].encode()
    )
    hashes = [base64.b64decode(hash) for hash in proof["hashes"]]
    assert (leaf, leaf.log) == (stored, f"mingban.example/{item['service']}")
    verify_inclusion(leaf_hash(leaf.text), proof["index"], head.size, hashes, head.root)


def assert_who_may_ask(settings: InstallationSettings, path: str) -> None:
    for role in (Role.SCHOOL, Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.AUDITOR):
        assert asked(settings, path, role).status_code == 200
    for role in (Role.TEACHER, Role.HOST, Role.TRAINEE, Role.EXPERT, Role.PAYER):
        assert problem(asked(settings, path, role)) == (403, "forbidden")
    assert problem(asked(settings, path, Role.SCHOOL, "wuxi")) == (404, "not-found")
    assert problem(asked(settings, f"finance/funds/{UUID(int=1)}", Role.SCHOOL)) == (404, "not-found")


def asked(settings: InstallationSettings, path: str, role: Role, school: str = "jiangyin") -> Any:
    with as_actor(settings, issuer(settings).token(new_id(4), [role], school)) as http:
        return http.get(f"/{path}/causes")


def assert_without_a_service_there_is_no_chain(settings: InstallationSettings, path: str) -> None:
    """Finance in a process of its own, and nobody where the others should be."""
    away = Neighbours(f"http://127.0.0.1:{free_port()}", lambda: "a-token")
    headers = {"Authorization": f"Bearer {school_token(settings, 'jiangyin')}"}
    for neighbours in (away, None):
        for client in alone(settings, neighbours):
            answer = client.get(path, headers=headers, params={"kind": "cut"})
            assert problem(answer) == (503, "service-away")
            assert answer.json()["service"] == "assessment"


def alone(settings: InstallationSettings, neighbours: Neighbours | None) -> Iterator[TestClient]:
    app = build(SERVICES["finance"], settings, neighbours=neighbours)
    with TestClient(assemble({"finance": app}), raise_server_exceptions=False) as client:
        yield client
