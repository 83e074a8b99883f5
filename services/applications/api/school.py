"""HTTP for what holds for the whole school: settings and their comparison, the calendar, delegations, the rules."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from pydantic import TypeAdapter

from services.applications import commands as c
from services.applications.read_models.school import calendar_years, delegations, settings_versions
from shared.chassis.asking import PROBLEMS, Ask, asked_date, check_query, commands
from shared.chassis.deciding import Forbidden
from shared.chassis.identity import Identity
from shared.chassis.problems import Problem
from shared.chassis.questions import Question, questions
from shared.chassis.runtime import Runtime
from shared.kernel.people import OVERSEEING, Actor, Role
from shared.kernel.policy import CATALOGUE, Setting
from shared.kernel.rules import RULES
from shared.kernel.settings import DEFAULTS, InForce

router = APIRouter()


def everyone(_actor: Actor) -> Mapping[str, str]:
    return {}


def of_delegations(actor: Actor) -> Mapping[str, str]:
    """The offices, the school and auditors see all, who delegates their own, everybody what is delegated to them."""
    if actor.role in OVERSEEING:
        return {}
    delegates = actor.role in (Role.DEPARTMENT, Role.PAYER) and actor.instead_of is None
    return {"from_person" if delegates else "to_person": str(actor.person)}


commands(
    router,
    Ask("/settings-versions", c.AdoptSettings, "Adopt a version of the policy settings"),
    Ask("/calendar-years", c.AnnounceYear, "Load a year's official calendar (A.9-5)"),
    Ask("/delegations", c.DelegateDuty, "Have one's duty done by another while away"),
    Ask("/delegation-endings", c.EndDelegation, "Do one's duty oneself again, at once"),
)
questions(
    router,
    Question("/settings-versions", settings_versions, everyone, "Versions of the policy settings"),
    Question("/calendar-years", calendar_years, everyone, "Loaded calendar years"),
    Question("/delegations", delegations, of_delegations, "Who does whose duty"),
)


def _date(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "string", "format": "date"}}


@router.get(
    "/policy-settings", operation_id="list_policy_settings", responses=PROBLEMS,
    summary="Each policy setting with its value on a day, default, unit, rule and meaning",
    openapi_extra={"parameters": [_date("on")]},
)  # fmt: skip
async def policy_settings(request: Request) -> dict[str, Any]:
    check_query(request, ["on"])
    [on], [in_force] = await _in_force(request, "on")
    items = [_described(one, in_force) for one in CATALOGUE.values()]
    return {"on": on.isoformat(), "settings_version": in_force.version, "items": items}


@router.get(
    "/policy-settings-comparison", operation_id="compare_policy_settings", responses=PROBLEMS,
    summary="Which policy settings differ between two days", openapi_extra={"parameters": [_date("from"), _date("to")]},
)  # fmt: skip
async def comparison(request: Request) -> dict[str, Any]:
    """`from` and `to` are today unless given."""
    check_query(request, ["from", "to"])
    (first, last), (before, after) = await _in_force(request, "from", "to")
    changed = [one for one in CATALOGUE.values() if _value(one, before) != _value(one, after)]
    return {
        "from": {"on": first.isoformat(), "settings_version": before.version},
        "to": {"on": last.isoformat(), "settings_version": after.version},
        "items": [
            _described(one, after) | {"before": _value(one, before), "after": _value(one, after)} for one in changed
        ],
    }


@router.get("/rules", operation_id="list_rules", summary="Each rule with the policy's own words, in both languages")
async def rules(request: Request) -> dict[str, Any]:
    check_query(request, [])
    return {"items": [asdict(rule) for rule in RULES.values()]}


@router.get("/rules/{id}", operation_id="get_rule", summary="One rule", responses=PROBLEMS)
async def one_rule(request: Request, id: str) -> dict[str, Any]:
    check_query(request, [])
    if id not in RULES:
        raise Problem("not-found", kind="rule", called="规则")
    return asdict(RULES[id])


async def _in_force(request: Request, *names: str) -> tuple[list[date], list[InForce]]:
    identity: Identity = request.scope["identity"]
    runtime: Runtime = request.app.state.runtime
    if identity.school is None:
        raise Forbidden
    days = [asked_date(request, name) or runtime.clock.today() for name in names]
    book = await asyncio.to_thread(runtime.book, identity.school)
    return days, [book.on(day) for day in days]


def _value(one: Setting, in_force: InForce) -> Any:
    return TypeAdapter(Any).dump_python(getattr(in_force.values, one.name), mode="json")


def _described(one: Setting, in_force: InForce) -> dict[str, Any]:
    return {
        "name": one.name, "value": _value(one, in_force), "default": _value(one, DEFAULTS), "unit": one.unit,
        "rule": one.rule, "zh": one.zh, "en": one.en, "among": list(one.among),
    }  # fmt: skip
