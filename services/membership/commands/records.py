"""What is put on record of a member and of a studio (MEM-09 to MEM-14, MEM-17 to MEM-20)."""

from collections.abc import Sequence
from uuid import UUID

from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Roster
from services.membership.aggregates.studio_file import StudioFile
from services.membership.aggregates.training_file import TrainingFile
from services.membership.commands.rosters import own_roster
from services.membership.events import CarriedTask, ItemKind, OutputKind, ProjectYear, Task
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.personal import PersonalText
from shared.kernel.values import Day, Digest, Label, Points


@command
class FileDevelopmentPlan:
    membership_id: UUID
    document: Digest


def file_development_plan(asked: FileDevelopmentPlan, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    own_roster(membership, history).check_open()
    membership.file_development_plan(asked.document)
    return [membership]


@command
class EvaluateTrainee:
    membership_id: UUID
    points: Points


def evaluate_trainee(asked: EvaluateTrainee, history: History, context: Context) -> Sequence[Aggregate]:
    membership = history.load(Membership, asked.membership_id)
    own_roster(membership, history).check_open()
    membership.evaluate(asked.points)
    return [membership]


def _training_file(membership_id: UUID, history: History) -> tuple[Membership, TrainingFile]:
    """Of a member of a studio whose roster is not closed."""
    membership = history.load(Membership, membership_id)
    own_roster(membership, history).check_open()
    membership.check_member()
    return membership, history.find(TrainingFile, TrainingFile.id_for(membership.id))


@command
class FileTrainingItem:
    membership_id: UUID
    item_id: UUID
    kind: ItemKind
    title: Label
    document: Digest
    happened_on: Day


def file_training_item(asked: FileTrainingItem, history: History, context: Context) -> Sequence[Aggregate]:
    membership, file = _training_file(asked.membership_id, history)
    file.file_item(membership, asked.item_id, asked.kind, asked.title, asked.document, asked.happened_on)
    return [file]


@command
class GiveFeedback:
    membership_id: UUID
    feedback_id: UUID
    text: PersonalText


def give_feedback(asked: GiveFeedback, history: History, context: Context) -> Sequence[Aggregate]:
    membership, file = _training_file(asked.membership_id, history)
    file.give_feedback(membership, asked.feedback_id, asked.text)
    return [file]


def _studio_file(studio_id: UUID, history: History) -> StudioFile:
    """Of a studio whose roster is not closed."""
    roster = history.load(Roster, Roster.id_for(studio_id))
    roster.check_open()
    file = history.find(StudioFile, StudioFile.id_for(studio_id))
    file.open_for(roster)
    return file


@command
class PlannedTask:
    task_id: UUID
    title: Label
    due_on: Day


@command
class FileYearlyPlan:
    studio_id: UUID
    year: ProjectYear
    document: Digest
    tasks: tuple[PlannedTask, ...]


def file_yearly_plan(asked: FileYearlyPlan, history: History, context: Context) -> Sequence[Aggregate]:
    file = _studio_file(asked.studio_id, history)
    tasks = tuple(Task(task_id=task.task_id, title=task.title, due_on=task.due_on) for task in asked.tasks)
    file.file_plan(asked.year, asked.document, tasks)
    return [file]


@command
class CompleteTask:
    studio_id: UUID
    year: ProjectYear
    task_id: UUID
    document: Digest | None = None


def complete_task(asked: CompleteTask, history: History, context: Context) -> Sequence[Aggregate]:
    file = _studio_file(asked.studio_id, history)
    file.complete_task(asked.year, asked.task_id, asked.document)
    return [file]


@command
class Carried:
    task_id: UUID
    reason: PersonalText


@command
class SummarizeYear:
    studio_id: UUID
    year: ProjectYear
    document: Digest
    text: PersonalText
    carried: tuple[Carried, ...] = ()


def summarize_year(asked: SummarizeYear, history: History, context: Context) -> Sequence[Aggregate]:
    file = _studio_file(asked.studio_id, history)
    carried = tuple(CarriedTask(task_id=task.task_id, reason=task.reason) for task in asked.carried)
    file.summarize(asked.year, asked.document, asked.text, carried)
    return [file]


@command
class AppraiseYear:
    studio_id: UUID
    year: ProjectYear
    points: Points
    text: PersonalText


def appraise_year(asked: AppraiseYear, history: History, context: Context) -> Sequence[Aggregate]:
    """Of a year that has begun; it informs, and nothing follows from it (SIL-06)."""
    if not context.settings.yearly_report:
        raise Refused(
            "no-yearly-report", rule="SIL-06", zh="学校不要求年度报告", en="the school asks for no yearly report"
        )
    roster = history.load(Roster, Roster.id_for(asked.studio_id))
    begun = len([first for first, _ in roster.years if first <= context.on])
    if asked.year > begun:
        raise Refused(
            "year-not-begun", rule="SIL-06", year=asked.year, begun=begun,
            zh="第{year}个项目年尚未开始（已开始{begun}个）", en="year {year} has not begun: {begun} have",
        )  # fmt: skip
    file = _studio_file(asked.studio_id, history)
    file.appraise(asked.year, asked.points, asked.text)
    return [file]


@command
class FileRegulation:
    studio_id: UUID
    title: Label
    document: Digest


def file_regulation(asked: FileRegulation, history: History, context: Context) -> Sequence[Aggregate]:
    file = _studio_file(asked.studio_id, history)
    file.file_regulation(asked.title, asked.document)
    return [file]


@command
class AssignWorkplace:
    studio_id: UUID
    room: Label


def assign_workplace(asked: AssignWorkplace, history: History, context: Context) -> Sequence[Aggregate]:
    file = _studio_file(asked.studio_id, history)
    file.assign_workplace(asked.room)
    return [file]


@command
class RecordOutput:
    studio_id: UUID
    output_id: UUID
    kind: OutputKind
    title: Label
    document: Digest
    on: Day


def record_output(asked: RecordOutput, history: History, context: Context) -> Sequence[Aggregate]:
    file = _studio_file(asked.studio_id, history)
    file.record_output(asked.output_id, asked.kind, asked.title, asked.document, asked.on)
    return [file]
