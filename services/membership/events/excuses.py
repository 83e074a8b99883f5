"""Excuses for sessions: handed in, granted or declined (MEM-07)."""

from typing import ClassVar
from uuid import UUID

from services.membership.events.words import ExcuseKind
from shared.kernel.model import event
from shared.kernel.personal import PersonalText
from shared.kernel.values import Digest


@event("membership.excuse-handed-in")
class ExcuseHandedIn:
    """A trainee asks to be excused from a session, before or after it."""

    about: ClassVar[str] = "person_id"

    excuse_id: UUID
    session_id: UUID
    studio_id: UUID
    host_id: UUID
    person_id: UUID
    kind: ExcuseKind
    document: Digest | None
    reason: PersonalText


@event("membership.excuse-answered")
class ExcuseAnswered:
    """The host granted or declined it; on an open roll it stands, a closed one is corrected for it."""

    about: ClassVar[str] = "person_id"

    excuse_id: UUID
    session_id: UUID
    studio_id: UUID
    person_id: UUID
    granted: bool
    reason: PersonalText
