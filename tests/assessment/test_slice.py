"""The whole arrow once: a panel's sheets over HTTP, the notice, the result in effect."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.events import certificate_id
from services.assessment.service import assessment
from shared.chassis.follower import Follower
from shared.chassis.upstream import OwnLog
from shared.kernel.published import (
    MemberJoined,
    PersonErased,
    RosterEntry,
    SettingsAdopted,
    StudioEstablished,
    StudioPlaqued,
    StudioRosterClosed,
    TraineeEvaluated,
)
from shared.kernel.values import Points
from tests.conftest import Installation
from tests.scenario import SCHOOL
from tests.slice import Slice

CHEN_JING, OFFICER_LIU = UUID(int=1), UUID(int=2)
EXPERTS = [UUID(int=number) for number in range(11, 16)]
STUDIO = UUID(int=50)
MIDTERM = Evaluation.id_for(STUDIO, "midterm")
STAGE = {"studio_id": str(STUDIO), "stage": "midterm"}
ESTABLISHED = StudioEstablished(
    studio_id=STUDIO, round_id=UUID(int=51), application_id=UUID(int=52), host_id=CHEN_JING,
    department="mechanical", name_form="host", name_id=UUID(int=53),
)  # fmt: skip
PLAQUED = StudioPlaqued(
    studio_id=STUDIO, host_id=CHEN_JING, plaqued_on=date(2023, 4, 24), ends_on=date(2026, 4, 24),
    midterm_due_on=date(2024, 10, 24), midterm_opens_on=date(2024, 7, 24), midterm_closes_on=date(2025, 1, 24),
)  # fmt: skip
RUBRIC = {
    "sections": [{"title": "总体要求", "weight": 100, "items": [{"title": "领导有力", "guidance": ["定期听取汇报"]}]}]
}


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    made = Slice(assessment, installation(["assessment"], clock="2024-10-24T09:00:00+08:00"))
    with made.client:
        yield made


@pytest.mark.rule("ASM-03", "A.9-1", "A.9-22")
@pytest.mark.parametrize(
    ("middle", "events"),
    [
        (60, ["assessment.evaluated"]),
        (59, ["assessment.evaluated", "assessment.studio-disqualified"]),
    ],
    ids=["60 passes", "59 fails"],
)
def test_a_mid_term_takes_effect_when_its_notice_is_over(slice_: Slice, middle: int, events: list[str]) -> None:
    slice_.told("applications", ESTABLISHED, PLAQUED, on="2023-04-24")
    slice_.caught_up()
    slice_.ask("/rubrics", RUBRIC, OFFICER_LIU, ["personnel"], "2024-10-24")
    for expert in EXPERTS:
        body = {"person_id": str(expert), "until": "2025-12-31"}
        slice_.ask("/expert-appointments", body, OFFICER_LIU, ["personnel"], "2024-10-24")
    panel = STAGE | {"experts": [str(expert) for expert in EXPERTS]}
    slice_.ask("/panels", panel, OFFICER_LIU, ["personnel"], "2024-10-24")
    for expert, points in zip(EXPERTS, (middle, middle, middle, 100, 0), strict=True):
        slice_.ask("/sheets", STAGE | {"points": [points]}, expert, ["expert"], "2024-10-24")

    scored = slice_.ask("/scores", STAGE, OFFICER_LIU, ["personnel"], "2024-10-24", f"/evaluations/{MIDTERM}")
    slice_.caught_up()
    provisional = slice_.look(f"/evaluations/{MIDTERM}", OFFICER_LIU, ["personnel"]).json()
    slice_.runtime.clock.move_to(slice_.runtime.clock.now().replace(month=11, day=1))
    slice_.caught_up()
    effective = slice_.look(f"/evaluations/{MIDTERM}", OFFICER_LIU, ["personnel"]).json()

    assert scored.status_code == 201
    assert (provisional["state"], provisional["score_hundredths"]) == ("provisional", middle * 100)
    assert (effective["state"], effective["passed"], effective["effective_on"]) == (
        "effective",
        middle == 60,
        "2024-11-01",
    )
    assert slice_.log()[-len(events) :] == events


TRAINEE, FINAL = UUID(int=3), Evaluation.id_for(STUDIO, "final")
OFFICE = (OFFICER_LIU, ["personnel"])
WHO = {"studio_id": STUDIO, "membership_id": UUID(int=54), "person_id": TRAINEE}
ENTRY = RosterEntry(
    person_id=TRAINEE, membership_id=UUID(int=54), status="active", attended_hours=37, sessions_obliged=10,
    sessions_attended=9, unexcused_absences=0, host_points=90, plan_filed=True,
)  # fmt: skip
FINAL_STAGE = {"studio_id": str(STUDIO), "stage": "final"}


def move_to(slice_: Slice, year: int, month: int, day: int) -> None:
    slice_.runtime.clock.move_to(slice_.runtime.clock.now().replace(year=year, month=month, day=day))
    slice_.caught_up()


def follows_itself(slice_: Slice) -> None:
    """A final in effect reaches the case through the service's own log."""
    follower = Follower(slice_.runtime, "assessment", OwnLog(slice_.runtime.log))
    assert slice_.client.portal is not None
    slice_.client.portal.call(follower.catch_up)
    slice_.caught_up()


