"""A service as an ASGI app, and several of them in one process under their prefixes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, Response
from fastapi.security import HTTPBearer
from fastapi.staticfiles import StaticFiles
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from shared.chassis import deadlines, erasures, grounds, log_routes, operations, problems, proofs
from shared.chassis.causes import Neighbours
from shared.chassis.gate import Gate
from shared.chassis.identity import Verifier
from shared.chassis.jobs import Job, job_routes
from shared.chassis.log_stream import Streams, told_of_the_end
from shared.chassis.receipts import Receipts, promising
from shared.chassis.runtime import Runtime
from shared.chassis.service import Service
from shared.chassis.settings import InstallationSettings
from shared.chassis.standing_in import StandingIn


def build(
    service: Service,
    settings: InstallationSettings,
    wake: Callable[[str], None] = lambda _: None,
    jobs: Sequence[Job] = (),
    neighbours: Neighbours | None = None,
) -> FastAPI:
    """One service's app, and the long questions that it takes. Its runtime opens and closes with the lifespan.

    Without `neighbours` it can't follow a cause into another service. Raises `BadKeys` where the service promises
    receipts and there is no key to sign them.
    """
    promised = promising(service, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        runtime = await asyncio.to_thread(Runtime, service, settings, wake)
        runtime.writer.start()
        app.state.runtime = runtime
        app.state.streams = streams = Streams(runtime, most=settings.log_streams)
        app.state.receipts = Receipts(runtime.log, promised) if promised else None
        try:
            with told_of_the_end(streams.end):
                yield
        finally:
            await streams.stop()
            if app.state.receipts:
                app.state.receipts.stop()
            await runtime.stop()

    app = FastAPI(
        title=f"mingban {service.name}", version="1", lifespan=lifespan, docs_url=None, redoc_url=None,
        description=service.about, separate_input_output_schemas=True,
    )  # fmt: skip
    app.state.neighbours = neighbours
    verifier = Verifier(settings.jwks_source, settings.issuer, settings.audience)
    # The one added last is passed first.
    app.add_middleware(StandingIn)
    app.add_middleware(Gate, verifier=verifier, body_limit=settings.body_limit_bytes, public=service.public)
    problems.install(app)
    bearer = Depends(
        HTTPBearer(auto_error=False, description="A token of the installation's issuer; the gate checks it")
    )
    app.include_router(service.routes, dependencies=[bearer])
    app.include_router(job_routes(jobs), dependencies=[bearer])
    app.include_router(deadlines.router, dependencies=[bearer])
    app.include_router(log_routes.router, dependencies=[bearer])
    app.include_router(grounds.router, dependencies=[bearer])
    app.include_router(proofs.router, dependencies=[bearer])
    app.include_router(erasures.router, dependencies=[bearer])
    app.include_router(operations.router(rehearsal=settings.rehearsal))
    _docs(app)
    return app


def _docs(app: FastAPI) -> None:
    assets = Path(str(files("fastapi_offline"))) / "static"
    app.mount("/docs/assets", StaticFiles(directory=assets))

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return get_swagger_ui_html(
            openapi_url=f"{root}/openapi.json",
            title=app.title,
            swagger_js_url=f"{root}/docs/assets/swagger-ui-bundle.js",
            swagger_css_url=f"{root}/docs/assets/swagger-ui.css",
            swagger_favicon_url=f"{root}/docs/assets/favicon.png",
        )


def assemble(apps: Mapping[str, FastAPI], anchor: Path | None = None) -> Starlette:
    """The apps under their prefixes; with one app the paths are the same as with four.

    `anchor` is the folder of the anchor log, which is for everyone.
    """

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        # A bare mount runs no lifespan. Stopped in reverse, also when a later one fails to start.
        async with AsyncExitStack() as stack:
            for app in apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    async def handler(request: Request, error: Exception) -> Response:
        return problems.of(request, error)

    handlers: Any = dict.fromkeys((*problems.KINDS, Exception), handler)

    async def index(_: Request) -> HTMLResponse:
        links = "".join(f'<li><a href="/{name}/docs">{name}</a></li>' for name in apps)
        return HTMLResponse(
            f"<!doctype html><meta charset=utf-8><title>mingban</title><h1>mingban</h1><ul>{links}</ul>"
        )

    mounts: list[Any] = [Route("/", index)]
    mounts += [Mount(f"/{name}", app) for name, app in apps.items()]
    if anchor is not None:
        mounts.append(Mount("/anchor", StaticFiles(directory=anchor, check_dir=False)))
    return Starlette(routes=mounts, lifespan=lifespan, exception_handlers=handlers)
