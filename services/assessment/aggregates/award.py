"""What a passed studio brings: title, designations, certificates, credits, recommendations."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from services.assessment.aggregates.case import Case
from services.assessment.events import (
    AwardsCompleted,
    BackboneDesignated,
    CertificateIssued,
    CreditsGranted,
    EventId,
    TitleAwarded,
    certificate_id,
)
from shared.kernel.model import Aggregate
from shared.kernel.policy import PolicySettings
from shared.kernel.published import Recommended, RosterEntry
from shared.kernel.values import derived_id


class Award(Aggregate):
    """All awards of one studio, conferred at once, once."""

    opens = TitleAwarded

    is_complete = False

    @staticmethod
    def id_for(studio_id: UUID) -> UUID:
        return derived_id("award", studio_id)

    def confer(self, case: Case, settings: PolicySettings) -> None:
        """Silent until both the roster and a passed final are there (A.9-3)."""
        if self.is_complete or case.roster is None or not case.final_passed:
            return
        assert case.final_source is not None
        assert case.roster_source is not None
        studio, grounds = case.studio_id, (case.final_source, case.roster_source)
        self.record(TitleAwarded(studio_id=studio, person_id=case.host_id, grounds=grounds))
        qualified = [entry for entry in case.roster if is_qualified(entry, settings)]
        for entry in qualified:
            self._award_trainee(studio, entry, grounds, settings)
        for rank, entry in enumerate(excellent(qualified, settings), start=1):
            self.record(Recommended(studio_id=studio, person_id=entry.person_id, rank=rank))
        self.record(AwardsCompleted(studio_id=studio))

    def _award_trainee(
        self, studio: UUID, entry: RosterEntry, grounds: tuple[EventId, ...], settings: PolicySettings
    ) -> None:
        person, hours = entry.person_id, entry.attended_hours
        certificate = certificate_id(studio, person)
        self.record(BackboneDesignated(studio_id=studio, person_id=person, grounds=grounds))
        self.record(CertificateIssued(certificate_id=certificate, studio_id=studio, person_id=person, grounds=grounds))
        self.record(
            CreditsGranted(
                studio_id=studio, person_id=person, class_hours=hours,
                credits_hundredths=credits_hundredths(hours, settings.credit_hours),
            )
        )  # fmt: skip

    def apply(self, happened: Any) -> None:
        self.is_complete = isinstance(happened, AwardsCompleted)


def is_qualified(entry: RosterEntry, settings: PolicySettings) -> bool:
    """合格: active to the end, evaluated at the mark or above, own plan filed (AMB-23)."""
    points = entry.host_points
    passed = points is not None and points >= settings.trainee_pass_points
    return entry.status == "active" and passed and entry.plan_filed


def excellent(qualified: Sequence[RosterEntry], settings: PolicySettings) -> list[RosterEntry]:
    """优秀: at the mark, no unexcused absence, within the quota; ties by points, then attendance (A.9-15)."""
    quota = max(1, len(qualified) * settings.excellent_quota_percent // 100)
    able = [
        entry
        for entry in qualified
        if (entry.host_points or 0) >= settings.trainee_excellent_points and not entry.unexcused_absences
    ]
    return sorted(able, key=_standing)[:quota]


def _standing(entry: RosterEntry) -> tuple[int, Fraction, str]:
    attendance = Fraction(entry.sessions_attended, max(1, entry.sessions_obliged))
    return -(entry.host_points or 0), -attendance, str(entry.person_id)


def credits_hundredths(hours: int, hours_per_credit: int) -> int:
    """Attended hours by hours a credit, in hundredths, half up (A.9-17)."""
    return (hours * 200 + hours_per_credit) // (2 * hours_per_credit)
