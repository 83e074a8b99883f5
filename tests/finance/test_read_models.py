"""What finance shows: funds, expenses, and what time will ask for."""

import ast
import inspect
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from services.finance import aggregates
from services.finance.aggregates.fund import Fund
from services.finance.api import router
from services.finance.events import FundsReturned, MidtermPassed, Quarter, ReleaseCancelled, ReportFiled
from services.finance.read_models.agenda import agenda
from services.finance.read_models.expenses import ExpenseRow, expenses
from services.finance.read_models.funds import FundRow, funds
from shared.kernel.model import Due, ReadModel
from shared.kernel.money import Fen
from shared.kernel.values import Text
from tests.finance.examples import (
    BOOKS,
    CUT,
    CYCLE_OVER,
    FUND,
    LAID_OUT,
    LIN_JING,
    MEMBERS,
    OPENED,
    QIAN_JIN,
    STUDIO,
    TRIP,
    WANG_FANG,
    WU_MIN,
    YEAR,
    approved,
    claimed,
    happened,
    refused,
    released,
    reversed_,
    signed,
    spent,
)

BODY = {"studio_id": str(STUDIO)}
CANCELLED = ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR)
RETURNED = FundsReturned(studio_id=STUDIO, fen=Fen(480_000))
FILED = ReportFiled(
    studio_id=STUDIO, host_id=LIN_JING, period=Quarter("2024-Q2"), text=Text("用于培训。"), released_fen=Fen(600_000),
    reserved_fen=Fen(1), spent_fen=Fen(120_000), available_fen=Fen(479_999), utilisation_percent_hundredths=2000,
)  # fmt: skip
DAY = date(2024, 9, 27)


def fold(model: ReadModel[Any], key: str, *events: Any, on: str = "2024-09-27") -> Any:
    """The row under a key after these events."""
    return reduce(lambda row, event: model.fold(key, row, happened(event, on=on)), events, None)


def balance(*later: Any) -> Any:
    """The money alone; the years have tests of their own."""
    return replace(fold(funds, str(FUND), OPENED, LAID_OUT, *MEMBERS, *later), years=())


def years_after(*later: Any) -> list[str]:
    return [year.state for year in fold(funds, str(FUND), OPENED, LAID_OUT, *later).years]


@pytest.mark.rule("FIN-01", "A.9-13")
def test_a_fund_shows_which_year_is_released_held_or_cancelled() -> None:
    passed = MidtermPassed(studio_id=STUDIO)

    assert years_after() == ["scheduled", "scheduled", "held"]
    assert years_after(released(1), released(2)) == ["released", "released", "held"]
    assert years_after(released(1), released(2), passed) == ["released", "released", "scheduled"]
    assert years_after(released(1), released(2), passed, released(3)) == ["released"] * 3
    assert years_after(released(1), released(2), CANCELLED) == ["released", "released", "cancelled"]


@pytest.mark.rule("FIN-02")
def test_fin_02_a_new_fund_is_empty() -> None:
    assert balance() == FundRow(
        studio_id=STUDIO, host_id=LIN_JING, state="open", released=Fen(0), reserved=Fen(0), spent=Fen(0),
        returned=Fen(0), cancelled=Fen(0), available=Fen(0), payable_through=None, open_claims={},
        spent_by_category={}, utilisation_percent_hundredths=0, reports_filed=(),
    )  # fmt: skip


@pytest.mark.rule("FIN-02")
def test_a_claim_is_reserved_and_no_longer_available() -> None:
    assert balance(released(1), claimed()) == FundRow(
        STUDIO, LIN_JING, released=Fen(300_000), reserved=Fen(120_000), available=Fen(180_000),
        open_claims={str(BOOKS): 120_000}, spent_by_category={},
    )  # fmt: skip


@pytest.mark.rule("FIN-02")
def test_a_signature_an_approval_and_a_passed_mid_term_move_no_money() -> None:
    passed = MidtermPassed(studio_id=STUDIO)

    assert balance(released(1), claimed(), signed(), approved(), passed) == balance(released(1), claimed())


