"""Memberships: how far each pair has come."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.membership.events import (
    AgreementDrafted,
    AgreementReceived,
    AgreementSigned,
    DevelopmentPlanFiled,
    ObjectionAnswered,
    ObjectionRaised,
    Proposed,
    RemovalLifted,
    RemovalPending,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import (
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    PairMatched,
    TraineeEvaluated,
)


@dataclass(frozen=True)
class Removal:
    """A removal, pending or in effect, with its numbers; `objection` is raised, upheld or dismissed."""

    year: int
    absent: int
    denominator: int
    session_ids: tuple[UUID, ...]
    since: date
    objection_workdays: int
    objection: str | None = None
    reason: str | None = None
    answer: str | None = None


@dataclass(frozen=True)
class MembershipRow:
    studio_id: UUID
    person_id: UUID
    host_id: UUID
    state: str
    chosen_by: tuple[str, ...]
    has_agreement: bool = False
    signed_by: tuple[str, ...] = ()
    receipts: tuple[str, ...] = ()
    plan_filed: bool = False
    host_points: int | None = None
    kind: str = "trainee"
    removal: Removal | None = None
    reinstated_on: date | None = None


def fold(_key: str, row: MembershipRow | None, happened: Happened) -> MembershipRow | None:
    match happened.event:
        case Proposed() as chosen:
            by = (*row.chosen_by, chosen.by) if row else (chosen.by,)
            kind = chosen.kind if chosen.by == "host" or row is None else row.kind
            return MembershipRow(chosen.studio_id, chosen.person_id, chosen.host_id, "proposed", by, kind=kind)
        case PairMatched() if row:
            return replace(row, state="matched")
        case AgreementDrafted() if row:
            return replace(row, has_agreement=True, signed_by=(), receipts=())
        case AgreementSigned(by=by) if row:
            return replace(row, signed_by=(*row.signed_by, by))
        case AgreementReceived(office=office) if row:
            return replace(row, receipts=(*row.receipts, office))
        case MemberJoined() if row:
            return replace(row, state="joined")
        case DevelopmentPlanFiled() if row:
            return replace(row, plan_filed=True)
        case TraineeEvaluated(points=points) if row:
            return replace(row, host_points=points)
        case RemovalPending() as it if row:
            removal = Removal(it.year, it.absent, it.denominator, it.session_ids, it.since, it.objection_workdays)
            return replace(row, state="removal_pending", removal=removal)
        case ObjectionRaised(reason=reason) if row and row.removal:
            return replace(row, removal=replace(row.removal, objection="raised", reason=reason))
        case ObjectionAnswered(upheld=upheld, reason=answer) if row and row.removal:
            said = "upheld" if upheld else "dismissed"
            return replace(row, removal=replace(row.removal, objection=said, answer=answer))
        case RemovalLifted() if row:
            return replace(row, state="joined", removal=None)
        case MemberRemoved() if row:
            return replace(row, state="removed")
        case MemberReinstated() if row:
            return replace(row, state="joined", removal=None, reinstated_on=happened.on)
        case MemberLeft(reason=reason) if row:
            return replace(row, state=reason)
    return row


memberships = ReadModel(
    "memberships", row=MembershipRow, fold=fold, filters=("studio_id", "person_id", "host_id", "state"),
    facts=(
        Proposed, PairMatched, AgreementDrafted, AgreementSigned, AgreementReceived, MemberJoined,
        DevelopmentPlanFiled, TraineeEvaluated, MemberLeft, RemovalPending, ObjectionRaised, ObjectionAnswered,
        RemovalLifted, MemberRemoved, MemberReinstated,
    ),
    edition=2,
)  # fmt: skip
