"""`GET …/{id}/explanation`: why each decision about it came out as it did, judged again on the log as it stood then."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import TypeAdapter

from shared.chassis import boxes
from shared.chassis.as_of import OPENAPI, PARAMETERS, asked_moment
from shared.chassis.asking import PROBLEMS, check_query
from shared.chassis.envelope import unpack
from shared.chassis.past import Past, moment_of
from shared.chassis.problems import speaks_english
from shared.chassis.questions import Question, found_row, wait_for
from shared.chassis.runtime import Runtime
from shared.kernel.explaining import Decision, Explanation, Input, Source, Step, Subject, source_of
from shared.kernel.model import Happened
from shared.kernel.people import Actor
from shared.kernel.rules import RULES, Rule
from shared.kernel.settings import InForce


@dataclass(frozen=True, kw_only=True)
class Explained:
    """The decisions about each row of a question.

    `streams` are where their events lie; of what those decide only what is about the row is shown: `about` gives
    the parts of the subject that must be its.
    """

    question: Question
    decisions: Sequence[Decision]
    streams: Callable[[str, Any], Iterable[UUID]]
    about: Callable[[str, Any], Mapping[str, Any]] = lambda _key, _row: {}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An explanation as JSON: `steps` are the integer arithmetic, `settings` those consulted with their values."""

    kind: str
    subject: dict[str, Any]
    outcome: str
    zh: str
    en: str
    rules: list[Rule]
    settings_version: int
    settings: dict[str, Any]
    inputs: list[Input]
    steps: list[Step]
    amounts: dict[str, int]
    decided_at: Source | None


@dataclass(frozen=True, kw_only=True)
class Explanations:
    """Each change of an outcome and the newest, as they stood at a position of the log."""

    items: list[Shown]
    position: int


@dataclass(frozen=True)
class Decided:
    """An explanation with the event at which it was decided and the settings that decided it."""

    explanation: Explanation
    source: Source
    in_force: InForce


def explanations(router: APIRouter, *explained: Explained) -> None:
    for one in explained:
        router.add_api_route(
            one.question.path + "/{key}/explanation", _endpoint(one), methods=["GET"], responses=PROBLEMS,
            summary=f"Why: {one.question.summary}", operation_id=f"explain_{one.question.model.name}",
            response_model=Explanations, openapi_extra={"parameters": OPENAPI},
        )  # fmt: skip


def _endpoint(one: Explained) -> Callable[..., Any]:
    async def endpoint(request: Request, key: str, at_least: int = Query(0, ge=0, lt=2**62)) -> Response:
        runtime: Runtime = request.app.state.runtime
        check_query(request, ["at_least", *PARAMETERS])
        await wait_for(runtime, at_least)
        position = await asked_moment(request, runtime)
        _, row = await found_row(request, one.question, key, position)
        school = request.scope["identity"].school
        head = await asyncio.to_thread(runtime.log.head) if position is None else position
        decided = await asyncio.to_thread(_decided, runtime, school, one, key, row, head)
        items = [shown(each) for each in decided]
        opened = await asyncio.to_thread(
            boxes.shown, runtime.keys, school, items, english=speaks_english(request)
        )  # fmt: skip
        return Response(orjson.dumps({"items": opened, "position": head}), media_type="application/json")

    return endpoint


def _decided(runtime: Runtime, school: str, one: Explained, key: str, row: Any, through: int) -> list[Decided]:
    streams: dict[UUID, list[Happened]] = {}

    def told(stream: UUID) -> list[Happened]:
        if stream not in streams:
            streams[stream] = [unpack(line) for line in runtime.log.stream_through(stream, through)]
        return streams[stream]

    def before(position: int) -> Callable[[UUID], list[Happened]]:
        return lambda stream: [happened for happened in told(stream) if happened.position < position]

    book = runtime.book(school)
    wanted = {name: str(id) for name, id in one.about(key, row).items()}
    moments = sorted((it for stream in one.streams(key, row) for it in told(stream)), key=lambda it: it.position)
    asked = [(it, decision) for it in moments for decision in one.decisions if isinstance(it.event, (*decision.facts,))]
    found = [
        Decided(explanation, source_of(runtime.service.name, it), book.numbered(it.rules))
        for it, decision in asked
        if it.school == school
        for explanation in decision.explain(
            it,
            Past(runtime.service.name, school, before(it.position)),
            moment_of(it, book.numbered(it.rules), book.calendar),
        )
        if wanted.items() <= dict(explanation.about).items()
    ]
    return list(turning_points(found))


def as_if(runtime: Runtime, actor: Actor, school: str, stream: UUID, event: Any, decision: Decision) -> list[Decided]:
    """How a decision would come out now if this happened: judged on all there is, and nothing is recorded."""
    runtime.clock.refresh()
    head, at, today = runtime.log.head(), runtime.clock.now(), runtime.clock.today()
    book = runtime.book(school)
    in_force = book.on(today)
    supposed = Happened(
        position=head + 1, stream=stream, version=1, name=event.__event_name__, event=event, person=actor.person,
        role=actor.role, school=school, on=today, at=at, correlation="", causation="", rules=in_force.version,
    )  # fmt: skip

    def told(stream: UUID) -> list[Happened]:
        return [unpack(line) for line in runtime.log.stream_through(stream, head)]

    past = Past(runtime.service.name, school, told)
    source = source_of(runtime.service.name, supposed)
    found = decision.explain(supposed, past, moment_of(supposed, in_force, book.calendar))
    return [Decided(one, source, in_force) for one in found]


def turning_points(found: Sequence[Decided]) -> Iterator[Decided]:
    """Of a question that was asked time and again: each change of its outcome, and the newest."""
    last: dict[tuple[str, Subject], Decided] = {}
    shown_last: dict[tuple[str, Subject], Decided] = {}
    kept: list[Decided] = []
    for one in found:
        which = (one.explanation.kind, one.explanation.about)
        if which not in last or last[which].explanation.outcome != one.explanation.outcome:
            kept.append(one)
            shown_last[which] = one
        last[which] = one
    newest = [one for which, one in last.items() if shown_last[which] is not one]
    yield from sorted((*kept, *newest), key=lambda one: one.source.position)


def shown(decided: Decided) -> dict[str, Any]:
    """As JSON: with the sentences of its rules and the values of the settings that were consulted."""
    told, values = decided.explanation, decided.in_force.values
    plain: dict[str, Any] = TypeAdapter(Explanation).dump_python(told, mode="json")
    return plain | {
        "rules": [asdict(RULES[id]) for id in told.rules],
        "settings_version": decided.in_force.version,
        "settings": TypeAdapter(dict[str, Any]).dump_python(
            {name: getattr(values, name) for name in told.settings}, mode="json"
        ),
        "decided_at": TypeAdapter(Source).dump_python(decided.source, mode="json"),
    }
