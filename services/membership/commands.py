"""What membership can be asked to do."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from services.membership.aggregates.closing import may_close, member_record
from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Engagement, Planned, Roster
from services.membership.aggregates.session import Session
from services.membership.aggregates.settings import KnownSettings
from services.membership.events import Absence
from shared.kernel.context import Context
from shared.kernel.following import following
from shared.kernel.model import Aggregate, History, Refused, Unknown, awaited, command
from shared.kernel.people import Role
from shared.kernel.values import Day, Digest, Label, Points, Text, Whole

follow_settings = following(KnownSettings)


@command
class OpenRoster:
    studio_id: UUID
    host_id: UUID


def open_roster(asked: OpenRoster, history: History, context: Context) -> Sequence[Aggregate]:
    known = history.find(Roster, Roster.id_for(asked.studio_id))
    if known.exists:
        return [known]
    host = history.find(Engagement, Engagement.id_for(context.school, asked.host_id))
    if host.studio_id is None:
        host.engage(asked.studio_id)
    return [Roster.open(asked.studio_id, asked.host_id), host]


def _known_roster(studio_id: UUID, history: History) -> Roster:
    return awaited(history, Roster, Roster.id_for(studio_id), "applications", "studio-established")


@command
class NotePlan:
    studio_id: UUID
    sessions_a_year: tuple[int, ...]


def note_plan(asked: NotePlan, history: History, context: Context) -> Sequence[Aggregate]:
    roster = _known_roster(asked.studio_id, history)
    roster.note_plan(asked.sessions_a_year)
    return [roster]


@command
class ActivateRoster:
    studio_id: UUID
    plaqued_on: Day
    ends_on: Day


def activate_roster(asked: ActivateRoster, history: History, context: Context) -> Sequence[Aggregate]:
    roster = _known_roster(asked.studio_id, history)
    roster.activate(asked.plaqued_on, asked.ends_on)
    return [roster]


@command
class ChooseTrainee:
    studio_id: UUID
    person_id: UUID


def choose_trainee(asked: ChooseTrainee, history: History, context: Context) -> Sequence[Aggregate]:
    return _choose(asked.studio_id, asked.person_id, "host", history, context)


@command
class ChooseHost:
    studio_id: UUID


def choose_host(asked: ChooseHost, history: History, context: Context) -> Sequence[Aggregate]:
    return _choose(asked.studio_id, context.person, "trainee", history, context)


def _choose(
    studio_id: UUID, person_id: UUID, by: Literal["host", "trainee"], history: History, context: Context
) -> Sequence[Aggregate]:
    roster = history.load(Roster, Roster.id_for(studio_id))
    membership = history.find(Membership, Membership.id_for(studio_id, person_id))
    engagement = history.find(Engagement, Engagement.id_for(context.school, person_id))
    if membership.choose(roster, person_id, by):
        engagement.engage(studio_id)
        roster.note_pair(membership.id)
        return [membership, engagement, roster]
    return [membership]


@command
class DraftAgreement:
    membership_id: UUID
    duties: Text
    tasks: Text
    assessment_method: Text


def draft_agreement(asked: DraftAgreement, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    membership.draft_agreement(asked.duties, asked.tasks, asked.assessment_method)
    return [membership]


@command
class SignAgreement:
    membership_id: UUID
    document: Digest


def sign_agreement(asked: SignAgreement, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    membership.sign("host" if context.actor.role == Role.HOST else "trainee", asked.document)
    return [membership]


@command
class FileAgreement:
    membership_id: UUID


def file_agreement(asked: FileAgreement, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    roster = history.load(Roster, Roster.id_for(membership.studio_id))
    office: Literal["personnel", "student_affairs"] = (
        "personnel" if context.actor.role == Role.PERSONNEL else "student_affairs"
    )
    if membership.receive_agreement(office, context.person, roster):
        day = max(context.on, roster.plaqued_on or context.on)
        roster.list_member(membership.id, membership.person_id, day)
    return [membership, roster]


@command
class FileDevelopmentPlan:
    membership_id: UUID
    document: Digest


def file_development_plan(asked: FileDevelopmentPlan, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    history.load(Roster, Roster.id_for(membership.studio_id)).check_running()
    membership.file_development_plan(asked.document)
    return [membership]


@command
class Withdraw:
    membership_id: UUID


def withdraw(asked: Withdraw, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    roster = history.load(Roster, Roster.id_for(membership.studio_id))
    if membership.state == "left":
        return [membership]
    roster.check_running()
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
class PlanSession:
    studio_id: UUID
    session_id: UUID
    held_on: Day
    place: Label
    topic: Label
    class_hours: Whole


def plan_session(asked: PlanSession, history: History, context: Context) -> Sequence[Aggregate]:
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    roster.plan_session(asked.session_id, Planned(asked.held_on, asked.place, asked.topic, asked.class_hours))
    return [roster]


@command
class HoldSession:
    studio_id: UUID
    session_id: UUID


def hold_session(asked: HoldSession, history: History, context: Context) -> Sequence[Aggregate]:
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    known = history.find(Session, asked.session_id)
    planned = roster.planned.get(asked.session_id)
    if planned is None:
        raise Unknown(Session, asked.session_id)
    if known.exists and known.studio_id == asked.studio_id:
        return [known]
    if known.exists:
        raise Refused("id-taken", rule=None, zh="这个活动编号已被使用", en="this session id is taken already")
    if planned.held_on > context.on:
        raise Refused(
            "session-not-yet", rule="MEM-08", held_on=planned.held_on.isoformat(), on=context.on.isoformat(),
            zh="活动定于{held_on}，今天是{on}", en="the session is planned for {held_on}, today is {on}",
        )  # fmt: skip
    closes_after = context.settings.roll_closes_after_days
    return [Session.hold(asked.session_id, roster, planned, context.on, closes_after)]


@command
class Absent:
    person_id: UUID
    kind: Absence


@command
class MarkRoll:
    session_id: UUID
    present: tuple[UUID, ...] = ()
    absent: tuple[Absent, ...] = ()


def mark_roll(asked: MarkRoll, history: History, context: Context) -> Sequence[Aggregate]:
    session = history.load(Session, asked.session_id)
    session.mark(asked.present, {mark.person_id: mark.kind for mark in asked.absent})
    return [session]


@command
class CloseRoll:
    session_id: UUID


def close_roll(asked: CloseRoll, history: History, context: Context) -> Sequence[Aggregate]:
    session = history.load(Session, asked.session_id)
    roster = history.load(Roster, Roster.id_for(session.studio_id))
    if session.close():
        roster.settle(session.id)
    return [session, roster]


@command
class EvaluateTrainee:
    membership_id: UUID
    points: Points


def evaluate_trainee(asked: EvaluateTrainee, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    history.load(Roster, Roster.id_for(membership.studio_id)).check_running()
    membership.evaluate(asked.points)
    return [membership]


@command
class EndJoining:
    studio_id: UUID


def end_joining(asked: EndJoining, history: History, context: Context) -> Sequence[Aggregate]:
    roster = _known_roster(asked.studio_id, history)
    roster.end_joining()
    return [roster]


@command
class EndCycle:
    studio_id: UUID


def end_cycle(asked: EndCycle, history: History, context: Context) -> Sequence[Aggregate]:
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    roster.end_cycle()
    return [roster]


@command
class CloseRoster:
    studio_id: UUID


def close_roster(asked: CloseRoster, history: History, context: Context) -> Sequence[Aggregate]:
    """Silent while something is still open: it is asked again by whatever closes it (A.9-3)."""
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    members = history.load_all(Membership, list(roster.ever_listed))
    held = [session for id in roster.planned if (session := history.find(Session, id)).exists]
    if may_close(roster, members, held):
        roster.close(tuple(member_record(member, held) for member in members))
    return [roster]


@command
class EndRoster:
    studio_id: UUID
    reason: Literal["studio_disqualified", "studio_closed", "completed"]


def end_roster(asked: EndRoster, history: History, context: Context) -> Sequence[Aggregate]:
    """The studio ended: memberships close with the reason, everybody is free again (AMB-16)."""
    roster = _known_roster(asked.studio_id, history)
    if not roster.end(asked.reason):
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
