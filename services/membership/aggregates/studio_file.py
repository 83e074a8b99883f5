"""A studio's file: yearly plans with their task ledgers, summaries, regulations, workplace, outputs."""

from datetime import date
from typing import Any
from uuid import UUID

from services.membership.aggregates.roster import Roster
from services.membership.events import (
    CarriedTask,
    HandedOver,
    OutputKind,
    OutputRecorded,
    ProjectYear,
    RegulationFiled,
    StudioFileOpened,
    Task,
    TaskCompleted,
    WorkplaceAssigned,
    YearAppraised,
    YearlyPlanFiled,
    YearSummarized,
)
from shared.kernel.model import Aggregate, Refused
from shared.kernel.personal import PersonalText
from shared.kernel.values import Digest, Label, Points, derived_id


class StudioFile(Aggregate):
    """One a studio; documents are kept elsewhere, their digests here."""

    opens = StudioFileOpened
    called = "工作室档案"

    host_id: UUID
    room: str | None = None

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.plans: dict[int, YearlyPlanFiled] = {}
        self.completed: set[tuple[int, UUID]] = set()
        self.summaries: dict[int, YearSummarized] = {}
        self.regulations: dict[str, str] = {}
        self.outputs: dict[UUID, OutputRecorded] = {}
        self.appraisals: dict[int, YearAppraised] = {}

    @staticmethod
    def id_for(studio_id: UUID) -> UUID:
        return derived_id("studio-file", studio_id)

    def open_for(self, roster: Roster) -> None:
        if not self.exists:
            self.record(StudioFileOpened(studio_id=roster.studio_id, host_id=roster.host_id))

    def follow_host(self, handed: HandedOver) -> None:
        """Shown to whoever is host now (SIL-04)."""
        if self.exists:
            self.record(handed)

    def appraise(self, year: ProjectYear, points: Points, text: PersonalText) -> None:
        """An office's word on a year; a later one replaces it (SIL-06)."""
        appraised = YearAppraised(year=year, points=points, text=text)
        if self.appraisals.get(year) != appraised:
            self.record(appraised)

    def file_plan(self, year: ProjectYear, document: Digest, tasks: tuple[Task, ...]) -> None:
        plan = YearlyPlanFiled(year=year, document=document, tasks=tasks)
        if self.plans.get(year) == plan:
            return
        if year in self.summaries:
            raise Refused(
                "year-summarized", rule="MEM-17", year=year,
                zh="第{year}年已有年终总结，计划不再更改",
                en="year {year} has its summary: its plan does not change any more",
            )  # fmt: skip
        if len({task.task_id for task in tasks}) < len(tasks):
            raise Refused(
                "task-twice", rule="MEM-17", zh="同一任务在台账中出现两次", en="a task stands on the ledger twice"
            )
        self.record(plan)

    def complete_task(self, year: ProjectYear, task_id: UUID, document: Digest | None) -> None:
        if task_id not in self._tasks(year):
            raise Refused(
                "task-unknown", rule="MEM-17", year=year,
                zh="第{year}年的台账中没有这项任务", en="the ledger of year {year} has no such task",
            )  # fmt: skip
        if (year, task_id) not in self.completed:
            self.record(TaskCompleted(year=year, task_id=task_id, document=document))

    def summarize(
        self, year: ProjectYear, document: Digest, text: PersonalText, carried: tuple[CarriedTask, ...]
    ) -> None:
        summary = YearSummarized(year=year, document=document, text=text, carried=carried)
        if self.summaries.get(year) == summary:
            return
        unfinished = {task for task in self._tasks(year) if (year, task) not in self.completed}
        named = {task.task_id for task in carried}
        if named - unfinished:
            raise Refused(
                "carried-not-open", rule="MEM-17", year=year, tasks=sorted(map(str, named - unfinished)),
                zh="第{year}年台账中没有这些未完成的任务：{tasks}", en="not open on the ledger of year {year}: {tasks}",
            )  # fmt: skip
        if unfinished - named:
            raise Refused(
                "tasks-open", rule="MEM-17", year=year, tasks=sorted(map(str, unfinished - named)),
                zh="第{year}年尚有未销账的任务：{tasks}", en="tasks of year {year} are still open: {tasks}",
            )  # fmt: skip
        self.record(summary)

    def file_regulation(self, title: Label, document: Digest) -> None:
        if self.regulations.get(title) != document:
            self.record(RegulationFiled(title=title, document=document))

    def assign_workplace(self, room: Label) -> None:
        if self.room != room:
            self.record(WorkplaceAssigned(room=room))

    def record_output(self, output_id: UUID, kind: OutputKind, title: Label, document: Digest, day: date) -> None:
        output = OutputRecorded(output_id=output_id, kind=kind, title=title, document=document, achieved_on=day)
        if self.outputs.get(output_id) == output:
            return
        if output_id in self.outputs:
            raise Refused("id-taken", rule=None, zh="这个编号已被使用", en="this id is taken already")
        self.record(output)

    def _tasks(self, year: int) -> list[UUID]:
        if year not in self.plans:
            raise Refused(
                "no-yearly-plan", rule="MEM-11", year=year,
                zh="第{year}年还没有年度计划", en="year {year} has no plan yet",
            )  # fmt: skip
        return [task.task_id for task in self.plans[year].tasks]

    def apply(self, happened: Any) -> None:
        match happened:
            case StudioFileOpened(host_id=host) | HandedOver(host_id=host):
                self.host_id = host
            case YearlyPlanFiled(year=year):
                self.plans[year] = happened
            case TaskCompleted(year=year, task_id=task_id):
                self.completed.add((year, task_id))
            case YearSummarized(year=year):
                self.summaries[year] = happened
            case RegulationFiled(title=title, document=document):
                self.regulations[title] = document
            case WorkplaceAssigned(room=room):
                self.room = room
            case YearAppraised(year=year):
                self.appraisals[year] = happened
            case OutputRecorded(output_id=output_id):
                self.outputs[output_id] = happened
