"""The whole arrow once: applications' events, HTTP, log, own reactions, rows, HTTP."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from services.membership.aggregates.membership import Membership
from services.membership.service import membership
from shared.kernel.published import HostChanged, PlanFiled, StudioEstablished, StudioPlaqued
from tests.conftest import Installation
from tests.slice import Slice

CHEN_JING, HU_JUN, OFFICER_LIU, OFFICER_SUN = (UUID(int=number) for number in range(1, 5))
WANG_LEI = UUID(int=5)
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
HOST_CHANGED = HostChanged(
    studio_id=STUDIO, former_host_id=CHEN_JING, host_id=WANG_LEI, changed_on=date(2023, 5, 9), name_form="host",
    name_id=UUID(int=54),
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
        "membership.attendance-counted",
    ]  # fmt: skip
    attendance = slice_.look("/attendance", HU_JUN, ["trainee"]).json()["items"]
    assert [(row["attended"], row["absent"], row["attended_hours"], row["absences_left"]) for row in attendance] == [
        (1, 0, 4, 2)
    ]


def test_a_third_missed_is_objected_to_dismissed_corrected_and_recorded(slice_: Slice) -> None:
    one, studio = {"membership_id": str(MEMBERSHIP)}, {"studio_id": str(STUDIO)}
    signed = one | {"document": "a" * 64}
    joined(slice_, one, studio, signed)
    for number in range(3):
        miss_a_session(slice_, studio, UUID(int=80 + number), f"2023-05-0{number + 1}")
    pending = slice_.look(f"/memberships/{MEMBERSHIP}", HU_JUN, ["trainee"], at_least=slice_.runtime.rows.position())

    objected = slice_.ask("/objections", one | {"reason": "公派"}, HU_JUN, ["trainee"], "2023-05-05")
    answer = one | {"upheld": False, "reason": "无记录"}
    dismissed = slice_.ask("/objection-answers", answer, OFFICER_LIU, ["personnel"], "2023-05-06")
    slice_.caught_up()
    state_then = slice_.look(f"/memberships/{MEMBERSHIP}", HU_JUN, ["trainee"]).json()["state"]
    # Working days end on the 10th (the 6th is a make-up day): the timer's day is the 11th, after the clock's today.
    correction = {"session_id": str(UUID(int=80)), "person_id": str(HU_JUN), "mark": "present", "reason": "签到表"}
    corrected = slice_.ask("/roll-corrections", correction, OFFICER_SUN, ["student_affairs"], "2023-05-10")
    item = one | {
        "item_id": str(UUID(int=90)), "kind": "study", "title": "读书笔记", "document": "b" * 64,
        "happened_on": "2023-05-09",
    }  # fmt: skip
    filed = slice_.ask("/training-file-items", item, HU_JUN, ["trainee"], "2023-05-10")
    plan = studio | {"year": 1, "document": "c" * 64, "tasks": []}
    planned = slice_.ask("/yearly-plans", plan, CHEN_JING, ["host"], "2023-05-10")
    room = slice_.ask("/workplaces", studio | {"room": "德育楼301"}, OFFICER_LIU, ["personnel"], "2023-05-10")
    slice_.caught_up()

    assert pending.json()["state"] == "removal_pending"
    assert pending.json()["removal"]["denominator"] == 9
    assert objected.json()["events"] == ["membership.objection-raised"]
    assert dismissed.json()["events"] == ["membership.objection-answered"]
    assert state_then == "removal_pending"
    assert "membership.removal-lifted" in corrected.json()["events"]
    assert (filed.status_code, planned.status_code, room.status_code) == (201, 201, 201)
    files = slice_.look("/training-files", HU_JUN, ["trainee"]).json()["items"]
    assert [item["title"] for file in files for item in file["items"]] == ["读书笔记"]
    (studio_file,) = slice_.look("/studio-files", CHEN_JING, ["host"]).json()["items"]
    assert (studio_file["room"], studio_file["years"]["1"]["plan"]) == ("德育楼301", "c" * 64)


def test_a_removal_nobody_objects_to_takes_effect_by_time_and_once(slice_: Slice) -> None:
    one, studio = {"membership_id": str(MEMBERSHIP)}, {"studio_id": str(STUDIO)}
    joined(slice_, one, studio, one | {"document": "a" * 64})
    for number in range(3):
        miss_a_session(slice_, studio, UUID(int=80 + number), f"2023-04-2{number + 5}", closed_on="2023-04-27")
    # Dated back, but recorded on the 10th: from then on there are five working days to object, through the 17th.
    slice_.comes("2023-05-17")
    too_early = slice_.log().count("membership.member-removed")
    slice_.comes("2023-05-18")

    state = slice_.look(f"/memberships/{MEMBERSHIP}", HU_JUN, ["trainee"]).json()["state"]
    assert too_early == 0
    assert (state, slice_.log().count("membership.member-removed")) == ("removed", 1)


def joined(slice_: Slice, one: dict[str, str], studio: dict[str, str], signed: dict[str, str]) -> None:
    slice_.told("applications", ESTABLISHED, PLAN_FILED, PLAQUED, on="2023-04-24")
    slice_.caught_up()
    slice_.ask("/trainee-choices", studio | {"person_id": str(HU_JUN)}, CHEN_JING, ["host"], "2023-04-24")
    slice_.ask("/host-choices", studio, HU_JUN, ["teacher"], "2023-04-24")
    slice_.ask("/agreements", one | AGREEMENT, CHEN_JING, ["host"], "2023-04-24")
    slice_.ask("/signatures", signed, CHEN_JING, ["host"], "2023-04-24")
    slice_.ask("/signatures", signed, HU_JUN, ["trainee"], "2023-04-24")
    slice_.ask("/agreement-receipts", one, OFFICER_LIU, ["personnel"], "2023-04-24")
    slice_.ask("/agreement-receipts", one, OFFICER_SUN, ["student_affairs"], "2023-04-24")


def miss_a_session(slice_: Slice, studio: dict[str, str], id: UUID, day: str, closed_on: str = "2023-05-04") -> None:
    session = studio | {"session_id": str(id)}
    planned = {"held_on": day, "place": "博学楼301", "topic": "沟通艺术", "class_hours": 4}
    slice_.ask("/planned-sessions", session | planned, CHEN_JING, ["host"], day)
    slice_.ask("/sessions", session, CHEN_JING, ["host"], day)
    body = {"session_id": str(id)}
    assert slice_.ask("/roll-closures", body, CHEN_JING, ["host"], closed_on, f"/sessions/{id}").is_success
    slice_.caught_up()


@pytest.mark.rule("MEM-07", "MEM-16", "MEM-17", "MEM-21", "SIL-04", "SIL-06", "SIL-07", "SIL-12", "AMB-26")
def test_a_year_with_an_excuse_a_violation_and_a_new_host(slice_: Slice) -> None:
    one, studio = {"membership_id": str(MEMBERSHIP)}, {"studio_id": str(STUDIO)}
    joined(slice_, one, studio, one | {"document": "a" * 64})
    session = studio | {"session_id": str(SESSION)}
    plan = {"held_on": "2023-05-05", "place": "A201", "topic": "班会", "class_hours": 4}
    slice_.ask("/planned-sessions", session | plan, CHEN_JING, ["host"], "2023-04-25")
    excuse = session | {"excuse_id": str(UUID(int=95)), "kind": "official_duty", "reason": "市里会议"}
    asked = slice_.ask("/excuses", excuse, HU_JUN, ["trainee"], "2023-04-26")
    answer = {"session_id": str(SESSION), "excuse_id": str(UUID(int=95)), "granted": True, "reason": "属实"}
    granted = slice_.ask("/excuse-answers", answer, CHEN_JING, ["host"], "2023-04-26")
    held = slice_.ask("/sessions", session, CHEN_JING, ["host"], "2023-05-05")
    slice_.runtime.projection.catch_up()
    open_before = slice_.look("/open-matters", CHEN_JING, ["host"])
    body = {"session_id": str(SESSION)}
    closed = slice_.ask("/roll-closures", body, CHEN_JING, ["host"], "2023-05-05", f"/sessions/{SESSION}")
    violation = {
        "violation_id": str(UUID(int=96)), "person_id": str(HU_JUN), "item": 9, "document": "c" * 64,
        "summary": "收受礼品",
    }  # fmt: skip
    recorded = slice_.ask("/conduct-violations", studio | violation, OFFICER_LIU, ["personnel"], "2023-05-06")
    slice_.caught_up()
    suspended = slice_.look(f"/memberships/{MEMBERSHIP}", HU_JUN, ["trainee"]).json()
    decision = {"violation_id": str(UUID(int=96)), "confirmed": False, "reason": "查无实据"}
    decided = slice_.ask("/conduct-decisions", decision, OFFICER_SUN, ["school"], "2023-05-08")
    appraisal = studio | {"year": 1, "points": 80, "text": "良好"}
    appraised = slice_.ask("/yearly-appraisals", appraisal, OFFICER_LIU, ["personnel"], "2023-05-08")
    slice_.told("applications", HOST_CHANGED, on="2023-05-09")
    slice_.caught_up()

    assert [answer.status_code for answer in (asked, granted, held, closed, recorded, decided, appraised)] == [201] * 7
    assert held.json()["events"] == ["membership.session-held", "membership.roll-marked"]
    (waiting,) = open_before.json()["items"]
    assert (waiting["rolls_open"], waiting["plans_unfiled"]) == ([str(SESSION)], [str(MEMBERSHIP)])
    assert (suspended["state"], suspended["designation"]) == ("suspended", None)
    row = slice_.look(f"/memberships/{MEMBERSHIP}", HU_JUN, ["trainee"]).json()
    assert (row["state"], row["host_id"], row["designation"]) == ("joined", str(WANG_LEI), "candidate")
    (excused,) = slice_.look("/excuses", HU_JUN, ["trainee"]).json()["items"]
    assert (excused["granted"], excused["answer"]) == (True, "属实")
    (case,) = slice_.look("/conduct", HU_JUN, ["trainee"]).json()["items"]
    assert (case["state"], case["item"]) == ("dismissed", 9)
    report = slice_.look("/yearly-reports", WANG_LEI, ["host"], year=1).json()["items"][0]
    assert (report["sessions_held"], report["class_hours"], report["appraisal_points"]) == (1, 4, 80)
    assert report["missing"] == ["plan", "sessions", "feedback", "summary"]
    (roster,) = slice_.look("/rosters", WANG_LEI, ["host"], host_id=str(WANG_LEI)).json()["items"]
    assert (roster["size"], roster["undecided"]) == ("small", {})
