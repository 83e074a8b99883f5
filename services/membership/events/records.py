"""What is put on record of members and studios (MEM-09 to MEM-20)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.membership.events.words import ItemKind, OutputKind, ProjectYear
from shared.kernel.model import event
from shared.kernel.personal import PersonalText
from shared.kernel.values import Digest, Label, Points


@event("membership.training-file-opened")
class TrainingFileOpened:
    """A member's training file begins (MEM-09, MEM-18)."""

    membership_id: UUID
    studio_id: UUID
    host_id: UUID
    person_id: UUID


@event("membership.training-item-filed")
class TrainingItemFiled:
    """Material of a member's training, its document kept elsewhere (MEM-13)."""

    item_id: UUID
    kind: ItemKind
    title: Label
    document: Digest
    happened_on: date


@event("membership.feedback-given")
class FeedbackGiven:
    """What the host says of a member's progress (MEM-09, MEM-14)."""

    about: ClassVar[str] = "person_id"

    feedback_id: UUID
    text: PersonalText


@event("membership.studio-file-opened")
class StudioFileOpened:
    """A studio's own file begins."""

    studio_id: UUID
    host_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One line of a year's task ledger (MEM-17)."""

    task_id: UUID
    title: Label
    due_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class CarriedTask:
    """A task that its year leaves open, and why."""

    task_id: UUID
    reason: PersonalText


@event("membership.yearly-plan-filed")
class YearlyPlanFiled:
    """A year's plan with its task ledger (MEM-11, MEM-17); a later one replaces it."""

    year: ProjectYear
    document: Digest
    tasks: tuple[Task, ...]


@event("membership.task-completed")
class TaskCompleted:
    """A task is ticked off the ledger (MEM-17)."""

    year: ProjectYear
    task_id: UUID
    document: Digest | None


@event("membership.year-summarized")
class YearSummarized:
    """The year's summary; tasks still open are carried on, each with a reason (MEM-17)."""

    about: ClassVar[str] = "host_id"

    year: ProjectYear
    document: Digest
    text: PersonalText
    carried: tuple[CarriedTask, ...]


@event("membership.regulation-filed")
class RegulationFiled:
    """A rule of the studio, by its title; a later one of that title replaces it (MEM-12)."""

    title: Label
    document: Digest


@event("membership.workplace-assigned")
class WorkplaceAssigned:
    """The school gives the studio a room (MEM-20)."""

    room: Label


@event("membership.output-recorded")
class OutputRecorded:
    """What the studio made or shared (MEM-19, A.9-19)."""

    output_id: UUID
    kind: OutputKind
    title: Label
    document: Digest
    achieved_on: date


@event("membership.year-appraised")
class YearAppraised:
    """An office's appraisal of a studio's year: it informs and has no consequence (SIL-06)."""

    about: ClassVar[str] = "host_id"

    year: ProjectYear
    points: Points
    text: PersonalText
