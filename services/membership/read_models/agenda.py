"""Deadlines of membership: rolls that close by time, removals that take effect, years and cycles that end."""

from collections.abc import Iterable
from datetime import date, timedelta

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
from shared.kernel.model import Due, Happened, ReadModel, due
from shared.kernel.published import MemberLeft, MemberRemoved

_ONE_DAY = timedelta(days=1)


def year_ends(active: StudioActivated) -> dict[int, date]:
    """The last day of each project year but the last, which ends with the cycle."""
    starts, ends = active.starts_on or active.plaqued_on, active.ends_on
    years = project_years(starts, (ends.year - starts.year) * 12 + ends.month - starts.month)
    return {year: last for year, (_, last) in enumerate(years[:-1], start=1)}


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
            return due(happened, "CloseRoll", {"session_id": str(held.session_id)}, on=held.closes_on)
        case StudioActivated() as active if key == str(happened.stream):
            return due(happened, "EndCycle", {"studio_id": str(active.studio_id)}, on=active.ends_on + _ONE_DAY)
        case StudioActivated() as active:
            year = int(key.rpartition(":")[2])
            body = {"studio_id": str(active.studio_id), "year": year}
            return due(happened, "EndProjectYear", body, on=year_ends(active)[year] + _ONE_DAY)
        case RemovalPending() | ObjectionAnswered(upheld=False) as it:
            body = {"membership_id": str(it.membership_id)}
            return due(happened, "ConfirmRemoval", body, since=it.since, workdays=it.objection_workdays)
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
    edition=5,
)  # fmt: skip
