"""One person in one studio: chosen, agreed, filed, a member, evaluated, gone."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.membership.aggregates.roster import Roster
from services.membership.events import (
    AgreementDrafted,
    AgreementReceived,
    AgreementSigned,
    DevelopmentPlanFiled,
    HandedOver,
    Kind,
    MemberExcluded,
    MemberSuspended,
    ObjectionAnswered,
    ObjectionRaised,
    Proposed,
    RemovalLifted,
    RemovalPending,
    Side,
    SigningMethod,
    SuspensionLifted,
)
from shared.kernel.model import Aggregate, Refused
from shared.kernel.people import Office
from shared.kernel.personal import PersonalText
from shared.kernel.policy import PolicySettings
from shared.kernel.published import (
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    PairMatched,
    TraineeEvaluated,
)
from shared.kernel.values import Digest, Points, derived_id

State = Literal["proposed", "matched", "joined", "removed", "left"]


class Membership(Aggregate):
    """A trainee's way through one studio."""

    opens = Proposed
    called = "成员关系"

    studio_id: UUID
    person_id: UUID
    host_id: UUID
    state: State
    left_because: str | None = None
    has_joined = False
    agreement: AgreementDrafted | None = None
    development_plan: Digest | None = None
    points: int | None = None
    kind: Kind = "trainee"
    replaces: UUID | None = None
    """The former membership whose place this one takes (SIL-05)."""
    removal: RemovalPending | None = None
    """Pending while the state is joined, in effect while it is removed."""
    objection: ObjectionRaised | None = None
    is_objection_answered = False

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.forgiven: set[UUID] = set()
        self.suspended_by: set[UUID] = set()
        """Violations of the code of conduct that are not decided yet (SIL-07)."""
        self.chosen_by: set[str] = set()
        self.signed_by: dict[str, Digest] = {}
        self.receipts: dict[str, UUID] = {}

    @staticmethod
    def id_for(studio_id: UUID, person_id: UUID) -> UUID:
        return derived_id("membership", studio_id, person_id)

    def choose(
        self, roster: Roster, person_id: UUID, by: Side, settings: PolicySettings, kind: Kind = "trainee",
        replaces: UUID | None = None,
    ) -> bool:  # fmt: skip
        """One side's choice; True when both have now chosen each other (MEM-01). The host says as what (MEM-15)."""
        roster.check_joining(person_id, settings)
        if person_id == roster.host_id:
            raise Refused(
                "host-as-trainee", rule="AMB-25", zh="主持人不能做自己的学员", en="a host is not their own trainee"
            )
        if self.exists and self.state in ("left", "removed"):
            raise Refused(
                "membership-over", rule="SIL-05", zh="此人已离开该工作室", en="this person has left the studio"
            )
        if by in self.chosen_by:
            if by == "host" and kind != self.kind:
                raise Refused(
                    "chosen-as-other-kind", rule="MEM-15", kind=self.kind,
                    zh="此人已被选为{kind}", en="this person was chosen as {kind} already",
                )  # fmt: skip
            return False
        self.record(
            Proposed(
                studio_id=roster.studio_id, person_id=person_id, host_id=roster.host_id, by=by, kind=kind,
                replaces=replaces,
            )
        )  # fmt: skip
        if self.chosen_by != {"host", "trainee"}:
            return False
        self.record(PairMatched(studio_id=self.studio_id, membership_id=self.id, person_id=person_id))
        return True

    def draft_agreement(self, duties: PersonalText, tasks: PersonalText, assessment_method: PersonalText) -> None:
        self._check_matched("MEM-02")
        draft = AgreementDrafted(duties=duties, tasks=tasks, assessment_method=assessment_method)
        if self.agreement != draft:
            self.record(draft)

    def sign(self, by: Side, document: Digest, method: SigningMethod = "electronic") -> None:
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
        self.record(AgreementSigned(by=by, document=document, method=method))

    def receive_agreement(self, office: Office, receiver_id: UUID, roster: Roster, settings: PolicySettings) -> bool:
        """One of two receipts; True when the second made a member (A.9-4)."""
        if not self.exists or self.state == "joined" or office in self.receipts:
            return False
        self._check_matched("MEM-04")
        roster.check_joining(self.person_id, settings)
        if self.replaces is not None:
            roster.check_not_replaced(self.replaces, self.id)
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
                "one-person-two-offices", rule="A.9-14",
                zh="两处备案须由不同的人办理", en="two different persons receive for the two offices",
            )  # fmt: skip
        self.record(AgreementReceived(office=office, receiver_id=receiver_id))
        if len(self.receipts) < 2:  # noqa: PLR2004 - the two offices
            return False
        self.record(
            MemberJoined(
                studio_id=self.studio_id, membership_id=self.id, person_id=self.person_id, kind=self.kind
            )
        )  # fmt: skip
        return True

    def file_development_plan(self, document: Digest) -> None:
        self.check_member()
        if self.development_plan != document:
            self.record(DevelopmentPlanFiled(document=document))

    def evaluate(self, points: Points) -> None:
        """The host's closing evaluation; a later one replaces it until the roster closes (A.9-15)."""
        self.check_member()
        if self.kind == "supplementary":
            raise Refused(
                "not-a-trainee", rule="MEM-15",
                zh="补充成员不参加结业评价", en="supplementary members have no closing evaluation",
            )  # fmt: skip
        if self.points != points:
            self.record(
                TraineeEvaluated(
                    studio_id=self.studio_id, membership_id=self.id, person_id=self.person_id, points=points
                )
            )

    def leave(self, reason: Literal["withdrawn", "studio_disqualified", "studio_closed", "became_host"]) -> None:
        if self.exists and self.state not in ("left", "removed"):
            self.record(
                MemberLeft(studio_id=self.studio_id, membership_id=self.id, person_id=self.person_id, reason=reason)
            )

    @property
    def is_judged(self) -> bool:
        """MEM-06 binds trainees (A.9-12), and waits while one is suspended (SIL-07)."""
        return self.kind == "trainee" and not self.suspended_by

    def is_due_to_go(self, absences: tuple[UUID, ...]) -> bool:
        """Not for absences alone that an upheld objection forgave (AMB-05)."""
        return not self.forgiven.issuperset(absences)

    def pend_removal(
        self, year: int, denominator: int, excluded: int, absences: tuple[UUID, ...], known: Iterable[UUID],
        day: date, settings: PolicySettings,
    ) -> None:  # fmt: skip
        """At the limit (MEM-06), once at a time."""
        if self.removal is None:
            self.record(
                RemovalPending(
                    membership_id=self.id, studio_id=self.studio_id, person_id=self.person_id, year=year,
                    absent=len(absences), excluded=excluded, denominator=denominator, session_ids=absences,
                    known_session_ids=tuple(known), since=day, objection_workdays=settings.removal_objection_workdays,
                )
            )  # fmt: skip

    def object(self, reason: PersonalText, takes_effect_on: date | None, day: date) -> None:
        """The trainee's objection, once a pending removal, before it takes effect (AMB-05)."""
        removal = self._check_pending()
        if self.objection is not None and not self.is_objection_answered:
            return
        if self.is_objection_answered:
            raise Refused(
                "objection-answered", rule="AMB-05",
                zh="该异议已有答复", en="an objection to this removal was answered already",
            )  # fmt: skip
        if takes_effect_on is not None and day >= takes_effect_on:
            raise Refused(
                "objection-late", rule="AMB-05", days=removal.objection_workdays, on=day.isoformat(),
                zh="异议期为{days}个工作日，{on}已过期",
                en="objections end after {days} working days: {on} is too late",
            )  # fmt: skip
        self.record(
            ObjectionRaised(
                membership_id=self.id, studio_id=self.studio_id, person_id=self.person_id, reason=reason
            )
        )  # fmt: skip

    def answer_objection(self, reason: PersonalText, *, upheld: bool) -> bool:
        """True when it was answered just now."""
        if self.is_objection_answered and self.removal is not None:
            # Answered and still pending: it was dismissed.
            if upheld:
                raise Refused(
                    "already-answered", rule="AMB-05",
                    zh="该异议已被驳回", en="this objection was dismissed already",
                )  # fmt: skip
            return False
        removal = self._check_pending()
        if self.objection is None:
            raise Refused("no-objection", rule="AMB-05", zh="没有待答复的异议", en="there is no objection to answer")
        self.record(
            ObjectionAnswered(
                membership_id=self.id, studio_id=self.studio_id, person_id=self.person_id, upheld=upheld, reason=reason,
                since=removal.since, objection_workdays=removal.objection_workdays,
            )
        )  # fmt: skip
        if upheld:
            self.lift_removal("objection")
        return True

    def lift_removal(self, because: Literal["objection", "correction"]) -> None:
        if self.removal is not None and self.state == "joined":
            self.record(
                RemovalLifted(
                    membership_id=self.id, studio_id=self.studio_id, person_id=self.person_id,
                    year=self.removal.year, because=because,
                )
            )  # fmt: skip

    def remove(self) -> bool:
        """The pending removal takes effect, once, unless an objection holds it back; True when it did just now."""
        held_back = self.objection is not None and not self.is_objection_answered
        if self.removal is None or self.state != "joined" or held_back:
            return False
        self.record(MemberRemoved(studio_id=self.studio_id, membership_id=self.id, person_id=self.person_id))
        return True

    def reinstate(self) -> None:
        """A corrected roll took the ground from the removal in effect (A.9-12)."""
        if self.state == "removed":
            self.record(
                MemberReinstated(
                    studio_id=self.studio_id, membership_id=self.id, person_id=self.person_id,
                    is_evaluated=self.points is not None,
                )
            )  # fmt: skip

    @property
    def takes_part(self) -> bool:
        return self.exists and self.state in ("matched", "joined")

    def suspend(self, violation_id: UUID) -> bool:
        """A violation is on record (SIL-07); True when that suspends just now."""
        if not self.takes_part or violation_id in self.suspended_by:
            return False
        self.record(MemberSuspended(**self._named, violation_id=violation_id))
        return True

    def lift_suspension(self, violation_id: UUID) -> bool:
        """Dismissed; True when no other violation keeps the person suspended."""
        if violation_id not in self.suspended_by:
            return False
        self.record(SuspensionLifted(**self._named, violation_id=violation_id))
        return self.state == "joined" and not self.suspended_by

    def exclude(self, violation_id: UUID) -> bool:
        """The violation is confirmed: the membership ends (SIL-07). Who never joined leaves as a pair."""
        if violation_id not in self.suspended_by or not self.takes_part:
            return False
        self.record(MemberExcluded(**self._named, violation_id=violation_id))
        if self.state == "joined":
            self.record(MemberRemoved(studio_id=self.studio_id, membership_id=self.id, person_id=self.person_id))
        else:
            self.leave("withdrawn")
        return True

    def follow_host(self, handed: HandedOver) -> None:
        """What is done from now on is done by the new host, who has still to sign what is not on file (SIL-04)."""
        if self.exists and self.state != "left" and self.host_id != handed.host_id:
            self.record(handed)

    @property
    def _named(self) -> dict[str, UUID]:
        return {"membership_id": self.id, "studio_id": self.studio_id, "person_id": self.person_id}

    def _check_not_suspended(self) -> None:
        if self.suspended_by:
            raise Refused(
                "member-suspended", rule="SIL-07", violations=len(self.suspended_by),
                zh="此人因{violations}项师德问题待处理，已暂停成员资格",
                en="this person is suspended: {violations} violations of the code of conduct are undecided",
            )  # fmt: skip

    def _check_pending(self) -> RemovalPending:
        if self.removal is None or self.state != "joined":
            raise Refused(
                "no-removal-pending", rule="AMB-05",
                zh="没有待生效的移除", en="no removal is pending",
            )  # fmt: skip
        return self.removal

    def _check_matched(self, rule: str) -> None:
        self._check_not_suspended()
        if self.state != "matched":
            raise Refused(
                "not-matched", rule=rule, state=self.state,
                zh="双方互选之后才有协议，现为“{state}”", en="an agreement follows mutual choice; this pair is {state}",
            )  # fmt: skip

    def check_member(self) -> None:
        self._check_not_suspended()
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
                if happened.by == "host":
                    self.kind, self.replaces = happened.kind, happened.replaces
            case PairMatched():
                self.state = "matched"
            case AgreementDrafted():
                self.agreement, self.signed_by, self.receipts = happened, {}, {}
            case AgreementSigned(by=by, document=document):
                self.signed_by[by] = document
            case AgreementReceived():
                self.receipts[happened.office] = happened.receiver_id
            case MemberJoined():
                self.state, self.has_joined = "joined", True
            case DevelopmentPlanFiled(document=document):
                self.development_plan = document
            case TraineeEvaluated(points=points):
                self.points = points
            case RemovalPending():
                self.removal, self.objection, self.is_objection_answered = happened, None, False
            case ObjectionRaised():
                self.objection = happened
            case ObjectionAnswered(upheld=upheld):
                self.is_objection_answered = True
                if upheld and self.removal:
                    self.forgiven.update(self.removal.session_ids)
            case RemovalLifted():
                self.removal = None
            case MemberRemoved():
                self.state = "removed"
            case MemberSuspended(violation_id=violation_id):
                self.suspended_by.add(violation_id)
            case SuspensionLifted(violation_id=violation_id):
                self.suspended_by.discard(violation_id)
            case MemberExcluded():
                self.removal, self.suspended_by = None, set()
            case HandedOver(host_id=host_id):
                self.host_id = host_id
                if self.state == "matched" and "host" in self.signed_by:
                    del self.signed_by["host"]
                    self.receipts = {}
            case MemberReinstated():
                self.state, self.removal = "joined", None
            case MemberLeft(reason=reason):
                self.state, self.left_because, self.removal = "left", reason, None
