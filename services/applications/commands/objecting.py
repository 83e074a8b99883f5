"""While the list is up, the school's people may object, and an office answers (SIL-01)."""

from collections.abc import Sequence
from uuid import UUID

from services.applications.aggregates.application import Application
from services.applications.aggregates.objection import Objection
from services.applications.aggregates.round import Round
from services.applications.commands.selecting import published
from services.applications.events import ObjectionRaised
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.personal import PersonalText
from shared.kernel.values import ChosenId, Flag


@command
class RaiseObjection:
    objection_id: ChosenId
    round_id: UUID
    application_id: UUID
    reason: PersonalText


def raise_objection(asked: RaiseObjection, history: History, context: Context) -> Sequence[Aggregate]:
    opened, application = history.load(Round, asked.round_id), history.find(Application, asked.application_id)
    raised = ObjectionRaised(
        objection_id=asked.objection_id, round_id=asked.round_id, application_id=asked.application_id,
        objector_id=context.person, reason=asked.reason,
        applicant_id=application.applicant_id if application.exists else None,
    )  # fmt: skip
    known = history.find(Objection, asked.objection_id)
    if known.exists and known.raised == raised:
        return [known]
    if known.exists:
        raise Refused("id-taken", rule=None, zh="这个异议编号已被使用", en="this objection id is taken already")
    opened.take_objection(asked.objection_id, asked.application_id, context.done_on, context.calendar)
    return [Objection.begin(raised), opened]


@command
class AnswerObjection:
    """`upheld` strikes the name from the list; nobody takes its place."""

    objection_id: UUID
    upheld: Flag
    reason: PersonalText


def answer_objection(asked: AnswerObjection, history: History, context: Context) -> Sequence[Aggregate]:
    """The last answer after the notice's end publishes the list that it held up."""
    answerer, objection = context.person, history.load(Objection, asked.objection_id)
    application = history.load(Application, objection.raised.application_id)
    if not objection.answer(answerer, asked.reason, application.applicant_id, upheld=asked.upheld):
        return [objection]
    opened = history.load(Round, objection.raised.round_id)
    if asked.upheld:
        opened.strike_posted(application.id, asked.reason, application.applicant_id)
        application.strike_from_posted(asked.reason)
    others = history.load_all(Objection, (id for id in opened.objections if id != objection.id))
    until = opened.notice_end(context.calendar)
    if until is None or context.done_on <= until or any(one.is_open for one in others):
        return [objection, opened, application]
    return [objection, *published(opened, history, context), application]
