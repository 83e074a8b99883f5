"""One person in one studio: chosen, agreed, filed, a member, evaluated, gone."""

from typing import Any, Literal, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.membership.aggregates.roster import Roster
from services.membership.events import (
    AgreementDrafted,
    AgreementReceived,
    AgreementSigned,
    DevelopmentPlanFiled,
    Office,
    Proposed,
    Side,
)
from shared.kernel.model import Aggregate, Refused
from shared.kernel.published import MemberJoined, MemberLeft, PairMatched, TraineeEvaluated
from shared.kernel.values import Digest, Points, Text

State = Literal["proposed", "matched", "joined", "left"]


class Membership(Aggregate):
    """A trainee's way through one studio."""

    opens = Proposed
    called = "成员关系"

    studio_id: UUID
    person_id: UUID
    host_id: UUID
    state: State
    left_because: str | None = None
    agreement: AgreementDrafted | None = None
    development_plan: Digest | None = None
    points: int | None = None

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.chosen_by: set[str] = set()
        self.signed_by: dict[str, Digest] = {}
        self.receipts: dict[str, UUID] = {}

    @staticmethod
    def id_for(studio_id: UUID, person_id: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"mingban/membership/{studio_id}/{person_id}")

    @classmethod
    def between(cls, roster: Roster, person_id: UUID) -> Self:
        return cls(cls.id_for(roster.studio_id, person_id))

    def choose(self, roster: Roster, person_id: UUID, by: Side) -> bool:
        """One side's choice; True when both have now chosen each other (MEM-01)."""
        roster.check_joining()
        if person_id == roster.host_id:
            raise Refused(
                "host-as-trainee", rule="AMB-25", zh="主持人不能做自己的学员", en="a host is not their own trainee"
            )
        if self.exists and self.state == "left":
            raise Refused(
                "membership-over", rule="SIL-05", zh="此人已离开该工作室", en="this person has left the studio"
            )
        if by in self.chosen_by:
            return False
        self.record(Proposed(studio_id=roster.studio_id, person_id=person_id, host_id=roster.host_id, by=by))
        if self.chosen_by != {"host", "trainee"}:
            return False
        self.record(PairMatched(studio_id=self.studio_id, membership_id=self.id, person_id=person_id))
        return True

    def draft_agreement(self, duties: Text, tasks: Text, assessment_method: Text) -> None:
        self._check_matched("MEM-02")
        draft = AgreementDrafted(duties=duties, tasks=tasks, assessment_method=assessment_method)
        if self.agreement != draft:
            self.record(draft)

    def sign(self, by: Side, document: Digest) -> None:
        self._check_matched("MEM-02")
        if self.agreement is None:
            raise Refused(
                "no-agreement", rule="MEM-03",
                zh="协议须先写明职责、任务和考核办法",
                en="an agreement with duties, tasks and assessment method comes first",
            )  # fmt: skip
        if self.signed_by.get(by) == document:
            return
        if self.signed_by and document not in self.signed_by.values():
            raise Refused(
                "another-document", rule="MEM-02", signed=next(iter(self.signed_by.values())), given=document,
                zh="双方须签署同一份协议（{signed}）", en="both parties sign one document ({signed})",
            )  # fmt: skip
        self.record(AgreementSigned(by=by, document=document))

    def receive_agreement(self, office: Office, receiver_id: UUID, roster: Roster) -> bool:
        """One of two receipts; True when the second made a member (A.9-4)."""
        if not self.exists or self.state == "joined" or office in self.receipts:
            return False
        self._check_matched("MEM-04")
        roster.check_joining()
        if not roster.is_plan_filed:
            raise Refused(
                "plan-not-filed", rule="MEM-05",
                zh="建设方案备案之前不能备案协议", en="no agreement is filed before the studio's plan is on file",
            )  # fmt: skip
        if self.signed_by.keys() != {"host", "trainee"}:
            raise Refused(
                "not-signed-by-both", rule="MEM-02", signatures=len(self.signed_by),
                zh="协议须双方签字，现有{signatures}方", en="both parties sign, {signatures} of 2 have",
            )  # fmt: skip
        if receiver_id in self.receipts.values():
            raise Refused(
                "one-person-two-offices", rule="MEM-04",
                zh="两处备案须由不同的人办理", en="two different persons receive for the two offices",
            )  # fmt: skip
        self.record(AgreementReceived(office=office, receiver_id=receiver_id))
        if len(self.receipts) < 2:  # noqa: PLR2004 - the two offices
            return False
        self.record(MemberJoined(studio_id=self.studio_id, membership_id=self.id, person_id=self.person_id))
        return True

    def file_development_plan(self, document: Digest) -> None:
        self._check_member()
        if self.development_plan != document:
            self.record(DevelopmentPlanFiled(document=document))

    def evaluate(self, points: Points) -> None:
        """The host's closing evaluation; a later one replaces it until the roster closes (A.9-15)."""
        self._check_member()
        if self.points != points:
            self.record(
                TraineeEvaluated(
                    studio_id=self.studio_id, membership_id=self.id, person_id=self.person_id, points=points
                )
            )

    def leave(self, reason: Literal["withdrawn", "studio_disqualified", "studio_closed"]) -> None:
        if self.exists and self.state != "left":
            self.record(
                MemberLeft(studio_id=self.studio_id, membership_id=self.id, person_id=self.person_id, reason=reason)
            )

    def _check_matched(self, rule: str) -> None:
        if self.state != "matched":
            raise Refused(
                "not-matched", rule=rule, state=self.state,
                zh="双方互选之后才有协议，现为“{state}”", en="an agreement follows mutual choice; this pair is {state}",
            )  # fmt: skip

    def _check_member(self) -> None:
        if self.state != "joined":
            raise Refused(
                "not-a-member", rule="MEM-05", state=self.state,
                zh="此人不是工作室成员（{state}）", en="this person is no member of the studio ({state})",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case Proposed():
                self.studio_id, self.person_id = happened.studio_id, happened.person_id
                self.host_id, self.state = happened.host_id, "proposed"
                self.chosen_by.add(happened.by)
            case PairMatched():
                self.state = "matched"
            case AgreementDrafted():
                self.agreement, self.signed_by, self.receipts = happened, {}, {}
            case AgreementSigned(by=by, document=document):
                self.signed_by[by] = document
            case AgreementReceived():
                self.receipts[happened.office] = happened.receiver_id
            case MemberJoined():
                self.state = "joined"
            case DevelopmentPlanFiled(document=document):
                self.development_plan = document
            case TraineeEvaluated(points=points):
                self.points = points
            case MemberLeft(reason=reason):
                self.state, self.left_because = "left", reason
