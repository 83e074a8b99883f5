"""One stage of one studio: planned, judged, posted, in effect."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Self
from uuid import UUID

from services.assessment.aggregates.case import Case
from services.assessment.aggregates.rubric import Rubric
from services.assessment.events import (
    EvaluationCancelled,
    EvaluationPlanned,
    MidtermOverdue,
    PanelSeated,
    Recused,
    Scored,
    SetAside,
    SheetSubmitted,
    WhyNot,
)
from shared.kernel.calendar import WorkCalendar
from shared.kernel.model import Aggregate, Refused
from shared.kernel.policy import PolicySettings
from shared.kernel.published import Evaluated, Outcome, Stage, StudioDisqualified
from shared.kernel.scoring import TRIM_FROM, to_hundredths, trimmed_mean
from shared.kernel.values import Points, Text, derived_id


class Evaluation(Aggregate):
    """The mid-term (中期考核) or the final (终期评估) of a studio; each takes effect once."""

    opens = EvaluationPlanned
    called = "考核"

    studio_id: UUID
    stage: Stage
    opens_on: date
    closes_on: date | None
    experts: tuple[UUID, ...] = ()
    score_hundredths: int | None = None
    posted_on: date | None = None
    notice_workdays = 0
    is_overdue = False
    is_effective = False
    passed: bool | None = None
    outcome: Outcome | None = None
    """How the studio ended while this stage was open."""

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.sheets: dict[UUID, tuple[int, tuple[int, ...]]] = {}
        self.recused: set[UUID] = set()

    @staticmethod
    def id_for(studio_id: UUID, stage: Stage) -> UUID:
        return derived_id("evaluation", studio_id, stage)

    @classmethod
    def plan(cls, studio_id: UUID, stage: Stage, opens_on: date, closes_on: date | None) -> Self:
        evaluation = cls(cls.id_for(studio_id, stage))
        evaluation.record(EvaluationPlanned(studio_id=studio_id, stage=stage, opens_on=opens_on, closes_on=closes_on))
        return evaluation

    def seat(self, experts: tuple[UUID, ...], case: Case, settings: PolicySettings) -> None:
        self._check_unscored()
        least = settings.panel_min_experts
        if len(set(experts)) != len(experts) or len(experts) % 2 == 0 or len(experts) < least:
            raise Refused(
                "panel-not-odd", rule="A.9-25", experts=len(experts), least=least,
                zh="专家组应为不少于{least}人的单数且不重复，现为{experts}人",
                en="a panel is an odd number of at least {least} different experts, {experts} were named",
            )  # fmt: skip
        self._check_impartial(experts, case)
        if self.experts != experts:
            self.record(PanelSeated(experts=experts))

    def recuse(self, expert_id: UUID, reason: Text) -> None:
        """A seated expert steps aside until the score is posted; the seat still counts for the quorum."""
        self._check_unscored()
        self._check_seated(expert_id)
        if expert_id not in self.recused:
            self.record(Recused(expert_id=expert_id, reason=reason))

    def submit(self, expert_id: UUID, points: tuple[Points, ...], rubric: Rubric, case: Case, day: date) -> None:
        """An expert's sheet; a later one replaces it until the panel's score is posted."""
        self._check_unscored()
        self.check_open(day)
        self._check_seated(expert_id)
        self._check_impartial((expert_id,), case)
        if len(points) != rubric.item_count:
            raise Refused(
                "items-differ", rule="A.9-16", given=len(points), items=rubric.item_count,
                zh="细则有{items}个评分项，给出了{given}个", en="the rubric has {items} items, {given} were scored",
            )  # fmt: skip
        number = len(rubric.versions)
        if self.sheets.get(expert_id) != (number, points):
            self.record(SheetSubmitted(expert_id=expert_id, rubric=number, points=points))

    def post_score(self, rubric: Rubric, case: Case, day: date, settings: PolicySettings) -> None:
        """Compute and post: exact fractions, trimmed from five, rounded once (A.9-16).

        Only sheets count that a seated expert made by this rubric, and nobody who steps aside (SIL-02).
        """
        self._check_unscored()
        self.check_open(day)
        number = len(rubric.versions)
        aside = tuple(
            SetAside(expert_id=expert, reason=reason)
            for expert in self.sheets
            if (reason := self._why_not(expert, number, case))
        )
        valid = self.sheets.keys() - {sheet.expert_id for sheet in aside}
        part, whole = settings.panel_quorum
        if not self.experts or len(valid) * whole < part * len(self.experts):
            raise Refused(
                "no-quorum", rule="A.9-25", sheets=len(valid), experts=len(self.experts), part=part, whole=whole,
                zh="有效评分{sheets}份，专家组{experts}人，未达{part}/{whole}",
                en="{sheets} valid sheets of a panel of {experts} are less than {part}/{whole}",
            )  # fmt: skip
        totals = {
            expert: rubric.total(number, points) for expert, (_, points) in self.sheets.items() if expert in valid
        }
        self.record(
            Scored(
                studio_id=self.studio_id, stage=self.stage,
                score_hundredths=to_hundredths(trimmed_mean(list(totals.values()))),
                totals={expert: str(total) for expert, total in totals.items()},
                rubric=number, posted_on=day, notice_workdays=settings.result_notice_workdays,
                trimmed=_trimmed(totals), set_aside=aside, pass_points=settings.pass_score_points,
            )
        )  # fmt: skip

    def alarm(self) -> None:
        """The mid-term's window is over: say so once, unless it was scored (A.9-13)."""
        if self.is_overdue or self.score_hundredths is not None or self.outcome or self.closes_on is None:
            return
        self.record(MidtermOverdue(studio_id=self.studio_id, closes_on=self.closes_on))

    def take_effect(self, settings: PolicySettings) -> None:
        """The notice is over: the result stands, with both effects of a failed mid-term (ASM-03)."""
        if self.is_effective or self.score_hundredths is None or self.outcome:
            return
        passed = self.score_hundredths >= settings.pass_score_points * 100
        self.record(
            Evaluated(studio_id=self.studio_id, stage=self.stage, passed=passed, score_hundredths=self.score_hundredths)
        )
        if self.stage == "midterm" and not passed:
            self.record(StudioDisqualified(studio_id=self.studio_id, cause="midterm"))

    def cancel(self, outcome: Outcome, day: date, calendar: WorkCalendar) -> None:
        """The studio ended; a result stands whose notice was over by then, though time has not said so yet (A.9-1)."""
        over = self.posted_on and calendar.takes_effect_on(self.posted_on, self.notice_workdays)
        is_settled = self.is_effective or (over is not None and over <= day)
        if not is_settled and self.outcome is None:
            self.record(EvaluationCancelled(studio_id=self.studio_id, stage=self.stage, outcome=outcome))

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

    def _check_unscored(self) -> None:
        if self.score_hundredths is not None and self.posted_on is not None:
            raise Refused(
                "already-scored", rule="ASM-02", stage=self.stage, posted_on=self.posted_on.isoformat(),
                score_hundredths=self.score_hundredths,
                zh="周期内该阶段只考核一次，结果已于{posted_on}公示",
                en="a stage is scored once a cycle, and it was posted on {posted_on}: {stage}",
            )  # fmt: skip

    def _check_seated(self, expert_id: UUID) -> None:
        if expert_id not in self.experts:
            raise Refused(
                "not-on-panel", rule="ASM-02", person_id=str(expert_id),
                zh="{person_id}不在本次专家组中", en="{person_id} is not on this panel",
            )  # fmt: skip

    def _check_impartial(self, experts: tuple[UUID, ...], case: Case) -> None:
        aside = sorted(str(expert) for expert in experts if expert in self.recused or case.is_party(expert))
        if aside:
            raise Refused(
                "recusal", rule="SIL-02", persons=aside,
                zh="工作室的主持人、成员或已回避者不参与考核：{persons}",
                en="hosts and members of the studio, and who stepped aside, do not judge it: {persons}",
            )  # fmt: skip

    def _why_not(self, expert: UUID, number: int, case: Case) -> WhyNot | None:
        if expert in self.recused:
            return "recused"
        if case.is_party(expert):
            return "party"
        if expert not in self.experts:
            return "not_seated"
        return None if self.sheets[expert][0] == number else "other_rubric"

    def apply(self, happened: Any) -> None:
        match happened:
            case EvaluationPlanned():
                self.studio_id, self.stage = happened.studio_id, happened.stage
                self.opens_on, self.closes_on = happened.opens_on, happened.closes_on
            case PanelSeated(experts=experts):
                self.experts = experts
            case Recused(expert_id=expert):
                self.recused.add(expert)
            case SheetSubmitted():
                self.sheets[happened.expert_id] = happened.rubric, happened.points
            case Scored(score_hundredths=score, posted_on=day, notice_workdays=workdays):
                self.score_hundredths, self.posted_on, self.notice_workdays = score, day, workdays
            case MidtermOverdue():
                self.is_overdue = True
            case Evaluated(passed=passed):
                self.is_effective, self.passed = True, passed
            case EvaluationCancelled(outcome=outcome):
                self.outcome = outcome


def _trimmed(totals: Mapping[UUID, Fraction]) -> tuple[UUID, ...]:
    """Whose totals the trimmed mean leaves out: of equal ones it does not matter whose, the id decides."""
    if len(totals) < TRIM_FROM:
        return ()
    ranked = sorted(totals, key=lambda expert: (totals[expert], str(expert)))
    return ranked[0], ranked[-1]
