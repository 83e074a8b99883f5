"""What finance does about the events of others."""

from typing import Any
from uuid import UUID

import pytest

from services.finance import policies
from services.finance.aggregates.settings import KnownBook
from services.finance.commands import (
    CutFunding,
    LayOutYears,
    NoteMember,
    OpenFund,
    PassMidterm,
    WindDown,
)
from services.finance.events import SettingsFollowed
from services.finance.service import finance
from shared.kernel.following import ERASURE, SCHOOL_BOOK, FollowSettings, following
from shared.kernel.published import (
    ConductViolationDecided,
    ConductViolationRecorded,
    Evaluated,
    HostChanged,
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    SettingsAdopted,
    StudioClosed,
    StudioDisqualified,
    StudioEstablished,
    StudioPlaqued,
)
from shared.kernel.values import Slug
from tests.finance.examples import ENDS, LIN_JING, PLAQUED, STUDIO, WANG_FANG, happened
from tests.scenario import given

MEMBERSHIP = UUID(int=0x3E1)
MORE_MONEY = {"release_fen": 500_000}


def evaluated(stage: Any, *, passed: bool) -> Evaluated:
    return Evaluated(studio_id=STUDIO, stage=stage, passed=passed, score_hundredths=6000)


@pytest.mark.rule("FIN-01")
def test_adopted_settings_are_followed() -> None:
    adopted = SettingsAdopted(number=2, effective_from=ENDS, values=MORE_MONEY)

    assert list(SCHOOL_BOOK[SettingsAdopted](happened(adopted))) == [
        FollowSettings(number=2, effective_from=ENDS, values=MORE_MONEY)
    ]


@pytest.mark.rule("FIN-01")
def test_followed_settings_are_recorded() -> None:
    given().when(
        following(KnownBook)[FollowSettings], FollowSettings(number=1, effective_from=ENDS, values=MORE_MONEY)
    ).then(SettingsFollowed(number=1, effective_from=ENDS, values=MORE_MONEY))


@pytest.mark.rule("FIN-02")
def test_fin_02_an_established_studio_gets_a_fund() -> None:
    established = StudioEstablished(
        studio_id=STUDIO, round_id=UUID(int=50), application_id=UUID(int=51), host_id=LIN_JING,
        department=Slug("mechanical"), name_form="host", name_id=UUID(int=52),
    )  # fmt: skip

    assert list(policies.open_fund_after_establishment(happened(established))) == [
        OpenFund(studio_id=STUDIO, host_id=LIN_JING)
    ]


@pytest.mark.rule("FIN-01")
def test_fin_01_a_hung_plaque_lays_out_the_years() -> None:
    assert list(policies.lay_out_years_after_plaque(happened(PLAQUED))) == [LayOutYears(studio=PLAQUED)]


@pytest.mark.rule("A.9-2")
def test_a_9_2_a_studio_whose_host_is_gone_winds_down() -> None:
    closed = StudioClosed(studio_id=STUDIO, outcome="closed")

    assert list(policies.wind_down_after_closure(happened(closed))) == [WindDown(studio_id=STUDIO)]


@pytest.mark.rule("A.9-2")
@pytest.mark.parametrize("outcome", ["disqualified", "passed", "failed_final"])
def test_a_9_2_other_ends_of_a_studio_wind_nothing_down(outcome: Any) -> None:
    """A disqualified one is cut; after a final the cycle is over anyway."""
    ended = StudioClosed(studio_id=STUDIO, outcome=outcome)

    assert list(policies.wind_down_after_closure(happened(ended))) == []


@pytest.mark.rule("AMB-21")
def test_amb_21_a_member_who_joined_is_noted() -> None:
    joined = MemberJoined(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG)

    assert list(policies.note_member_after_joining(happened(joined))) == [
        NoteMember(studio_id=STUDIO, person_id=WANG_FANG, standing="joined")
    ]


@pytest.mark.rule("AMB-21")
def test_amb_21_a_supplementary_member_is_noted_as_one() -> None:
    joined = MemberJoined(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG, kind="supplementary")

    assert list(policies.note_member_after_joining(happened(joined))) == [
        NoteMember(studio_id=STUDIO, person_id=WANG_FANG, standing="joined", kind="supplementary")
    ]


@pytest.mark.rule("MEM-06")
def test_mem_06_a_removed_trainee_is_a_member_no_more() -> None:
    removed = MemberRemoved(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG)

    assert list(policies.note_member_after_leaving(happened(removed))) == [
        NoteMember(studio_id=STUDIO, person_id=WANG_FANG, standing="left")
    ]


@pytest.mark.rule("A.9-12")
def test_a_9_12_a_reinstated_trainee_is_a_member_again() -> None:
    back = MemberReinstated(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG, is_evaluated=False)

    assert list(policies.note_member_after_reinstatement(happened(back))) == [
        NoteMember(studio_id=STUDIO, person_id=WANG_FANG, standing="joined")
    ]


@pytest.mark.rule("AMB-21")
@pytest.mark.parametrize("reason", ["withdrawn", "studio_disqualified", "studio_closed"])
def test_amb_21_a_member_who_left_is_noted_whatever_the_reason(reason: Any) -> None:
    left = MemberLeft(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG, reason=reason)

    assert list(policies.note_member_after_leaving(happened(left))) == [
        NoteMember(studio_id=STUDIO, person_id=WANG_FANG, standing="left")
    ]


@pytest.mark.rule("AMB-20")
def test_amb_20_a_passed_mid_term_frees_the_held_year() -> None:
    passed = evaluated("midterm", passed=True)

    assert list(policies.release_held_years_after_passed_midterm(happened(passed))) == [PassMidterm(studio_id=STUDIO)]


@pytest.mark.rule("AMB-20")
@pytest.mark.parametrize(("stage", "passed"), [("midterm", False), ("final", True), ("final", False)])
def test_amb_20_other_results_free_nothing(stage: str, passed: bool) -> None:  # noqa: FBT001
    result = evaluated(stage, passed=passed)

    assert list(policies.release_held_years_after_passed_midterm(happened(result))) == []


@pytest.mark.rule("FIN-05")
@pytest.mark.parametrize("cause", ["midterm", "ethics"])
def test_fin_05_a_disqualified_studio_loses_its_funding(cause: Any) -> None:
    disqualified = StudioDisqualified(studio_id=STUDIO, cause=cause)

    assert list(policies.cut_funding_after_disqualification(happened(disqualified))) == [
        CutFunding(studio_id=STUDIO, cause=cause)
    ]


@pytest.mark.rule("A.9-2")
def test_finance_reacts_to_these_events_and_to_no_others() -> None:
    assert {name: set(facts) for name, facts in finance.policies.items()} == {
        "applications": {*SCHOOL_BOOK, *ERASURE, StudioEstablished, StudioPlaqued, StudioClosed, HostChanged},
        "membership": {
            MemberJoined, MemberLeft, MemberRemoved, MemberReinstated, ConductViolationRecorded,
            ConductViolationDecided,
        },
        "assessment": {Evaluated, StudioDisqualified},
    }  # fmt: skip


@pytest.mark.rule("A.9-8")
def test_keys_of_money_are_kept_for_ever() -> None:
    assert finance.keeps_keys
