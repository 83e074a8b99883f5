"""What an event rests on, as its own service's log says: its cause, named grounds, what its decision looked at."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from shared.chassis.asking import PROBLEMS, check_query
from shared.chassis.envelope import Line, unpack
from shared.chassis.log_routes import LOG_ROLES
from shared.chassis.operations import allow
from shared.chassis.past import Past, moment_of
from shared.chassis.problems import Problem
from shared.chassis.proofs import Prover
from shared.chassis.runtime import Runtime
from shared.kernel.explaining import Decision, Explanation, Source
from shared.kernel.model import EVENTS, Happened
from shared.kernel.people import Role

Why = Literal["causation", "deadline", "ground", "input", "earlier", "begun"]
"""How one event rests on another.

`causation`: it is a reaction to it. `deadline`: it came by time, and this one had made it due. `ground`: its body
names it. `input`: the decision that it records looked at it. `earlier`: it needed it to have come before.
`begun`: with it the stream began; so for events of which neither a decision nor the service's table says more.
"""

Cause = Literal["person", "event", "time", "installation"]

PLACES_AT_ONCE = 50
NEIGHBOURS = 200

_FOLLOWED = re.compile(r"([a-z_-]+)@(\d{1,18})")
_TIMED = re.compile(r"agenda/.*/(\d{1,18})")
_PLACE = re.compile(r"(?P<position>\d{1,18})|(?P<stream>[0-9a-f-]{36})@(?P<version>\d{1,18})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """An event of a service: by its position, or by stream and version where only these are known."""

    service: str
    position: int | None = None
    stream: UUID | None = None
    version: int | None = None

    def __str__(self) -> str:
        return str(self.position) if self.position is not None else f"{self.stream}@{self.version}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What an event rests on, and how; `name` is that of the input which the decision looked at."""

    at: Place
    why: Why
    name: str = ""


