"""A panel's sheets judged: which count, what their mean is, how it is held against the marks (A.9-16, A.9-25)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from services.assessment.aggregates import scoring
from services.assessment.aggregates.impartiality import Impartiality
from services.assessment.aggregates.sitting import Sitting
from services.assessment.events import RubricSection, SetAside, WhyNot
from shared.kernel.explaining import Step, step
from shared.kernel.model import Refused
from shared.kernel.panels import quorum
from shared.kernel.policy import PolicySettings
from shared.kernel.published import Grade
from shared.kernel.scoring import to_hundredths, trimmed_mean

SETTINGS = (
    "panel_quorum", "panel_trim_from", "score_rounding", "pass_score_points", "excellent_score_points",
    "recusal_same_department", "recusal_years",
)  # fmt: skip
"""What a judgement consults."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """`totals` are the experts' that count; without a quorum there is no score, and no grade."""

    rubric: int
    totals: Mapping[UUID, Fraction]
    trimmed: tuple[UUID, ...]
    set_aside: tuple[SetAside, ...]
    vetoes: tuple[UUID, ...]
    quorum: Step
    veto: Step
    passing: Step | None
    hundredths: int | None
    grade: Grade | None

    @property
    def passed(self) -> bool:
        return self.grade in ("excellent", "passed")

    def check_quorum(self, experts: int, settings: PolicySettings) -> None:
        if self.hundredths is None:
            part, whole = settings.panel_quorum
            raise Refused(
                "no-quorum", rule="A.9-25", sheets=len(self.totals), experts=experts, part=part, whole=whole,
                zh="有效评分{sheets}份，专家组{experts}人，未达{part}/{whole}",
                en="{sheets} valid sheets of a panel of {experts} are less than {part}/{whole}",
            )  # fmt: skip


def judge(sitting: Sitting, number: int, sections: Sequence[RubricSection], known: Impartiality) -> Judgement:
    """By one version of the rubric: only sheets of seated, impartial experts count (SIL-02)."""
    settings = known.settings
    reasons = {expert: _why_not(expert, sitting, number, known) for expert in sitting.sheets}
    counting = {expert: entries for expert, (_, entries) in sitting.sheets.items() if reasons[expert] is None}
    totals = {expert: scoring.total(sections, entries) for expert, entries in counting.items()}
    vetoes = tuple(expert for expert, entries in counting.items() if scoring.is_vetoing(sections, entries))
    trimmed = scoring.left_out(totals, settings.panel_trim_from)
    least = quorum(len(sitting.experts), settings.panel_quorum)
    enough = step("A.9-25", "sheets ≥ panel_quorum × experts", len(totals), "≥", least)
    veto = step("AMB-14", "vetoes × 2 ≤ sheets", len(vetoes) * 2, "≤", len(totals))
    hundredths, grade, passing = None, None, None
    if enough.holds and totals:
        mean = trimmed_mean(list(totals.values()), settings.panel_trim_from)
        hundredths = to_hundredths(mean, settings.score_rounding)
        grade = scoring.grade_of(hundredths, settings, is_vetoed=not veto.holds)
        passing = step(
            "AMB-14", "score_hundredths ≥ pass_score_points × 100", hundredths, "≥", settings.pass_score_points * 100
        )
    return Judgement(
        rubric=number, totals=totals, trimmed=trimmed, quorum=enough, veto=veto, passing=passing, vetoes=vetoes,
        set_aside=tuple(SetAside(expert_id=expert, reason=why) for expert, why in reasons.items() if why),
        hundredths=hundredths, grade=grade,
    )  # fmt: skip


def _why_not(expert: UUID, sitting: Sitting, number: int, known: Impartiality) -> WhyNot | None:
    if expert in sitting.voided:
        return "voided"
    if expert in sitting.recused:
        return "recused"
    if against := known.against(expert):
        return against
    if expert not in sitting.experts:
        return "not_seated"
    return None if sitting.sheets[expert][0] == number else "other_rubric"
