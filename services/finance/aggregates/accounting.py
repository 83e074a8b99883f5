"""What stands beside the money: the host's reports, the yearly plans, the things that were bought."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from services.finance.aggregates.books import Books
from services.finance.events import (
    AssetDisposed,
    BudgetLine,
    BudgetPlanned,
    BudgetSigned,
    Quarter,
    ReportFiled,
    utilisation,
)
from shared.kernel.model import Refused
from shared.kernel.money import Fen
from shared.kernel.values import Text


class Accounting(Books):
    """How the use of the money is planned, shown and kept (FIN-06, SIL-09)."""

    def file_report(self, period: Quarter, text: Text, day: date) -> None:
        """Once a quarter that is over, from the plaque's to that of the return (FIN-06)."""
        if (filed := self.reports.get(period)) is not None:
            if filed.text == text:
                return
            raise Refused(
                "report-filed", rule="FIN-06", period=period,
                zh="{period}的经费使用报告已提交", en="the report on {period} is filed already",
            )  # fmt: skip
        self._check_reportable(period, day)
        self.record(
            ReportFiled(
                studio_id=self.studio_id, host_id=self.host_id, period=period, text=text,
                released_fen=Fen(self.released), reserved_fen=Fen(self.reserved), spent_fen=Fen(self.spent),
                available_fen=Fen(self.available),
                utilisation_percent_hundredths=utilisation(self.spent, self.released),
            )
        )  # fmt: skip

    def quarters_from(self, day: date) -> Iterator[Quarter]:
        """The quarters to report on, from that of a day to that of the return."""
        last = Quarter.of(self.payable.payable_through + timedelta(days=1))
        while (quarter := Quarter.of(day)) <= last:
            yield quarter
            day = quarter.ends_on + timedelta(days=1)

    def plan_budget(self, year: int, lines: tuple[BudgetLine, ...], host_id: UUID) -> None:
        self.check_laid_out()
        if (known := self.plans.get(year)) is not None and (known.lines, known.host_id) == (lines, host_id):
            return
        self.check_not_suspended(host_id)
        self._check_plan(year, lines)
        self.record(BudgetPlanned(studio_id=self.studio_id, year=year, lines=lines, host_id=host_id))

    def sign_budget(self, year: int, signer_id: UUID) -> None:
        if year not in self.plans:
            raise Refused(
                "budget-plan-unknown", rule="SIL-09", year=year,
                zh="第{year}年没有预算可签", en="year {year} has no budget plan to sign",
            )  # fmt: skip
        if year in self.signed_plans:
            return
        if signer_id == self.plans[year].host_id:
            raise Refused(
                "two-signatures", rule="SIL-09",
                zh="年度预算须由两个不同的人签字", en="a budget plan is signed by two different persons",
            )  # fmt: skip
        self.record(BudgetSigned(studio_id=self.studio_id, year=year, signer_id=signer_id))

    def dispose(self, asset_id: UUID, status: Literal["handed_over", "scrapped"], reason: Text) -> None:
        known = self.assets.get(asset_id)
        if known == status:
            return
        if known in (None, "struck_off"):
            raise Refused(
                "asset-unknown", rule="SIL-09", asset_id=str(asset_id),
                zh="该工作室的资产登记中没有{asset_id}", en="{asset_id} is not in this studio's register of assets",
            )  # fmt: skip
        self.record(AssetDisposed(asset_id=asset_id, studio_id=self.studio_id, status=status, reason=reason))

    def _check_plan(self, year: int, lines: tuple[BudgetLine, ...]) -> None:
        """One line a purpose, together not above what the year brings."""
        if year not in self.years:
            raise Refused(
                "year-unknown", rule="SIL-09", year=year, years=len(self.years),
                zh="本周期有{years}个年度的经费，没有第{year}年",
                en="the cycle brings {years} years' money, not year {year}",
            )  # fmt: skip
        if len({line.category for line in lines}) < len(lines):
            raise Refused(
                "budget-purpose-twice", rule="SIL-09",
                zh="同一用途只列一行", en="each purpose has one line in a plan",
            )  # fmt: skip
        if (planned := sum(line.fen for line in lines)) > self.year_fen:
            raise Refused(
                "budget-above-year", rule="SIL-09", planned_fen=planned, year_fen=int(self.year_fen),
                planned=f"{planned // 100}.{planned % 100:02d}", money=self.year_fen.yuan,
                zh="预算合计{planned}元，超过当年经费{money}元",
                en="the plan comes to {planned} yuan, the year brings {money} yuan",
            )  # fmt: skip

    def _check_reportable(self, period: Quarter, day: date) -> None:
        self.check_laid_out()
        quarters = tuple(self.quarters_from(self.starts_on))
        if period not in quarters:
            raise Refused(
                "period-out-of-time", rule="FIN-06", period=period, first=quarters[0], last=quarters[-1],
                zh="{period}不在应报告的{first}至{last}之间", en="{period} is not between {first} and {last}",
            )  # fmt: skip
        if day <= period.ends_on:
            raise Refused(
                "period-running", rule="FIN-06", period=period, ends_on=period.ends_on.isoformat(), on=day.isoformat(),
                zh="{period}到{ends_on}才结束，今为{on}", en="{period} ends on {ends_on}, it is {on}",
            )  # fmt: skip