@dataclass(frozen=True, slots=True)
class Grounded:
    """An event as it lies in the log, with what it rests on."""

    entry: dict[str, Any]
    rests_on: tuple[Ground, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON: a place's parts beside `why`."""
        rests_on = [asdict(one.at) | {"why": one.why, "name": one.name} for one in self.rests_on]
        return {"entry": self.entry, "rests_on": rests_on}


def entry(runtime: Runtime, prover: Prover, line: Line) -> dict[str, Any]:
    """One link of a chain: an entry of the log with its proof, of which service it is, and what brought it about."""
    return prover.entry(line) | {"service": runtime.service.name, "cause": cause_of(orjson.loads(line.state))}


def cause_of(state: Mapping[str, Any]) -> Cause:
    """Who or what brought an event about, as the envelope says.

    Only the system's word is taken for causes: a person's causation is a key that the person chose.
    """
    if state["actor"]["role"] != Role.SYSTEM:
        return "person"
    if _FOLLOWED.fullmatch(state["causation"]):
        return "event"
    return "time" if _TIMED.fullmatch(state["causation"]) else "installation"


class Grounds:
    """What the events of one service rest on. Made for one question: what it has read it does not read again."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime, self._service, self._prover = runtime, runtime.service, Prover(runtime)
        self._through = runtime.log.head()
        self._streams: dict[UUID, list[Happened]] = {}
        self._explained: dict[tuple[int, Decision], list[Explanation]] = {}

    def at(self, place: Place) -> Line | None:
        """The line at a place of this service's log."""
        log = self._runtime.log
        if place.position is not None:
            found = log.read(place.position - 1, 1)
            return found[0] if found and found[0].position == place.position else None
        assert place.stream is not None
        lines = log.stream_through(place.stream, self._through)
        return next((line for line in lines if line.version == place.version), None)

    def of(self, line: Line) -> Grounded:
        """A line with what it rests on, each event once for each reason."""
        found = self._of(line) if line.event in EVENTS else self._caused(orjson.loads(line.state))
        here = Place(service=self._service.name, position=line.position)
        once = dict.fromkeys(one for one in found if one.at != here)
        return Grounded(entry(self._runtime, self._prover, line), tuple(once))

    def decided(self, streams: Iterable[UUID], kinds: Sequence[type[Any]], about: Mapping[str, str]) -> list[Line]:
        """The events of these kinds in these streams that are about a subject, in order."""
        names = {kind.__event_name__ for kind in kinds}
        found = (line for id in streams for line in self._runtime.log.stream_through(id, self._through))
        mine = [one for one in found if one.event in names and self._is_about(about, one)]
        return sorted(mine, key=lambda one: one.position)

    def _is_about(self, about: Mapping[str, str], line: Line) -> bool:
        """It names the subject, or records a decision about it, such as a list about each candidate."""
        body = orjson.loads(line.state)["body"]
        if about.keys() <= body.keys():
            return _agrees(about, body)
        return any(about.items() <= dict(told.about).items() for told in self._recorded(unpack(line), body))

    def _of(self, line: Line) -> Iterator[Ground]:
        state, happened = orjson.loads(line.state), unpack(line)
        yield from self._caused(state)
        yield from (self._named(one) for one in _event_ids(state["body"]))
        for told in self._recorded(happened, state["body"]):
            for one in told.inputs:
                yield from self._own("input", one.sources, happened, one.name)
        declared = self._service.grounds.get(type(happened.event))
        if declared:
            yield from self._own("earlier", declared(happened, self._past(happened)), happened)
        elif not self._records(happened) and line.version > 1:
            yield Ground(
                at=Place(service=self._service.name, position=self._told(line.stream)[0].position), why="begun"
            )

    def _caused(self, state: Mapping[str, Any]) -> Iterator[Ground]:
        cause, causation = cause_of(state), state["causation"]
        if cause == "event" and (followed := _FOLLOWED.fullmatch(causation)):
            yield Ground(at=Place(service=followed[1], position=int(followed[2])), why="causation")
        if cause == "time" and (timed := _TIMED.fullmatch(causation)) and int(timed[1]):
            yield Ground(at=Place(service=self._service.name, position=int(timed[1])), why="deadline")

    def _named(self, id: Mapping[str, Any]) -> Ground:
        place = Place(service=id["service"], stream=UUID(id["stream"]), version=id["version"])
        if place.service == self._service.name and (line := self.at(place)):
            place = Place(service=place.service, position=line.position)
        return Ground(at=place, why="ground")

    def _records(self, happened: Happened) -> list[Decision]:
        return [one for one in self._service.decisions if isinstance(happened.event, (*one.recorded_by,))]

    def _recorded(self, happened: Happened, body: Mapping[str, Any]) -> Iterator[Explanation]:
        """The decisions that an event records, judged again as they were."""
        recorded = self._records(happened)
        together = self._recorded_with(happened) if recorded else []
        for decision in recorded:
            for fact in together:
                if isinstance(fact.event, (*decision.facts,)):
                    told = self._explanations(fact, decision)
                    yield from (one for one in told if _agrees(dict(one.about), body))

    def _explanations(self, fact: Happened, decision: Decision) -> list[Explanation]:
        key = (fact.position, decision)
        if key not in self._explained:
            book = self._runtime.book(fact.school)
            moment = moment_of(fact, book.numbered(fact.rules), book.calendar)
            self._explained[key] = list(decision.explain(fact, self._past(fact), moment))
        return self._explained[key]

    def _own(self, why: Why, sources: Iterable[Source], happened: Happened, name: str = "") -> Iterator[Ground]:
        """What came after an event is no ground of it."""
        for source in sources:
            if source.position < happened.position:
                yield Ground(at=Place(service=self._service.name, position=source.position), why=why, name=name)

    def _recorded_with(self, happened: Happened) -> list[Happened]:
        """The events of the command that recorded this one: they lie side by side."""
        command = _command(happened)
        before: list[Line] = []
        while True:
            reach = (before[0].position if before else happened.position) - 1
            page = self._runtime.log.read(max(0, reach - NEIGHBOURS), NEIGHBOURS)
            page = [line for line in page if line.position <= reach]
            mine = _last_while(lambda line: line.event in EVENTS and _command(unpack(line)) == command, page)
            before = [*mine, *before]
            if not mine or len(mine) < len(page):
                break
        after, at = list[Line](), happened.position
        while page := self._runtime.log.read(at, NEIGHBOURS):
            mine = _first_while(lambda line: line.event in EVENTS and _command(unpack(line)) == command, page)
            after, at = [*after, *mine], page[-1].position
            if len(mine) < len(page):
                break
        return [*map(unpack, before), happened, *map(unpack, after)]

    def _past(self, happened: Happened) -> Past:
        return Past(
            self._service.name, happened.school,
            lambda stream: [one for one in self._told(stream) if one.position < happened.position],
        )  # fmt: skip

    def _told(self, stream: UUID) -> list[Happened]:
        if stream not in self._streams:
            lines = self._runtime.log.stream_through(stream, self._through)
            self._streams[stream] = [unpack(line) for line in lines]
        return self._streams[stream]


def _command(happened: Happened) -> tuple[Any, ...]:
    return happened.causation, happened.correlation, happened.person, happened.role, happened.school


def _first_while(holds: Callable[[Line], bool], lines: Sequence[Line]) -> list[Line]:
    end = next((at for at, line in enumerate(lines) if not holds(line)), len(lines))
    return list(lines[:end])


def _last_while(holds: Callable[[Line], bool], lines: Sequence[Line]) -> list[Line]:
    return _first_while(holds, lines[::-1])[::-1]


def _agrees(about: Mapping[str, str], body: Mapping[str, Any]) -> bool:
    """Whether what an event names of a subject is the subject's."""
    return all(str(body[name]) == id for name, id in about.items() if name in body)


def _event_ids(body: Any) -> Iterator[Mapping[str, Any]]:
    """The events that a body names, wherever in it: by service, stream and version."""
    if isinstance(body, dict):
        if set(body) == {"service", "stream", "version"}:
            yield body
        else:
            yield from (id for value in body.values() for id in _event_ids(value))
    elif isinstance(body, list):
        yield from (id for value in body for id in _event_ids(value))


def asked_places(service: str, given: str) -> list[Place]:
    """Positions, or `stream@version`, by comma."""
    parts = given.split(",")
    found = [_PLACE.fullmatch(part) for part in parts]
    if len(parts) > PLACES_AT_ONCE or not all(found):
        raise Problem("place-malformed", most=PLACES_AT_ONCE)
    return [_place(service, one) for one in found if one]


def _place(service: str, given: re.Match[str]) -> Place:
    if given["position"]:
        return Place(service=service, position=int(given["position"]))
    try:
        return Place(service=service, stream=UUID(given["stream"]), version=int(given["version"]))
    except ValueError:
        raise Problem("place-malformed", most=PLACES_AT_ONCE) from None


router = APIRouter()


@router.get("/log/{places}/grounds", summary="Entries of the log with what each rests on", responses=PROBLEMS)
async def grounds(
    request: Request,
    places: Annotated[str, Path(max_length=5_000, description="Positions or stream@version, by comma")],
) -> Response:
    """In the order asked for. A token bound to a school sees that school's alone; what is not there is a 404."""
    identity = allow(request, *LOG_ROLES)
    runtime: Runtime = request.app.state.runtime
    check_query(request, [])
    wanted = asked_places(runtime.service.name, places)

    def look() -> list[dict[str, Any]]:
        known = Grounds(runtime)
        lines = [known.at(place) for place in wanted]
        if not all(line and identity.school in (None, orjson.loads(line.state)["school"]) for line in lines):
            raise Problem("not-found", kind="entry of the log", called="日志条目")
        return [known.of(line).plain() for line in lines if line]

    return Response(orjson.dumps({"items": await asyncio.to_thread(look)}), media_type="application/json")
