"""What a studio's people receive, and what no longer holds."""

from typing import ClassVar, Literal
from uuid import UUID

from services.assessment.events.words import EventId, ReasonCode
from shared.kernel.model import event
from shared.kernel.personal import PersonalText


class OfAwards:
    """What the awards of a studio may begin with: a coordinator's have no title (AMB-28)."""

    __slots__ = ()


@event("assessment.title-awarded")
class TitleAwarded(OfAwards):
    """The host of a passed studio is 名班主任 (ASM-05)."""

    studio_id: UUID
    person_id: UUID
    grounds: tuple[EventId, ...]


@event("assessment.backbone-designated")
class BackboneDesignated(OfAwards):
    """A qualified trainee of a passed studio is 学校骨干班主任 (ASM-06)."""

    studio_id: UUID
    person_id: UUID
    grounds: tuple[EventId, ...]


@event("assessment.certificate-issued")
class CertificateIssued:
    """The training certificate of a qualified trainee (ASM-07)."""

    certificate_id: UUID
    studio_id: UUID
    person_id: UUID
    grounds: tuple[EventId, ...]


@event("assessment.credits-granted")
class CreditsGranted:
    """School-level training credits in hundredths, from attended class hours (ASM-08, A.9-17)."""

    studio_id: UUID
    person_id: UUID
    class_hours: int
    credits_hundredths: int
    scope: Literal["school"] = "school"


@event("assessment.awards-completed")
class AwardsCompleted(OfAwards):
    """Everything that follows from a passed studio was recorded."""

    studio_id: UUID


@event("assessment.title-revoked")
class TitleRevoked:
    """The title no longer holds (SIL-08)."""

    about: ClassVar[str] = "person_id"

    studio_id: UUID
    person_id: UUID
    reason_code: ReasonCode
    reason: PersonalText


@event("assessment.certificate-revoked")
class CertificateRevoked:
    """The certificate no longer holds, and with it neither the designation nor the credits (SIL-08)."""

    about: ClassVar[str] = "person_id"

    certificate_id: UUID
    studio_id: UUID
    person_id: UUID
    reason_code: ReasonCode
    reason: PersonalText


@event("assessment.certificate-reissued")
class CertificateReissued:
    """A new certificate takes the place of another, with the same hours and credits (SIL-08)."""

    about: ClassVar[str] = "person_id"

    certificate_id: UUID
    supersedes: UUID
    studio_id: UUID
    person_id: UUID
    class_hours: int
    credits_hundredths: int
    reason: PersonalText
