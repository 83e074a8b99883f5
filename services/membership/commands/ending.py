"""How a membership, a year, a cycle and a roster end."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from services.membership.aggregates.closing import may_close, member_record
from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Engagement, Roster
from services.membership.aggregates.session import Session
from services.membership.commands.judging import judge_settled
from services.membership.commands.rosters import known_roster, own_roster
from services.membership.events import ProjectYear
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command


@command
class Withdraw:
    membership_id: UUID


def withdraw(asked: Withdraw, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    roster = own_roster(membership, history)
    if membership.state in ("left", "removed"):
        return [membership]
    roster.check_open()
    return _leave(membership, roster, "withdrawn", history, context)


def _leave(
    membership: Membership,
    roster: Roster,
    reason: Literal["withdrawn", "studio_disqualified", "studio_closed"],
    history: History,
    context: Context,
) -> list[Aggregate]:
    engagement = history.find(Engagement, Engagement.id_for(context.school, membership.person_id))
    membership.leave(reason)
    roster.unlist_member(membership.id, membership.person_id, context.on)
    engagement.release(roster.studio_id)
    return [membership, roster, engagement]


@command
class EndJoining:
    studio_id: UUID


def end_joining(asked: EndJoining, history: History, context: Context) -> Sequence[Aggregate]:
    roster = known_roster(asked.studio_id, history)
    roster.end_joining()
    return [roster]


@command
class EndProjectYear:
    studio_id: UUID
    year: ProjectYear


def end_project_year(asked: EndProjectYear, history: History, context: Context) -> Sequence[Aggregate]:
    """The day after; with a roll still open the year is judged when its last one closes (A.9-24)."""
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    roster.end_year(asked.year)
    return [roster, *_judge_year(asked.year, roster, history, context)]


def _judge_year(year: int, roster: Roster, history: History, context: Context) -> list[Aggregate]:
    if roster.ended not in (None, "completed") or roster.is_closed or not 1 <= year <= len(roster.years):
        return []
    return judge_settled(year, roster, history, context)


@command
class EndCycle:
    studio_id: UUID


def end_cycle(asked: EndCycle, history: History, context: Context) -> Sequence[Aggregate]:
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    roster.end_cycle()
    return [roster, *_judge_year(len(roster.years), roster, history, context)]


@command
class CloseRoster:
    studio_id: UUID


def close_roster(asked: CloseRoster, history: History, context: Context) -> Sequence[Aggregate]:
    """Silent while something is still open: it is asked again by whatever closes it (A.9-3)."""
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    members = history.load_all(Membership, list(roster.memberships.values()))
    trainees = [member for member in members if member.kind == "trainee"]
    held = [session for session in history.find_all(Session, roster.planned) if session.belongs_to(roster)]
    if may_close(roster, trainees, held):
        roster.close(tuple(member_record(trainee, held, roster, context.settings) for trainee in trainees))
    return [roster]


@command
class EndRoster:
    studio_id: UUID
    reason: Literal["studio_disqualified", "studio_closed", "completed"]


def end_roster(asked: EndRoster, history: History, context: Context) -> Sequence[Aggregate]:
    """The studio ended: memberships close with the reason, everybody is free again (AMB-16)."""
    roster = known_roster(asked.studio_id, history)
    if not roster.end(asked.reason, context.on):
        return [roster]
    host = history.find(Engagement, Engagement.id_for(context.school, roster.host_id))
    host.release(roster.studio_id)
    changed: list[Aggregate] = [roster, host]
    for member in history.load_all(Membership, list(roster.pairs)):
        engagement = history.find(Engagement, Engagement.id_for(context.school, member.person_id))
        engagement.release(roster.studio_id)
        changed += [member, engagement]
        if asked.reason != "completed":
            member.leave(asked.reason)
    return changed
