"""The grammar of every service: commands ask, aggregates decide, events remain."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar, dataclass_transform
from uuid import UUID

from shared.kernel.chinese import chinese

T = TypeVar("T")
A = TypeVar("A", bound="Aggregate")
Row = TypeVar("Row")

EVENTS: dict[str, type[Any]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(name: str) -> Callable[[type[T]], type[T]]:
    """Declare something that happened, under the name auditors will read forever."""

    def declare(cls: type[T]) -> type[T]:
        if name in EVENTS:
            msg = f"two events are named {name!r}"
            raise ValueError(msg)
        declared = dataclass(frozen=True, kw_only=True, slots=True)(cls)
        declared.__event_name__ = name  # type: ignore[attr-defined]
        EVENTS[name] = declared
        return declared

    return declare


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(cls: type[T]) -> type[T]:
    """Declare something somebody asks for. It may be refused; unknown fields are an error."""
    declared = dataclass(frozen=True, kw_only=True, slots=True)(cls)
    declared.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]
    return declared


class Refused(Exception):
    """A rule of the programme said no.

    `code` is stable, `rule` is the id of `domain.md` that decided, `zh` and `en` are sentences for
    the person who asked, with the deciding `numbers` filled in; in `zh` codes read as Chinese words.
    """

    def __init__(self, code: str, *, rule: str | None, zh: str, en: str, **numbers: Any) -> None:
        super().__init__(en.format(**numbers))
        self.code, self.rule, self.numbers = code, rule, numbers
        self.zh, self.en = zh.format(**chinese(numbers)), en.format(**numbers)


class Unknown(Exception):
    """No such thing in this school; another school's id reads the same."""

    def __init__(self, kind: type["Aggregate"], id: UUID) -> None:
        super().__init__(f"no {kind.__name__} {id}")
        self.kind, self.called, self.id = kind.__name__, kind.called, id


class NotYet(Exception):
    """A fact of another service that this decision rests on has not arrived here yet."""

    def __init__(self, upstream: str, fact: str) -> None:
        super().__init__(f"{fact} of {upstream} has not arrived yet")
        self.upstream, self.fact = upstream, fact


class Aggregate:
    """A thing with a history: methods decide and record, only `apply` changes state.

    `opens` is the event that each of its streams begins with: an id of something else is not found.
    """

    opens: ClassVar[type[Any]]
    called: ClassVar[str] = "对象"
    """What people call it in Chinese."""

    def __init__(self, id: UUID) -> None:
        self.id = id
        self.version = 0
        self.school: str | None = None
        self.pending: list[Any] = []

    def record(self, happened: object) -> None:
        self.replay(happened)
        self.pending.append(happened)

    def replay(self, happened: object) -> None:
        self.apply(happened)
        self.version += 1

    def apply(self, happened: Any) -> None:
        """Change state. Never refuses: a tightened rule must not make an old stream unloadable."""
        raise NotImplementedError

    @property
    def exists(self) -> bool:
        return self.version > 0


class History(Protocol):
    """Where handlers and `authorize` find aggregates. They never save: the chassis does.

    What was found is checked again when the decision is committed, so nothing stale decides.
    """

    def load(self, kind: type[A], id: UUID) -> A:
        """The aggregate, or `Unknown` when this school has none of that id."""
        ...

    def find(self, kind: type[A], id: UUID) -> A:
        """The aggregate, or a fresh one at version 0: for reservations and first events."""
        ...

    def load_all(self, kind: type[A], ids: Iterable[UUID]) -> list[A]:
        """Like `load`, for many at once."""
        ...

    def find_all(self, kind: type[A], ids: Iterable[UUID]) -> list[A]:
        """Like `find`, for many at once."""
        ...


def awaited(history: History, kind: type[A], id: UUID, upstream: str, fact: str) -> A:
    """An aggregate that another service's event begins: until that has come, a reaction waits."""
    found = history.find(kind, id)
    if not found.exists:
        raise NotYet(upstream, fact)
    return found


class Happened(NamedTuple):
    """An event with its envelope and its place in a log."""

    position: int
    stream: UUID
    version: int
    name: str
    event: Any
    person: UUID | None
    role: str
    school: str
    on: date
    at: datetime
    correlation: str
    causation: str
    rules: int


def by_stream(happened: Happened) -> Iterable[str]:
    """The key of a read model with one row a stream."""
    return (str(happened.stream),)


@dataclass(frozen=True)
class ReadModel(Generic[Row]):
    """A question's answer, kept ready: rows folded event by event.

    `keys` names the rows that an event touches, without I/O; `fold(key, row, happened)` gives the
    new row, or None for none. `filters` are the row's fields by which lists are narrowed.
    `facts` are the only events that it is shown. A raised `edition` rebuilds it.
    """

    name: str
    row: type[Row]
    facts: Sequence[type[Any]]
    fold: Callable[[str, Row | None, Happened], Row | None]
    keys: Callable[[Happened], Iterable[str]] = by_stream
    filters: tuple[str, ...] = ()
    edition: int = 1

    def folded(self, key: str, before: tuple[int, Row | None], happened: Happened) -> tuple[int, Row | None]:
        """A row after an event, with the version of the stream that its key names."""
        version, row = before
        if self.keys is by_stream or str(happened.stream) == key:
            version = happened.version
        return version, self.fold(key, row, happened)


@dataclass(frozen=True, kw_only=True)
class Due:
    """A command that time will ask for: on a day, or after a period of working days.

    With `workdays` the day follows from `since` and the calendar; it stands as end unknown while the
    calendar does not reach that far (A.9-5). The command carries the due day as its business date.
    `cause` is the position of the event that makes it due: what was done for one is not done for another.
    """

    ask: str
    body: dict[str, Any] = field(default_factory=dict)
    on: date | None = None
    since: date | None = None
    workdays: int | None = None
    rules: int | None = None
    cause: int = 0


def due(
    happened: Happened,
    ask: str,
    body: dict[str, Any],
    *,
    on: date | None = None,
    since: date | None = None,
    workdays: int | None = None,
) -> Due:
    """What an event makes due.

    The end of a period is its cause's consequence and carries the cause's settings version; what a fixed day brings
    is decided by the version in force on that day.
    """
    rules = None if workdays is None else happened.rules
    return Due(ask=ask, body=body, on=on, since=since, workdays=workdays, rules=rules, cause=happened.position)
