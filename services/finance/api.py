"""HTTP in, commands down; rows up, HTTP out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.finance import commands as c
from services.finance.aggregates.fund import Fund
from services.finance.read_models.expenses import expenses
from services.finance.read_models.funds import funds
from services.finance.read_models.reports import reports, school_reports
from shared.chassis.asking import Ask, commands
from shared.chassis.questions import Question, questions
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


def fund(asked: Any) -> UUID:
    return Fund.id_for(asked.studio_id)


commands(
    router,
    Ask("/expense-claims", c.ClaimExpense, "Claim an expense for an activity (FIN-03, FIN-08)"),
    Ask("/host-signatures", c.SignExpense, "Sign a member's claim, as the host (A.9-8)", fund),
    Ask("/expense-approvals", c.ApproveExpense, "Approve a claim, as an office (FIN-04, A.9-27)", fund),
    Ask("/expense-refusals", c.RefuseExpense, "Turn a claim down, as an office", fund),
    Ask("/payments", c.PayExpense, "Pay an approved claim (A.9-8)", fund),
    Ask("/payment-reversals", c.ReverseExpense, "Take a wrong payment back (A.9-8)", fund),
    Ask("/fund-reports", c.FileReport, "File the report on a quarter that is over, as the host (FIN-06)"),
)

questions(
    router,
    Question("/funds", funds, of_funds, "Funds of studios"),
    Question("/expenses", expenses, of_expenses, "Expenses"),
    Question("/reports", reports, of_funds, "Use of each fund by quarter (FIN-06)"),
    Question("/school-reports", school_reports, of_school, "Use of all the school's funds by quarter (FIN-07)"),
)
