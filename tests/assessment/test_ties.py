"""Who must not judge a studio: colleagues, kin and co-workers, declared or known."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.assessment.aggregates.case import Case
from services.assessment.aggregates.impartiality import Ties
from services.assessment.aggregates.rubric import Appointment
from services.assessment.commands import (
    AppointExpert,
    DeclareTie,
    PostScore,
    SeatPanel,
    SubmitSheet,
    appoint_expert,
    declare_tie,
    post_score,
    seat_panel,
    submit_sheet,
)
from services.assessment.events import CaseOpened, HostNoted, PanelSeated, SheetSubmitted
from shared.kernel.people import Role
from shared.kernel.published import ExpertAppointed, TieDeclared
from shared.kernel.values import Slug
from tests.assessment.examples import (
    A_MIDTERM_DAY,
    FIVE,
    HAN_XUE,
    LIN_JING,
    STUDIO,
    TERM_ENDS,
    WANG_FANG,
    WU_MIN,
    appointed,
    aside,
    evaluation,
    evenly,
    noted,
    rubric,
    seated,
    sheets,
)
from tests.scenario import SCHOOL, Given, given, stream

pytestmark = pytest.mark.rule("SIL-02")

SEAT = SeatPanel(studio_id=STUDIO, stage="midterm", experts=FIVE)
LAST_ON = date(2021, 9, 27)
"""Three years before the mid-term day of the examples."""


def tie(relation: Any, person: UUID = LIN_JING, last_on: date | None = None) -> TieDeclared:
    return TieDeclared(expert_id=HAN_XUE, person_id=person, relation=relation, last_on=last_on)


def of_mechanical(*later: Any) -> Case:
    opened = CaseOpened(studio_id=STUDIO, host_id=LIN_JING, department=Slug("mechanical"))
    return stream(Case, Case.id_for(STUDIO), opened, *later)


def colleague(department: str | None) -> Appointment:
    known = ExpertAppointed(person_id=HAN_XUE, until=TERM_ENDS, department=department and Slug(department))
    return stream(Appointment, Appointment.id_for(SCHOOL, HAN_XUE), known)


def office(*ties: TieDeclared, case: Case | None = None, expert: Appointment | None = None) -> Given:
    declared = stream(Ties, Ties.id_for(SCHOOL, HAN_XUE), *ties)
    others = map(appointed, FIVE[1:])
    known = evaluation("midterm"), rubric(), case or of_mechanical(), expert or appointed(HAN_XUE), declared, *others
    return given(*known).on(A_MIDTERM_DAY).by(Role.PERSONNEL, WU_MIN)


def test_sil_02_an_office_declares_kinship() -> None:
    asked = DeclareTie(expert_id=HAN_XUE, person_id=LIN_JING, relation="spouse")

    given().by(Role.PERSONNEL, WU_MIN).when(declare_tie, asked).then(tie("spouse"))
    given(stream(Ties, Ties.id_for(SCHOOL, HAN_XUE), tie("spouse"))).when(declare_tie, asked).then_nothing()


def test_sil_02_joint_work_is_declared_with_its_last_day() -> None:
    asked = DeclareTie(expert_id=HAN_XUE, person_id=LIN_JING, relation="co_author")

    given().when(declare_tie, asked).then_refused("tie-undated", "SIL-02", relation="co_author")
    given().when(declare_tie, replace(asked, last_on=LAST_ON)).then(tie("co_author", last_on=LAST_ON))


def test_sil_02_an_expert_is_appointed_with_the_own_department() -> None:
    asked = AppointExpert(person_id=HAN_XUE, until=TERM_ENDS, department=Slug("mechanical"))

    given(appointed(HAN_XUE)).when(appoint_expert, asked).then(
        ExpertAppointed(person_id=HAN_XUE, until=TERM_ENDS, department=Slug("mechanical"))
    )
    given(colleague("mechanical")).when(appoint_expert, asked).then_nothing()


@pytest.mark.parametrize("relation", ["spouse", "lineal_kin", "collateral_kin", "in_law", "adoptive"])
@pytest.mark.parametrize("person", [LIN_JING, WANG_FANG], ids=["host", "former member"])
def test_sil_02_kin_of_host_or_member_is_not_seated(relation: Any, person: UUID) -> None:
    known = of_mechanical(noted(WANG_FANG, "joined"), noted(WANG_FANG, "left"))

    office(tie(relation, person), case=known).when(seat_panel, SEAT).then_refused(
        "recusal", "SIL-02", persons=[str(HAN_XUE)]
    )


def test_sil_02_a_tie_to_somebody_else_does_not_matter() -> None:
    office(tie("spouse", UUID(int=77))).when(seat_panel, SEAT).then(PanelSeated(experts=FIVE))


@pytest.mark.parametrize("relation", ["co_author", "co_lead"])
@pytest.mark.parametrize(
    ("years", "last_on", "seats"),
    [
        (3, LAST_ON, False),
        (3, date(2021, 9, 26), True),
        (2, LAST_ON, True),
        (4, date(2020, 9, 27), False),
        (0, date(2024, 9, 27), False),
        (0, date(2024, 9, 26), True),
    ],
    ids=["corresponding day", "a day beyond", "two years", "four years", "the day itself", "no years"],
)
def test_sil_02_joint_work_binds_for_the_years_of_the_setting(
    relation: Any, years: int, last_on: date, seats: bool  # noqa: FBT001
) -> None:  # fmt: skip
    outcome = office(tie(relation, last_on=last_on)).under(recusal_years=years).when(seat_panel, SEAT)

    if seats:
        outcome.then(PanelSeated(experts=FIVE))
    else:
        outcome.then_refused("recusal", "SIL-02", persons=[str(HAN_XUE)])


@pytest.mark.parametrize("order", [1, -1], ids=["in order", "older last"])
def test_sil_02_of_several_declarations_of_joint_work_the_newest_binds(order: int) -> None:
    declared = (tie("co_author", last_on=date(2015, 9, 27)), tie("co_author", last_on=LAST_ON))[::order]

    office(*declared).when(seat_panel, SEAT).then_refused("recusal", "SIL-02", persons=[str(HAN_XUE)])


@pytest.mark.parametrize(
    ("department", "setting", "seats"),
    [("mechanical", True, False), ("mechanical", False, True), ("electrical", True, True), (None, True, True)],
    ids=["same", "same, setting off", "another", "unknown"],
)
def test_sil_02_the_hosts_department_is_a_setting(
    department: str | None, setting: bool, seats: bool  # noqa: FBT001
) -> None:  # fmt: skip
    known = office(expert=colleague(department)).under(recusal_same_department=setting)
    outcome = known.when(seat_panel, SEAT)

    if seats:
        outcome.then(PanelSeated(experts=FIVE))
    else:
        outcome.then_refused("recusal", "SIL-02", persons=[str(HAN_XUE)])


def test_sil_02_a_tie_declared_since_keeps_an_expert_from_writing_a_sheet() -> None:
    known = rubric(), of_mechanical(), evaluation("midterm", seated()), appointed(HAN_XUE)
    declared = stream(Ties, Ties.id_for(SCHOOL, HAN_XUE), tie("spouse"))
    asked = SubmitSheet(studio_id=STUDIO, stage="midterm", points=evenly(80))

    given(*known).on(A_MIDTERM_DAY).by(Role.EXPERT, HAN_XUE).when(submit_sheet, asked).then(
        SheetSubmitted(expert_id=HAN_XUE, rubric=1, points=evenly(80))
    )
    given(*known, declared).on(A_MIDTERM_DAY).by(Role.EXPERT, HAN_XUE).when(submit_sheet, asked).then_refused(
        "recusal", "SIL-02", persons=[str(HAN_XUE)]
    )


@pytest.mark.parametrize(("declared", "why"), [((tie("spouse"),), "tie"), ((), "same_department")])
def test_sil_02_a_sheet_written_before_does_not_count(declared: tuple[TieDeclared, ...], why: Any) -> None:
    known = office(*declared, expert=colleague(None if declared else "mechanical"))
    known.history.aggregates.update({(e := evaluation("midterm", seated(), *sheets(0, 70, 70, 70, 70))).id: e})
    (score,) = known.when(post_score, PostScore(studio_id=STUDIO, stage="midterm")).events

    assert (score.score_hundredths, score.set_aside) == (7000, (aside(HAN_XUE, why),))


@pytest.mark.rule("SIL-04")
def test_sil_04_who_led_the_studio_before_stays_a_party() -> None:
    changed = of_mechanical(HostNoted(former_host_id=HAN_XUE, host_id=LIN_JING))

    office(case=changed).when(seat_panel, SEAT).then_refused("recusal", "SIL-02", persons=[str(HAN_XUE)])
