"""`GET …/{id}/causes`: from a consequence back to its causes, across the services, to what began it all."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import httpx2 as httpx
import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.chassis.asking import PROBLEMS, check_query
from shared.chassis.deciding import Forbidden
from shared.chassis.explanations import Explained
from shared.chassis.grounds import PLACES_AT_ONCE, Cause, Ground, Grounded, Grounds, Place, Why
from shared.chassis.identity import Identity
from shared.chassis.problems import Problem, speaks_english
from shared.chassis.proofs import ProofView
from shared.chassis.questions import found_row, wait_for
from shared.chassis.runtime import Runtime
from shared.chassis.sayings import MISTAKES
from shared.kernel.people import OVERSEEING

MOST = 1_000
"""Of entries in one chain: a roster of sixteen with all its sessions comes to some five hundred."""

AT_ONCE = 4
PATIENCE_SECONDS = 10.0

Fetch = Callable[[str, Sequence[Place]], Awaitable[Sequence[Grounded]]]
"""The events at places of one service, in the order asked for."""

Key = tuple[str, int]
"""An event by service and position."""


class ServiceAway(Exception):
    """Another service doesn't say what its events rest on; without it the chain is not whole."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


class CauseMissing(Exception):
    """What an event rests on isn't in the log that is said to hold it, or is another school's."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"{place.service} {place}")
        self.place = place


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An event as it lies in its service's log; `depth` is how many steps it is from the consequence.

    `cause`: brought about by a person's command, another event, time, or the installation itself.
    """

    service: str
    position: int
    stream: UUID
    version: int
    event: str
    state: str
    sealed: bool
    proof: ProofView | None
    cause: Cause
    depth: int


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """One end of a link: an event by its place."""

    service: str
    position: int


class Link(BaseModel):
    """`from` rests on `to`; `name` is that of the input, where the decision looked at it."""

    from_: End = Field(alias="from")
    to: End
    why: Why
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped:
    """What the chain names and did not follow, by position or by stream and version."""

    service: str
    position: int | None
    stream: UUID | None
    version: int | None


@dataclass(frozen=True, kw_only=True)
class Causes:
    """Entries from the consequence back; `truncated` when there is more, from `stopped_at` on."""

    items: list[Entry]
    links: list[Link]
    truncated: bool
    stopped_at: list[Stopped]


@dataclass
class Chain:
    """The closure of what rests on what. `places` are where the known events are, however they were named."""

    entries: dict[Key, dict[str, Any]] = field(default_factory=dict)
    links: list[tuple[Key, Ground]] = field(default_factory=list)
    places: dict[Place, Key] = field(default_factory=dict)
    stopped_at: list[Place] = field(default_factory=list)

    def add(self, depth: int, named: Place, found: Grounded) -> Iterator[Place]:
        """One more event, unless it is there by another name; what it rests on is to be looked at next."""
        key = (found.entry["service"], found.entry["position"])
        self.places[named] = key
        if key in self.entries:
            return
        self.entries[key] = found.entry | {"depth": depth}
        self.places[Place(service=key[0], position=key[1])] = key
        self.links += [(key, one) for one in found.rests_on]
        yield from (one.at for one in found.rests_on)

    def plain(self) -> dict[str, Any]:
        """As JSON; of two links between the same events for the same reason one is enough."""
        items = sorted(self.entries.values(), key=lambda one: (one["depth"], one["service"], one["position"]))
        links = (
            (key, self.places[one.at], one.why, one.name) for key, one in self.links if one.at in self.places
        )  # fmt: skip
        return {
            "items": items,
            "links": [
                {"from": _end(key), "to": _end(to), "why": why, "name": name}
                for key, to, why, name in dict.fromkeys(links)
            ],
            "truncated": bool(self.stopped_at),
            "stopped_at": [asdict(place) for place in self.stopped_at],
        }


def _end(key: Key) -> dict[str, Any]:
    return {"service": key[0], "position": key[1]}


