"""Each decision is explained by the judgement that made it, under the settings then and under others."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.applications.aggregates.annex_one import filled
from services.applications.aggregates.application import Application
from services.applications.aggregates.candidate import Duty, Recommendation
from services.applications.aggregates.panel import SelectionPanel
from services.applications.aggregates.round import Round
from services.applications.aggregates.standing import Conduct, Failures
from services.applications.commands import PostList, post_list
from services.applications.events import (
    ConductNoted,
    Contest,
    DutyChanged,
    LeadFailed,
    PanelScoreVoided,
    PanelSeated,
    RecommendationNoted,
    Resubmitted,
    Reviewed,
    RoundOpened,
)
from services.applications.explanations import DECISIONS
from shared.kernel.explaining import Explanation
from shared.kernel.people import Role
from shared.kernel.policy import CATALOGUE
from shared.kernel.published import StudioEstablished
from tests.applications.examples import (
    BY_DEPARTMENT,
    CHEN_APPLIED,
    CHEN_JING,
    CHENS,
    CHENS_STUDIO,
    DEADLINE,
    ESTABLISHED,
    EXPERTS,
    OPENED,
    PRINCIPAL,
    PUBLISHED,
    ROUND,
    WANG_LEI,
    WANGS,
    WANGS_STUDIO,
    ZHAO_MIN,
    ZHAOS,
    entered,
    posted,
    published,
    ranked,
    sheet,
)
from tests.applications.test_list import decided, struck
from tests.past import At, at, inputs_of
from tests.scenario import SCHOOL, given, stream

ELIGIBILITY, SELECTION, ESTABLISHMENT = DECISIONS


def applied(opened: RoundOpened = OPENED, **form: Any) -> At:
    return at(replace(CHEN_APPLIED, **form), CHENS).after(ROUND, opened)


def eligibility(moment: At) -> Explanation:
    (explained,) = moment.explain(ELIGIBILITY, "applications")
    assert explained.zh
    assert explained.en
    return explained


@pytest.mark.rule("APP-01", "APP-07", "APP-08", "APP-09", "APP-10", "APP-12", "APP-13", "APP-14", "APP-15")
def test_an_eligible_candidate_is_explained_by_all_conditions_and_preferences() -> None:
    explained = eligibility(applied())

    assert (explained.kind, explained.outcome) == ("eligibility", "eligible")
    assert explained.subject == {"application_id": CHENS, "person_id": CHEN_JING}
    assert inputs_of(explained) == {
        "on_duty": "on_duty", "semesters": "16", "title": "senior", "class_honor": "county",
        "P1": "unmet", "P2": "unmet", "P3": "unmet", "P4": "unmet", "deadline": "2023-03-31",
    }  # fmt: skip
    assert [(one.rule, one.left, one.sign, one.right, one.holds) for one in explained.steps] == [
        ("APP-07", 1, "≥", 1, True), ("APP-08", 16, "≥", 12, True), ("APP-09", 2, "≥", 1, True),
        ("APP-10", 2, "≥", 2, True),
    ]  # fmt: skip


@pytest.mark.rule("APP-08", "APP-09", "APP-10", "AMB-08", "AMB-09")
@pytest.mark.parametrize(
    ("settings", "form", "outcome", "rule"),
    [
        ({}, {"semesters": 12}, "eligible", "APP-07"),
        ({"tenure_semesters": 16}, {}, "eligible", "APP-07"),
        ({"tenure_semesters": 17}, {}, "not_eligible", "APP-08"),
        ({"tenure_semesters": 15, "tenure_unit": "calendar_year"}, {"semesters": 15}, "not_eligible", "APP-08"),
        ({"tenure_semesters": 15, "tenure_unit": "calendar_year"}, {"semesters": 16}, "eligible", "APP-07"),
        ({"honor_min_level": "prefecture"}, {}, "not_eligible", "APP-10"),
        ({"honor_min_level": "prefecture", "require_class_honor": False}, {}, "eligible", "APP-07"),
        ({"honor_min_level": "school"}, {}, "eligible", "APP-07"),
    ],
)
def test_other_settings_judge_the_same_form_again(
    settings: dict[str, Any], form: dict[str, Any], outcome: str, rule: str
) -> None:
    explained = eligibility(applied(**form).under(**settings))

    assert (explained.outcome, explained.rules[0]) == (outcome, rule)
    assert set(settings) <= set(explained.settings)


@pytest.mark.rule("APP-08")
def test_all_unmet_conditions_are_told_and_the_first_decides() -> None:
    explained = eligibility(applied().under(tenure_semesters=20, honor_min_level="nation"))

    assert [one.rule for one in explained.steps if not one.holds] == ["APP-08", "APP-10"]
    assert explained.rules[:2] == ("APP-08", "APP-10")
    assert "16" in explained.zh
    assert "20" in explained.en


@pytest.mark.rule("AMB-09")
def test_what_a_round_has_of_its_own_stands_unless_it_is_supposed_otherwise() -> None:
    own = replace(OPENED, tenure_semesters=17)

    assert eligibility(applied(own)).outcome == "not_eligible"
    assert eligibility(applied(own).under(ban_years=3)).outcome == "not_eligible"
    assert eligibility(applied(own).under(tenure_semesters=14)).outcome == "eligible"


@pytest.mark.rule("AMB-06", "APP-12")
@pytest.mark.parametrize(("mode", "state"), [("date", "unmet"), ("calendar_year", "met")])
def test_a_contest_of_the_first_january_of_the_window_counts_by_calendar_years_alone(mode: str, state: str) -> None:
    won = Contest(title="班主任能力比赛", level="province", won_on=DEADLINE.replace(2018, 1, 1))

    assert inputs_of(eligibility(applied(contests=(won,)).under(recency_mode=mode)))["P1"] == state


@pytest.mark.rule("APP-15", "APP-07", "SIL-07", "SIL-10")
def test_each_fact_names_the_event_that_it_comes_from() -> None:
    moment = (
        applied()
        .after(Duty.id_for(SCHOOL, CHEN_JING), DutyChanged(person_id=CHEN_JING, on_duty=False, since=DEADLINE))
        .after(
            Recommendation.id_for(SCHOOL, CHEN_JING),
            RecommendationNoted(person_id=CHEN_JING, studio_id=WANGS_STUDIO, rank=1),
        )
        .after(
            Failures.id_for(SCHOOL, CHEN_JING),
            LeadFailed(
                person_id=CHEN_JING, studio_id=WANGS_STUDIO, outcome="failed_final",
                effective_on=DEADLINE.replace(2021),
            ),
        )
        .after(
            Conduct.id_for(SCHOOL, CHEN_JING),
            ConductNoted(person_id=CHEN_JING, violation_id=WANGS, standing="recorded"),
        )
    )  # fmt: skip

    explained = eligibility(moment.under(ban_years=2))

    named = {one.name: [source.event for source in one.sources] for one in explained.inputs}
    assert named["on_duty"] == ["applications.applied", "applications.duty-changed"]
    assert named["P4"] == ["applications.recommendation-noted"]
    assert named["failed_on"] == ["applications.lead-failed"]
    assert named["violations"] == ["applications.conduct-noted"]
    assert named["deadline"] == ["applications.round-opened"]
    assert explained.rules[:2] == ("SIL-10", "SIL-07")


def candidate(moment: At, id: UUID, person: UUID, points: int, **form: Any) -> At:
    """Somebody before the school's level, with five sheets of so many points."""
    verdict = "approved" if points >= 60 else "rejected"
    levels = [
        Reviewed(application_id=id, level=level, verdict="approved", score_hundredths=None)
        for level in ("department", "office")
    ]
    panel = Reviewed(application_id=id, level="panel", verdict=verdict, score_hundredths=points * 100)
    return moment.after(
        id, replace(CHEN_APPLIED, application_id=id, applicant_id=person, **form), *levels,
        *(sheet(expert, *[points] * 6) for expert in EXPERTS[:5]), panel,
    )  # fmt: skip


