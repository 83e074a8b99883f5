"""One studio's fund: one stream, so that a cut and a payment can never miss each other."""

from datetime import date
from typing import Literal, Self
from uuid import UUID

from services.finance.aggregates.accounting import Accounting
from services.finance.aggregates.claiming import Claiming
from services.finance.events import FundOpened, HostNoted, HostStanding, HostStandingNoted, Kind, MemberNoted
from shared.kernel.values import derived_id


class Fund(Claiming, Accounting):
    """Released money, what is reserved of it, what was spent, and how it ended."""

    @staticmethod
    def id_for(studio_id: UUID) -> UUID:
        return derived_id("fund", studio_id)

    @classmethod
    def open(cls, studio_id: UUID, host_id: UUID) -> Self:
        fund = cls(cls.id_for(studio_id))
        fund.record(FundOpened(studio_id=studio_id, host_id=host_id))
        return fund

    def note_member(self, person_id: UUID, standing: Literal["joined", "left"], kind: Kind) -> None:
        is_new_trainee = standing == "joined" and kind == "trainee" and person_id not in self.trainees
        if self.members.get(person_id) != standing or is_new_trainee:
            self.record(MemberNoted(person_id=person_id, standing=standing, kind=kind))

    def note_host(self, host_id: UUID, changed_on: date) -> None:
        """What is open passes over to the new host; what the former one signed stays signed (SIL-04)."""
        if host_id == self.host_id:
            return
        periods = self.quarters_from(changed_on) if self.is_laid_out else ()
        self.record(
            HostNoted(
                studio_id=self.studio_id, former_host_id=self.host_id, host_id=host_id,
                open_expenses=tuple(id for id, claim in self.claims.items() if not claim.is_resolved),
                assets=tuple(id for id, status in self.assets.items() if status == "in_use"),
                periods=tuple(period for period in periods if period not in self.reports),
            )
        )  # fmt: skip

    def note_host_standing(self, host_id: UUID, standing: HostStanding) -> None:
        """Of the host of now; once gone, a host does not come back."""
        if host_id == self.host_id and self.host_standing not in (standing, "gone"):
            self.record(HostStandingNoted(studio_id=self.studio_id, host_id=host_id, standing=standing))
