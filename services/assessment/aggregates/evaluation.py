"""One stage of one studio: planned, judged, posted, in effect."""

from datetime import date
from fractions import Fraction
from typing import Any, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.assessment.aggregates.case import Case
from services.assessment.aggregates.rubric import Rubric
from services.assessment.events import EvaluationPlanned, PanelSeated, Scored, SheetSubmitted
from shared.kernel.model import Aggregate, Refused
from shared.kernel.published import Evaluated, Stage, StudioDisqualified
from shared.kernel.scoring import to_hundredths, trimmed_mean
from shared.kernel.settings import PolicySettings
from shared.kernel.values import Points

QUORUM = Fraction(2, 3)


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
    is_effective = False
    passed: bool | None = None

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.sheets: dict[UUID, tuple[int, tuple[int, ...]]] = {}

    @staticmethod
    def id_for(studio_id: UUID, stage: Stage) -> UUID:
        return uuid5(NAMESPACE_URL, f"mingban/evaluation/{studio_id}/{stage}")

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
        parties = sorted(str(expert) for expert in experts if case.is_party(expert))
        if parties:
            raise Refused(
                "recusal", rule="SIL-02", persons=parties,
                zh="工作室的主持人或成员须回避：{persons}",
                en="hosts and members of the studio do not judge it: {persons}",
            )  # fmt: skip
        if self.experts != experts:
            self.record(PanelSeated(experts=experts))

    def submit(self, expert_id: UUID, points: tuple[Points, ...], rubric: Rubric, case: Case, day: date) -> None:
        """An expert's sheet; a later one replaces it until the panel's score is posted."""
        self._check_unscored()
        self.check_open(day)
        if expert_id not in self.experts:
            raise Refused("not-on-panel", rule="ASM-02", zh="您不在本次专家组中", en="you are not on this panel")
        if case.is_party(expert_id):
            raise Refused(
                "recusal", rule="SIL-02", persons=[str(expert_id)],
                zh="工作室的主持人或成员须回避：{persons}",
                en="hosts and members of the studio do not judge it: {persons}",
            )  # fmt: skip
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

        Only sheets count that a seated expert made by this rubric, and no party of the studio (SIL-02).
        """
        self._check_unscored()
        self.check_open(day)
        number = len(rubric.versions)
        valid = {
            expert: points
            for expert, (used, points) in self.sheets.items()
            if expert in self.experts and used == number and not case.is_party(expert)
        }
        if not self.experts or len(valid) < QUORUM * len(self.experts):
            raise Refused(
                "no-quorum", rule="A.9-25", sheets=len(valid), experts=len(self.experts),
                zh="有效评分{sheets}份，专家组{experts}人，未达三分之二",
                en="{sheets} valid sheets of a panel of {experts} are less than two thirds",
            )  # fmt: skip
        totals = {expert: rubric.total(number, points) for expert, points in valid.items()}
        self.record(
            Scored(
                studio_id=self.studio_id, stage=self.stage,
                score_hundredths=to_hundredths(trimmed_mean(list(totals.values()))),
                totals={expert: str(total) for expert, total in totals.items()},
                rubric=number, posted_on=day, notice_workdays=settings.result_notice_workdays,
            )
        )  # fmt: skip

    def take_effect(self, settings: PolicySettings) -> None:
        """The notice is over: the result stands, with both effects of a failed mid-term (ASM-03)."""
        if self.is_effective or self.score_hundredths is None:
            return
        passed = self.score_hundredths >= settings.pass_score_points * 100
        self.record(
            Evaluated(studio_id=self.studio_id, stage=self.stage, passed=passed, score_hundredths=self.score_hundredths)
        )
        if self.stage == "midterm" and not passed:
            self.record(StudioDisqualified(studio_id=self.studio_id, cause="midterm"))

    def check_open(self, day: date) -> None:
        rule = "ASM-04" if self.stage == "final" else "A.9-13"
        if day < self.opens_on:
            raise Refused(
                "stage-not-open", rule=rule, stage=self.stage, on=day.isoformat(), opens_on=self.opens_on.isoformat(),
                zh="{opens_on}之前不能进行此项考核（{on}）", en="{on} is before {opens_on}, when this stage opens",
            )  # fmt: skip

    def _check_unscored(self) -> None:
        if self.score_hundredths is not None:
            raise Refused(
                "already-scored", rule="ASM-02", stage=self.stage,
                zh="周期内该阶段只考核一次，结果已公示", en="a stage is scored once a cycle, and it was: {stage}",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case EvaluationPlanned():
                self.studio_id, self.stage = happened.studio_id, happened.stage
                self.opens_on, self.closes_on = happened.opens_on, happened.closes_on
            case PanelSeated(experts=experts):
                self.experts = experts
            case SheetSubmitted():
                self.sheets[happened.expert_id] = happened.rubric, happened.points
            case Scored(score_hundredths=score):
                self.score_hundredths = score
            case Evaluated(passed=passed):
                self.is_effective, self.passed = True, passed
