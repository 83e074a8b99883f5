"""Whoever stands in for somebody has that one's roles for as long, in everything that is asked over HTTP."""

from dataclasses import replace
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.chassis.identity import Identity
from shared.chassis.runtime import Runtime


class StandingIn:
    """Behind the gate: the identity that it found, with the roles that are delegated to this person now."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        identity: Identity | None = scope.get("identity")
        if identity is not None and identity.school is not None:
            app: Any = scope["app"]
            runtime: Runtime = app.state.runtime
            actors = await runtime.acting(identity.actors, identity.school)
            if actors is not identity.actors:
                scope["identity"] = replace(identity, actors=actors)
        await self._app(scope, receive, send)
