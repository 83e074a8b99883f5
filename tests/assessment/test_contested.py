"""A posted result contested: objections, the re-check by others, the one extension of the notice."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.assessment.commands import (
    AnswerObjection,
    CancelEvaluations,
    ObjectToResult,
    PostRecheck,
    RequestRecheck,
    SeatRecheckPanel,
    SubmitSheet,
    TakeEffect,
    answer_objection,
    cancel_evaluations,
    object_to_result,
    post_recheck,
    request_recheck,
    seat_recheck_panel,
    submit_sheet,
    take_effect,
)
from services.assessment.events import (
    NoticeExtended,
    ObjectionAnswered,
    RecheckPanelSeated,
    RecheckRequested,
    Rescored,
    ResultObjected,
    SheetSubmitted,
)
from shared.kernel.model import Refused
from shared.kernel.people import Role
from shared.kernel.values import Text
from tests.assessment.examples import (
    FENG_LEI,
    FIVE,
    HAN_XUE,
    LI_NA,
    LIN_JING,
    STUDIO,
    WANG_FANG,
    WU_MIN,
    ZHU_HONG,
    appointed,
    cancelled,
    case,
    evaluated,
    evaluation,
    evenly,
    noted,
    rubric,
    scored,
    seated,
    sheet,
    sheets,
)
from tests.scenario import Given, given

WHY = Text("评分依据有误")
STAGE: dict[str, Any] = {"studio_id": STUDIO, "stage": "midterm"}
A, B = UUID(int=0xA), UUID(int=0xB)
OTHERS = (ZHU_HONG, *(UUID(int=n) for n in range(41, 45)))
REQUESTED, SEATED = RecheckRequested(reason=WHY), RecheckPanelSeated(experts=OTHERS)
POSTED = (seated(), *sheets(59, 59, 59, 59, 59), scored("midterm", 5900))
"""Posted on 2024-09-27; five working days end on 2024-10-10, the result takes effect on 2024-10-11."""
LAST, AFTER = "2024-10-10", "2024-10-11"
EFFECT = TakeEffect(**STAGE)
SEAT, RESCORE = SeatRecheckPanel(**STAGE, experts=OTHERS), PostRecheck(**STAGE)


def objected(id: UUID, by: UUID | None = LI_NA) -> ResultObjected:
    return ResultObjected(objection_id=id, reason=WHY, objector_id=by)


def answered(id: UUID, *, upheld: bool = False, on: str | None = None) -> ObjectionAnswered:
    effect = date.fromisoformat(on) if on else None
    return ObjectionAnswered(objection_id=id, upheld=upheld, reason=WHY, takes_effect_on=effect)


def others(*points: int) -> tuple[SheetSubmitted, ...]:
    return tuple(sheet(expert, evenly(given)) for expert, given in zip(OTHERS, points, strict=False))


def posted(*later: Any, day: str = "2024-10-08", members: tuple[Any, ...] = ()) -> Given:
    known = map(appointed, (*FIVE, *OTHERS))
    streams = rubric(), case(*members), evaluation("midterm", *POSTED, *later), evaluation("final"), *known
    return given(*streams).on(day).by(Role.PERSONNEL, WU_MIN)


class TestAskingForARecheck:
    pytestmark = pytest.mark.rule("SIL-03")
    asked = RequestRecheck(**STAGE, reason=WHY)

    @pytest.mark.parametrize("day", ["2024-09-27", LAST])
    def test_sil_03_the_host_asks_within_five_working_days(self, day: str) -> None:
        posted(day=day).by(Role.HOST, LIN_JING).when(request_recheck, self.asked).then(REQUESTED)

    def test_sil_03_a_day_later_is_too_late(self) -> None:
        posted(day=AFTER).when(request_recheck, self.asked).then_refused(
            "recheck-late", "SIL-03", until=LAST, on=AFTER, workdays=5
        )

    @pytest.mark.parametrize(
        ("workdays", "last", "beyond"), [(3, "2024-10-08", "2024-10-09"), (9, LAST, AFTER)], ids=["shorter", "notice"]
    )
    def test_sil_03_the_period_is_a_setting_within_the_notice(self, workdays: int, last: str, beyond: str) -> None:
        posted(day=last).under(recheck_workdays=workdays).when(request_recheck, self.asked).then(REQUESTED)
        posted(day=beyond).under(recheck_workdays=workdays).when(request_recheck, self.asked).then_refused(
            "recheck-late", "SIL-03", until=last, on=beyond
        )

    def test_sil_03_asked_once_more_records_nothing(self) -> None:
        posted(REQUESTED).when(request_recheck, self.asked).then_nothing()

    def test_sil_03_there_is_one_recheck(self) -> None:
        posted(REQUESTED, SEATED, *others(60, 60, 60, 60, 60), rescored(6000)).when(
            request_recheck, self.asked
        ).then_refused("recheck-once", "SIL-03", stage="midterm")

    @pytest.mark.rule("A.9-1")
    def test_a_9_1_a_result_in_effect_is_not_rechecked(self) -> None:
        posted(evaluated("midterm", 5900, passed=False)).when(request_recheck, self.asked).then_refused(
            "not-provisional", "A.9-1", stage="midterm"
        )


def rescored(hundredths: int, on: str | None = None) -> Rescored:
    return Rescored(
        studio_id=STUDIO, stage="midterm", score_hundredths=hundredths,
        totals=dict.fromkeys(OTHERS, str(hundredths // 100)), rubric=1, supersedes=8,
        trimmed=(ZHU_HONG, OTHERS[-1]), pass_points=60, by_recheck=True,
        takes_effect_on=date.fromisoformat(on) if on else None,
    )  # fmt: skip


class TestTheRecheck:
    pytestmark = pytest.mark.rule("SIL-03", "A.9-25")

    def test_sil_03_an_office_seats_other_experts(self) -> None:
        posted(REQUESTED).when(seat_recheck_panel, SEAT).then(SEATED)
        posted(REQUESTED, SEATED).when(seat_recheck_panel, SEAT).then_nothing()

    def test_sil_03_nobody_of_the_first_panel_judges_again(self) -> None:
        asked = replace(SEAT, experts=(*OTHERS[:4], HAN_XUE))

        posted(REQUESTED).when(seat_recheck_panel, asked).then_refused(
            "recheck-same-experts", "SIL-03", persons=[str(HAN_XUE)]
        )

    def test_sil_03_the_refusal_names_them_as_people_list_names(self) -> None:
        asked = replace(SEAT, experts=(*OTHERS[:3], HAN_XUE, FENG_LEI))
        said = posted(REQUESTED).when(seat_recheck_panel, asked).said

        assert isinstance(said, Refused)
        assert said.zh == f"原专家组成员不参加复核：{HAN_XUE}、{FENG_LEI}"
        assert said.en == f"who judged first does not judge again: {HAN_XUE}, {FENG_LEI}"

    def test_a_9_25_four_others_are_no_panel(self) -> None:
        posted(REQUESTED).when(seat_recheck_panel, replace(SEAT, experts=OTHERS[:4])).then_refused(
            "panel-not-odd", "A.9-25", experts=4, least=5
        )

    @pytest.mark.rule("SIL-02")
    def test_sil_02_the_others_are_impartial_too(self) -> None:
        posted(REQUESTED, members=(noted(ZHU_HONG, "joined"),)).when(seat_recheck_panel, SEAT).then_refused(
            "recusal", "SIL-02", persons=[str(ZHU_HONG)]
        )

    @pytest.mark.parametrize(("handler", "asked"), [(seat_recheck_panel, SEAT), (post_recheck, RESCORE)])
    def test_sil_03_nothing_is_rechecked_that_nobody_asked_for(self, handler: Any, asked: Any) -> None:
        posted().when(handler, asked).then_refused("no-recheck", "SIL-03", stage="midterm")

    def test_sil_03_without_a_second_panel_no_second_score(self) -> None:
        posted(REQUESTED).when(post_recheck, RESCORE).then_refused("no-recheck", "SIL-03")

    def test_sil_03_the_others_write_their_sheets(self) -> None:
        asked = SubmitSheet(**STAGE, points=evenly(70))

        posted(REQUESTED, SEATED).by(Role.EXPERT, ZHU_HONG).when(submit_sheet, asked).then(sheet(ZHU_HONG, evenly(70)))
        posted(REQUESTED, SEATED).by(Role.EXPERT, HAN_XUE).when(submit_sheet, asked).then_refused(
            "not-on-panel", "ASM-02"
        )

    def test_a_9_25_three_of_five_are_no_quorum_again(self) -> None:
        posted(REQUESTED, SEATED, *others(60, 60, 60)).when(post_recheck, RESCORE).then_refused(
            "no-quorum", "A.9-25", sheets=3, experts=5
        )

    def test_sil_03_their_score_takes_the_place_of_the_first_within_its_notice(self) -> None:
        posted(REQUESTED, SEATED, *others(61, 61, 61, 61, 61), day=LAST).when(post_recheck, RESCORE).then(
            rescored(6100)
        )

    def test_sil_03_after_the_notice_it_takes_effect_when_it_is_posted(self) -> None:
        posted(REQUESTED, SEATED, *others(61, 61, 61, 61, 61), day="2024-10-21").when(post_recheck, RESCORE).then(
            rescored(6100, on="2024-10-21")
        )

    def test_sil_03_with_an_objection_open_it_waits_on(self) -> None:
        told = (REQUESTED, objected(A), SEATED, *others(61, 61, 61, 61, 61))

        posted(*told, day="2024-10-21").when(post_recheck, RESCORE).then(rescored(6100))

    @pytest.mark.rule("A.9-1")
    def test_a_9_1_the_second_score_is_what_takes_effect(self) -> None:
        told = (REQUESTED, SEATED, *others(61, 61, 61, 61, 61), rescored(6100))

        posted(*told, day=AFTER).when(take_effect, EFFECT).then(evaluated("midterm", 6100, passed=True))

    @pytest.mark.rule("A.9-1")
    def test_a_9_1_nothing_takes_effect_while_a_recheck_is_open(self) -> None:
        posted(REQUESTED, day=AFTER).when(take_effect, EFFECT).then_nothing()

    @pytest.mark.rule("AMB-16")
    def test_amb_16_a_studio_that_ends_meanwhile_is_judged_no_more(self) -> None:
        asked = CancelEvaluations(studio_id=STUDIO, outcome="closed")

        posted(REQUESTED, day="2024-10-21").when(cancel_evaluations, asked).then(
            cancelled("midterm"), cancelled("final")
        )


class TestObjections:
    pytestmark = pytest.mark.rule("SIL-01")
    asked = ObjectToResult(**STAGE, objection_id=A, reason=WHY)
    dismissed = AnswerObjection(**STAGE, objection_id=A, upheld=False, reason=WHY)
    upheld = replace(dismissed, upheld=True)

    @pytest.mark.parametrize("day", ["2024-09-27", LAST])
    def test_sil_01_anybody_objects_while_the_notice_runs(self, day: str) -> None:
        posted(day=day).by(Role.TRAINEE, LI_NA).when(object_to_result, self.asked).then(objected(A))

    def test_sil_01_a_day_later_is_too_late(self) -> None:
        posted(day=AFTER).when(object_to_result, self.asked).then_refused(
            "objection-late", "SIL-01", until=LAST, on=AFTER
        )

    def test_sil_01_the_same_objection_once_more_records_nothing(self) -> None:
        posted(objected(A)).by(Role.TRAINEE, LI_NA).when(object_to_result, self.asked).then_nothing()
        posted(objected(A, by=None)).by(Role.TRAINEE, LI_NA).when(object_to_result, self.asked).then_nothing()

    def test_sil_01_the_id_of_an_objection_stands_for_one_text_of_one_person(self) -> None:
        other_text = replace(self.asked, reason=Text("另有异议"))

        posted(objected(A)).by(Role.TRAINEE, LI_NA).when(object_to_result, other_text).then_refused("id-taken", None)
        posted(objected(A)).by(Role.TRAINEE, WANG_FANG).when(object_to_result, self.asked).then_refused(
            "id-taken", None
        )

    def test_sil_01_an_answer_stands(self) -> None:
        dismissed, upheld = (objected(A), answered(A)), (objected(A), answered(A, upheld=True))

        posted(*dismissed).when(answer_objection, self.upheld).then_refused("already-answered", "SIL-01")
        posted(*upheld).when(answer_objection, self.dismissed).then_refused("already-answered", "SIL-01")
        posted(*upheld).when(answer_objection, self.upheld).then_nothing()

    @pytest.mark.parametrize("upheld", [True, False])
    def test_sil_01_nobody_answers_their_own_objection(self, upheld: bool) -> None:  # noqa: FBT001
        asked = replace(self.dismissed, upheld=upheld)

        posted(objected(A, by=WU_MIN)).when(answer_objection, asked).then_refused("own-objection", "SIL-01")

    def test_sil_01_dismissed_within_the_notice_the_result_goes_on(self) -> None:
        posted(objected(A), day=LAST).when(answer_objection, self.dismissed).then(answered(A))
        posted(objected(A), answered(A)).when(answer_objection, self.dismissed).then_nothing()

    def test_sil_01_dismissed_after_the_notice_it_takes_effect_at_once(self) -> None:
        posted(objected(A), day=AFTER).when(answer_objection, self.dismissed).then(answered(A, on=AFTER))

    def test_sil_01_another_open_objection_keeps_the_result_waiting(self) -> None:
        posted(objected(A), objected(B), day=AFTER).when(answer_objection, self.dismissed).then(answered(A))

    @pytest.mark.rule("SIL-03")
    def test_sil_03_upheld_a_recheck_follows(self) -> None:
        posted(objected(A), day=AFTER).when(answer_objection, self.upheld).then(answered(A, upheld=True))
        posted(objected(A), answered(A, upheld=True)).when(seat_recheck_panel, SEAT).then(SEATED)

    @pytest.mark.rule("SIL-03")
    def test_sil_03_no_second_recheck_is_ordered(self) -> None:
        told = (REQUESTED, objected(A), SEATED, *others(61, 61, 61, 61, 61), rescored(6100))

        posted(*told).when(answer_objection, self.upheld).then_refused("recheck-once", "SIL-03")

    def test_sil_01_nobody_answers_what_was_not_objected(self) -> None:
        posted().when(answer_objection, self.dismissed).then_refused("no-objection", "SIL-01", objection_id=str(A))

    @pytest.mark.parametrize(("workdays", "total"), [(5, 10), (1, 6)])
    def test_sil_01_an_objection_open_at_its_end_extends_the_notice(self, workdays: int, total: int) -> None:
        known = posted(objected(A), day=AFTER).under(notice_extension_workdays=workdays)

        known.when(take_effect, EFFECT).then(NoticeExtended(workdays=total))

    def test_sil_01_the_notice_is_extended_once(self) -> None:
        posted(objected(A), NoticeExtended(workdays=10), day="2024-10-18").when(take_effect, EFFECT).then_nothing()

    def test_sil_01_without_an_extension_the_result_just_waits(self) -> None:
        posted(objected(A), day=AFTER).under(notice_extension_workdays=0).when(take_effect, EFFECT).then_nothing()

    def test_sil_01_an_answer_within_the_extension_waits_for_its_end(self) -> None:
        told = (objected(A), NoticeExtended(workdays=10))

        posted(*told, day="2024-10-16").when(answer_objection, self.dismissed).then(answered(A))
        posted(*told, day="2024-10-18").when(answer_objection, self.dismissed).then(answered(A, on="2024-10-18"))
