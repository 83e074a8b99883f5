"""What of a fund's money is where at one moment (FIN-08)."""

from dataclasses import dataclass

from shared.kernel.model import Refused
from shared.kernel.money import Fen, in_hundredths


@dataclass(frozen=True, kw_only=True)
class Balance:
    """In fen."""

    released: int
    reserved: int
    spent: int
    lapsed: int
    returned: int

    @property
    def rest(self) -> int:
        """What is there: spent, lapsed or returned it is not, reserved it may be."""
        return self.released - self.spent - self.lapsed - self.returned

    @property
    def available(self) -> int:
        return self.rest - self.reserved

    def check_available(self, asked: Fen) -> None:
        if asked > self.available:
            raise Refused(
                "fund-exceeded", rule="FIN-08", asked_fen=int(asked), available_fen=self.available,
                released_fen=self.released, reserved_fen=self.reserved, spent_fen=self.spent, lapsed_fen=self.lapsed,
                asked=asked.yuan, available=in_hundredths(self.available),
                zh="申请{asked}元，可用仅{available}元",
                en="{asked} yuan was asked, {available} yuan is available",
            )  # fmt: skip
