"""Another host leads a running studio (SIL-04)."""

from collections.abc import Sequence
from uuid import UUID

from services.applications.aggregates.annex_one import judge
from services.applications.aggregates.candidate import Recommendation
from services.applications.aggregates.hosting import Hosting
from services.applications.aggregates.standing import Standing
from services.applications.aggregates.studio import Studio, StudioName
from services.applications.commands.establishing import free_name
from services.applications.events import Form, SuccessorApproved
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.personal import PersonalText
from shared.kernel.values import Digest


@command
class ChangeHost:
    """`name_digests`: keyed hashes of the new host's name, as for a new studio."""

    studio_id: UUID
    new_host_id: UUID
    form: Form
    reason: PersonalText
    name_digests: tuple[Digest, Digest, Digest]


def change_host(asked: ChangeHost, history: History, context: Context) -> Sequence[Aggregate]:
    """The new host meets annex 1 as of the day of the change, leads no other studio, and gives it a new name."""
    studio, host = history.load(Studio, asked.studio_id), asked.new_host_id
    if studio.host_id == host:
        return [studio]
    studio.check_successor(asked.form.department, context.on, context.settings.host_change_min_share)
    hosting = history.find(Hosting, Hosting.id_for(context.school, host))
    if hosting.studios:
        raise Refused(
            "hosts-another", rule="SIL-04", studios=len(hosting.studios),
            zh="该人员正主持{studios}个工作室，不能再接任", en="the person leads {studios} running studio already",
        )  # fmt: skip
    recommendation = history.find(Recommendation, Recommendation.id_for(context.school, host))
    judged = judge(
        asked.form, context.settings, anchor=context.on, day=context.done_on,
        standing=Standing.of(host, history, context.school, context.on), is_recommended=recommendation.exists,
    )  # fmt: skip
    approved = SuccessorApproved(
        studio_id=studio.id, host_id=host, reason=asked.reason, **judged.submission(asked.form)
    )
    form, name = free_name(asked.name_digests, history, context.school, own=studio.id)
    before = history.find(StudioName, studio.name_id)
    former = history.find(Hosting, Hosting.id_for(context.school, studio.host_id))
    former.end(studio.host_id, studio.id)
    studio.hand_over(approved, context.on, form, name.id)
    if name.id != before.id:
        before.release(studio.id)
        name.reserve(studio.id)
    hosting.begin(host, studio.id)
    return [studio, before, name, former, hosting]
