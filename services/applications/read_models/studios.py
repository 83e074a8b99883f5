"""Studios: whose, how far, until when, and how they ended."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.applications.events import (
    ClosureExplained,
    MemberNoted,
    PlanDrafted,
    PlanReceived,
    PlanReviewed,
    SuccessorApproved,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText
from shared.kernel.published import HostChanged, PlanFiled, StudioClosed, StudioEstablished, StudioPlaqued


@dataclass(frozen=True)
class FormerHost:
    """Who led the studio before, through the day on which another took over; the name that it bore then."""

    host_id: UUID
    until: date
    name_form: str


@dataclass(frozen=True)
class StudioRow:
    """`people` are the members' persons by membership; `plan_passed` what the Party organisation said (A.9-19)."""

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
    closure_reason: PersonalText | None = None
    lead_kind: str = "host"
    starts_on: date | None = None
    people: dict[UUID, UUID] | None = None
    plan_passed: bool | None = None
    former_hosts: tuple[FormerHost, ...] = ()


def fold(_key: str, row: StudioRow | None, happened: Happened) -> StudioRow | None:
    match happened.event:
        case StudioEstablished() as made:
            return StudioRow(
                host_id=made.host_id, round_id=made.round_id, department=made.department, name_form=made.name_form,
                lead_kind=made.lead_kind,
            )  # fmt: skip
        case PlanDrafted(sessions_a_year=sessions) if row:
            return replace(row, sessions_a_year=sessions, receipts=(), plan_passed=None)
        case PlanReviewed(passed=passed) if row:
            return replace(row, plan_passed=passed)
        case PlanReceived(office=office) if row:
            return replace(row, receipts=(*row.receipts, office))
        case PlanFiled() if row:
            return replace(row, state="recruiting")
        case MemberNoted(membership_id=pair, standing=standing, kind=kind) if row:
            members, kinds = {**(row.members or {}), pair: standing}, {**(row.kinds or {}), pair: kind}
            person = happened.event.person_id
            people = {**(row.people or {}), pair: person} if person else row.people
            return replace(row, members=members, kinds=kinds, people=people)
        case HostChanged(host_id=host, name_form=form) if row:
            former = FormerHost(row.host_id, happened.event.changed_on, row.name_form)
            return replace(row, host_id=host, name_form=form, former_hosts=(*row.former_hosts, former))
        case StudioPlaqued() as plaqued if row:
            return replace(
                row, state="active", plaqued_on=plaqued.plaqued_on, ends_on=plaqued.ends_on,
                midterm_due_on=plaqued.midterm_due_on, starts_on=plaqued.starts_on or plaqued.plaqued_on,
            )  # fmt: skip
        case StudioClosed(outcome=outcome) if row:
            return replace(row, state="ended", outcome=outcome)
        case ClosureExplained(reason=reason) if row:
            return replace(row, closure_reason=reason)
    return row


studios = ReadModel(
    "studios", row=StudioRow, fold=fold, edition=3, filters=("host_id", "round_id", "state"),
    facts=(
        StudioEstablished, PlanDrafted, PlanReviewed, PlanReceived, PlanFiled, MemberNoted, StudioPlaqued,
        SuccessorApproved, HostChanged, StudioClosed, ClosureExplained,
    ),
)  # fmt: skip
