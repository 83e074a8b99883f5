"""The yearly plans by purpose, signed by two (SIL-09)."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.finance.aggregates.cycle import Cycle
from services.finance.events import BudgetLine, BudgetPlanned, BudgetSigned, ExpenseClaimed
from shared.kernel.model import Refused
from shared.kernel.money import in_hundredths
from shared.kernel.policy import PolicySettings


@dataclass(kw_only=True)
class Budgets:
    """The plan of each year, and which of them count."""

    plans: dict[int, BudgetPlanned] = field(default_factory=dict)
    signed: set[int] = field(default_factory=set)

    def has(self, year: int, lines: tuple[BudgetLine, ...], host_id: UUID) -> bool:
        known = self.plans.get(year)
        return known is not None and (known.lines, known.host_id) == (lines, host_id)

    def plan_for(self, asked: ExpenseClaimed, year: int | None, settings: PolicySettings) -> BudgetPlanned | None:
        """The signed plan of the activity's year; a school may want one before it pays (SIL-09)."""
        if year in self.signed:
            return self.plans[year]
        if settings.budget_plan_required:
            raise Refused(
                "budget-plan-missing", rule="SIL-09", year=year or 0, activity_on=asked.activity_on.isoformat(),
                zh="{activity_on}所在的第{year}年没有两人签字的年度预算，不能报销",
                en="year {year}, of the activity on {activity_on}, has no budget plan that two signed",
            )  # fmt: skip
        return None

    def check_signable(self, year: int, signer_id: UUID) -> None:
        if year not in self.plans:
            raise Refused(
                "budget-plan-unknown", rule="SIL-09", year=year,
                zh="第{year}年没有预算可签", en="year {year} has no budget plan to sign",
            )  # fmt: skip
        if year not in self.signed and signer_id == self.plans[year].host_id:
            raise Refused(
                "two-signatures", rule="SIL-09",
                zh="年度预算须由两个不同的人签字", en="a budget plan is signed by two different persons",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case BudgetPlanned(year=number):
                self.plans[number] = happened
                self.signed.discard(number)
            case BudgetSigned(year=number):
                self.signed.add(number)


def is_over(plan: BudgetPlanned, asked: ExpenseClaimed, used: int) -> bool:
    """More than the plan gives to this purpose, of which so much is used."""
    return asked.fen + used > sum(line.fen for line in plan.lines if line.category == asked.category)


def check_plan(year: int, lines: tuple[BudgetLine, ...], cycle: Cycle) -> None:
    """One line a purpose, together not above what the year brings."""
    if year not in cycle.years:
        raise Refused(
            "year-unknown", rule="SIL-09", year=year, years=len(cycle.years),
            zh="本周期有{years}个年度的经费，没有第{year}年",
            en="the cycle brings {years} years' money, not year {year}",
        )  # fmt: skip
    if not lines:
        raise Refused(
            "budget-empty", rule="SIL-09", zh="预算没有任何项目", en="a budget plan without a line plans nothing"
        )
    if len({line.category for line in lines}) < len(lines):
        raise Refused(
            "budget-purpose-twice", rule="SIL-09",
            zh="同一用途只列一行", en="each purpose has one line in a plan",
        )  # fmt: skip
    if (planned := sum(line.fen for line in lines)) > cycle.year_fen:
        raise Refused(
            "budget-above-year", rule="SIL-09", planned_fen=planned, year_fen=int(cycle.year_fen),
            planned=in_hundredths(planned), money=cycle.year_fen.yuan,
            zh="预算合计{planned}元，超过当年经费{money}元",
            en="the plan comes to {planned} yuan, the year brings {money} yuan",
        )  # fmt: skip
