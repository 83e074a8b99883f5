"""Excuses for sessions: handed in by the trainee, answered by the host (MEM-07)."""

from collections.abc import Sequence
from uuid import UUID

from services.membership.aggregates.excuses import Excuses
from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Roster
from services.membership.aggregates.session import Session
from services.membership.events import ExcuseHandedIn, ExcuseKind
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, Unknown, command
from shared.kernel.personal import PersonalText
from shared.kernel.values import Digest, Flag


@command
class HandInExcuse:
    """For oneself, before or after the session."""

    studio_id: UUID
    session_id: UUID
    excuse_id: UUID
    kind: ExcuseKind
    reason: PersonalText
    document: Digest | None = None


def hand_in_excuse(asked: HandInExcuse, history: History, context: Context) -> Sequence[Aggregate]:
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    roster.check_open()
    history.load(Membership, Membership.id_for(asked.studio_id, context.person)).check_member()
    if asked.session_id not in roster.planned:
        raise Unknown(Session, asked.session_id)
    if asked.kind == "sick_leave" and asked.document is None and context.settings.sick_leave_needs_proof:
        raise Refused(
            "sick-leave-unproven", rule="AMB-04", zh="病假须附证明", en="sick leave needs a document that proves it"
        )
    session = history.find(Session, asked.session_id)
    if session.exists:
        session.check_obliged({context.person})
    excuses = history.find(Excuses, Excuses.id_for(asked.session_id))
    excuses.hand_in(
        ExcuseHandedIn(
            excuse_id=asked.excuse_id, session_id=asked.session_id, studio_id=asked.studio_id, host_id=roster.host_id,
            person_id=context.person, kind=asked.kind, document=asked.document, reason=asked.reason,
        )
    )  # fmt: skip
    return [excuses]


@command
class AnswerExcuse:
    session_id: UUID
    excuse_id: UUID
    granted: Flag
    reason: PersonalText


def answer_excuse(asked: AnswerExcuse, history: History, context: Context) -> Sequence[Aggregate]:
    """Granted, it stands on the open roll; for a closed one it is the ground of a correction."""
    excuses = history.load(Excuses, Excuses.id_for(asked.session_id))
    history.load(Roster, Roster.id_for(excuses.studio_id)).check_open()
    excuse = excuses.answer(asked.excuse_id, asked.reason, granted=asked.granted)
    session = history.find(Session, asked.session_id)
    if excuse is None or not asked.granted or not session.exists:
        return [excuses]
    session.excuse(excuse.person_id, excuse.kind, excuse.document)
    return [excuses, session]
