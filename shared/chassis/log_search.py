"""Lines of the log by what they speak of, and how far was looked for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from shared.chassis.envelope import Line, school_of
from shared.chassis.log_index import EVENT, PERSON, RULE, STUDIO, Term, terms
from shared.chassis.runtime import Runtime

LOOKED = 1_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a line must be to be shown: all that is given here. Days are those of recording, Asia/Shanghai."""

    stream: UUID | None = None
    studio: UUID | None = None
    person: UUID | None = None
    event: str | None = None
    rule: str | None = None
    since: date | None = None
    until: date | None = None
    sealed: bool | None = None

    @property
    def terms(self) -> list[Term]:
        asked = {PERSON: self.person, STUDIO: self.studio, RULE: self.rule, EVENT: self.event}
        return [Term(kind, str(value)) for kind, value in asked.items() if value is not None]


EVERYTHING = Wanted()


class Span(NamedTuple):
    """Positions above `after`, up to `through`: none when they meet."""

    after: int
    through: int

    def within(self, other: "Span") -> "Span":
        return Span(max(self.after, other.after), min(self.through, other.through))


class Found(NamedTuple):
    """Lines, how far was looked for them, and where what was asked for ends now.

    Asked on from `through`, nothing is missed; below `end` there may be more to see, or the index lags behind.
    """

    lines: list[Line]
    through: int
    end: int


def item(line: Line, sealed_through: int) -> dict[str, Any]:
    """A line as it is served; `sealed` once a signed checkpoint covers it."""
    return {
        "position": line.position,
        "stream": line.stream,
        "version": line.version,
        "event": line.event,
        "state": line.state.decode(),
        "sealed": line.position <= sealed_through,
    }


def search(runtime: Runtime, wanted: Wanted, school: str | None, after: int, limit: int) -> Found:
    """Up to `limit` lines above `after`; a school's alone, or all. Reads the stores: not for the event loop."""
    span = span_of(runtime, wanted, after)
    if wanted.stream is not None:
        found, through = _of_stream(runtime, wanted, school, span, limit)
    elif wanted.terms:
        positions, through = runtime.index.find(wanted.terms, school, *span, limit)
        found = runtime.log.at(positions) if positions else []
    else:
        found, through = _all(runtime, school, span, limit)
    return Found(found, max(after, through), span.through)


def span_of(runtime: Runtime, wanted: Wanted, after: int) -> Span:
    """The part of the log that is asked about, known without looking at its lines."""
    whole = Span(after, runtime.log.head())
    return whole.within(_days(runtime, wanted, whole)).within(_sealed(runtime, wanted, whole))


def _days(runtime: Runtime, wanted: Wanted, whole: Span) -> Span:
    today, first, last = runtime.clock.today(), whole.after, whole.through
    if wanted.since is not None and wanted.since > date.min:
        # Nothing is recorded in days to come, and there is no need to search for their beginning.
        first = runtime.log.position_on(min(wanted.since - timedelta(days=1), today))
    if wanted.until is not None and wanted.until < today:
        last = runtime.log.position_on(wanted.until)
    return Span(first, last)


def _sealed(runtime: Runtime, wanted: Wanted, whole: Span) -> Span:
    if wanted.sealed is None:
        return whole
    through = runtime.seals.sealed_through()
    return Span(whole.after, through) if wanted.sealed else Span(through, whole.through)


def _all(runtime: Runtime, school: str | None, span: Span, limit: int) -> tuple[list[Line], int]:
    read = runtime.log.read(span.after, limit) if span.after < span.through else []
    lines = [line for line in read if line.position <= span.through]
    through = lines[-1].position if len(lines) == limit else span.through
    return [line for line in lines if school is None or school_of(line) == school], through


def _of_stream(runtime: Runtime, wanted: Wanted, school: str | None, span: Span, limit: int) -> tuple[list[Line], int]:
    """Read from the log itself: a stream's lines say by themselves what they are found by."""
    assert wanted.stream is not None
    asked = set(wanted.terms)
    most = LOOKED if asked else limit
    lines = runtime.log.stream_page(wanted.stream, *span, most)
    opening = runtime.log.openings([wanted.stream]).get(wanted.stream) if asked and lines else None

    def fitting() -> Iterator[Line]:
        for line in lines:
            if (school is None or school_of(line) == school) and asked <= terms(line, opening):
                yield line

    found = [line for line, _ in zip(fitting(), range(limit), strict=False)]
    if len(found) == limit:
        return found, found[-1].position
    return found, lines[-1].position if len(lines) == most else span.through
