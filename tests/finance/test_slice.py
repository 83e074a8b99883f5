"""The whole arrow once: HTTP, log, reactions to the other services, deadlines, rows, HTTP."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from services.finance.aggregates.fund import Fund
from services.finance.service import finance
from shared.kernel.published import (
    ConductViolationRecorded,
    Evaluated,
    MemberJoined,
    StudioDisqualified,
    StudioEstablished,
    StudioPlaqued,
)
from tests.conftest import Installation
from tests.slice import Slice

CHEN_JING, OFFICER_LIU, PAYER_QIAN, TRAINEE_SUN = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)
STUDIO, BOOKS, LATE_BOOKS = UUID(int=50), UUID(int=60), UUID(int=61)
FUND = Fund.id_for(STUDIO)
ESTABLISHED = StudioEstablished(
    studio_id=STUDIO, round_id=UUID(int=51), application_id=UUID(int=52), host_id=CHEN_JING,
    department="mechanical", name_form="host", name_id=UUID(int=53),
)  # fmt: skip
PLAQUED = StudioPlaqued(
    studio_id=STUDIO, host_id=CHEN_JING, plaqued_on=date(2023, 4, 24), ends_on=date(2026, 4, 24),
    midterm_due_on=date(2024, 10, 24), midterm_opens_on=date(2024, 7, 24), midterm_closes_on=date(2025, 1, 24),
)  # fmt: skip
FAILED = Evaluated(studio_id=STUDIO, stage="midterm", passed=False, score_hundredths=5999)
DISQUALIFIED = StudioDisqualified(studio_id=STUDIO, cause="midterm")
OTHER_OFFICER = UUID(int=5)
SUSPENDED = ConductViolationRecorded(violation_id=UUID(int=80), studio_id=STUDIO, person_id=CHEN_JING, is_host=True)
JOINED = MemberJoined(studio_id=STUDIO, membership_id=UUID(int=70), person_id=TRAINEE_SUN)


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    made = Slice(finance, installation(["finance"], clock="2024-11-05T09:00:00+08:00"))
    with made.client:
        yield made


def claim(expense: UUID, fen: int, activity_on: str, category: str = "training") -> dict[str, object]:
    return {
        "studio_id": str(STUDIO), "expense_id": str(expense), "fen": fen, "category": category,
        "activity_on": activity_on, "purpose": "班会课教材",
    }  # fmt: skip


@pytest.mark.rule("FIN-05", "FIN-08", "A.9-27")
def test_a_failed_mid_term_stops_spending_but_for_what_happened_before(slice_: Slice) -> None:
    slice_.told("applications", ESTABLISHED, PLAQUED, on="2023-04-24")
    slice_.caught_up()
    slice_.told("assessment", FAILED, DISQUALIFIED, on="2024-11-01")
    slice_.caught_up()

    earlier = slice_.ask("/expense-claims", claim(BOOKS, 120_000, "2024-10-31"), CHEN_JING, ["host"], "2024-11-05")
    later = slice_.ask("/expense-claims", claim(LATE_BOOKS, 1, "2024-11-01"), CHEN_JING, ["host"], "2024-11-05")
    one = {"studio_id": str(STUDIO), "expense_id": str(BOOKS)}
    approved = slice_.ask("/expense-approvals", one, OFFICER_LIU, ["personnel"], "2024-11-05", f"/funds/{FUND}")
    by_approver = slice_.ask("/payments", one, OFFICER_LIU, ["payer"], "2024-11-05", f"/funds/{FUND}")
    paid = slice_.ask("/payments", one, PAYER_QIAN, ["payer"], "2024-11-05", f"/funds/{FUND}")
    slice_.caught_up()

    assert [answer.status_code for answer in (earlier, later, approved, by_approver, paid)] == [201, 409, 201, 409, 201]
    assert ["receipt" in answer.json() for answer in (earlier, approved, paid)] == [True] * 3
    assert (later.json()["rule"], by_approver.json()["rule"]) == ("FIN-05", "A.9-27")
    assert slice_.look(f"/funds/{FUND}", PAYER_QIAN, ["payer"]).json()["available"] == {
        "fen": 480_000,
        "yuan": "4800.00",
    }
    assert slice_.log() == [
        "finance.fund-opened",
        "finance.years-laid-out",
        "finance.funds-released",
        "finance.funds-released",
        "finance.release-cancelled",
        "finance.funding-cut",
        "finance.expense-claimed",
        "finance.expense-approved",
        "finance.expense-spent",
    ]


@pytest.mark.rule("FIN-02", "FIN-05")
def test_an_event_told_twice_is_reacted_to_once(slice_: Slice) -> None:
    slice_.told("applications", ESTABLISHED, ESTABLISHED, PLAQUED, PLAQUED, on="2023-04-24")
    slice_.told("assessment", DISQUALIFIED, DISQUALIFIED, on="2024-11-01")
    slice_.caught_up()
    slice_.caught_up()

    assert slice_.log().count("finance.fund-opened") == 1
    assert slice_.log().count("finance.funding-cut") == 1


@pytest.mark.rule("FIN-03", "FIN-04", "FIN-06", "FIN-07", "A.9-8", "A.9-27")
def test_a_members_claim_is_signed_approved_paid_taken_back_and_reported_on(slice_: Slice) -> None:
    slice_.told("applications", ESTABLISHED, PLAQUED, on="2023-04-24")
    slice_.told("membership", JOINED, on="2023-04-24")
    slice_.caught_up()
    day, sees = "2024-11-04", f"/funds/{FUND}"
    one = {"studio_id": str(STUDIO), "expense_id": str(BOOKS)}
    why = {"other_reason": "班级文化展示，属建设方案内容"}

    claimed = slice_.ask("/expense-claims", claim(BOOKS, 150_000, "2024-10-31", "other"), TRAINEE_SUN, ["trainee"], day)
    unsigned = slice_.ask("/expense-approvals", one | why, OFFICER_LIU, ["personnel"], day, sees)
    signed = slice_.ask("/host-signatures", one, CHEN_JING, ["host"], day, sees)
    without_why = slice_.ask("/expense-approvals", one, OFFICER_LIU, ["personnel"], day, sees)
    approved = slice_.ask("/expense-approvals", one | why, OFFICER_LIU, ["personnel"], day, sees)
    paid = slice_.ask("/payments", one, PAYER_QIAN, ["payer"], day, sees)
    reported = slice_.ask(
        "/fund-reports",
        {"studio_id": str(STUDIO), "period": "2024-Q3", "text": "本季度无支出。"},
        CHEN_JING,
        ["host"],
        day,
    )
    reversed_ = slice_.ask("/payment-reversals", one | {"reason": "付错了户名"}, PAYER_QIAN, ["payer"], day, sees)
    slice_.caught_up()

    refused = [(answer.status_code, answer.json()["rule"]) for answer in (unsigned, without_why)]
    assert refused == [(409, "A.9-8"), (409, "FIN-04")]
    assert [a.status_code for a in (claimed, signed, approved, paid, reported, reversed_)] == [201] * 6
    assert slice_.log()[-6:] == [
        "finance.expense-claimed",
        "finance.expense-signed",
        "finance.expense-approved",
        "finance.expense-spent",
        "finance.report-filed",
        "finance.expense-reversed",
    ]

    [expense] = slice_.look("/expenses", CHEN_JING, ["host"], state="reversed").json()["items"]
    [quarter] = slice_.look("/reports", CHEN_JING, ["host"], studio_id=str(STUDIO), period="2024-Q4").json()["items"]
    [filed] = slice_.look("/reports", OFFICER_LIU, ["school"], period="2024-Q3").json()["items"]
    [school] = slice_.look("/school-reports", OFFICER_LIU, ["auditor"], period="2024-Q4").json()["items"]
    fund = slice_.look(f"/funds/{FUND}", CHEN_JING, ["host"]).json()
    by = ("claimant_id", "signed_by", "approved_by", "paid_by", "reversed_by")
    assert [expense[name] for name in by] == [
        str(person) for person in (TRAINEE_SUN, CHEN_JING, OFFICER_LIU, PAYER_QIAN, PAYER_QIAN)
    ]
    assert [quarter[name]["fen"] for name in ("claimed", "spent", "reversed")] == [150_000] * 3
    assert (filed["text"], filed["utilisation_percent_hundredths"]) == ("本季度无支出。", 2500)
    assert school["spent_by_category"] == {"other": {"fen": 150_000, "yuan": "1500.00"}}
    assert (fund["spent"]["fen"], fund["available"]["fen"], fund["reports_filed"]) == (0, 600_000, ["2024-Q3"])
    assert slice_.look("/reports", TRAINEE_SUN, ["trainee"]).status_code == 403
    assert slice_.look("/school-reports", CHEN_JING, ["host"]).status_code == 403


@pytest.mark.rule("FIN-03", "FIN-04", "FIN-08")
def test_a_claim_that_cannot_be_taken_says_why(slice_: Slice) -> None:
    early = slice_.ask("/expense-claims", claim(BOOKS, 1, "2024-10-31"), CHEN_JING, ["host"], "2024-11-05")
    slice_.told("applications", ESTABLISHED, PLAQUED, on="2023-04-24")
    slice_.caught_up()
    banquet = slice_.ask("/expense-claims", claim(BOOKS, 1, "2024-10-31", "banquet"), CHEN_JING, ["host"], "2024-11-05")
    too_much = slice_.ask("/expense-claims", claim(BOOKS, 600_001, "2024-10-31"), CHEN_JING, ["host"], "2024-11-05")
    stranger = slice_.ask("/expense-claims", claim(BOOKS, 1, "2024-10-31"), TRAINEE_SUN, ["teacher"], "2024-11-05")

    assert [answer.status_code for answer in (early, banquet, too_much, stranger)] == [409, 422, 409, 403]
    assert (early.json()["code"], early.json()["fact"]) == ("upstream-facts-missing", "studio-established")
    assert (too_much.json()["rule"], too_much.json()["numbers"]["available_fen"]) == ("FIN-08", 600_000)


@pytest.mark.rule("SIL-09", "SIL-12", "FIN-06", "A.9-8", "A.9-27")
def test_a_planned_thing_is_bought_signed_for_in_the_hosts_stead_and_taken_over(slice_: Slice) -> None:
    slice_.told("applications", ESTABLISHED, PLAQUED, on="2023-04-24")
    slice_.told("membership", JOINED, on="2023-04-24")
    slice_.caught_up()
    day, sees, studio = "2024-11-04", f"/funds/{FUND}", {"studio_id": str(STUDIO)}
    one = studio | {"expense_id": str(BOOKS)}
    bought = {"asset": {"name": "投影仪", "quantity": 1, "unit_fen": 150_000}}
    lines = {"year": 2, "lines": [{"category": "training", "fen": 100_000}]}

    planned = slice_.ask("/budget-plans", studio | lines, CHEN_JING, ["host"], day)
    plan_signed = slice_.ask("/budget-signatures", studio | {"year": 2}, OFFICER_LIU, ["personnel"], day, sees)
    claimed = slice_.ask(
        "/expense-claims", claim(BOOKS, 150_000, "2024-10-31") | bought, TRAINEE_SUN, ["trainee"], day
    )  # fmt: skip
    too_soon = slice_.ask("/host-signatures", one, OFFICER_LIU, ["personnel"], day, sees)
    slice_.told("membership", SUSPENDED, on=day)
    slice_.caught_up()
    in_stead = slice_.ask("/host-signatures", one, OFFICER_LIU, ["personnel"], day, sees)
    by_same = slice_.ask("/expense-approvals", one, OFFICER_LIU, ["personnel"], day, sees)
    approved = slice_.ask("/expense-approvals", one, OTHER_OFFICER, ["student_affairs"], day, sees)
    paid = slice_.ask("/payments", one, PAYER_QIAN, ["payer"], day, sees)
    over = studio | {"asset_id": str(BOOKS), "status": "handed_over", "reason": "移交资产室"}
    taken = slice_.ask("/asset-dispositions", over, OTHER_OFFICER, ["student_affairs"], day, sees)
    slice_.caught_up()

    answers = (planned, plan_signed, claimed, too_soon, in_stead, by_same, approved, paid, taken)
    assert [answer.status_code for answer in answers] == [201, 201, 201, 409, 201, 409, 201, 201, 201]
    assert (too_soon.json()["rule"], by_same.json()["rule"]) == ("A.9-8", "A.9-27")
    [asset] = slice_.look("/assets", PAYER_QIAN, ["payer"]).json()["items"]
    assert (asset["name"], asset["status"], asset["unit_price"]["yuan"]) == ("投影仪", "handed_over", "1500.00")
    [expense] = slice_.look("/expenses", PAYER_QIAN, ["payer"]).json()["items"]
    assert (expense["over_budget"], expense["receipt_missing"], expense["signed_in_stead"]) == (True, True, True)
    year = slice_.look(f"/funds/{FUND}", PAYER_QIAN, ["payer"]).json()["years"][1]
    assert (year["used"]["training"]["fen"], year["over_budget"]) == (150_000, ["training"])
    missing = slice_.look("/missing-reports", CHEN_JING, ["host"], limit=100).json()["items"]
    assert [row["period"] for row in missing if row["is_due"]] == [
        "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3",
    ]  # fmt: skip


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize("wrong", [{"colour": "red"}, {"quantity": 0}, {"quantity": 1.0}, {"unit_fen": 0}])
def test_sil_09_a_thing_is_said_exactly(slice_: Slice, wrong: dict[str, object]) -> None:
    thing = {"name": "投影仪", "quantity": 1, "unit_fen": 1} | wrong

    answer = slice_.ask(
        "/expense-claims", claim(BOOKS, 1, "2024-10-31") | {"asset": thing}, CHEN_JING, ["host"], "2024-11-04"
    )  # fmt: skip

    assert answer.status_code == 422
