"""An expert's fee above the usual one is a hint that needs a reason; whom one pays is a rule."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.finance.aggregates.fees import fee_cap, fee_check
from services.finance.commands import approve_expense, claim_expense
from services.finance.events import Quantity
from services.finance.read_models.expenses import expenses
from shared.kernel.policy import PolicySettings
from shared.kernel.values import Text
from tests.finance.examples import (
    APPROVE,
    BOOKS,
    HAN_XUE,
    LIN_JING,
    WANG_FANG,
    approved,
    claimed,
    claiming,
    funded,
    happened,
    office,
    signed,
    wang,
)

WHY = Text("院士专程来校")
FEE: dict[str, Any] = {"category": "expert_guidance", "payee_id": HAN_XUE}


def hours(number: int) -> Any:
    return Quantity(number)


@pytest.mark.rule("AMB-21")
@pytest.mark.parametrize(
    ("rank", "class_hours", "cap"),
    [
        ("associate", 2, 100_000),
        ("full", 2, 200_000),
        ("academician", 2, 300_000),
        ("associate", 8, 400_000),
        ("associate", 9, 400_000),
    ],
    ids=["associate", "full", "academician", "two half days", "more than two half days"],
)
def test_amb_21_the_usual_fee_follows_rank_and_hours_of_two_half_days_at_most(
    rank: Any, class_hours: int, cap: int
) -> None:
    assert fee_cap(rank, class_hours, PolicySettings()) == cap


@pytest.mark.rule("AMB-21")
@pytest.mark.parametrize(("fen", "check"), [(99_999, "within"), (100_000, "within"), (100_001, "above")])
def test_amb_21_a_claim_carries_whether_its_fee_is_within_the_usual_one(fen: int, check: str) -> None:
    said = {**FEE, "expert_rank": "associate", "class_hours": hours(2)}

    wang(funded()).when(claim_expense, claiming(fen=fen, **said)).then(claimed(fen=fen, fee_check=check, **said))


@pytest.mark.rule("AMB-21")
@pytest.mark.parametrize(
    ("settings", "check"),
    [
        ({"expert_fee_caps_fen": (60_000, 100_000, 150_000)}, "within"),
        ({"expert_fee_caps_fen": (59_999, 100_000, 150_000)}, "above"),
        ({"expert_hours_per_half_day": 1}, "above"),
    ],
    ids=["a higher cap", "a fen lower", "shorter half days"],
)
def test_amb_21_caps_and_hours_are_the_schools(settings: dict[str, Any], check: str) -> None:
    """1,800 yuan for three hours of an associate."""
    assert fee_check(180_000, "associate", 3, replace(PolicySettings(), **settings)) == check


@pytest.mark.rule("AMB-21")
@pytest.mark.parametrize("said", [{"expert_rank": "full"}, {"class_hours": Quantity(2)}], ids=["no hours", "no rank"])
def test_amb_21_without_rank_and_hours_nobody_knows(said: dict[str, Any]) -> None:
    wang(funded()).when(claim_expense, claiming(**FEE, **said)).then(claimed(fee_check="unknown", **FEE, **said))


@pytest.mark.rule("AMB-21")
def test_amb_21_rank_and_hours_belong_to_expert_guidance() -> None:
    asked = claiming(expert_rank="full", class_hours=hours(2))

    wang(funded()).when(claim_expense, asked).then_refused("expert-unasked", "AMB-21")


@pytest.mark.rule("AMB-21")
@pytest.mark.parametrize("payee", [LIN_JING, WANG_FANG], ids=["host", "trainee"])
def test_amb_21_own_people_are_not_paid_however_small_the_fee(payee: UUID) -> None:
    asked = claiming(fen=1, category="expert_guidance", payee_id=payee, expert_rank="full", class_hours=hours(1))

    wang(funded()).when(claim_expense, asked).then_refused("payee-is-member", "AMB-21", payee_id=str(payee))


def waiting(check: Any) -> Any:
    said = {"expert_rank": "associate", "class_hours": hours(2), "fee_check": check}
    return funded(claimed(**FEE, **said), signed())


@pytest.mark.rule("AMB-21")
def test_amb_21_a_fee_above_the_usual_one_is_approved_with_a_reason() -> None:
    office(waiting("above")).when(approve_expense, replace(APPROVE, fee_reason=WHY)).then(
        replace(approved(), fee_reason=WHY)
    )
    office(waiting("above")).when(approve_expense, APPROVE).then_refused(
        "fee-reason-missing", "AMB-21", fen=120_000, class_hours=2
    )


@pytest.mark.rule("AMB-21")
@pytest.mark.parametrize("check", ["within", "unknown", None])
def test_amb_21_any_other_fee_is_approved_without_one(check: Any) -> None:
    office(waiting(check)).when(approve_expense, APPROVE).then(approved())
    office(waiting(check)).when(approve_expense, replace(APPROVE, fee_reason=WHY)).then_refused(
        "fee-reason-unasked", "AMB-21"
    )


@pytest.mark.rule("AMB-21")
def test_amb_21_who_approves_sees_the_check_and_later_the_reason() -> None:
    row: Any = None
    asked = claimed(**FEE, expert_rank="associate", class_hours=hours(2), fee_check="above")
    for event in (asked, signed(), replace(approved(), fee_reason=WHY)):
        row = expenses.fold(str(BOOKS), row, happened(event))

    assert (row.fee_check, row.expert_rank, row.class_hours, row.fee_reason) == ("above", "associate", 2, WHY)


@pytest.mark.rule("AMB-21")
def test_amb_21_expert_guidance_that_says_nothing_shows_as_unknown() -> None:
    row = expenses.fold(str(BOOKS), None, happened(claimed(**FEE)))

    assert row is not None
    assert row.fee_check == "unknown"
