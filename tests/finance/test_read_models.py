"""What finance shows: funds, expenses, and what time will ask for."""

import ast
import inspect
from datetime import date
from functools import reduce
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from services.finance.aggregates.fund import Fund
from services.finance.api import router
from services.finance.events import ExpenseRefused, FundsReturned, MidtermPassed, ReleaseCancelled
from services.finance.read_models.agenda import agenda
from services.finance.read_models.expenses import ExpenseRow, expenses
from services.finance.read_models.funds import FundRow, funds
from shared.kernel.model import Due, ReadModel
from shared.kernel.money import Fen
from tests.finance.examples import (
    BOOKS,
    CUT,
    CYCLE_OVER,
    FUND,
    LAID_OUT,
    LIN_JING,
    MEMBERS,
    OPENED,
    STUDIO,
    TRIP,
    WANG_FANG,
    YEAR,
    approved,
    claimed,
    happened,
    released,
    spent,
)

BODY = {"studio_id": str(STUDIO)}
CANCELLED = ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR)
RETURNED = FundsReturned(studio_id=STUDIO, fen=Fen(480_000))


def fold(model: ReadModel[Any], key: str, *events: Any, on: str = "2024-09-27") -> Any:
    """The row under a key after these events."""
    return reduce(lambda row, event: model.fold(key, row, happened(event, on=on)), events, None)


def balance(*later: Any) -> Any:
    return fold(funds, str(FUND), OPENED, LAID_OUT, *MEMBERS, *later)


def test_fin_02_a_new_fund_is_empty() -> None:
    assert balance() == FundRow(
        studio_id=STUDIO, host_id=LIN_JING, state="open", released=Fen(0), reserved=Fen(0), spent=Fen(0),
        returned=Fen(0), cancelled=Fen(0), available=Fen(0), payable_through=None, open_claims={},
    )  # fmt: skip


def test_a_claim_is_reserved_and_no_longer_available() -> None:
    assert balance(released(1), claimed()) == FundRow(
        STUDIO, LIN_JING, released=Fen(300_000), reserved=Fen(120_000), available=Fen(180_000),
        open_claims={str(BOOKS): 120_000},
    )  # fmt: skip


def test_an_approval_and_a_passed_mid_term_move_no_money() -> None:
    passed = MidtermPassed(studio_id=STUDIO)

    assert balance(released(1), claimed(), approved(), passed) == balance(released(1), claimed())


def test_a_payment_is_spent_and_no_longer_reserved() -> None:
    told = balance(released(1), released(2), claimed(), claimed(fen=1, expense=TRIP), approved(), spent())

    assert told == FundRow(
        STUDIO, LIN_JING, released=Fen(600_000), reserved=Fen(1), spent=Fen(120_000), available=Fen(479_999),
        open_claims={str(TRIP): 1},
    )  # fmt: skip


def test_a_refused_claim_is_available_again() -> None:
    refused = ExpenseRefused(expense_id=BOOKS, reason="by_office")

    assert balance(released(1), claimed(), refused) == FundRow(
        STUDIO, LIN_JING, released=Fen(300_000), available=Fen(300_000), open_claims={}
    )


def test_fin_05_a_cut_shows_until_when_is_paid() -> None:
    assert balance(released(1), released(2), CANCELLED, CUT) == FundRow(
        STUDIO, LIN_JING, state="cut", released=Fen(600_000), cancelled=Fen(300_000), available=Fen(600_000),
        payable_through=date(2024, 11, 11), open_claims={},
    )  # fmt: skip


def test_a_9_8_a_wind_down_shows_until_when_is_paid() -> None:
    assert balance(released(1), CYCLE_OVER) == FundRow(
        STUDIO, LIN_JING, state="winding_down", released=Fen(300_000), available=Fen(300_000),
        payable_through=date(2026, 4, 26), open_claims={},
    )  # fmt: skip


def test_a_9_8_of_a_closed_fund_nothing_is_left() -> None:
    told = balance(released(1), released(2), claimed(), approved(), spent(), CANCELLED, CUT, RETURNED)

    assert told == FundRow(
        STUDIO, LIN_JING, state="closed", released=Fen(600_000), spent=Fen(120_000), returned=Fen(480_000),
        cancelled=Fen(300_000), available=Fen(0), payable_through=date(2024, 11, 11), open_claims={},
    )  # fmt: skip


def test_a_fund_that_was_never_opened_has_no_row() -> None:
    assert fold(funds, str(FUND), released(1)) is None


def test_money_leaves_as_fen_and_yuan() -> None:
    shown = TypeAdapter(FundRow).dump_python(balance(released(1), claimed()), mode="json")

    assert (shown["released"], shown["available"]) == (
        {"fen": 300_000, "yuan": "3000.00"},
        {"fen": 180_000, "yuan": "1800.00"},
    )


def test_money_of_open_claims_leaves_as_fen_and_yuan_too() -> None:
    shown = TypeAdapter(FundRow).dump_python(balance(released(1), claimed()), mode="json")

    assert shown["open_claims"] == {str(BOOKS): {"fen": 120_000, "yuan": "1200.00"}}


