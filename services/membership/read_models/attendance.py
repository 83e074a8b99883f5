"""Attendance: how each member stands in each project year, and how far that is from a third."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from services.membership.events import AbsenceWarned, AttendanceCounted
from shared.kernel.model import Happened, ReadModel


@dataclass(frozen=True)
class AttendanceRow:
    """`denominator` is what a third is taken of, `absences_left` how many more absences stay below it; hours are 学时.

    `warned` names the parts that were reached: 6 is one sixth. `is_at_limit`: it can no longer be avoided. Year 0 is
    the window that absences are judged by when that is no project year (AMB-03).
    """

    studio_id: UUID
    host_id: UUID
    membership_id: UUID
    person_id: UUID
    year: int
    obliged: int
    attended: int
    absent: int
    excluded: int
    attended_hours: int
    denominator: int | None
    absences_left: int | None
    warned: tuple[int, ...] = ()
    is_at_limit: bool = False


def keys(happened: Happened) -> Iterable[str]:
    return (f"{happened.event.studio_id}:{happened.event.person_id}:{happened.event.year}",)


def fold(_key: str, row: AttendanceRow | None, happened: Happened) -> AttendanceRow | None:
    match happened.event:
        case AttendanceCounted() as it:
            return AttendanceRow(
                it.studio_id, it.host_id, it.membership_id, it.person_id, it.year, it.obliged, it.attended, it.absent,
                it.excluded, it.attended_hours, it.denominator, it.absences_left, row.warned if row else (),
                it.is_at_limit,
            )  # fmt: skip
        case AbsenceWarned(part=part) if row:
            return replace(row, warned=(*row.warned, part))
    return row


attendance = ReadModel(
    "attendance", row=AttendanceRow, facts=(AttendanceCounted, AbsenceWarned), keys=keys, fold=fold,
    filters=("studio_id", "host_id", "person_id", "membership_id", "year"), edition=3,
)  # fmt: skip
