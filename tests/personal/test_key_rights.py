"""Who may do what to the keys of persons on PostgreSQL: the writer makes and destroys, nobody else even connects."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from shared.chassis.migrate import WrongLog
from shared.chassis.runtime import Runtime
from shared.chassis.settings import InstallationSettings
from tests.chassis.ledger import testing
from tests.conftest import PASSWORDS, SESSION, Installation, on_postgres

READ = "SELECT count(*) FROM persons.person_keys"
MAKE = "INSERT INTO persons.person_keys (school, person, key) VALUES ('jiangyin', 'wang', 'k')"
DESTROY = "UPDATE persons.person_keys SET key = NULL, destroyed_at = 'now', destroyed_by = 1"
RENAME = "UPDATE persons.person_keys SET person = 'li'"
FORGET = "DELETE FROM persons.person_keys"
EMPTY = "TRUNCATE persons.person_keys"
DROP = "DROP TABLE persons.person_keys"


def matrix() -> Iterator[tuple[str, str, type[Exception] | None]]:
    yield from (("writer", statement, None) for statement in (READ, MAKE, DESTROY))
    yield from (("writer", statement, errors.InsufficientPrivilege) for statement in (RENAME, FORGET, EMPTY, DROP))
    for role in ("sealer", "auditor"):
        yield role, READ, psycopg.OperationalError


@on_postgres
@pytest.mark.parametrize(("role", "statement", "stopped"), list(matrix()))
def test_each_role_may_do_with_keys_what_it_is_for(
    installation: Installation, role: str, statement: str, stopped: type[Exception] | None
) -> None:
    address = installation(["testing"]).keys_url("testing") or ""
    address = address.replace(f"{SESSION}_writer", f"{SESSION}_{role}").replace(PASSWORDS["writer"], PASSWORDS[role])

    assert said(address, statement) is stopped


def said(address: str, statement: str) -> type[Exception] | None:
    try:
        with psycopg.connect(address) as conn:
            conn.execute(statement)
    except psycopg.OperationalError:
        return psycopg.OperationalError
    except psycopg.Error as error:
        return type(error)
    return None


def test_a_service_whose_keys_have_no_place_does_not_start(installation: Installation) -> None:
    settings: InstallationSettings = installation(["testing"])
    nowhere = settings.model_copy(update={"home": settings.home / "elsewhere"})
    if settings.database_url is None:
        (settings.home / "testing" / "persons.sqlite").unlink()
    else:
        empty_place(settings)

    with pytest.raises(WrongLog, match="keys of persons"):
        Runtime(testing, settings if settings.database_url is None else nowhere)


def empty_place(settings: InstallationSettings) -> None:
    with psycopg.connect(settings.keys_url("testing", as_owner=True) or "") as owner:
        owner.execute("DROP SCHEMA persons CASCADE")
