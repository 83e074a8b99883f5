"""Who deserves what when a studio has ended: the steps that decide are those that explain (ASM-05 to ASM-09)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from services.assessment.aggregates.case import Case
from services.assessment.events import Conduct
from shared.kernel.explaining import Step, step
from shared.kernel.policy import PolicySettings
from shared.kernel.published import LeadKind, RosterEntry


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What awards rest on: the roster, the final's result, and violations of the code of conduct by person."""

    host_id: UUID
    lead_kind: LeadKind
    roster: tuple[RosterEntry, ...]
    final_passed: bool
    conduct: Mapping[UUID, Conduct | None]
    final_held: bool = True
    """What-if only: after a failed mid-term there is no final to pass or fail."""

    @classmethod
    def of(
        cls, case: Case, roster: tuple[RosterEntry, ...], *, final_passed: bool, final_held: bool = True
    ) -> "Ending":
        persons = (case.host_id, *(entry.person_id for entry in roster))
        return cls(
            host_id=case.host_id, lead_kind=case.lead_kind, roster=roster, final_passed=final_passed,
            conduct={person: case.conduct_of(person) for person in persons}, final_held=final_held,
        )  # fmt: skip

    def is_clear(self, person_id: UUID) -> bool:
        """No violation is on record that the school has still to decide: until then awards wait (SIL-07)."""
        return self.conduct.get(person_id) != "recorded"

    def title(self) -> tuple[Step, ...]:
        """名班主任: the host of a passed studio, no coordinator (ASM-05, AMB-28)."""
        return (
            step("ASM-05", "final_passed = 1", int(self.final_passed), "=", 1),
            step("AMB-28", "lead_is_host = 1", int(self.lead_kind == "host"), "=", 1),
            self._no_violation(self.host_id),
        )

    def admission(self, settings: PolicySettings) -> Step:
        """Trainees of a passed studio; of any studio if the school says so (AMB-22)."""
        needed = int(settings.trainee_award_requires_studio_pass)
        passed = int(self.final_passed) if self.final_held else -1
        return step("AMB-22", "final_passed ≥ trainee_award_requires_studio_pass", passed, "≥", needed)

    def qualification(self, entry: RosterEntry, settings: PolicySettings) -> tuple[Step, ...]:
        """合格: active to the end, evaluated at the mark or above, own plan filed (AMB-23)."""
        return (
            step("AMB-23", "status_active = 1", int(entry.status == "active"), "=", 1),
            step("A.9-15", "host_evaluated = 1", int(entry.host_points is not None), "=", 1),
            step("AMB-23", "host_points ≥ trainee_pass_points",
                 entry.host_points or 0, "≥", settings.trainee_pass_points),
            step("AMB-23", "plan_filed = 1", int(entry.plan_filed), "=", 1),
            self._no_violation(entry.person_id),
        )  # fmt: skip

    def qualified(self, settings: PolicySettings) -> list[RosterEntry]:
        return [entry for entry in self.roster if holds(self.qualification(entry, settings))]

    def _no_violation(self, person_id: UUID) -> Step:
        return step("SIL-07", "conduct_confirmed = 0", int(self.conduct.get(person_id) == "confirmed"), "=", 0)


def holds(steps: Sequence[Step]) -> bool:
    return all(one.holds for one in steps)


def excellence(entry: RosterEntry, settings: PolicySettings) -> tuple[Step, ...]:
    """优秀, besides being qualified: at the mark, few unexcused absences (AMB-23)."""
    return (
        step("AMB-23", "host_points ≥ trainee_excellent_points",
             entry.host_points or 0, "≥", settings.trainee_excellent_points),
        step("AMB-23", "unexcused_absences ≤ excellent_max_unexcused",
             entry.unexcused_absences, "≤", settings.excellent_max_unexcused),
    )  # fmt: skip


def ranked(qualified: Sequence[RosterEntry], settings: PolicySettings) -> list[RosterEntry]:
    """Who is excellent but for the quota, the best first; ties by points, then attendance (A.9-15)."""
    return sorted((entry for entry in qualified if holds(excellence(entry, settings))), key=_standing)


def quota(qualified: int, settings: PolicySettings) -> int:
    """How many are excellent at most, always one (A.9-15)."""
    return max(1, qualified * settings.excellent_quota_percent // 100)


def _standing(entry: RosterEntry) -> tuple[int, Fraction, str]:
    attendance = Fraction(entry.sessions_attended, max(1, entry.sessions_obliged))
    return -(entry.host_points or 0), -attendance, str(entry.person_id)


def hours_by_year(entry: RosterEntry) -> tuple[int, ...]:
    """Attended class hours by project year; a roster that does not tell the years counts as one."""
    return entry.hours_by_year or (entry.attended_hours,)


def credits_hundredths(hours: Sequence[int], hours_per_credit: int, cap_per_year: int = 0) -> int:
    """Attended hours by hours a credit, in hundredths, half up; each year's part is capped first (A.9-17, AMB-24)."""
    years = (Fraction(of_year * 100, hours_per_credit) for of_year in hours)
    earned = sum((min(year, Fraction(cap_per_year)) if cap_per_year else year for year in years), Fraction(0))
    return int((earned + Fraction(1, 2)) // 1)


def credits_of(entry: RosterEntry, settings: PolicySettings) -> int:
    return credits_hundredths(hours_by_year(entry), settings.credit_hours, settings.credits_cap_per_year)
