"""Why a decision came out as it did: what was looked at, which arithmetic followed, what came of it.

The judgement that decides is the one that explains: it is made again on the history as it stood then, under the
settings that decided then, or under others to see what they would have done.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol, TypedDict
from uuid import UUID

from shared.kernel.chinese import chinese
from shared.kernel.context import Context
from shared.kernel.model import Happened, History

Sign = Literal["=", "≥", ">", "≤", "<"]
Subject = tuple[tuple[str, str], ...]
"""Whom or what a decision is about, as sorted pairs: one decision of a kind about one subject."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """An event that a fact comes from; `caused_by` is the command's key, or the upstream and its position."""

    service: str
    stream: UUID
    version: int
    position: int
    event: str
    on: date
    caused_by: str


def source_of(service: str, happened: Happened) -> Source:
    """An event as an explanation names it."""
    return Source(
        service=service, stream=happened.stream, version=happened.version, position=happened.position,
        event=happened.name, on=happened.on, caused_by=happened.causation,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """A fact that was looked at, in its unit, with the events it comes from."""

    name: str
    value: Any
    zh: str
    en: str
    unit: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One comparison or computation in integers: `left sign right`, and whether it holds; `text` names the terms."""

    rule: str
    text: str
    left: int
    sign: Sign
    right: int
    holds: bool


def step(rule: str, text: str, left: int, sign: Sign, right: int) -> Step:
    """A step, worked out. `text` names both sides in words that are the same in both languages: names of inputs."""
    holds = {"=": left == right, "≥": left >= right, ">": left > right, "≤": left <= right, "<": left < right}[sign]
    return Step(rule=rule, text=text, left=left, sign=sign, right=right, holds=holds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """One decision. `rules` are ids of `domain.md`, the deciding one first; `settings` the names that were consulted.

    `amounts` are what is at stake in integers, by unit: `fen`, `credits_hundredths`.
    """

    kind: str
    subject: Mapping[str, Any]
    outcome: str
    rules: tuple[str, ...]
    zh: str
    en: str
    inputs: tuple[Input, ...] = ()
    steps: tuple[Step, ...] = ()
    settings: tuple[str, ...] = ()
    amounts: Mapping[str, int] = field(default_factory=dict)

    @property
    def about(self) -> Subject:
        return subject(**self.subject)


def subject(**ids: Any) -> Subject:
    """A subject from its parts."""
    return tuple(sorted((name, str(id)) for name, id in ids.items()))


class Told(TypedDict):
    """One sentence in both languages."""

    zh: str
    en: str


def told(zh: str, en: str, **numbers: Any) -> Told:
    """Both sentences with their numbers filled in; in `zh` codes read as Chinese words."""
    return {"zh": zh.format(**chinese(numbers)), "en": en.format(**numbers)}


class Past(History, Protocol):
    """The history as it stood just before an event, with the way back to each event."""

    def sources(self, stream: UUID, *facts: type[Any], only: Callable[[Any], bool] = ...) -> tuple[Source, ...]:
        """The events of a stream of these kinds, in order: all, or only those that it says yes to."""
        ...

    def supposed(self, kind: str, **ids: Any) -> str | None:
        """The outcome that another decision would have had, when that is what is asked; else None.

        Only what-if supposes anything: a decision rests on what happened unless this says otherwise.
        """
        ...


Explain = Callable[[Happened, Past, Context], Iterable[Explanation]]

Resting = Callable[[Happened, Past], Iterable[Source]]
"""The events of the same service that an event needed to have come before it, though no explanation names them."""


def after(*facts: type[Any], same: str | None = None) -> Resting:
    """Rests on what came earlier of these kinds in its own stream; with `same`, on those that agree in that field."""

    def rests_on(happened: Happened, past: Past) -> Iterable[Source]:
        own = getattr(happened.event, same) if same else None
        return past.sources(happened.stream, *facts, only=lambda one: same is None or getattr(one, same) == own)

    return rests_on


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A kind of decision that can be explained and asked again.

    `facts` are the events at which the question arises: those that record its outcome, and those after which it
    might have come out otherwise. `explain(happened, past, context)` judges again: `past` stands just before the
    event, `context` has its business date and the settings to judge by. It never raises `Refused`. Of a question
    that is asked time and again the newest answer counts. `records` are the events that say what came of it, where
    those are others than `facts`: recorded beside one of them, or later.
    """

    kind: str
    facts: Sequence[type[Any]]
    explain: Explain
    records: Sequence[type[Any]] = ()

    @property
    def recorded_by(self) -> Sequence[type[Any]]:
        return self.records or self.facts
