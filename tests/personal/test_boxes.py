"""A box opens to its text with its own key, person and place, and for nothing else."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.applications.events import TieDecided
from services.membership.aggregates.training_file import TrainingFile
from services.membership.events import CarriedTask, FeedbackGiven, ProjectYear, TrainingFileOpened, YearSummarized
from shared.chassis.boxes import BROKEN, ERASED, KeyRing, Tampered, opened, says, shown
from shared.chassis.person_keys import PersonKeys, make_person_keys, open_person_keys
from shared.chassis.settings import InstallationSettings
from shared.kernel.model import Aggregate
from shared.kernel.personal import Boxed, PersonalText, opening
from shared.kernel.values import Digest

WANG_FANG, LI_NA, LIN_JING = (UUID(int=number) for number in range(1, 4))
SCHOOL, OTHER_SCHOOL = "jiangyin", "wuxi"
FILE = TrainingFile(UUID(int=9))
FILE.replay(TrainingFileOpened(membership_id=UUID(int=8), studio_id=UUID(int=7), host_id=LIN_JING, person_id=WANG_FANG))
SAID = "课堂观察细致"
FEBRUARY = datetime(2026, 2, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> PersonKeys:
    return made_in(tmp_path_factory.mktemp("keys"))


def made_in(home: Path) -> PersonKeys:
    installed = InstallationSettings(home=home)
    make_person_keys("membership", installed)
    return open_person_keys("membership", installed)


def feedback(said: str) -> FeedbackGiven:
    return FeedbackGiven(feedback_id=UUID(int=6), text=PersonalText(said))


def boxed(keys: PersonKeys, said: str = SAID) -> Boxed:
    stored: Any = KeyRing(keys, SCHOOL, at_once=True).boxed(feedback(said), FILE).text
    assert isinstance(stored, Boxed)
    return stored


def held(keys: PersonKeys) -> dict[str, bytes | None]:
    return keys.handed_out(SCHOOL, [str(WANG_FANG), str(LI_NA)])


@settings(deadline=None)
@given(said=some.text(min_size=1, max_size=300, alphabet=some.characters(blacklist_categories=["Cs"])))
def test_what_was_boxed_is_what_is_read(keys: PersonKeys, said: str) -> None:
    box = boxed(keys, said)

    assert said.encode() not in base64.b64decode(box.box) or len(said.encode()) < 4
    assert opened(SCHOOL, box, held(keys)) == said


@settings(deadline=None)
@given(number=some.integers(min_value=0))
def test_any_flipped_bit_is_refused(keys: PersonKeys, number: int) -> None:
    box = boxed(keys)
    raw = bytearray(base64.b64decode(box.box))
    bit = number % (len(raw) * 8)
    raw[bit // 8] ^= 1 << bit % 8

    with pytest.raises(Tampered):
        opened(SCHOOL, replace(box, box=base64.b64encode(raw).decode()), held(keys))


@pytest.mark.parametrize(
    "moved",
    [
        lambda box: replace(box, boxed_for=(str(LI_NA),)),
        lambda box: replace(box, of="membership.excuse-answered/text"),
        lambda box: replace(box, of="membership.feedback-given/reason"),
        lambda box: replace(box, box=""),
        lambda box: replace(box, box="not base64"),
        lambda box: replace(box, box=box.box[:8]),
    ],
    ids=["another person", "another event", "another field", "emptied", "no base64", "cut off"],
)
def test_a_box_in_another_place_is_refused(keys: PersonKeys, moved: Callable[[Boxed], Boxed]) -> None:
    with pytest.raises(Tampered):
        opened(SCHOOL, moved(boxed(keys)), held(keys))


def test_another_schools_key_of_the_same_person_opens_nothing(keys: PersonKeys) -> None:
    with pytest.raises(Tampered):
        opened(OTHER_SCHOOL, boxed(keys), keys.handed_out(OTHER_SCHOOL, [str(WANG_FANG)]))


def test_the_same_text_is_boxed_to_other_bytes_each_time(keys: PersonKeys) -> None:
    assert boxed(keys) != boxed(keys)


def test_a_changed_text_is_shown_as_changed_and_hides_no_other(keys: PersonKeys) -> None:
    good = boxed(keys)
    body = [{"text": replace(good, of="membership.feedback-given/reason")}, {"text": good}]

    assert shown(keys, SCHOOL, body, english=False) == [{"text": BROKEN[0]}, {"text": SAID}]


def test_a_decision_recognises_a_text_that_was_said_before(keys: PersonKeys) -> None:
    known, ring = KeyRing(keys, SCHOOL, at_once=True).boxed(feedback(SAID), FILE), KeyRing(keys, SCHOOL, at_once=True)

    with opening(ring.opened):
        same, other = known == feedback(SAID), known == feedback("另有看法")

    assert (same, other) == (True, False)


def test_outside_a_decision_nothing_reads_a_box_unawares(keys: PersonKeys) -> None:
    with pytest.raises(LookupError):
        assert boxed(keys) == SAID


def test_a_text_within_a_list_is_boxed_too_and_a_box_is_not_boxed_twice(keys: PersonKeys) -> None:
    class OfHost(Aggregate):
        host_id = LIN_JING

    carried = CarriedTask(task_id=UUID(int=5), reason=PersonalText("因病顺延"))
    year = YearSummarized(year=ProjectYear(1), document=Digest("a" * 64), text=PersonalText(SAID), carried=(carried,))
    ring = KeyRing(keys, SCHOOL, at_once=True)

    stored: Any = ring.boxed(year, OfHost(UUID(int=4)))

    assert (stored.text.of, stored.carried[0].reason.of) == (
        "membership.year-summarized/text", "membership.year-summarized/carried.reason",
    )  # fmt: skip
    assert (says(year), says(stored)) == (True, False)
    assert ring.boxed(stored, OfHost(UUID(int=4))) == stored


def test_a_text_about_several_goes_with_the_first_who_is_erased(tmp_path: Path) -> None:
    keys, aggregate = made_in(tmp_path), Aggregate(UUID(int=3))
    tie = TieDecided(
        round_id=UUID(int=3), application_ids=(), reason=PersonalText(SAID), applicant_ids=(WANG_FANG, LI_NA)
    )
    box: Any = KeyRing(keys, SCHOOL, at_once=True).boxed(tie, aggregate).reason
    before = opened(SCHOOL, box, keys.known(SCHOOL, box.boxed_for))
    keys.destroy(SCHOOL, str(LI_NA), FEBRUARY, 7)

    assert (before, opened(SCHOOL, box, keys.known(SCHOOL, box.boxed_for))) == (SAID, None)


def test_an_erased_person_never_has_a_key_again_and_nothing_is_kept_of_what_is_said_then(tmp_path: Path) -> None:
    keys = made_in(tmp_path)
    boxed(keys)
    first, again = (keys.destroy(SCHOOL, str(WANG_FANG), FEBRUARY, position) for position in (7, 9))
    later = boxed(keys)

    assert (first, again, later.box) == (True, False, "")
    assert keys.destroyed(SCHOOL, str(WANG_FANG)) == (FEBRUARY.isoformat(), 7)
    assert shown(keys, SCHOOL, {"text": later}, english=True) == {"text": ERASED[1]}
