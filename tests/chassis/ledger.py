"""A service small enough to be seen whole: what it is asked, what it reacts to, what it shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from shared.chassis.asking import Ask
from shared.chassis.asking import commands as asks
from shared.chassis.causes import causes
from shared.chassis.explanations import Explained, explanations
from shared.chassis.questions import Question, questions
from shared.chassis.service import Service
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation, Input, Past, step, told
from shared.kernel.model import Aggregate, Due, Happened, History, NotYet, ReadModel, Refused, command
from shared.kernel.people import Actor, Role, Table, anyone, by_table
from shared.kernel.settings import Announced as OfficialYear
from shared.kernel.settings import Delegated
from shared.kernel.values import Label, Slug, Text, Whole
from tests.chassis.tally import Announced, Closed, Counted, Counter, Opened, Settings, Shelf, Shelved


@command
class Open:
    counter_id: UUID
    owner: Slug = Slug("anna")
    most: Whole = Whole(1_000_000)
    closes_on: date | None = None
    notice_workdays: int | None = None


def open_counter(asked: Open, history: History, context: Context) -> Sequence[Aggregate]:
    known = history.find(Counter, asked.counter_id)
    if asked.closes_on and asked.closes_on < context.on:
        raise Refused("closes-in-the-past", rule="T-3", zh="过去", en="it would close in the past")
    if known.exists:
        return [known]
    said = {
        "owner": asked.owner,
        "most": asked.most,
        "closes_on": asked.closes_on,
        "notice_workdays": asked.notice_workdays,
    }
    return [Counter.open(asked.counter_id, **said)]


@command
class Count:
    counter_id: UUID
    by: Whole = Whole(1)
    note: Text | None = None


def count(asked: Count, history: History, _context: Context) -> Sequence[Aggregate]:
    counter = history.load(Counter, asked.counter_id)
    counter.count(asked.by, asked.note)
    return [counter]


@command
class Credit:
    """What an announcement leads to."""

    counter_id: UUID
    by: Whole
    needs: UUID | None


def credit(asked: Credit, history: History, _context: Context) -> Sequence[Aggregate]:
    if asked.needs and not history.find(Counter, asked.needs).exists:
        raise NotYet("elsewhere", f"counter {asked.needs}")
    counter = history.load(Counter, asked.counter_id)
    counter.count(asked.by)
    return [counter]


@command
class Close:
    counter_id: UUID


def close(asked: Close, history: History, _context: Context) -> Sequence[Aggregate]:
    counter = history.load(Counter, asked.counter_id)
    counter.close()
    return [counter]


@command
class Shelve:
    owner: Slug
    counter_id: UUID


def shelve(asked: Shelve, history: History, _context: Context) -> Sequence[Aggregate]:
    shelf = history.find(Shelf, Shelf.id_for(asked.owner))
    shelf.record(Shelved(counter_id=asked.counter_id))
    return [shelf]


@command
class Adopt:
    values: dict[str, Any]


def adopt(asked: Adopt, history: History, context: Context) -> Sequence[Aggregate]:
    book = history.find(Settings, Settings.id_for(context.school))
    book.adopt(context.on, asked.values, context.on)
    return [book]


@command
class Announce:
    year: int
    holidays: tuple[date, ...] = ()
    makeups: tuple[date, ...] = ()


def announce(asked: Announce, history: History, context: Context) -> Sequence[Aggregate]:
    book = history.find(Settings, Settings.id_for(context.school))
    notice = Label("国办发明电")
    book.announce(OfficialYear(year=asked.year, holidays=asked.holidays, makeups=asked.makeups, notice=notice))
    return [book]


@command
class Delegate:
    to_person: UUID
    first_on: date
    last_on: date


def delegate(asked: Delegate, history: History, context: Context) -> Sequence[Aggregate]:
    book = history.find(Settings, Settings.id_for(context.school))
    actor = context.actor
    book.delegate(
        Delegated(
            delegation_id=UUID(int=1), role=actor.role, bound_to=None, from_person=context.person,
            to_person=asked.to_person, first_on=asked.first_on, last_on=asked.last_on,
        )
    )  # fmt: skip
    return [book]


def fullness(happened: Happened, past: Past, context: Context) -> Iterator[Explanation]:
    """Whether a counter is more than as full as the pass mark says; silent for one that another decision emptied."""
    counter = past.load(Counter, happened.stream)
    mark = context.settings.pass_score_points
    counted = past.sources(happened.stream, Counted, only=lambda it: it.by > 0)
    full = step("AMB-14", "total ≥ pass_score_points", counter.total, "≥", mark)
    emptied = past.supposed("emptying", counter_id=happened.stream)
    yield Explanation(
        kind="fullness", subject={"counter_id": happened.stream}, rules=("AMB-14",), settings=("pass_score_points",),
        outcome=emptied or ("full" if full.holds else "not_full"), steps=(full,), amounts={"fen": counter.total},
        inputs=(Input(name="total", value=counter.total, zh="合计", en="total", sources=counted),),
        **told(zh="合计{total}", en="the total is {total}", total=counter.total),
    )  # fmt: skip


FULLNESS = Decision(kind="fullness", facts=(Counted, Closed), explain=fullness)


def credit_after_announcement(happened: Happened) -> Iterator[Credit]:
    said: Announced = happened.event
    yield Credit(counter_id=said.counter_id, by=said.by, needs=said.needs)


def shelve_after_closing(happened: Happened) -> Iterator[Shelve]:
    yield Shelve(owner=happened.event.owner, counter_id=happened.stream)


@dataclass(frozen=True)
class CounterRow:
    owner: str
    total: int
    is_closed: bool = False


def fold_counter(_key: str, row: CounterRow | None, happened: Happened) -> CounterRow | None:
    match happened.event:
        case Opened(owner=owner):
            return CounterRow(owner=owner, total=0)
        case Counted(by=by) if row:
            return replace(row, total=row.total + by)
        case Closed() if row:
            return replace(row, is_closed=True)
    return row


@dataclass(frozen=True)
class SchoolRow:
    total: int = 0
    counted: int = 0
    notes: tuple[str, ...] = ()


def by_school(happened: Happened) -> Iterable[str]:
    return (happened.school,)


def fold_school(_key: str, row: SchoolRow | None, happened: Happened) -> SchoolRow | None:
    row, said = row or SchoolRow(), happened.event
    notes = (*row.notes, said.note) if said.note else row.notes
    return SchoolRow(total=row.total + said.by, counted=row.counted + 1, notes=notes)


def fold_agenda(_key: str, row: Due | None, happened: Happened) -> Due | None:
    match happened.event:
        case Opened(closes_on=None, notice_workdays=None):
            return None
        case Opened() as opened:
            return Due(
                ask="Close", body={"counter_id": str(opened.counter_id)}, on=opened.closes_on,
                since=happened.on, workdays=opened.notice_workdays, rules=happened.rules,
            )  # fmt: skip
    return None


counters = ReadModel("counters", CounterRow, (Opened, Counted, Closed), fold_counter, filters=("owner",))
schools = ReadModel("schools", SchoolRow, (Counted,), fold_school, keys=by_school)
agenda = ReadModel("agenda", Due, (Opened, Closed), fold_agenda, filters=("on",))

TABLE: Table = {
    Open: {Role.SCHOOL: anyone, Role.SYSTEM: anyone},
    Count: {Role.SCHOOL: anyone, Role.TEACHER: anyone},
    Close: {Role.SCHOOL: anyone, Role.SYSTEM: anyone},
    Adopt: {Role.SCHOOL: anyone},
    Credit: {Role.SYSTEM: anyone},
    Shelve: {Role.SYSTEM: anyone},
    Announce: {Role.SCHOOL: anyone},
    Delegate: {Role.SCHOOL: anyone},
}


def seen_by(actor: Actor) -> Mapping[str, str] | None:
    """The school sees all counters, a department's reviewer those of the department."""
    return {Role.SCHOOL: {}, Role.DEPARTMENT: {"owner": actor.bound_to or ""}}.get(actor.role)