def three(*in_round: Any, opened: RoundOpened = OPENED, points: Iterable[int] = (90, 80, 70)) -> At:
    """Chen, Wang and Zhao with these points, two places, the list of Chen and Wang."""
    moment = at(posted(CHENS, WANGS), ROUND, on="2023-04-10")
    people = ((CHENS, CHEN_JING), (WANGS, WANG_LEI), (ZHAOS, ZHAO_MIN))
    for (id, person), score in zip(people, points, strict=True):
        candidate(moment, id, person, score)
    return moment.after(ROUND, opened, *entered(CHENS, WANGS, ZHAOS), ranked(CHENS, WANGS, ZHAOS), *in_round)


def selection(moment: At) -> dict[UUID, Explanation]:
    explained = moment.explain(SELECTION, "applications")
    assert all(one.zh and one.en and "{" not in one.zh + one.en for one in explained)
    return {one.subject["application_id"]: one for one in explained}


def listed(moment: At) -> list[UUID]:
    return [id for id, one in selection(moment).items() if one.outcome == "listed"]


@pytest.mark.rule("A.9-7", "APP-04", "APP-05")
def test_the_list_follows_from_score_rank_and_places() -> None:
    explained = selection(three())

    assert {id: one.outcome for id, one in explained.items()} == {
        CHENS: "listed", WANGS: "listed", ZHAOS: "not_listed",
    }  # fmt: skip
    assert explained[ZHAOS].subject == {"round_id": ROUND, "application_id": ZHAOS, "person_id": ZHAO_MIN}
    assert [(one.left, one.sign, one.right) for one in explained[ZHAOS].steps] == [
        (5, "≥", 4), (7000, "≥", 6000), (3, "≤", 2),
    ]  # fmt: skip
    places = next(one for one in explained[ZHAOS].inputs if one.name == "places")
    assert [one.event for one in places.sources] == ["applications.round-opened"]
    scored = next(one for one in explained[CHENS].inputs if one.name == "score_hundredths")
    assert [one.event for one in scored.sources] == ["applications.panel-scored"] * 5


