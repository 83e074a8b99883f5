"""The log's proofs over HTTP: checkpoint and tiles as tlog-tiles has them, entries with their inclusion proofs.

A signed checkpoint and the hashes of tiles say nothing about anybody: they are for everyone. Entries are for auditors.
"""

import asyncio
import base64
import re
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel

from shared.audit.epochs import origin_of
from shared.audit.proof import EntryProof
from shared.audit.tree import HEIGHT, WIDTH, tile_number
from shared.chassis.asking import PROBLEMS, check_query
from shared.chassis.deciding import Forbidden
from shared.chassis.envelope import Line, leaf, school_of
from shared.chassis.log_routes import LOG_ROLES
from shared.chassis.log_search import item
from shared.chassis.operations import allow
from shared.chassis.problems import Problem
from shared.chassis.runtime import Runtime
from shared.chassis.seals import Sealed, Seals

# Not for ever: in another epoch the same path has other bytes.
A_DAY = {"Cache-Control": "public, max-age=86400"}
NEWEST = {"Cache-Control": "no-cache"}
_WIDTH = re.compile(r"[1-9][0-9]{0,2}")

Size = Annotated[int, Path(ge=1, lt=2**53)]
Position = Annotated[int, Path(ge=1, lt=2**53)]

router = APIRouter(tags=["proofs"])
FOR_ALL: dict[str, Any] = {"security": []}
"""Of paths that need no token."""

TEXT: dict[int | str, dict[str, Any]] = {200: {"description": "A signed note", "content": {"text/plain": {}}}}
OCTETS: dict[int | str, dict[str, Any]] = {200: {"description": "Bytes", "content": {"application/octet-stream": {}}}}


class Octets(Response):
    media_type = "application/octet-stream"


class Prover:
    """Proves entries under the newest signed checkpoint: many of them share what was read."""

    def __init__(self, runtime: Runtime, seals: Seals | None = None) -> None:
        self._runtime, self._seals = runtime, seals or runtime.seals
        self.seal = self._seals.newest_signed()
        if self.seal:
            self._tree = self._seals.tree(self.seal.epoch, self.seal.size)
            self._note = self._seals.note(self.seal, runtime.origin)

    def entry(self, line: Line) -> dict[str, Any]:
        """A line as `/log` shows it, with its leaf and its way up to the checkpoint once it is sealed."""
        proof = self.proof(line)
        through = self.seal.through if self.seal else 0
        return item(line, through) | {"proof": proof and _proof_view(proof)}

    def proof(self, line: Line) -> EntryProof | None:
        """None for a line that no signed checkpoint covers yet."""
        seal = self.seal
        if seal is None or line.position > seal.through:
            return None
        index = self._seals.index_of(seal.epoch, line.position)
        if index is None:
            return None
        origin = origin_of(self._runtime.origin, seal.epoch)
        return EntryProof(leaf(origin, line).text, index, tuple(self._tree.inclusion(index)), self._note)


class ProofView(BaseModel):
    """`leaf` is the text whose hash stands at `index`; `hashes` lead from it to the root of `checkpoint`, in base64."""

    leaf: str
    index: int
    hashes: list[str]
    checkpoint: str


class EntryView(BaseModel):
    """One line of the log; `proof` is null until it is sealed, mostly for a second."""

    position: int
    stream: str
    version: int
    event: str
    state: str
    sealed: bool
    proof: ProofView | None


class ConsistencyView(BaseModel):
    """`hashes` prove that the tree of `new` entries begins with that of `old` ones (RFC 6962, 2.1.2), in base64."""

    old: int
    new: int
    hashes: list[str]


def _proof_view(proof: EntryProof) -> dict[str, Any]:
    return {
        "leaf": proof.leaf.decode(), "index": proof.index, "hashes": _base64(proof.hashes),
        "checkpoint": proof.note.whole.decode(),
    }  # fmt: skip


def _base64(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(hash).decode() for hash in hashes]


@router.get("/checkpoint", summary="The newest signed checkpoint, a C2SP signed note", responses=PROBLEMS | TEXT,
            response_class=PlainTextResponse, openapi_extra=FOR_ALL)  # fmt: skip
async def checkpoint(request: Request) -> Response:
    check_query(request, [])
    runtime: Runtime = request.app.state.runtime
    return _note(await asyncio.to_thread(_newest_note, runtime), NEWEST)


@router.get("/checkpoints/{size}", summary="A signed checkpoint of this many entries", responses=PROBLEMS | TEXT,
            response_class=PlainTextResponse, openapi_extra=FOR_ALL)  # fmt: skip
async def checkpoint_of(request: Request, size: Size) -> Response:
    """With the witnesses' cosignatures that have come since."""
    check_query(request, [])
    runtime: Runtime = request.app.state.runtime

    def look() -> bytes:
        found = runtime.seals.at_size(_signed(runtime).epoch, size)
        note = found and runtime.seals.note(found, runtime.origin)
        if not note or not note.signatures:
            raise Problem("not-sealed", size=size)
        return note.whole

    return _note(await asyncio.to_thread(look), NEWEST)


