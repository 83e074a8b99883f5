"""What is said of a person is read by who may see it and lies nowhere in clear; erased, it is gone and the log is as it was."""

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from services.membership.aggregates.membership import Membership
from services.membership.aggregates.training_file import TrainingFile
from services.membership.service import membership
from shared.chassis.envelope import unpack
from shared.chassis.erasures import Erasures
from shared.chassis.runtime import Runtime
from shared.chassis.settings import InstallationSettings
from shared.kernel.personal import Boxed
from shared.kernel.published import PersonErased, PlanFiled, StudioEstablished, StudioPlaqued
from tests.conftest import Installation
from tests.scenario import SCHOOL
from tests.slice import Slice

CHEN_JING, HU_JUN, OFFICER_LIU, OFFICER_SUN, STRANGER = (UUID(int=number) for number in range(1, 6))
STUDIO, FEEDBACK, LATER_FEEDBACK = UUID(int=50), UUID(int=70), UUID(int=71)
MEMBERSHIP = Membership.id_for(STUDIO, HU_JUN)
FILE = TrainingFile.id_for(MEMBERSHIP)
ESTABLISHED = StudioEstablished(
    studio_id=STUDIO, round_id=UUID(int=51), application_id=UUID(int=52), host_id=CHEN_JING,
    department="mechanical", name_form="host", name_id=UUID(int=53),
)  # fmt: skip
PLAN_FILED = PlanFiled(studio_id=STUDIO, sessions_a_year=(9, 9, 9))
PLAQUED = StudioPlaqued(
    studio_id=STUDIO, host_id=CHEN_JING, plaqued_on=date(2023, 4, 24), ends_on=date(2026, 4, 24),
    midterm_due_on=date(2024, 10, 24), midterm_opens_on=date(2024, 7, 24), midterm_closes_on=date(2025, 1, 24),
)  # fmt: skip
AGREEMENT = {"duties": "带教与研修", "tasks": "每学期一节班会课", "assessment_method": "考勤与结业评价"}
HU_ERASED = PersonErased(person_id=HU_JUN)
SAID = "与学生谈话时尚欠耐心，班会设计很有新意"
ERASED_ZH, ERASED_EN = "已按个人信息保护要求删除", "erased at the person's request"
TODAY = "2023-05-10"


@pytest.fixture
def settings(installation: Installation) -> InstallationSettings:
    return installation(["membership"], clock=f"{TODAY}T09:00:00+08:00")


@pytest.fixture
def slice_(settings: InstallationSettings) -> Iterator[Slice]:
    made = Slice(membership, settings)
    with made.client:
        yield made


def join(slice_: Slice) -> None:
    """Hu Jun is a trainee of Chen Jing's studio."""
    studio, one = {"studio_id": str(STUDIO)}, {"membership_id": str(MEMBERSHIP)}
    slice_.told("applications", ESTABLISHED, on="2023-04-17")
    slice_.caught_up()
    slice_.ask("/trainee-choices", studio | {"person_id": str(HU_JUN)}, CHEN_JING, ["host"], "2023-04-19")
    slice_.ask("/host-choices", studio, HU_JUN, ["teacher"], "2023-04-19")
    slice_.ask("/agreements", one | AGREEMENT, CHEN_JING, ["host"], "2023-04-20")
    for person, role in ((CHEN_JING, "host"), (HU_JUN, "trainee")):
        slice_.ask("/signatures", one | {"document": "a" * 64}, person, [role], "2023-04-20")
    slice_.told("applications", PLAN_FILED, PLAQUED, on="2023-04-24")
    slice_.caught_up()
    for person, role in ((OFFICER_LIU, "personnel"), (OFFICER_SUN, "student_affairs")):
        slice_.ask("/agreement-receipts", one, person, [role], "2023-04-24")


def tell(slice_: Slice, said: str = SAID, feedback: UUID = FEEDBACK) -> Any:
    body = {"membership_id": str(MEMBERSHIP), "feedback_id": str(feedback), "text": said}
    return slice_.ask("/feedback", body, CHEN_JING, ["host"], TODAY)


def erase(slice_: Slice) -> None:
    slice_.told("applications", HU_ERASED, on=TODAY)
    slice_.caught_up()


def texts(slice_: Slice, by: UUID = HU_JUN, role: str = "trainee", **params: Any) -> list[str]:
    answer = slice_.look(f"/training-files/{FILE}", by, [role], **params).json()
    return [one["text"] for one in answer["feedback"]]


def stored(slice_: Slice) -> str:
    """What an outsider hashes: the stored bytes of every event so far."""
    return hashlib.sha256(b"".join(line.state for line in slice_.runtime.log.read(0, 500))).hexdigest()


def everything_written(settings: InstallationSettings) -> bytes:
    """All bytes of the log, the rows and the keys, as whoever holds the disk or the database sees them."""
    if settings.database_url is None:
        return b"".join(path.read_bytes() for path in settings.home.rglob("*.sqlite*"))
    return b"".join(map(dumped, (settings.service_url("membership") or "", settings.keys_url("membership") or "")))


def dumped(url: str) -> bytes:
    tables = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('log', 'rows', 'persons')"
    with psycopg.connect(url) as conn:
        named = conn.execute(tables).fetchall()
        found = [conn.execute(f'SELECT * FROM "{schema}"."{table}"').fetchall() for schema, table in named]
    return b"".join(
        value if isinstance(value, bytes) else str(value).encode() for rows in found for row in rows for value in row
    )