@pytest.mark.rule("A.9-7", "AMB-14")
@pytest.mark.parametrize(("mark", "on_list"), [(80, [CHENS, WANGS]), (81, [CHENS]), (91, [])])
def test_another_mark_would_have_made_another_list(mark: int, on_list: list[UUID]) -> None:
    assert listed(three().under(selection_min_score_points=mark)) == on_list


@pytest.mark.rule("A.9-7", "AMB-14")
def test_a_lower_mark_would_have_ranked_whom_the_panel_rejected() -> None:
    rejected = three(points=(90, 59, 58))

    assert listed(rejected) == [CHENS]
    assert listed(rejected.under(selection_min_score_points=59)) == [CHENS, WANGS]


@pytest.mark.rule("A.9-25")
@pytest.mark.parametrize(
    ("seats", "quorum", "on_list"),
    [
        (5, (2, 3), [CHENS, WANGS]),
        (5, (4, 5), [CHENS, WANGS]),
        (5, (1, 1), [WANGS, ZHAOS]),
        (7, (5, 7), [WANGS, ZHAOS]),
        (7, (6, 7), []),
        (None, (4, 5), [CHENS, WANGS]),
        (None, (1, 1), [WANGS, ZHAOS]),
    ],
    ids=["two thirds", "four fifths", "all", "five of seven", "six of seven", "unseated", "all of the unseated"],
)
def test_another_quorum_would_have_made_another_list(
    seats: int | None, quorum: tuple[int, int], on_list: list[UUID]
) -> None:
    voided = PanelScoreVoided(application_id=CHENS, expert_id=EXPERTS[0], reason="同系部")
    moment = three().after(CHENS, voided)
    if seats:
        moment.after(SelectionPanel.id_for(ROUND), PanelSeated(round_id=ROUND, experts=EXPERTS[:seats]))
    explained = selection(moment.under(panel_quorum=quorum))

    assert [id for id, one in explained.items() if one.outcome == "listed"] == on_list
    assert "panel_quorum" in explained[CHENS].settings
    if CHENS not in on_list:
        assert (explained[CHENS].rules[0], explained[CHENS].steps[0].holds) == ("A.9-25", False)
    if seats:
        named = next(one for one in explained[CHENS].inputs if one.name == "seats")
        assert [one.event for one in named.sources] == ["applications.panel-seated"]


