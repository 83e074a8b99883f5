"""What accounting records need of a person stays until they may go (A.9-21); then it is erased like everything else."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from services.finance.aggregates.fund import Fund
from services.finance.aggregates.texts import AccountingTexts
from services.finance.commands import erase_texts
from services.finance.events import ErasureDeferred, TextsErased
from services.finance.service import finance
from shared.kernel.erasing import EraseTexts
from shared.kernel.published import PersonErased, StudioEstablished, StudioPlaqued
from tests.conftest import Installation
from tests.scenario import SCHOOL, given, stream
from tests.slice import Slice

CHEN_JING, OFFICER_LIU = UUID(int=1), UUID(int=2)
STUDIO, BOOKS = UUID(int=50), UUID(int=60)
FUND = Fund.id_for(STUDIO)
ESTABLISHED = StudioEstablished(
    studio_id=STUDIO, round_id=UUID(int=51), application_id=UUID(int=52), host_id=CHEN_JING,
    department="mechanical", name_form="host", name_id=UUID(int=53),
)  # fmt: skip
PLAQUED = StudioPlaqued(
    studio_id=STUDIO, host_id=CHEN_JING, plaqued_on=date(2023, 4, 24), ends_on=date(2026, 4, 24),
    midterm_due_on=date(2024, 10, 24), midterm_opens_on=date(2024, 7, 24), midterm_closes_on=date(2025, 1, 24),
)  # fmt: skip
ERASE = EraseTexts(person_id=CHEN_JING)
DEFERRED = ErasureDeferred(person_id=CHEN_JING, until=date(2054, 1, 1))
ERASED = TextsErased(person_id=CHEN_JING)
TEXTS = AccountingTexts.id_for(SCHOOL, CHEN_JING)
SAID = "第二季度按计划使用，教材款由陈老师垫付"


def deferred(*more: object) -> AccountingTexts:
    made = stream(AccountingTexts, TEXTS, DEFERRED, *more)
    assert isinstance(made, AccountingTexts)
    return made


@pytest.mark.rule("A.9-21")
@pytest.mark.parametrize("day", ["2023-01-01", "2023-12-31"])
def test_thirty_years_from_the_end_of_the_year_are_waited_for(day: str) -> None:
    given().on(day).when(erase_texts, ERASE).then(DEFERRED)


@pytest.mark.rule("A.9-21")
def test_how_long_is_a_setting() -> None:
    ten = ErasureDeferred(person_id=CHEN_JING, until=date(2034, 1, 1))

    given().on("2023-06-30").under(accounting_retention_years=10).when(erase_texts, ERASE).then(ten)


@pytest.mark.rule("A.9-21")
@pytest.mark.parametrize(("day", "events"), [("2053-12-31", 1), ("2054-01-01", 0)], ids=["the day before", "the day"])
def test_on_the_day_it_is_erased_and_not_before(day: str, events: int) -> None:
    later = ErasureDeferred(person_id=CHEN_JING, until=date(2084, 1, 1))

    given(deferred()).on(day).when(erase_texts, ERASE).then([ERASED, later][events])


@pytest.mark.rule("A.9-21")
def test_asked_for_again_in_the_same_year_it_is_already_so() -> None:
    given(deferred()).on("2023-11-11").when(erase_texts, ERASE).then_nothing()


@pytest.mark.rule("A.9-21")
def test_asked_for_again_once_it_is_erased_it_is_already_so() -> None:
    given(deferred(ERASED)).on("2060-05-05").when(erase_texts, ERASE).then_nothing()


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    made = Slice(finance, installation(["finance"], clock="2023-07-03T09:00:00+08:00"))
    with made.client:
        yield made


def report(slice_: Slice, language: str = "zh") -> str:
    headers = slice_._headers(OFFICER_LIU, ["personnel"]) | {"Accept-Language": language}
    (filed,) = [row for row in slice_.client.get("/finance/reports", headers=headers).json()["items"] if row["text"]]
    text: str = filed["text"]
    return text


@pytest.mark.rule("A.9-21", "FIN-06")
def test_a_report_is_read_by_the_audit_until_its_retention_ends_and_by_nobody_after(slice_: Slice) -> None:
    slice_.told("applications", ESTABLISHED, PLAQUED, on="2023-04-24")
    slice_.caught_up()
    body = {"studio_id": str(STUDIO), "period": "2023-Q2", "text": SAID}
    assert slice_.ask("/fund-reports", body, CHEN_JING, ["host"], "2023-07-03").status_code == 201
    slice_.told("applications", PersonErased(person_id=CHEN_JING), on="2023-07-03")
    slice_.caught_up()
    waits = slice_.look(f"/erasures/{CHEN_JING}", OFFICER_LIU, ["personnel"]).json()
    kept = report(slice_)
    slice_.comes("2054-01-01")
    erased = slice_.look(f"/erasures/{CHEN_JING}", OFFICER_LIU, ["personnel"]).json()

    assert (waits["state"], waits["until"], kept) == ("waits", "2054-01-01", SAID)
    assert erased["state"] == "erased"
    assert (report(slice_), report(slice_, "en")) == ("已按个人信息保护要求删除", "erased at the person's request")
    assert slice_.log()[-1] == "finance.texts-erased"
