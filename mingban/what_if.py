"""What other settings would have done to the same history: what changes, with both explanations side by side."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar

from pydantic import TypeAdapter

from shared.chassis.explanations import Decided, shown
from shared.chassis.jobs import Job, Logs, Progress
from shared.chassis.past import Past, moment_of
from shared.chassis.service import Service
from shared.kernel.explaining import Explanation, Subject, source_of, told
from shared.kernel.model import Happened, Refused, command
from shared.kernel.people import OVERSEEING
from shared.kernel.settings import DEFAULTS, InForce, SchoolBook, check_together, check_values
from shared.kernel.values import Day

Which = tuple[str, Subject]
NEVER_WAS = "never_was"


@command
class WhatIf:
    """Which settings would have been other, and from which day of decision on (from the beginning unless given)."""

    values: dict[str, Any]
    since: Day | None = None

    example: ClassVar[Any] = {"values": {"absence_inclusive": False}}


@dataclass
class World:
    """How each question came out, and what was decided of it, in one of the two worlds."""

    decided: dict[Which, Decided] = field(default_factory=dict)
    by_year: dict[Which, dict[Subject, str]] = field(default_factory=dict)
    """The outcomes of each question by year, where it is asked year by year."""
    consulted: set[str] = field(default_factory=set)
    """The settings that any decision looked at."""
    never_were: set[str] = field(default_factory=set)
    """Studios that would not have been established."""

    def tell(self, one: Decided) -> None:
        which = (one.explanation.kind, one.explanation.about)
        self.decided[which] = one
        self.by_year.setdefault((which[0], _whole(which[1])), {})[which[1]] = one.explanation.outcome
        self.consulted.update(one.explanation.settings)
        if one.explanation.outcome == "not_established":
            self.never_were.add(dict(which[1])["studio_id"])


def check(asked: WhatIf, book: SchoolBook) -> None:
    """What cannot be a setting cannot be supposed, nor what contradicts a version that was in force."""
    if not asked.values:
        raise Refused(
            "nothing-supposed",
            rule="A.7",
            zh="请至少改一项设置",
            en="name at least one setting to change",
        )
    check_values(asked.values)
    for in_force in (DEFAULTS, *(version for _, version in book.versions)):
        check_together(in_force.values.overlaid(asked.values))


def what_if(services: Sequence[Service], school: str, asked: WhatIf, logs: Logs, progress: Progress) -> dict[str, Any]:
    """Walk through the logs in the order in which services rest on each other, judging everything twice."""
    history = {service.name: list(logs[service.name]()) for service in services}
    total, done = sum(map(len, history.values())), 0
    actual, supposed = World(), World()
    for service in services:
        for at, _ in enumerate(_walk(service, school, asked, history[service.name], actual, supposed), start=1):
            progress(done + at, total)
        done += len(history[service.name])
    progress(total, total)
    changes = [
        (before, supposed.decided[which])
        for which, before in actual.decided.items()
        if _differ(before.explanation, supposed.decided[which].explanation)
    ]
    return {
        "asked": TypeAdapter(WhatIf).dump_python(asked, mode="json"),
        "looked_at": {name: {"events": len(told), "through": told[-1].position if told else 0}
                      for name, told in history.items()},
        "decisions": len(actual.decided),
        "changed": _totals(changes),
        "not_judged": sorted({*asked.values} - actual.consulted - supposed.consulted),
        "changes": [_side_by_side(before, after) for before, after in changes],
    }  # fmt: skip


def _walk(
    service: Service, school: str, asked: WhatIf, history: Sequence[Happened], actual: World, supposed: World
) -> Iterator[None]:
    """One service's log, event by event; what comes out otherwise is supposed for all that rests on it."""
    other: dict[Which, str] = {}
    for which in actual.decided:
        _suppose(other, which, actual, supposed)
    past = Past(service.name, school, lambda _: [])
    otherwise = past.supposing(other)
    for happened in history:
        book = past.find(service.book, SchoolBook.id_for(school))
        for decision in service.decisions:
            if not isinstance(happened.event, tuple(decision.facts)):
                continue
            in_force = book.numbered(happened.rules)
            changed = _changed(in_force, asked, happened.on)
            at = source_of(service.name, happened)
            as_decided = moment_of(happened, in_force, book.calendar)
            answers = {(one.kind, one.about): one for one in decision.explain(
                happened, otherwise, replace(as_decided, in_force=changed))}  # fmt: skip
            for explanation in decision.explain(happened, past, as_decided):
                which = (explanation.kind, explanation.about)
                answer = answers.get(which, explanation)
                if _never_was(explanation, supposed):
                    answer = _nothing(explanation)
                actual.tell(Decided(explanation, at, in_force))
                supposed.tell(Decided(answer, at, changed))
                _suppose(other, which, actual, supposed)
        past.tell(happened)
        yield


