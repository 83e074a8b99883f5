"""P1 to P4: what speaks for a candidate, computed from the form and explained."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.applications.aggregates.candidate import Duty, Recommendation
from services.applications.commands import (
    Apply,
    NoteRecommendation,
    ReportDuty,
    apply,
    note_recommendation,
    report_duty,
)
from services.applications.events import Contest, DutyChanged, Honor, Preference, RecommendationNoted, Research
from shared.kernel.people import Role
from tests.applications.examples import (
    CHEN_JING,
    CHENS,
    CHENS_STUDIO,
    LIU_OF_PERSONNEL,
    OPENED,
    ROUND,
    off_duty,
    round_,
)
from tests.scenario import SCHOOL, given, stream

NOTED = RecommendationNoted(person_id=CHEN_JING, studio_id=CHENS_STUDIO, rank=1)
ADVISED = stream(Recommendation, Recommendation.id_for(SCHOOL, CHEN_JING), NOTED)


def flag(name: str, *streams: Any, opened: Any = OPENED, **form: Any) -> Preference:
    """The flag as it is recorded for Chen Jing with this in the form."""
    asked = Apply(
        application_id=CHENS, round_id=ROUND, department="mechanics", on_duty=True, semesters=16, title="senior",
        class_honor="county", **form,
    )  # fmt: skip
    outcome = given(round_(opened=opened), *streams).by(Role.TEACHER, CHEN_JING).when(apply, asked)
    assert outcome.said is None
    return next(one for one in outcome.events[0].preferences if one.flag == name)


def contest(level: str = "prefecture", won_on: date = date(2020, 5, 1), title: str = "班主任能力比赛") -> Contest:
    return Contest(title=title, level=level, won_on=won_on)


def research(level: str = "prefecture", on: date = date(2020, 5, 1), **more: Any) -> Research:
    return Research(**{"title": "德育课题", "form": "project", "level": level, "part": "led", "on": on} | more)


@pytest.mark.rule("APP-12", "AMB-06")
@pytest.mark.parametrize(
    ("won_on", "because"),
    [
        (date(2018, 3, 30), "outside-window"),
        (date(2018, 3, 31), "in-window"),
        (date(2023, 3, 31), "in-window"),
        (date(2023, 4, 1), "outside-window"),
    ],
)
def test_a_contest_counts_from_the_day_five_years_before_the_deadline_to_the_deadline(
    won_on: date, because: str
) -> None:
    assert flag("P1", contests=(contest(won_on=won_on),)) == Preference(
        flag="P1", state="met" if because == "in-window" else "unmet", because=because, title="班主任能力比赛",
        since=date(2018, 3, 31), until=date(2023, 3, 31),
    )  # fmt: skip


@pytest.mark.rule("AMB-06")
@pytest.mark.parametrize(("won_on", "state"), [(date(2019, 2, 27), "unmet"), (date(2019, 2, 28), "met")])
def test_where_there_is_no_such_day_five_years_before_the_months_last_day_counts(won_on: date, state: str) -> None:
    leap = replace(OPENED, deadline=date(2024, 2, 29))
    shown = flag("P1", opened=leap, contests=(contest(won_on=won_on),))

    assert (shown.state, shown.since) == (state, date(2019, 2, 28))


@pytest.mark.rule("APP-12", "AMB-08")
@pytest.mark.parametrize(
    ("level", "state"), [("school", "unmet"), ("county", "unmet"), ("prefecture", "met"), ("province", "met")]
)
def test_a_contest_counts_from_the_rounds_level_on(level: str, state: str) -> None:
    assert flag("P1", contests=(contest(level),)).state == state


@pytest.mark.rule("APP-12")
def test_the_contest_that_comes_nearest_is_named() -> None:
    three = (contest("county", title="甲"), contest(title="乙"), contest(won_on=date(2000, 1, 1), title="丙"))

    assert (flag("P1", contests=three).title, flag("P1", contests=three[::2]).title) == ("乙", "丙")


@pytest.mark.rule("APP-13", "AMB-08")
@pytest.mark.parametrize(("level", "state"), [("school", "unmet"), ("county", "met"), ("nation", "met")])
def test_a_personal_honour_counts_from_jiangyin_level_on_without_a_time_limit(level: str, state: str) -> None:
    because = "at-level" if state == "met" else "below-level"

    assert flag("P2", honors=(Honor(title="优秀教师", level=level),)) == Preference(
        flag="P2", state=state, because=because, title="优秀教师"
    )


@pytest.mark.rule("APP-14", "AMB-08")
@pytest.mark.parametrize(
    ("item", "state", "because"),
    [
        (research(), "met", "in-window"),
        (research(part="main"), "met", "in-window"),
        (research(part="other"), "unmet", "minor-part"),
        (research(form="publication", part="other"), "met", "in-window"),
        (research("county"), "check", "county-level"),
        (research("county", part="other"), "unmet", "minor-part"),
        (research("county", on=date(2018, 3, 30)), "unmet", "below-level"),
        (research("school"), "unmet", "below-level"),
        (research(on=date(2018, 3, 30)), "unmet", "outside-window"),
        (research(on=date(2018, 3, 31)), "met", "in-window"),
    ],
)
def test_research_counts_when_led_or_published_at_municipal_level_within_five_years(
    item: Research, state: str, because: str
) -> None:
    shown = flag("P3", research=(item,))

    assert (shown.state, shown.because) == (state, because)


@pytest.mark.rule("APP-15")
def test_an_excellent_trainee_whom_assessment_recommended_is_preferred() -> None:
    assert flag("P4", ADVISED) == Preference(flag="P4", state="met", because="recommended")
    assert flag("P4") == Preference(flag="P4", state="unmet", because="not-recommended")


@pytest.mark.rule("APP-15")
def test_a_recommendation_is_noted_once_a_studio() -> None:
    noting = NoteRecommendation(person_id=CHEN_JING, studio_id=CHENS_STUDIO, rank=1)

    given().when(note_recommendation, noting).then(NOTED)
    given(stream(Recommendation, Recommendation.id_for(SCHOOL, CHEN_JING), NOTED)).when(
        note_recommendation, noting
    ).then_nothing()


@pytest.mark.rule("APP-07", "AMB-10")
@pytest.mark.parametrize(("on_duty", "since"), [(True, date(2023, 3, 1)), (False, date(2023, 4, 1))])
def test_who_is_on_duty_is_reported_when_it_changes(on_duty: bool, since: date) -> None:  # noqa: FBT001
    reporting = ReportDuty(person_id=CHEN_JING, on_duty=on_duty, since=since)
    changed = DutyChanged(person_id=CHEN_JING, on_duty=on_duty, since=since)
    before = stream(
        Duty, Duty.id_for(SCHOOL, CHEN_JING), DutyChanged(person_id=CHEN_JING, on_duty=not on_duty, since=since)
    )

    given(before).by(Role.PERSONNEL, LIU_OF_PERSONNEL).when(report_duty, reporting).then(changed)


@pytest.mark.rule("APP-07")
@pytest.mark.parametrize("person", [CHEN_JING, UUID(int=0xFF)])
def test_everyone_is_on_duty_until_something_else_is_reported(person: UUID) -> None:
    on_duty = ReportDuty(person_id=person, on_duty=True, since=date(2023, 3, 1))

    given().by(Role.PERSONNEL, LIU_OF_PERSONNEL).when(report_duty, on_duty).then_nothing()


@pytest.mark.rule("APP-07", "AMB-10")
@pytest.mark.parametrize("since", [1, 27])
def test_who_was_reported_off_duty_does_not_apply(since: int) -> None:
    asked = Apply(
        application_id=CHENS, round_id=ROUND, department="mechanics", on_duty=True, semesters=16, title="senior",
        class_honor="county",
    )  # fmt: skip

    given(round_(), off_duty(CHEN_JING, date(2023, 3, since))).by(Role.TEACHER, CHEN_JING).when(
        apply, asked
    ).then_refused("not-on-duty", "APP-07")
