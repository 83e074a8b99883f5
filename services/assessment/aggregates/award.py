"""What a studio brings its people: title, designations, certificates, credits, recommendations; and their end."""

from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from services.assessment.aggregates.case import Case
from services.assessment.aggregates.merit import Ending, credits_of, holds, quota, ranked
from services.assessment.events import (
    AwardsCompleted,
    BackboneDesignated,
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
    CreditsGranted,
    EventId,
    OfAwards,
    ReasonCode,
    TitleAwarded,
    TitleRevoked,
    certificate_id,
)
from shared.kernel.model import Aggregate, Refused
from shared.kernel.personal import PersonalText
from shared.kernel.policy import PolicySettings
from shared.kernel.published import Recommended, RosterEntry
from shared.kernel.values import derived_id

CONDUCT = PersonalText("违反教师职业行为准则，已经学校认定")
"""Why what a person was awarded is revoked after the school's decision (SIL-07)."""


@dataclass(frozen=True)
class Certificate:
    person_id: UUID
    status: Literal["valid", "revoked", "superseded"] = "valid"
    class_hours: int = 0
    credits_hundredths: int = 0


class Award(Aggregate):
    """All awards of one studio, each conferred once."""

    opens = OfAwards
    called = "工作室的荣誉"

    is_complete = False

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.titles: dict[UUID, bool] = {}
        self.certificates: dict[UUID, Certificate] = {}
        self.newest: dict[UUID, UUID] = {}
        self.recommended: set[UUID] = set()

    @staticmethod
    def id_for(studio_id: UUID) -> UUID:
        return derived_id("award", studio_id)

    def confer(self, case: Case, settings: PolicySettings) -> None:
        """Silent until roster and final are there (A.9-3); who has a violation on record waits (SIL-07)."""
        if self.is_complete or case.roster is None or case.final_passed is None:
            return
        ending = Ending.of(case, case.roster, final_passed=case.final_passed)
        is_host_due = holds(ending.title())
        if not is_host_due and not ending.admission(settings).holds:
            return
        assert case.final_source is not None
        assert case.roster_source is not None
        studio, grounds = case.studio_id, (case.final_source, case.roster_source)
        qualified = ending.qualified(settings)
        if is_host_due and ending.is_clear(case.host_id) and case.host_id not in self.titles:
            self.record(TitleAwarded(studio_id=studio, person_id=case.host_id, grounds=grounds))
        for entry in qualified:
            if ending.is_clear(entry.person_id) and entry.person_id not in self.newest:
                self._award_trainee(studio, entry, grounds, settings)
        best = ranked(qualified, settings)[: quota(len(qualified), settings)]
        for rank, entry in enumerate(best, start=1):
            if ending.is_clear(entry.person_id) and entry.person_id not in self.recommended:
                self.record(Recommended(studio_id=studio, person_id=entry.person_id, rank=rank))
        due = [entry.person_id for entry in qualified] + [case.host_id] * is_host_due
        if all(map(ending.is_clear, due)):
            self.record(AwardsCompleted(studio_id=studio))

    def _award_trainee(
        self, studio: UUID, entry: RosterEntry, grounds: tuple[EventId, ...], settings: PolicySettings
    ) -> None:
        person = entry.person_id
        certificate = certificate_id(studio, person)
        self.record(BackboneDesignated(studio_id=studio, person_id=person, grounds=grounds))
        self.record(CertificateIssued(certificate_id=certificate, studio_id=studio, person_id=person, grounds=grounds))
        self.record(
            CreditsGranted(
                studio_id=studio, person_id=person, class_hours=entry.attended_hours,
                credits_hundredths=credits_of(entry, settings),
            )
        )  # fmt: skip

    def revoke_title(self, studio_id: UUID, person_id: UUID, code: ReasonCode, reason: PersonalText) -> None:
        if person_id not in self.titles:
            raise Refused(
                "no-title", rule="SIL-08", person_id=str(person_id),
                zh="{person_id}没有本工作室授予的称号", en="{person_id} holds no title of this studio",
            )  # fmt: skip
        if self.titles[person_id]:
            self.record(TitleRevoked(studio_id=studio_id, person_id=person_id, reason_code=code, reason=reason))

    def revoke_certificate(self, studio_id: UUID, id: UUID, code: ReasonCode, reason: PersonalText) -> None:
        certificate = self._certificate(id)
        if certificate.status == "superseded":
            self._refuse_status(id, certificate)
        if certificate.status == "valid":
            person = certificate.person_id
            self.record(
                CertificateRevoked(
                    certificate_id=id, studio_id=studio_id, person_id=person, reason_code=code, reason=reason
                )
            )

    def revoke_all(self, studio_id: UUID, person_id: UUID) -> None:
        """The school confirmed a violation: whatever the person holds of this studio ends (SIL-07)."""
        if person_id in self.titles:
            self.revoke_title(studio_id, person_id, "ethics", CONDUCT)
        if person_id in self.newest:
            self.revoke_certificate(studio_id, self.newest[person_id], "ethics", CONDUCT)

    def reissue(self, studio_id: UUID, id: UUID, reason: PersonalText) -> None:
        """A new number for a valid certificate; the former one is superseded (SIL-08)."""
        certificate = self._certificate(id)
        if certificate.status != "valid":
            self._refuse_status(id, certificate)
        person = certificate.person_id
        issues = sum(one.person_id == person for one in self.certificates.values())
        self.record(
            CertificateReissued(
                certificate_id=certificate_id(studio_id, person, issues + 1), supersedes=id, studio_id=studio_id,
                person_id=person, class_hours=certificate.class_hours,
                credits_hundredths=certificate.credits_hundredths, reason=reason,
            )
        )  # fmt: skip

    def _certificate(self, id: UUID) -> Certificate:
        if id not in self.certificates:
            raise Refused(
                "no-certificate", rule="SIL-08", certificate_id=str(id),
                zh="本工作室没有编号为{certificate_id}的证书", en="this studio has no certificate {certificate_id}",
            )  # fmt: skip
        return self.certificates[id]

    @staticmethod
    def _refuse_status(id: UUID, certificate: Certificate) -> None:
        raise Refused(
            "certificate-not-valid", rule="SIL-08", certificate_id=str(id), status=certificate.status,
            zh="证书{certificate_id}已失效（{status}）", en="the certificate {certificate_id} is {status}",
        )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case TitleAwarded(person_id=person):
                self.titles[person] = True
            case TitleRevoked(person_id=person):
                self.titles[person] = False
            case CertificateIssued(certificate_id=id, person_id=person):
                self.certificates[id], self.newest[person] = Certificate(person), id
            case CreditsGranted(person_id=person, class_hours=hours, credits_hundredths=credits):
                if newest := self.newest.get(person):
                    known = self.certificates[newest]
                    self.certificates[newest] = replace(known, class_hours=hours, credits_hundredths=credits)
            case CertificateRevoked(certificate_id=id):
                self.certificates[id] = replace(self.certificates[id], status="revoked")
            case CertificateReissued(certificate_id=new, supersedes=old, person_id=person):
                known = self.certificates[old]
                self.certificates[old] = replace(known, status="superseded")
                self.certificates[new], self.newest[person] = known, new
            case Recommended(person_id=person):
                self.recommended.add(person)
            case AwardsCompleted():
                self.is_complete = True
