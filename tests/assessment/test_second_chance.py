"""More time where the school grants it: a failed mid-term put right, a final extended."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.assessment.commands import (
    CloseRectification,
    ExtendFinal,
    PostScore,
    TakeEffect,
    close_rectification,
    extend_final,
    post_score,
    take_effect,
)
from services.assessment.events import FinalExtended, RectificationOrdered
from shared.kernel.people import Role
from shared.kernel.published import StudioDisqualified
from shared.kernel.values import Text
from tests.assessment.examples import (
    A_FINAL_DAY,
    LIN_JING,
    STUDIO,
    WU_MIN,
    cancelled,
    case,
    eighty,
    evaluated,
    evaluation,
    rubric,
    scored,
    seated,
    sheets,
)
from tests.scenario import Given, given

EFFECT = TakeEffect(studio_id=STUDIO, stage="midterm")
CLOSE = CloseRectification(studio_id=STUDIO)
FAILED = (seated(), *sheets(59, 59, 59, 59, 59), scored("midterm", 5900))
UNTIL = date(2025, 1, 11)
ORDERED = RectificationOrdered(studio_id=STUDIO, stage="midterm", score_hundredths=5900, until=UNTIL)
OVER = evaluated("midterm", 5900, passed=False), StudioDisqualified(studio_id=STUDIO, cause="midterm")


def midterm(*later: Any, day: str = "2024-10-11", months: int = 3) -> Given:
    streams = rubric(), case(), evaluation("midterm", *later)
    return given(*streams).on(day).by(Role.PERSONNEL, WU_MIN).under(midterm_rectification_months=months)


@pytest.mark.rule("AMB-15", "ASM-03")
class TestRectification:
    def test_amb_15_by_default_a_failed_mid_term_ends_the_studio(self) -> None:
        midterm(*FAILED, months=0).when(take_effect, EFFECT).then(*OVER)

    @pytest.mark.parametrize(("months", "until"), [(3, UNTIL), (1, date(2024, 11, 11)), (12, date(2025, 10, 11))])
    def test_amb_15_the_school_may_give_time_to_put_it_right(self, months: int, until: date) -> None:
        midterm(*FAILED, months=months).when(take_effect, EFFECT).then(replace(ORDERED, until=until))

    def test_amb_15_a_pass_at_the_mark_needs_none(self) -> None:
        midterm(seated(), scored("midterm", 6000)).when(take_effect, EFFECT).then(
            evaluated("midterm", 6000, passed=True)
        )

    @pytest.mark.rule("AMB-14")
    def test_amb_15_a_failed_final_is_not_put_right(self) -> None:
        final = given(case(), evaluation("final", seated(), scored("final", 5900))).on("2026-05-08")

        final.under(midterm_rectification_months=3).when(take_effect, replace(EFFECT, stage="final")).then(
            evaluated("final", 5900, passed=False)
        )

    @pytest.mark.parametrize("day", ["2024-10-12", "2025-01-11"])
    def test_amb_15_the_panel_scores_again_by_new_sheets_until_the_last_day(self, day: str) -> None:
        post = PostScore(studio_id=STUDIO, stage="midterm")
        known = midterm(*FAILED, ORDERED, *sheets(80, 80, 80, 80, 80), day=day)

        known.when(post_score, post).then(eighty("midterm", date.fromisoformat(day)))
        midterm(*FAILED, ORDERED, day=day).when(post_score, post).then_refused("no-quorum", "A.9-25", sheets=0)

    def test_amb_15_a_day_later_it_is_too_late(self) -> None:
        known = midterm(*FAILED, ORDERED, *sheets(80, 80, 80, 80, 80), day="2025-01-12")

        known.when(post_score, PostScore(studio_id=STUDIO, stage="midterm")).then_refused(
            "rectification-over", "AMB-15", until="2025-01-11", on="2025-01-12"
        )

    @pytest.mark.parametrize(("hundredths", "passed"), [(6000, True), (5999, False)])
    def test_amb_15_the_second_acceptance_is_what_takes_effect(self, hundredths: int, passed: bool) -> None:  # noqa: FBT001
        told = (*FAILED, ORDERED, scored("midterm", hundredths))
        ended = () if passed else OVER[1:]

        midterm(*told).when(take_effect, EFFECT).then(evaluated("midterm", hundredths, passed=passed), *ended)

    def test_amb_15_nothing_scored_in_time_the_first_failure_stands(self) -> None:
        midterm(*FAILED, ORDERED, day="2025-01-12").when(close_rectification, CLOSE).then(*OVER)

    @pytest.mark.parametrize(
        "later", [(scored("midterm", 8000),), (cancelled("midterm"),), OVER], ids=["scored", "ended", "already so"]
    )
    def test_amb_15_otherwise_its_end_changes_nothing(self, later: tuple[Any, ...]) -> None:
        midterm(*FAILED, ORDERED, *later, day="2025-01-12").when(close_rectification, CLOSE).then_nothing()


@pytest.mark.rule("SIL-11", "ASM-04")
class TestExtensionOfTheFinal:
    asked = ExtendFinal(studio_id=STUDIO, until=date(2026, 6, 27), reason=Text("主持人病假"))
    extended = FinalExtended(until=date(2026, 6, 27), reason=Text("主持人病假"))

    def final(self, *later: Any, months: int = 3) -> Given:
        known = given(case(), evaluation("final", *later)).on(A_FINAL_DAY).by(Role.SCHOOL, LIN_JING)
        return known.under(final_extension_months=months)

    def test_sil_11_by_default_there_is_none(self) -> None:
        self.final(months=0).when(extend_final, self.asked).then_refused("extension-off", "SIL-11", months=0)

    @pytest.mark.parametrize("until", [date(2026, 3, 28), date(2026, 6, 27)])
    def test_sil_11_up_to_so_many_months_after_the_cycles_end(self, until: date) -> None:
        self.final().when(extend_final, replace(self.asked, until=until)).then(replace(self.extended, until=until))

    @pytest.mark.parametrize("until", [date(2026, 3, 27), date(2026, 6, 28)])
    def test_sil_11_not_before_and_not_beyond(self, until: date) -> None:
        self.final().when(extend_final, replace(self.asked, until=until)).then_refused(
            "extension-too-long", "SIL-11", until=until.isoformat(), latest="2026-06-27", months=3
        )

    def test_sil_11_once(self) -> None:
        self.final(self.extended).when(extend_final, self.asked).then_nothing()
        self.final(self.extended).when(extend_final, replace(self.asked, until=date(2026, 5, 1))).then_refused(
            "already-extended", "SIL-11", until="2026-06-27"
        )

    def test_sil_11_not_after_a_score(self) -> None:
        self.final(seated(), scored("final", 8000)).when(extend_final, self.asked).then_refused(
            "already-scored", "ASM-02", stage="final"
        )
