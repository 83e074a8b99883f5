"""Deadlines of membership: rolls that close by time, removals that take effect, years and cycles that end."""

from collections.abc import Iterable
from datetime import timedelta

from services.membership.events import (
    CycleEnded,
    ObjectionAnswered,
    ObjectionRaised,
    ProjectYearEnded,
    RemovalLifted,
    RemovalPending,
    RollClosed,
    RosterEnded,
    SessionHeld,
    StudioActivated,
)
from shared.kernel.calendar import project_years
from shared.kernel.model import Due, Happened, ReadModel
from shared.kernel.published import MemberLeft, MemberRemoved

_ONE_DAY = timedelta(days=1)


def year_ends(active: StudioActivated) -> dict[int, Due]:
    """The end of each project year but the last, which ends with the cycle."""
    plaqued, ends = active.plaqued_on, active.ends_on
    years = project_years(plaqued, (ends.year - plaqued.year) * 12 + ends.month - plaqued.month)
    return {
        year: Due(ask="EndProjectYear", body={"studio_id": str(active.studio_id), "year": year}, on=last + _ONE_DAY)
        for year, (_, last) in enumerate(years[:-1], start=1)
    }


def keys(happened: Happened) -> Iterable[str]:
    """One deadline a stream, and one more for each project year of a roster."""
    match happened.event:
        case StudioActivated() as active:
            return (str(happened.stream), *(f"{happened.stream}:{year}" for year in year_ends(active)))
        case ProjectYearEnded(year=year):
            return (f"{happened.stream}:{year}",)
    return (str(happened.stream),)


def fold(key: str, row: Due | None, happened: Happened) -> Due | None:
    match happened.event:
        case SessionHeld() as held:
            body = {"session_id": str(held.session_id)}
            return Due(ask="CloseRoll", body=body, on=held.closes_on, rules=happened.rules)
        case StudioActivated() as active if key == str(happened.stream):
            body = {"studio_id": str(active.studio_id)}
            return Due(ask="EndCycle", body=body, on=active.ends_on + _ONE_DAY, rules=happened.rules)
        case StudioActivated() as active:
            due = year_ends(active)[int(key.rpartition(":")[2])]
            return Due(ask=due.ask, body=due.body, on=due.on, rules=happened.rules)
        case RemovalPending() | ObjectionAnswered(upheld=False) as it:
            body = {"membership_id": str(it.membership_id)}
            since, workdays = it.since, it.objection_workdays
            return Due(ask="ConfirmRemoval", body=body, since=since, workdays=workdays, rules=happened.rules)
        case RosterEnded(reason="completed"):
            # A final in effect at once: the cycle's end still closes the roster.
            return row
    return None


agenda = ReadModel(
    "agenda",
    row=Due,
    facts=(
        SessionHeld, StudioActivated, RollClosed, CycleEnded, RosterEnded, ProjectYearEnded, RemovalPending,
        ObjectionRaised, ObjectionAnswered, RemovalLifted, MemberRemoved, MemberLeft,
    ),
    keys=keys,
    fold=fold,
    filters=("on",),
    edition=2,
)  # fmt: skip