@pytest.mark.rule("A.9-7")
def test_whoever_would_not_have_been_eligible_leaves_the_place_to_the_next() -> None:
    without = three().supposing("eligibility", "not_eligible", application_id=CHENS, person_id=CHEN_JING)

    assert listed(without) == [WANGS, ZHAOS]
    assert selection(without)[CHENS].rules[0] == "APP-01"


@pytest.mark.rule("A.9-7")
def test_a_struck_name_is_explained_by_the_strike() -> None:
    explained = selection(three(struck(CHENS)))[CHENS]

    assert explained.outcome == "not_listed"
    assert [one.sources[0].event for one in explained.inputs if one.name == "struck"] == [
        "applications.candidate-struck"
    ]


@pytest.mark.rule("A.9-7")
def test_a_tie_is_explained_by_the_schools_decision_and_stays_open_without_one() -> None:
    tied = (90, 80, 80)

    assert listed(three(points=tied)) == [CHENS]
    in_force = ranked(CHENS, WANGS, ZHAOS, tied=((WANGS, ZHAOS),))
    assert listed(three(in_force, decided(ZHAOS, WANGS), points=tied)) == [CHENS, ZHAOS]


@pytest.mark.rule("SIL-07")
def test_a_suspended_person_is_not_on_the_list() -> None:
    on_record = ConductNoted(person_id=CHEN_JING, violation_id=WANGS, standing="recorded")
    moment = three().after(Conduct.id_for(SCHOOL, CHEN_JING), on_record)

    explained = selection(moment)[CHENS]

    assert (explained.outcome, explained.rules[0]) == ("not_listed", "SIL-07")
    assert listed(moment) == [WANGS]


@pytest.mark.rule("SIL-02")
def test_a_voided_sheet_is_no_source_of_the_score() -> None:
    voided = PanelScoreVoided(application_id=CHENS, expert_id=EXPERTS[0], reason="同系部")

    explained = selection(three().after(CHENS, voided))[CHENS]

    assert inputs_of(explained)["sheets"] == 4


@pytest.mark.rule("APP-15")
def test_a_recommendation_after_the_ranking_ranks_nobody() -> None:
    noted = RecommendationNoted(person_id=ZHAO_MIN, studio_id=WANGS_STUDIO, rank=1)
    stream = Recommendation.id_for(SCHOOL, ZHAO_MIN)
    tied = (90, 80, 80)
    after = three(points=tied).after(stream, noted)
    before = at(posted(CHENS, ZHAOS), ROUND, on="2023-04-10").after(stream, noted)
    for (id, person), score in zip(((CHENS, CHEN_JING), (WANGS, WANG_LEI), (ZHAOS, ZHAO_MIN)), tied, strict=True):
        candidate(before, id, person, score)
    before.after(ROUND, OPENED, *entered(CHENS, WANGS, ZHAOS), ranked(CHENS, ZHAOS, WANGS))

    assert listed(after) == [CHENS]
    assert listed(before) == [CHENS, ZHAOS]


