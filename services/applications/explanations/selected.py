"""Why somebody is on the list or not, in words, facts and arithmetic."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from services.applications.aggregates.application import Application
from services.applications.aggregates.candidate import Recommendation
from services.applications.aggregates.panel import SelectionPanel
from services.applications.aggregates.round import Round
from services.applications.aggregates.selection import Order
from services.applications.aggregates.standing import Conduct
from services.applications.events import (
    Applied,
    CandidateStruck,
    ConductNoted,
    PanelScored,
    PanelSeated,
    PreferenceFlag,
    RecommendationNoted,
    Resubmitted,
    Reviewed,
    RoundOpened,
    TieDecided,
)
from shared.kernel.context import Context
from shared.kernel.explaining import Explanation, Input, Past, step, told
from shared.kernel.money import in_hundredths
from shared.kernel.policy import PolicySettings

RANKED_BY = (
    "selection_min_score_points", "panel_quorum", "panel_trim_from", "score_rounding", "honor_min_level",
    "contest_min_level", "research_min_level", "recency_years", "recency_mode",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A candidate of the panel, judged again."""

    application: Application
    score: int
    seats: int
    least: int
    flags: tuple[PreferenceFlag, ...]
    is_eligible: bool
    approved: bool

    @property
    def has_quorum(self) -> bool:
        """Enough valid sheets of the experts seated, or of those who judged (A.9-25)."""
        return len(self.application.sheets) >= self.least


def selected(
    one: Judged, opened: Round, settings: PolicySettings, order: Order, listed: Order, barred: set[UUID],
    across: Order, past: Past, context: Context,
) -> Explanation:  # fmt: skip
    id, rank = one.application.id, order.index(one.application.id) + 1 if one.application.id in order else 0
    mark = settings.selection_min_score_points
    steps = [
        step("A.9-25", "sheets ≥ panel_quorum × seats", len(one.application.sheets), "≥", one.least),
        step("A.9-7", "score_hundredths ≥ selection_min_score_points × 100", one.score, "≥", mark * 100),
    ]
    if rank:
        steps.append(step("A.9-7", "rank ≤ places", rank, "≤", opened.places))
    numbers = {
        "score": in_hundredths(one.score), "mark": mark, "rank": rank, "places": opened.places,
        "tied": len(across), "sheets": len(one.application.sheets), "seats": one.seats, "least": one.least,
    }  # fmt: skip
    rule, zh, en = _because(one, opened, rank, barred, across, is_listed=id in listed)
    said = told(zh=zh, en=en, **numbers)
    return Explanation(
        kind="selection", outcome="listed" if id in listed else "not_listed",
        subject={"round_id": opened.id, "application_id": id, "person_id": one.application.applicant_id},
        rules=tuple(dict.fromkeys((rule, "A.9-7", "AMB-14", "APP-04", "A.9-25"))),
        inputs=tuple(_selection_inputs(one, opened, rank, past, context)), steps=tuple(steps), settings=RANKED_BY,
        zh=said["zh"], en=said["en"],
    )  # fmt: skip


def _because(
    one: Judged, opened: Round, rank: int, barred: set[UUID], across: Order, *, is_listed: bool
) -> tuple[str, str, str]:
    """The rule that decided, and how it reads."""
    id = one.application.id
    if is_listed:
        return (
            "A.9-7",
            "得分{score}，排第{rank}名，共{places}个名额，列入名单",
            ("score {score}, rank {rank} of {places} places: on the list"),
        )
    if not one.is_eligible:
        return "APP-01", "不符合申报条件，不参加排名", "the conditions for applying are not met, so no rank"
    if one.application.failed_rule == "APP-07":
        return "APP-07", "专家评审之日不在班主任岗位", "off duty as homeroom teacher on the panel's day"
    if not one.has_quorum:
        return (
            "A.9-25",
            "评审组{seats}人，有效评分须不少于{least}份，现有{sheets}份",
            "of a panel of {seats} at least {least} sheets are needed, {sheets} are in",
        )
    if not one.approved:
        return "A.9-7", "得分{score}，低于{mark}分", "score {score} is below the mark {mark}"
    if id in across:
        return (
            "A.9-7",
            "第{places}名处有{tied}人并列，须由学校决定先后",
            ("{tied} are tied across the last of {places} places, the school decides their order"),
        )
    if rank > opened.places:
        return "A.9-7", "得分{score}，排第{rank}名，只有{places}个名额", "score {score}, rank {rank}, {places} places"
    if id in barred:
        return "SIL-07", "排第{rank}名，有师德问题在案", "rank {rank}, a violation of conduct is on record"
    if id in opened.posted:
        return "SIL-01", "排第{rank}名，公示异议成立，从名单中划去", "rank {rank}, struck for an upheld objection"
    return "A.9-7", "排第{rank}名，由学校从名单中划去", "rank {rank}, struck from the list by the school"


def _selection_inputs(one: Judged, opened: Round, rank: int, past: Past, context: Context) -> Iterator[Input]:
    application = one.application
    sheets = past.sources(
        application.id, PanelScored, only=lambda sheet: application.sheets.get(sheet.expert_id) == sheet.points
    )
    form = past.sources(application.id, Applied, Resubmitted)[-1:]
    recommendation = Recommendation.id_for(context.school, application.applicant_id)
    yield Input(name="score_hundredths", value=one.score, unit="hundredths", zh="得分", en="score", sources=sheets)
    yield Input(name="sheets", value=len(application.sheets), zh="有效评分份数", en="valid sheets", sources=sheets)
    yield Input(
        name="seats", value=one.seats, unit="experts", zh="评审组人数", en="experts on the panel",
        sources=past.sources(SelectionPanel.id_for(opened.id), PanelSeated),
    )  # fmt: skip
    yield Input(
        name="flags", value=len(one.flags), zh="优先推荐条件项数", en="number of preferences",
        sources=form + past.sources(recommendation, RecommendationNoted),
    )  # fmt: skip
    yield Input(
        name="semesters", value=int(application.form.semesters), unit="semesters",
        zh="担任班主任的学期数", en="semesters as homeroom teacher", sources=form,
    )  # fmt: skip
    yield Input(
        name="rank", value=rank, zh="名次，0为未排名", en="rank, 0 for none",
        sources=past.sources(opened.id, TieDecided, only=lambda tie: application.id in tie.application_ids),
    )  # fmt: skip
    yield Input(
        name="places", value=int(opened.places), zh="名额", en="places", sources=past.sources(opened.id, RoundOpened)
    )
    yield Input(
        name="struck", value=application.id in opened.struck, zh="被学校划去", en="struck by the school",
        sources=past.sources(opened.id, CandidateStruck, only=lambda struck: struck.application_id == application.id),
    )  # fmt: skip
    if application.failed_rule:
        yield Input(
            name="off_duty", value=True, zh="评审之日不在岗", en="off duty on the panel's day",
            sources=past.sources(application.id, Reviewed, only=lambda reviewed: reviewed.level == "panel"),
        )  # fmt: skip
    violations = past.find(Conduct, Conduct.id_for(context.school, application.applicant_id)).violations
    if violations:
        yield Input(
            name="violations", value=violations, zh="在案的师德问题数", en="violations of conduct on record",
            sources=past.sources(Conduct.id_for(context.school, application.applicant_id), ConductNoted),
        )  # fmt: skip
