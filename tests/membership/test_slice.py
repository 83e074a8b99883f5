"""The whole arrow once: applications' events, HTTP, log, own reactions, rows, HTTP."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from services.membership.aggregates.membership import Membership
from services.membership.service import membership
from shared.kernel.published import PlanFiled, StudioEstablished, StudioPlaqued
from tests.conftest import Installation
from tests.slice import Slice

CHEN_JING, HU_JUN, OFFICER_LIU, OFFICER_SUN = (UUID(int=number) for number in range(1, 5))
STUDIO, SESSION = UUID(int=50), UUID(int=70)
MEMBERSHIP = Membership.id_for(STUDIO, HU_JUN)
ESTABLISHED = StudioEstablished(
    studio_id=STUDIO, round_id=UUID(int=51), application_id=UUID(int=52), host_id=CHEN_JING,
    department="mechanical", name_form="host", name_id=UUID(int=53),
)  # fmt: skip
PLAN_FILED = PlanFiled(studio_id=STUDIO, sessions_a_year=(9, 9, 9))
PLAQUED = StudioPlaqued(
    studio_id=STUDIO, host_id=CHEN_JING, plaqued_on=date(2023, 4, 24), ends_on=date(2026, 4, 24),
    midterm_due_on=date(2024, 10, 24), midterm_opens_on=date(2024, 7, 24), midterm_closes_on=date(2025, 1, 24),
)  # fmt: skip
AGREEMENT = {"duties": "带教与研修", "tasks": "每学期一节班会课", "assessment_method": "考勤与结业评价"}


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    made = Slice(membership, installation(["membership"], clock="2023-05-10T09:00:00+08:00"))
    with made.client:
        yield made


def test_two_who_chose_each_other_sign_file_meet_and_are_counted(slice_: Slice) -> None:
    one, signed = {"membership_id": str(MEMBERSHIP)}, {"membership_id": str(MEMBERSHIP), "document": "a" * 64}
    studio, session = {"studio_id": str(STUDIO)}, {"studio_id": str(STUDIO), "session_id": str(SESSION)}
    planned = {"held_on": "2023-05-10", "place": "博学楼301", "topic": "沟通艺术", "class_hours": 4}
    slice_.told("applications", ESTABLISHED, on="2023-04-17")
    slice_.caught_up()
    slice_.ask("/trainee-choices", studio | {"person_id": str(HU_JUN)}, CHEN_JING, ["host"], "2023-04-19")
    slice_.ask("/host-choices", studio, HU_JUN, ["teacher"], "2023-04-19")
    slice_.ask("/agreements", one | AGREEMENT, CHEN_JING, ["host"], "2023-04-20")
    slice_.ask("/signatures", signed, CHEN_JING, ["host"], "2023-04-20")
    slice_.ask("/signatures", signed, HU_JUN, ["trainee"], "2023-04-20")

    too_early = slice_.ask("/agreement-receipts", one, OFFICER_LIU, ["personnel"], "2023-04-21")
    slice_.told("applications", PLAN_FILED, PLAQUED, on="2023-04-24")
    slice_.caught_up()
    slice_.ask("/agreement-receipts", one, OFFICER_LIU, ["personnel"], "2023-04-24")
    joined = slice_.ask("/agreement-receipts", one, OFFICER_SUN, ["student_affairs"], "2023-04-24")
    slice_.ask("/planned-sessions", session | planned, CHEN_JING, ["host"], "2023-05-10")
    slice_.ask("/sessions", session, CHEN_JING, ["host"], "2023-05-10")
    roll = {"session_id": str(SESSION), "present": [str(HU_JUN)]}
    slice_.ask("/rolls", roll, CHEN_JING, ["host"], "2023-05-10")
    closed = slice_.ask(
        "/roll-closures", {"session_id": str(SESSION)}, CHEN_JING, ["host"], "2023-05-10", f"/sessions/{SESSION}"
    )
    slice_.caught_up()

    assert (too_early.status_code, too_early.json()["rule"]) == (409, "MEM-05")
    assert "membership.member-joined" in joined.json()["events"]
    assert closed.json()["events"] == [
        "membership.session-attended", "membership.roll-closed", "membership.session-settled",
    ]  # fmt: skip
    attendance = slice_.look("/attendance", HU_JUN, ["trainee"]).json()["items"]
    assert [(row["attended"], row["missed"], row["attended_hours"]) for row in attendance] == [(1, 0, 4)]
