"""What a request reaches besides its command: the runtime, the school, the directory."""

from fastapi import Request

from services.applications.directory import Directory
from shared.chassis.identity import Identity
from shared.chassis.problems import Problem
from shared.chassis.runtime import Runtime
from shared.kernel.policy import PolicySettings


def runtime_of(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def school_of(request: Request) -> str:
    identity: Identity = request.scope["identity"]
    if identity.school is None:
        raise Problem("forbidden")
    return identity.school


def directory_of(request: Request) -> Directory:
    return Directory(runtime_of(request).rows.engine)


def settings_of(request: Request) -> PolicySettings:
    """Those of the school today."""
    runtime = runtime_of(request)
    return runtime.book(school_of(request)).on(runtime.clock.today()).values
