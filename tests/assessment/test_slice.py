"""The whole arrow once: a panel's sheets over HTTP, the notice, the result in effect."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.service import assessment
from shared.kernel.published import StudioEstablished, StudioPlaqued
from tests.conftest import Installation
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
