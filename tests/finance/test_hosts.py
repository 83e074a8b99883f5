"""Another host, a suspended one, one who is gone: who signs, claims and reports then."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.finance import policies
from services.finance.authorization import authorize
from services.finance.commands import (
    NoteHost,
    NoteHostStanding,
    WindDown,
    approve_expense,
    claim_expense,
    file_report,
    note_host,
    note_host_standing,
    pay_expense,
    sign_expense,
)
from services.finance.events import HostNoted, HostStandingNoted, MemberNoted, Quarter, ReleaseCancelled, WindingDown
from services.finance.read_models.expenses import expenses
from services.finance.read_models.funds import funds
from services.finance.read_models.reports import reports
from shared.kernel.people import Actor, Role
from shared.kernel.published import ConductViolationDecided, ConductViolationRecorded, HostChanged, StudioClosed
from tests.finance.examples import (
    APPROVE,
    BOOKS,
    FUND,
    HAN_XUE,
    LAID_OUT,
    LIN_JING,
    MEMBERS,
    OPENED,
    PAY,
    REPORT,
    SIGN,
    STUDIO,
    TRIP,
    WANG_FANG,
    WU_MIN,
    YEAR,
    ZHENG_TAO,
    approved,
    claimed,
    claiming,
    funded,
    happened,
    lin,
    office,
    payer,
    refused,
    signed,
    spent,
    wang,
)
from tests.scenario import InMemoryHistory, given

TO_WANG = NoteHost(studio_id=STUDIO, host_id=WANG_FANG, changed_on=date(2024, 9, 27))
PERIODS = tuple(
    Quarter(f"{year}-Q{q}")
    for year, quarters in ((2024, (3, 4)), (2025, (1, 2, 3, 4)), (2026, (1, 2)))
    for q in quarters
)
LEFT = MemberNoted(person_id=WANG_FANG, standing="left")


def changed(*open_expenses: UUID, to: UUID = WANG_FANG) -> HostNoted:
    return HostNoted(
        studio_id=STUDIO, former_host_id=LIN_JING, host_id=to, open_expenses=open_expenses, assets=(), periods=PERIODS
    )


def standing(how: Any) -> HostStandingNoted:
    return HostStandingNoted(studio_id=STUDIO, host_id=LIN_JING, standing=how)


def asked_by(role: Role, person: UUID, known: Any) -> Any:
    return given(known).on("2024-09-27").by(role, person)


@pytest.mark.rule("SIL-04")
def test_sil_04_what_is_open_passes_over_to_the_new_host() -> None:
    known = funded(claimed(), claimed(expense=TRIP), refused(TRIP))

    given(known).on("2024-09-27").when(note_host, TO_WANG).then(changed(BOOKS))


@pytest.mark.rule("SIL-04")
def test_sil_04_a_host_is_noted_once() -> None:
    given(funded(changed())).on("2024-09-27").when(note_host, TO_WANG).then_nothing()


@pytest.mark.rule("SIL-04")
def test_the_change_of_an_unknown_studios_host_waits_for_its_establishment() -> None:
    given().when(note_host, TO_WANG).then_waits_for("applications", "studio-established")


@pytest.mark.rule("SIL-04", "A.9-8")
def test_sil_04_the_new_host_signs_and_the_former_one_no_more() -> None:
    known = funded(claimed(by=HAN_XUE), LEFT, changed(BOOKS))

    assert authorize(Actor(WANG_FANG, Role.HOST), SIGN, InMemoryHistory([known]))
    assert not authorize(Actor(LIN_JING, Role.HOST), SIGN, InMemoryHistory([known]))
    asked_by(Role.HOST, WANG_FANG, known).when(sign_expense, SIGN).then(signed(host=WANG_FANG))


@pytest.mark.rule("SIL-04")
def test_sil_04_what_the_former_host_claimed_or_signed_stays_signed() -> None:
    office(funded(claimed(by=LIN_JING), changed(BOOKS))).when(approve_expense, APPROVE).then(approved())
    office(funded(claimed(), signed(), changed(BOOKS))).when(approve_expense, APPROVE).then(approved())


@pytest.mark.rule("SIL-04", "A.9-27")
def test_sil_04_a_former_host_who_signed_neither_approves_nor_pays() -> None:
    known = funded(claimed(by=HAN_XUE), signed(), changed(BOOKS))

    asked_by(Role.PERSONNEL, LIN_JING, known).when(approve_expense, APPROVE).then_refused("three-persons", "A.9-27")
    ready = funded(claimed(by=HAN_XUE), signed(), changed(BOOKS), approved())
    asked_by(Role.PAYER, LIN_JING, ready).when(pay_expense, PAY).then_refused("three-persons", "A.9-27")


@pytest.mark.rule("SIL-04")
def test_sil_04_the_new_host_claims_as_host_and_the_former_one_claims_no_more() -> None:
    known = funded(LEFT, changed())

    asked_by(Role.HOST, WANG_FANG, known).when(claim_expense, claiming()).then(claimed(host_id=WANG_FANG))
    assert known.claims.of(BOOKS).state == "signed"
    assert not authorize(Actor(LIN_JING, Role.HOST), claiming(), InMemoryHistory([known]))


@pytest.mark.rule("SIL-04", "FIN-06")
def test_sil_04_reports_go_by_the_new_host() -> None:
    known = funded(changed())

    assert authorize(Actor(WANG_FANG, Role.HOST), REPORT, InMemoryHistory([known]))
    assert not authorize(Actor(LIN_JING, Role.HOST), REPORT, InMemoryHistory([known]))
    [filed] = asked_by(Role.HOST, WANG_FANG, known).when(file_report, REPORT).events
    assert filed.host_id == WANG_FANG


@pytest.mark.rule("SIL-04", "AMB-21")
@pytest.mark.parametrize("payee", [LIN_JING, HAN_XUE], ids=["the former host", "the new host"])
def test_amb_21_neither_former_nor_new_host_is_paid_as_expert(payee: UUID) -> None:
    known = funded(changed(to=HAN_XUE))
    asked = claiming(category="expert_guidance", payee_id=payee)

    wang(known).when(claim_expense, asked).then_refused("payee-is-member", "AMB-21", payee_id=str(payee))


@pytest.mark.rule("SIL-04")
def test_sil_04_the_new_host_sees_the_fund_its_open_claims_and_the_quarters_still_to_report() -> None:
    told = happened(changed(BOOKS))
    fund_row = funds.fold(str(FUND), funds.fold(str(FUND), None, happened(OPENED)), told)
    [key] = expenses.keys(told)
    expense = expenses.fold(key, expenses.fold(key, None, happened(claimed())), told)
    [first, *_] = [f"{FUND}:{period}" for period in PERIODS]
    report = reports.fold(first, reports.fold(first, None, happened(LAID_OUT)), told)

    assert fund_row is not None
    assert expense is not None
    assert report is not None
    assert (fund_row.host_id, expense.host_id, report.host_id) == (WANG_FANG,) * 3
    assert list(reports.keys(told)) == [f"{FUND}:{period}" for period in PERIODS]


@pytest.mark.rule("SIL-07")
@pytest.mark.parametrize("how", ["suspended", "gone"])
def test_sil_07_how_the_host_stands_is_noted_once(how: Any) -> None:
    asked = NoteHostStanding(studio_id=STUDIO, standing=how, host_id=LIN_JING)

    given(funded()).when(note_host_standing, asked).then(standing(how))
    given(funded(standing(how))).when(note_host_standing, asked).then_nothing()


@pytest.mark.rule("SIL-07")
def test_sil_07_a_lifted_suspension_is_noted_but_who_is_gone_stays_gone() -> None:
    back = NoteHostStanding(studio_id=STUDIO, standing="present", host_id=LIN_JING)

    given(funded(standing("suspended"))).when(note_host_standing, back).then(standing("present"))
    given(funded(standing("gone"))).when(note_host_standing, back).then_nothing()
    given(funded()).when(note_host_standing, back).then_nothing()


@pytest.mark.rule("SIL-07")
def test_sil_07_what_concerns_a_former_host_does_not_concern_the_present_one() -> None:
    asked = NoteHostStanding(studio_id=STUDIO, standing="suspended", host_id=LIN_JING)

    given(funded(changed())).when(note_host_standing, asked).then_nothing()


@pytest.mark.rule("SIL-07")
def test_sil_07_a_suspended_host_neither_signs_nor_claims() -> None:
    lin(funded(claimed(), standing("suspended"))).when(sign_expense, SIGN).then_refused("host-suspended", "SIL-07")
    lin(funded(standing("suspended"))).when(claim_expense, claiming()).then_refused("host-suspended", "SIL-07")
    lin(funded(claimed(), standing("suspended"), standing("present"))).when(sign_expense, SIGN).then(signed())


@pytest.mark.rule("A.9-8", "SIL-07")
@pytest.mark.parametrize("how", ["suspended", "gone"])
def test_a_9_8_an_office_signs_in_the_stead_of_a_host_who_cannot(how: Any) -> None:
    office(funded(claimed(), standing(how))).when(sign_expense, SIGN).then(signed(office=WU_MIN))


@pytest.mark.rule("A.9-8")
def test_a_9_8_an_office_does_not_sign_for_a_host_who_is_there() -> None:
    office(funded(claimed())).when(sign_expense, SIGN).then_refused("host-present", "A.9-8", standing="present")


@pytest.mark.rule("A.9-8", "A.9-27")
def test_a_9_27_who_signed_in_the_hosts_stead_neither_approves_nor_pays() -> None:
    known = (claimed(), standing("gone"), signed(office=WU_MIN))

    office(funded(*known)).when(approve_expense, APPROVE).then_refused("three-persons", "A.9-27")
    by_other = approved(by=ZHENG_TAO)
    asked_by(Role.STUDENT_AFFAIRS, ZHENG_TAO, funded(*known)).when(approve_expense, APPROVE).then(by_other)
    asked_by(Role.PAYER, WU_MIN, funded(*known, by_other)).when(pay_expense, PAY).then_refused(
        "three-persons", "A.9-27"
    )
    payer(funded(*known, by_other)).when(pay_expense, PAY).then(spent())


@pytest.mark.rule("A.9-27")
def test_a_9_27_nobody_signs_the_own_claim_in_the_hosts_stead() -> None:
    known = funded(claimed(by=WU_MIN), standing("gone"))

    office(known).when(sign_expense, SIGN).then_refused("three-persons", "A.9-27")


CLOSED = (
    ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR),
    WindingDown(studio_id=STUDIO, activities_through=date(2024, 9, 26), payable_through=date(2024, 10, 27)),
    standing("gone"),
)


@pytest.mark.rule("A.9-2", "A.9-8")
@pytest.mark.parametrize(("day", "allowed"), [("2024-10-27", True), ("2024-10-28", False)])
def test_a_9_8_in_the_wind_down_of_a_studio_without_host_a_members_claim_is_signed_through_day_30(
    day: str, *, allowed: bool
) -> None:
    outcome = office(funded(claimed(), *CLOSED), day).when(sign_expense, SIGN)

    if allowed:
        outcome.then(signed(office=WU_MIN))
    else:
        outcome.then_refused("funding-over", "A.9-8", on=day, payable_through="2024-10-27")


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_claim_shows_who_signed_in_the_hosts_stead() -> None:
    row: Any = None
    for event in (claimed(), signed(office=WU_MIN)):
        row = expenses.fold(str(BOOKS), row, happened(event))

    assert (row.signed_by, row.signed_in_stead) == (WU_MIN, True)


@pytest.mark.rule("SIL-07")
def test_sil_07_a_fund_shows_how_its_host_stands() -> None:
    row: Any = None
    for event in (OPENED, LAID_OUT, *MEMBERS, standing("suspended")):
        row = funds.fold(str(FUND), row, happened(event))

    assert row.host_standing == "suspended"


@pytest.mark.rule("SIL-04")
def test_sil_04_a_changed_host_is_noted() -> None:
    told = HostChanged(
        studio_id=STUDIO, former_host_id=LIN_JING, host_id=WANG_FANG, changed_on=date(2024, 9, 27), name_form="host",
        name_id=UUID(int=9),
    )  # fmt: skip

    assert list(policies.note_host_after_change(happened(told))) == [TO_WANG]


@pytest.mark.rule("A.9-2", "A.9-8")
def test_a_9_2_with_the_closure_the_host_is_gone() -> None:
    closed = StudioClosed(studio_id=STUDIO, outcome="closed")

    assert list(policies.end_without_host_after_closure(happened(closed))) == [
        WindDown(studio_id=STUDIO), NoteHostStanding(studio_id=STUDIO, standing="gone"),
    ]  # fmt: skip
    passed = replace(closed, outcome="passed")
    assert list(policies.end_without_host_after_closure(happened(passed))) == []


@pytest.mark.rule("SIL-07")
@pytest.mark.parametrize("is_host", [True, False])
def test_sil_07_a_recorded_violation_suspends_the_host_it_is_about(*, is_host: bool) -> None:
    told = ConductViolationRecorded(
        violation_id=UUID(int=8), studio_id=STUDIO, person_id=LIN_JING, is_host=is_host
    )  # fmt: skip
    noted = NoteHostStanding(studio_id=STUDIO, standing="suspended", host_id=LIN_JING)

    assert list(policies.suspend_host_after_violation(happened(told))) == [noted] * is_host


@pytest.mark.rule("SIL-07")
@pytest.mark.parametrize(("confirmed", "how"), [(True, "gone"), (False, "present")])
def test_sil_07_the_decision_ends_the_host_or_the_suspension(confirmed: bool, how: Any) -> None:  # noqa: FBT001
    told = ConductViolationDecided(
        violation_id=UUID(int=8), studio_id=STUDIO, person_id=LIN_JING, is_host=True, confirmed=confirmed
    )

    assert list(policies.note_host_after_decided_violation(happened(told))) == [
        NoteHostStanding(studio_id=STUDIO, standing=how, host_id=LIN_JING)
    ]
    member = replace(told, is_host=False)
    assert list(policies.note_host_after_decided_violation(happened(member))) == []
