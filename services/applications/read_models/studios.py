"""Studios: whose, how far, until when, and how they ended."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.applications.events import ClosureExplained, MemberNoted, PlanDrafted, PlanReceived
from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import PlanFiled, StudioClosed, StudioEstablished, StudioPlaqued


@dataclass(frozen=True)
class StudioRow:
    host_id: UUID
    round_id: UUID
    department: str
    name_form: str
    state: str = "selected"
    sessions_a_year: tuple[int, ...] = ()
    receipts: tuple[str, ...] = ()
    members: dict[UUID, str] | None = None
    kinds: dict[UUID, str] | None = None
    plaqued_on: date | None = None
    ends_on: date | None = None
    midterm_due_on: date | None = None
    outcome: str | None = None
    closure_reason: str | None = None


def fold(_key: str, row: StudioRow | None, happened: Happened) -> StudioRow | None:
    match happened.event:
        case StudioEstablished() as made:
            return StudioRow(
                host_id=made.host_id, round_id=made.round_id, department=made.department, name_form=made.name_form
            )
        case PlanDrafted(sessions_a_year=sessions) if row:
            return replace(row, sessions_a_year=sessions, receipts=())
        case PlanReceived(office=office) if row:
            return replace(row, receipts=(*row.receipts, office))
        case PlanFiled() if row:
            return replace(row, state="recruiting")
        case MemberNoted(membership_id=pair, standing=standing, kind=kind) if row:
            members, kinds = {**(row.members or {}), pair: standing}, {**(row.kinds or {}), pair: kind}
            return replace(row, members=members, kinds=kinds)
        case StudioPlaqued() as plaqued if row:
            return replace(
                row, state="active", plaqued_on=plaqued.plaqued_on, ends_on=plaqued.ends_on,
                midterm_due_on=plaqued.midterm_due_on,
            )  # fmt: skip
        case StudioClosed(outcome=outcome) if row:
            return replace(row, state="ended", outcome=outcome)
        case ClosureExplained(reason=reason) if row:
            return replace(row, closure_reason=reason)
    return row


studios = ReadModel(
    "studios", row=StudioRow, fold=fold, edition=2, filters=("host_id", "round_id", "state"),
    facts=(
        StudioEstablished, PlanDrafted, PlanReceived, PlanFiled, MemberNoted, StudioPlaqued, StudioClosed,
        ClosureExplained,
    ),
)  # fmt: skip