def judged(slice_: Slice, stage: dict[str, str], points: int, on: str) -> None:
    """The panel sits, its first expert steps aside, four score sixteen items evenly."""
    panel = stage | {"experts": [str(expert) for expert in EXPERTS]}
    assert slice_.ask("/panels", panel, *OFFICE, on).status_code == 201
    aside = stage | {"expert_id": str(EXPERTS[0]), "reason": "与主持人同一系部"}
    assert slice_.ask("/recusals", aside, EXPERTS[1], ["expert"], on).status_code == 403
    assert slice_.ask("/recusals", aside, EXPERTS[0], ["expert"], on).status_code == 201
    sheet = stage | {"points": [points] * 16}
    refused = slice_.ask("/sheets", sheet, EXPERTS[0], ["expert"], on)
    assert (refused.status_code, refused.json()["rule"]) == (409, "SIL-02")
    for expert in EXPERTS[1:]:
        assert slice_.ask("/sheets", sheet, expert, ["expert"], on).status_code == 201
    seen = f"/evaluations/{Evaluation.id_for(STUDIO, stage['stage'])}"
    assert slice_.ask("/scores", stage, *OFFICE, on, seen).status_code == 201
    slice_.caught_up()


def reasons_of(slice_: Slice, certificate: UUID) -> list[str]:
    """Why the certificate does not hold any more, as its explanation says."""
    headers = slice_._headers(*OFFICE) | {"Accept-Language": "en"}
    path = f"/assessment/certificates/{certificate}/explanation"
    items = slice_.client.get(path, headers=headers).json()["items"]
    return [told["value"] for one in items for told in one["inputs"] if told["name"] == "reason"]


@pytest.mark.rule("ASM-01", "ASM-05", "ASM-06", "ASM-07", "ASM-08", "ASM-10", "SIL-02", "AMB-14")
def test_from_annex_2_over_both_panels_to_the_register_of_certificates(slice_: Slice) -> None:
    slice_.told("applications", ESTABLISHED, PLAQUED, on="2023-04-24")
    slice_.told("applications", SettingsAdopted(number=1, effective_from=date(2024, 10, 25),
                                                values={"pass_score_points": 70}), on="2024-10-25")  # fmt: skip
    slice_.told("membership", MemberJoined(**WHO), on="2023-04-24")
    slice_.caught_up()
    annex_2 = slice_.look("/rubrics/annex-2", *OFFICE).json()
    slice_.ask("/rubrics", annex_2, *OFFICE, "2024-10-24")
    for expert in EXPERTS:
        body = {"person_id": str(expert), "until": "2026-12-31"}
        slice_.ask("/expert-appointments", body, *OFFICE, "2024-10-24")

    judged(slice_, STAGE, 60, "2024-10-24")
    posted = slice_.look(f"/evaluations/{MIDTERM}", *OFFICE).json()
    hosts_view = slice_.look(f"/evaluations/{MIDTERM}", CHEN_JING, ["host"]).json()
    move_to(slice_, 2024, 11, 1)
    midterm = slice_.look(f"/evaluations/{MIDTERM}", CHEN_JING, ["host"]).json()
    move_to(slice_, 2026, 4, 27)
    slice_.told("membership", TraineeEvaluated(**WHO, points=Points(90)), on="2026-04-20")
    slice_.told("membership", StudioRosterClosed(studio_id=STUDIO, members=(ENTRY,)), on="2026-04-25")
    slice_.caught_up()
    judged(slice_, FINAL_STAGE, 80, "2026-04-27")
    move_to(slice_, 2026, 5, 20)
    follows_itself(slice_)
    final = slice_.look(f"/evaluations/{FINAL}", CHEN_JING, ["host"]).json()

    certificate = certificate_id(STUDIO, TRAINEE)
    own = slice_.look(f"/certificates/{certificate}", TRAINEE, ["trainee"]).json()
    grounds = [(ground["service"], ground["stream"]) for ground in own["grounds"]]

    assert (own["class_hours"], own["credits_hundredths"], own["designation"]) == (37, 463, "学校骨干班主任")
    assert grounds[0] == ("assessment", str(FINAL))
    assert [service for service, _ in grounds] == ["assessment", "membership"]
    assert slice_.look(f"/certificates/{certificate}", UUID(int=4), ["trainee"]).status_code == 403
    assert slice_.look("/certificates", UUID(int=4), ["trainee"]).json()["items"] == []
    assert len(slice_.look("/certificates", *OFFICE).json()["items"]) == 1
    assert slice_.log().count("assessment.title-awarded") == 1
    revocation = {
        "studio_id": str(STUDIO),
        "certificate_id": str(certificate),
        "reason_code": "error",
        "reason": "有误",
    }
    assert (
        slice_.look(f"/certificate-status/{SCHOOL}/{certificate}", UUID(int=4), ["teacher"]).json()["status"] == "valid"
    )
    assert slice_.ask("/revocations", revocation, UUID(int=5), ["school"], "2026-05-20").status_code == 201
    slice_.caught_up()
    assert slice_.look(f"/certificate-status/{SCHOOL}/{certificate}", UUID(int=4), ["teacher"]).json() == {
        "certificate_id": str(certificate), "status": "revoked", "issued_on": "2026-05-08", "ended_on": "2026-05-20",
    }  # fmt: skip
    assert set(reasons_of(slice_, certificate)) == {"有误"}
    slice_.told("applications", PersonErased(person_id=TRAINEE), on="2026-05-20")
    slice_.caught_up()
    assert set(reasons_of(slice_, certificate)) == {"erased at the person's request"}
    assert slice_.look("/rubrics", *OFFICE).json()["items"][0]["number"] == 1
    assert len(slice_.look("/experts", *OFFICE).json()["items"]) == 5
    assert [sheet["total"] for sheet in posted["explained"]] == ["60.00"] * 4
    assert (hosts_view["score_hundredths"], hosts_view["explained"], hosts_view["recused"]) == (6000, [], [])
    assert (posted["state"], posted["recused"], posted["pass_points"]) == ("provisional", [str(EXPERTS[0])], 60)
    assert (posted["notice_ends_on"], posted["takes_effect_on"]) == ("2024-10-31", "2024-11-01")
    assert (midterm["passed"], midterm["settings_version"]) == (True, 0)
    assert (final["state"], final["score_hundredths"], final["pass_points"]) == ("effective", 8000, 70)


