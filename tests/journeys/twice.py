"""A proxy before an installation that delivers each page of a log twice: first the last one again, then the right one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2 as httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PASSED_ON = ("authorization", "content-type", "idempotency-key", "if-match", "accept-language")
KEPT = ("content-type", "etag")


class Twice:
    """Forwards everything; of follower's pages it answers every second request with the page before."""

    def __init__(self, target: str) -> None:
        self._client = httpx.AsyncClient(base_url=target, trust_env=False, timeout=30)
        self._last: dict[str, Response] = {}
        self._stale: dict[str, bool] = {}
        self.doubled = 0

    async def __call__(self, request: Request) -> Response:
        path = request.url.path
        if path.endswith("/log") and self._stale.get(path):
            self._stale[path] = False
            self.doubled += 1
            return self._last[path]
        headers = {name: value for name, value in request.headers.items() if name in PASSED_ON}
        answer = await self._client.request(
            request.method, path, params=str(request.url.query), content=await request.body(), headers=headers
        )
        kept = {name: value for name, value in answer.headers.items() if name in KEPT}
        response = Response(answer.content, answer.status_code, kept)
        if path.endswith("/log"):
            self._last[path], self._stale[path] = response, True
        return response


@contextmanager
def twice(target: str, port: int) -> Iterator[Twice]:
    proxy = Twice(target)
    methods = ["GET", "POST", "PUT", "DELETE"]
    app = Starlette(routes=[Route("/{path:path}", proxy.__call__, methods=methods)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.should_exit = True
        thread.join()
