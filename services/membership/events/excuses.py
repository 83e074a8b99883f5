"""Excuses for sessions: handed in, granted or declined (MEM-07)."""

from uuid import UUID

from services.membership.events.words import ExcuseKind
from shared.kernel.model import event
from shared.kernel.values import Digest, Text


@event("membership.excuse-handed-in")
class ExcuseHandedIn:
    """A trainee asks to be excused from a session, before or after it."""

    excuse_id: UUID
    session_id: UUID
    studio_id: UUID
    host_id: UUID
    person_id: UUID
    kind: ExcuseKind
    document: Digest | None
    reason: Text


@event("membership.excuse-answered")
class ExcuseAnswered:
    """The host granted or declined it; on an open roll it stands, a closed one is corrected for it."""

    excuse_id: UUID
    session_id: UUID
    studio_id: UUID
    person_id: UUID
    granted: bool
    reason: Text
