"""A round's panel is seated, experts who are bound to a candidate step aside, and a conflict found later undoes a sheet."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.applications.aggregates.expert import Expert
from services.applications.aggregates.panel import SelectionPanel, Tie
from services.applications.commands import (
    ConcludePanel,
    NoteTie,
    RankCandidates,
    RecuseExpert,
    ScoreApplication,
    SeatPanel,
    VoidPanelScore,
    conclude_panel,
    note_tie,
    rank_candidates,
    recuse_expert,
    score_application,
    seat_panel,
    void_panel_score,
)
from services.applications.events import (
    ExpertNoted,
    PanelRecused,
    PanelRescored,
    PanelScored,
    PanelScoreVoided,
    PanelSeated,
    Reviewed,
    TieNoted,
)
from services.applications.read_models.applications import applications
from services.applications.read_models.panels import PanelRow, panels
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from tests.applications.examples import (
    BY_DEPARTMENT,
    BY_OFFICE,
    BY_PANEL,
    CHEN_APPLIED,
    CHEN_JING,
    CHENS,
    EXPERTS,
    LIU_OF_PERSONNEL,
    OPENED,
    ROUND,
    WANG_LEI,
    WANGS,
    application,
    appointed,
    entered,
    folded,
    happened,
    next_host,
    posted,
    ranked,
    recommended,
    round_,
)
from tests.applications.test_panel import EVEN_60, concluded, panel
from tests.scenario import SCHOOL, Given, given, stream

pytestmark = pytest.mark.rule("SIL-02", "A.9-25")

FIVE, SEVEN = EXPERTS[:5], EXPERTS[:7]
CONCLUDE = ConcludePanel(application_id=CHENS)
SCORE = ScoreApplication(application_id=CHENS, points=EVEN_60)
REASON = "曾共同主持课题"
VOID = VoidPanelScore(application_id=CHENS, expert_id=EXPERTS[0], reason=REASON)
VOIDED = PanelScoreVoided(application_id=CHENS, expert_id=EXPERTS[0], reason=REASON)
RECUSED = PanelRecused(application_id=CHENS, expert_id=EXPERTS[0], reason=REASON)


def seating(*experts: UUID) -> SeatPanel:
    return SeatPanel(round_id=ROUND, experts=experts)


def seated(*experts: UUID) -> Aggregate:
    return stream(SelectionPanel, SelectionPanel.id_for(ROUND), PanelSeated(round_id=ROUND, experts=experts))


def the_office(*streams: Any) -> Given:
    return given(*streams).by(Role.PERSONNEL, LIU_OF_PERSONNEL)


def expert(*streams: Any) -> Given:
    return given(*streams).by(Role.EXPERT, EXPERTS[0])


def before_the_panel(*events: Any) -> Aggregate:
    return application(BY_DEPARTMENT, BY_OFFICE, *events)


def of_department(department: str | None) -> Aggregate:
    noted = ExpertNoted(person_id=EXPERTS[0], until=date(2026, 12, 31), department=department)
    return stream(Expert, Expert.id_for(SCHOOL, EXPERTS[0]), noted)


def tied(relation: str, *days: date | None) -> Aggregate:
    declared = (
        TieNoted(expert_id=EXPERTS[0], person_id=CHEN_JING, relation=relation, last_on=day) for day in days or (None,)
    )
    return stream(Tie, Tie.id_for(SCHOOL, EXPERTS[0], CHEN_JING), *declared)


@pytest.mark.parametrize("experts", [FIVE, SEVEN])
def test_an_odd_panel_of_appointed_experts_is_seated(experts: tuple[UUID, ...]) -> None:
    the_office(round_(), *map(appointed, experts)).when(seat_panel, seating(*experts)).then(
        PanelSeated(round_id=ROUND, experts=experts)
    )


@pytest.mark.parametrize("experts", [EXPERTS[:3], EXPERTS[:6], (*EXPERTS[:4], EXPERTS[0])])
def test_a_small_or_an_even_panel_is_refused(experts: tuple[UUID, ...]) -> None:
    the_office(round_(), *map(appointed, set(experts))).when(seat_panel, seating(*experts)).then_refused(
        "panel-not-odd", "A.9-25", experts=len(experts), least=5
    )


@pytest.mark.parametrize(("least", "fits"), [(3, True), (5, True), (7, False)])
def test_the_least_size_is_a_setting(least: int, fits: bool) -> None:  # noqa: FBT001
    seat = the_office(round_(), *map(appointed, FIVE)).under(panel_min_experts=least).when(seat_panel, seating(*FIVE))

    assert (seat.said is None) is fits


@pytest.mark.rule("A.9-19")
@pytest.mark.parametrize(("until", "fits"), [(date(2023, 3, 27), True), (date(2023, 3, 26), False)])
def test_each_of_them_is_appointed_on_that_day(until: date, fits: bool) -> None:  # noqa: FBT001
    history = [round_(), *map(appointed, FIVE[1:]), appointed(FIVE[0], until)]
    seat = the_office(*history).when(seat_panel, seating(*FIVE))

    if fits:
        seat.then(PanelSeated(round_id=ROUND, experts=FIVE))
    else:
        seat.then_refused("experts-not-appointed", "A.9-19", strangers=1)


def test_a_panel_is_seated_once() -> None:
    known = [round_(), seated(*FIVE), *map(appointed, SEVEN)]

    the_office(*known).when(seat_panel, seating(*FIVE)).then_nothing()
    the_office(*known).when(seat_panel, seating(*SEVEN)).then_refused("panel-already-seated", "A.9-25", seated=5)


def test_once_a_panel_is_seated_only_its_experts_score() -> None:
    expert(before_the_panel(), appointed(EXPERTS[0]), seated(*FIVE)).when(score_application, SCORE).then(
        PanelScored(expert_id=EXPERTS[0], points=EVEN_60)
    )
    expert(before_the_panel(), appointed(EXPERTS[0]), seated(*EXPERTS[1:6])).when(
        score_application, SCORE
    ).then_refused("not-seated", "A.9-25", seated=5)


@pytest.mark.parametrize(("sheets", "enough"), [(5, True), (4, True), (3, False)])
def test_of_a_seated_panel_two_thirds_are_a_quorum(sheets: int, enough: bool) -> None:  # noqa: FBT001
    conclusion = given(round_(), seated(*FIVE), before_the_panel(*panel(sheets))).when(conclude_panel, CONCLUDE)

    if enough:
        conclusion.then(concluded("approved", 6000))
    else:
        conclusion.then_refused("quorum-missing", "A.9-25", sheets=3, seated=5, least=4)


@pytest.mark.parametrize(("quorum", "least"), [((1, 2), 3), ((3, 5), 3), ((4, 5), 4), ((1, 1), 5)])
def test_the_quorum_is_a_setting(quorum: tuple[int, int], least: int) -> None:
    def conclude(sheets: int) -> Any:
        history = [round_(), seated(*FIVE), before_the_panel(*panel(sheets))]
        return given(*history).under(panel_quorum=quorum).when(conclude_panel, CONCLUDE)

    assert conclude(least).said is None
    conclude(least - 1).then_refused("quorum-missing", "A.9-25", sheets=least - 1, least=least)


def test_four_valid_sheets_of_five_are_not_trimmed() -> None:
    sheets = panel(4, expert_0=(100,) * 6, expert_1=(0,) * 6)

    given(round_(), seated(*FIVE), before_the_panel(*sheets)).when(conclude_panel, CONCLUDE).then(
        concluded("rejected", 5500)
    )


def test_an_expert_or_an_office_declares_that_an_expert_steps_aside() -> None:
    asked = RecuseExpert(application_id=CHENS, expert_id=EXPERTS[0], reason=REASON)

    expert(before_the_panel()).when(recuse_expert, asked).then(RECUSED)
    the_office(before_the_panel(RECUSED)).when(recuse_expert, asked).then_nothing()


def test_who_does_not_sit_cannot_step_aside() -> None:
    asked = RecuseExpert(application_id=CHENS, expert_id=UUID(int=0xEE), reason=REASON)

    the_office(seated(*FIVE), before_the_panel()).when(recuse_expert, asked).then_refused("not-seated", "A.9-25")


def test_whoever_stepped_aside_does_not_score() -> None:
    expert(before_the_panel(RECUSED), appointed(EXPERTS[0])).when(score_application, SCORE).then_refused(
        "recusal", "SIL-02", relation="declared"
    )


def test_with_a_sheet_in_nobody_steps_aside_the_sheet_is_voided() -> None:
    asked = RecuseExpert(application_id=CHENS, expert_id=EXPERTS[0], reason=REASON)

    expert(before_the_panel(*panel(1))).when(recuse_expert, asked).then_refused("sheet-in", "SIL-02")


@pytest.mark.parametrize(
    ("department", "asked_for", "steps_aside"),
    [("mechanics", True, True), ("nursing", True, False), (None, True, False), ("mechanics", False, False)],
)
def test_an_expert_of_the_applicants_department_steps_aside(
    department: str | None,
    asked_for: bool,  # noqa: FBT001
    steps_aside: bool,  # noqa: FBT001
) -> None:
    scored = (
        expert(before_the_panel(), of_department(department))
        .under(recusal_same_department=asked_for)
        .when(score_application, SCORE)
    )

    if steps_aside:
        scored.then_refused("recusal", "SIL-02", relation="same_department", department="mechanics")
    else:
        scored.then(PanelScored(expert_id=EXPERTS[0], points=EVEN_60))


@pytest.mark.parametrize(
    ("relation", "last_on", "years", "steps_aside"),
    [
        ("spouse", None, 0, True),
        ("in_law", date(1990, 1, 1), 3, True),
        ("co_author", date(2020, 3, 27), 3, True),
        ("co_author", date(2020, 3, 26), 3, False),
        ("co_lead", date(2020, 3, 26), 4, True),
        ("co_lead", None, 3, True),
        ("co_author", date(2023, 3, 26), 0, False),
    ],
)
def test_kin_step_aside_for_ever_and_co_authors_for_three_years(
    relation: str,
    last_on: date | None,
    years: int,
    steps_aside: bool,  # noqa: FBT001
) -> None:
    scored = (
        expert(before_the_panel(), appointed(EXPERTS[0]), tied(relation, last_on))
        .under(recusal_years=years)
        .when(score_application, SCORE)
    )

    if steps_aside:
        scored.then_refused("recusal", "SIL-02", relation=relation)
    else:
        scored.then(PanelScored(expert_id=EXPERTS[0], points=EVEN_60))


@pytest.mark.parametrize(
    "days", [(date(2021, 5, 1), date(2015, 5, 1)), (date(2015, 5, 1), date(2021, 5, 1))], ids=["older last", "in order"]
)
def test_of_several_declarations_of_joint_work_the_newest_binds(days: tuple[date, ...]) -> None:
    expert(before_the_panel(), appointed(EXPERTS[0]), tied("co_author", *days)).when(
        score_application, SCORE
    ).then_refused("recusal", "SIL-02", relation="co_author", years=3)


def test_a_declaration_of_before_once_more_records_nothing() -> None:
    older = NoteTie(expert_id=EXPERTS[0], person_id=CHEN_JING, relation="co_author", last_on=date(2015, 5, 1))

    given(tied("co_author", date(2015, 5, 1), date(2021, 5, 1))).when(note_tie, older).then_nothing()


def test_a_tie_is_noted_once() -> None:
    noting = NoteTie(expert_id=EXPERTS[0], person_id=CHEN_JING, relation="spouse")
    noted = TieNoted(expert_id=EXPERTS[0], person_id=CHEN_JING, relation="spouse")

    given().when(note_tie, noting).then(noted)
    given(tied("spouse")).when(note_tie, noting).then_nothing()


def test_a_sheet_is_voided_before_the_conclusion_and_its_expert_does_not_score_again() -> None:
    the_office(round_(), before_the_panel(*panel(5))).when(void_panel_score, VOID).then(VOIDED)
    expert(before_the_panel(*panel(5), VOIDED), appointed(EXPERTS[0])).when(score_application, SCORE).then_refused(
        "recusal", "SIL-02"
    )


def test_a_sheet_is_voided_once_and_only_one_that_is_there() -> None:
    the_office(round_(), before_the_panel(*panel(5), VOIDED)).when(void_panel_score, VOID).then_nothing()
    the_office(round_(), before_the_panel()).when(void_panel_score, VOID).then_refused("no-sheet", "SIL-02")


@pytest.mark.parametrize(
    ("sheets", "before", "after"),
    [
        (panel(5, expert_0=(0,) * 6, expert_1=(50,) * 6, expert_4=(80,) * 6), ("rejected", 5667), ("approved", 6250)),
        (panel(5, expert_0=(100,) * 6, expert_1=(59,) * 6), ("approved", 6000), ("rejected", 5975)),
        (panel(5), ("approved", 6000), ("approved", 6000)),
    ],
    ids=["now approved", "now rejected", "as before"],
)
def test_after_the_conclusion_the_score_and_the_verdict_follow_from_the_sheets_left(
    sheets: list[PanelScored], before: tuple[str, int], after: tuple[str, int]
) -> None:
    history = before_the_panel(*sheets, concluded(*before))

    the_office(round_(*entered(CHENS)), history).when(void_panel_score, VOID).then(
        VOIDED, PanelRescored(application_id=CHENS, score_hundredths=after[1], verdict=after[0])
    )


@pytest.mark.rule("AMB-10")
def test_whoever_was_off_duty_stays_rejected() -> None:
    off = replace(concluded("rejected", 6000), failed_rule="APP-07")

    the_office(round_(), before_the_panel(*panel(5), off)).when(void_panel_score, VOID).then(
        VOIDED,
        PanelRescored(application_id=CHENS, score_hundredths=6000, verdict="rejected", failed_rule="APP-07"),
    )


def test_the_ranking_is_made_again() -> None:
    sheets = panel(5, expert_0=(100,) * 6, expert_1=(80,) * 6)
    chens = before_the_panel(*sheets, replace(BY_PANEL, score_hundredths=6667))
    wangs = recommended(WANGS, WANG_LEI, score=6600)
    rerun = the_office(round_(*entered(CHENS, WANGS), ranked(CHENS, WANGS)), chens, wangs).when(void_panel_score, VOID)

    assert [type(event) for event in rerun.events[:2]] == [PanelScoreVoided, PanelRescored]
    assert [one.application_id for one in rerun.events[2].ranking] == [WANGS, CHENS]


def test_too_few_sheets_would_be_left_after_the_conclusion() -> None:
    history = before_the_panel(*panel(4), concluded("approved", 6000))

    the_office(round_(), seated(*FIVE), history).when(void_panel_score, VOID).then_refused(
        "quorum-lost", "A.9-25", left=3, least=4
    )


def test_once_the_list_is_posted_no_sheet_is_voided() -> None:
    history = before_the_panel(*panel(5), concluded("approved", 6000))

    the_office(round_(ranked(CHENS), posted(CHENS)), history).when(void_panel_score, VOID).then_refused(
        "list-already-posted", "APP-05"
    )


@pytest.mark.rule("APP-15", "A.9-7")
def test_a_recommendation_that_came_after_the_application_counts_in_the_ranking() -> None:
    two = [recommended(CHENS, CHEN_JING), recommended(WANGS, WANG_LEI), next_host(WANG_LEI)]
    made = the_office(round_(*entered(CHENS, WANGS)), *two).on("2023-04-10")

    (told,) = made.when(rank_candidates, RankCandidates(round_id=ROUND)).events

    assert [(one.application_id, one.flags) for one in told.ranking] == [(WANGS, ("P4",)), (CHENS, ())]
    assert told.tied == ()


def test_a_panel_and_who_stepped_aside_are_shown() -> None:
    seat = happened(PanelSeated(round_id=ROUND, experts=FIVE), SelectionPanel.id_for(ROUND))
    events = (CHEN_APPLIED, BY_DEPARTMENT, BY_OFFICE, *panel(5), BY_PANEL, VOIDED)
    again = PanelRescored(application_id=CHENS, score_hundredths=5999, verdict="rejected")
    row = folded(applications, *(happened(one, CHENS) for one in (*events, again)))[str(CHENS)]

    assert list(folded(panels, seat).values()) == [PanelRow(ROUND, FIVE, date(2023, 4, 18))]
    assert (row.state, row.level, row.recused, row.scored_by) == ("rejected", None, EXPERTS[:1], EXPERTS[1:5])
    assert (row.decisions[-1].verdict, row.decisions[-1].score_hundredths) == ("rejected", 5999)


def test_the_panel_of_the_round_is_of_the_rounds_own_size() -> None:
    own = round_(opened=replace(OPENED, overrides={"panel_min_experts": 3}))

    the_office(own, *map(appointed, EXPERTS[:3])).when(seat_panel, seating(*EXPERTS[:3])).then(
        PanelSeated(round_id=ROUND, experts=EXPERTS[:3])
    )


def test_a_reviewed_application_keeps_its_levels_when_it_is_rescored() -> None:
    again = PanelRescored(application_id=CHENS, score_hundredths=7000, verdict="approved")
    was = Reviewed(application_id=CHENS, level="panel", verdict="rejected", score_hundredths=5999)
    chens: Any = before_the_panel(*panel(5), was, VOIDED, again)

    assert (chens.passed, chens.due, chens.score_hundredths) == (["department", "office", "panel"], "school", 7000)
