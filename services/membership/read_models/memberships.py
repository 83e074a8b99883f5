"""Memberships: how far each pair has come."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.membership.events import (
    AgreementDrafted,
    AgreementReceived,
    AgreementSigned,
    DevelopmentPlanFiled,
    HandedOver,
    MemberExcluded,
    MemberSuspended,
    ObjectionAnswered,
    ObjectionRaised,
    Proposed,
    RemovalLifted,
    RemovalPending,
    SuspensionLifted,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText
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
    reason: PersonalText | None = None
    answer: PersonalText | None = None


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
    replaces: UUID | None = None
    suspended_by: tuple[UUID, ...] = ()
    state_before: str | None = None
    """How it stood before it was suspended (SIL-07)."""
    excluded_for: UUID | None = None
    scanned_by: tuple[str, ...] = ()
    """Who signed on paper that was scanned; all others signed electronically (AMB-27)."""


CANDIDATE = "candidate"
"""培养人选: to become 名班主任 or 骨干班主任 (MEM-16)."""


def designation(row: MembershipRow) -> str | None:
    """Each trainee who is a member is a candidate (MEM-16); supplementary members help them."""
    is_member = row.state in ("joined", "removal_pending") and row.kind == "trainee"
    return CANDIDATE if is_member else None


def fold(_key: str, row: MembershipRow | None, happened: Happened) -> MembershipRow | None:
    match happened.event:
        case Proposed() as chosen:
            by = (*row.chosen_by, chosen.by) if row else (chosen.by,)
            kind = chosen.kind if chosen.by == "host" or row is None else row.kind
            replaces = chosen.replaces if chosen.by == "host" or row is None else row.replaces
            return MembershipRow(
                chosen.studio_id, chosen.person_id, chosen.host_id, "proposed", by, kind=kind, replaces=replaces
            )  # fmt: skip
        case PairMatched() if row:
            return replace(row, state="matched")
        case AgreementDrafted() if row:
            return replace(row, has_agreement=True, signed_by=(), receipts=(), scanned_by=())
        case AgreementSigned(by=by, method=method) if row:
            scanned = (*row.scanned_by, by) if method == "scanned" else row.scanned_by
            return replace(row, signed_by=(*row.signed_by, by), scanned_by=scanned)
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
        case MemberSuspended(violation_id=id) if row:
            before = row.state_before or row.state
            return replace(row, state="suspended", state_before=before, suspended_by=(*row.suspended_by, id))
        case SuspensionLifted(violation_id=id) if row:
            return lifted(row, id)
        case MemberExcluded(violation_id=id) if row:
            return replace(row, suspended_by=(), state_before=None, excluded_for=id, removal=None)
        case HandedOver(host_id=host) if row:
            return handed_over(row, host)
    return row


def lifted(row: MembershipRow, violation_id: UUID) -> MembershipRow:
    """Back to how it stood once no violation is undecided; who is gone meanwhile stays gone."""
    left = tuple(id for id in row.suspended_by if id != violation_id)
    if left or row.state != "suspended":
        return replace(row, suspended_by=left)
    return replace(row, suspended_by=(), state=row.state_before or row.state, state_before=None)


def handed_over(row: MembershipRow, host: UUID) -> MembershipRow:
    """The new host signs what is not on file yet (SIL-04)."""
    if "host" in row.signed_by and "matched" in (row.state, row.state_before):
        scanned = tuple(by for by in row.scanned_by if by != "host")
        row = replace(row, signed_by=tuple(by for by in row.signed_by if by != "host"), receipts=(), scanned_by=scanned)
    return replace(row, host_id=host)


memberships = ReadModel(
    "memberships", row=MembershipRow, fold=fold, filters=("studio_id", "person_id", "host_id", "state"),
    facts=(
        Proposed, PairMatched, AgreementDrafted, AgreementSigned, AgreementReceived, MemberJoined,
        DevelopmentPlanFiled, TraineeEvaluated, MemberLeft, RemovalPending, ObjectionRaised, ObjectionAnswered,
        RemovalLifted, MemberRemoved, MemberReinstated, MemberSuspended, SuspensionLifted, MemberExcluded, HandedOver,
    ),
    edition=4,
)  # fmt: skip
