"""Texts that stand in clear in lines of before are read as they are: what is written is never changed."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import orjson
import pytest
from eventsourcing.persistence import StoredEvent

from services.membership.aggregates.training_file import TrainingFile
from services.membership.service import membership
from shared.chassis.batch import Entry
from tests.conftest import Installation
from tests.scenario import SCHOOL
from tests.slice import Slice

CHEN_JING, HU_JUN = UUID(int=1), UUID(int=2)
FILE = TrainingFile.id_for(UUID(int=8))
OPENED = {"membership_id": UUID(int=8), "studio_id": UUID(int=7), "host_id": CHEN_JING, "person_id": HU_JUN}
OLD = "上学期的带教记录完整"


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    made = Slice(membership, installation(["membership"], clock="2023-05-10T09:00:00+08:00"))
    with made.client:
        yield made


def written(version: int, event: str, body: object) -> StoredEvent:
    """A line as it was written before texts were boxed."""
    state = {
        "actor": {"person": str(CHEN_JING), "role": "host"}, "at": "2023-05-09T01:00:00+00:00", "causation": "a-key",
        "correlation": "a-request", "on": "2023-05-09", "rules": 0, "school": SCHOOL, "nonce": uuid4().hex, "body": body,
    }  # fmt: skip
    return StoredEvent(FILE, version, event, orjson.dumps(state))


def test_an_old_line_is_loaded_and_shown(slice_: Slice) -> None:
    lines = [
        written(1, "membership.training-file-opened", OPENED),
        written(2, "membership.feedback-given", {"feedback_id": UUID(int=6), "text": OLD}),
    ]
    slice_.runtime.log.commit([Entry(events=lines)])
    slice_.caught_up()

    shown = slice_.look(f"/training-files/{FILE}", HU_JUN, ["trainee"]).json()

    assert [one["text"] for one in shown["feedback"]] == [OLD]
