"""A witness: a second office that cosigns each log's checkpoints, and never two histories of one log."""

import asyncio
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from shared.audit.files import put
from shared.audit.note import COSIGNATURE, BadNote, Signer
from shared.audit.policy import BadPolicy, Policy
from shared.audit.witnessing import (
    CONFLICT,
    MALFORMED,
    MOST_BYTES,
    NOTHING,
    PATH,
    SIZE_TYPE,
    UNPROVEN,
    Kept,
    Refusal,
    Request,
    decide,
    stranger,
)
from shared.chassis.keys import BadKeys, read_private

MOST_EVIDENCE = 1_000
TOO_SLOW, TOO_LARGE, AWAY = 408, 413, 503
BODY_SECONDS = 10.0
SCHEMA = """
CREATE TABLE witness (key TEXT PRIMARY KEY);
CREATE TABLE kept (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL) STRICT;
CREATE TABLE evidence (at INTEGER NOT NULL, said TEXT NOT NULL, request BLOB PRIMARY KEY) STRICT;
"""


class BadState(Exception):
    """The witness's memory cannot be used; the message says what to do."""


class Witness:
    """`cosigned` answers a request; what it cosigns is on disk before. Safe in many threads and processes."""

    def __init__(self, policy: Policy, signer: Signer, state: Path, *, new: bool = False) -> None:
        if signer.kind != COSIGNATURE:
            msg = f"{signer.name} is no witness's key: mingban witness-key makes one"
            raise BadKeys(msg)
        self._policy, self._signer = policy, signer
        self._lock = threading.Lock()
        self._state = _opened(state, signer, new=new)

    def cosigned(self, request: Request) -> str | Refusal:
        """A cosignature's line, or why there is none."""
        if refusal := stranger(request, self._policy):
            return refusal
        with self._lock:
            self._state.execute("BEGIN IMMEDIATE")
            try:
                decided = self._kept(request)
                # On disk before anything is signed; where that fails nothing is.
                self._state.execute("COMMIT")
            finally:
                if self._state.in_transaction:
                    self._state.execute("ROLLBACK")
        return decided if isinstance(decided, Refusal) else self._signer.line(request.note.text, int(time.time()))

    def _kept(self, request: Request) -> Kept | Refusal:
        origin = request.checkpoint.origin
        row = self._state.execute("SELECT size, root FROM kept WHERE origin = ?", (origin,)).fetchone()
        kept = Kept(*row) if row else NOTHING
        decided = decide(kept, request)
        if isinstance(decided, Kept):
            self._state.execute(
                "INSERT INTO kept VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE"
                " SET size = excluded.size, root = excluded.root, note = excluded.note",
                (origin, *decided, request.note.whole),
            )
        elif decided.status == UNPROVEN or request.checkpoint.size == kept.size:
            self._keep_evidence(request, decided)
        return decided

    def _keep_evidence(self, request: Request, refusal: Refusal) -> None:
        """What the log signed and cannot prove: it may show that the log lies."""
        self._state.execute(
            "INSERT OR IGNORE INTO evidence SELECT ?, ?, ? WHERE (SELECT count(*) FROM evidence) < ?",
            (int(time.time()), refusal.said, request.whole, MOST_EVIDENCE),
        )

    def close(self) -> None:
        self._state.close()


def _opened(path: Path, signer: Signer, *, new: bool) -> sqlite3.Connection:
    """A witness that forgot what it cosigned could be led to cosign another history: it has to be retired."""
    if not new and not path.exists():
        msg = (
            f"{path} is missing. A witness that has cosigned and forgot must be retired: make another key and say"
            f" --new; with a key that has never cosigned, say --new"
        )
        raise BadState(msg)
    if new and path.exists():
        msg = f"{path} is there already: leave --new out"
        raise BadState(msg)
    key = signer.verifier.text
    try:
        state = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        # More than FULL: the folder is synced too, so that not even a power cut takes back what was answered.
        state.execute("PRAGMA synchronous=EXTRA")
        if new:
            state.executescript(f"BEGIN;{SCHEMA}")
            state.execute("INSERT INTO witness VALUES (?)", (key,))
            state.execute("COMMIT")
        row = state.execute("SELECT key FROM witness").fetchone()
    except sqlite3.Error as error:
        msg = f"{path} is no witness's state: {error}"
        raise BadState(msg) from None
    if row != (key,):
        msg = f"{path} is the state of another witness: {row[0] if row else 'of none'}"
        raise BadState(msg)
    return state


def served(witness: Witness) -> Starlette:
    """C2SP's tlog-witness over HTTP."""

    async def add_checkpoint(http: HttpRequest) -> Response:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(http)
        except TimeoutError:
            return Response("the request did not arrive in time\n", TOO_SLOW, media_type="text/plain")
        if len(body) > MOST_BYTES:
            return Response(f"a request has at most {MOST_BYTES} bytes\n", TOO_LARGE, media_type="text/plain")
        try:
            request = Request.read(body)
        except BadNote as error:
            return Response(f"{error}\n", MALFORMED, media_type="text/plain")
        try:
            answer = await asyncio.to_thread(witness.cosigned, request)
        except sqlite3.Error:
            return Response("the witness cannot write down what it cosigns\n", AWAY, media_type="text/plain")
        if isinstance(answer, Refusal):
            media = SIZE_TYPE if answer.status == CONFLICT else "text/plain"
            return Response(answer.body, answer.status, {"Content-Type": media})
        return Response(answer, media_type="text/plain")

    return Starlette(routes=[Route(PATH, add_checkpoint, methods=["POST"])])


async def _body(http: HttpRequest) -> bytes:
    """What is sent, or so much of it that it is too much."""
    body = b""
    async for part in http.stream():
        body += part
        if len(body) > MOST_BYTES:
            break
    return body


def witness(
    policy: Annotated[Path, typer.Option(help="A tlog-policy that names the logs: keys/public/policy of theirs.")],
    key: Annotated[Path, typer.Option(help="The witness's key, made by mingban witness-key.")],
    state: Annotated[Path, typer.Option(help="What it has cosigned: never lose it, never restore an older one.")],
    new: Annotated[bool, typer.Option(help="A witness that has never cosigned begins.")] = False,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535)] = 9_001,
) -> None:
    """Cosign the checkpoints of logs, as C2SP's tlog-witness says, until Ctrl-C."""
    try:
        logs = Policy.read(policy.read_bytes())
    except (OSError, BadPolicy) as error:
        raise BadState(f"{policy}: {error}") from None
    with closing(Witness(logs, read_private(key), state, new=new)) as running:
        uvicorn.run(
            served(running), host=host, port=port, log_level="warning", access_log=False, limit_concurrency=64,
            timeout_keep_alive=30,
        )  # fmt: skip


def witness_key(
    name: Annotated[str, typer.Argument(help="The witness's name, such as district.example/witness.")],
    key: Annotated[Path, typer.Option(help="Where the private key goes; nothing is overwritten.")] = Path(
        "witness.key"
    ),
    url: Annotated[str | None, typer.Option(help="Where it will answer, for the line.")] = None,
) -> None:
    """Make a witness's key and print its line for the policy."""
    if key.exists():
        raise BadState(f"{key} is there already, and a witness's key is never overwritten")
    try:
        signer = Signer.made(name, COSIGNATURE)
    except BadNote as error:
        raise BadState(str(error)) from None
    put(key, f"{signer.text}\n".encode(), mode=0o600)
    Console(soft_wrap=True).print(" ".join(filter(None, ("witness", name, signer.verifier.text, url))), markup=False)
