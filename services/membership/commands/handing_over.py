"""Another host leads the studio from now on (SIL-04)."""

from collections.abc import Sequence
from uuid import UUID

from services.membership.aggregates.attendance import Attendance
from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Engagement
from services.membership.aggregates.studio_file import StudioFile
from services.membership.aggregates.training_file import TrainingFile
from services.membership.commands.joining import leave_for_own_studio
from services.membership.commands.rosters import known_roster
from services.membership.events import HandedOver
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command
from shared.kernel.values import Day


@command
class ChangeHost:
    studio_id: UUID
    former_host_id: UUID
    host_id: UUID
    changed_on: Day


def change_host(asked: ChangeHost, history: History, context: Context) -> Sequence[Aggregate]:
    """A trainee who becomes host is a trainee no more (AMB-25); what happened before keeps its host."""
    roster = known_roster(asked.studio_id, history)
    handed = HandedOver(
        studio_id=asked.studio_id, former_host_id=asked.former_host_id, host_id=asked.host_id,
        changed_on=asked.changed_on,
    )  # fmt: skip
    if not roster.hand_over(handed):
        return [roster]
    host = history.find(Engagement, Engagement.id_for(context.school, asked.host_id))
    former = history.find(Engagement, Engagement.id_for(context.school, asked.former_host_id))
    left = leave_for_own_studio(host, asked.studio_id, asked.host_id, "became_host", history, context)
    former.release(asked.studio_id)
    host.engage(asked.studio_id)
    ids = list(dict.fromkeys([*roster.memberships.values(), *roster.pairs]))
    members = [member for member in history.load_all(Membership, ids) if member.state != "left"]
    ids = [member.id for member in members]
    for member in members:
        member.follow_host(handed)
    attendances = history.find_all(Attendance, map(Attendance.id_for, ids))
    for attendance in attendances:
        attendance.follow_host(asked.host_id)
    files = history.find_all(TrainingFile, map(TrainingFile.id_for, ids))
    studio_file = history.find(StudioFile, StudioFile.id_for(asked.studio_id))
    for file in files:
        file.follow_host(handed)
    studio_file.follow_host(handed)
    return [roster, former, host, *left, *members, *attendances, *files, studio_file]
