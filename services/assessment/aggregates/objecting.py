"""What comes against a posted result: objections, the re-check by others, sheets voided later, a new decision."""

from datetime import date
from uuid import UUID

from services.assessment.aggregates.impartiality import Impartiality
from services.assessment.aggregates.judging import Judgement, judge
from services.assessment.aggregates.rubric import Rubric
from services.assessment.aggregates.standing import Standing
from services.assessment.events import (
    EvaluationRevised,
    ObjectionAnswered,
    RecheckPanelSeated,
    RecheckRequested,
    Rescored,
    ResultObjected,
    ScoreWithdrawn,
    SheetVoided,
)
from shared.kernel.calendar import WorkCalendar
from shared.kernel.model import Refused
from shared.kernel.policy import PolicySettings
from shared.kernel.published import StudioDisqualified
from shared.kernel.values import Text


class Contested(Standing):
    """A stage whose posted result can be contested until it takes effect, and revised after."""

    def request_recheck(self, reason: Text, day: date, calendar: WorkCalendar, workdays: int) -> None:
        """The host asks for other experts while the notice runs, within the working days of posting (SIL-03)."""
        self.check_provisional()
        self.check_not_rechecked()
        assert self.posted_on is not None
        periods = (workdays, self.notice_workdays)
        until = min((end for one in periods if (end := calendar.period_end(self.posted_on, one))), default=None)
        if until is not None and day > until:
            raise Refused(
                "recheck-late", rule="SIL-03", on=day.isoformat(), until=until.isoformat(), workdays=workdays,
                zh="申请复核的期限为公示后{workdays}个工作日，已于{until}届满（{on}）",
                en="a re-check is asked for within {workdays} working days, until {until}, not on {on}",
            )  # fmt: skip
        if not self.is_recheck_open:
            self.record(RecheckRequested(reason=reason))

    def object(self, objection_id: UUID, reason: Text, day: date, calendar: WorkCalendar) -> None:
        if objection_id in self.objections:
            return
        self.check_provisional()
        self.check_not_rechecked()
        assert self.posted_on is not None
        until = calendar.period_end(self.posted_on, self.notice_workdays)
        if until is not None and day > until:
            raise Refused(
                "objection-late", rule="SIL-01", on=day.isoformat(), until=until.isoformat(),
                zh="公示已于{until}届满，不再受理异议（{on}）",
                en="the notice ended on {until}, an objection on {on} is too late",
            )  # fmt: skip
        self.record(ResultObjected(objection_id=objection_id, reason=reason))

    def answer(self, objection_id: UUID, reason: Text, day: date, calendar: WorkCalendar, *, upheld: bool) -> None:
        """Upheld, a re-check is ordered; dismissed, the result goes on."""
        if objection_id not in self.objections:
            raise Refused(
                "no-objection", rule="SIL-01", objection_id=str(objection_id),
                zh="没有编号为{objection_id}的异议", en="there is no objection {objection_id}",
            )  # fmt: skip
        if not self.objections[objection_id]:
            return
        if upheld:
            self.check_not_rechecked()
        others = any(is_open for id, is_open in self.objections.items() if id != objection_id)
        waits = upheld or self.is_recheck_open or others
        self.record(
            ObjectionAnswered(
                objection_id=objection_id, upheld=upheld, reason=reason,
                takes_effect_on=None if waits else self._settled_on(day, calendar),
            )
        )  # fmt: skip

    def seat_recheck(self, experts: tuple[UUID, ...], known: Impartiality, settings: PolicySettings) -> None:
        """Other experts, as many and as impartial as the first (SIL-03)."""
        self._check_recheck()
        self.check_odd(experts, settings)
        assert self.scored is not None
        first = {*self.scored.everyone(), *self.scored.recused}
        if same := sorted(str(expert) for expert in experts if expert in first):
            raise Refused(
                "recheck-same-experts", rule="SIL-03", persons=same,
                zh="原专家组成员不参加复核：{persons}", en="who judged first does not judge again: {persons}",
            )  # fmt: skip
        self.check_impartial(experts, known)
        if not self.is_rechecking or self.sitting.experts != experts:
            self.record(RecheckPanelSeated(experts=experts))

    def post_recheck(self, rubric: Rubric, known: Impartiality, calendar: WorkCalendar) -> None:
        """The second panel's score takes the first's place; the notice goes on, or is over (SIL-03)."""
        self._check_recheck()
        if not self.is_rechecking:
            self._refuse_recheck()
        number = rubric.number
        judgement = judge(self.sitting, number, rubric.versions[number - 1], known)
        judgement.check_quorum(len(self.sitting.experts), known.settings)
        waits = any(self.objections.values())
        self.record(
            self._rescored(
                judgement, known, by_recheck=True,
                takes_effect_on=None if waits else self._settled_on(known.day, calendar),
            )
        )  # fmt: skip

    def void(self, expert_id: UUID, reason: Text, rubric: Rubric, known: Impartiality) -> None:
        """A conflict found later: the score is made again, or withdrawn without a quorum (SIL-02, A.9-1)."""
        sitting = next((one for one in reversed(self.sittings) if expert_id in one.sheets), None)
        if sitting is None:
            raise Refused(
                "no-sheet", rule="SIL-02", person_id=str(expert_id),
                zh="{person_id}没有提交评分表", en="{person_id} submitted no sheet",
            )  # fmt: skip
        if expert_id in sitting.voided:
            return
        self.record(SheetVoided(expert_id=expert_id, reason=reason))
        if sitting is not self.scored:
            return
        judgement = self.rejudged(rubric, known)
        if judgement.hundredths is not None:
            self.record(self._rescored(judgement, known, for_the_record=not self.is_provisional))
        elif self.is_provisional:
            self.record(
                ScoreWithdrawn(
                    studio_id=self.studio_id, stage=self.stage, is_second=self.rectify_until is not None,
                    closes_on=self.rectify_until or self.closes_on,
                )
            )  # fmt: skip

    def revise(self, reason: Text, rubric: Rubric, known: Impartiality, *, is_running: bool) -> None:
        """A new decision of the school on a result in effect, of its own date; what ended stays ended (A.9-1)."""
        if not self.is_effective or self.scored is None:
            raise Refused(
                "not-effective", rule="A.9-1", stage=self.stage,
                zh="{stage}没有已生效的评分结果", en="the {stage} has no scored result in effect",
            )  # fmt: skip
        judgement = self.rejudged(rubric, known)
        judgement.check_quorum(len(self.scored.experts), known.settings)
        assert judgement.hundredths is not None
        assert judgement.grade is not None
        if judgement.passed == self.passed:
            if self.is_revised:
                return
            raise Refused(
                "outcome-unchanged", rule="A.9-1", stage=self.stage, score_hundredths=judgement.hundredths,
                zh="重新计算后{stage}结论不变（{score_hundredths}，百分之一分），无需重新决定",
                en="the {stage} computed again ({score_hundredths} hundredths) comes out as before",
            )  # fmt: skip
        self.record(
            EvaluationRevised(
                studio_id=self.studio_id, stage=self.stage, passed=judgement.passed,
                score_hundredths=judgement.hundredths, grade=judgement.grade, reason=reason,
            )
        )  # fmt: skip
        if self.stage == "midterm" and not judgement.passed and is_running and not self.is_disqualified:
            self.record(StudioDisqualified(studio_id=self.studio_id, cause="midterm"))

    def rejudged(self, rubric: Rubric, known: Impartiality) -> Judgement:
        """The sheets behind the score that stands, by the rubric that it was made by."""
        assert self.scored is not None
        assert self.score is not None
        return judge(self.scored, self.score.rubric, rubric.versions[self.score.rubric - 1], known)

    def _rescored(
        self,
        judgement: Judgement,
        known: Impartiality,
        *,
        by_recheck: bool = False,
        for_the_record: bool = False,
        takes_effect_on: date | None = None,
    ) -> Rescored:
        assert self.score is not None
        assert judgement.hundredths is not None
        return Rescored(
            studio_id=self.studio_id, stage=self.stage, score_hundredths=judgement.hundredths,
            totals={expert: str(total) for expert, total in judgement.totals.items()}, rubric=judgement.rubric,
            supersedes=self.score.version, trimmed=judgement.trimmed, set_aside=judgement.set_aside,
            pass_points=known.settings.pass_score_points, vetoes=judgement.vetoes,
            is_vetoed=not judgement.veto.holds, by_recheck=by_recheck, for_the_record=for_the_record,
            takes_effect_on=takes_effect_on,
        )  # fmt: skip

    def _settled_on(self, day: date, calendar: WorkCalendar) -> date | None:
        """The day of the settlement when the notice is over by then; before, the notice's own end counts."""
        over = self.notice_over_on(calendar)
        return day if over is not None and over <= day else None

    def _check_recheck(self) -> None:
        self.check_provisional()
        if not self.is_recheck_open:
            self._refuse_recheck()

    def _refuse_recheck(self) -> None:
        raise Refused(
            "no-recheck", rule="SIL-03", stage=self.stage,
            zh="{stage}没有待办的复核", en="no re-check of the {stage} is under way",
        )  # fmt: skip