@pytest.mark.rule("FIN-02")
def test_a_payment_is_spent_and_no_longer_reserved() -> None:
    told = balance(released(1), released(2), claimed(), claimed(fen=1, expense=TRIP), approved(), spent())

    assert told == FundRow(
        STUDIO, LIN_JING, released=Fen(600_000), reserved=Fen(1), spent=Fen(120_000), available=Fen(479_999),
        open_claims={str(TRIP): 1}, spent_by_category={"training": 120_000}, utilisation_percent_hundredths=2000,
    )  # fmt: skip


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_reversed_payment_is_available_again() -> None:
    told = balance(released(1), claimed(), approved(), spent(), reversed_())

    assert told == FundRow(
        STUDIO, LIN_JING, released=Fen(300_000), available=Fen(300_000), open_claims={},
        spent_by_category={"training": 0},
    )  # fmt: skip


@pytest.mark.rule("FIN-07")
def test_fin_07_utilisation_is_what_was_spent_of_what_was_released_in_hundredths_of_a_percent() -> None:
    told = balance(released(1), claimed(fen=100_000), approved(), spent(fen=100_000))

    assert told.utilisation_percent_hundredths == 3333


@pytest.mark.rule("FIN-06")
def test_fin_06_a_fund_shows_the_quarters_reported_on() -> None:
    assert balance(released(1), FILED).reports_filed == ("2024-Q2",)


@pytest.mark.rule("FIN-02")
def test_a_refused_claim_is_available_again() -> None:
    assert balance(released(1), claimed(), refused()) == FundRow(
        STUDIO, LIN_JING, released=Fen(300_000), available=Fen(300_000), open_claims={}, spent_by_category={}
    )


@pytest.mark.rule("FIN-05")
def test_fin_05_a_cut_shows_until_when_is_paid() -> None:
    assert balance(released(1), released(2), CANCELLED, CUT) == FundRow(
        STUDIO, LIN_JING, state="cut", released=Fen(600_000), cancelled=Fen(300_000), available=Fen(600_000),
        payable_through=date(2024, 11, 11), open_claims={}, spent_by_category={},
    )  # fmt: skip


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_wind_down_shows_until_when_is_paid() -> None:
    assert balance(released(1), CYCLE_OVER) == FundRow(
        STUDIO, LIN_JING, state="winding_down", released=Fen(300_000), available=Fen(300_000),
        payable_through=date(2026, 4, 26), open_claims={}, spent_by_category={},
    )  # fmt: skip


@pytest.mark.rule("A.9-8")
def test_a_9_8_of_a_closed_fund_nothing_is_left() -> None:
    told = balance(released(1), released(2), claimed(), approved(), spent(), CANCELLED, CUT, RETURNED)

    assert told == FundRow(
        STUDIO, LIN_JING, state="closed", released=Fen(600_000), spent=Fen(120_000), returned=Fen(480_000),
        cancelled=Fen(300_000), available=Fen(0), payable_through=date(2024, 11, 11), open_claims={},
        spent_by_category={"training": 120_000}, utilisation_percent_hundredths=2000,
    )  # fmt: skip


@pytest.mark.rule("FIN-02")
def test_a_fund_that_was_never_opened_has_no_row() -> None:
    assert fold(funds, str(FUND), released(1)) is None


@pytest.mark.rule("FIN-02")
def test_money_leaves_as_fen_and_yuan() -> None:
    shown = TypeAdapter(FundRow).dump_python(balance(released(1), claimed()), mode="json")

    assert (shown["released"], shown["available"]) == (
        {"fen": 300_000, "yuan": "3000.00"},
        {"fen": 180_000, "yuan": "1800.00"},
    )


@pytest.mark.rule("FIN-02")
def test_money_of_open_claims_leaves_as_fen_and_yuan_too() -> None:
    shown = TypeAdapter(FundRow).dump_python(balance(released(1), claimed()), mode="json")

    assert shown["open_claims"] == {str(BOOKS): {"fen": 120_000, "yuan": "1200.00"}}


def expense(*events: Any, on: str = "2024-09-27") -> Any:
    return fold(expenses, str(BOOKS), *events, on=on)


