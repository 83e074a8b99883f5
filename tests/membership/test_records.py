"""Training files and studio files: what is put on record, once, with documents kept elsewhere."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.membership import commands as c
from services.membership.aggregates.studio_file import StudioFile
from services.membership.aggregates.training_file import TrainingFile
from services.membership.events import (
    CarriedTask,
    FeedbackGiven,
    OutputRecorded,
    RegulationFiled,
    RosterEnded,
    StudioFileOpened,
    Task,
    TaskCompleted,
    TrainingFileOpened,
    TrainingItemFiled,
    WorkplaceAssigned,
    YearlyPlanFiled,
    YearSummarized,
)
from services.membership.read_models.studio_files import Output, StudioFileRow, TaskLine, YearRow, studio_files
from services.membership.read_models.training_files import Feedback, Item, TrainingFileRow, training_files
from shared.kernel.published import MemberLeft
from tests.membership.examples import (
    ANOTHER_DOCUMENT,
    CHEN_JING,
    CHENS_STUDIO,
    DOCUMENT,
    HU_JUN,
    HU_NAMED,
    HUS,
    SESSION_DAY,
    folded,
    happened,
    member,
    roster,
)
from tests.scenario import Given, given, stream

ITEM_ID, TASK, OTHER_TASK, OUTPUT_ID = (UUID(int=0x900 + n) for n in range(4))
TRAINING_FILE, STUDIO_FILE = TrainingFile.id_for(HUS), StudioFile.id_for(CHENS_STUDIO)
TRAINING_OPENED = TrainingFileOpened(**HU_NAMED, host_id=CHEN_JING)
ITEM = TrainingItemFiled(item_id=ITEM_ID, kind="study", title="读书笔记", document=DOCUMENT, happened_on=SESSION_DAY)
FEEDBACK = FeedbackGiven(feedback_id=ITEM_ID, text="班会设计有进步")
FILE_ITEM = c.FileTrainingItem(
    membership_id=HUS, item_id=ITEM_ID, kind="study", title="读书笔记", document=DOCUMENT, happened_on=SESSION_DAY
)
GIVE = c.GiveFeedback(membership_id=HUS, feedback_id=ITEM_ID, text="班会设计有进步")

OPENED = StudioFileOpened(studio_id=CHENS_STUDIO, host_id=CHEN_JING)
DUE = date(2023, 12, 1)
LEDGER = (Task(task_id=TASK, title="主题班会四次", due_on=DUE), Task(task_id=OTHER_TASK, title="家访", due_on=DUE))
PLAN = YearlyPlanFiled(year=1, document=DOCUMENT, tasks=LEDGER)
PLANNED = tuple(c.PlannedTask(task_id=task.task_id, title=task.title, due_on=task.due_on) for task in LEDGER)
FILE_PLAN = c.FileYearlyPlan(studio_id=CHENS_STUDIO, year=1, document=DOCUMENT, tasks=PLANNED)
DONE, OTHER_DONE = (TaskCompleted(year=1, task_id=task, document=None) for task in (TASK, OTHER_TASK))
TICK = c.CompleteTask(studio_id=CHENS_STUDIO, year=1, task_id=TASK)
SUMMARY = YearSummarized(year=1, document=DOCUMENT, text="全年小结", carried=())
SUMMARIZE = c.SummarizeYear(studio_id=CHENS_STUDIO, year=1, document=DOCUMENT, text="全年小结")


def trainee(*file: Any, state: tuple[Any, ...] = ()) -> Given:
    return given(roster(), member(HU_JUN, *state), stream(TrainingFile, TRAINING_FILE, *file))


def studio(*file: Any) -> Given:
    return given(roster(), stream(StudioFile, STUDIO_FILE, *file))


@pytest.mark.rule("MEM-09", "MEM-13", "MEM-18")
def test_the_first_item_opens_the_training_file() -> None:
    trainee().when(c.file_training_item, FILE_ITEM).then(TRAINING_OPENED, ITEM)


@pytest.mark.rule("MEM-09", "MEM-14")
def test_the_host_gives_feedback() -> None:
    trainee(TRAINING_OPENED).when(c.give_feedback, GIVE).then(FEEDBACK)


@pytest.mark.rule("MEM-09", "MEM-13", "MEM-14")
@pytest.mark.parametrize(
    ("handler", "asked", "entry"), [(c.file_training_item, FILE_ITEM, ITEM), (c.give_feedback, GIVE, FEEDBACK)]
)
def test_the_same_entry_again_changes_nothing_and_its_id_is_taken(handler: Any, asked: Any, entry: Any) -> None:
    other = FEEDBACK if entry is ITEM else ITEM

    trainee(TRAINING_OPENED, entry).when(handler, asked).then_nothing()
    trainee(TRAINING_OPENED, other).when(handler, asked).then_refused("id-taken", None)


@pytest.mark.rule("MEM-09", "MEM-14")
@pytest.mark.parametrize(("handler", "asked"), [(c.file_training_item, FILE_ITEM), (c.give_feedback, GIVE)])
def test_only_a_member_has_a_training_file(handler: Any, asked: Any) -> None:
    left = MemberLeft(**HU_NAMED, reason="withdrawn")

    trainee(state=(left,)).when(handler, asked).then_refused("not-a-member", "MEM-05", state="left")


@pytest.mark.rule("MEM-11", "MEM-17")
def test_a_year_begins_with_its_plan_and_task_ledger() -> None:
    studio().when(c.file_yearly_plan, FILE_PLAN).then(OPENED, PLAN)
    studio(OPENED, PLAN).when(c.file_yearly_plan, FILE_PLAN).then_nothing()


@pytest.mark.rule("MEM-17")
def test_a_ledger_names_each_task_once() -> None:
    twice = c.FileYearlyPlan(studio_id=CHENS_STUDIO, year=1, document=DOCUMENT, tasks=(PLANNED[0], PLANNED[0]))

    studio().when(c.file_yearly_plan, twice).then_refused("task-twice", "MEM-17")


@pytest.mark.rule("MEM-11", "MEM-17")
def test_a_plan_may_be_replaced_until_the_years_summary() -> None:
    other = c.FileYearlyPlan(studio_id=CHENS_STUDIO, year=1, document=ANOTHER_DOCUMENT, tasks=PLANNED)

    studio(OPENED, PLAN).when(c.file_yearly_plan, other).then(
        YearlyPlanFiled(year=1, document=ANOTHER_DOCUMENT, tasks=LEDGER)
    )
    studio(OPENED, PLAN, DONE, OTHER_DONE, SUMMARY).when(c.file_yearly_plan, other).then_refused(
        "year-summarized", "MEM-17", year=1
    )


@pytest.mark.rule("MEM-17")
def test_a_task_is_ticked_off_once() -> None:
    studio(OPENED, PLAN).when(c.complete_task, TICK).then(DONE)
    studio(OPENED, PLAN, DONE).when(c.complete_task, TICK).then_nothing()


@pytest.mark.rule("MEM-17")
def test_only_a_task_of_the_ledger_is_ticked_off() -> None:
    stranger = c.CompleteTask(studio_id=CHENS_STUDIO, year=1, task_id=ITEM_ID)

    studio(OPENED, PLAN).when(c.complete_task, stranger).then_refused("task-unknown", "MEM-17", year=1)
    studio(OPENED).when(c.complete_task, TICK).then_refused("no-yearly-plan", "MEM-11", year=1)


@pytest.mark.rule("MEM-17")
def test_a_year_ends_with_its_summary_when_all_tasks_are_done() -> None:
    studio(OPENED, PLAN, DONE, OTHER_DONE).when(c.summarize_year, SUMMARIZE).then(SUMMARY)
    studio(OPENED, PLAN, DONE, OTHER_DONE, SUMMARY).when(c.summarize_year, SUMMARIZE).then_nothing()


@pytest.mark.rule("MEM-17")
def test_an_open_task_keeps_the_summary_from_being_filed_unless_it_is_carried_with_a_reason() -> None:
    carried = (c.Carried(task_id=OTHER_TASK, reason="疫情"),)
    carrying = c.SummarizeYear(studio_id=CHENS_STUDIO, year=1, document=DOCUMENT, text="全年小结", carried=carried)

    studio(OPENED, PLAN, DONE).when(c.summarize_year, SUMMARIZE).then_refused(
        "tasks-open", "MEM-17", year=1, tasks=[str(OTHER_TASK)]
    )
    studio(OPENED, PLAN, DONE).when(c.summarize_year, carrying).then(
        YearSummarized(
            year=1, document=DOCUMENT, text="全年小结", carried=(CarriedTask(task_id=OTHER_TASK, reason="疫情"),)
        )
    )
    studio(OPENED, PLAN, DONE, OTHER_DONE).when(c.summarize_year, carrying).then_refused(
        "carried-not-open", "MEM-17", tasks=[str(OTHER_TASK)]
    )


@pytest.mark.rule("MEM-12")
def test_regulations_are_filed_by_title() -> None:
    filing = c.FileRegulation(studio_id=CHENS_STUDIO, title="考勤制度", document=DOCUMENT)
    filed = RegulationFiled(title="考勤制度", document=DOCUMENT)

    studio().when(c.file_regulation, filing).then(OPENED, filed)
    studio(OPENED, filed).when(c.file_regulation, filing).then_nothing()


@pytest.mark.rule("MEM-20")
def test_an_office_gives_the_studio_a_room() -> None:
    giving = c.AssignWorkplace(studio_id=CHENS_STUDIO, room="德育楼301")
    given_ = WorkplaceAssigned(room="德育楼301")

    studio(OPENED).when(c.assign_workplace, giving).then(given_)
    studio(OPENED, given_).when(c.assign_workplace, giving).then_nothing()


OUTPUT = OutputRecorded(
    output_id=OUTPUT_ID, kind="course_package", title="实训课程", document=DOCUMENT, achieved_on=SESSION_DAY
)
RECORD = c.RecordOutput(
    studio_id=CHENS_STUDIO, output_id=OUTPUT_ID, kind="course_package", title="实训课程", document=DOCUMENT,
    on=SESSION_DAY,
)  # fmt: skip


@pytest.mark.rule("MEM-19", "A.9-19")
def test_what_the_studio_made_is_recorded_once() -> None:
    studio(OPENED).when(c.record_output, RECORD).then(OUTPUT)
    studio(OPENED, OUTPUT).when(c.record_output, RECORD).then_nothing()
    studio(OPENED, OutputRecorded(
        output_id=OUTPUT_ID, kind="other", title="别的", document=DOCUMENT, achieved_on=SESSION_DAY
    )).when(c.record_output, RECORD).then_refused("id-taken", None)  # fmt: skip


@pytest.mark.rule("MEM-11", "MEM-12", "MEM-17", "MEM-19", "MEM-20")
@pytest.mark.parametrize(
    ("handler", "asked"),
    [(c.file_yearly_plan, FILE_PLAN), (c.complete_task, TICK), (c.summarize_year, SUMMARIZE),
     (c.record_output, RECORD)],
)  # fmt: skip
def test_nothing_is_put_on_record_of_a_studio_that_was_cut(handler: Any, asked: Any) -> None:
    given(roster(RosterEnded(reason="studio_disqualified"))).when(handler, asked).then_refused(
        "roster-ended", "AMB-16", reason="studio_disqualified"
    )


@pytest.mark.rule("MEM-09", "MEM-18")
def test_a_training_file_shows_its_items_and_feedback() -> None:
    told = [happened(event, TRAINING_FILE) for event in (TRAINING_OPENED, ITEM, FEEDBACK)]

    assert folded(training_files, *told)[str(TRAINING_FILE)] == TrainingFileRow(
        HUS, CHENS_STUDIO, CHEN_JING, HU_JUN,
        items=(Item(ITEM_ID, "study", "读书笔记", DOCUMENT, SESSION_DAY, SESSION_DAY, None),),
        feedback=(Feedback(ITEM_ID, "班会设计有进步", SESSION_DAY),),
    )  # fmt: skip


@pytest.mark.rule("MEM-11", "MEM-12", "MEM-17", "MEM-19", "MEM-20")
def test_a_studio_file_shows_its_ledger_regulations_room_and_outputs() -> None:
    carried = YearSummarized(
        year=1, document=ANOTHER_DOCUMENT, text="小结", carried=(CarriedTask(task_id=OTHER_TASK, reason="疫情"),)
    )
    events = (
        OPENED, PLAN, DONE, PLAN, carried, RegulationFiled(title="考勤制度", document=DOCUMENT),
        WorkplaceAssigned(room="德育楼301"), OUTPUT,
    )  # fmt: skip

    assert folded(studio_files, *(happened(event, STUDIO_FILE) for event in events))[str(STUDIO_FILE)] == StudioFileRow(
        CHENS_STUDIO, CHEN_JING, room="德育楼301",
        years={"1": YearRow(
            DOCUMENT,
            (TaskLine(TASK, "主题班会四次", DUE, completed_on=SESSION_DAY),
             TaskLine(OTHER_TASK, "家访", DUE, carried_because="疫情")),
            summary=ANOTHER_DOCUMENT, summary_text="小结",
        )},
        regulations={"考勤制度": DOCUMENT},
        outputs=(Output(OUTPUT_ID, "course_package", "实训课程", DOCUMENT, SESSION_DAY),),
    )  # fmt: skip
