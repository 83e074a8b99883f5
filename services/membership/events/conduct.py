"""What is on record of violations of the code of conduct, besides what is published (MEM-21, SIL-07)."""

from typing import ClassVar
from uuid import UUID

from services.membership.events.words import ConductItem
from shared.kernel.model import event
from shared.kernel.personal import PersonalText
from shared.kernel.values import Digest


@event("membership.conduct-described")
class ConductDescribed:
    """Which of the ten norms, by which document, in short."""

    about: ClassVar[str] = "person_id"

    violation_id: UUID
    item: ConductItem
    document: Digest
    summary: PersonalText


@event("membership.conduct-reasoned")
class ConductReasoned:
    """Why the school decided as it did."""

    about: ClassVar[str] = "person_id"

    violation_id: UUID
    reason: PersonalText
