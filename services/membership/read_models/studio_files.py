"""Studio files: yearly plans with their ledgers, summaries, regulations, the room, outputs."""

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.membership.events import (
    HandedOver,
    OutputRecorded,
    RegulationFiled,
    StudioFileOpened,
    TaskCompleted,
    WorkplaceAssigned,
    YearlyPlanFiled,
    YearSummarized,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText


@dataclass(frozen=True)
class TaskLine:
    """One line of the ledger; `carried_because` when the summary left it open."""

    task_id: UUID
    title: str
    due_on: date
    completed_on: date | None = None
    document: str | None = None
    carried_because: PersonalText | None = None


@dataclass(frozen=True)
class YearRow:
    plan: str
    tasks: tuple[TaskLine, ...]
    summary: str | None = None
    summary_text: PersonalText | None = None


@dataclass(frozen=True)
class Output:
    output_id: UUID
    kind: str
    title: str
    document: str
    achieved_on: date


@dataclass(frozen=True)
class StudioFileRow:
    """`years` by number, `regulations` by title: documents are digests."""

    studio_id: UUID
    host_id: UUID
    room: str | None = None
    years: dict[str, YearRow] = field(default_factory=dict)
    regulations: dict[str, str] = field(default_factory=dict)
    outputs: tuple[Output, ...] = ()


def _with_year(row: StudioFileRow, year: int, of_year: YearRow) -> StudioFileRow:
    return replace(row, years={**row.years, str(year): of_year})


def fold(_key: str, row: StudioFileRow | None, happened: Happened) -> StudioFileRow | None:
    match happened.event:
        case StudioFileOpened(studio_id=studio, host_id=host):
            return StudioFileRow(studio, host)
        case YearlyPlanFiled() as it if row:
            known = {line.task_id: line for line in row.years[str(it.year)].tasks} if str(it.year) in row.years else {}
            lines = (
                replace(known.get(t.task_id, TaskLine(t.task_id, t.title, t.due_on)), title=t.title, due_on=t.due_on)
                for t in it.tasks
            )
            return _with_year(row, it.year, YearRow(it.document, tuple(lines)))
        case TaskCompleted() as it if row:
            of_year = row.years[str(it.year)]
            tasks = tuple(
                replace(line, completed_on=happened.on, document=it.document) if line.task_id == it.task_id else line
                for line in of_year.tasks
            )
            return _with_year(row, it.year, replace(of_year, tasks=tasks))
        case YearSummarized() as it if row:
            of_year, why = row.years[str(it.year)], {task.task_id: task.reason for task in it.carried}
            tasks = tuple(replace(line, carried_because=why.get(line.task_id)) for line in of_year.tasks)
            summarized = replace(of_year, tasks=tasks, summary=it.document, summary_text=it.text)
            return _with_year(row, it.year, summarized)
        case RegulationFiled(title=title, document=document) if row:
            return replace(row, regulations={**row.regulations, title: document})
        case WorkplaceAssigned(room=room) if row:
            return replace(row, room=room)
        case OutputRecorded() as it if row:
            output = Output(it.output_id, it.kind, it.title, it.document, it.achieved_on)
            return replace(row, outputs=(*row.outputs, output))
        case HandedOver(host_id=host) if row:
            return replace(row, host_id=host)
    return row


studio_files = ReadModel(
    "studio_files", row=StudioFileRow, fold=fold, filters=("studio_id", "host_id"),
    facts=(
        StudioFileOpened, YearlyPlanFiled, TaskCompleted, YearSummarized, RegulationFiled, WorkplaceAssigned,
        OutputRecorded, HandedOver,
    ),
    edition=3,
)  # fmt: skip
