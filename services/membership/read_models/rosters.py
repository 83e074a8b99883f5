"""Rosters: each studio's members and planned sessions."""

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.membership.events import (
    ConductNoted,
    ConductSettled,
    CycleEnded,
    HandedOver,
    MemberListed,
    MemberUnlisted,
    PlanNoted,
    RosterEnded,
    RosterOpened,
    SessionCancelled,
    SessionPlanned,
    SessionSettled,
    StudioActivated,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.policy import PolicySettings
from shared.kernel.published import StudioRosterClosed


@dataclass(frozen=True)
class Scheduled:
    """A planned session (MEM-08); `state` is planned, settled or cancelled."""

    session_id: UUID
    held_on: date
    place: str
    topic: str
    class_hours: int
    state: str = "planned"


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
    sessions_a_year: tuple[int, ...] = ()
    schedule: tuple[Scheduled, ...] = ()
    starts_on: date | None = None
    former_hosts: tuple[UUID, ...] = ()
    undecided: dict[str, UUID] = field(default_factory=dict)
    """Violations of the code of conduct without a decision, and by whom (SIL-07)."""


def size_of(row: RosterRow, settings: PolicySettings) -> str:
    """small, fitting or large: a hint (AMB-26)."""
    if len(row.members) < settings.size_min_warn:
        return "small"
    return "large" if len(row.members) > settings.size_max_warn else "fitting"


def marked(row: RosterRow, session_id: UUID, state: str) -> tuple[Scheduled, ...]:
    return tuple(replace(it, state=state) if it.session_id == session_id else it for it in row.schedule)


def fold(_key: str, row: RosterRow | None, happened: Happened) -> RosterRow | None:
    match happened.event:
        case RosterOpened(studio_id=studio, host_id=host):
            return RosterRow(studio_id=studio, host_id=host)
        case PlanNoted(sessions_a_year=sessions_a_year) if row:
            return replace(row, is_plan_filed=True, sessions_a_year=sessions_a_year)
        case StudioActivated(plaqued_on=since, ends_on=until, starts_on=starts_on) if row:
            return replace(row, state="active", plaqued_on=since, ends_on=until, starts_on=starts_on)
        case HandedOver(host_id=host) if row:
            return replace(row, host_id=host, former_hosts=(*row.former_hosts, row.host_id))
        case ConductNoted(violation_id=id, person_id=person) if row:
            return replace(row, undecided={**row.undecided, str(id): person})
        case ConductSettled(violation_id=id) if row:
            return replace(row, undecided={one: who for one, who in row.undecided.items() if one != str(id)})
        case MemberListed(person_id=person) if row:
            return replace(row, members=(*row.members, person))
        case MemberUnlisted(person_id=person) if row:
            return replace(row, members=tuple(member for member in row.members if member != person))
        case SessionPlanned() as it if row:
            scheduled = Scheduled(it.session_id, it.held_on, it.place, it.topic, it.class_hours)
            return replace(row, sessions_planned=row.sessions_planned + 1, schedule=(*row.schedule, scheduled))
        case SessionCancelled(session_id=session) if row:
            return replace(row, sessions_planned=row.sessions_planned - 1, schedule=marked(row, session, "cancelled"))
        case SessionSettled(session_id=session) if row:
            return replace(row, sessions_settled=row.sessions_settled + 1, schedule=marked(row, session, "settled"))
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
        RosterOpened, PlanNoted, StudioActivated, MemberListed, MemberUnlisted, SessionPlanned, SessionCancelled,
        SessionSettled, CycleEnded, StudioRosterClosed, RosterEnded, ConductNoted, ConductSettled, HandedOver,
    ),
    edition=3,
)  # fmt: skip
