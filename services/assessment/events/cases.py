"""What assessment notes of a studio and its people, and what a studio hands in."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.assessment.events.words import Conduct, EventId, Occasion, Standing
from shared.kernel.model import event
from shared.kernel.personal import Erasing, PersonalText, whom
from shared.kernel.published import LeadKind, RosterEntry
from shared.kernel.values import Digest, Label, Slug


@event("assessment.case-opened")
class CaseOpened:
    """A studio was established: what assessment will know of it begins."""

    studio_id: UUID
    host_id: UUID
    lead_kind: LeadKind = "host"
    department: Slug | None = None


@event("assessment.host-noted")
class HostNoted:
    """Another host leads the studio; who led it before stays a party to it (SIL-04, SIL-02)."""

    former_host_id: UUID
    host_id: UUID


@event("assessment.party-noted")
class PartyNoted:
    """Membership said how a person stands in the studio: parties do not judge it (SIL-02)."""

    person_id: UUID
    standing: Standing


@event("assessment.conduct-noted")
class ConductNoted:
    """Membership said how a violation of the code of conduct stands; awards of the person wait for it (SIL-07)."""

    violation_id: UUID
    person_id: UUID
    standing: Conduct


@event("assessment.roster-noted")
class RosterNoted:
    """The closed roster, as membership published it (A.9-3), and where it stands in membership's log."""

    members: tuple[RosterEntry, ...]
    source: EventId


@event("assessment.final-noted")
class FinalNoted:
    """The final took effect; awards may follow."""

    passed: bool
    source: EventId


@event("assessment.evidence-entered")
class EvidenceEntered:
    """A document of what a studio did, entered once, with the rubric's statements that it speaks to (SIL-15)."""

    evidence_id: UUID
    studio_id: UUID
    title: Label
    document: Digest
    happened_on: date
    leaves: tuple[str, ...]


@event("assessment.self-reported")
class SelfReported:
    """The host reported for an occasion and reused evidence; `dropped` was in the report that this one replaces."""

    about: ClassVar[str] = "host_id"

    studio_id: UUID
    occasion: Occasion
    text: PersonalText
    evidence_ids: tuple[UUID, ...]
    dropped: tuple[UUID, ...] = ()
    host_id: UUID | None = whom()


@event("assessment.result-publicised")
class ResultPublicised:
    """An office made a studio's results known (ASM-11)."""

    studio_id: UUID
    channel: Label
    title: Label
    document: Digest
    publicised_on: date


@event("assessment.texts-erased")
class TextsErased(Erasing):
    """Nothing that this service has in writing about a person can be read any more: the key is destroyed after this."""
