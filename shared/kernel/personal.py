"""Free text about a person (个人文字): read by whoever may see it, until the person's key is destroyed."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from shared.kernel.values import Label, Text


@dataclass(frozen=True, slots=True, eq=False)
class Boxed:
    """A personal text as it is stored: only the keys of those it is about open it.

    `of` is the event and field that it was written for, also where the box was copied on into another event or row.
    """

    boxed_for: tuple[str, ...]
    of: str
    box: str

    def __eq__(self, other: object) -> bool:
        """Whether it says the same; compared with a text it is opened, which only a decision can."""
        if isinstance(other, Boxed):
            return (self.boxed_for, self.of, self.box) == (other.boxed_for, other.of, other.box)
        return _OPENED.get()(self) == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.boxed_for, self.of, self.box))


MARKS = frozenset(("boxed_for", "of", "box"))
"""The names by which a box is known in JSON."""

_OPENED: ContextVar[Callable[[Boxed], str | None]] = ContextVar("opened")


class opening:  # noqa: N801 - it reads as a word of a sentence; a generator would cost each command thrice as much
    """While a decision is made: how a box is read, None for one whose key is destroyed."""

    __slots__ = ("_opened", "_token")

    def __init__(self, opened: Callable[[Boxed], str | None]) -> None:
        self._opened = opened

    def __enter__(self) -> None:
        self._token = _OPENED.set(self._opened)

    def __exit__(self, *_: object) -> None:
        _OPENED.reset(self._token)


class _Either(type):
    """A personal text is one in either form."""

    def __instancecheck__(cls, one: Any) -> bool:
        return super().__instancecheck__(one) or isinstance(one, Boxed)


class PersonalText(Text, metaclass=_Either):
    """What is said of a person. Plain where it has just been said; boxed in the log, in rows, in what was loaded.

    Each event that holds one names in `about` whom it is about: a field of its own, or an attribute of its aggregate.
    """

    example = "课堂观察细致，班会设计有新意"

    @classmethod
    def stored(cls, given: Any) -> Self:
        return box_of(given) if isinstance(given, dict) else cls(given)  # type: ignore[return-value]


class PersonalLine(Label, PersonalText):
    """The same on one line."""


def whom(unknown: Any = None) -> Any:
    """A field that says whom an event's text is about where the ids beside it imply it: the same event without it."""
    return field(default=unknown, compare=False)


def box_of(given: dict[str, Any]) -> Boxed:
    """A box from JSON."""
    return Boxed(tuple(given["boxed_for"]), given["of"], given["box"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Erasing:
    """The fields of each service's event that its texts about a person are erased."""

    person_id: UUID