def established() -> At:
    made: StudioEstablished = ESTABLISHED
    return (
        at(made, CHENS_STUDIO)
        .after(ROUND, OPENED, *entered(CHENS), ranked(CHENS), posted(CHENS), published(CHENS))
        .after(CHENS, CHEN_APPLIED, PUBLISHED)
    )


@pytest.mark.rule("APP-05", "APP-20")
def test_a_studio_stands_because_its_host_is_on_the_published_list() -> None:
    (explained,) = established().explain(ESTABLISHMENT, "applications")

    assert explained.outcome == "established"
    assert explained.subject == {"studio_id": CHENS_STUDIO, "application_id": CHENS, "person_id": CHEN_JING}
    assert [source.event for source in explained.inputs[0].sources] == [
        "applications.application-published", "applications.list-published",
    ]  # fmt: skip


@pytest.mark.rule("APP-05")
def test_without_a_place_on_the_list_there_would_be_no_studio() -> None:
    without = established().supposing(
        "selection", "not_listed", round_id=ROUND, application_id=CHENS, person_id=CHEN_JING
    )

    (explained,) = without.explain(ESTABLISHMENT, "applications")

    assert explained.outcome == "not_established"


@pytest.mark.rule("A.9-14", "APP-08")
def test_a_form_handed_in_again_is_judged_again() -> None:
    returned = replace(BY_DEPARTMENT, verdict="returned", attests=False)
    again = Resubmitted(**filled(CHEN_APPLIED) | {"semesters": 18}, application_id=CHENS)
    explained = eligibility(at(again, CHENS).after(ROUND, OPENED).after(CHENS, CHEN_APPLIED, returned))

    assert explained.subject == {"application_id": CHENS, "person_id": CHEN_JING}
    assert inputs_of(explained)["semesters"] == "18"
    assert [source.event for source in explained.inputs[1].sources] == ["applications.resubmitted"]


@pytest.mark.rule("A.9-7")
@pytest.mark.parametrize(
    "in_round",
    [(), (struck(CHENS),), (struck(WANGS),), (struck(CHENS), struck(WANGS))],
    ids=["as ranked", "first struck", "second struck", "both struck"],
)
def test_the_explanation_comes_to_the_list_that_was_posted(in_round: tuple[Any, ...]) -> None:
    moment = three(*in_round)
    history = [
        stream(Round if id == ROUND else Application, id, *(one.event for one in told))
        for id, told in moment.streams.items()
    ]
    done = given(*history).by(Role.SCHOOL, PRINCIPAL).on("2023-04-10").when(post_list, PostList(round_id=ROUND))

    assert listed(moment) == (list(done.events[0].application_ids) if done.events else [])


def test_every_setting_that_a_selection_consults_is_known() -> None:
    consulted = {name for one in selection(three()).values() for name in one.settings}

    assert consulted | set(eligibility(applied()).settings) <= set(CATALOGUE)


@pytest.mark.rule("SIL-01", "A.9-7")
def test_at_the_publication_only_the_names_that_left_the_list_are_explained_again() -> None:
    def at_publication(*since: Any) -> At:
        moment = at(published(WANGS), ROUND, on="2023-04-18")
        for (id, person), score in zip(((CHENS, CHEN_JING), (WANGS, WANG_LEI)), (90, 80), strict=True):
            candidate(moment, id, person, score)
        return moment.after(ROUND, OPENED, *entered(CHENS, WANGS), ranked(CHENS, WANGS), posted(CHENS, WANGS), *since)

    on_record = ConductNoted(person_id=CHEN_JING, violation_id=WANGS, standing="recorded")
    objected, barred = at_publication(struck(CHENS)), at_publication(struck(CHENS))
    barred.after(Conduct.id_for(SCHOOL, CHEN_JING), on_record)

    assert selection(at_publication()) == {}
    assert [(id, one.outcome, one.rules[0]) for id, one in selection(objected).items()] == [
        (CHENS, "not_listed", "SIL-01")
    ]
    assert selection(barred)[CHENS].rules[0] == "SIL-07"
