"""Who is on the list: every candidate of the panel, scored and ranked again."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from services.applications.aggregates.annex_one import met, preferences
from services.applications.aggregates.application import Application
from services.applications.aggregates.candidate import Recommendation
from services.applications.aggregates.round import Round
from services.applications.aggregates.selection import (
    Order,
    across_last_place,
    on_list,
    panel_score,
    put_in_order,
    ranked,
    reaches,
)
from services.applications.aggregates.standing import Conduct
from services.applications.commands.selecting import barred_by_conduct
from services.applications.events import (
    Applied,
    CandidatesRanked,
    CandidateStruck,
    ConductNoted,
    ListPosted,
    ListPublished,
    PanelScored,
    PreferenceFlag,
    RecommendationNoted,
    Resubmitted,
    Reviewed,
    RoundOpened,
    TieDecided,
)
from services.applications.explanations.deciding import deciding_settings
from shared.kernel.context import Context
from shared.kernel.explaining import Explanation, Input, Past, step, told
from shared.kernel.model import Happened
from shared.kernel.policy import PolicySettings

RANKED_BY = (
    "selection_min_score_points", "panel_trim_from", "score_rounding", "honor_min_level", "contest_min_level",
    "research_min_level", "recency_years", "recency_mode",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A candidate of the panel, judged again."""

    application: Application
    score: int
    flags: tuple[PreferenceFlag, ...]
    is_eligible: bool
    approved: bool


def explain_selection(happened: Happened, past: Past, context: Context) -> Iterator[Explanation]:
    """Every candidate when the list is posted; when it is published, those whose names left it in between."""
    told_of: ListPosted | ListPublished = happened.event
    opened = past.load(Round, told_of.round_id)
    settings = deciding_settings(opened, happened, past, context)
    # What spoke for a candidate when they were ranked; what came after ranks nobody.
    ranked_at = max((source.position for source in past.sources(opened.id, CandidatesRanked)), default=0)
    entered = past.load_all(Application, opened.entered)
    all_judged = [
        _judged(one, opened, settings, ranked_at, past, context) for one in entered if one.concluded_by is not None
    ]
    ranking, tied = ranked(
        one.application.as_candidate(one.flags, one.score) for one in all_judged if one.is_eligible and one.approved
    )
    order: Order = tuple(one.application_id for one in ranking)
    for decided in opened.decided:
        order, tied = put_in_order(order, tied, decided)
    first = [one.application for one in all_judged if one.application.id in order[: opened.places]]
    barred = barred_by_conduct(first, past, context.school)
    across = across_last_place(order, tied, opened.places)
    listed = on_list(order, opened.places, {*opened.struck, *barred, *across})
    left = {id for id in opened.posted if id in opened.struck}
    for one in all_judged:
        if isinstance(told_of, ListPublished) and one.application.id not in left:
            continue
        yield _selected(one, opened, settings, order, listed, barred, across, past, context)


def _judged(
    application: Application, opened: Round, settings: PolicySettings, ranked_at: int, past: Past, context: Context
) -> Judged:
    said = past.sources(Recommendation.id_for(context.school, application.applicant_id), RecommendationNoted)
    recommended = any(source.position < ranked_at for source in said)
    score = panel_score(application.sheets.values(), settings)
    return Judged(
        application=application, score=score, approved=application.failed_rule is None and reaches(score, settings),
        flags=met(preferences(application.form, settings, opened.deadline, is_recommended=recommended)),
        is_eligible=past.supposed(
            "eligibility", application_id=application.id, person_id=application.applicant_id
        ) != "not_eligible",
    )  # fmt: skip


def _selected(
    one: Judged, opened: Round, settings: PolicySettings, order: Order, listed: Order, barred: set[UUID],
    across: Order, past: Past, context: Context,
) -> Explanation:  # fmt: skip
    id, rank = one.application.id, order.index(one.application.id) + 1 if one.application.id in order else 0
    mark = settings.selection_min_score_points
    steps = [step("A.9-7", "score_hundredths ≥ selection_min_score_points × 100", one.score, "≥", mark * 100)]
    if rank:
        steps.append(step("A.9-7", "rank ≤ places", rank, "≤", opened.places))
    numbers = {
        "score": f"{one.score // 100}.{one.score % 100:02}", "mark": mark, "rank": rank, "places": opened.places,
        "tied": len(across), "flags": len(one.flags),
    }  # fmt: skip
    rule, zh, en = _because(one, opened, rank, barred, across, is_listed=id in listed)
    said = told(zh=zh, en=en, **numbers)
    return Explanation(
        kind="selection", outcome="listed" if id in listed else "not_listed",
        subject={"round_id": opened.id, "application_id": id, "person_id": one.application.applicant_id},
        rules=tuple(dict.fromkeys((rule, "A.9-7", "AMB-14", "APP-04"))),
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