async def closure(first: Sequence[Place], fetch: Fetch, most: int = MOST) -> Chain:
    """All that the first events rest on, nearest first, each event once; no more than `most`."""
    chain, depth, wanted = Chain(), 0, list(dict.fromkeys(first))
    while wanted:
        room = most - len(chain.entries)
        wanted, chain.stopped_at = wanted[:room], wanted[room:]
        if not wanted:
            break
        found = await _fetched(wanted, fetch)
        following = [place for named in wanted for place in chain.add(depth, named, found[named])]
        wanted = [place for place in dict.fromkeys((*following, *chain.stopped_at)) if place not in chain.places]
        depth += 1
    return chain


async def _fetched(wanted: Sequence[Place], fetch: Fetch) -> dict[Place, Grounded]:
    by_service: dict[str, list[Place]] = {}
    for place in wanted:
        by_service.setdefault(place.service, []).append(place)
    turns = asyncio.Semaphore(AT_ONCE)

    async def some(service: str, places: Sequence[Place]) -> Iterable[tuple[Place, Grounded]]:
        async with turns:
            return zip(places, await fetch(service, places), strict=True)

    asked = (some(service, part) for service, places in by_service.items() for part in _by_number(places))
    # All are waited for, also when one fails: who reads this service's log must not be left reading it.
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return dict(pair for answer in answers for pair in _unless_failed(answer))


