"""From the established studio to the filed agreement."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Engagement, Roster
from services.membership.commands.rosters import barred_by, known_roster, own_roster
from services.membership.events import Kind, Side, SigningMethod
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.people import Role, office_of
from shared.kernel.personal import PersonalText
from shared.kernel.values import Day, Digest


@command
class OpenRoster:
    studio_id: UUID
    host_id: UUID


def open_roster(asked: OpenRoster, history: History, context: Context) -> Sequence[Aggregate]:
    known = history.find(Roster, Roster.id_for(asked.studio_id))
    if known.exists:
        return [known]
    host = history.find(Engagement, Engagement.id_for(context.school, asked.host_id))
    left = leave_for_own_studio(host, asked.studio_id, asked.host_id, "withdrawn", history, context)
    host.engage(asked.studio_id)
    return [Roster.open(asked.studio_id, asked.host_id), host, *left]


def leave_for_own_studio(
    engagement: Engagement, own_id: UUID, host_id: UUID, reason: Literal["withdrawn", "became_host"],
    history: History, context: Context,
) -> list[Aggregate]:  # fmt: skip
    """Who becomes a host is nobody's trainee any more, unless the settings allow it; never their own (AMB-25)."""
    left: list[Aggregate] = []
    for studio_id in sorted(engagement.studios):
        membership = history.find(Membership, Membership.id_for(studio_id, host_id))
        if membership.exists and context.settings.host_may_be_trainee and studio_id != own_id:
            continue
        engagement.release(studio_id)
        if membership.exists:
            roster = own_roster(membership, history)
            membership.leave(reason)
            roster.unlist_member(membership.id, host_id, context.on)
            left += [membership, roster]
    return left


@command
class NotePlan:
    studio_id: UUID
    sessions_a_year: tuple[int, ...]


def note_plan(asked: NotePlan, history: History, context: Context) -> Sequence[Aggregate]:
    roster = known_roster(asked.studio_id, history)
    roster.note_plan(asked.sessions_a_year)
    return [roster]


@command
class ActivateRoster:
    studio_id: UUID
    plaqued_on: Day
    ends_on: Day
    starts_on: Day | None = None


def activate_roster(asked: ActivateRoster, history: History, context: Context) -> Sequence[Aggregate]:
    roster = known_roster(asked.studio_id, history)
    roster.activate(asked.plaqued_on, asked.ends_on, asked.starts_on)
    return [roster]


@command
class ChooseTrainee:
    studio_id: UUID
    person_id: UUID
    kind: Kind = "trainee"
    replaces: UUID | None = None
    """The former membership whose place the person takes (SIL-05)."""


def choose_trainee(asked: ChooseTrainee, history: History, context: Context) -> Sequence[Aggregate]:
    if asked.replaces is not None:
        _check_replaceable(asked, asked.replaces, history)
    return _choose(asked.studio_id, asked.person_id, "host", asked.kind, history, context, asked.replaces)


def _check_replaceable(asked: ChooseTrainee, former_id: UUID, history: History) -> None:
    former = history.load(Membership, former_id)
    if former.studio_id != asked.studio_id or not former.has_joined or former.state not in ("left", "removed"):
        raise Refused(
            "not-replaceable", rule="SIL-05", state=former.state,
            zh="只能替补已离开本工作室的成员，此人{state}",
            en="only who left this studio is replaced: they are {state}",
        )  # fmt: skip
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    roster.check_not_replaced(former_id, Membership.id_for(asked.studio_id, asked.person_id))


@command
class ChooseHost:
    studio_id: UUID


def choose_host(asked: ChooseHost, history: History, context: Context) -> Sequence[Aggregate]:
    return _choose(asked.studio_id, context.person, "trainee", "trainee", history, context)


def _choose(
    studio_id: UUID, person_id: UUID, by: Side, kind: Kind, history: History, context: Context,
    replaces: UUID | None = None,
) -> Sequence[Aggregate]:  # fmt: skip
    roster = history.load(Roster, Roster.id_for(studio_id))
    membership = history.find(Membership, Membership.id_for(studio_id, person_id))
    engagement = history.find(Engagement, Engagement.id_for(context.school, person_id))
    if membership.choose(roster, person_id, by, context.settings, kind, replaces):
        engagement.engage(studio_id, barred_by=barred_by(engagement, studio_id, person_id, history, context))
        roster.note_pair(membership.id)
        return [membership, engagement, roster]
    return [membership]


@command
class AdmitTransfer:
    studio_id: UUID
    person_id: UUID
    from_studio_id: UUID


def admit_transfer(asked: AdmitTransfer, history: History, context: Context) -> Sequence[Aggregate]:
    """A trainee whose studio was disqualified may join another, though joining is over (A.9-10)."""
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    before = history.load(Membership, Membership.id_for(asked.from_studio_id, asked.person_id))
    ended_on = history.load(Roster, Roster.id_for(asked.from_studio_id)).ended_on
    if before.left_because != "studio_disqualified" or not before.has_joined or ended_on is None:
        raise Refused(
            "not-from-disqualified", rule="A.9-10",
            zh="此人并非因工作室被取消资格而离开", en="this person did not leave because a studio was disqualified",
        )  # fmt: skip
    days, most = (context.done_on - ended_on).days, context.settings.transfer_days
    if asked.person_id not in roster.transfers and days > most:
        raise Refused(
            "transfer-late", rule="A.9-10", days=days, most=most,
            zh="取消资格已过{days}天，转入须在{most}天之内",
            en="the studio was disqualified {days} days ago, a transfer is possible for {most}",
        )  # fmt: skip
    roster.admit_transfer(asked.person_id, asked.from_studio_id)
    return [roster]


@command
class DraftAgreement:
    membership_id: UUID
    duties: PersonalText
    tasks: PersonalText
    assessment_method: PersonalText


def draft_agreement(asked: DraftAgreement, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    membership.draft_agreement(asked.duties, asked.tasks, asked.assessment_method)
    return [membership]


@command
class SignAgreement:
    membership_id: UUID
    document: Digest
    method: SigningMethod = "electronic"


def sign_agreement(asked: SignAgreement, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    membership.sign("host" if context.actor.role == Role.HOST else "trainee", asked.document, asked.method)
    return [membership]


@command
class FileAgreement:
    membership_id: UUID


def file_agreement(asked: FileAgreement, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    roster = own_roster(membership, history)
    if membership.receive_agreement(office_of(context.actor), context.person, roster, context.settings):
        day = max(context.on, roster.plaqued_on or context.on)
        roster.list_member(membership.id, membership.person_id, day, membership.replaces)
    return [membership, roster]
