"""A second bookkeeper: what a fund's events say, added up independently of the fund."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from services.finance.events import ExpenseClaimed, ExpenseRefused, ExpenseSpent, FundsReleased, FundsReturned


@dataclass(frozen=True)
class Ledger:
    released: int = 0
    spent: int = 0
    returned: int = 0
    open: dict[UUID, int] = field(default_factory=dict)

    @property
    def reserved(self) -> int:
        return sum(self.open.values())

    def without(self, id: UUID) -> dict[UUID, int]:
        """Each reservation resolves once: a second time it is not there to be taken."""
        rest = dict(self.open)
        del rest[id]
        return rest

    def enter(self, event: Any) -> "Ledger":
        match event:
            case FundsReleased(fen=fen):
                return replace(self, released=self.released + fen)
            case ExpenseClaimed(expense_id=id, fen=fen):
                return replace(self, open={**self.open, id: fen})
            case ExpenseRefused(expense_id=id):
                return replace(self, open=self.without(id))
            case ExpenseSpent(expense_id=id, fen=fen):
                assert self.open[id] == fen
                return replace(self, open=self.without(id), spent=self.spent + fen)
            case FundsReturned(fen=fen):
                return replace(self, returned=self.returned + fen)
        return self


def versions(events: Iterable[Any]) -> list[Ledger]:
    """The ledger after each event."""
    ledger, told = Ledger(), []
    for event in events:
        ledger = ledger.enter(event)
        told.append(ledger)
    return told
