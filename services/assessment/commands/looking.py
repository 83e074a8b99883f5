"""What several handlers look up."""

from uuid import UUID

from services.assessment.aggregates.case import Case
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.aggregates.impartiality import Impartiality
from services.assessment.aggregates.rubric import Appointment, Rubric
from shared.kernel.context import Context
from shared.kernel.model import History, Refused, awaited
from shared.kernel.published import Stage


def known_case(studio_id: UUID, history: History) -> Case:
    return awaited(history, Case, Case.id_for(studio_id), "applications", "studio-established")


def running(studio_id: UUID, stage: Stage, history: History) -> Evaluation:
    evaluation = history.load(Evaluation, Evaluation.id_for(studio_id, stage))
    evaluation.check_running()
    return evaluation


def host_of(studio_id: UUID, history: History) -> UUID | None:
    """Whom a text about a studio is about."""
    case = history.find(Case, Case.id_for(studio_id))
    return case.host_id if case.exists else None


def impartiality(
    studio_id: UUID, experts: tuple[UUID, ...], history: History, context: Context, *, done: bool = False
) -> Impartiality:
    """What is known against experts, on the business date, or on the day of doing."""
    case = history.load(Case, Case.id_for(studio_id))
    day = context.done_on if done else context.on
    return Impartiality.of(case, experts, history, context.school, day, context.settings)


def check_appointed(expert: UUID, rule: str, history: History, context: Context) -> None:
    appointment = history.find(Appointment, Appointment.id_for(context.school, expert))
    if not appointment.covers(context.on):
        until = appointment.until.isoformat() if appointment.until else None
        raise Refused(
            "not-appointed", rule=rule, person_id=str(expert), until=until, on=context.on.isoformat(),
            zh="{person_id}在{on}不是受聘专家（聘期至{until}）" if until else "{person_id}未被聘为专家",
            en="{person_id} is not appointed as expert on {on}, the term ended on {until}" if until
            else "{person_id} is not appointed as expert",
        )  # fmt: skip


def rubric_in_force(history: History, context: Context) -> Rubric:
    rubric = history.find(Rubric, Rubric.id_for(context.school))
    if not rubric.exists:
        raise Refused(
            "no-rubric", rule="ASM-01",
            zh="管理办公室尚未制订考核评估细则", en="the management office has not adopted a rubric yet",
        )  # fmt: skip
    return rubric


def check_final_may_open(evaluation: Evaluation, case: Case, history: History) -> None:
    """A final follows a passed mid-term, with each active trainee evaluated by the host (A.9-13, A.9-15)."""
    if evaluation.stage != "final":
        return
    midterm = history.load(Evaluation, Evaluation.id_for(evaluation.studio_id, "midterm"))
    if not midterm.passed:
        raise Refused(
            "midterm-not-passed", rule="A.9-13", zh="中期考核未通过，不能进行终期评估",
            en="a final follows a passed mid-term only",
        )  # fmt: skip
    if waiting := case.unevaluated():
        raise Refused(
            "trainees-not-evaluated", rule="A.9-15", waiting=waiting,
            zh="还有{waiting}名学员没有主持人的结业评价",
            en="{waiting} trainees lack the host's closing evaluation",
        )  # fmt: skip
