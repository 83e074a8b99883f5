"""What follows from absences (MEM-06), in the transaction of the roll or the year that showed them."""

from collections.abc import Iterable
from uuid import UUID

from services.membership.aggregates.attendance import WHOLE, Attendance, Window
from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Engagement, Roster
from services.membership.aggregates.session import Session
from services.membership.commands.rosters import barred_by
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History


def window_of(roster: Roster, number: int, history: History, context: Context) -> Window:
    """The sessions of a project year, or of the whole cycle."""
    planned = roster.planned_in(number) if number else roster.planned
    found = {session.id: session for session in history.find_all(Session, planned)}
    is_over = roster.is_year_over(number, context.on) if number else roster.is_over(context.on)
    return Window.of(roster, number, found, is_over=is_over)


def windows_of(roster: Roster, years: Iterable[int], history: History, context: Context) -> list[Window]:
    """Each year is counted; a window that is no year stands beside them when the settings judge by it (AMB-03)."""
    numbers = [*years, *([] if context.settings.absence_window == "project_year" else [WHOLE])]
    return [window_of(roster, number, history, context) for number in numbers]


def judge_after(
    session: Session, persons: Iterable[UUID], roster: Roster, history: History, context: Context
) -> list[Aggregate]:
    """The last roll of a window that is over settles it for all."""
    windows = windows_of(roster, [roster.year_on(session.held_on)], history, context)
    return [
        one
        for window in windows
        for one in judge(window, roster.memberships if window.is_settled else persons, roster, history, context)
    ]


def judge_settled(year: int, roster: Roster, history: History, context: Context) -> list[Aggregate]:
    """What a year's or the cycle's end decides, unless a roll is still open (A.9-24)."""
    settled = (window for window in windows_of(roster, [year], history, context) if window.is_settled)
    return [one for window in settled for one in judge(window, roster.memberships, roster, history, context)]


def judge(
    window: Window, persons: Iterable[UUID], roster: Roster, history: History, context: Context
) -> list[Aggregate]:
    """Count each person's sessions; a trainee at the limit is to be removed, one near it is warned."""
    ids = [roster.memberships[person] for person in persons if person in roster.memberships]
    attendances = history.find_all(Attendance, (Attendance.id_for(id) for id in ids))
    changed: list[Aggregate] = []
    for member, attendance in zip(history.load_all(Membership, ids), attendances, strict=True):
        _judge_one(member, attendance, window, roster, context)
        changed += [attendance, member]
    return changed


def _judge_one(member: Membership, attendance: Attendance, window: Window, roster: Roster, context: Context) -> None:
    judged = window.judge(member.person_id, roster, context.settings)
    attendance.count(member, judged)
    if not member.is_judged or member.state != "joined" or member.removal is not None:
        return
    if not judged.reaches:
        attendance.warn(member, judged)
    elif member.is_due_to_go(judged.counted.absences):
        assert judged.denominator is not None
        member.pend_removal(
            judged.year, judged.denominator, judged.counted.excluded, judged.counted.absences, judged.session_ids,
            context.done_on, context.settings,
        )  # fmt: skip


def reconsider(session: Session, person: UUID, roster: Roster, history: History, context: Context) -> list[Aggregate]:
    """After a correction: a removal that has lost its ground is lifted or undone, then all is judged as it stands."""
    member = history.load(Membership, roster.memberships[person])
    changed: list[Aggregate] = []
    if member.removal is not None and member.removal.year in (WHOLE, roster.year_on(session.held_on)):
        window = window_of(roster, member.removal.year, history, context)
        if not window.judge_again(member.removal, context.settings).is_at_limit:
            if member.state == "removed":
                changed += _reinstate(member, roster, history, context)
            else:
                member.lift_removal("correction")
    return [*judge_all_years(person, roster, history, context), *changed]


def judge_all_years(person: UUID, roster: Roster, history: History, context: Context) -> list[Aggregate]:
    """What was missed while a removal was pending waits for its end; one removal is pending at a time."""
    windows = windows_of(roster, range(1, len(roster.years) + 1), history, context)
    return [one for window in windows if window.held for one in judge(window, [person], roster, history, context)]


def _reinstate(member: Membership, roster: Roster, history: History, context: Context) -> list[Aggregate]:
    """Who belongs to another studio by now stays there: the roll is put right, the removal stands (AMB-25)."""
    engagement = history.find(Engagement, Engagement.id_for(context.school, member.person_id))
    if barred_by(engagement, roster.studio_id, member.person_id, history, context) is not None:
        return []
    member.reinstate()
    roster.list_member(member.id, member.person_id, context.on)
    if roster.ended is None:
        engagement.engage(roster.studio_id)
    return [roster, engagement]