@pytest.mark.rule("A.9-13", "AMB-13")
def test_an_overdue_mid_term_is_alarmed_once_by_time(slice_: Slice) -> None:
    slice_.told("applications", ESTABLISHED, PLAQUED, on="2023-04-24")
    slice_.caught_up()
    move_to(slice_, 2025, 1, 24)
    in_time = slice_.look(f"/evaluations/{MIDTERM}", *OFFICE).json()
    move_to(slice_, 2025, 1, 25)
    late = slice_.look(f"/evaluations/{MIDTERM}", *OFFICE).json()
    move_to(slice_, 2025, 3, 3)

    assert (in_time["is_overdue"], late["is_overdue"]) == (False, True)
    assert slice_.log().count("assessment.midterm-overdue") == 1


OTHERS = [UUID(int=number) for number in range(16, 21)]


@pytest.mark.rule("SIL-01", "SIL-03", "A.9-1", "AMB-15")
def test_a_contested_mid_term_waits_for_other_experts_and_takes_effect_with_their_score(slice_: Slice) -> None:
    """The notice of 2024-10-24 ends on 10-31; an objection extends it to 11-07; the re-check is posted on 11-12."""
    slice_.told("applications", ESTABLISHED, PLAQUED, on="2023-04-24")
    slice_.caught_up()
    slice_.ask("/rubrics", RUBRIC, *OFFICE, "2024-10-24")
    for expert in (*EXPERTS, *OTHERS):
        slice_.ask("/expert-appointments", {"person_id": str(expert), "until": "2026-12-31"}, *OFFICE, "2024-10-24")
    seen = f"/evaluations/{MIDTERM}"
    slice_.ask("/panels", STAGE | {"experts": list(map(str, EXPERTS))}, *OFFICE, "2024-10-24")
    for expert in EXPERTS:
        slice_.ask("/sheets", STAGE | {"points": [50]}, expert, ["expert"], "2024-10-24")
    slice_.ask("/scores", STAGE, *OFFICE, "2024-10-24", seen)
    objection = STAGE | {"objection_id": str(UUID(int=70)), "reason": "评分依据有误"}
    assert slice_.ask("/result-objections", objection, TRAINEE, ["trainee"], "2024-10-24").status_code == 201
    asking = STAGE | {"reason": "复核"}
    assert slice_.ask("/recheck-requests", asking, TRAINEE, ["host"], "2024-10-24").status_code == 403
    slice_.comes("2024-11-01")
    extended = slice_.look(seen, *OFFICE).json()
    slice_.comes("2024-11-08")
    waiting = slice_.look(seen, *OFFICE).json()

    slice_.comes("2024-11-12")
    upheld = objection | {"upheld": True, "reason": "属实"}
    assert slice_.ask("/result-objection-answers", upheld, *OFFICE, "2024-11-12").status_code == 201
    others = STAGE | {"experts": list(map(str, OTHERS))}
    assert slice_.ask("/recheck-panels", others, *OFFICE, "2024-11-12").status_code == 201
    slice_.caught_up()
    to_score = slice_.look(seen, *OFFICE).json()["to_score"]
    for expert in OTHERS:
        assert slice_.ask("/sheets", STAGE | {"points": [60]}, expert, ["expert"], "2024-11-12").status_code == 201
    assert slice_.ask("/recheck-scores", STAGE, *OFFICE, "2024-11-12", seen).status_code == 201
    slice_.caught_up()
    effective = slice_.look(seen, *OFFICE).json()

    assert (extended["state"], extended["notice_ends_on"]) == ("objection", "2024-11-07")
    assert waiting["state"] == "objection"
    assert to_score == list(map(str, OTHERS))
    assert (effective["state"], effective["passed"], effective["effective_on"]) == ("effective", True, "2024-11-12")
    assert slice_.log()[-2:] == ["assessment.rescored", "assessment.evaluated"]