router = APIRouter()
asks(
    router,
    Ask("/counters", Open, "Open a counter"),
    Ask("/counts", Count, "Count"),
    Ask("/closures", Close, "Close a counter", lambda asked: asked.counter_id),
    Ask("/settings-versions", Adopt, "Adopt settings"),
    Ask("/years", Announce, "Load a year"),
    Ask("/delegations", Delegate, "Delegate"),
)
of_counters = Question("/counters", counters, seen_by, "Counters")
questions(router, of_counters, Question("/schools", schools, seen_by, "Schools"))
fullness_of_counters = Explained(question=of_counters, decisions=[FULLNESS], streams=lambda key, _row: [UUID(key)])
explanations(router, fullness_of_counters)
causes(router, fullness_of_counters)

testing = Service(
    name="testing", about="What the chassis is tried on.",
    handlers={
        Open: open_counter, Count: count, Close: close, Adopt: adopt, Credit: credit, Shelve: shelve,
        Announce: announce, Delegate: delegate,
    },
    authorize=by_table(TABLE),
    book=Settings,
    policies={
        "elsewhere": {Announced: credit_after_announcement},
        "testing": {Closed: shelve_after_closing},
    },
    read_models=[counters, schools],
    agenda=agenda,
    decisions=[FULLNESS],
    routes=router,
)  # fmt: skip
