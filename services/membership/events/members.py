"""What can happen between a studio and a person before they are a member, and to whom they belong."""

from uuid import UUID

from services.membership.events.words import Kind, Side
from shared.kernel.model import event
from shared.kernel.people import Office
from shared.kernel.values import Digest, Text


@event("membership.engaged")
class Engaged:
    """A person belongs to one studio, as host or trainee (AMB-25)."""

    studio_id: UUID


@event("membership.disengaged")
class Disengaged:
    """A person is free to join a studio again."""

    studio_id: UUID


@event("membership.proposed")
class Proposed:
    """One side chose the other (MEM-01); the host says as what (MEM-15)."""

    studio_id: UUID
    person_id: UUID
    host_id: UUID
    by: Side
    kind: Kind = "trainee"


@event("membership.agreement-drafted")
class AgreementDrafted:
    """The agreement with its three required sections (MEM-03). A new draft needs both signatures again."""

    duties: Text
    tasks: Text
    assessment_method: Text


@event("membership.agreement-signed")
class AgreementSigned:
    """One party signed (MEM-02); `document` is the hash of what was signed (AMB-27)."""

    by: Side
    document: Digest


@event("membership.agreement-received")
class AgreementReceived:
    """One of the two offices took the agreement on file (MEM-04)."""

    office: Office
    receiver_id: UUID


@event("membership.development-plan-filed")
class DevelopmentPlanFiled:
    """The trainee's own plan lies in the training file (MEM-10)."""

    document: Digest
