"""HTTP in, commands down; rows up, HTTP out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.finance import commands as c
from services.finance.aggregates.fund import Fund
from services.finance.read_models.expenses import expenses
from services.finance.read_models.funds import funds
from shared.chassis.asking import Ask, commands
from shared.chassis.questions import Question, questions
from shared.kernel.people import Actor, Role

router = APIRouter()

OVERSEEING = (Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.SCHOOL, Role.PAYER, Role.AUDITOR)


def of_funds(actor: Actor) -> Mapping[str, str] | None:
    if actor.role in OVERSEEING:
        return {}
    return {"host_id": str(actor.person)} if actor.role == Role.HOST else None


def of_expenses(actor: Actor) -> Mapping[str, str] | None:
    if actor.role in OVERSEEING:
        return {}
    return {"claimant_id": str(actor.person)} if actor.role in (Role.HOST, Role.TRAINEE) else None


def fund(asked: Any) -> UUID:
    return Fund.id_for(asked.studio_id)


commands(
    router,
    Ask("/expense-claims", c.ClaimExpense, "Claim an expense for an activity (FIN-03, FIN-08)"),
    Ask("/expense-approvals", c.ApproveExpense, "Approve a claim, as an office (A.9-27)", fund),
    Ask("/expense-refusals", c.RefuseExpense, "Turn a claim down, as an office", fund),
    Ask("/payments", c.PayExpense, "Pay an approved claim (A.9-8)", fund),
)

questions(
    router,
    Question("/funds", funds, of_funds, "Funds of studios"),
    Question("/expenses", expenses, of_expenses, "Expenses"),
)
