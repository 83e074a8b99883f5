"""The whole arrow once: from an opened round over HTTP to a studio with its host's name."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from services.applications.service import applications
from shared.kernel.published import ExpertAppointed
from tests.conftest import Installation
from tests.slice import Slice

PRINCIPAL, OFFICER_LIU, HEAD_HE, CHEN_JING, SUN = (UUID(int=number) for number in range(1, 6))
EXPERTS = [UUID(int=number) for number in range(11, 16)]
ROUND, APPLICATION = UUID(int=50), UUID(int=60)
ONE = {"application_id": str(APPLICATION)}


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    made = Slice(applications, installation(["applications"], clock="2023-03-31T09:00:00+08:00"))
    with made.client:
        yield made


def test_a_recommended_host_is_published_after_the_notice_and_gives_the_studio_its_name(slice_: Slice) -> None:
    seen = f"/applications/{APPLICATION}"
    this_round, listed = {"round_id": str(ROUND)}, f"/rounds/{ROUND}"
    opened = this_round | {"title": "2023年", "deadline": "2023-03-31", "places": 1}
    applied = ONE | {
        "round_id": str(ROUND), "department": "mechanical", "on_duty": True, "semesters": 12,
        "title": "intermediate", "class_honor": "county",
        "contests": [{"title": "班主任能力比赛", "level": "province", "won_on": "2020-05-01"}],
    }  # fmt: skip
    person = {"name": "陈静", "department": "mechanical"}
    token = slice_._headers(OFFICER_LIU, ["personnel"])
    slice_.client.put(f"/applications/persons/{CHEN_JING}", json=person, headers=token)
    slice_.ask("/rounds", opened, OFFICER_LIU, ["personnel"], "2023-03-23")
    slice_.ask("/applications", applied, CHEN_JING, ["teacher"], "2023-03-31")
    head, decision = ["department:mechanical"], ONE | {"verdict": "approved"}
    returned = ONE | {"level": "department", "verdict": "returned", "reason": "材料不全"}
    slice_.ask("/reviews", returned, HEAD_HE, head, "2023-03-31", seen)
    slice_.ask("/resubmissions", applied, CHEN_JING, ["teacher"], "2023-03-31")
    slice_.comes("2023-04-07")
    slice_.ask("/reviews", decision | {"level": "department", "attests": True}, HEAD_HE, head, "2023-04-03", seen)
    alone = slice_.ask(
        "/reviews", decision | {"level": "student_affairs"}, SUN, ["student_affairs"], "2023-04-03", seen
    )
    handed_in = slice_.ask("/department-batches", this_round, HEAD_HE, head, "2023-04-03")
    for level, by in (("student_affairs", SUN), ("personnel", OFFICER_LIU)):
        slice_.ask("/reviews", decision | {"level": level}, by, [level], "2023-04-03", seen)
    slice_.told(
        "assessment", *(ExpertAppointed(person_id=e, until=date(2026, 12, 31)) for e in EXPERTS), on="2023-03-23"
    )
    slice_.caught_up()
    for expert in EXPERTS:
        slice_.ask("/panel-scores", ONE | {"points": [60] * 6}, expert, ["expert"], "2023-04-04")
    slice_.ask("/panel-conclusions", ONE, OFFICER_LIU, ["personnel"], "2023-04-06", seen)

    too_early = slice_.ask("/studios", ONE, PRINCIPAL, ["school"], "2023-04-07")
    slice_.ask("/rankings", this_round, OFFICER_LIU, ["personnel"], "2023-04-07")
    slice_.ask("/posted-lists", this_round, PRINCIPAL, ["school"], "2023-04-07", listed)
    slice_.caught_up()
    slice_.runtime.clock.move_to(slice_.runtime.clock.now().replace(day=17))
    slice_.caught_up()
    established = slice_.ask("/studios", ONE, PRINCIPAL, ["school"], "2023-04-17")
    slice_.ask(
        "/duty-changes", {"person_id": str(CHEN_JING), "on_duty": False, "since": "2023-04-17"}, OFFICER_LIU,
        ["personnel"], "2023-04-17",
    )  # fmt: skip
    slice_.caught_up()
    mine = slice_.look(seen, CHEN_JING, ["teacher"]).json()
    table = slice_.look(f"/batches/{handed_in.json()['stream']}", HEAD_HE, head).json()
    shown = slice_.look(f"/studios/{established.json()['stream']}", CHEN_JING, ["teacher"]).json()

    assert (too_early.status_code, too_early.json()["rule"]) == (409, "APP-05")
    assert (alone.status_code, alone.json()["rule"]) == (409, "APP-03")
    assert [(one["flag"], one["state"]) for one in mine["preferences"]][:2] == [("P1", "met"), ("P2", "unmet")]
    assert [one["verdict"] for one in mine["decisions"]] == ["returned", *["approved"] * 5]
    assert [one["flags"] for one in table["entries"]] == [["P1"]]
    assert len(slice_.look(listed, PRINCIPAL, ["school"]).json()["ranking"]) == 1
    assert slice_.look(listed, CHEN_JING, ["teacher"]).json()["ranking"] == []
    assert (shown["name"], shown["state"]) == ("陈静名班主任工作室", "selected")
    assert slice_.look(f"/rounds/{ROUND}", PRINCIPAL, ["school"]).json()["published_on"] == "2023-04-15"
    assert slice_.log() == [
        "applications.round-opened",
        "applications.applied",
        "applications.candidacy-reserved",
        "applications.application-entered",
        "applications.reviewed",
        "applications.resubmitted",
        "applications.reviewed",
        "applications.batch-submitted",
        "applications.reviewed",
        "applications.reviewed",
        *["applications.expert-noted"] * 5,
        *["applications.panel-scored"] * 5,
        "applications.reviewed",
        "applications.candidates-ranked",
        "applications.list-posted",
        "applications.reviewed",
        "applications.list-published",
        "applications.application-published",
        "applications.studio-established",
        "applications.name-reserved",
        "applications.hosting-began",
        "applications.duty-changed",
    ]
