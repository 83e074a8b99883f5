"""The whole arrow once: HTTP, log, reactions to the other services, deadlines, rows, HTTP."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from services.finance.aggregates.fund import Fund
from services.finance.service import finance
from shared.kernel.published import Evaluated, StudioDisqualified, StudioEstablished, StudioPlaqued
from tests.conftest import Installation
from tests.slice import Slice

CHEN_JING, OFFICER_LIU, PAYER_QIAN = UUID(int=1), UUID(int=2), UUID(int=3)
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


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    made = Slice(finance, installation(["finance"], clock="2024-11-05T09:00:00+08:00"))
    with made.client:
        yield made


def claim(expense: UUID, fen: int, activity_on: str) -> dict[str, object]:
    return {
        "studio_id": str(STUDIO), "expense_id": str(expense), "fen": fen, "category": "training",
        "activity_on": activity_on, "purpose": "班会课教材",
    }  # fmt: skip


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


def test_an_event_told_twice_is_reacted_to_once(slice_: Slice) -> None:
    slice_.told("applications", ESTABLISHED, ESTABLISHED, PLAQUED, PLAQUED, on="2023-04-24")
    slice_.told("assessment", DISQUALIFIED, DISQUALIFIED, on="2024-11-01")
    slice_.caught_up()
    slice_.caught_up()

    assert slice_.log().count("finance.fund-opened") == 1
    assert slice_.log().count("finance.funding-cut") == 1
