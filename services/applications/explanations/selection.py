"""Who is on the list: every candidate of the panel, scored and ranked again."""

from collections.abc import Iterator

from services.applications.aggregates.annex_one import met, preferences
from services.applications.aggregates.application import Application
from services.applications.aggregates.candidate import Recommendation
from services.applications.aggregates.panel import SelectionPanel
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
from services.applications.commands.selecting import barred_by_conduct
from services.applications.events import (
    CandidatesRanked,
    ListPosted,
    ListPublished,
    RecommendationNoted,
)
from services.applications.explanations.deciding import deciding_settings, supposed
from services.applications.explanations.selected import Judged, selected
from shared.kernel.context import Context
from shared.kernel.explaining import Explanation, Past
from shared.kernel.model import Happened
from shared.kernel.panels import quorum
from shared.kernel.policy import PolicySettings

SCORED_BY = ("panel_trim_from", "score_rounding")


def explain_selection(happened: Happened, past: Past, context: Context) -> Iterator[Explanation]:
    """Every candidate when the list is posted; when it is published, those whose names left it in between."""
    told_of: ListPosted | ListPublished = happened.event
    opened = past.load(Round, told_of.round_id)
    settings = deciding_settings(opened, happened, past, context)
    # What spoke for a candidate when they were ranked; what came after ranks nobody.
    ranked_at = max((source.position for source in past.sources(opened.id, CandidatesRanked)), default=0)
    concluded = (one for one in past.load_all(Application, opened.entered) if one.concluded_by is not None)
    is_scored_anew = bool(supposed(happened, past, context) & {*SCORED_BY})
    all_judged = [
        _judged(one, opened, settings, ranked_at, past, context, is_scored_anew=is_scored_anew) for one in concluded
    ]
    ranking, tied = ranked(
        one.application.as_candidate(one.flags, one.score)
        for one in all_judged if one.is_eligible and one.has_quorum and one.approved
    )  # fmt: skip
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
        yield selected(one, opened, settings, order, listed, barred, across, past, context)


def _judged(
    application: Application,
    opened: Round,
    settings: PolicySettings,
    ranked_at: int,
    past: Past,
    context: Context,
    *,
    is_scored_anew: bool,
) -> Judged:
    """The panel's score stands as it was made, by the settings of that day, unless other scoring is supposed."""
    said = past.sources(Recommendation.id_for(context.school, application.applicant_id), RecommendationNoted)
    recommended = any(source.position < ranked_at for source in said)
    recorded = application.score_hundredths
    is_recorded = recorded is not None and not is_scored_anew
    score = recorded if is_recorded else panel_score(application.sheets.values(), settings)
    assert score is not None
    seats = application.seats(past.find(SelectionPanel, SelectionPanel.id_for(opened.id)).experts)
    return Judged(
        application=application, score=score, seats=seats, least=quorum(seats, settings.panel_quorum),
        approved=application.failed_rule is None and reaches(score, settings),
        flags=met(preferences(application.form, settings, opened.deadline, is_recommended=recommended)),
        is_eligible=past.supposed(
            "eligibility", application_id=application.id, person_id=application.applicant_id
        ) != "not_eligible",
    )  # fmt: skip
