"""One stage of one studio: planned, judged, posted, contested, in effect, revised."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self
from uuid import UUID

from services.assessment.aggregates import scoring
from services.assessment.aggregates.case import Case
from services.assessment.aggregates.contest import Notice, Objections, Recheck
from services.assessment.aggregates.impartiality import Impartiality
from services.assessment.aggregates.judging import Judgement, judge
from services.assessment.aggregates.rubric import Rubric
from services.assessment.aggregates.sitting import Sitting, check_odd
from services.assessment.aggregates.window import Window
from services.assessment.events import (
    EvaluationCancelled,
    EvaluationPlanned,
    EvaluationRevised,
    FinalExtended,
    MidtermOverdue,
    NoticeExtended,
    ObjectionAnswered,
    PanelSeated,
    RecheckPanelSeated,
    RecheckRequested,
    RectificationOrdered,
    Recused,
    Rescored,
    ResultObjected,
    Scored,
    ScoreWithdrawn,
    SelfReportIn,
    SheetSubmitted,
    SheetVoided,
)
from shared.kernel.calendar import WorkCalendar, add_months
from shared.kernel.model import Aggregate, Refused
from shared.kernel.personal import PersonalText
from shared.kernel.policy import PolicySettings
from shared.kernel.published import Evaluated, Outcome, Stage, StudioDisqualified
from shared.kernel.values import Whole, derived_id


@dataclass(frozen=True)
class Score:
    """The score that stands: `version` is its place in the stream, `rubric` the version it was made by."""

    hundredths: int
    is_vetoed: bool
    rubric: int
    version: int


class Evaluation(Aggregate):
    """The mid-term (中期考核) or the final (终期评估) of a studio; each takes effect once.

    `sittings` are its panels, the last scores; `scored` wrote the score that stands.
    """

    opens = EvaluationPlanned
    called = "考核"

    studio_id: UUID
    stage: Stage
    window: Window
    score: Score | None = None
    scored: Sitting | None = None
    notice: Notice | None = None
    reported: tuple[str, ...] | None = None
    is_overdue = False
    is_revised = False
    is_disqualified = False
    is_effective = False
    failed_first: int = 0
    passed: bool | None = None
    outcome: Outcome | None = None
    """How the studio ended while this stage was open."""

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.sittings = [Sitting()]
        self.objections = Objections()
        self.recheck = Recheck()

    @staticmethod
    def id_for(studio_id: UUID, stage: Stage) -> UUID:
        return derived_id("evaluation", studio_id, stage)

    @classmethod
    def plan(cls, studio_id: UUID, stage: Stage, opens_on: date, closes_on: date | None) -> Self:
        evaluation = cls(cls.id_for(studio_id, stage))
        evaluation.record(EvaluationPlanned(studio_id=studio_id, stage=stage, opens_on=opens_on, closes_on=closes_on))
        return evaluation

    def extend(self, until: date, reason: PersonalText, host_id: UUID | None, months: int) -> None:
        """More time for the final: before a score (SIL-11)."""
        self.check_unscored()
        if self.window.is_extended_by(until, months):
            self.record(FinalExtended(until=until, reason=reason, host_id=host_id))

    def note_report(self, leaves: tuple[str, ...]) -> None:
        self.check_unscored()
        if self.reported != leaves:
            self.record(SelfReportIn(leaves=leaves))

    def seat(self, experts: tuple[UUID, ...], known: Impartiality, settings: PolicySettings) -> None:
        self.check_unscored()
        check_odd(experts, settings.panel_min_experts)
        self.sitting.check_impartial(experts, known)
        if self.sitting.experts != experts:
            self.record(PanelSeated(experts=experts))

    def recuse(self, expert_id: UUID, reason: PersonalText) -> None:
        """A seated expert steps aside until the score is posted; the seat still counts for the quorum."""
        self._check_scoring()
        self.sitting.check_seated(expert_id)
        if expert_id not in self.sitting.recused:
            self.record(Recused(expert_id=expert_id, reason=reason))

    def submit(self, expert_id: UUID, entries: tuple[Whole, ...], rubric: Rubric, known: Impartiality) -> None:
        """An expert's sheet; a later one replaces it until the panel's score is posted."""
        self._check_scoring()
        self.check_open(known.day)
        self.sitting.check_seated(expert_id)
        self.sitting.check_impartial((expert_id,), known)
        rubric.check_entries(entries)
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
        if self.is_overdue or self.score is not None or self.outcome or self.window.closes_on is None:
            return
        self.record(MidtermOverdue(studio_id=self.studio_id, closes_on=self.window.closes_on))

    def take_effect(self, case: Case, day: date, settings: PolicySettings) -> None:
        """The notice is over: the result stands, unless it is contested or may be put right first (ASM-03, AMB-15)."""
        if self.score is None or not self.is_provisional or self.recheck.is_open:
            return
        if self.objections.are_open:
            assert self.notice is not None
            if settings.notice_extension_workdays and not self.notice.is_extended:
                self.record(NoticeExtended(workdays=self.notice.workdays + settings.notice_extension_workdays))
            return
        hundredths, is_vetoed = self.score.hundredths, self.score.is_vetoed
        failed = scoring.grade_of(hundredths, settings, is_vetoed=is_vetoed) == "failed"
        months = settings.midterm_rectification_months
        if failed and self.stage == "midterm" and months and self.window.rectify_until is None:
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
        is_over = self.score is not None or self.is_effective or self.outcome is not None
        if self.window.rectify_until is not None and not is_over:
            self._evaluate(self.failed_first, case, settings, is_vetoed=True)

    def cancel(self, outcome: Outcome, day: date, calendar: WorkCalendar) -> None:
        """The studio ended; a result stands whose notice was over by then, though time has not said so yet (A.9-1)."""
        is_contested = self.recheck.is_open or self.objections.are_open
        is_over = self.notice is not None and self.notice.settled_on(day, calendar) is not None
        if not (self.is_effective or (is_over and not is_contested)) and self.outcome is None:
            self.record(EvaluationCancelled(studio_id=self.studio_id, stage=self.stage, outcome=outcome))

    def request_recheck(
        self, reason: PersonalText, host_id: UUID | None, day: date, calendar: WorkCalendar, workdays: int
    ) -> None:
        """The host asks for other experts while the notice runs, within the working days of posting (SIL-03)."""
        notice = self._check_provisional()
        self.recheck.check_not_done(self.stage)
        notice.check_recheck(day, calendar, workdays)
        if not self.recheck.is_open:
            self.record(RecheckRequested(reason=reason, host_id=host_id))

    def object(self, objection: ResultObjected, day: date, calendar: WorkCalendar) -> None:
        if not self.objections.is_new(objection):
            return
        notice = self._check_provisional()
        self.recheck.check_not_done(self.stage)
        notice.check_objection(day, calendar)
        self.record(objection)

    def answer(
        self,
        objection_id: UUID,
        by: UUID,
        reason: PersonalText,
        day: date,
        calendar: WorkCalendar,
        *,
        host_id: UUID | None,
        upheld: bool,
    ) -> None:
        """Upheld, a re-check is ordered; dismissed, the result goes on."""
        if not self.objections.is_due(objection_id, by, upheld=upheld):
            return
        if upheld:
            self.recheck.check_not_done(self.stage)
        assert self.notice is not None
        waits = upheld or self.recheck.is_open or self.objections.wait_besides(objection_id)
        self.record(
            ObjectionAnswered(
                objection_id=objection_id, upheld=upheld, reason=reason, host_id=host_id,
                takes_effect_on=None if waits else self.notice.settled_on(day, calendar),
            )
        )  # fmt: skip

    def seat_recheck(self, experts: tuple[UUID, ...], known: Impartiality, settings: PolicySettings) -> None:
        """Other experts, as many and as impartial as the first (SIL-03)."""
        self._check_provisional()
        self.recheck.check_open(self.stage)
        check_odd(experts, settings.panel_min_experts)
        assert self.scored is not None
        self.scored.check_others(experts)
        self.sitting.check_impartial(experts, known)
        if not self.is_rechecking or self.sitting.experts != experts:
            self.record(RecheckPanelSeated(experts=experts))

    def post_recheck(self, rubric: Rubric, known: Impartiality, calendar: WorkCalendar) -> None:
        """The second panel's score takes the first's place; the notice goes on, or is over (SIL-03)."""
        notice = self._check_provisional()
        self.recheck.check_open(self.stage, under_way=self.is_rechecking)
        number = rubric.number
        judgement = judge(self.sitting, number, rubric.versions[number - 1], known)
        judgement.check_quorum(len(self.sitting.experts), known.settings)
        effect = None if self.objections.are_open else notice.settled_on(known.day, calendar)
        self.record(self._rescored(judgement, known, by_recheck=True, takes_effect_on=effect))

    def void(self, expert_id: UUID, reason: PersonalText, rubric: Rubric, known: Impartiality) -> None:
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
        judgement = self._rejudged(rubric, known)
        if judgement.hundredths is not None:
            self.record(self._rescored(judgement, known, for_the_record=not self.is_provisional))
        elif self.is_provisional:
            self.record(
                ScoreWithdrawn(
                    studio_id=self.studio_id, stage=self.stage, is_second=self.window.rectify_until is not None,
                    closes_on=self.window.rectify_until or self.window.closes_on,
                )
            )  # fmt: skip

    def revise(
        self, reason: PersonalText, host_id: UUID | None, rubric: Rubric, known: Impartiality, *, is_running: bool
    ) -> None:
        """A new decision of the school on a result in effect, of its own date; what ended stays ended (A.9-1)."""
        if not self.is_effective or self.scored is None:
            raise Refused(
                "not-effective", rule="A.9-1", stage=self.stage,
                zh="{stage}没有已生效的评分结果", en="the {stage} has no scored result in effect",
            )  # fmt: skip
        judgement = self._rejudged(rubric, known)
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
                score_hundredths=judgement.hundredths, grade=judgement.grade, reason=reason, host_id=host_id,
            )
        )  # fmt: skip
        if self.stage == "midterm" and not judgement.passed and is_running and not self.is_disqualified:
            self.record(StudioDisqualified(studio_id=self.studio_id, cause="midterm"))

    def _rejudged(self, rubric: Rubric, known: Impartiality) -> Judgement:
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

    @property
    def sitting(self) -> Sitting:
        return self.sittings[-1]

    @property
    def is_provisional(self) -> bool:
        return self.score is not None and not self.is_effective and self.outcome is None

    @property
    def is_rechecking(self) -> bool:
        """A re-check's panel sits and its score is not posted."""
        return self.recheck.is_open and self.sitting is not self.scored

    def check_running(self) -> None:
        if self.outcome:
            raise Refused(
                "studio-ended", rule="AMB-16", stage=self.stage, outcome=self.outcome,
                zh="工作室已终止（{outcome}），不再考核", en="the studio has ended ({outcome}) and is judged no more",
            )  # fmt: skip

    def check_open(self, day: date) -> None:
        self.window.check_open(day, is_scored=self.score is not None)

    def check_unscored(self) -> None:
        if self.score is not None:
            assert self.notice is not None
            raise Refused(
                "already-scored", rule="ASM-02", stage=self.stage, posted_on=self.notice.posted_on.isoformat(),
                score_hundredths=self.score.hundredths,
                zh="该阶段已于{posted_on}评分", en="this stage was scored on {posted_on}",
            )  # fmt: skip
        if self.is_effective:
            raise Refused(
                "already-effective", rule="ASM-02", stage=self.stage,
                zh="{stage}结果已生效", en="the result of the {stage} is in effect",
            )  # fmt: skip

    def _check_scoring(self) -> None:
        """Sheets and recusals: until the score is posted, and again while a re-check's panel sits."""
        if not self.is_rechecking:
            self.check_unscored()

    def _check_provisional(self) -> Notice:
        """The notice of the posted result."""
        if not self.is_provisional or self.notice is None:
            raise Refused(
                "not-provisional", rule="A.9-1", stage=self.stage,
                zh="{stage}没有正在公示的结果", en="the {stage} has no posted result that is still provisional",
            )  # fmt: skip
        return self.notice

    def apply(self, happened: Any) -> None:
        self.objections.apply(happened)
        self.recheck.apply(happened)
        match happened:
            case EvaluationPlanned():
                self.studio_id, self.stage = happened.studio_id, happened.stage
                self.window = Window(happened.stage, happened.opens_on, happened.closes_on)
            case FinalExtended(until=until):
                self.window = replace(self.window, closes_on=until)
            case SelfReportIn(leaves=leaves):
                self.reported = leaves
            case PanelSeated(experts=experts):
                self.sitting.experts = experts
            case Recused(expert_id=expert):
                self.sitting.recused.add(expert)
            case SheetSubmitted():
                self.sitting.sheets[happened.expert_id] = happened.rubric, happened.points
            case Scored():
                self.scored, self.score = self.sitting, self._score(happened)
                self.notice = Notice(happened.posted_on, happened.notice_workdays)
            case SheetVoided(expert_id=expert):
                next(one for one in reversed(self.sittings) if expert in one.sheets).voided.add(expert)
            case Rescored(for_the_record=False):
                self.score = self._score(happened)
                self.scored = self.sitting if happened.by_recheck else self.scored
            case ScoreWithdrawn():
                self.sittings = [self.scored or self.sitting]
                self._clear()
            case NoticeExtended(workdays=workdays):
                assert self.notice is not None
                self.notice = replace(self.notice, workdays=workdays, is_extended=True)
            case RecheckPanelSeated(experts=experts):
                if self.sitting is self.scored:
                    self.sittings.append(Sitting())
                self.sitting.experts = experts
            case RectificationOrdered():
                self._begin_again(happened)
            case MidtermOverdue():
                self.is_overdue = True
            case Evaluated(passed=passed):
                self.is_effective, self.passed = True, passed
            case EvaluationRevised(passed=passed):
                self.is_revised, self.passed = True, passed
            case StudioDisqualified():
                self.is_disqualified = True
            case EvaluationCancelled(outcome=outcome):
                self.outcome = outcome

    def _score(self, happened: Scored | Rescored) -> Score:
        return Score(happened.score_hundredths, happened.is_vetoed, happened.rubric, self.version + 1)

    def _begin_again(self, ordered: RectificationOrdered) -> None:
        former = self.scored or self.sitting
        self.window, self.failed_first = replace(self.window, rectify_until=ordered.until), ordered.score_hundredths
        self.sittings = [Sitting(experts=former.experts, recused=set(former.recused))]
        self._clear()

    def _clear(self) -> None:
        """No score stands: what was said against one is settled with it."""
        self.score, self.scored, self.notice, self.objections = None, None, None, Objections()