def _suppose(other: dict[Which, str], which: Which, actual: World, supposed: World) -> None:
    """What comes out otherwise is supposed for all that rests on it; of a person's years one removal removes."""
    kind, about = which
    _note(other, which, actual.decided[which].explanation.outcome, supposed.decided[which].explanation.outcome)
    whole = (kind, _whole(about))
    if kind == "removal":
        before, after = (
            "removal_due" if "removal_due" in world.by_year[whole].values() else "kept" for world in (actual, supposed)
        )
        _note(other, whole, before, after)


def _whole(about: Subject) -> Subject:
    """A subject without the year."""
    return tuple(part for part in about if part[0] != "year")


def _note(other: dict[Which, str], which: Which, before: str, after: str) -> None:
    if before != after:
        other[which] = after
    else:
        other.pop(which, None)


def _changed(in_force: InForce, asked: WhatIf, on: date) -> InForce:
    if asked.since and on < asked.since:
        return in_force
    return InForce(version=in_force.version, values=in_force.values.overlaid(asked.values))


def _never_was(explanation: Explanation, supposed: World) -> bool:
    """Whatever a studio came to, that would not have been established, did not happen either."""
    return explanation.kind != "establishment" and dict(explanation.about).get("studio_id") in supposed.never_were


def _nothing(explanation: Explanation) -> Explanation:
    said = told(zh="这个工作室不会成立", en="there would be no such studio")
    return replace(
        explanation, outcome=NEVER_WAS, rules=("APP-05",), inputs=(), steps=(), settings=(), amounts={}, **said
    )


def _differ(before: Explanation, after: Explanation) -> bool:
    return (before.outcome, dict(before.amounts)) != (after.outcome, dict(after.amounts))


def _side_by_side(before: Decided, after: Decided) -> dict[str, Any]:
    return {
        "kind": before.explanation.kind, "subject": dict(before.explanation.about),
        "before": shown(before), "after": shown(after),
    }  # fmt: skip


def _totals(changes: Sequence[tuple[Decided, Decided]]) -> dict[str, Any]:
    """Whom and what the changes are about, and how much more it is than it was: `fen` are what is released.

    `amounts` are by kind of decision: what is released, cancelled and returned are three sums, not one.
    """
    subjects: Sequence[Mapping[str, str]] = [dict(before.explanation.about) for before, _ in changes]
    amounts: Counter[str] = Counter()
    for before, after in changes:
        kind, was, would = before.explanation.kind, before.explanation.amounts, after.explanation.amounts
        for unit in {*was, *would}:
            amounts[f"{kind}_{unit}"] += would.get(unit, 0) - was.get(unit, 0)
    return {
        "people": sorted({one["person_id"] for one in subjects if "person_id" in one}),
        "studios": sorted({one["studio_id"] for one in subjects if "studio_id" in one}),
        "fen": amounts["release_fen"],
        "credits_hundredths": amounts["credit_credits_hundredths"],
        "amounts": dict(sorted(amounts.items())),
    }


def job(services: Sequence[Service]) -> Job:
    """The question as applications takes it: it owns the settings."""
    return Job(
        kind="what-ifs", asked=WhatIf, summary="What other settings would have done to the same history",
        roles=OVERSEEING, check=check,
        work=lambda school, asked, logs, progress: what_if(services, school, asked, logs, progress),
    )  # fmt: skip
