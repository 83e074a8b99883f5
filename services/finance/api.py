"""HTTP in, commands down; rows up, HTTP out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from services.finance import commands as c
from services.finance.aggregates.fund import Fund
from services.finance.explanations import DECISIONS
from services.finance.read_models.assets import assets
from services.finance.read_models.expenses import expenses
from services.finance.read_models.funds import funds
from services.finance.read_models.missing import MissingReport, missing_reports
from services.finance.read_models.reports import reports, school_reports
from shared.chassis.asking import Ask, commands
from shared.chassis.causes import causes
from shared.chassis.explanations import Explained, explanations
from shared.chassis.questions import Question, questions
from shared.chassis.runtime import Runtime
from shared.kernel.people import Actor, Role

router = APIRouter()

OVERSEEING = (Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.SCHOOL, Role.PAYER, Role.AUDITOR)


def of_funds(actor: Actor) -> Mapping[str, str] | None:
    """All, or a host's own; of the reports on them likewise."""
    if actor.role in OVERSEEING:
        return {}
    return {"host_id": str(actor.person)} if actor.role == Role.HOST else None


def of_expenses(actor: Actor) -> Mapping[str, str] | None:
    """All; a host's own studio's, to sign them; a member's own."""
    if actor.role in (Role.TRAINEE, Role.TEACHER):
        return {"claimant_id": str(actor.person)}
    return of_funds(actor)


def of_school(actor: Actor) -> Mapping[str, str] | None:
    return {} if actor.role in OVERSEEING else None


def is_due(request: Request, row: MissingReport) -> Mapping[str, Any]:
    """Whether the quarter is over, by the service's clock."""
    runtime: Runtime = request.app.state.runtime
    return {"is_due": row.due_from <= runtime.clock.today()}


def fund(asked: Any) -> UUID:
    return Fund.id_for(asked.studio_id)


commands(
    router,
    Ask("/expense-claims", c.ClaimExpense, "Claim an expense for an activity (FIN-03, FIN-08)"),
    Ask("/host-signatures", c.SignExpense, "Sign a member's claim, as the host or in the host's stead (A.9-8)", fund),
    Ask("/expense-approvals", c.ApproveExpense, "Approve a claim, as an office (FIN-04, A.9-27)", fund),
    Ask("/expense-refusals", c.RefuseExpense, "Turn a claim down, as an office", fund),
    Ask("/payments", c.PayExpense, "Pay an approved claim (A.9-8)", fund),
    Ask("/payment-reversals", c.ReverseExpense, "Take a wrong payment back (A.9-8)", fund),
    Ask("/fund-reports", c.FileReport, "File the report on a quarter that is over, as the host (FIN-06)"),
    Ask("/budget-plans", c.PlanBudget, "Plan a year's money by purpose, as the host (SIL-09)"),
    Ask("/budget-signatures", c.SignBudget, "Sign a year's plan as the second person (SIL-09)", fund),
    Ask("/asset-dispositions", c.DisposeOfAsset, "Take a thing over, or scrap it, as an office (SIL-09)", fund),
)

all_funds = Question("/funds", funds, of_funds, "Funds of studios")
all_expenses = Question("/expenses", expenses, of_expenses, "Expenses")

questions(
    router,
    all_funds,
    all_expenses,
    Question("/reports", reports, of_funds, "Use of each fund by quarter (FIN-06)"),
    Question("/missing-reports", missing_reports, of_funds, "Quarters not reported on yet (FIN-06, SIL-12)", is_due),
    Question("/assets", assets, of_funds, "Things that were bought (SIL-09)"),
    Question("/school-reports", school_reports, of_school, "Use of all the school's funds by quarter (FIN-07)"),
)

explained = (
    Explained(question=all_funds, decisions=DECISIONS, streams=lambda key, _row: [UUID(key)]),
    Explained(
        question=all_expenses, decisions=DECISIONS, streams=lambda _key, row: [row.fund_id],
        about=lambda key, _row: {"expense_id": key.rpartition(":")[2]},
    ),
)  # fmt: skip
explanations(router, *explained)
causes(router, *explained)
