"""The whole arrow once: from an opened round over HTTP to a studio with its host's name."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from services.applications.service import applications
from shared.kernel.published import ExpertAppointed
from tests.conftest import Installation
from tests.slice import Slice

PRINCIPAL, OFFICER_LIU, HEAD_HE, CHEN_JING = (UUID(int=number) for number in range(1, 5))
EXPERTS = [UUID(int=number) for number in range(11, 16)]
ROUND, APPLICATION = UUID(int=50), UUID(int=60)
ONE = {"application_id": str(APPLICATION)}


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    made = Slice(applications, installation(["applications"], clock="2023-04-07T09:00:00+08:00"))
    with made.client:
        yield made


def test_a_recommended_host_is_published_after_the_notice_and_gives_the_studio_its_name(slice_: Slice) -> None:
    seen = f"/applications/{APPLICATION}"
    opened = {"round_id": str(ROUND), "title": "2023年", "deadline": "2023-03-31", "places": 1}
    applied = ONE | {
        "round_id": str(ROUND), "department": "mechanical", "on_duty": True, "semesters": 12,
        "title": "intermediate", "class_honor": "county",
    }  # fmt: skip
    person = {"name": "陈静", "department": "mechanical"}
    token = slice_._headers(OFFICER_LIU, ["personnel"])
    slice_.client.put(f"/applications/persons/{CHEN_JING}", json=person, headers=token)
    slice_.ask("/rounds", opened, OFFICER_LIU, ["personnel"], "2023-03-23")
    slice_.ask("/applications", applied, CHEN_JING, ["teacher"], "2023-03-31")
    for level, by, role in (("department", HEAD_HE, "department:mechanical"), ("office", OFFICER_LIU, "personnel")):
        body = ONE | {"level": level, "verdict": "approved"}
        slice_.ask("/reviews", body, by, [role], "2023-04-03", seen)
    slice_.told(
        "assessment", *(ExpertAppointed(person_id=e, until=date(2026, 12, 31)) for e in EXPERTS), on="2023-03-23"
    )
    slice_.caught_up()
    for expert in EXPERTS:
        slice_.ask("/panel-scores", ONE | {"points": [60] * 6}, expert, ["expert"], "2023-04-04")
    slice_.ask("/panel-conclusions", ONE, OFFICER_LIU, ["personnel"], "2023-04-06", seen)

    too_early = slice_.ask("/studios", ONE, PRINCIPAL, ["school"], "2023-04-07")
    posted = {"round_id": str(ROUND), "application_ids": [str(APPLICATION)]}
    slice_.ask("/posted-lists", posted, PRINCIPAL, ["school"], "2023-04-07", f"/rounds/{ROUND}")
    slice_.caught_up()
    slice_.runtime.clock.move_to(slice_.runtime.clock.now().replace(day=17))
    slice_.caught_up()
    established = slice_.ask("/studios", ONE, PRINCIPAL, ["school"], "2023-04-17")
    slice_.caught_up()
    shown = slice_.look(f"/studios/{established.json()['stream']}", CHEN_JING, ["teacher"]).json()

    assert (too_early.status_code, too_early.json()["rule"]) == (409, "APP-05")
    assert (shown["name"], shown["state"]) == ("陈静名班主任工作室", "selected")
    assert slice_.look(f"/rounds/{ROUND}", PRINCIPAL, ["school"]).json()["published_on"] == "2023-04-15"
    assert slice_.log() == [
        "applications.round-opened",
        "applications.applied",
        "applications.candidacy-reserved",
        "applications.reviewed",
        "applications.reviewed",
        *["applications.expert-noted"] * 5,
        *["applications.panel-scored"] * 5,
        "applications.reviewed",
        "applications.list-posted",
        "applications.list-published",
        "applications.application-published",
        "applications.studio-established",
        "applications.name-reserved",
    ]
