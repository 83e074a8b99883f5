"""What can happen between a studio and a person before they are a member, and to whom they belong."""

from typing import ClassVar
from uuid import UUID

from services.membership.events.words import Kind, Side, SigningMethod
from shared.kernel.model import event
from shared.kernel.people import Office
from shared.kernel.personal import PersonalText
from shared.kernel.values import Digest


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
    """One side chose the other (MEM-01).

    The host says as what (MEM-15), and which former membership's place it takes (SIL-05).
    """

    studio_id: UUID
    person_id: UUID
    host_id: UUID
    by: Side
    kind: Kind = "trainee"
    replaces: UUID | None = None


@event("membership.agreement-drafted")
class AgreementDrafted:
    """The agreement with its three required sections (MEM-03). A new draft needs both signatures again."""

    about: ClassVar[str] = "person_id"

    duties: PersonalText
    tasks: PersonalText
    assessment_method: PersonalText


@event("membership.agreement-signed")
class AgreementSigned:
    """One party signed (MEM-02); `document` is the hash of what was signed (AMB-27)."""

    by: Side
    document: Digest
    method: SigningMethod = "electronic"


@event("membership.agreement-received")
class AgreementReceived:
    """One of the two offices took the agreement on file (MEM-04)."""

    office: Office
    receiver_id: UUID


@event("membership.development-plan-filed")
class DevelopmentPlanFiled:
    """The trainee's own plan lies in the training file (MEM-10)."""

    document: Digest


@event("membership.member-suspended")
class MemberSuspended:
    """A violation of the code of conduct is on record: until it is decided the person takes no part (SIL-07)."""

    membership_id: UUID
    studio_id: UUID
    person_id: UUID
    violation_id: UUID


@event("membership.suspension-lifted")
class SuspensionLifted:
    """The violation was dismissed: the person takes part again (SIL-07)."""

    membership_id: UUID
    studio_id: UUID
    person_id: UUID
    violation_id: UUID


@event("membership.member-excluded")
class MemberExcluded:
    """The violation was confirmed: that is why the membership ends (MEM-21, SIL-07)."""

    membership_id: UUID
    studio_id: UUID
    person_id: UUID
    violation_id: UUID
