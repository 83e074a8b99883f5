"""What finance has in writing about a person: part of accounting records, erased when those may go (A.9-21)."""

from datetime import date
from typing import Any
from uuid import UUID

from services.finance.events import ErasureDeferred, TextsErased
from shared.kernel.erasing import PersonalTexts


class AccountingTexts(PersonalTexts):
    """The reasons of vouchers and the reports on the money, whose retention runs from the end of the calendar year."""

    opens = (ErasureDeferred, TextsErased)
    until: date | None = None

    def erase_after(self, person_id: UUID, day: date, years: int) -> None:
        """Asked for again, what was written since is waited for too; on the day itself it is done."""
        if self.is_erased:
            return
        if self.until is not None and day >= self.until:
            self.record(TextsErased(person_id=person_id))
            return
        until = date(day.year + years + 1, 1, 1)
        if self.until is None or until > self.until:
            self.record(ErasureDeferred(person_id=person_id, until=until))

    def apply(self, happened: Any) -> None:
        super().apply(happened)
        if isinstance(happened, ErasureDeferred):
            self.until = happened.until
