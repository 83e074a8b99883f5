"""What holds for the whole school besides settings: a year's calendar, and who stands in for whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, Literal
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

    example: ClassVar[Any] = {
        "year": 2027, "holidays": ["2027-01-01"], "makeups": ["2027-01-09"], "notice": "国办发明电〔2026〕1号",
    }  # fmt: skip


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
    bound_to: Slug | None = None
    """The department, for who reviews for one."""

    example: ClassVar[Any] = {
        "delegation_id": "0192f0c4-0000-7000-8000-000000000001", "role": "personnel",
        "to_person": "0192f0c4-0000-7000-8000-000000000002", "first_on": "2026-09-01", "last_on": "2026-09-05",
    }  # fmt: skip


def delegate_duty(asked: DelegateDuty, history: History, context: Context) -> Sequence[Aggregate]:
    if asked.to_person == context.person:
        raise Refused("delegate-is-oneself", rule="A.9-27", zh="不能委托给本人", en="one does not delegate to oneself")
    _check_days(asked, context)
    book = history.find(OwnBook, OwnBook.id_for(context.school))
    book.delegate(
        Delegated(
            delegation_id=asked.delegation_id, role=asked.role,
            bound_to=asked.bound_to,
            from_person=context.person, to_person=asked.to_person, first_on=asked.first_on, last_on=asked.last_on,
        )
    )  # fmt: skip
    return [book]


@command
class EndDelegation:
    """Who is back, or trusts no longer, does the duty again from this moment on."""

    delegation_id: UUID


def end_delegation(asked: EndDelegation, history: History, context: Context) -> Sequence[Aggregate]:
    book = history.find(OwnBook, OwnBook.id_for(context.school))
    known = book.delegations.get(asked.delegation_id)
    if known is None or known.from_person != context.person:
        raise Refused(
            "no-such-delegation", rule="A.9-27", zh="您没有这项委托", en="you have made no such delegation"
        )  # fmt: skip
    last_on = context.done_on - timedelta(days=1)
    if known.last_on > last_on:
        book.delegate(replace(known, last_on=last_on))
    return [book]


def _check_days(asked: DelegateDuty, context: Context) -> None:
    days = (asked.last_on - asked.first_on).days + 1
    if not 1 <= days <= LONGEST_DAYS or asked.last_on < context.on:
        raise Refused(
            "delegation-days", rule="A.9-27", first_on=asked.first_on.isoformat(), last_on=asked.last_on.isoformat(),
            days=days, most=LONGEST_DAYS,
            zh="委托期{first_on}至{last_on}应为1至{most}天，且尚未结束",
            en="a delegation from {first_on} through {last_on} takes 1 to {most} days and is not over yet",
        )  # fmt: skip
