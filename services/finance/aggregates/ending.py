"""How a fund ends, and what is still paid then (FIN-05, A.9-8)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.finance.aggregates.cycle import Cycle
from services.finance.aggregates.paying import Payable, wound_down
from services.finance.events import FundingCut, FundsReturned, WindingDown
from shared.kernel.model import Refused
from shared.kernel.money import in_hundredths


@dataclass(kw_only=True)
class Ending:
    """Cut or wound down, and at last returned; nothing of it while the fund runs."""

    activities_through: date | None = None
    payable_through: date | None = None
    is_cut: bool = False
    is_returned: bool = False
    returned_fen: int = 0

    @property
    def has_begun(self) -> bool:
        return self.activities_through is not None

    def payable(self, cycle: Cycle) -> Payable:
        """What is paid and until when. Before any end the cycle's hold, also while its timer is late."""
        return Payable(
            first=cycle.starts_on,
            activities_through=self.activities_through or cycle.ends_on,
            payable_through=self.payable_through or wound_down(cycle.ends_on, cycle.wind_down_days),
            is_returned=self.is_returned,
        )

    def check_payable(self, cycle: Cycle, activity_on: date, day: date) -> None:
        """After a cut or the cycle's end: earlier activities only, and only through day 30 (A.9-8)."""
        window = self.payable(cycle)
        verdict = window.verdict(activity_on, day)
        if verdict == "funding-over":
            raise Refused(
                "funding-over", rule="FIN-05" if self.is_cut else "A.9-8",
                activity_on=activity_on.isoformat(), on=day.isoformat(),
                activities_through=window.activities_through.isoformat(),
                payable_through=window.payable_through.isoformat(),
                zh="经费支持已终止：只受理{activities_through}及以前的活动，付款至{payable_through}",
                en="funding has ended: activities through {activities_through}, paid through {payable_through}",
            )  # fmt: skip
        cycle.check_laid_out()
        if verdict == "activity-out-of-time":
            raise Refused(
                "activity-out-of-time", rule="FIN-03",
                activity_on=activity_on.isoformat(), on=day.isoformat(), first=window.first.isoformat(),
                zh="活动日期{activity_on}须在周期首日{first}与业务日期{on}之间",
                en="the activity on {activity_on} is not between the cycle's first day, {first}, and {on}",
            )  # fmt: skip

    def check_not_returned(self) -> None:
        if self.is_returned:
            raise Refused(
                "funds-returned", rule="A.9-8", returned_fen=self.returned_fen,
                returned=in_hundredths(self.returned_fen),
                zh="余款{returned}元已退回学校，更正由学校账目处理",
                en="the rest, {returned} yuan, went back to the school: its own books correct this",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case FundingCut() | WindingDown():
                self.is_cut = self.is_cut or isinstance(happened, FundingCut)
                self.activities_through = happened.activities_through
                self.payable_through = happened.payable_through
            case FundsReturned(fen=fen):
                self.is_returned, self.returned_fen = True, int(fen)
