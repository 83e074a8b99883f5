"""Open matters: the studios whose files and rolls are asked for what is missing (SIL-12)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from services.membership.events import HandedOver, RosterOpened
from services.membership.read_models.attendance import AttendanceRow
from services.membership.read_models.memberships import MembershipRow
from services.membership.read_models.sessions import SessionRow
from shared.kernel.model import Happened, ReadModel

NEAR = 1
"""So many more absences stay below the limit, or fewer: near one third."""


@dataclass(frozen=True)
class StudioRow:
    studio_id: UUID
    host_id: UUID


@dataclass(frozen=True)
class Open:
    """What waits in one studio, by membership or session."""

    agreements_unfiled: tuple[UUID, ...]
    plans_unfiled: tuple[UUID, ...]
    evaluations_missing: tuple[UUID, ...]
    removals_pending: tuple[UUID, ...]
    suspended: tuple[UUID, ...]
    rolls_open: tuple[str, ...]
    near_limit: tuple[UUID, ...]


def open_in(
    members: Iterable[tuple[str, MembershipRow]],
    held: Iterable[tuple[str, SessionRow]],
    counted: Iterable[AttendanceRow],
) -> Open:
    """From the rows of one studio, by their keys; the latest counts are looked at."""
    rows = [(UUID(key), row) for key, row in members]
    belong = {"joined", "removal_pending"}
    trainees = [(key, row) for key, row in rows if row.state in belong and row.kind == "trainee"]
    active = {key for key, _ in trainees}
    latest: dict[UUID, AttendanceRow] = {}
    for it in sorted(counted, key=lambda row: row.year):
        # The window of AMB-03, where it is no project year, stands for the latest one.
        if latest.get(it.membership_id) is None or it.denominator is not None:
            latest[it.membership_id] = it
    near = (
        it.membership_id
        for it in latest.values()
        if it.membership_id in active and it.absences_left is not None and it.absences_left <= NEAR and it.absent
    )
    return Open(
        agreements_unfiled=tuple(key for key, row in rows if row.state == "matched"),
        plans_unfiled=tuple(key for key, row in trainees if not row.plan_filed),
        evaluations_missing=tuple(key for key, row in trainees if row.host_points is None),
        removals_pending=tuple(key for key, row in rows if row.state == "removal_pending"),
        suspended=tuple(key for key, row in rows if row.state == "suspended"),
        rolls_open=tuple(key for key, row in held if not row.is_closed),
        near_limit=tuple(near),
    )


def fold(_key: str, row: StudioRow | None, happened: Happened) -> StudioRow | None:
    match happened.event:
        case RosterOpened(studio_id=studio, host_id=host):
            return StudioRow(studio, host)
        case HandedOver(host_id=host) if row:
            return replace(row, host_id=host)
    return row


def keys(happened: Happened) -> Iterable[str]:
    return (str(happened.event.studio_id),)


open_matters = ReadModel(
    "open_matters", row=StudioRow, facts=(RosterOpened, HandedOver), keys=keys, fold=fold,
    filters=("studio_id", "host_id"),
)  # fmt: skip