def test_it_is_read_by_whom_it_concerns_and_lies_nowhere_in_clear(
    slice_: Slice, settings: InstallationSettings
) -> None:
    join(slice_)
    told = tell(slice_)
    slice_.caught_up()

    whole = slice_.look(f"/training-files/{FILE}", HU_JUN, ["trainee"]).json()
    listed = slice_.look("/training-files", CHEN_JING, ["host"]).json()["items"]
    refused = slice_.look(f"/training-files/{FILE}", STRANGER, ["trainee"])

    assert told.status_code == 201
    assert (whole["feedback"][0]["text"], whole["timeline"][0]["text"]) == (SAID, SAID)
    assert listed[0]["feedback"][0]["text"] == SAID
    assert refused.status_code == 403
    assert SAID.encode() not in everything_written(settings)
    assert SAID not in slice_.client.get("/membership/log", headers=auditor(slice_)).text


def auditor(slice_: Slice) -> dict[str, str]:
    return slice_._headers(UUID(int=9), ["auditor"])


def test_the_log_names_whom_it_is_about_and_where_it_was_said(slice_: Slice) -> None:
    join(slice_)
    tell(slice_)

    (line,) = [line for line in slice_.runtime.log.read(0, 500) if line.event == "membership.feedback-given"]

    box = unpack(line).event.text
    assert isinstance(box, Boxed)
    assert (box.boxed_for, box.of) == ((str(HU_JUN),), "membership.feedback-given/text")


def test_said_again_after_it_was_read_back_from_the_log_it_is_already_so(
    slice_: Slice, settings: InstallationSettings
) -> None:
    join(slice_)
    tell(slice_)

    with Slice(membership, settings).client as client:
        another = Slice.__new__(Slice)
        another.__dict__ |= slice_.__dict__ | {"client": client}
        again, other = tell(another), tell(another, "另有看法")

    assert (again.status_code, again.json()["events"]) == (200, [])
    assert (other.status_code, other.json()["code"]) == (409, "id-taken")


def test_erased_it_is_shown_as_erased_everywhere_and_the_log_keeps_every_byte(
    slice_: Slice, settings: InstallationSettings
) -> None:
    join(slice_)
    tell(slice_)
    slice_.caught_up()
    before, length = stored(slice_), len(slice_.runtime.log.read(0, 500))
    key = slice_.runtime.keys.known(SCHOOL, [str(HU_JUN)])[str(HU_JUN)]
    erase(slice_)

    english = slice_._headers(CHEN_JING, ["host"]) | {"Accept-Language": "en"}
    listed = slice_.client.get("/membership/training-files", headers=english).json()["items"]
    then = hashlib.sha256(b"".join(line.state for line in slice_.runtime.log.read(0, length))).hexdigest()

    assert texts(slice_) == texts(slice_, as_of=TODAY) == [ERASED_ZH]
    assert listed[0]["feedback"][0]["text"] == listed[0]["timeline"][0]["text"] == ERASED_EN
    assert slice_.log()[-1] == "membership.texts-erased"
    assert then == before
    assert key is not None
    assert key not in everything_written(settings)


def test_erased_twice_is_already_so(slice_: Slice) -> None:
    join(slice_)
    tell(slice_)
    erase(slice_)
    erase(slice_)

    assert slice_.log().count("membership.texts-erased") == 1
    assert texts(slice_) == [ERASED_ZH]


def test_what_is_said_of_an_erased_person_later_is_stored_as_erased(
    slice_: Slice, settings: InstallationSettings
) -> None:
    join(slice_)
    erase(slice_)

    told = tell(slice_, "又一次谈话", LATER_FEEDBACK)
    slice_.caught_up()

    assert told.status_code == 201
    assert texts(slice_) == [ERASED_ZH]
    assert "又一次谈话".encode() not in everything_written(settings)


class Killed(Exception):
    """The worker ends here."""


@pytest.mark.parametrize("place", ["destroy", "rebuild", "read_through"])
def test_a_worker_that_is_killed_on_the_way_leaves_it_to_the_next(
    slice_: Slice, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(slice_)
    tell(slice_)
    runtime = slice_.runtime

    def killed(*_args: Any, **_named: Any) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(runtime.projection if place == "rebuild" else runtime.keys, place, killed)
        with pytest.raises(Killed):
            erase(slice_)
    slice_.caught_up()

    assert texts(slice_) == [ERASED_ZH]
    assert runtime.keys.position() == runtime.log.head()


def test_a_key_that_another_process_destroyed_opens_nothing_here(slice_: Slice, settings: InstallationSettings) -> None:
    join(slice_)
    tell(slice_)
    slice_.caught_up()
    seen = texts(slice_)
    slice_.told("applications", HU_ERASED, on=TODAY)
    with pytest.MonkeyPatch.context() as without:
        without.setattr(Erasures, "catch_up", lambda _: 0)
        slice_.caught_up()
    other = Runtime(membership, settings)
    Erasures(other).catch_up()

    assert (seen, texts(slice_)) == ([SAID], [ERASED_ZH])
    other.rows.close()
    other.keys.close()
    other.log.close()


@pytest.mark.parametrize(
    ("person", "state"), [(HU_JUN, "kept"), (STRANGER, "none")], ids=["written about", "never written about"]
)
def test_how_it_stands_with_a_person_is_told_to_who_oversees(slice_: Slice, person: UUID, state: str) -> None:
    join(slice_)
    tell(slice_)

    before = slice_.look(f"/erasures/{person}", OFFICER_LIU, ["personnel"]).json()
    slice_.told("applications", PersonErased(person_id=person), on=TODAY)
    slice_.caught_up()
    after = slice_.look(f"/erasures/{person}", OFFICER_LIU, ["personnel"]).json()

    assert (before["state"], after["state"], after["position"]) == (state, "erased", slice_.runtime.log.head())
    assert slice_.look(f"/erasures/{person}", HU_JUN, ["trainee"]).status_code == 403
