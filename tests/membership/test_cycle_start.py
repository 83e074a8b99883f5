"""Project years run from the plaque's day, or from the list's publication (AMB-12, A.9-13)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.membership.commands import (
    ActivateRoster,
    CloseRoster,
    HoldSession,
    activate_roster,
    close_roster,
    hold_session,
)
from services.membership.events import CycleEnded, RollClosed, RollMarked
from services.membership.read_models.agenda import agenda
from services.membership.read_models.rosters import rosters
from shared.kernel.published import TraineeEvaluated
from tests.membership.examples import (
    ACTIVE,
    CHENS_ROSTER,
    CHENS_STUDIO,
    CLASS_MEETING,
    HOME_VISIT,
    HU_JUN,
    HUS,
    LAST_DAY,
    OPENED,
    PLAN_NOTED,
    PLAQUE_DAY,
    folded,
    happened,
    held,
    listed,
    member,
    planned,
    roster,
    session,
)
from tests.scenario import given

pytestmark = pytest.mark.rule("AMB-12", "A.9-13")

PUBLISHED, ENDS = date(2023, 4, 3), date(2026, 4, 3)
FROM_PUBLICATION = replace(ACTIVE, starts_on=PUBLISHED, ends_on=ENDS)
ACTIVATE = ActivateRoster(studio_id=CHENS_STUDIO, plaqued_on=PLAQUE_DAY, ends_on=ENDS, starts_on=PUBLISHED)


def test_the_cycle_runs_from_the_day_that_applications_says() -> None:
    given(roster(PLAN_NOTED)).when(activate_roster, ACTIVATE).then(FROM_PUBLICATION)
    given(roster(PLAN_NOTED, FROM_PUBLICATION)).when(activate_roster, ACTIVATE).then_nothing()


@pytest.mark.parametrize(
    ("active", "day", "year"),
    [
        (ACTIVE, date(2024, 4, 24), 1),
        (ACTIVE, date(2024, 4, 25), 2),
        (FROM_PUBLICATION, date(2024, 4, 3), 1),
        (FROM_PUBLICATION, date(2024, 4, 4), 2),
        (FROM_PUBLICATION, date(2024, 4, 24), 2),
    ],
)
def test_project_years_count_from_there(active: Any, day: date, year: int) -> None:
    running: Any = roster(active)

    assert running.year_on(day) == year


@pytest.mark.rule("MEM-05", "A.9-4")
@pytest.mark.parametrize(("day", "code"), [(date(2023, 4, 23), "session-before-plaque"), (PLAQUE_DAY, None)])
def test_sessions_count_from_the_plaque_all_the_same(day: date, code: str | None) -> None:
    running = roster(PLAN_NOTED, FROM_PUBLICATION, planned(day=day))
    outcome = given(running).on("2023-04-24").when(
        hold_session, HoldSession(studio_id=CHENS_STUDIO, session_id=CLASS_MEETING)
    )  # fmt: skip

    if code:
        outcome.then_refused(code, "MEM-05")
    else:
        assert outcome.said is None


def test_the_agenda_has_the_ends_of_those_years() -> None:
    dues = folded(agenda, happened(FROM_PUBLICATION, CHENS_ROSTER))

    assert {key.partition(":")[2]: due.on for key, due in dues.items()} == {
        "": date(2026, 4, 4), "1": date(2024, 4, 4), "2": date(2025, 4, 4),
    }  # fmt: skip


def test_the_roster_shows_when_the_cycle_began() -> None:
    told = (OPENED, FROM_PUBLICATION)

    assert folded(rosters, *(happened(event, CHENS_ROSTER) for event in told))[str(CHENS_ROSTER)].starts_on == PUBLISHED


@pytest.mark.rule("AMB-24", "A.9-17")
@pytest.mark.parametrize(("active", "hours"), [(ACTIVE, (4, 2, 0)), (FROM_PUBLICATION, (0, 6, 0))])
def test_the_closing_roster_has_the_hours_of_each_project_year(active: Any, hours: tuple[int, ...]) -> None:
    first, second = date(2024, 4, 10), date(2024, 5, 10)
    over = roster(
        listed(HU_JUN), active, planned(day=first), planned(HOME_VISIT, second, hours=2),
        CycleEnded(studio_id=CHENS_STUDIO, ends_on=LAST_DAY),
    )  # fmt: skip
    rolls = [
        session(
            held(HU_JUN, id=id, day=day, hours=many), RollMarked(present=(HU_JUN,), absent={}),
            RollClosed(session_id=id, studio_id=CHENS_STUDIO),
        )
        for id, day, many in ((CLASS_MEETING, first, 4), (HOME_VISIT, second, 2))
    ]  # fmt: skip
    evaluated = TraineeEvaluated(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, points=88)
    (closed,) = given(over, member(HU_JUN, evaluated), *rolls).when(
        close_roster, CloseRoster(studio_id=CHENS_STUDIO)
    ).events  # fmt: skip

    (entry,) = closed.members
    assert (entry.hours_by_year, entry.attended_hours) == (hours, 6)