def _unless_failed(answer: Iterable[tuple[Place, Grounded]] | BaseException) -> Iterable[tuple[Place, Grounded]]:
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _by_number(places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    yield from (places[at : at + PLACES_AT_ONCE] for at in range(0, len(places), PLACES_AT_ONCE))


@dataclass(frozen=True)
class Neighbours:
    """The way to the other services' logs: where they answer, and a follower's token for all schools."""

    url: str
    token: Callable[[], str]


class Everywhere:
    """Fetches for one school: this service's own events from its log, the others' over HTTP.

    The token reads all schools: that nothing but the asker's own is shown is checked here, entry by entry.
    """

    def __init__(self, runtime: Runtime, school: str, neighbours: Neighbours | None, client: httpx.AsyncClient) -> None:
        self._runtime, self._school, self._neighbours, self._client = runtime, school, neighbours, client
        self._own = Grounds(runtime)
        self._turn = asyncio.Lock()

    async def __call__(self, service: str, places: Sequence[Place]) -> Sequence[Grounded]:
        if service == self._runtime.service.name:
            # One at a time: they share what was read.
            async with self._turn:
                found: Sequence[Grounded] = await asyncio.to_thread(lambda: [self._here(place) for place in places])
        else:
            found = await self._there(service, places)
        for place, one in zip(places, found, strict=True):
            if orjson.loads(one.entry["state"])["school"] != self._school:
                raise CauseMissing(place)
        return found

    def _here(self, place: Place) -> Grounded:
        line = self._own.at(place)
        if line is None:
            raise CauseMissing(place)
        return self._own.of(line)

    async def _there(self, service: str, places: Sequence[Place]) -> Sequence[Grounded]:
        if self._neighbours is None:
            raise ServiceAway(service)
        url = f"{self._neighbours.url}/{service}/log/{','.join(map(str, places))}/grounds"
        try:
            headers = {"Authorization": f"Bearer {await asyncio.to_thread(self._neighbours.token)}"}
            answer = await self._client.get(url, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise ServiceAway(service) from error
        if answer.status_code == httpx.codes.NOT_FOUND and _is_missing(answer):
            raise CauseMissing(places[0])
        if answer.status_code != httpx.codes.OK:
            raise ServiceAway(service)
        return believed(service, places, answer.content)


def _is_missing(answer: httpx.Response) -> bool:
    """Said by the service itself: a gateway that knows no way there answers 404 as well."""
    try:
        return bool(answer.json()["code"] == "not-found")
    except (ValueError, KeyError, TypeError):
        return False


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")

    service: str
    position: int | None
    stream: UUID | None
    version: int | None
    why: Why
    name: str


class _Item(BaseModel):
    entry: dict[str, Any]
    rests_on: list[_Told]


class _Answer(BaseModel):
    items: list[_Item]


def believed(service: str, places: Sequence[Place], text: bytes) -> list[Grounded]:
    """Another service's answer, which must be about the places that were asked for."""
    try:
        items = _Answer.model_validate_json(text).items
        found = [Grounded(one.entry, tuple(_ground(told) for told in one.rests_on)) for one in items]
        if [_asked_for(place, one.entry) for place, one in zip(places, found, strict=True)] != [True] * len(found):
            raise ServiceAway(service)
    except (ValidationError, ValueError, KeyError) as error:
        raise ServiceAway(service) from error
    return found


def _asked_for(place: Place, entry: Mapping[str, Any]) -> bool:
    if entry["service"] != place.service or not isinstance(entry["state"], str):
        return False
    if place.position is not None:
        return bool(entry["position"] == place.position)
    return (entry["stream"], entry["version"]) == (str(place.stream), place.version)


def _ground(told: _Told) -> Ground:
    place = Place(service=told.service, position=told.position, stream=told.stream, version=told.version)
    return Ground(at=place, why=told.why, name=told.name)


def causes(router: APIRouter, *explained: Explained) -> None:
    """Beside each explanation the chain behind it."""
    for one in explained:
        router.add_api_route(
            one.question.path + "/{key}/causes", _endpoint(one), methods=["GET"], responses=PROBLEMS,
            summary=f"The chain of events behind it: {one.question.summary}", response_model=Causes,
            operation_id=f"causes_of_{one.question.model.name}",
        )  # fmt: skip


def _endpoint(one: Explained) -> Callable[..., Any]:
    kinds = sorted({decision.kind for decision in one.decisions})

    async def endpoint(
        request: Request,
        key: str,
        kind: str | None = Query(None, description=f"Of this decision alone: {', '.join(kinds)}"),
        at_least: int = Query(0, ge=0, lt=2**62),
    ) -> Response:
        """For who oversees the school: the chain leads through other persons' events as they were written."""
        runtime: Runtime = request.app.state.runtime
        identity: Identity = request.scope["identity"]
        check_query(request, ["kind", "at_least"])
        if kind is not None and kind not in kinds:
            raise _no_such_kind(request, kinds)
        await wait_for(runtime, at_least)
        if identity.school is None or not identity.has(*OVERSEEING):
            raise Forbidden
        _, row = await found_row(request, one.question, key, None)
        first = await asyncio.to_thread(_consequences, runtime, one, key, row, kind)
        chain = await _whole(request, runtime, identity.school, first)
        return Response(orjson.dumps(chain.plain()), media_type="application/json")

    return endpoint


async def _whole(request: Request, runtime: Runtime, school: str, first: Sequence[Place]) -> Chain:
    neighbours: Neighbours | None = request.app.state.neighbours
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client:
        try:
            return await closure(first, Everywhere(runtime, school, neighbours, client))
        except ServiceAway as away:
            raise Problem("service-away", {"Retry-After": "2"}, service=away.service) from away
        except CauseMissing as missing:
            place = missing.place
            raise Problem("cause-missing", service=place.service, place=str(place)) from missing


def _consequences(runtime: Runtime, one: Explained, key: str, row: Any, kind: str | None) -> list[Place]:
    """The events that record the decisions about a row."""
    recorded = [fact for it in one.decisions if kind in (None, it.kind) for fact in it.recorded_by]
    about = {name: str(id) for name, id in one.about(key, row).items()}
    lines = Grounds(runtime).decided(one.streams(key, row), recorded, about)
    return [Place(service=runtime.service.name, position=line.position) for line in lines]


def _no_such_kind(request: Request, kinds: Sequence[str]) -> Problem:
    message = f"{MISTAKES['literal_error'][speaks_english(request)]}: {', '.join(kinds)}"
    return Problem("payload-invalid", errors=[{"field": "kind", "kind": "literal_error", "message": message}])
