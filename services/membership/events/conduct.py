"""What is on record of violations of the code of conduct, besides what is published (MEM-21, SIL-07)."""

from uuid import UUID

from services.membership.events.words import ConductItem
from shared.kernel.model import event
from shared.kernel.values import Digest, Text


@event("membership.conduct-described")
class ConductDescribed:
    """Which of the ten norms, by which document, in short."""

    violation_id: UUID
    item: ConductItem
    document: Digest
    summary: Text


@event("membership.conduct-reasoned")
class ConductReasoned:
    """Why the school decided as it did."""

    violation_id: UUID
    reason: Text
