"""Yearly reports: what a studio planned, did and left open in a project year (MEM-17, SIL-06)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from services.membership.events import (
    AttendanceCounted,
    HandedOver,
    OutputRecorded,
    RosterOpened,
    SessionHeld,
    StudioActivated,
    StudioFileOpened,
    TaskCompleted,
    YearAppraised,
    YearlyPlanFiled,
    YearSummarized,
)
from services.membership.read_models.agenda import year_ends
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText
from shared.kernel.values import derived_id

YEARS = (1, 2, 3)


@dataclass(frozen=True)
class YearlyReportRow:
    """`first_day` to `last_day` are known once the plaque hangs. Hours are 学时; tasks are counted by how they stand.

    `standing` has each member's sessions attended and obliged, `attended` and `obliged` are their sums.
    """

    studio_id: UUID
    host_id: UUID
    year: int
    first_day: date | None = None
    last_day: date | None = None
    plan: str | None = None
    tasks: tuple[UUID, ...] = ()
    done: tuple[UUID, ...] = ()
    carried: tuple[UUID, ...] = ()
    summary: PersonalText | None = None
    sessions_held: int = 0
    class_hours: int = 0
    attended: int = 0
    obliged: int = 0
    standing: dict[str, tuple[int, int]] = field(default_factory=dict)
    outputs: int = 0
    appraisal_points: int | None = None
    appraisal: PersonalText | None = None

    def has(self, day: date) -> bool:
        return self.first_day is not None and self.last_day is not None and self.first_day <= day <= self.last_day

    @property
    def open_tasks(self) -> int:
        return len(set(self.tasks) - set(self.done) - set(self.carried))


def keys(happened: Happened) -> Iterable[str]:
    """By the studio file's stream, which what is filed there is told by."""
    match happened.event:
        case (
            YearlyPlanFiled(year=year) | TaskCompleted(year=year) | YearSummarized(year=year) | YearAppraised(year=year)
        ):
            return (f"{happened.stream}:{year}",)
        case OutputRecorded():
            return tuple(f"{happened.stream}:{year}" for year in YEARS)
        case AttendanceCounted(studio_id=studio_id, year=year):
            return (f"{derived_id('studio-file', studio_id)}:{year}",) if year else ()
        case _:
            return tuple(f"{derived_id('studio-file', happened.event.studio_id)}:{year}" for year in YEARS)


def fold(key: str, row: YearlyReportRow | None, happened: Happened) -> YearlyReportRow | None:
    year = int(key.rpartition(":")[2])
    match happened.event:
        case RosterOpened(studio_id=studio, host_id=host) | StudioFileOpened(studio_id=studio, host_id=host):
            return row or YearlyReportRow(studio, host, year)
        case StudioActivated() as active if row:
            first, last = _days(active, year)
            return replace(row, first_day=first, last_day=last)
        case HandedOver() as it if row:
            # A year that was over keeps its host (SIL-04).
            return (
                row if row.last_day is not None and row.last_day < it.changed_on else replace(row, host_id=it.host_id)
            )
        case YearlyPlanFiled() as it if row:
            return replace(row, plan=it.document, tasks=tuple(task.task_id for task in it.tasks))
        case TaskCompleted(task_id=task_id) if row:
            return replace(row, done=(*row.done, task_id))
        case YearSummarized() as it if row:
            return replace(row, summary=it.text, carried=tuple(task.task_id for task in it.carried))
        case SessionHeld() as it if row and row.has(it.held_on):
            return replace(row, sessions_held=row.sessions_held + 1, class_hours=row.class_hours + it.class_hours)
        case AttendanceCounted() as it if row:
            standing = {**row.standing, str(it.person_id): (it.attended, it.obliged)}
            attended, obliged = (sum(counts) for counts in zip(*standing.values(), strict=True))
            return replace(row, standing=standing, attended=attended, obliged=obliged)
        case OutputRecorded(achieved_on=day) if row and row.has(day):
            return replace(row, outputs=row.outputs + 1)
        case YearAppraised(points=points, text=text) if row:
            return replace(row, appraisal_points=int(points), appraisal=text)
    return row


def _days(active: StudioActivated, year: int) -> tuple[date | None, date | None]:
    """None for a year that a shorter cycle does not have."""
    ends = year_ends(active)
    last_year = len(ends) + 1
    ends[last_year] = active.ends_on
    if year > last_year:
        return None, None
    first = ends[year - 1] + timedelta(days=1) if year > 1 else active.starts_on or active.plaqued_on
    return first, ends[year]


def missing(row: YearlyReportRow, planned: int | None, feedback: int) -> list[str]:
    """What the report still lacks (SIL-06): the plan, sessions of the filed plan, tasks, feedback, the summary."""
    lacks: Mapping[str, bool] = {
        "plan": row.plan is None,
        "sessions": row.sessions_held < (planned or 0),
        "tasks": row.open_tasks > 0,
        "feedback": feedback == 0,
        "summary": row.summary is None,
    }
    return [name for name, is_missing in lacks.items() if is_missing]


yearly_reports = ReadModel(
    "yearly_reports", row=YearlyReportRow, keys=keys, fold=fold, filters=("studio_id", "host_id", "year"),
    facts=(
        RosterOpened, StudioActivated, HandedOver, StudioFileOpened, YearlyPlanFiled, TaskCompleted, YearSummarized,
        SessionHeld, AttendanceCounted, OutputRecorded, YearAppraised,
    ),
)  # fmt: skip
