"""What events of finance needed to have come before, where no explanation says so."""

from collections.abc import Mapping
from typing import Any

from services.finance.events import (
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
    FundingCut,
    FundsReleased,
    FundsReturned,
    WindingDown,
    YearsLaidOut,
)
from shared.kernel.explaining import Resting, after

GROUNDS: Mapping[type[Any], Resting] = {
    FundsReleased: after(YearsLaidOut),
    FundingCut: after(YearsLaidOut),
    FundsReturned: after(FundingCut, WindingDown),
    ExpenseSigned: after(ExpenseClaimed, same="expense_id"),
    ExpenseApproved: after(ExpenseClaimed, ExpenseSigned, same="expense_id"),
    ExpenseRefused: after(ExpenseClaimed, same="expense_id"),
    ExpenseSpent: after(ExpenseClaimed, ExpenseSigned, ExpenseApproved, same="expense_id"),
    ExpenseReversed: after(ExpenseSpent, same="expense_id"),
}
