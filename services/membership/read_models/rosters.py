"""Rosters: each studio's members and planned sessions."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.membership.events import (
    CycleEnded,
    MemberListed,
    MemberUnlisted,
    PlanNoted,
    RosterEnded,
    RosterOpened,
    SessionPlanned,
    SessionSettled,
    StudioActivated,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.published import StudioRosterClosed


@dataclass(frozen=True)
class RosterRow:
    studio_id: UUID
    host_id: UUID
    state: str = "open"
    is_plan_filed: bool = False
    plaqued_on: date | None = None
    ends_on: date | None = None
    members: tuple[UUID, ...] = ()
    sessions_planned: int = 0
    sessions_settled: int = 0


def fold(_key: str, row: RosterRow | None, happened: Happened) -> RosterRow | None:
    match happened.event:
        case RosterOpened(studio_id=studio, host_id=host):
            return RosterRow(studio_id=studio, host_id=host)
        case PlanNoted() if row:
            return replace(row, is_plan_filed=True)
        case StudioActivated(plaqued_on=since, ends_on=until) if row:
            return replace(row, state="active", plaqued_on=since, ends_on=until)
        case MemberListed(person_id=person) if row:
            return replace(row, members=(*row.members, person))
        case MemberUnlisted(person_id=person) if row:
            return replace(row, members=tuple(member for member in row.members if member != person))
        case SessionPlanned() if row:
            return replace(row, sessions_planned=row.sessions_planned + 1)
        case SessionSettled() if row:
            return replace(row, sessions_settled=row.sessions_settled + 1)
        case CycleEnded() if row:
            return replace(row, state="cycle_over")
        case StudioRosterClosed() if row:
            return replace(row, state="closed")
        case RosterEnded(reason=reason) if row:
            return replace(row, state=reason)
    return row


rosters = ReadModel(
    "rosters", row=RosterRow, fold=fold, filters=("studio_id", "host_id", "state"),
    facts=(
        RosterOpened, PlanNoted, StudioActivated, MemberListed, MemberUnlisted, SessionPlanned, SessionSettled,
        CycleEnded, StudioRosterClosed, RosterEnded,
    ),
)  # fmt: skip
