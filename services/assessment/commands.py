"""What assessment can be asked to do."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.assessment.aggregates.award import Award
from services.assessment.aggregates.case import Case
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.aggregates.rubric import Appointment, Rubric
from services.assessment.aggregates.settings import KnownSettings
from services.assessment.events import EventId, RubricItem, RubricSection, Standing
from shared.kernel.context import Context
from shared.kernel.following import following
from shared.kernel.model import Aggregate, History, Refused, awaited, command
from shared.kernel.published import Outcome, RosterEntry, Stage
from shared.kernel.values import Day, Flag, Label, Points, Text, Whole

follow_settings = following(KnownSettings)


@command
class Item:
    title: Label
    guidance: tuple[Text, ...]


@command
class Section:
    title: Label
    items: tuple[Item, ...]
    weight: Whole | None = None


@command
class AdoptRubric:
    """Sections without weights have those of the policy settings, in their order."""

    sections: tuple[Section, ...]


def adopt_rubric(asked: AdoptRubric, history: History, context: Context) -> Sequence[Aggregate]:
    rubric = history.find(Rubric, Rubric.id_for(context.school))
    weights = [section.weight for section in asked.sections]
    if all(weight is None for weight in weights):
        # Weights are given for all sections or for none; a missing one among others counts as 0 and is refused.
        weights = [Whole(weight) for weight in context.settings.level_one_weights]
    if len(weights) != len(asked.sections):
        raise Refused(
            "sections-differ", rule="ASM-10", sections=len(asked.sections), weights=len(weights),
            zh="细则有{sections}个一级指标，设置中有{weights}个权重",
            en="the rubric has {sections} sections, the settings have {weights} weights",
        )  # fmt: skip
    rubric.adopt(
        tuple(
            RubricSection(
                title=section.title,
                weight=weight or Whole(0),
                items=tuple(RubricItem(title=item.title, guidance=item.guidance) for item in section.items),
            )
            for section, weight in zip(asked.sections, weights, strict=True)
        )
    )
    return [rubric]


@command
class AppointExpert:
    person_id: UUID
    until: Day


def appoint_expert(asked: AppointExpert, history: History, context: Context) -> Sequence[Aggregate]:
    appointment = history.find(Appointment, Appointment.id_for(context.school, asked.person_id))
    appointment.appoint(asked.person_id, asked.until)
    return [appointment]


@command
class OpenCase:
    studio_id: UUID
    host_id: UUID


def open_case(asked: OpenCase, history: History, context: Context) -> Sequence[Aggregate]:
    known = history.find(Case, Case.id_for(asked.studio_id))
    return [known if known.exists else Case.open(asked.studio_id, asked.host_id)]


@command
class PlanEvaluations:
    studio_id: UUID
    midterm_opens_on: Day
    midterm_closes_on: Day
    ends_on: Day


def plan_evaluations(asked: PlanEvaluations, history: History, context: Context) -> Sequence[Aggregate]:
    """The mid-term in its window, the final not before the day after the cycle's end (ASM-04)."""
    studio = asked.studio_id
    if history.find(Evaluation, Evaluation.id_for(studio, "midterm")).exists:
        return []
    history.find(Evaluation, Evaluation.id_for(studio, "final"))
    return [
        Evaluation.plan(studio, "midterm", asked.midterm_opens_on, asked.midterm_closes_on),
        Evaluation.plan(studio, "final", asked.ends_on + timedelta(days=1), None),
    ]


@command
class NoteParty:
    studio_id: UUID
    person_id: UUID
    standing: Standing


def note_party(asked: NoteParty, history: History, context: Context) -> Sequence[Aggregate]:
    case = _known_case(asked.studio_id, history)
    case.note_party(asked.person_id, asked.standing)
    return [case]


def _known_case(studio_id: UUID, history: History) -> Case:
    return awaited(history, Case, Case.id_for(studio_id), "applications", "studio-established")


@command
class SeatPanel:
    studio_id: UUID
    stage: Stage
    experts: tuple[UUID, ...]


