"""What every request passes first: a correlation id, the body's limit, and who asks."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.chassis.identity import KeysAway, Unauthenticated, Verifier
from shared.chassis.problems import Problem, of

OPEN = ("/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/checkpoint", "/keys")
FOLDERS = ("/docs", "/checkpoints", "/consistency", "/tile")
CLOSED = "/tile/entries/"
_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")


class Gate:
    """No path is served without a token but those that say nothing about the programme."""

    def __init__(self, app: ASGIApp, verifier: Verifier, body_limit: int, public: Sequence[str] = ()) -> None:
        self._app, self._verifier, self._limit = app, verifier, body_limit
        self._folders = tuple(f"{path}/" for path in (*FOLDERS, *public))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        given = headers.get(b"x-request-id", "")
        scope["correlation"] = given if _ID.fullmatch(given) else uuid4().hex
        try:
            if not self._is_open(scope):
                token = _bearer(headers.get(b"authorization", ""))
                scope["identity"] = self._verifier.known(token) or await asyncio.to_thread(self._verifier.verify, token)
            if scope["method"] in ("POST", "PUT", "PATCH"):
                receive = await self._bounded(receive, headers.get(b"content-length", ""))
        except (Unauthenticated, KeysAway, Problem) as error:
            await of(Request(scope), error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return path in OPEN or (path.startswith(self._folders) and not path.startswith(CLOSED))

    async def _bounded(self, receive: Receive, declared: str) -> Receive:
        """The whole body, read here: a limit that raised later would read as a malformed body."""
        too_large = Problem("body-too-large", limit=self._limit)
        if declared.isdigit() and int(declared) > self._limit:
            raise too_large
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                break
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._limit:
                raise too_large
        parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Any:
            return parts.pop() if parts else await receive()

        return replay


def _bearer(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        msg = "send Authorization: Bearer <token>"
        raise Unauthenticated(msg)
    return token
