"""What assessment does about the events of others, and about its own results."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.assessment import policies
from services.assessment.commands import (
    CancelEvaluations,
    NoteConduct,
    NoteFinal,
    NoteHost,
    NoteParty,
    NoteRoster,
    OpenCase,
    PlanEvaluations,
)
from services.assessment.events import EvaluationRevised, EventId
from services.assessment.service import assessment
from shared.kernel.following import ERASURE, SCHOOL_BOOK, FollowSettings
from shared.kernel.published import (
    ConductViolationDecided,
    ConductViolationRecorded,
    Evaluated,
    HostChanged,
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    RosterEntry,
    SettingsAdopted,
    StudioClosed,
    StudioEstablished,
    StudioPlaqued,
    StudioRosterClosed,
    TraineeEvaluated,
)
from shared.kernel.values import Points, Slug
from tests.assessment.examples import (
    ENDS,
    LIN_JING,
    MIDTERM_CLOSES,
    MIDTERM_OPENS,
    PLAQUED,
    STUDIO,
    WANG_FANG,
    evaluated,
    happened,
)

ELSEWHERE = UUID(int=0xE15E)
MEMBERSHIP = UUID(int=0x3E1)
ESTABLISHED = StudioEstablished(
    studio_id=STUDIO, round_id=UUID(int=50), application_id=UUID(int=51), host_id=LIN_JING,
    department=Slug("mechanical"), name_form="host", name_id=UUID(int=52),
)  # fmt: skip
HUNG = StudioPlaqued(
    studio_id=STUDIO, host_id=LIN_JING, plaqued_on=PLAQUED, ends_on=ENDS, midterm_due_on=MIDTERM_OPENS,
    midterm_opens_on=MIDTERM_OPENS, midterm_closes_on=MIDTERM_CLOSES,
)  # fmt: skip
JOINED = MemberJoined(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG)
EVALUATED = TraineeEvaluated(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG, points=Points(90))
WANG = RosterEntry(
    person_id=WANG_FANG, membership_id=MEMBERSHIP, status="active", attended_hours=36, sessions_obliged=10,
    sessions_attended=9, unexcused_absences=0, host_points=90, plan_filed=True,
)  # fmt: skip


@pytest.mark.rule("AMB-14")
def test_adopted_settings_are_followed() -> None:
    adopted = SettingsAdopted(number=2, effective_from=PLAQUED, values={"pass_score_points": 70})

    assert list(SCHOOL_BOOK[SettingsAdopted](happened(adopted, ELSEWHERE))) == [
        FollowSettings(number=2, effective_from=PLAQUED, values={"pass_score_points": 70})
    ]


@pytest.mark.rule("SIL-02")
def test_an_established_studio_gets_a_case() -> None:
    assert list(policies.open_case_after_establishment(happened(ESTABLISHED, STUDIO))) == [
        OpenCase(studio_id=STUDIO, host_id=LIN_JING, lead_kind="host", department=Slug("mechanical"))
    ]


@pytest.mark.rule("AMB-28")
def test_amb_28_a_coordinators_case_says_so() -> None:
    (asked,) = policies.open_case_after_establishment(happened(replace(ESTABLISHED, lead_kind="coordinator"), STUDIO))

    assert asked.lead_kind == "coordinator"


@pytest.mark.rule("SIL-04")
def test_sil_04_another_host_is_noted() -> None:
    changed = HostChanged(
        studio_id=STUDIO, former_host_id=LIN_JING, host_id=WANG_FANG, changed_on=PLAQUED, name_form="host",
        name_id=UUID(int=53),
    )  # fmt: skip

    assert list(policies.note_host_after_its_change(happened(changed, STUDIO))) == [
        NoteHost(studio_id=STUDIO, host_id=WANG_FANG)
    ]


@pytest.mark.rule("SIL-07")
def test_sil_07_a_violation_on_record_is_noted() -> None:
    told = ConductViolationRecorded(violation_id=ELSEWHERE, studio_id=STUDIO, person_id=WANG_FANG, is_host=False)

    assert list(policies.note_conduct_after_its_record(happened(told, ELSEWHERE))) == [
        NoteConduct(violation_id=ELSEWHERE, studio_id=STUDIO, person_id=WANG_FANG, is_host=False, standing="recorded")
    ]


@pytest.mark.rule("SIL-07")
@pytest.mark.parametrize(("confirmed", "standing"), [(True, "confirmed"), (False, "dismissed")])
def test_sil_07_a_decided_violation_is_noted(confirmed: bool, standing: Any) -> None:  # noqa: FBT001
    told = ConductViolationDecided(
        violation_id=ELSEWHERE, studio_id=STUDIO, person_id=LIN_JING, is_host=True, confirmed=confirmed
    )

    assert list(policies.note_conduct_after_its_decision(happened(told, ELSEWHERE))) == [
        NoteConduct(violation_id=ELSEWHERE, studio_id=STUDIO, person_id=LIN_JING, is_host=True, standing=standing)
    ]


@pytest.mark.rule("ASM-02", "ASM-04")
def test_a_hung_plaque_plans_both_evaluations() -> None:
    assert list(policies.plan_evaluations_after_plaque(happened(HUNG, STUDIO))) == [
        PlanEvaluations(
            studio_id=STUDIO, midterm_opens_on=MIDTERM_OPENS, midterm_closes_on=MIDTERM_CLOSES, ends_on=ENDS
        )
    ]


@pytest.mark.rule("SIL-02")
def test_a_member_who_joined_is_a_party() -> None:
    assert list(policies.note_party_after_joining(happened(JOINED, MEMBERSHIP))) == [
        NoteParty(studio_id=STUDIO, person_id=WANG_FANG, standing="joined")
    ]


@pytest.mark.rule("SIL-02", "ASM-04")
def test_a_supplementary_member_is_a_party_without_closing_evaluation() -> None:
    joined = replace(JOINED, kind="supplementary")

    assert list(policies.note_party_after_joining(happened(joined, MEMBERSHIP))) == [
        NoteParty(studio_id=STUDIO, person_id=WANG_FANG, standing="supplementary")
    ]


@pytest.mark.rule("SIL-02", "ASM-04")
def test_a_removed_member_is_noted() -> None:
    removed = MemberRemoved(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG)

    assert list(policies.note_party_after_removal(happened(removed, MEMBERSHIP))) == [
        NoteParty(studio_id=STUDIO, person_id=WANG_FANG, standing="removed")
    ]


@pytest.mark.rule("ASM-04")
@pytest.mark.parametrize(("is_evaluated", "standing"), [(False, "joined"), (True, "evaluated")])
def test_a_reinstated_member_stands_as_before_the_removal(is_evaluated: bool, standing: Any) -> None:  # noqa: FBT001
    back = MemberReinstated(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG, is_evaluated=is_evaluated)

    assert list(policies.note_party_after_reinstatement(happened(back, MEMBERSHIP))) == [
        NoteParty(studio_id=STUDIO, person_id=WANG_FANG, standing=standing)
    ]


@pytest.mark.rule("AMB-16")
@pytest.mark.parametrize("outcome", ["closed", "disqualified"])
def test_amb_16_a_studio_closed_or_disqualified_is_judged_no_more(outcome: Any) -> None:
    closed = StudioClosed(studio_id=STUDIO, outcome=outcome)

    assert list(policies.cancel_evaluations_after_closure(happened(closed, STUDIO))) == [
        CancelEvaluations(studio_id=STUDIO, outcome=outcome)
    ]


@pytest.mark.rule("A.9-2")
@pytest.mark.parametrize("outcome", ["passed", "failed_final"])
def test_a_9_2_a_studio_that_ended_by_its_final_has_nothing_to_cancel(outcome: Any) -> None:
    closed = StudioClosed(studio_id=STUDIO, outcome=outcome)

    assert list(policies.cancel_evaluations_after_closure(happened(closed, STUDIO))) == []


@pytest.mark.rule("ASM-04")
def test_the_hosts_closing_evaluation_is_noted() -> None:
    assert list(policies.note_party_after_evaluation(happened(EVALUATED, MEMBERSHIP))) == [
        NoteParty(studio_id=STUDIO, person_id=WANG_FANG, standing="evaluated")
    ]


@pytest.mark.rule("SIL-02")
@pytest.mark.parametrize("reason", ["withdrawn", "studio_disqualified", "studio_closed"])
def test_a_member_who_left_is_noted_whatever_the_reason(reason: Any) -> None:
    left = MemberLeft(studio_id=STUDIO, membership_id=MEMBERSHIP, person_id=WANG_FANG, reason=reason)

    assert list(policies.note_party_after_leaving(happened(left, MEMBERSHIP))) == [
        NoteParty(studio_id=STUDIO, person_id=WANG_FANG, standing="left")
    ]


@pytest.mark.rule("ASM-07")
def test_a_closed_roster_is_noted_with_its_place_in_memberships_log() -> None:
    closed = StudioRosterClosed(studio_id=STUDIO, members=(WANG,))

    assert list(policies.note_roster_after_its_closing(happened(closed, ELSEWHERE, version=40))) == [
        NoteRoster(
            studio_id=STUDIO, members=(WANG,), source=EventId(service="membership", stream=ELSEWHERE, version=40)
        )
    ]


@pytest.mark.rule("ASM-05")
@pytest.mark.parametrize("passed", [True, False])
def test_a_final_in_effect_is_noted_with_its_place_in_the_log(passed: bool) -> None:  # noqa: FBT001
    final = evaluated("final", 8000, passed=passed)

    assert list(policies.note_final_after_evaluation(happened(final, ELSEWHERE, version=9))) == [
        NoteFinal(studio_id=STUDIO, passed=passed, source=EventId(service="assessment", stream=ELSEWHERE, version=9))
    ]


@pytest.mark.rule("ASM-05")
def test_a_mid_term_in_effect_brings_no_awards() -> None:
    midterm = evaluated("midterm", 8000, passed=True)

    assert list(policies.note_final_after_evaluation(happened(midterm, ELSEWHERE))) == []


@pytest.mark.rule("ASM-02", "ASM-05")
def test_assessment_reacts_to_these_events_and_to_no_others() -> None:
    assert {name: set(facts) for name, facts in assessment.policies.items()} == {
        "applications": {*SCHOOL_BOOK, *ERASURE, StudioEstablished, HostChanged, StudioPlaqued, StudioClosed},
        "membership": {
            MemberJoined,
            TraineeEvaluated,
            MemberLeft,
            MemberRemoved,
            MemberReinstated,
            ConductViolationRecorded,
            ConductViolationDecided,
            StudioRosterClosed,
        },
        "assessment": {Evaluated, EvaluationRevised},
    }
