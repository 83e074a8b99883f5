"""Honors: what each person was awarded, with the events that justify it."""

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
    TitleAwarded,
    TitleRevoked,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import Recommended


@dataclass(frozen=True)
class HonorRow:
    """What holds; what was revoked is gone from the row but for its day (SIL-08)."""

    studio_id: UUID
    person_id: UUID
    awarded_on: date
    title: str | None = None
    designation: str | None = None
    certificate_id: UUID | None = None
    class_hours: int = 0
    credits_hundredths: int = 0
    recommended_rank: int | None = None
    grounds: tuple[EventId, ...] = ()
    title_revoked_on: date | None = None
    certificate_revoked_on: date | None = None


def keys(happened: Happened) -> Iterable[str]:
    return (f"{happened.event.studio_id}:{happened.event.person_id}",)


def fold(_key: str, row: HonorRow | None, happened: Happened) -> HonorRow | None:
    row = row or HonorRow(happened.event.studio_id, happened.event.person_id, happened.on)
    match happened.event:
        case TitleAwarded(grounds=grounds):
            return replace(row, title="名班主任", grounds=grounds)
        case BackboneDesignated(grounds=grounds):
            return replace(row, designation="学校骨干班主任", grounds=grounds)
        case CertificateIssued(certificate_id=certificate):
            return replace(row, certificate_id=certificate)
        case CreditsGranted(class_hours=hours, credits_hundredths=credits):
            return replace(row, class_hours=hours, credits_hundredths=credits)
        case TitleRevoked():
            return replace(row, title=None, title_revoked_on=happened.on)
        case CertificateRevoked():
            return replace(row, designation=None, credits_hundredths=0, certificate_revoked_on=happened.on)
        case CertificateReissued(certificate_id=certificate):
            return replace(row, certificate_id=certificate)
        case Recommended(rank=rank):
            return replace(row, recommended_rank=rank)
    return row


honors = ReadModel(
    "honors", row=HonorRow, keys=keys, fold=fold, filters=("studio_id", "person_id"), edition=2,
    facts=(
        TitleAwarded, BackboneDesignated, CertificateIssued, CreditsGranted, Recommended, TitleRevoked,
        CertificateRevoked, CertificateReissued,
    ),
)  # fmt: skip