CLAIMED = ExpenseRow(
    fund_id=FUND, studio_id=STUDIO, host_id=LIN_JING, claimant_id=WANG_FANG, amount=Fen(120_000), category="training",
    activity_on=date(2024, 9, 20), purpose="班主任能力培训", payee_id=None, receipt=None, state="submitted",
    claimed_on=DAY,
)  # fmt: skip
SIGNED = replace(CLAIMED, state="signed", signed_on=DAY, signed_by=LIN_JING)
APPROVED = replace(SIGNED, state="approved", approved_on=DAY, approved_by=WU_MIN)
PAID = replace(APPROVED, state="paid", paid_on=DAY, paid_by=QIAN_JIN)


@pytest.mark.rule("FIN-02")
def test_a_claim_shows_who_asked_for_what() -> None:
    assert expense(claimed()) == CLAIMED


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_claim_by_the_host_shows_as_signed() -> None:
    assert expense(claimed(by=LIN_JING)) == replace(SIGNED, claimant_id=LIN_JING)


@pytest.mark.rule("FIN-02")
def test_a_paid_claim_shows_who_signed_approved_and_paid_it_and_when() -> None:
    assert expense(claimed(), signed()) == SIGNED
    assert expense(claimed(), signed(), approved()) == APPROVED
    assert expense(claimed(), signed(), approved(), spent()) == PAID


@pytest.mark.rule("FIN-04")
def test_fin_04_a_claim_for_another_purpose_shows_why_it_was_approved() -> None:
    told = expense(claimed(category="other"), signed(), approved(why="班级文化展示"))

    assert (told.category, told.other_reason) == ("other", "班级文化展示")


@pytest.mark.rule("A.9-8")
def test_a_9_8_a_reversed_payment_shows_who_took_it_back_and_why() -> None:
    assert expense(claimed(), signed(), approved(), spent(), reversed_()) == replace(
        PAID, state="reversed", reversed_on=DAY, reversed_by=QIAN_JIN, reversed_because="付错了户名"
    )


@pytest.mark.rule("FIN-02")
@pytest.mark.parametrize("reason", ["by_office", "wind_down_over"])
def test_a_refused_claim_shows_why(reason: Any) -> None:
    assert expense(claimed(), refused(reason=reason)) == replace(
        CLAIMED, state="refused", refused_on=DAY, refused_because=reason
    )


@pytest.mark.rule("FIN-02")
def test_a_claim_refused_by_an_office_shows_by_whom() -> None:
    row = expenses.fold(str(BOOKS), CLAIMED, happened(refused())._replace(person=WU_MIN))

    assert row is not None
    assert row.refused_by == WU_MIN


@pytest.mark.rule("FIN-02")
@pytest.mark.parametrize("event", [signed(), approved(), spent(), refused(), reversed_()])
def test_an_expense_never_claimed_has_no_row(event: Any) -> None:
    assert expense(event) is None


@pytest.mark.rule("FIN-02")
def test_a_claim_stored_before_it_named_studio_and_host_still_shows() -> None:
    old = replace(claimed(), studio_id=None, host_id=None)

    assert expense(old) == replace(CLAIMED, studio_id=None, host_id=None)


@pytest.mark.rule("FIN-02")
def test_two_studios_may_choose_the_same_expense_id() -> None:
    here, there = happened(claimed()), happened(claimed(), stream=UUID(int=0xE15E))

    assert set(expenses.keys(here)) & set(expenses.keys(there)) == set()


@pytest.mark.rule("A.9-13")
def test_a_9_13_with_the_years_their_releases_and_the_cycles_end_are_due() -> None:
    told = happened(LAID_OUT, rules=3)

    assert {key: agenda.fold(key, None, told) for key in agenda.keys(told)} == {
        f"{FUND}:cycle": Due(ask="EndCycle", body=BODY, on=date(2026, 3, 28), cause=7),
        f"{FUND}:release:1": Due(ask="ReleaseYear", body={**BODY, "number": 1}, on=date(2023, 3, 27), cause=7),
        f"{FUND}:release:2": Due(ask="ReleaseYear", body={**BODY, "number": 2}, on=date(2024, 3, 28), cause=7),
        f"{FUND}:release:3": Due(ask="ReleaseYear", body={**BODY, "number": 3}, on=date(2025, 3, 28), cause=7),
    }


