"""Sessions and their rolls."""

from collections.abc import Sequence
from uuid import UUID

from services.membership.aggregates.excuses import Excuses
from services.membership.aggregates.roster import Planned, Roster
from services.membership.aggregates.session import Session
from services.membership.commands.judging import judge_after, reconsider
from services.membership.events import Absence, Mark
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, Unknown, command
from shared.kernel.personal import PersonalText
from shared.kernel.values import ChosenId, Day, Digest, Label, Whole


@command
class PlanSession:
    studio_id: UUID
    session_id: ChosenId
    held_on: Day
    place: Label
    topic: Label
    class_hours: Whole


def plan_session(asked: PlanSession, history: History, context: Context) -> Sequence[Aggregate]:
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    _check_own(history.find(Session, asked.session_id), asked.studio_id)
    days, most = (context.on - asked.held_on).days, context.settings.backdate_max_days
    if asked.session_id not in roster.planned and days > most:
        raise Refused(
            "session-long-past", rule="A.9-11", held_on=asked.held_on.isoformat(), days=days, most=most,
            zh="{held_on}已过{days}天，活动最多补录{most}天", en="{held_on} is {days} days ago, {most} are possible",
        )  # fmt: skip
    roster.plan_session(asked.session_id, Planned(asked.held_on, asked.place, asked.topic, asked.class_hours))
    return [roster]


def _check_day_has_come(session: Planned | Session, context: Context) -> None:
    if context.on < session.held_on:
        raise Refused(
            "session-not-yet", rule="MEM-08", held_on=session.held_on.isoformat(), on=context.on.isoformat(),
            zh="活动定于{held_on}，今天是{on}", en="the session is planned for {held_on}, today is {on}",
        )  # fmt: skip


def _check_own(known: Session, studio_id: UUID) -> None:
    if known.exists and known.studio_id != studio_id:
        raise Refused("id-taken", rule=None, zh="这个活动编号已被使用", en="this session id is taken already")


@command
class CancelSession:
    studio_id: UUID
    session_id: UUID


def cancel_session(asked: CancelSession, history: History, context: Context) -> Sequence[Aggregate]:
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    if asked.session_id not in roster.planned | roster.cancelled:
        raise Unknown(Session, asked.session_id)
    known = history.find(Session, asked.session_id)
    if known.exists and known.studio_id == asked.studio_id:
        raise Refused("session-held", rule="MEM-08", zh="该活动已经举行", en="the session took place already")
    roster.cancel_session(asked.session_id)
    return [roster]


@command
class HoldSession:
    studio_id: UUID
    session_id: UUID


def hold_session(asked: HoldSession, history: History, context: Context) -> Sequence[Aggregate]:
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    known = history.find(Session, asked.session_id)
    planned = roster.planned.get(asked.session_id)
    if asked.session_id in roster.cancelled:
        raise Refused("session-cancelled", rule="MEM-08", zh="该活动已取消", en="the session was cancelled")
    if planned is None:
        raise Unknown(Session, asked.session_id)
    _check_own(known, asked.studio_id)
    if known.exists:
        return [known]
    _check_day_has_come(planned, context)
    closes_after = context.settings.roll_closes_after_days
    session = Session.hold(asked.session_id, roster, planned, context.on, closes_after)
    for excuse in history.find(Excuses, Excuses.id_for(asked.session_id)).granted:
        session.excuse(excuse.person_id, excuse.kind, excuse.document)
    return [session]


@command
class Absent:
    person_id: UUID
    kind: Absence


@command
class MarkRoll:
    """`proofs` of sick leave by person; who leaves them out altogether vouches for having seen them (AMB-04)."""

    session_id: UUID
    present: tuple[UUID, ...] = ()
    absent: tuple[Absent, ...] = ()
    proofs: dict[UUID, Digest] | None = None


def mark_roll(asked: MarkRoll, history: History, context: Context) -> Sequence[Aggregate]:
    """A granted excuse outlasts new marks, unless the person was present after all (MEM-07)."""
    session = history.load(Session, asked.session_id)
    granted = [
        excuse
        for excuse in history.find(Excuses, Excuses.id_for(asked.session_id)).granted
        if excuse.person_id in session.obliged and excuse.person_id not in asked.present
    ]
    absent: dict[UUID, Absence] = {mark.person_id: mark.kind for mark in asked.absent}
    proofs = asked.proofs
    if proofs is not None:
        proofs = proofs | {excuse.person_id: excuse.document for excuse in granted if excuse.document is not None}
    session.mark(asked.present, absent | {excuse.person_id: excuse.kind for excuse in granted}, proofs)
    return [session]


@command
class CloseRoll:
    session_id: UUID


def close_roll(asked: CloseRoll, history: History, context: Context) -> Sequence[Aggregate]:
    """The absences that it shows are judged with it (MEM-06); the last roll of a year that is over settles the year."""
    session = history.load(Session, asked.session_id)
    roster = history.load(Roster, Roster.id_for(session.studio_id))
    _check_day_has_come(session, context)
    if not session.close(context.settings):
        return [session]
    roster.settle(session.id)
    return [session, roster, *judge_after(session, session.obliged, roster, history, context)]


@command
class CorrectRoll:
    session_id: UUID
    person_id: UUID
    mark: Mark
    reason: PersonalText
    proof: Digest | None = None


def correct_roll(asked: CorrectRoll, history: History, context: Context) -> Sequence[Aggregate]:
    """Until the roster closes (A.9-12); what rested on the mistake follows."""
    session = history.load(Session, asked.session_id)
    roster = history.load(Roster, Roster.id_for(session.studio_id))
    roster.check_open()
    if not session.correct(asked.person_id, asked.mark, asked.reason, asked.proof):
        return [session]
    return [session, *reconsider(session, asked.person_id, roster, history, context)]
