"""Violations of the code of conduct: on record, suspended at once, decided by the school (MEM-21, SIL-07)."""

from collections.abc import Sequence
from uuid import UUID

from services.membership.aggregates.conduct import Conduct
from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Engagement, Roster
from services.membership.commands.judging import judge_all_years
from services.membership.events import ConductDescribed, ConductItem
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.personal import PersonalText
from shared.kernel.published import ConductViolationRecorded
from shared.kernel.values import ChosenId, Digest, Flag


@command
class RecordConductViolation:
    """`item` is one of the ten norms; the person is or was host or member of the studio."""

    violation_id: ChosenId
    studio_id: UUID
    person_id: UUID
    item: ConductItem
    document: Digest
    summary: PersonalText


def record_conduct_violation(asked: RecordConductViolation, history: History, context: Context) -> Sequence[Aggregate]:
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    member = history.find(Membership, Membership.id_for(asked.studio_id, asked.person_id))
    is_host = asked.person_id == roster.host_id or asked.person_id in roster.former_hosts
    if not is_host and not (member.takes_part or (member.exists and member.has_joined)):
        raise Refused(
            "not-of-studio", rule="MEM-21",
            zh="此人不是该工作室的主持人或成员", en="this person is neither host nor member of the studio",
        )  # fmt: skip
    conduct = history.find(Conduct, asked.violation_id)
    violation = ConductViolationRecorded(
        violation_id=asked.violation_id, studio_id=asked.studio_id, person_id=asked.person_id, is_host=is_host
    )
    described = ConductDescribed(
        violation_id=asked.violation_id, item=asked.item, document=asked.document, summary=asked.summary
    )
    if not conduct.put_on_record(violation, described):
        return [conduct]
    is_suspended = member.suspend(asked.violation_id)
    roster.note_conduct(asked.violation_id, asked.person_id, member.id if is_suspended else None, context.on)
    return [conduct, member, roster]


@command
class DecideConduct:
    violation_id: UUID
    confirmed: Flag
    reason: PersonalText


def decide_conduct(asked: DecideConduct, history: History, context: Context) -> Sequence[Aggregate]:
    """Confirmed, a membership ends; dismissed, it goes on, and what was held meanwhile does not count."""
    conduct = history.load(Conduct, asked.violation_id)
    if not conduct.decide(asked.reason, confirmed=asked.confirmed):
        return [conduct]
    assert conduct.recorded is not None
    studio_id, person = conduct.recorded.studio_id, conduct.recorded.person_id
    roster = history.load(Roster, Roster.id_for(studio_id))
    member = history.find(Membership, Membership.id_for(studio_id, person))
    if asked.confirmed:
        roster.settle_conduct(asked.violation_id, context.on, returns=False)
        if not member.exclude(asked.violation_id):
            return [conduct, roster]
        engagement = history.find(Engagement, Engagement.id_for(context.school, person))
        roster.unlist_member(member.id, person, context.on)
        engagement.release(studio_id)
        return [conduct, member, roster, engagement]
    returns = member.lift_suspension(asked.violation_id)
    roster.settle_conduct(asked.violation_id, context.on, returns=returns)
    judged = judge_all_years(person, roster, history, context) if returns and roster.ended is None else []
    return [conduct, member, roster, *judged]