def seat_panel(asked: SeatPanel, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = _running(asked.studio_id, asked.stage, history)
    for expert in asked.experts:
        _check_appointed(expert, "ASM-02", history, context)
    case = history.load(Case, Case.id_for(asked.studio_id))
    evaluation.seat(asked.experts, case, context.settings)
    return [evaluation]


def _running(studio_id: UUID, stage: Stage, history: History) -> Evaluation:
    evaluation = history.load(Evaluation, Evaluation.id_for(studio_id, stage))
    evaluation.check_running()
    return evaluation


def _check_appointed(expert: UUID, rule: str, history: History, context: Context) -> None:
    appointment = history.find(Appointment, Appointment.id_for(context.school, expert))
    if not appointment.covers(context.on):
        until = appointment.until.isoformat() if appointment.until else None
        raise Refused(
            "not-appointed", rule=rule, person_id=str(expert), until=until, on=context.on.isoformat(),
            zh="{person_id}在{on}不是受聘专家（聘期至{until}）" if until else "{person_id}未被聘为专家",
            en="{person_id} is not appointed as expert on {on}, the term ended on {until}" if until
            else "{person_id} is not appointed as expert",
        )  # fmt: skip


@command
class Recuse:
    """An expert steps aside for a reason of their own or one that an office has found (SIL-02)."""

    studio_id: UUID
    stage: Stage
    expert_id: UUID
    reason: Text


def recuse(asked: Recuse, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = _running(asked.studio_id, asked.stage, history)
    evaluation.recuse(asked.expert_id, asked.reason)
    return [evaluation]


@command
class SubmitSheet:
    studio_id: UUID
    stage: Stage
    points: tuple[Points, ...]


def submit_sheet(asked: SubmitSheet, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = _running(asked.studio_id, asked.stage, history)
    _check_appointed(context.person, "A.9-19", history, context)
    rubric = _rubric(history, context)
    case = history.load(Case, Case.id_for(asked.studio_id))
    _check_final_may_open(evaluation, case, history)
    evaluation.submit(context.person, asked.points, rubric, case, context.on)
    return [evaluation]


@command
class PostScore:
    studio_id: UUID
    stage: Stage


def post_score(asked: PostScore, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = _running(asked.studio_id, asked.stage, history)
    rubric = _rubric(history, context)
    case = history.load(Case, Case.id_for(asked.studio_id))
    _check_final_may_open(evaluation, case, history)
    evaluation.check_open(context.on)
    evaluation.post_score(rubric, case, context.done_on, context.settings)
    return [evaluation]


def _rubric(history: History, context: Context) -> Rubric:
    rubric = history.find(Rubric, Rubric.id_for(context.school))
    if not rubric.exists:
        raise Refused(
            "no-rubric", rule="ASM-01",
            zh="管理办公室尚未制订考核评估细则", en="the management office has not adopted a rubric yet",
        )  # fmt: skip
    return rubric


def _check_final_may_open(evaluation: Evaluation, case: Case, history: History) -> None:
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


@command
class TakeEffect:
    studio_id: UUID
    stage: Stage


def take_effect(asked: TakeEffect, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = history.load(Evaluation, Evaluation.id_for(asked.studio_id, asked.stage))
    evaluation.take_effect(context.settings)
    return [evaluation]


@command
class AlarmMidterm:
    studio_id: UUID


def alarm_midterm(asked: AlarmMidterm, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = history.load(Evaluation, Evaluation.id_for(asked.studio_id, "midterm"))
    evaluation.alarm()
    return [evaluation]


@command
class CancelEvaluations:
    studio_id: UUID
    outcome: Outcome


def cancel_evaluations(asked: CancelEvaluations, history: History, context: Context) -> Sequence[Aggregate]:
    """A studio that ended before its plaque has none planned."""
    stages: tuple[Stage, ...] = ("midterm", "final")
    found = history.find_all(Evaluation, (Evaluation.id_for(asked.studio_id, stage) for stage in stages))
    planned = [evaluation for evaluation in found if evaluation.exists]
    for evaluation in planned:
        evaluation.cancel(asked.outcome, context.on, context.calendar)
    return planned


@command
class NoteFinal:
    studio_id: UUID
    passed: Flag
    source: EventId


def note_final(asked: NoteFinal, history: History, context: Context) -> Sequence[Aggregate]:
    case = _known_case(asked.studio_id, history)
    case.note_final(passed=asked.passed, source=asked.source)
    return [case, _conferred(case, history, context)]


@command
class NoteRoster:
    studio_id: UUID
    members: tuple[RosterEntry, ...]
    source: EventId


def note_roster(asked: NoteRoster, history: History, context: Context) -> Sequence[Aggregate]:
    case = _known_case(asked.studio_id, history)
    case.note_roster(asked.members, asked.source)
    return [case, _conferred(case, history, context)]


def _conferred(case: Case, history: History, context: Context) -> Award:
    award = history.find(Award, Award.id_for(case.studio_id))
    award.confer(case, context.settings)
    return award
