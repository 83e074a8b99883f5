"""What holds for the whole school besides settings: a year's calendar, and who stands in for whom."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from services.applications.aggregates.settings import OwnBook
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.settings import Announced, Delegated
from shared.kernel.values import ChosenId, Day, Label, Slug, Whole

Duty = Literal["department", "personnel", "student_affairs", "school", "payer"]
"""What one approves or pays as, and may have done by another while away."""

LONGEST_DAYS = 366


class CalendarYear(Whole):
    """A year that has an official calendar."""

    least, most = 2000, 2199


@command
class AnnounceYear:
    """The official calendar of a year: days off (weekend days inside a break too) and weekend days worked."""

    year: CalendarYear
    holidays: tuple[Day, ...]
    makeups: tuple[Day, ...]
    notice: Label


def announce_year(asked: AnnounceYear, history: History, context: Context) -> Sequence[Aggregate]:
    book = history.find(OwnBook, OwnBook.id_for(context.school))
    holidays, makeups = (tuple(sorted(set(days))) for days in (asked.holidays, asked.makeups))
    book.announce(Announced(year=asked.year, holidays=holidays, makeups=makeups, notice=asked.notice))
    return [book]


@command
class DelegateDuty:
    """Somebody does one's duty from the first through the last day; again under the same id for other days."""

    delegation_id: ChosenId
    role: Duty
    to_person: UUID
    first_on: Day
    last_on: Day


def delegate_duty(asked: DelegateDuty, history: History, context: Context) -> Sequence[Aggregate]:
    _check_person(asked, context)
    _check_days(asked, context)
    book = history.find(OwnBook, OwnBook.id_for(context.school))
    book.delegate(
        Delegated(
            delegation_id=asked.delegation_id, role=asked.role,
            bound_to=Slug(context.actor.bound_to) if context.actor.bound_to else None,
            from_person=context.person, to_person=asked.to_person, first_on=asked.first_on, last_on=asked.last_on,
        )
    )  # fmt: skip
    return [book]


def _check_person(asked: DelegateDuty, context: Context) -> None:
    if asked.role != context.actor.role or context.actor.instead_of is not None:
        raise Refused(
            "duty-not-ones-own", rule="A.9-27", role=asked.role,
            zh="只能委托本人的职责（{role}），受托人不能再委托",
            en="only one's own duty is delegated ({role}), and a delegate does not delegate on",
        )  # fmt: skip
    if asked.to_person == context.person:
        raise Refused("delegate-is-oneself", rule="A.9-27", zh="不能委托给本人", en="one does not delegate to oneself")


def _check_days(asked: DelegateDuty, context: Context) -> None:
    days = (asked.last_on - asked.first_on).days + 1
    if not 1 <= days <= LONGEST_DAYS or asked.last_on < context.on:
        raise Refused(
            "delegation-days", rule="A.9-27", first_on=asked.first_on.isoformat(), last_on=asked.last_on.isoformat(),
            days=days, most=LONGEST_DAYS,
            zh="委托期{first_on}至{last_on}应为1至{most}天，且尚未结束",
            en="a delegation from {first_on} through {last_on} takes 1 to {most} days and is not over yet",
        )  # fmt: skip
