"""Earmarked money, never overspent: what may be claimed, and what becomes of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from services.finance.aggregates.fund import Fund
from services.finance.commands import (
    ClaimExpense,
    approve_expense,
    claim_expense,
    pay_expense,
    refuse_expense,
)
from services.finance.events import MemberNoted
from shared.kernel.money import Price
from shared.kernel.people import Role
from shared.kernel.values import Label
from tests.finance.examples import (
    APPROVE,
    BOOKS,
    FUND,
    HAN_XUE,
    LI_NA,
    LIN_JING,
    MEMBERS,
    OPENED,
    PAY,
    REFUSE,
    STUDIO,
    TRIP,
    WANG_FANG,
    approved,
    claimed,
    claiming,
    fund,
    funded,
    office,
    payer,
    refused,
    released,
    spent,
    wang,
)
from tests.scenario import given, stream

PAYLOAD: dict[str, Any] = {
    "studio_id": str(STUDIO), "expense_id": str(BOOKS), "fen": 120_000, "category": "training",
    "activity_on": "2024-09-20", "purpose": "班主任能力培训",
}  # fmt: skip
TURNED_DOWN = refused()


@pytest.mark.rule("FIN-03")
def test_fin_03_a_trainee_claims_an_expense_and_it_is_reserved() -> None:
    wang(funded()).when(claim_expense, claiming()).then(claimed())


@pytest.mark.rule("FIN-03")
def test_fin_03_the_host_claims_too() -> None:
    lin = given(funded()).on("2024-09-27").by(Role.HOST, LIN_JING)

    lin.when(claim_expense, claiming()).then(claimed(by=LIN_JING))


@pytest.mark.rule("FIN-03")
def test_the_same_claim_once_more_records_nothing() -> None:
    wang(funded(claimed())).when(claim_expense, claiming()).then_nothing()


@pytest.mark.rule("FIN-03")
def test_an_expense_id_names_one_claim() -> None:
    wang(funded(claimed())).when(claim_expense, claiming(fen=120_001)).then_refused("id-taken", None)


@pytest.mark.rule("FIN-03")
def test_fin_03_an_activity_of_the_same_day_may_be_claimed() -> None:
    wang(funded(), day="2024-09-20").when(claim_expense, claiming()).then(claimed())


@pytest.mark.rule("FIN-03")
def test_fin_03_an_activity_still_to_come_is_not_claimed() -> None:
    wang(funded(), day="2024-09-19").when(claim_expense, claiming()).then_refused(
        "activity-out-of-time", "FIN-03", activity_on="2024-09-20", on="2024-09-19"
    )


@pytest.mark.rule("FIN-03")
def test_fin_03_an_activity_before_the_plaque_is_not_claimed() -> None:
    wang(funded()).when(claim_expense, claiming(activity_on="2020-01-01")).then_refused(
        "activity-out-of-time", "FIN-03", activity_on="2020-01-01"
    )


@pytest.mark.rule("AMB-21")
def test_amb_21_expert_guidance_names_who_is_paid() -> None:
    wang(funded()).when(claim_expense, claiming(category="expert_guidance")).then_refused("payee-missing", "AMB-21")


@pytest.mark.rule("FIN-04")
@pytest.mark.parametrize("category", ["training", "course_resources", "research", "other"])
def test_fin_04_the_policys_purposes_are_served(category: Any) -> None:
    asked = TypeAdapter(ClaimExpense).validate_python(PAYLOAD | {"category": category})

    assert asked == claiming(category=category)
    wang(funded()).when(claim_expense, asked).then(claimed(category=category))


@pytest.mark.rule("FIN-04")
@pytest.mark.parametrize("category", ["banquet", "equipment", "Training", "Other", "", None, 1])
def test_fin_04_other_purposes_are_not_served(category: object) -> None:
    with pytest.raises(ValidationError, match="category"):
        TypeAdapter(ClaimExpense).validate_python(PAYLOAD | {"category": category})


@pytest.mark.rule("FIN-03", "FIN-08")
@pytest.mark.parametrize(
    "wrong",
    [{"fen": 0}, {"fen": -1}, {"fen": 1.0}, {"fen": "1"}, {"purpose": " "}, {"receipt": "no hash"}, {"payer_id": "me"}],
)
def test_a_malformed_claim_is_no_claim(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        TypeAdapter(ClaimExpense).validate_python(PAYLOAD | wrong)


@pytest.mark.rule("FIN-08")
def test_fin_08_exactly_what_is_left_may_be_claimed() -> None:
    wang(funded()).when(claim_expense, claiming(fen=600_000)).then(claimed(fen=600_000))


@pytest.mark.rule("FIN-08")
def test_fin_08_one_fen_more_is_refused_with_the_numbers() -> None:
    wang(funded()).when(claim_expense, claiming(fen=600_001)).then_refused(
        "fund-exceeded", "FIN-08", asked_fen=600_001, available_fen=600_000, released_fen=600_000, reserved_fen=0,
        spent_fen=0, asked="6000.01", available="6000.00",
    )  # fmt: skip


@pytest.mark.rule("FIN-08", "FIN-01")
def test_fin_08_of_3000_yuan_3000_may_be_claimed_and_not_a_fen_more() -> None:
    first_year = fund(released(1))

    wang(first_year).when(claim_expense, claiming(fen=300_001)).then_refused(
        "fund-exceeded", "FIN-08", asked_fen=300_001, available_fen=300_000, asked="3000.01", available="3000.00"
    )
    wang(first_year).when(claim_expense, claiming(fen=300_000)).then(claimed(fen=300_000))


@pytest.mark.rule("FIN-08")
def test_fin_08_what_is_reserved_and_what_is_spent_is_no_longer_left() -> None:
    known = funded(claimed(), approved(), spent(), claimed(fen=80_000, expense=TRIP))
    last, over = UUID(int=0x1A57), claiming(fen=400_001, expense=UUID(int=0x1A57))

    wang(known).when(claim_expense, over).then_refused(
        "fund-exceeded", "FIN-08", asked_fen=400_001, available_fen=400_000, released_fen=600_000,
        reserved_fen=80_000, spent_fen=120_000, asked="4000.01", available="4000.00",
    )  # fmt: skip
    wang(known).when(claim_expense, claiming(fen=400_000, expense=last)).then(claimed(fen=400_000, expense=last))


@pytest.mark.rule("FIN-08")
def test_fin_08_before_a_release_there_is_nothing_to_claim() -> None:
    wang(fund()).when(claim_expense, claiming(fen=1)).then_refused(
        "fund-exceeded", "FIN-08", asked_fen=1, available_fen=0, released_fen=0
    )


@pytest.mark.rule("FIN-08")
def test_fin_08_a_refused_claim_frees_what_it_reserved() -> None:
    known = fund(released(1), claimed(fen=300_000), refused(fen=300_000))

    wang(known).when(claim_expense, claiming(fen=300_000, expense=TRIP)).then(claimed(fen=300_000, expense=TRIP))


@pytest.mark.rule("FIN-03")
def test_a_claim_on_a_studio_not_heard_of_yet_waits_for_its_establishment() -> None:
    given().on("2024-09-27").by(Role.TRAINEE, WANG_FANG).when(claim_expense, claiming()).then_waits_for(
        "applications", "studio-established"
    )


@pytest.mark.rule("FIN-03")
def test_a_claim_on_a_studio_without_a_plaque_waits_for_it() -> None:
    wang(stream(Fund, FUND, OPENED, *MEMBERS)).when(claim_expense, claiming()).then_waits_for(
        "applications", "studio-plaqued"
    )


@pytest.mark.rule("AMB-21")
def test_amb_21_an_expert_from_outside_is_paid() -> None:
    wang(funded()).when(claim_expense, claiming(category="expert_guidance", payee_id=HAN_XUE)).then(
        claimed(category="expert_guidance", payee_id=HAN_XUE)
    )


@pytest.mark.rule("AMB-21")
@pytest.mark.parametrize("payee", [LIN_JING, WANG_FANG, LI_NA], ids=["host", "trainee", "former trainee"])
def test_amb_21_host_and_trainees_are_not_paid_as_experts(payee: UUID) -> None:
    asked = claiming(category="expert_guidance", payee_id=payee)

    wang(funded()).when(claim_expense, asked).then_refused("payee-is-member", "AMB-21", payee_id=str(payee))


@pytest.mark.rule("AMB-21")
def test_amb_21_a_supplementary_member_is_paid_as_an_expert() -> None:
    joined = MemberNoted(person_id=HAN_XUE, standing="joined", kind="supplementary")
    asked = claiming(category="expert_guidance", payee_id=HAN_XUE)

    wang(funded(joined)).when(claim_expense, asked).then(claimed(category="expert_guidance", payee_id=HAN_XUE))


@pytest.mark.rule("AMB-21")
def test_amb_21_who_was_a_trainee_is_not_paid_as_a_supplementary_member_either() -> None:
    again = MemberNoted(person_id=LI_NA, standing="joined", kind="supplementary")
    asked = claiming(category="expert_guidance", payee_id=LI_NA)

    wang(funded(again)).when(claim_expense, asked).then_refused("payee-is-member", "AMB-21", payee_id=str(LI_NA))


@pytest.mark.rule("AMB-21")
def test_amb_21_an_expert_who_joined_since_is_not_paid() -> None:
    known = funded(claimed(payee_id=HAN_XUE), approved(), MemberNoted(person_id=HAN_XUE, standing="joined"))

    payer(known).when(pay_expense, PAY).then_refused("payee-is-member", "AMB-21", payee_id=str(HAN_XUE))


@pytest.mark.rule("AMB-21")
def test_amb_21_a_claim_for_an_expert_who_joined_since_is_not_approved() -> None:
    known = funded(claimed(payee_id=HAN_XUE), MemberNoted(person_id=HAN_XUE, standing="joined"))

    office(known).when(approve_expense, APPROVE).then_refused("payee-is-member", "AMB-21", payee_id=str(HAN_XUE))


@pytest.mark.rule("A.9-8")
def test_the_office_turns_a_claim_down() -> None:
    office(funded(claimed())).when(refuse_expense, REFUSE).then(TURNED_DOWN)


@pytest.mark.rule("A.9-8")
def test_an_approved_claim_may_still_be_turned_down() -> None:
    office(funded(claimed(), approved())).when(refuse_expense, REFUSE).then(TURNED_DOWN)


@pytest.mark.rule("A.9-8")
def test_a_claim_is_turned_down_once() -> None:
    office(funded(claimed(), TURNED_DOWN)).when(refuse_expense, REFUSE).then_nothing()


@pytest.mark.rule("A.9-8")
def test_a_9_8_what_was_paid_is_not_turned_down() -> None:
    office(funded(claimed(), approved(), spent())).when(refuse_expense, REFUSE).then_refused(
        "expense-resolved", "A.9-8", state="paid"
    )


@pytest.mark.rule("A.9-8")
def test_a_9_8_what_was_turned_down_is_neither_approved_nor_paid() -> None:
    known = funded(claimed(), approved(), TURNED_DOWN)

    office(known).when(approve_expense, APPROVE).then_refused("expense-resolved", "A.9-8", state="refused")
    payer(known).when(pay_expense, PAY).then_refused("expense-resolved", "A.9-8", state="refused")


@pytest.mark.rule("FIN-03")
@pytest.mark.parametrize(
    ("asking", "handler", "asked"),
    [(office, approve_expense, APPROVE), (office, refuse_expense, REFUSE), (payer, pay_expense, PAY)],
)
def test_nothing_is_decided_on_an_expense_never_claimed(asking: Any, handler: Any, asked: Any) -> None:
    asking(funded()).when(handler, asked).then_refused("expense-unknown", None, expense_id=str(BOOKS))


@pytest.mark.rule("FIN-03")
def test_a_claim_says_its_purpose_in_the_claimants_words() -> None:
    asked = replace(claiming(), purpose=Label("德育课题资料"), fen=Price(1))

    wang(funded()).when(claim_expense, asked).then(replace(claimed(fen=1), purpose=Label("德育课题资料")))
