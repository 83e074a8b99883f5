"""A violation of the code of conduct: awards wait, then go or come; a host's ends the studio (SIL-07)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.assessment.aggregates.award import CONDUCT, Award
from services.assessment.commands import NoteConduct, NoteRoster, TakeEffect, note_conduct, note_roster, take_effect
from services.assessment.events import (
    AwardsCompleted,
    CertificateRevoked,
    ConductNoted,
    FinalNoted,
    HostNoted,
    RosterNoted,
    TitleAwarded,
    TitleRevoked,
    certificate_id,
)
from shared.kernel.published import StudioDisqualified
from tests.assessment.examples import (
    FINAL_SOURCE,
    LI_NA,
    LIN_JING,
    ROSTER_SOURCE,
    STUDIO,
    WANG_FANG,
    cancelled,
    case,
    evaluated,
    evaluation,
    passed_midterm,
    scored,
    seated,
)
from tests.assessment.test_awards import COMPLETED, LI, TITLE, WANG, closing, recommended, trainee
from tests.scenario import Given, given, stream

pytestmark = pytest.mark.rule("SIL-07")

CASE_OF = UUID(int=0xBAD)
ETHICS = StudioDisqualified(studio_id=STUDIO, cause="ethics")
PASSED = FinalNoted(passed=True, source=FINAL_SOURCE)
LI_BELOW = replace(LI, host_points=80)
ROSTER = RosterNoted(members=(WANG, LI_BELOW), source=ROSTER_SOURCE)


def told(person: UUID, standing: Any) -> NoteConduct:
    return NoteConduct(
        violation_id=CASE_OF, studio_id=STUDIO, person_id=person, is_host=person == LIN_JING, standing=standing
    )


def noted(person: UUID, standing: Any) -> ConductNoted:
    return ConductNoted(violation_id=CASE_OF, person_id=person, standing=standing)


def running(*later: Any) -> Given:
    return given(case(*later), evaluation("midterm"), evaluation("final")).on("2024-10-08")


class TestTheHost:
    def test_sil_07_confirmed_it_ends_the_studio_and_its_evaluations(self) -> None:
        running(noted(LIN_JING, "recorded")).when(note_conduct, told(LIN_JING, "confirmed")).then(
            noted(LIN_JING, "confirmed"), ETHICS, cancelled("midterm", "disqualified"),
            cancelled("final", "disqualified"),
        )  # fmt: skip

    @pytest.mark.parametrize("standing", ["recorded", "dismissed"])
    def test_sil_07_before_the_decision_and_after_a_dismissal_it_goes_on(self, standing: Any) -> None:
        running().when(note_conduct, told(LIN_JING, standing)).then(noted(LIN_JING, standing))

    def test_sil_07_told_twice_it_ends_once(self) -> None:
        ended = given(
            case(noted(LIN_JING, "confirmed"), ETHICS),
            evaluation("midterm", cancelled("midterm", "disqualified")),
            evaluation("final", cancelled("final", "disqualified")),
        )

        ended.when(note_conduct, told(LIN_JING, "confirmed")).then_nothing()

    def test_sil_07_a_former_hosts_violation_does_not_end_the_successors_studio(self) -> None:
        handed_over = case(HostNoted(former_host_id=LIN_JING, host_id=LI_NA))

        given(handed_over, evaluation("final")).when(note_conduct, told(LIN_JING, "confirmed")).then(
            noted(LIN_JING, "confirmed")
        )

    def test_sil_07_before_the_plaque_the_studio_ends_too(self) -> None:
        given(case()).when(note_conduct, told(LIN_JING, "confirmed")).then(noted(LIN_JING, "confirmed"), ETHICS)

    @pytest.mark.rule("ASM-03")
    def test_asm_03_who_failed_the_mid_term_is_not_disqualified_again(self) -> None:
        failed = evaluation(
            "midterm", seated(), scored("midterm", 0), evaluated("midterm", 0, passed=False),
            StudioDisqualified(studio_id=STUDIO, cause="midterm"),
        )  # fmt: skip

        given(case(), failed, evaluation("final")).when(note_conduct, told(LIN_JING, "confirmed")).then(
            noted(LIN_JING, "confirmed")
        )

    @pytest.mark.rule("ASM-03")
    def test_asm_03_a_mid_term_that_fails_late_does_not_disqualify_again(self) -> None:
        posted = evaluation("midterm", seated(), scored("midterm", 5900))

        given(case(ETHICS), posted).on("2024-10-11").when(
            take_effect, TakeEffect(studio_id=STUDIO, stage="midterm")
        ).then(evaluated("midterm", 5900, passed=False))

    def test_sil_07_after_the_end_the_title_is_revoked(self) -> None:
        over = evaluation("final", seated(), scored("final", 8000), evaluated("final", 8000, passed=True))
        held = stream(Award, Award.id_for(STUDIO), TITLE, *trainee(WANG, 450), recommended(WANG, 1), COMPLETED)
        revoked = TitleRevoked(studio_id=STUDIO, person_id=LIN_JING, reason_code="ethics", reason=CONDUCT)

        known = given(case(PASSED, replace(ROSTER, members=(WANG,))), passed_midterm(), over, held)
        known.when(note_conduct, told(LIN_JING, "confirmed")).then(noted(LIN_JING, "confirmed"), revoked)


class TestAwards:
    pytestmark = pytest.mark.rule("ASM-05", "ASM-07", "ASM-08")

    def test_sil_07_a_violation_on_record_keeps_the_person_waiting(self) -> None:
        known = case(PASSED, noted(WANG_FANG, "recorded"))
        asked = NoteRoster(studio_id=STUDIO, members=ROSTER.members, source=ROSTER_SOURCE)

        given(known).when(note_roster, asked).then(ROSTER, TITLE, *trainee(LI_BELOW, 450))

    def test_sil_07_dismissed_what_waited_is_conferred(self) -> None:
        waiting = stream(Award, Award.id_for(STUDIO), TITLE, *trainee(LI_BELOW, 450))
        known = given(case(PASSED, noted(WANG_FANG, "recorded"), ROSTER), waiting)

        known.when(note_conduct, told(WANG_FANG, "dismissed")).then(
            noted(WANG_FANG, "dismissed"), *trainee(WANG, 450), recommended(WANG, 1), COMPLETED
        )

    def test_sil_07_confirmed_nothing_is_conferred(self) -> None:
        waiting = stream(Award, Award.id_for(STUDIO), TITLE, *trainee(LI_BELOW, 450))
        known = given(case(PASSED, noted(WANG_FANG, "recorded"), ROSTER), waiting)

        known.when(note_conduct, told(WANG_FANG, "confirmed")).then(noted(WANG_FANG, "confirmed"), COMPLETED)

    def test_sil_07_confirmed_later_what_was_conferred_is_revoked_once(self) -> None:
        events = (TITLE, *trainee(WANG, 450), recommended(WANG, 1), COMPLETED)
        revoked = CertificateRevoked(
            certificate_id=certificate_id(STUDIO, WANG_FANG), studio_id=STUDIO, person_id=WANG_FANG,
            reason_code="ethics", reason=CONDUCT,
        )  # fmt: skip
        held, gone = (stream(Award, Award.id_for(STUDIO), *events, *later) for later in ((), (revoked,)))
        known = case(PASSED, ROSTER)

        given(known, held).when(note_conduct, told(WANG_FANG, "confirmed")).then(noted(WANG_FANG, "confirmed"), revoked)
        given(case(PASSED, ROSTER, noted(WANG_FANG, "confirmed")), gone).when(
            note_conduct, told(WANG_FANG, "confirmed")
        ).then_nothing()

    def test_sil_07_the_host_waits_and_the_trainees_do_not(self) -> None:
        known = case(PASSED, noted(LIN_JING, "recorded"))
        asked = NoteRoster(studio_id=STUDIO, members=(LI_BELOW,), source=ROSTER_SOURCE)

        given(known).when(note_roster, asked).then(replace(ROSTER, members=(LI_BELOW,)), *trainee(LI_BELOW, 450))

    def test_sil_07_a_violation_of_an_unknown_studio_waits_for_its_establishment(self) -> None:
        given().when(note_conduct, told(LI_NA, "recorded")).then_waits_for("applications", "studio-established")


@pytest.mark.rule("ASM-05", "AMB-28")
class TestWhoHasTheTitle:
    def roster(self, known: Any) -> list[Any]:
        asked = NoteRoster(studio_id=STUDIO, members=(), source=ROSTER_SOURCE)
        return given(known).when(note_roster, asked).events[1:]

    def test_amb_28_a_coordinator_has_none(self) -> None:
        known = case(PASSED)
        known.lead_kind = "coordinator"

        assert self.roster(known) == [AwardsCompleted(studio_id=STUDIO)]

    @pytest.mark.rule("SIL-04")
    def test_sil_04_after_a_change_it_is_the_hosts_at_the_end(self) -> None:
        known = case(HostNoted(former_host_id=LIN_JING, host_id=LI_NA), PASSED)

        (title, _) = self.roster(known)
        assert isinstance(title, TitleAwarded)
        assert title.person_id == LI_NA


@pytest.mark.rule("AMB-22", "ASM-06", "ASM-07", "ASM-08")
def test_amb_22_the_school_may_award_the_trainees_of_a_studio_that_failed_but_never_its_host() -> None:
    known = case(replace(PASSED, passed=False))
    asked = NoteRoster(studio_id=STUDIO, members=(LI_BELOW,), source=ROSTER_SOURCE)
    free = given(known).under(trainee_award_requires_studio_pass=False)

    free.when(note_roster, asked).then(replace(ROSTER, members=(LI_BELOW,)), *trainee(LI_BELOW, 450), COMPLETED)


@pytest.mark.rule("AMB-24", "A.9-17", "ASM-08")
@pytest.mark.parametrize(
    ("hours", "cap", "credits"),
    [
        ((20, 12, 4), 0, 450), ((20, 12, 4), 250, 450), ((20, 12, 4), 249, 449), ((20, 12, 4), 1, 3), ((1, 1, 1), 0, 38),
        ((), 450, 450), ((), 449, 449),
    ],
    ids=["no cap", "at the cap", "just beyond", "each year", "rounded once", "one year, at the cap", "one year, beyond"],
)  # fmt: skip
def test_amb_24_a_years_credits_are_capped_before_they_are_summed(
    hours: tuple[int, ...], cap: int, credits: int
) -> None:
    entry = replace(LI_BELOW, hours_by_year=hours, attended_hours=sum(hours) or 36)

    closing(entry, credits_cap_per_year=cap).then(
        replace(ROSTER, members=(entry,)), TITLE, *trainee(entry, credits), COMPLETED
    )


@pytest.mark.rule("AMB-23", "ASM-09")
@pytest.mark.parametrize(
    ("entry", "settings", "excellent"),
    [
        (replace(WANG, unexcused_absences=2), {"excellent_max_unexcused": 2}, True),
        (replace(WANG, unexcused_absences=3), {"excellent_max_unexcused": 2}, False),
        (replace(WANG, host_points=79), {"trainee_excellent_points": 80}, False),
        (replace(WANG, host_points=80), {"trainee_excellent_points": 80}, True),
    ],
)
def test_amb_23_what_is_excellent_is_a_setting(entry: Any, settings: Any, excellent: bool) -> None:  # noqa: FBT001
    assert (recommended(entry, 1) in closing(entry, **settings).events) == excellent