@pytest.mark.rule("SIL-08", "SIL-15")
def test_evidence_reports_and_the_status_of_a_certificate_over_http(slice_: Slice) -> None:
    slice_.told("applications", ESTABLISHED, PLAQUED, on="2023-04-24")
    slice_.caught_up()
    slice_.ask("/rubrics", RUBRIC, *OFFICE, "2024-10-24")
    evidence = {
        "evidence_id": str(UUID(int=80)), "studio_id": str(STUDIO), "title": "研修记录", "document": "a" * 64,
        "happened_on": "2024-10-01", "leaves": ["1.1.1"],
    }  # fmt: skip
    report = {"studio_id": str(STUDIO), "occasion": "midterm", "text": "自评", "evidence_ids": [str(UUID(int=80))]}

    assert slice_.ask("/evidence", evidence, TRAINEE, ["host"], "2024-10-24").status_code == 403
    assert slice_.ask("/evidence", evidence, CHEN_JING, ["host"], "2024-10-24").status_code == 201
    assert slice_.ask("/self-reports", report, CHEN_JING, ["host"], "2024-10-24").status_code == 201
    slice_.caught_up()
    shown = slice_.look(f"/evaluations/{MIDTERM}", *OFFICE).json()
    assert (shown["state"], shown["leaves"]) == ("self_report_in", ["1.1.1"])
    assert slice_.look("/evidence", CHEN_JING, ["host"]).json()["items"][0]["used_for"] == ["midterm"]
    assert slice_.look("/evidence", TRAINEE, ["host"]).json()["items"] == []
    assert slice_.look(f"/certificate-status/{SCHOOL}/{UUID(int=9)}", *OFFICE).status_code == 404


@pytest.mark.rule("AMB-15", "ASM-03")
def test_a_failed_mid_term_that_is_not_put_right_in_time_ends_the_studio(slice_: Slice) -> None:
    """Posted on 2024-10-24, in effect on 11-01; three months to put it right end on 2025-02-01."""
    adopted = SettingsAdopted(number=1, effective_from=date(2024, 1, 1), values={"midterm_rectification_months": 3})
    slice_.told("applications", ESTABLISHED, PLAQUED, adopted, on="2024-01-01")
    slice_.caught_up()
    slice_.ask("/rubrics", RUBRIC, *OFFICE, "2024-10-24")
    for expert in EXPERTS:
        slice_.ask("/expert-appointments", {"person_id": str(expert), "until": "2026-12-31"}, *OFFICE, "2024-10-24")
    slice_.ask("/panels", STAGE | {"experts": list(map(str, EXPERTS))}, *OFFICE, "2024-10-24")
    for expert in EXPERTS:
        slice_.ask("/sheets", STAGE | {"points": [59]}, expert, ["expert"], "2024-10-24")
    slice_.ask("/scores", STAGE, *OFFICE, "2024-10-24", f"/evaluations/{MIDTERM}")
    slice_.comes("2024-11-01")
    ordered = slice_.look(f"/evaluations/{MIDTERM}", *OFFICE).json()
    slice_.comes("2025-02-01")
    last_day = slice_.log()[-1]
    slice_.comes("2025-02-02")
    over = slice_.look(f"/evaluations/{MIDTERM}", *OFFICE).json()

    assert (ordered["state"], ordered["rectify_until"]) == ("rectification", "2025-02-01")
    assert last_day == "assessment.rectification-ordered"
    assert (over["state"], over["passed"], over["effective_on"]) == ("effective", False, "2025-02-02")
    assert slice_.log()[-2:] == ["assessment.evaluated", "assessment.studio-disqualified"]