@pytest.mark.rule("A.9-22")
@pytest.mark.parametrize(("end", "day_31"), [(CUT, date(2024, 11, 12)), (CYCLE_OVER, date(2026, 4, 27))])
def test_a_9_22_with_the_end_the_return_is_due_on_day_31_and_the_cycles_end_no_more(end: Any, day_31: date) -> None:
    waiting = Due(ask="EndCycle", body=BODY, on=date(2026, 3, 28), cause=7)
    told = happened(end, rules=3)

    assert {key: agenda.fold(key, waiting, told) for key in agenda.keys(told)} == {
        f"{FUND}:return": Due(ask="ReturnRest", body=BODY, on=day_31, cause=7),
        f"{FUND}:cycle": None,
    }


@pytest.mark.rule("FIN-02")
@pytest.mark.parametrize(
    ("done", "key"),
    [(released(2), f"{FUND}:release:2"), (CANCELLED, f"{FUND}:release:3"), (RETURNED, f"{FUND}:return")],
)
def test_what_was_done_is_no_longer_due(done: Any, key: str) -> None:
    waiting = Due(ask="Something", body=BODY, on=date(2024, 3, 28), cause=7)

    assert {row: agenda.fold(row, waiting, happened(done)) for row in agenda.keys(happened(done))} == {key: None}


@pytest.mark.rule("A.9-13")
@pytest.mark.parametrize(("passed_on", "due_on"), [("2024-11-01", "2025-03-28"), ("2025-06-01", "2025-06-01")])
def test_a_held_year_is_asked_for_again_on_the_later_of_its_first_day_and_the_pass(passed_on: str, due_on: str) -> None:
    asked_in_vain = Due(ask="ReleaseYear", body=BODY, on=date(2025, 3, 28), cause=3)
    passed = happened(MidtermPassed(studio_id=STUDIO), on=passed_on)

    again = agenda.fold(f"{FUND}:release:3", asked_in_vain, passed)

    assert again == replace(asked_in_vain, on=date.fromisoformat(due_on), cause=7)
    assert f"{FUND}:release:3" in agenda.keys(passed)


def recorded_by(aggregate: type[Any]) -> set[str]:
    """The events that an aggregate makes or applies, by their class names, read from its source and its values'."""
    named = vars(inspect.getmodule(aggregate)).values()
    values = {part for part in named if inspect.isclass(part) and part.__module__.startswith(aggregates.__name__)}
    return set().union(*map(recorded_in, values))


def recorded_in(part: type[Any]) -> set[str]:
    tree = list(ast.walk(ast.parse(inspect.getsource(part))))
    named = {node.func.id for node in tree if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    named |= {node.cls.id for node in tree if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)}
    known = vars(inspect.getmodule(part))
    return {name for name in named if hasattr(known.get(name), "__event_name__")}


DECIDED = dict.fromkeys(
    (
        "/host-signatures", "/expense-approvals", "/expense-refusals", "/payments", "/payment-reversals",
        "/budget-signatures", "/asset-dispositions",
    ),
    (Fund, funds),
)  # fmt: skip
"""Whose version an If-Match names, and the row that shows it."""


@pytest.mark.rule("FIN-02")
def test_each_decision_on_a_version_is_listed_here() -> None:
    extras = {route.path: route.openapi_extra or {} for route in router.routes}
    named = {path: [header["name"] for header in extra.get("parameters", ())] for path, extra in extras.items()}

    assert {path for path, headers in named.items() if "If-Match" in headers} == set(DECIDED)


@pytest.mark.rule("FIN-02")
@pytest.mark.parametrize(("aggregate", "model"), list(DECIDED.values()), ids=DECIDED)
def test_the_row_of_a_decision_moves_with_each_event_of_its_stream(aggregate: Any, model: ReadModel[Any]) -> None:
    assert recorded_by(aggregate) == {fact.__name__ for fact in model.facts}
