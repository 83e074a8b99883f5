"""Reports, plans and things: what stands beside the money."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from services.finance.commands.years import known_fund
from services.finance.events import BudgetLine, Quarter, YearNumber
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command
from shared.kernel.personal import PersonalText


@command
class FileReport:
    studio_id: UUID
    period: Quarter
    text: PersonalText


def file_report(asked: FileReport, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.file_report(asked.period, asked.text, context.on)
    return [fund]


@command
class PlanBudget:
    studio_id: UUID
    year: YearNumber
    lines: tuple[BudgetLine, ...]


def plan_budget(asked: PlanBudget, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.plan_budget(asked.year, asked.lines, context.person)
    return [fund]


@command
class SignBudget:
    studio_id: UUID
    year: YearNumber


def sign_budget(asked: SignBudget, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.sign_budget(asked.year, context.person)
    return [fund]


@command
class DisposeOfAsset:
    studio_id: UUID
    asset_id: UUID
    status: Literal["handed_over", "scrapped"]
    reason: PersonalText


def dispose_of_asset(asked: DisposeOfAsset, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.dispose(asked.asset_id, asked.status, asked.reason)
    return [fund]
