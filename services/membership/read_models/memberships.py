"""Memberships: how far each pair has come."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.membership.events import (
    AgreementDrafted,
    AgreementReceived,
    AgreementSigned,
    DevelopmentPlanFiled,
    Proposed,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import MemberJoined, MemberLeft, PairMatched, TraineeEvaluated


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


def fold(_key: str, row: MembershipRow | None, happened: Happened) -> MembershipRow | None:
    match happened.event:
        case Proposed() as chosen:
            by = (*row.chosen_by, chosen.by) if row else (chosen.by,)
            return MembershipRow(chosen.studio_id, chosen.person_id, chosen.host_id, "proposed", by)
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
        case MemberLeft(reason=reason) if row:
            return replace(row, state=reason)
    return row


memberships = ReadModel(
    "memberships", row=MembershipRow, fold=fold, filters=("studio_id", "person_id", "host_id", "state"),
    facts=(
        Proposed, PairMatched, AgreementDrafted, AgreementSigned, AgreementReceived, MemberJoined,
        DevelopmentPlanFiled, TraineeEvaluated, MemberLeft,
    ),
)  # fmt: skip
