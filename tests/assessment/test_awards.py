"""What a passed studio brings, once the final has passed and the roster is closed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.assessment.aggregates.award import Award
from services.assessment.aggregates.merit import credits_hundredths
from services.assessment.commands import NoteFinal, NoteRoster, note_final, note_roster
from services.assessment.events import (
    AwardsCompleted,
    BackboneDesignated,
    CertificateIssued,
    CreditsGranted,
    FinalNoted,
    RosterNoted,
    TitleAwarded,
    certificate_id,
)
from shared.kernel.published import Recommended, RosterEntry
from tests.assessment.examples import (
    FINAL_SOURCE,
    LI_NA,
    LIN_JING,
    LIU_YANG,
    ROSTER_SOURCE,
    STUDIO,
    WANG_FANG,
    case,
)
from tests.scenario import Outcome, given, stream

GROUNDS = (FINAL_SOURCE, ROSTER_SOURCE)
PASSED = NoteFinal(studio_id=STUDIO, passed=True, source=FINAL_SOURCE)
FAILED = NoteFinal(studio_id=STUDIO, passed=False, source=FINAL_SOURCE)
TITLE = TitleAwarded(studio_id=STUDIO, person_id=LIN_JING, grounds=GROUNDS)
COMPLETED = AwardsCompleted(studio_id=STUDIO)
WANG = RosterEntry(
    person_id=WANG_FANG, membership_id=UUID(int=0x3E1), status="active", attended_hours=36, sessions_obliged=10,
    sessions_attended=9, unexcused_absences=0, host_points=90, plan_filed=True,
)  # fmt: skip
"""Wang Fang is qualified and excellent."""
LI = replace(WANG, person_id=LI_NA, membership_id=UUID(int=0x3E2))
LIU = replace(WANG, person_id=LIU_YANG, membership_id=UUID(int=0x3E3))


def crowd(count: int) -> tuple[RosterEntry, ...]:
    """So many qualified trainees, each a point better than the next, all excellent."""
    return tuple(replace(WANG, person_id=UUID(int=100 + n), host_points=99 - n) for n in range(count))


def closing(*members: RosterEntry, **settings: Any) -> Outcome:
    """The roster closes after the final passed."""
    known = case(FinalNoted(passed=True, source=FINAL_SOURCE))
    asked = NoteRoster(studio_id=STUDIO, members=members, source=ROSTER_SOURCE)
    return given(known).on("2026-04-20").under(**settings).when(note_roster, asked)


def trainee(entry: RosterEntry, credits: int) -> Sequence[Any]:
    person = entry.person_id
    certificate = certificate_id(STUDIO, person)
    return [
        BackboneDesignated(studio_id=STUDIO, person_id=person, grounds=GROUNDS),
        CertificateIssued(certificate_id=certificate, studio_id=STUDIO, person_id=person, grounds=GROUNDS),
        CreditsGranted(
            studio_id=STUDIO, person_id=person, class_hours=entry.attended_hours, credits_hundredths=credits,
            scope="school",
        ),
    ]  # fmt: skip


def recommended(entry: RosterEntry, rank: int) -> Recommended:
    return Recommended(studio_id=STUDIO, person_id=entry.person_id, rank=rank)


def recommendations(outcome: Outcome) -> list[Recommended]:
    return [event for event in outcome.events if isinstance(event, Recommended)]


@pytest.mark.rule("ASM-05", "ASM-06", "ASM-07", "ASM-08", "ASM-09")
def test_asm_05_to_09_title_designation_certificate_credits_and_recommendation_come_together() -> None:
    closing(WANG).then(
        RosterNoted(members=(WANG,), source=ROSTER_SOURCE),
        TITLE,
        *trainee(WANG, credits=450),
        recommended(WANG, rank=1),
        COMPLETED,
    )


@pytest.mark.rule("A.9-3", "ASM-05", "ASM-06", "ASM-07", "ASM-08", "ASM-09")
def test_a_9_3_the_final_may_also_come_after_the_roster() -> None:
    known = case(RosterNoted(members=(WANG,), source=ROSTER_SOURCE))

    given(known).when(note_final, PASSED).then(
        FinalNoted(passed=True, source=FINAL_SOURCE),
        TITLE,
        *trainee(WANG, credits=450),
        recommended(WANG, rank=1),
        COMPLETED,
    )


@pytest.mark.rule("A.9-3", "ASM-05")
def test_a_9_3_a_passed_final_alone_awards_nothing() -> None:
    given(case()).when(note_final, PASSED).then(FinalNoted(passed=True, source=FINAL_SOURCE))


@pytest.mark.rule("A.9-3", "ASM-05")
def test_a_9_3_a_closed_roster_alone_awards_nothing() -> None:
    asked = NoteRoster(studio_id=STUDIO, members=(WANG,), source=ROSTER_SOURCE)

    given(case()).when(note_roster, asked).then(RosterNoted(members=(WANG,), source=ROSTER_SOURCE))


@pytest.mark.rule("AMB-22", "ASM-05", "ASM-06", "ASM-07", "ASM-08")
def test_amb_22_a_failed_final_awards_nobody() -> None:
    known = case(RosterNoted(members=(WANG,), source=ROSTER_SOURCE))

    given(known).when(note_final, FAILED).then(FinalNoted(passed=False, source=FINAL_SOURCE))


@pytest.mark.rule("A.9-3", "ASM-05", "ASM-06", "ASM-07", "ASM-08")
def test_a_9_3_a_roster_that_closes_after_a_failed_final_awards_nobody() -> None:
    known = case(FinalNoted(passed=False, source=FINAL_SOURCE))
    asked = NoteRoster(studio_id=STUDIO, members=(WANG,), source=ROSTER_SOURCE)

    given(known).when(note_roster, asked).then(RosterNoted(members=(WANG,), source=ROSTER_SOURCE))


@pytest.mark.rule("A.9-3", "ASM-05", "ASM-06", "ASM-07", "ASM-08")
def test_a_9_3_the_roster_told_twice_confers_once() -> None:
    known = case(FinalNoted(passed=True, source=FINAL_SOURCE), RosterNoted(members=(WANG,), source=ROSTER_SOURCE))
    conferred = stream(Award, Award.id_for(STUDIO), TITLE, *trainee(WANG, credits=450), COMPLETED)
    asked = NoteRoster(studio_id=STUDIO, members=(WANG,), source=ROSTER_SOURCE)

    given(known, conferred).when(note_roster, asked).then_nothing()


@pytest.mark.rule("ASM-05")
def test_a_failed_final_told_twice_is_noted_once() -> None:
    known = case(FinalNoted(passed=False, source=FINAL_SOURCE), RosterNoted(members=(WANG,), source=ROSTER_SOURCE))

    given(known).when(note_final, FAILED).then_nothing()


@pytest.mark.rule("ASM-05")
def test_a_9_1_a_final_that_the_school_revised_to_passed_brings_the_awards() -> None:
    known = case(FinalNoted(passed=False, source=FINAL_SOURCE), RosterNoted(members=(WANG,), source=ROSTER_SOURCE))

    given(known).when(note_final, PASSED).then(
        FinalNoted(passed=True, source=FINAL_SOURCE), TITLE, *trainee(WANG, credits=450), recommended(WANG, rank=1),
        COMPLETED,
    )  # fmt: skip


@pytest.mark.rule("ASM-05", "A.9-1")
def test_a_9_1_a_final_that_was_revised_to_failed_before_the_roster_closed_brings_none() -> None:
    known = case(FinalNoted(passed=True, source=FINAL_SOURCE), FinalNoted(passed=False, source=FINAL_SOURCE))
    asked = NoteRoster(studio_id=STUDIO, members=(WANG,), source=ROSTER_SOURCE)

    given(known).when(note_roster, asked).then(RosterNoted(members=(WANG,), source=ROSTER_SOURCE))


@pytest.mark.rule("A.9-1")
def test_a_9_1_what_was_conferred_is_not_taken_back_by_a_revision_alone() -> None:
    known = case(FinalNoted(passed=True, source=FINAL_SOURCE), RosterNoted(members=(WANG,), source=ROSTER_SOURCE))
    conferred = stream(Award, Award.id_for(STUDIO), TITLE, *trainee(WANG, credits=450), COMPLETED)

    given(known, conferred).when(note_final, FAILED).then_nothing()


@pytest.mark.rule("ASM-05", "ASM-06", "ASM-07", "ASM-08")
def test_awards_are_conferred_once() -> None:
    known = case(FinalNoted(passed=True, source=FINAL_SOURCE), RosterNoted(members=(WANG,), source=ROSTER_SOURCE))
    conferred = stream(Award, Award.id_for(STUDIO), TITLE, *trainee(WANG, credits=450), COMPLETED)

    given(known, conferred).when(note_final, PASSED).then_nothing()


@pytest.mark.rule("ASM-06")
def test_a_second_roster_changes_nothing() -> None:
    known = case(RosterNoted(members=(WANG,), source=ROSTER_SOURCE))
    asked = NoteRoster(studio_id=STUDIO, members=(LI,), source=ROSTER_SOURCE)

    given(known).when(note_roster, asked).then_nothing()


@pytest.mark.rule("ASM-05")
@pytest.mark.parametrize("asked", [PASSED, FAILED])
def test_the_final_of_an_unknown_studio_waits_for_its_establishment(asked: NoteFinal) -> None:
    given().when(note_final, asked).then_waits_for("applications", "studio-established")


@pytest.mark.rule("ASM-05")
def test_the_roster_of_an_unknown_studio_waits_for_its_establishment() -> None:
    asked = NoteRoster(studio_id=STUDIO, members=(WANG,), source=ROSTER_SOURCE)

    given().when(note_roster, asked).then_waits_for("applications", "studio-established")


@pytest.mark.rule("AMB-23", "ASM-06", "ASM-07", "ASM-08")
def test_amb_23_sixty_points_qualify_without_being_excellent() -> None:
    enough = replace(WANG, host_points=60)

    closing(enough).then(
        RosterNoted(members=(enough,), source=ROSTER_SOURCE), TITLE, *trainee(enough, credits=450), COMPLETED
    )


@pytest.mark.rule("AMB-23", "ASM-06", "ASM-07", "ASM-08")
@pytest.mark.parametrize(
    "lacking",
    [
        replace(WANG, host_points=59),
        replace(WANG, host_points=None),
        replace(WANG, plan_filed=False),
        replace(WANG, status="withdrawn"),
        replace(WANG, status="removed"),
    ],
    ids=["below the mark", "not evaluated", "no plan", "withdrew", "removed"],
)
def test_amb_23_who_is_not_qualified_receives_nothing(lacking: RosterEntry) -> None:
    closing(lacking).then(RosterNoted(members=(lacking,), source=ROSTER_SOURCE), TITLE, COMPLETED)


@pytest.mark.rule("ASM-05")
def test_asm_05_the_host_receives_the_title_though_nobody_trained_to_the_end() -> None:
    closing().then(RosterNoted(members=(), source=ROSTER_SOURCE), TITLE, COMPLETED)


@pytest.mark.rule("AMB-23", "ASM-09")
@pytest.mark.parametrize("entry", [replace(WANG, host_points=84), replace(WANG, unexcused_absences=1)])
def test_amb_23_below_85_points_or_once_unexcused_is_not_excellent(entry: RosterEntry) -> None:
    assert recommendations(closing(entry)) == []


@pytest.mark.rule("AMB-23", "ASM-09")
def test_amb_23_exactly_85_points_are_excellent() -> None:
    enough = replace(WANG, host_points=85)

    assert recommendations(closing(enough)) == [recommended(enough, rank=1)]


@pytest.mark.rule("AMB-23", "ASM-09")
@pytest.mark.parametrize(("qualified", "quota"), [(1, 1), (3, 1), (4, 1), (6, 1), (7, 2), (9, 2), (10, 3), (20, 6)])
def test_amb_23_at_most_three_tenths_of_the_qualified_are_excellent_but_always_one(qualified: int, quota: int) -> None:
    best = crowd(qualified)[:quota]

    assert recommendations(closing(*crowd(qualified))) == [
        recommended(entry, rank) for rank, entry in enumerate(best, start=1)
    ]


@pytest.mark.rule("AMB-23", "ASM-09")
def test_amb_23_the_quota_counts_the_qualified_alone() -> None:
    unqualified = [replace(WANG, person_id=UUID(int=200 + n), host_points=0) for n in range(10)]

    assert recommendations(closing(*crowd(4), *unqualified)) == [recommended(crowd(1)[0], rank=1)]


@pytest.mark.rule("AMB-23", "ASM-09")
def test_amb_23_the_quota_is_a_setting() -> None:
    assert recommendations(closing(WANG, LI, excellent_quota_percent=100)) == [
        recommended(WANG, rank=1),
        recommended(LI, rank=2),
    ]


@pytest.mark.rule("AMB-23", "ASM-09")
def test_amb_23_nobody_is_excellent_when_nobody_is_able() -> None:
    assert recommendations(closing(*(replace(entry, host_points=84) for entry in crowd(10)))) == []


@pytest.mark.rule("AMB-23", "ASM-06", "ASM-07", "ASM-08")
def test_amb_23_the_mark_of_the_qualified_is_a_setting() -> None:
    below = replace(WANG, host_points=69)

    closing(below, trainee_pass_points=70).then(RosterNoted(members=(below,), source=ROSTER_SOURCE), TITLE, COMPLETED)


@pytest.mark.rule("A.9-15", "ASM-09")
def test_a_9_15_equal_points_and_attendance_are_ranked_by_the_persons_id() -> None:
    assert recommendations(closing(LIU, LI, WANG)) == [recommended(WANG, rank=1)]


@pytest.mark.rule("A.9-15", "ASM-09")
def test_a_9_15_attendance_is_compared_exactly() -> None:
    """Two thirds are more than 666 of 1000."""
    thirds = replace(LIU, sessions_obliged=3, sessions_attended=2)
    nearly = replace(WANG, sessions_obliged=1000, sessions_attended=666)

    assert recommendations(closing(nearly, thirds)) == [recommended(thirds, rank=1)]


@pytest.mark.rule("AMB-23", "ASM-09")
def test_amb_23_points_come_before_attendance() -> None:
    better = replace(LI, host_points=91, sessions_attended=5)

    assert recommendations(closing(WANG, better)) == [recommended(better, rank=1)]


@pytest.mark.rule("A.9-15", "ASM-09")
def test_a_9_15_equal_points_are_ranked_by_attendance() -> None:
    always = replace(LIU, sessions_obliged=5, sessions_attended=5)

    assert recommendations(closing(WANG, LI, always, excellent_quota_percent=100)) == [
        recommended(always, rank=1),
        recommended(WANG, rank=2),
        recommended(LI, rank=3),
    ]


@pytest.mark.rule("A.9-17", "ASM-08")
@pytest.mark.parametrize(
    ("hours", "hundredths"), [(0, 0), (1, 13), (2, 25), (3, 38), (4, 50), (5, 63), (8, 100), (36, 450), (37, 463)]
)
def test_a_9_17_eight_hours_are_a_credit_in_hundredths_half_up(hours: int, hundredths: int) -> None:
    entry = replace(WANG, attended_hours=hours, host_points=60)

    closing(entry).then(
        RosterNoted(members=(entry,), source=ROSTER_SOURCE), TITLE, *trainee(entry, hundredths), COMPLETED
    )


@pytest.mark.rule("AMB-24", "ASM-08")
@pytest.mark.parametrize(("hours", "hundredths"), [(1, 33), (2, 67), (3, 100)])
def test_amb_24_the_hours_of_a_credit_are_a_setting(hours: int, hundredths: int) -> None:
    assert credits_hundredths((hours,), hours_per_credit=3) == hundredths
