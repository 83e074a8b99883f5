"""People, a studio's fund and its three years, as the finance tests speak of them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.finance.aggregates.fund import Fund
from services.finance.commands import (
    ApproveExpense,
    ClaimExpense,
    FileReport,
    PayExpense,
    RefuseExpense,
    ReverseExpense,
    SignExpense,
)
from services.finance.events import (
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
    FundingCut,
    FundOpened,
    FundsReleased,
    MemberNoted,
    ProjectYear,
    Quarter,
    WindingDown,
    YearsLaidOut,
)
from shared.kernel.model import Happened
from shared.kernel.money import Fen, Price
from shared.kernel.people import Role
from shared.kernel.published import StudioPlaqued
from shared.kernel.values import Label, Text
from tests.scenario import SCHOOL, Given, given, stream

LIN_JING, WANG_FANG, LI_NA = UUID(int=1), UUID(int=2), UUID(int=3)
"""The host; a trainee; one who left."""
WU_MIN, ZHENG_TAO, QIAN_JIN = UUID(int=11), UUID(int=12), UUID(int=13)
"""Two offices and the payer."""
HAN_XUE = UUID(int=21)
"""An expert from outside."""
STUDIO = UUID(int=0x57D10)
FUND = Fund.id_for(STUDIO)
BOOKS, TRIP = UUID(int=0xB00C), UUID(int=0x721B)
"""Two expenses."""

YEAR = Fen(300_000)
ENDS = date(2026, 3, 27)
PLAQUED = StudioPlaqued(
    studio_id=STUDIO, host_id=LIN_JING, plaqued_on=date(2023, 3, 27), ends_on=ENDS,
    midterm_due_on=date(2024, 9, 27), midterm_opens_on=date(2024, 6, 27), midterm_closes_on=date(2024, 12, 27),
)  # fmt: skip
YEARS = (
    ProjectYear(number=1, starts_on=date(2023, 3, 27), ends_on=date(2024, 3, 27), held=False),
    ProjectYear(number=2, starts_on=date(2024, 3, 28), ends_on=date(2025, 3, 27), held=False),
    ProjectYear(number=3, starts_on=date(2025, 3, 28), ends_on=ENDS, held=True),
)
OPENED = FundOpened(studio_id=STUDIO, host_id=LIN_JING)
LAID_OUT = YearsLaidOut(
    studio_id=STUDIO, years=YEARS, year_fen=YEAR, ends_on=ENDS, wind_down_days=30, host_id=LIN_JING,
    starts_on=date(2023, 3, 27), midterm_due_on=date(2024, 9, 27),
)  # fmt: skip
MEMBERS = (
    MemberNoted(person_id=WANG_FANG, standing="joined"),
    MemberNoted(person_id=LI_NA, standing="joined"),
    MemberNoted(person_id=LI_NA, standing="left"),
)

CUT_ON, DAY_BEFORE_CUT, DAY_30, DAY_31 = "2024-10-12", "2024-10-11", "2024-11-11", "2024-11-12"
"""A mid-term that failed took effect on 2024-10-12."""
CUT = FundingCut(
    studio_id=STUDIO, cause="midterm", cancelled_fen=YEAR, frozen_fen=Fen(600_000),
    activities_through=date(2024, 10, 11), payable_through=date(2024, 11, 11),
)  # fmt: skip
CYCLE_OVER = WindingDown(studio_id=STUDIO, activities_through=ENDS, payable_through=date(2026, 4, 26))


def released(year: int, fiscal_year: int | None = None) -> FundsReleased:
    return FundsReleased(studio_id=STUDIO, year=year, fen=YEAR, fiscal_year=fiscal_year or 2022 + year)


def fund(*later: Any) -> Fund:
    """With its years laid out and its members known; no money yet."""
    return stream(Fund, FUND, OPENED, LAID_OUT, *MEMBERS, *later)


def funded(*later: Any) -> Fund:
    """In its second year: 6,000 yuan were released."""
    return fund(released(1), released(2), *later)


def claimed(
    fen: int = 120_000, expense: UUID = BOOKS, activity_on: str = "2024-09-20", by: UUID = WANG_FANG, **more: Any
) -> ExpenseClaimed:
    return ExpenseClaimed(
        expense_id=expense, claimant_id=by, fen=Price(fen), category=more.get("category", "training"),
        activity_on=date.fromisoformat(activity_on), purpose=Label("班主任能力培训"), payee_id=more.get("payee_id"),
        receipt=None, studio_id=STUDIO, host_id=more.get("host_id", LIN_JING), expert_rank=more.get("expert_rank"),
        class_hours=more.get("class_hours"), fee_check=more.get("fee_check"), asset=more.get("asset"),
        over_budget=more.get("over_budget", False),
    )  # fmt: skip


def signed(expense: UUID = BOOKS, office: UUID | None = None, host: UUID = LIN_JING) -> ExpenseSigned:
    return ExpenseSigned(expense_id=expense, host_id=host, office_id=office)


def approved(expense: UUID = BOOKS, by: UUID = WU_MIN, why: str | None = None) -> ExpenseApproved:
    return ExpenseApproved(expense_id=expense, approver_id=by, other_reason=Text(why) if why else None)


def refused(expense: UUID = BOOKS, fen: int = 120_000, reason: Any = "by_office") -> ExpenseRefused:
    return ExpenseRefused(expense_id=expense, reason=reason, studio_id=STUDIO, fen=Price(fen))


def spent(fen: int = 120_000, expense: UUID = BOOKS, fiscal_year: int = 2024) -> ExpenseSpent:
    return ExpenseSpent(
        expense_id=expense, studio_id=STUDIO, fen=Price(fen), category="training", payer_id=QIAN_JIN,
        fiscal_year=fiscal_year,
    )  # fmt: skip


def reversed_(fen: int = 120_000, expense: UUID = BOOKS, fiscal_year: int = 2024) -> ExpenseReversed:
    return ExpenseReversed(
        expense_id=expense, studio_id=STUDIO, fen=Price(fen), category="training", payer_id=QIAN_JIN,
        reason=WRONG, fiscal_year=fiscal_year,
    )  # fmt: skip


def claiming(fen: int = 120_000, expense: UUID = BOOKS, activity_on: str = "2024-09-20", **more: Any) -> ClaimExpense:
    return ClaimExpense(
        studio_id=STUDIO, expense_id=expense, fen=Price(fen), category=more.get("category", "training"),
        activity_on=date.fromisoformat(activity_on), purpose=Label("班主任能力培训"), payee_id=more.get("payee_id"),
        expert_rank=more.get("expert_rank"), class_hours=more.get("class_hours"), asset=more.get("asset"),
    )  # fmt: skip


SIGN = SignExpense(studio_id=STUDIO, expense_id=BOOKS)
APPROVE = ApproveExpense(studio_id=STUDIO, expense_id=BOOKS)
REFUSE = RefuseExpense(studio_id=STUDIO, expense_id=BOOKS)
PAY = PayExpense(studio_id=STUDIO, expense_id=BOOKS)
WRONG = Text("付错了户名")
REVERSE = ReverseExpense(studio_id=STUDIO, expense_id=BOOKS, reason=WRONG)
REPORT = FileReport(studio_id=STUDIO, period=Quarter("2024-Q2"), text=Text("本季度经费用于班主任培训。"))


def lin(known: Fund, day: str = "2024-09-27") -> Given:
    """Lin Jing, the host, asks."""
    return given(known).on(day).by(Role.HOST, LIN_JING)


def wang(known: Fund, day: str = "2024-09-27") -> Given:
    """Wang Fang, a trainee, asks."""
    return given(known).on(day).by(Role.TRAINEE, WANG_FANG)


def office(known: Fund, day: str = "2024-09-27") -> Given:
    """Wu Min of the personnel office asks."""
    return given(known).on(day).by(Role.PERSONNEL, WU_MIN)


def payer(known: Fund, day: str = "2024-09-27") -> Given:
    """Qian Jin, who pays, asks."""
    return given(known).on(day).by(Role.PAYER, QIAN_JIN)


def happened(event: Any, stream: UUID = FUND, on: str = "2024-09-27", rules: int = 0) -> Happened:
    """The event as it comes out of a log."""
    return Happened(
        position=7, stream=stream, version=1, name=event.__event_name__, event=event, person=None, role="system",
        school=SCHOOL, on=date.fromisoformat(on), at=datetime(2024, 9, 27, 1, tzinfo=UTC), correlation="test",
        causation="test", rules=rules,
    )  # fmt: skip
