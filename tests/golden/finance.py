"""What the golden lines of finance say, in their order."""

from datetime import date

from services.finance.events import (
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseSpent,
    FundingCut,
    FundOpened,
    FundsReleased,
    FundsReturned,
    MemberNoted,
    MidtermPassed,
    ProjectYear,
    ReleaseCancelled,
    SettingsFollowed,
    WindingDown,
    YearsLaidOut,
)
from shared.kernel.money import Fen, Price
from shared.kernel.values import Digest, Label
from tests.golden.people import DOCUMENT, ENDS, EXPENSE, EXPERTS, LIN_JING, PLAQUED, QIAN_JIN, STUDIO, WANG_FANG, WU_MIN

EVENTS = (
    SettingsFollowed(number=1, effective_from=PLAQUED, values={"release_fen": 500_000}),
    FundOpened(studio_id=STUDIO, host_id=LIN_JING),
    YearsLaidOut(
        studio_id=STUDIO,
        years=(
            ProjectYear(number=1, starts_on=PLAQUED, ends_on=date(2024, 3, 27), held=False),
            ProjectYear(number=2, starts_on=date(2024, 3, 28), ends_on=date(2025, 3, 27), held=False),
            ProjectYear(number=3, starts_on=date(2025, 3, 28), ends_on=ENDS, held=True),
        ),
        year_fen=Fen(300_000),
        ends_on=ENDS,
        wind_down_days=30,
    ),
    MemberNoted(person_id=WANG_FANG, standing="left"),
    FundsReleased(studio_id=STUDIO, year=1, fen=Fen(300_000), fiscal_year=2023),
    MidtermPassed(studio_id=STUDIO),
    ReleaseCancelled(studio_id=STUDIO, year=3, fen=Fen(300_000)),
    ExpenseClaimed(
        expense_id=EXPENSE,
        claimant_id=WANG_FANG,
        fen=Price(120_001),
        category="expert_guidance",
        activity_on=date(2023, 5, 12),
        purpose=Label("专家讲座"),
        payee_id=EXPERTS[0],
        receipt=Digest(DOCUMENT),
    ),
    ExpenseClaimed(
        expense_id=EXPENSE,
        claimant_id=LIN_JING,
        fen=Price(1),
        category="research",
        activity_on=date(2023, 5, 12),
        purpose=Label("课题资料"),
        payee_id=None,
        receipt=None,
    ),
    ExpenseApproved(expense_id=EXPENSE, approver_id=WU_MIN),
    ExpenseRefused(expense_id=EXPENSE, reason="wind_down_over"),
    ExpenseSpent(
        expense_id=EXPENSE,
        studio_id=STUDIO,
        fen=Price(120_001),
        category="expert_guidance",
        payer_id=QIAN_JIN,
        fiscal_year=2023,
    ),
    FundingCut(
        studio_id=STUDIO,
        cause="ethics",
        cancelled_fen=Fen(0),
        frozen_fen=Fen(179_999),
        activities_through=date(2024, 10, 11),
        payable_through=date(2024, 11, 11),
    ),
    WindingDown(studio_id=STUDIO, activities_through=ENDS, payable_through=date(2026, 4, 26)),
    FundsReturned(studio_id=STUDIO, fen=Fen(0)),
)
