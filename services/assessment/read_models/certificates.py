"""Certificates: the register of what was issued to whom, on which grounds (ASM-06 to ASM-08)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.assessment.events import (
    BackboneDesignated,
    CertificateIssued,
    CreditsGranted,
    EventId,
    certificate_id,
)
from shared.kernel.model import Happened, ReadModel


@dataclass(frozen=True)
class CertificateRow:
    """Hours are 学时, credits hundredths of school-level credits; `grounds` are the events that justify it."""

    certificate_id: UUID
    studio_id: UUID
    person_id: UUID
    issued_on: date
    class_hours: int = 0
    credits_hundredths: int = 0
    designation: str | None = None
    grounds: tuple[EventId, ...] = ()


def keys(happened: Happened) -> Iterable[str]:
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
    return row


certificates = ReadModel(
    "certificates", row=CertificateRow, keys=keys, fold=fold, filters=("studio_id", "person_id"),
    facts=(BackboneDesignated, CertificateIssued, CreditsGranted),
)  # fmt: skip