def expense(*events: Any, on: str = "2024-09-27") -> Any:
    return fold(expenses, str(BOOKS), *events, on=on)


def test_a_claim_shows_who_asked_for_what() -> None:
    assert expense(claimed()) == ExpenseRow(
        fund_id=FUND, claimant_id=WANG_FANG, amount=Fen(120_000), category="training",
        activity_on=date(2024, 9, 20), purpose="班主任能力培训", state="claimed", claimed_on=date(2024, 9, 27),
        approved_on=None, spent_on=None, refused_because=None,
    )  # fmt: skip


def test_a_paid_claim_shows_its_days() -> None:
    day = date(2024, 9, 27)

    assert expense(claimed(), approved(), spent()) == ExpenseRow(
        FUND, WANG_FANG, Fen(120_000), "training", date(2024, 9, 20), "班主任能力培训", state="spent", claimed_on=day,
        approved_on=day, spent_on=day,
    )  # fmt: skip


@pytest.mark.parametrize("reason", ["by_office", "wind_down_over"])
def test_a_refused_claim_shows_why(reason: Any) -> None:
    assert expense(claimed(), ExpenseRefused(expense_id=BOOKS, reason=reason)) == ExpenseRow(
        FUND, WANG_FANG, Fen(120_000), "training", date(2024, 9, 20), "班主任能力培训", state="refused",
        claimed_on=date(2024, 9, 27), refused_because=reason,
    )  # fmt: skip


@pytest.mark.parametrize("event", [approved(), spent(), ExpenseRefused(expense_id=BOOKS, reason="by_office")])
def test_an_expense_never_claimed_has_no_row(event: Any) -> None:
    assert expense(event) is None


def test_two_studios_may_choose_the_same_expense_id() -> None:
    here, there = happened(claimed()), happened(claimed(), stream=UUID(int=0xE15E))

    assert set(expenses.keys(here)) & set(expenses.keys(there)) == set()


def test_a_9_13_with_the_years_their_releases_and_the_cycles_end_are_due() -> None:
    told = happened(LAID_OUT, rules=3)

    assert {key: agenda.fold(key, None, told) for key in agenda.keys(told)} == {
        f"{FUND}:cycle": Due(ask="EndCycle", body=BODY, on=date(2026, 3, 28), rules=3),
        f"{FUND}:release:1": Due(ask="ReleaseYear", body={**BODY, "number": 1}, on=date(2023, 3, 27), rules=3),
        f"{FUND}:release:2": Due(ask="ReleaseYear", body={**BODY, "number": 2}, on=date(2024, 3, 28), rules=3),
        f"{FUND}:release:3": Due(ask="ReleaseYear", body={**BODY, "number": 3}, on=date(2025, 3, 28), rules=3),
    }


@pytest.mark.parametrize(("end", "day_31"), [(CUT, date(2024, 11, 12)), (CYCLE_OVER, date(2026, 4, 27))])
def test_a_9_22_with_the_end_the_return_is_due_on_day_31_and_the_cycles_end_no_more(end: Any, day_31: date) -> None:
    waiting = Due(ask="EndCycle", body=BODY, on=date(2026, 3, 28), rules=3)
    told = happened(end, rules=3)

    assert {key: agenda.fold(key, waiting, told) for key in agenda.keys(told)} == {
        f"{FUND}:return": Due(ask="ReturnRest", body=BODY, on=day_31, rules=3),
        f"{FUND}:cycle": None,
    }


@pytest.mark.parametrize(
    ("done", "key"),
    [(released(2), f"{FUND}:release:2"), (CANCELLED, f"{FUND}:release:3"), (RETURNED, f"{FUND}:return")],
)
def test_what_was_done_is_no_longer_due(done: Any, key: str) -> None:
    waiting = Due(ask="Something", body=BODY, on=date(2024, 3, 28))

    assert {row: agenda.fold(row, waiting, happened(done)) for row in agenda.keys(happened(done))} == {key: None}


def recorded_by(aggregate: type[Any]) -> set[str]:
    """The events that an aggregate makes or applies, by their class names, read from its source."""
    tree = list(ast.walk(ast.parse(inspect.getsource(aggregate))))
    named = {node.func.id for node in tree if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    named |= {node.cls.id for node in tree if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)}
    known = vars(inspect.getmodule(aggregate))
    return {name for name in named if hasattr(known.get(name), "__event_name__")}


DECIDED = dict.fromkeys(("/expense-approvals", "/expense-refusals", "/payments"), (Fund, funds))
"""Whose version an If-Match names, and the row that shows it."""


def test_each_decision_on_a_version_is_listed_here() -> None:
    extras = {route.path: route.openapi_extra or {} for route in router.routes}
    named = {path: [header["name"] for header in extra.get("parameters", ())] for path, extra in extras.items()}

    assert {path for path, headers in named.items() if "If-Match" in headers} == set(DECIDED)


@pytest.mark.parametrize(("aggregate", "model"), list(DECIDED.values()), ids=DECIDED)
def test_the_row_of_a_decision_moves_with_each_event_of_its_stream(aggregate: Any, model: ReadModel[Any]) -> None:
    assert recorded_by(aggregate) == {fact.__name__ for fact in model.facts}
