"""Every written word in an event or a row is a personal text, or stands on the whitelist with the reason why it is not."""

import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import pytest

from mingban.composition import SERVICES
from mingban.whitelist import EVENTS as SAID
from mingban.whitelist import ROW_CODES, ROWS
from services.applications.api import notices
from services.applications.read_models.rounds import RoundRow
from services.applications.read_models.studios import StudioRow
from services.assessment.api import RESULT, CertificateStatus
from services.assessment.read_models.evaluations import EvaluationRow
from services.finance.events import Quarter
from shared.chassis.boxes import personal_fields
from shared.kernel.model import EVENTS
from shared.kernel.personal import PersonalText
from shared.kernel.values import Digest, Slug

OURS = {name: kind for name, kind in EVENTS.items() if kind.__module__.startswith(("services.", "shared."))}
MODELS = [model for service in SERVICES.values() for model in service.models]
SHAPED = (Digest, Slug, Quarter, Enum)
"""Their pattern leaves no room for words."""


def words(kind: Any, path: str = "") -> Iterator[str]:
    """The paths of all that somebody may have written freely, personal texts left out."""
    origin = get_origin(kind)
    if origin is Literal or (isinstance(kind, type) and issubclass(kind, (*SHAPED, PersonalText))):
        return
    if kind is Any or (isinstance(kind, type) and issubclass(kind, str)):
        yield path
    elif is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        for one in fields(kind):
            yield from words(hints[one.name], f"{path}.{one.name}".lstrip("."))
    else:
        parts = get_args(kind)[:1] if origin is Annotated else get_args(kind)
        for part in parts if origin is not types.GenericAlias else ():
            yield from words(part, path)


@pytest.mark.parametrize("name", OURS)
def test_an_event_holds_no_word_that_is_neither_personal_nor_whitelisted(name: str) -> None:
    assert [path for path in words(OURS[name]) if f"{name}/{path}" not in SAID] == []


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_a_row_holds_no_word_that_is_neither_personal_nor_whitelisted(model: Any) -> None:
    assert [path for path in words(model.row) if path not in ROWS and path not in ROW_CODES] == []


def test_nothing_stands_on_the_whitelist_that_is_not_there_any_more() -> None:
    there = {f"{name}/{path}" for name, kind in OURS.items() for path in words(kind)}
    in_rows = {path for model in MODELS for path in words(model.row)}

    assert (set(SAID) - there, set(ROWS) - in_rows, set(ROW_CODES) - in_rows) == (set(), set(), set())
    assert set(ROWS) & set(ROW_CODES) == set()
    assert all((*SAID.values(), *ROWS.values()))


@pytest.mark.parametrize("name", [name for name, kind in OURS.items() if personal_fields(kind)])
def test_an_event_with_a_personal_text_says_whom_it_is_about(name: str) -> None:
    kind = OURS[name]

    assert isinstance(kind.about, str)
    assert kind.about.endswith(("_id", "_ids"))


@pytest.mark.parametrize(
    ("notice", "row", "hidden"),
    [
        (notices.ROUND, RoundRow, {"ranking", "tied", "tie_decisions", "struck"}),
        (notices.STUDIO, StudioRow, {"closure_reason", "plan_passed"}),
        (RESULT, EvaluationRow, {"explained", "recused", "voided", "recomputed_hundredths"}),
    ],
    ids=["posted list", "studio", "result"],
)
def test_a_notice_shows_no_personal_text_and_nothing_by_oversight(notice: Any, row: Any, hidden: set[str]) -> None:
    known = {one.name for one in fields(row)}

    assert known - notice.fields == hidden
    assert not notice.fields & set(personal_fields(row))


def test_what_everybody_learns_of_a_certificate_says_nothing_of_its_person() -> None:
    assert [one.name for one in fields(CertificateStatus)] == ["certificate_id", "status", "issued_on", "ended_on"]
