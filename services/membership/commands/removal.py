"""A pending removal: objected to, answered, in effect (MEM-06, AMB-05)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Engagement
from services.membership.commands.judging import judge_all_years
from services.membership.commands.rosters import own_roster
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command
from shared.kernel.personal import PersonalText
from shared.kernel.values import Flag


def _takes_effect_on(membership: Membership, context: Context) -> date | None:
    """None while nothing is pending, or while the calendar does not reach that far (A.9-5)."""
    removal = membership.removal
    return None if removal is None else context.calendar.takes_effect_on(removal.since, removal.objection_workdays)


@command
class RaiseObjection:
    membership_id: UUID
    reason: PersonalText


def raise_objection(asked: RaiseObjection, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    membership.object(asked.reason, _takes_effect_on(membership, context), context.done_on)
    return [membership]


@command
class AnswerObjection:
    membership_id: UUID
    upheld: Flag
    reason: PersonalText


def answer_objection(asked: AnswerObjection, history: History, context: Context) -> Sequence[Aggregate]:
    """Dismissed after the working days, the removal takes effect at once; before, by timer."""
    membership = history.load(Membership, asked.membership_id)
    if not membership.answer_objection(asked.reason, upheld=asked.upheld):
        return [membership]
    if membership.removal is None:
        roster = own_roster(membership, history)
        return [membership, *judge_all_years(membership.person_id, roster, history, context)]
    due = _takes_effect_on(membership, context)
    return _remove(membership, history, context) if due is not None and due <= context.on else [membership]


@command
class ConfirmRemoval:
    membership_id: UUID


def confirm_removal(asked: ConfirmRemoval, history: History, context: Context) -> Sequence[Aggregate]:
    return _remove(history.load(Membership, asked.membership_id), history, context)


def _remove(membership: Membership, history: History, context: Context) -> list[Aggregate]:
    if not membership.remove():
        return [membership]
    roster = own_roster(membership, history)
    engagement = history.find(Engagement, Engagement.id_for(context.school, membership.person_id))
    roster.unlist_member(membership.id, membership.person_id, context.on)
    engagement.release(membership.studio_id)
    return [membership, roster, engagement]
