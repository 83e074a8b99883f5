"""How a studio is made up, and which departments bring applications: counted when asked, never stored."""

from dataclasses import replace
from datetime import date

import pytest

from services.applications.commands import NoteMember, note_member
from services.applications.directory import Person
from services.applications.directory.structure import band, structure
from services.applications.events import MemberNoted
from services.applications.read_models.participation import Participation, participation
from services.applications.read_models.studios import studios
from shared.kernel.policy import PolicySettings
from tests.applications.examples import CHEN_JING, CHENS_STUDIO, ESTABLISHED, HU_JUN, LI_NA, folded, happened, studio
from tests.applications.test_read_models import APPROVED_TWICE, SUBMITTED, Decision
from tests.scenario import given

TODAY = date(2026, 3, 27)
HU = Person(
    name="胡军", department="mechanics", sex="male", birth_year=1996, teaching_since=2018, homeroom_since=2020,
    title="intermediate", subject="数学",
)  # fmt: skip
LI = Person(name="李娜", department="nursing", sex="female", birth_year=1980, title="senior")


@pytest.mark.rule("MEM-15", "AMB-26")
def test_members_are_counted_by_what_the_directory_tells_and_the_unknown_as_unknown() -> None:
    made = structure([HU, LI, None], PolicySettings(), TODAY)

    assert (made.size, made.size_flag) == (3, "few")
    assert made.sex == {"male": 1, "female": 1, "unknown": 1}
    assert made.age == {"30-39": 1, "40-49": 1, "unknown": 1}
    assert made.teaching_years == {"6-10": 1, "unknown": 2}
    assert made.homeroom_years == {"6-10": 1, "unknown": 2}
    assert made.title == {"intermediate": 1, "senior": 1, "unknown": 1}
    assert made.subject == {"数学": 1, "unknown": 2}
    assert made.department == {"mechanics": 1, "nursing": 1, "unknown": 1}


@pytest.mark.rule("AMB-26")
@pytest.mark.parametrize(
    ("size", "least", "most", "flag"),
    [(3, 4, 12, "few"), (4, 4, 12, None), (12, 4, 12, None), (13, 4, 12, "many"), (3, 3, 12, None), (5, 1, 4, "many")],
)
def test_a_small_or_a_large_studio_is_flagged(size: int, least: int, most: int, flag: str | None) -> None:
    made = structure([HU] * size, PolicySettings(size_min_warn=least, size_max_warn=most), TODAY)

    assert (made.size_flag, made.size_min_warn, made.size_max_warn) == (flag, least, most)


@pytest.mark.rule("MEM-15")
@pytest.mark.parametrize(("years", "shown"), [(0, "0-29"), (29, "0-29"), (30, "30-39"), (49, "40-49"), (50, "50+")])
def test_a_band_ends_before_the_next(years: int, shown: str) -> None:
    assert band(years, (30, 40, 50)) == shown


@pytest.mark.rule("MEM-15")
def test_a_studio_knows_its_members_persons() -> None:
    noting = NoteMember(
        studio_id=CHENS_STUDIO, membership_id=HU_JUN, standing="joined", kind="trainee", person_id=CHEN_JING
    )
    noted = MemberNoted(membership_id=HU_JUN, standing="joined", person_id=CHEN_JING)

    given(studio()).when(note_member, noting).then(noted)
    told = [
        happened(one, CHENS_STUDIO) for one in (ESTABLISHED, noted, MemberNoted(membership_id=LI_NA, standing="left"))
    ]
    assert folded(studios, *told)[str(CHENS_STUDIO)].people == {HU_JUN: CHEN_JING}


@pytest.mark.rule("APP-21")
def test_each_department_is_shown_with_what_it_brought_also_with_nothing() -> None:
    rejected = Decision("department", "rejected", None, TODAY)
    returned = Decision("department", "returned", None, TODAY)
    rows = [
        replace(SUBMITTED, decisions=APPROVED_TWICE, state="published"),
        replace(SUBMITTED, decisions=(returned, rejected)),
        replace(SUBMITTED, department="nursing"),
    ]

    assert participation(rows, ["arts", "mechanics"]) == [
        Participation("mechanics", applied=2, approved=1, rejected=1, published=1),
        Participation("nursing", applied=1, approved=0, rejected=0, published=0),
        Participation("arts", applied=0, approved=0, rejected=0, published=0),
    ]
