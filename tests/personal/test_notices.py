"""A posted list shows everybody who is on it; why a name was struck is for those who decide, and erasable."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.applications.service import applications
from tests.applications.test_slice_of_change import (
    APPLICATION,
    CHEN,
    LIU,
    OBJECTION,
    ONE,
    PRINCIPAL,
    ROUND,
    THIS,
    WANG,
    posted,
)
from tests.conftest import Installation
from tests.slice import Slice

SAID = "申报材料中的获奖证书系他人所得"
ERASED = "已按个人信息保护要求删除"
RAISED = THIS | ONE | {"objection_id": str(OBJECTION), "reason": "请核对证书"}
UPHELD = {"objection_id": str(OBJECTION), "upheld": True, "reason": SAID}


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    made = Slice(applications, installation(["applications"], clock="2023-03-31T09:00:00+08:00"))
    with made.client:
        posted(made)
        made.ask("/objections", RAISED, WANG, ["teacher"], "2023-04-07")
        made.ask("/objection-answers", UPHELD, LIU, ["personnel"], "2023-04-07")
        made.caught_up()
        yield made


def said(slice_: Slice) -> list[Any]:
    """Every place where an office reads why Chen Jing's name left the list."""
    round_ = slice_.look(f"/rounds/{ROUND}", LIU, ["personnel"]).json()
    application = slice_.look(f"/applications/{APPLICATION}", CHEN, ["teacher"]).json()
    objection = slice_.look(f"/objections/{OBJECTION}", LIU, ["personnel"]).json()
    return [round_["struck"][0]["reason"], application["decisions"][-1]["reason"], objection["answer"]]


@pytest.mark.rule("SIL-14", "SIL-01")
def test_who_reads_the_notice_learns_the_list_and_no_reason(slice_: Slice) -> None:
    notice = slice_.look(f"/rounds/{ROUND}", WANG, ["teacher"])

    assert (notice.json()["listed"], notice.json()["struck"], notice.json()["ranking"]) == ([], [], [])
    assert SAID not in notice.text
    assert said(slice_) == [SAID, SAID, SAID]


@pytest.mark.rule("SIL-14", "A.9-21")
def test_with_the_person_every_copy_of_the_reason_is_erased(slice_: Slice) -> None:
    headers = slice_._headers(PRINCIPAL, ["school"]) | {"Idempotency-Key": "erase"}
    receipt = slice_.client.delete(f"/applications/persons/{CHEN}", headers=headers)
    slice_.caught_up()

    assert receipt.json()["events"] == ["applications.person-erased"]
    assert said(slice_) == [ERASED, ERASED, ERASED]
    assert slice_.look(f"/applications/{APPLICATION}/explanation", LIU, ["personnel"]).status_code == 200
