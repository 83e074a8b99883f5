"""How a stage of a studio stands: what happened to it, and the checks that its decisions share."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.assessment.aggregates.impartiality import Impartiality
from services.assessment.aggregates.judging import Sitting
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
from shared.kernel.calendar import WorkCalendar
from shared.kernel.model import Aggregate, Refused
from shared.kernel.policy import PolicySettings
from shared.kernel.published import Evaluated, Outcome, Stage, StudioDisqualified


@dataclass(frozen=True)
class Score:
    """The score that stands: `version` is its place in the stream, `rubric` the version it was made by."""

    hundredths: int
    is_vetoed: bool
    rubric: int
    version: int


class Standing(Aggregate):
    """What is known of a stage. `sittings` are its panels, the last scores; `scored` wrote the score that stands."""

    opens = EvaluationPlanned
    called = "考核"

    studio_id: UUID
    stage: Stage
    opens_on: date
    closes_on: date | None
    score: Score | None = None
    scored: Sitting | None = None
    posted_on: date | None = None
    notice_workdays = 0
    reported: tuple[str, ...] | None = None
    is_overdue = False
    is_extended = False
    is_recheck_open = False
    is_rechecked = False
    is_revised = False
    is_disqualified = False
    is_effective = False
    rectify_until: date | None = None
    failed_first: int = 0
    passed: bool | None = None
    outcome: Outcome | None = None
    """How the studio ended while this stage was open."""

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.sittings = [Sitting()]
        self.objections: dict[UUID, bool] = {}
        """Objections to the posted result, and whether they are open."""

    @property
    def sitting(self) -> Sitting:
        return self.sittings[-1]

    @property
    def is_open(self) -> bool:
        """Whether a re-check or an objection holds the result back."""
        return self.is_recheck_open or any(self.objections.values())

    @property
    def is_provisional(self) -> bool:
        return self.score is not None and not self.is_effective and self.outcome is None

    @property
    def is_rechecking(self) -> bool:
        """A re-check's panel sits and its score is not posted."""
        return self.is_recheck_open and self.sitting is not self.scored

    def check_running(self) -> None:
        if self.outcome:
            raise Refused(
                "studio-ended", rule="AMB-16", stage=self.stage, outcome=self.outcome,
                zh="工作室已终止（{outcome}），不再考核", en="the studio has ended ({outcome}) and is judged no more",
            )  # fmt: skip

    def check_open(self, day: date) -> None:
        rule = "ASM-04" if self.stage == "final" else "A.9-13"
        if day < self.opens_on:
            raise Refused(
                "stage-not-open", rule=rule, stage=self.stage, on=day.isoformat(), opens_on=self.opens_on.isoformat(),
                zh="{opens_on}之前不能进行此项考核（{on}）", en="{on} is before {opens_on}, when this stage opens",
            )  # fmt: skip
        if self.rectify_until and self.score is None and day > self.rectify_until:
            raise Refused(
                "rectification-over", rule="AMB-15", on=day.isoformat(), until=self.rectify_until.isoformat(),
                zh="整改期已于{until}届满（{on}）", en="the time for rectification ended on {until}, before {on}",
            )  # fmt: skip

    def check_unscored(self) -> None:
        if self.score is not None:
            assert self.posted_on is not None
            raise Refused(
                "already-scored", rule="ASM-02", stage=self.stage, posted_on=self.posted_on.isoformat(),
                score_hundredths=self.score.hundredths,
                zh="该阶段已于{posted_on}评分", en="this stage was scored on {posted_on}",
            )  # fmt: skip
        if self.is_effective:
            raise Refused(
                "already-effective", rule="ASM-02", stage=self.stage,
                zh="{stage}结果已生效", en="the result of the {stage} is in effect",
            )  # fmt: skip

    def check_scoring(self) -> None:
        """Sheets and recusals: until the score is posted, and again while a re-check's panel sits."""
        if not self.is_rechecking:
            self.check_unscored()

    def check_provisional(self) -> None:
        if not self.is_provisional:
            raise Refused(
                "not-provisional", rule="A.9-1", stage=self.stage,
                zh="{stage}没有正在公示的结果", en="the {stage} has no posted result that is still provisional",
            )  # fmt: skip

    def check_not_rechecked(self) -> None:
        if self.is_rechecked:
            raise Refused(
                "recheck-once", rule="SIL-03", stage=self.stage,
                zh="{stage}结果已经复核，只复核一次", en="the result of the {stage} was re-checked, which happens once",
            )  # fmt: skip

    def check_seated(self, expert_id: UUID) -> None:
        if expert_id not in self.sitting.experts:
            raise Refused(
                "not-on-panel", rule="ASM-02", person_id=str(expert_id),
                zh="{person_id}不在本次专家组中", en="{person_id} is not on this panel",
            )  # fmt: skip

    def check_impartial(self, experts: tuple[UUID, ...], known: Impartiality) -> None:
        aside = sorted(str(one) for one in experts if one in self.sitting.recused or known.against(one))
        if aside:
            raise Refused(
                "recusal", rule="SIL-02", persons=aside,
                zh="工作室的主持人、成员、同系部或有回避关系者以及已回避者不参与考核：{persons}",
                en="hosts, members, their colleagues and kin, and who stepped aside, do not judge it: {persons}",
            )  # fmt: skip

    @staticmethod
    def check_odd(experts: tuple[UUID, ...], settings: PolicySettings) -> None:
        least = settings.panel_min_experts
        if len(set(experts)) != len(experts) or len(experts) % 2 == 0 or len(experts) < least:
            raise Refused(
                "panel-not-odd", rule="A.9-25", experts=len(experts), least=least,
                zh="专家组应为不少于{least}人的单数且不重复，现为{experts}人",
                en="a panel is an odd number of at least {least} different experts, {experts} were named",
            )  # fmt: skip

    def notice_over_on(self, calendar: WorkCalendar) -> date | None:
        """When the notice is over; None without a posted score, or while the calendar does not reach that far."""
        return self.posted_on and calendar.takes_effect_on(self.posted_on, self.notice_workdays)

    def apply(self, happened: Any) -> None:
        match happened:
            case EvaluationPlanned():
                self.studio_id, self.stage = happened.studio_id, happened.stage
                self.opens_on, self.closes_on = happened.opens_on, happened.closes_on
            case FinalExtended(until=until):
                self.closes_on = until
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
                self.posted_on, self.notice_workdays = happened.posted_on, happened.notice_workdays
            case SheetVoided(expert_id=expert):
                next(one for one in reversed(self.sittings) if expert in one.sheets).voided.add(expert)
            case Rescored():
                self._apply_rescored(happened)
            case ScoreWithdrawn():
                self.sittings = [self.scored or self.sitting]
                self._clear()
            case RecheckRequested():
                self.is_recheck_open = True
            case ResultObjected(objection_id=objection):
                self.objections[objection] = True
            case ObjectionAnswered(objection_id=objection, upheld=upheld):
                self.objections[objection] = False
                self.is_recheck_open = self.is_recheck_open or upheld
            case NoticeExtended(workdays=workdays):
                self.is_extended, self.notice_workdays = True, workdays
            case RecheckPanelSeated(experts=experts):
                self._seat_others(experts)
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

    def _apply_rescored(self, happened: Rescored) -> None:
        if happened.for_the_record:
            return
        self.score = self._score(happened)
        if happened.by_recheck:
            self.scored, self.is_recheck_open, self.is_rechecked = self.sitting, False, True

    def _seat_others(self, experts: tuple[UUID, ...]) -> None:
        if self.sitting is self.scored:
            self.sittings.append(Sitting())
        self.sitting.experts = experts

    def _begin_again(self, ordered: RectificationOrdered) -> None:
        former = self.scored or self.sitting
        self.rectify_until, self.failed_first, self.is_rechecked = ordered.until, ordered.score_hundredths, False
        self.sittings = [Sitting(experts=former.experts, recused=set(former.recused))]
        self._clear()

    def _clear(self) -> None:
        """No score stands: what was said against one is settled with it."""
        self.score, self.scored, self.posted_on = None, None, None
        self.objections, self.is_recheck_open, self.is_extended = {}, False, False