@router.get("/keys", summary="The log's keys and its receipt keys, a note that the log signed",
            responses=PROBLEMS | TEXT, response_class=PlainTextResponse, openapi_extra=FOR_ALL)  # fmt: skip
async def keys(request: Request) -> Response:
    check_query(request, [])
    runtime: Runtime = request.app.state.runtime
    return _note(await asyncio.to_thread(lambda: runtime.log_keys.policy_note(runtime.service.name).whole), NEWEST)


@router.get("/consistency/{old}/{new}", summary="That one tree begins with another", response_model=ConsistencyView,
            responses=PROBLEMS, openapi_extra=FOR_ALL)  # fmt: skip
async def consistency(request: Request, old: Size, new: Size) -> Response:
    check_query(request, [])
    runtime: Runtime = request.app.state.runtime

    def look() -> list[bytes]:
        seal = _signed(runtime)
        if not old <= new <= seal.size:
            raise Problem("sizes-unprovable", old=old, new=new, size=seal.size)
        return runtime.seals.tree(seal.epoch, seal.size).consistency(old, new)

    hashes = await asyncio.to_thread(look)
    return _json({"old": old, "new": new, "hashes": _base64(hashes)}, NEWEST)


@router.get("/tile/entries/{path:path}", summary="The leaves under a tile of level 0", responses=PROBLEMS | OCTETS,
            response_class=Octets)  # fmt: skip
async def entries(request: Request, path: str) -> Response:
    """Leaves as length-prefixed texts. Those of all schools: for auditors of the whole installation."""
    check_query(request, [])
    if allow(request, *LOG_ROLES).school is not None:
        raise Forbidden
    runtime: Runtime = request.app.state.runtime

    def look() -> bytes:
        seal, number, width = _asked_tile(runtime, 0, path)
        positions = runtime.seals.positions(seal.epoch, number)[:width]
        before = runtime.seals.positions(seal.epoch, number - 1)[-1] if number else 0
        origin, lines = origin_of(runtime.origin, seal.epoch), runtime.log.read(before, width)
        if [line.position for line in lines] != positions:
            raise Problem("seal-broken")
        leaves = [leaf(origin, line).text for line in lines]
        return b"".join(len(each).to_bytes(2) + each for each in leaves)

    return _bytes(await asyncio.to_thread(look))


@router.get("/tile/{level}/{path:path}", summary="Hashes of the tree, as tlog-tiles lays them out",
            responses=PROBLEMS | OCTETS, response_class=Octets, openapi_extra=FOR_ALL)  # fmt: skip
async def tile(request: Request, level: Annotated[int, Path(ge=0, le=63)], path: str) -> Response:
    check_query(request, [])
    runtime: Runtime = request.app.state.runtime

    def look() -> bytes:
        seal, number, width = _asked_tile(runtime, level, path)
        return runtime.seals.tree(seal.epoch, seal.size).tile(level, number, width)

    return _bytes(await asyncio.to_thread(look))


@router.get("/log/{position}", summary="One entry of the log with its inclusion proof", response_model=EntryView,
            responses=PROBLEMS)  # fmt: skip
async def entry(request: Request, position: Position) -> Response:
    check_query(request, [])
    school = allow(request, *LOG_ROLES).school
    runtime: Runtime = request.app.state.runtime

    def look() -> dict[str, Any]:
        found = runtime.log.read(position - 1, 1)
        if not found or found[0].position != position or (school is not None and school_of(found[0]) != school):
            raise Problem("not-found", kind="log entry", called="日志条目")
        with runtime.seals.looking() as seals:
            return Prover(runtime, seals).entry(found[0])

    return _json(await asyncio.to_thread(look), NEWEST)


def _signed(runtime: Runtime) -> Sealed:
    """The newest signed checkpoint, or a problem that says there is none yet."""
    seal = runtime.seals.newest_signed()
    if seal is None:
        raise Problem("not-sealed", size=1)
    return seal


def _newest_note(runtime: Runtime) -> bytes:
    return runtime.seals.note(_signed(runtime), runtime.origin).whole


def _asked_tile(runtime: Runtime, level: int, path: str) -> tuple[Sealed, int, int]:
    """Which tile a path names, and its width: one that a signed tree has."""
    seal = _signed(runtime)
    name, partial, given = path.partition(".p/")
    try:
        number = tile_number(name)
    except ValueError:
        raise Problem("not-found", kind="tile", called="哈希块") from None
    width = int(given) if _WIDTH.fullmatch(given) else 0 if partial else WIDTH
    held = (seal.size >> HEIGHT * level) - number * WIDTH
    if not 1 <= width <= min(held, WIDTH if not partial else WIDTH - 1):
        raise Problem("not-found", kind="tile", called="哈希块")
    return seal, number, width


def _note(whole: bytes, headers: dict[str, str]) -> Response:
    return Response(whole, headers=headers, media_type="text/plain; charset=utf-8")


def _bytes(content: bytes) -> Response:
    return Octets(content, headers=A_DAY)


def _json(body: Any, headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(body), headers=headers, media_type="application/json")
