"""What follows from absences (MEM-06), in the transaction of the roll or the year that showed them."""

from collections.abc import Iterable
from uuid import UUID

from services.membership.aggregates.attendance import Attendance, YearOfSessions, reaches_limit, tally
from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Engagement, Roster
from services.membership.aggregates.session import Session
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History


def year_of_sessions(roster: Roster, year: int, history: History, context: Context) -> YearOfSessions:
    found = {session.id: session for session in history.find_all(Session, roster.planned_in(year))}
    return YearOfSessions.of(roster, year, found, is_over=roster.is_year_over(year, context.on))


def judge_after(
    session: Session, persons: Iterable[UUID], roster: Roster, history: History, context: Context
) -> list[Aggregate]:
    sessions = year_of_sessions(roster, roster.year_on(session.held_on), history, context)
    return judge(sessions, roster.memberships if sessions.is_settled else persons, roster, history, context)


def judge(
    sessions: YearOfSessions, persons: Iterable[UUID], roster: Roster, history: History, context: Context
) -> list[Aggregate]:
    """Count each person's year; a trainee at the limit is to be removed, one near it is warned."""
    ids = [roster.memberships[person] for person in persons if person in roster.memberships]
    attendances = history.find_all(Attendance, (Attendance.id_for(id) for id in ids))
    changed: list[Aggregate] = []
    for member, attendance in zip(history.load_all(Membership, ids), attendances, strict=True):
        _judge_one(member, attendance, sessions, roster, context)
        changed += [attendance, member]
    return changed


def _judge_one(
    member: Membership, attendance: Attendance, sessions: YearOfSessions, roster: Roster, context: Context
) -> None:
    counted = tally(member.person_id, sessions.held, context.settings)
    is_bound = member.kind == "trainee"
    denominator = sessions.denominator(member.person_id, roster, counted) if is_bound else None
    attendance.count(member, sessions.year, counted, denominator, context.settings)
    if denominator is None or member.state != "joined" or member.removal is not None:
        return
    if reaches_limit(counted.absent, denominator, context.settings):
        member.pend_removal(
            sessions.year, denominator, counted.excluded, counted.absences, sessions.session_ids, context.done_on,
            context.settings,
        )  # fmt: skip
    else:
        attendance.warn(member, sessions.year, counted.absent, denominator, context.settings)


def reconsider(session: Session, person: UUID, roster: Roster, history: History, context: Context) -> list[Aggregate]:
    """After a correction: a removal that has lost its ground is lifted or undone, then all is judged as it stands."""
    member = history.load(Membership, roster.memberships[person])
    year = roster.year_on(session.held_on)
    sessions = year_of_sessions(roster, year, history, context)
    changed: list[Aggregate] = []
    if member.removal is not None and member.removal.year == year and not _still_stands(member, sessions, context):
        if member.state == "removed":
            changed += _reinstate(member, roster, history, context)
        else:
            member.lift_removal("correction")
    return [*judge_all_years(person, roster, history, context), *changed]


def judge_all_years(person: UUID, roster: Roster, history: History, context: Context) -> list[Aggregate]:
    """What was missed while a removal was pending waits for its end; one removal is pending at a time."""
    years = (year_of_sessions(roster, year, history, context) for year in range(1, len(roster.years) + 1))
    return [one for year in years if year.held for one in judge(year, [person], roster, history, context)]


def _still_stands(member: Membership, sessions: YearOfSessions, context: Context) -> bool:
    """By the removal's own denominator; sessions that were added since do not count for it (AMB-03)."""
    removal = member.removal
    assert removal is not None
    counted = tally(member.person_id, sessions.among(removal.known_session_ids), context.settings)
    denominator = removal.denominator - (counted.excluded - removal.excluded)
    return reaches_limit(counted.absent, denominator, context.settings)


def _reinstate(member: Membership, roster: Roster, history: History, context: Context) -> list[Aggregate]:
    """Who belongs to another studio by now stays there: the roll is put right, the removal stands (AMB-25)."""
    engagement = history.find(Engagement, Engagement.id_for(context.school, member.person_id))
    if engagement.studio_id is not None:
        return []
    member.reinstate()
    roster.list_member(member.id, member.person_id, context.on)
    if roster.ended is None:
        engagement.engage(roster.studio_id)
    return [roster, engagement]
