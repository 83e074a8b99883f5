"""What others published makes applications note pairs and end studios, and nothing else."""

from typing import Any

import pytest

from services.applications import policies
from services.applications.commands import CloseStudio, NoteConduct, NoteExpert, NoteMember, NoteRecommendation, NoteTie
from services.applications.service import applications
from shared.kernel.published import (
    ConductViolationDecided,
    ConductViolationRecorded,
    Evaluated,
    ExpertAppointed,
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    PairMatched,
    Recommended,
    StudioDisqualified,
    TieDeclared,
)
from tests.applications.examples import CHEN_JING, CHENS_STUDIO, DEADLINE, HU_JUN, LI_NA, happened

PERSON = HU_JUN
PAIR = {"studio_id": CHENS_STUDIO, "membership_id": HU_JUN, "person_id": PERSON}


def final(*, passed: bool) -> Evaluated:
    return Evaluated(studio_id=CHENS_STUDIO, stage="final", passed=passed, score_hundredths=6000)


@pytest.mark.parametrize(
    ("policy", "event", "command"),
    [
        (
            policies.note_pair_after_match,
            PairMatched(**PAIR),
            NoteMember(**PAIR, standing="matched"),
        ),
        (
            policies.note_member_after_joining,
            MemberJoined(**PAIR),
            NoteMember(**PAIR, standing="joined", kind="trainee"),
        ),
        (
            policies.note_member_after_joining,
            MemberJoined(**PAIR, kind="supplementary"),
            NoteMember(**PAIR, standing="joined", kind="supplementary"),
        ),
        (
            policies.note_member_after_leaving,
            MemberRemoved(**PAIR),
            NoteMember(**PAIR, standing="left"),
        ),
        (
            policies.note_member_after_reinstatement,
            MemberReinstated(**PAIR, is_evaluated=False),
            NoteMember(**PAIR, standing="joined"),
        ),
        *(
            (
                policies.note_member_after_leaving,
                MemberLeft(**PAIR, reason=reason),
                NoteMember(**PAIR, standing="left"),
            )
            for reason in ("withdrawn", "studio_disqualified", "studio_closed", "became_host")
        ),
    ],
)
def test_what_happens_to_a_pair_is_noted(policy: Any, event: Any, command: NoteMember) -> None:
    assert list(policy(happened(event))) == [command]


@pytest.mark.rule("APP-15")
def test_a_recommended_trainee_is_noted() -> None:
    said = Recommended(studio_id=CHENS_STUDIO, person_id=PERSON, rank=1)

    assert list(policies.note_recommendation_of_a_next_host(happened(said))) == [
        NoteRecommendation(person_id=PERSON, studio_id=CHENS_STUDIO, rank=1)
    ]


@pytest.mark.parametrize("department", ["mechanics", None])
def test_an_appointed_expert_is_noted_with_their_department(department: str | None) -> None:
    appointed = ExpertAppointed(person_id=PERSON, until=DEADLINE, department=department)

    assert list(policies.note_expert_after_appointment(happened(appointed))) == [
        NoteExpert(person_id=PERSON, until=DEADLINE, department=department)
    ]


@pytest.mark.rule("SIL-02")
def test_a_declared_tie_is_noted() -> None:
    tie = {"expert_id": PERSON, "person_id": CHEN_JING, "relation": "co_author", "last_on": DEADLINE}

    assert list(policies.note_tie_after_declaration(happened(TieDeclared(**tie)))) == [NoteTie(**tie)]


@pytest.mark.rule("SIL-07")
def test_a_violation_is_noted_as_suspending_and_then_as_decided() -> None:
    about = {"violation_id": LI_NA, "studio_id": CHENS_STUDIO, "person_id": PERSON, "is_host": False}

    def noting(standing: str) -> list[NoteConduct]:
        return [NoteConduct(person_id=PERSON, violation_id=LI_NA, standing=standing)]

    recorded, confirmed = ConductViolationRecorded(**about), ConductViolationDecided(**about, confirmed=True)
    dismissed = ConductViolationDecided(**about, confirmed=False)
    assert list(policies.note_conduct_after_record(happened(recorded))) == noting("recorded")
    assert list(policies.note_conduct_after_decision(happened(confirmed))) == noting("confirmed")
    assert list(policies.note_conduct_after_decision(happened(dismissed))) == noting("dismissed")


@pytest.mark.parametrize("cause", ["midterm", "ethics"])
def test_a_disqualified_studio_is_closed_as_such(cause: str) -> None:
    disqualified = StudioDisqualified(studio_id=CHENS_STUDIO, cause=cause)

    assert list(policies.close_studio_after_disqualification(happened(disqualified))) == [
        CloseStudio(studio_id=CHENS_STUDIO, outcome="disqualified")
    ]


@pytest.mark.parametrize(("passed", "outcome"), [(True, "passed"), (False, "failed_final")])
def test_a_final_ends_the_studio_as_passed_or_failed(passed: bool, outcome: str) -> None:  # noqa: FBT001
    assert list(policies.close_studio_after_final(happened(final(passed=passed)))) == [
        CloseStudio(studio_id=CHENS_STUDIO, outcome=outcome)
    ]


@pytest.mark.parametrize("passed", [True, False])
def test_a_mid_term_result_by_itself_ends_no_studio(passed: bool) -> None:  # noqa: FBT001
    midterm = Evaluated(studio_id=CHENS_STUDIO, stage="midterm", passed=passed, score_hundredths=6000)

    assert list(policies.close_studio_after_final(happened(midterm))) == []


def test_each_event_that_applications_follows_has_its_reaction() -> None:
    assert applications.policies == {
        "membership": {
            PairMatched: policies.note_pair_after_match,
            MemberJoined: policies.note_member_after_joining,
            MemberLeft: policies.note_member_after_leaving,
            MemberRemoved: policies.note_member_after_leaving,
            MemberReinstated: policies.note_member_after_reinstatement,
            ConductViolationRecorded: policies.note_conduct_after_record,
            ConductViolationDecided: policies.note_conduct_after_decision,
        },
        "assessment": {
            ExpertAppointed: policies.note_expert_after_appointment,
            TieDeclared: policies.note_tie_after_declaration,
            Recommended: policies.note_recommendation_of_a_next_host,
            StudioDisqualified: policies.close_studio_after_disqualification,
            Evaluated: policies.close_studio_after_final,
        },
    }
