"""One stage of one studio: planned, judged, posted, in effect."""

from datetime import date, timedelta
from typing import Self
from uuid import UUID

from services.assessment.aggregates import scoring
from services.assessment.aggregates.case import Case
from services.assessment.aggregates.impartiality import Impartiality
from services.assessment.aggregates.judging import judge
from services.assessment.aggregates.objecting import Contested
from services.assessment.aggregates.rubric import Rubric
from services.assessment.events import (
    EvaluationCancelled,
    EvaluationPlanned,
    FinalExtended,
    MidtermOverdue,
    NoticeExtended,
    PanelSeated,
    RectificationOrdered,
    Recused,
    Scored,
    SelfReportIn,
    SheetSubmitted,
)
from shared.kernel.calendar import WorkCalendar, add_months
from shared.kernel.model import Refused
from shared.kernel.policy import PolicySettings
from shared.kernel.published import Evaluated, Outcome, Stage, StudioDisqualified
from shared.kernel.values import Text, Whole, derived_id


class Evaluation(Contested):
    """The mid-term (中期考核) or the final (终期评估) of a studio; each takes effect once."""

    @staticmethod
    def id_for(studio_id: UUID, stage: Stage) -> UUID:
        return derived_id("evaluation", studio_id, stage)

    @classmethod
    def plan(cls, studio_id: UUID, stage: Stage, opens_on: date, closes_on: date | None) -> Self:
        evaluation = cls(cls.id_for(studio_id, stage))
        evaluation.record(EvaluationPlanned(studio_id=studio_id, stage=stage, opens_on=opens_on, closes_on=closes_on))
        return evaluation

    def extend(self, until: date, reason: Text, months: int) -> None:
        """More time for the final after the cycle's end: once, before a score, by so many months at most (SIL-11)."""
        self.check_unscored()
        ends_on = self.opens_on - timedelta(days=1)
        latest = add_months(ends_on, months)
        if not ends_on < until <= latest:
            raise Refused(
                "extension-too-long", rule="SIL-11", until=until.isoformat(), ends_on=ends_on.isoformat(),
                latest=latest.isoformat(), months=months,
                zh="终期评估最多可延期{months}个月，应在{ends_on}之后、不晚于{latest}，现为{until}",
                en="the final is extended by {months} months at most, after {ends_on} and up to {latest}, not {until}",
            )  # fmt: skip
        if self.closes_on == until:
            return
        if self.closes_on is not None:
            raise Refused(
                "already-extended", rule="SIL-11", until=self.closes_on.isoformat(),
                zh="终期评估已延期至{until}，只能延期一次",
                en="the final was extended to {until}, which happens once",
            )  # fmt: skip
        self.record(FinalExtended(until=until, reason=reason))

    def note_report(self, leaves: tuple[str, ...]) -> None:
        self.check_unscored()
        if self.reported != leaves:
            self.record(SelfReportIn(leaves=leaves))

    def seat(self, experts: tuple[UUID, ...], known: Impartiality, settings: PolicySettings) -> None:
        self.check_unscored()
        self.check_odd(experts, settings)
        self.check_impartial(experts, known)
        if self.sitting.experts != experts:
            self.record(PanelSeated(experts=experts))

    def recuse(self, expert_id: UUID, reason: Text) -> None:
        """A seated expert steps aside until the score is posted; the seat still counts for the quorum."""
        self.check_scoring()
        self.check_seated(expert_id)
        if expert_id not in self.sitting.recused:
            self.record(Recused(expert_id=expert_id, reason=reason))

    def submit(self, expert_id: UUID, entries: tuple[Whole, ...], rubric: Rubric, known: Impartiality) -> None:
        """An expert's sheet; a later one replaces it until the panel's score is posted."""
        self.check_scoring()
        self.check_open(known.day)
        self.check_seated(expert_id)
        self.check_impartial((expert_id,), known)
        items = rubric.items
        if len(entries) != len(items):
            raise Refused(
                "items-differ", rule="A.9-16", given=len(entries), items=len(items),
                zh="细则有{items}个评分项，给出了{given}个", en="the rubric has {items} items, {given} were scored",
            )  # fmt: skip
        for place, (item, entry) in enumerate(zip(items, entries, strict=True), start=1):
            if not scoring.takes(item, entry):
                raise Refused(
                    "entry-invalid", rule="A.9-16", item=place, given=entry,
                    zh="第{item}个评分项不能为{given}", en="item {item} of the sheet cannot be {given}",
                )  # fmt: skip
        if self.sitting.sheets.get(expert_id) != (rubric.number, entries):
            self.record(SheetSubmitted(expert_id=expert_id, rubric=rubric.number, points=entries))

    def post_score(self, rubric: Rubric, known: Impartiality) -> None:
        """Compute and post, on the day of `known`: provisional, without consequence (A.9-1)."""
        self.check_unscored()
        self.check_open(known.day)
        number, settings = rubric.number, known.settings
        judgement = judge(self.sitting, number, rubric.versions[number - 1], known)
        judgement.check_quorum(len(self.sitting.experts), settings)
        assert judgement.hundredths is not None
        self.record(
            Scored(
                studio_id=self.studio_id, stage=self.stage, score_hundredths=judgement.hundredths,
                totals={expert: str(total) for expert, total in judgement.totals.items()},
                rubric=number, posted_on=known.day, notice_workdays=settings.result_notice_workdays,
                trimmed=judgement.trimmed, set_aside=judgement.set_aside, pass_points=settings.pass_score_points,
                vetoes=judgement.vetoes, is_vetoed=not judgement.veto.holds,
            )
        )  # fmt: skip

    def alarm(self) -> None:
        """The mid-term's window is over: say so once, unless it was scored (A.9-13)."""
        if self.is_overdue or self.score is not None or self.outcome or self.closes_on is None:
            return
        self.record(MidtermOverdue(studio_id=self.studio_id, closes_on=self.closes_on))

    def take_effect(self, case: Case, day: date, settings: PolicySettings) -> None:
        """The notice is over: the result stands, unless it is contested or may be put right first (ASM-03, AMB-15)."""
        if self.score is None or not self.is_provisional or self.is_recheck_open:
            return
        if self.is_open:
            if settings.notice_extension_workdays and not self.is_extended:
                self.record(NoticeExtended(workdays=self.notice_workdays + settings.notice_extension_workdays))
            return
        hundredths, is_vetoed = self.score.hundredths, self.score.is_vetoed
        failed = scoring.grade_of(hundredths, settings, is_vetoed=is_vetoed) == "failed"
        months = settings.midterm_rectification_months
        if failed and self.stage == "midterm" and months and self.rectify_until is None:
            self.record(
                RectificationOrdered(
                    studio_id=self.studio_id, stage=self.stage, score_hundredths=hundredths,
                    until=add_months(day, months),
                )
            )  # fmt: skip
            return
        self._evaluate(hundredths, case, settings, is_vetoed=is_vetoed)

    def close_rectification(self, case: Case, settings: PolicySettings) -> None:
        """Nothing was scored in the time for rectification: the first failure stands (AMB-15)."""
        if self.rectify_until is not None and self.score is None and not self.is_effective and self.outcome is None:
            self._evaluate(self.failed_first, case, settings, is_vetoed=True)

    def cancel(self, outcome: Outcome, day: date, calendar: WorkCalendar) -> None:
        """The studio ended; a result stands whose notice was over by then, though time has not said so yet (A.9-1)."""
        over = self.notice_over_on(calendar)
        is_settled = self.is_effective or (over is not None and over <= day and not self.is_open)
        if not is_settled and self.outcome is None:
            self.record(EvaluationCancelled(studio_id=self.studio_id, stage=self.stage, outcome=outcome))

    def _evaluate(self, hundredths: int, case: Case, settings: PolicySettings, *, is_vetoed: bool) -> None:
        grade = scoring.grade_of(hundredths, settings, is_vetoed=is_vetoed)
        passed = grade != "failed"
        self.record(
            Evaluated(
                studio_id=self.studio_id, stage=self.stage, passed=passed, score_hundredths=hundredths, grade=grade
            )
        )
        if self.stage == "midterm" and not passed and not case.is_disqualified:
            self.record(StudioDisqualified(studio_id=self.studio_id, cause="midterm"))
