"""The small service, opened on either store."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from shared.chassis.recorder import PostgresRecorder
from shared.chassis.runtime import Runtime
from shared.chassis.service import Service
from shared.chassis.settings import InstallationSettings
from tests.chassis.ledger import testing
from tests.chassis.mortal import Mortal, mortal_log
from tests.chassis.web import Web
from tests.conftest import Installation

OpenRuntime = Callable[..., Runtime]
Dying = Callable[[type[PostgresRecorder]], Mortal]


@pytest.fixture
def store(installation: Installation) -> InstallationSettings:
    """The small service's fresh, migrated log, on each store."""
    return installation(["testing"])


@pytest.fixture
async def opened(store: InstallationSettings) -> AsyncIterator[OpenRuntime]:
    """`opened(service)`: a runtime with its writer started; several are as good as several processes."""
    runtimes = []

    def open_one(service: Service = testing, settings: InstallationSettings = store, **more: Any) -> Runtime:
        runtime = Runtime(service, settings, **more)
        runtime.writer.start()
        runtimes.append(runtime)
        return runtime

    yield open_one
    for runtime in runtimes:
        await runtime.stop()


@pytest.fixture
def mortal(store: InstallationSettings, monkeypatch: pytest.MonkeyPatch) -> Dying:
    """`mortal(recorder)`: from here on runtimes open their logs with it; `deaths` are counted on the answer."""

    def use(recorder: type[PostgresRecorder]) -> Mortal:
        log, datastore = mortal_log(store.service_url("testing") or "", recorder)
        monkeypatch.setattr("shared.chassis.runtime.open_log", lambda *_, **__: log)
        return datastore

    return use


@pytest.fixture
async def runtime(opened: OpenRuntime) -> Runtime:
    return opened()


@pytest.fixture
def web(store: InstallationSettings) -> Iterator[Web]:
    made = Web(store)
    with made.client:
        yield made
