"""What events of assessment needed to have come before, where no explanation says so."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.assessment.events import (
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
    CreditsGranted,
    EvaluationRevised,
    ObjectionAnswered,
    Rescored,
    Scored,
    TitleAwarded,
    TitleRevoked,
)
from shared.kernel.explaining import Past, Resting, Source, after
from shared.kernel.model import Happened
from shared.kernel.published import Evaluated, StudioDisqualified


def revocation(happened: Happened, past: Past) -> Sequence[Source]:
    """On the issue of that certificate, under the number that it ends (SIL-08)."""
    event: CertificateRevoked | CertificateReissued = happened.event
    number = event.supersedes if isinstance(event, CertificateReissued) else event.certificate_id
    return past.sources(
        happened.stream, CertificateIssued, CertificateReissued, only=lambda one: one.certificate_id == number
    )


GROUNDS: Mapping[type[Any], Resting] = {
    Rescored: after(Scored),
    Evaluated: after(Scored, Rescored, ObjectionAnswered),
    EvaluationRevised: after(Evaluated),
    StudioDisqualified: after(Evaluated, EvaluationRevised),
    CreditsGranted: after(CertificateIssued, same="person_id"),
    TitleRevoked: after(TitleAwarded, same="person_id"),
    CertificateRevoked: revocation,
    CertificateReissued: revocation,
}
