"""Certificates: the register of what was issued to whom, on which grounds, and whether it holds (ASM-06 to 08)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.assessment.events import (
    BackboneDesignated,
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
    CreditsGranted,
    EventId,
    certificate_id,
)
from shared.kernel.model import Happened, ReadModel


@dataclass(frozen=True)
class CertificateRow:
    """Hours are 学时, credits hundredths of school-level credits; `grounds` are the events that justify it.

    `status` is valid, revoked or superseded, since `ended_on` if it is over (SIL-08).
    """

    certificate_id: UUID
    studio_id: UUID
    person_id: UUID
    issued_on: date
    class_hours: int = 0
    credits_hundredths: int = 0
    designation: str | None = None
    grounds: tuple[EventId, ...] = ()
    status: str = "valid"
    ended_on: date | None = None
    reason_code: str | None = None
    supersedes: UUID | None = None
    superseded_by: UUID | None = None


def keys(happened: Happened) -> Iterable[str]:
    match happened.event:
        case CertificateRevoked(certificate_id=id):
            return (str(id),)
        case CertificateReissued(certificate_id=new, supersedes=old):
            return (str(new), str(old))
    return (str(certificate_id(happened.event.studio_id, happened.event.person_id)),)


def fold(key: str, row: CertificateRow | None, happened: Happened) -> CertificateRow | None:
    row = row or CertificateRow(UUID(key), happened.event.studio_id, happened.event.person_id, happened.on)
    match happened.event:
        case BackboneDesignated():
            return replace(row, designation="学校骨干班主任")
        case CertificateIssued(grounds=grounds):
            return replace(row, issued_on=happened.on, grounds=grounds)
        case CreditsGranted(class_hours=hours, credits_hundredths=credits):
            return replace(row, class_hours=hours, credits_hundredths=credits)
        case CertificateRevoked(reason_code=code):
            return replace(row, status="revoked", ended_on=happened.on, reason_code=code)
        case CertificateReissued(certificate_id=new) if new != UUID(key):
            return replace(row, status="superseded", ended_on=happened.on, superseded_by=new)
        case CertificateReissued() as again:
            return replace(
                row, class_hours=again.class_hours, credits_hundredths=again.credits_hundredths,
                designation="学校骨干班主任", supersedes=again.supersedes,
            )  # fmt: skip
    return row


certificates = ReadModel(
    "certificates", row=CertificateRow, keys=keys, fold=fold, filters=("studio_id", "person_id", "status"), edition=2,
    facts=(BackboneDesignated, CertificateIssued, CreditsGranted, CertificateRevoked, CertificateReissued),
)  # fmt: skip
