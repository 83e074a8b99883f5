"""A second bookkeeper: what a fund's events say, added up independently of the fund."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from services.finance.events import (
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSpent,
    FundsLapsed,
    FundsReleased,
    FundsReturned,
)


@dataclass(frozen=True)
class Ledger:
    released: int = 0
    returned: int = 0
    lapsed: int = 0
    years: dict[int, int] = field(default_factory=dict)
    open: dict[UUID, int] = field(default_factory=dict)
    paid: dict[UUID, int] = field(default_factory=dict)

    @property
    def reserved(self) -> int:
        return sum(self.open.values())

    @property
    def spent(self) -> int:
        return sum(self.paid.values())

    @property
    def available(self) -> int:
        return self.released - self.spent - self.reserved - self.lapsed - self.returned

    def enter(self, event: Any) -> "Ledger":
        """Each reservation resolves once, each payment is reversed once: a second time it is not there to be taken."""
        match event:
            case FundsReleased(fen=fen, year=year):
                assert year not in self.years
                return replace(self, released=self.released + fen, years={**self.years, year: fen})
            case FundsLapsed(fen=fen, year=year):
                later = sum(fen for number, fen in self.years.items() if number > year)
                left = replace(self, lapsed=self.lapsed + fen)
                assert left.available == min(self.available, later)
                return left
            case ExpenseClaimed(expense_id=id, fen=fen):
                assert id not in self.open
                return replace(self, open={**self.open, id: fen})
            case ExpenseRefused(expense_id=id):
                return replace(self, open=without(id, self.open))
            case ExpenseSpent(expense_id=id, fen=fen):
                assert self.open[id] == fen
                return replace(self, open=without(id, self.open), paid={**self.paid, id: fen})
            case ExpenseReversed(expense_id=id, fen=fen):
                assert self.paid[id] == fen
                return replace(self, paid=without(id, self.paid))
            case FundsReturned(fen=fen):
                assert self.returned == 0
                return replace(self, returned=fen)
        return self


def without(id: UUID, amounts: dict[UUID, int]) -> dict[UUID, int]:
    rest = dict(amounts)
    del rest[id]
    return rest
