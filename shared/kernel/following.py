"""How every service keeps what applications owns: the school's book, and who was erased."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from shared.kernel.context import Context
from shared.kernel.erasing import EraseTexts
from shared.kernel.model import Aggregate, Happened, History, command
from shared.kernel.people import SYSTEM_ALONE, Table
from shared.kernel.published import DutyDelegated, PersonErased, SettingsAdopted, YearAnnounced
from shared.kernel.settings import Adopted, Announced, Delegated, SchoolBook
from shared.kernel.values import Label, Slug

Handler = Callable[[Any, History, Context], Sequence[Aggregate]]


@command
class FollowSettings:
    number: int
    effective_from: date
    values: dict[str, Any]


@command
class FollowYear:
    year: int
    holidays: tuple[date, ...]
    makeups: tuple[date, ...]
    notice: Label


@command
class FollowDelegation:
    delegation_id: UUID
    role: str
    bound_to: Slug | None
    from_person: UUID
    to_person: UUID
    first_on: date
    last_on: date


TELLS: Mapping[type[Any], type[Any]] = {FollowSettings: Adopted, FollowYear: Announced, FollowDelegation: Delegated}
FOLLOWING: Table = dict.fromkeys(TELLS, SYSTEM_ALONE)


def following(book: type[SchoolBook]) -> dict[type[Any], Handler]:
    """The handlers that keep a service's own book."""

    def follow(asked: Any, history: History, context: Context) -> Sequence[Aggregate]:
        known = history.find(book, SchoolBook.id_for(context.school))
        told = TELLS[type(asked)]
        known.follow(told(**{one.name: getattr(asked, one.name) for one in fields(told)}))
        return [known]

    return dict.fromkeys(TELLS, follow)


def _after(command: type[Any], told: type[Any]) -> Callable[[Happened], Iterator[Any]]:
    def follow_after(happened: Happened) -> Iterator[Any]:
        yield command(**{one.name: getattr(happened.event, one.name) for one in fields(told)})

    return follow_after


SCHOOL_BOOK = {
    SettingsAdopted: _after(FollowSettings, Adopted),
    YearAnnounced: _after(FollowYear, Announced),
    DutyDelegated: _after(FollowDelegation, Delegated),
}
"""The reactions to the owner's book."""


def erase_texts_after_person(happened: Happened) -> Iterator[EraseTexts]:
    erased: PersonErased = happened.event
    yield EraseTexts(person_id=erased.person_id)


ERASURE = {PersonErased: erase_texts_after_person}
"""The reaction to the erasure of a person."""
