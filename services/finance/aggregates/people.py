"""Who leads the studio whose fund it is, and who is or was in it."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from services.finance.events import FundOpened, HostNoted, HostStanding, HostStandingNoted, Kind, MemberNoted
from shared.kernel.model import Refused


@dataclass(kw_only=True)
class People:
    """The host of now and all before; members by how they stand; whoever was ever a trainee."""

    host_id: UUID = field(init=False)
    host_standing: HostStanding = "present"

    hosts: set[UUID] = field(default_factory=set)
    members: dict[UUID, str] = field(default_factory=dict)
    trainees: set[UUID] = field(default_factory=set)

    def is_known(self, person_id: UUID, standing: Literal["joined", "left"], kind: Kind) -> bool:
        is_new_trainee = standing == "joined" and kind == "trainee" and person_id not in self.trainees
        return self.members.get(person_id) == standing and not is_new_trainee

    def check_not_suspended(self, person_id: UUID) -> None:
        if person_id == self.host_id and self.host_standing == "suspended":
            raise Refused(
                "host-suspended", rule="SIL-07",
                zh="主持人已被暂停，不能签字、申报或编制预算",
                en="the host is suspended and neither signs, claims nor plans",
            )  # fmt: skip

    def check_host_away(self) -> None:
        if self.host_standing == "present":
            raise Refused(
                "host-present", rule="A.9-8", standing=self.host_standing,
                zh="主持人在任，须由本人签字", en="the host is there and signs in person",
            )  # fmt: skip

    def check_payee(self, payee_id: UUID | None) -> None:
        """Whoever is or was host or trainee is not paid as an expert; asked again when it is paid."""
        if payee_id is not None and payee_id in self.hosts | self.trainees:
            raise Refused(
                "payee-is-member", rule="AMB-21", payee_id=str(payee_id),
                zh="不得向本工作室主持人或学员支付专家费",
                en="the studio's own host and trainees are not paid as experts",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case FundOpened(host_id=host):
                self.host_id = host
                self.hosts.add(host)
            case HostNoted(host_id=host):
                self.host_id, self.host_standing = host, "present"
                self.hosts.add(host)
            case HostStandingNoted(standing=host_standing):
                self.host_standing = host_standing
            case MemberNoted(person_id=person, standing=standing):
                self.members[person] = standing
                if standing == "joined" and happened.kind == "trainee":
                    self.trainees.add(person)
