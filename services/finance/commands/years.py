"""The years' money, and how it ends: asked by other services' events and by time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from services.finance.aggregates.fund import Fund
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, awaited, command
from shared.kernel.published import StudioPlaqued


@command
class OpenFund:
    studio_id: UUID
    host_id: UUID


def open_fund(asked: OpenFund, history: History, context: Context) -> Sequence[Aggregate]:
    known = history.find(Fund, Fund.id_for(asked.studio_id))
    return [known if known.exists else Fund.open(asked.studio_id, asked.host_id)]


def known_fund(studio_id: UUID, history: History) -> Fund:
    """A studio that finance has not heard of yet is waited for, by reactions and by people alike."""
    return awaited(history, Fund, Fund.id_for(studio_id), "applications", "studio-established")


@command
class LayOutYears:
    studio: StudioPlaqued


def lay_out_years(asked: LayOutYears, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio.studio_id, history)
    fund.lay_out(asked.studio, context.settings)
    return [fund]


@command
class ReleaseYear:
    studio_id: UUID
    number: int


def release_year(asked: ReleaseYear, history: History, context: Context) -> Sequence[Aggregate]:
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    fund.release(asked.number, context.on)
    return [fund]


@command
class LapseYear:
    studio_id: UUID
    number: int


def lapse_year(asked: LapseYear, history: History, context: Context) -> Sequence[Aggregate]:
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    fund.lapse(asked.number)
    return [fund]


@command
class PassMidterm:
    studio_id: UUID


def pass_midterm(asked: PassMidterm, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.pass_midterm(context.on)
    return [fund]


@command
class CutFunding:
    studio_id: UUID
    cause: Literal["midterm", "ethics"]


def cut_funding(asked: CutFunding, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.cut(asked.cause, context.on)
    return [fund]


@command
class EndCycle:
    studio_id: UUID


def end_cycle(asked: EndCycle, history: History, context: Context) -> Sequence[Aggregate]:
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    fund.wind_down(fund.cycle.ends_on, fund.cycle.ends_on)
    return [fund]


@command
class WindDown:
    studio_id: UUID


def wind_down(asked: WindDown, history: History, context: Context) -> Sequence[Aggregate]:
    """Activities dated before the decision are paid (A.9-8)."""
    fund = known_fund(asked.studio_id, history)
    fund.wind_down(context.on - timedelta(days=1), context.on)
    return [fund]


@command
class ReturnRest:
    studio_id: UUID


def return_rest(asked: ReturnRest, history: History, context: Context) -> Sequence[Aggregate]:
    fund = history.load(Fund, Fund.id_for(asked.studio_id))
    fund.return_rest()
    return [fund]
