"""A log is opened by an installation that it belongs to, or a sentence says why not."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.chassis.log import open_log
from shared.chassis.migrate import OPENED, WrongLog, migrate
from shared.chassis.runtime import Runtime
from shared.chassis.settings import InstallationSettings
from tests.chassis.ledger import testing
from tests.conftest import Installation, on_sqlite


def test_several_may_migrate_a_log_at_once(installation: Installation) -> None:
    settings = installation(["testing"], migrated=False)
    together = threading.Barrier(4)

    def one() -> None:
        together.wait()
        migrate("testing", settings)

    with ThreadPoolExecutor(4) as processes:
        for each in [processes.submit(one) for _ in range(4)]:
            each.result()

    log = open_log(settings.service_url("testing"), settings.home / "testing" / "log.sqlite", pool_size=1)
    lines = [line.event for line in log.read(0, 10)]
    log.close()
    assert lines == [OPENED]


def test_a_rehearsals_log_is_not_opened_as_a_real_one(store: InstallationSettings) -> None:
    real = store.model_copy(update={"rehearsal": False, "clock": None})

    with pytest.raises(WrongLog, match="is a rehearsal's, and MINGBAN_REHEARSAL says otherwise"):
        Runtime(testing, real)


def test_a_real_log_is_not_opened_as_a_rehearsals(installation: Installation) -> None:
    real = installation(["testing"], rehearsal=False)

    with pytest.raises(WrongLog, match="is not a rehearsal's"):
        Runtime(testing, real.model_copy(update={"rehearsal": True}))


def test_a_log_that_was_never_migrated_says_what_to_do(installation: Installation) -> None:
    settings = installation(["testing"], migrated=False)
    (settings.home / "testing").mkdir()

    with pytest.raises(WrongLog, match="run mingban migrate"):
        Runtime(testing, settings)


@on_sqlite
def test_an_installation_may_live_in_a_folder_of_any_name(installation: Installation) -> None:
    settings = installation(["testing"], migrated=False)
    settings = settings.model_copy(update={"home": settings.home / "50% #1?"})
    migrate("testing", settings)

    assert Runtime(testing, settings).log.head() == 1
