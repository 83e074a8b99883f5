"""Rubric, experts, panels, sheets, scores, and the result in effect."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from services.assessment.aggregates.case import Case
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.aggregates.impartiality import Ties
from services.assessment.aggregates.rubric import Appointment, Rubric
from services.assessment.commands.looking import (
    check_appointed,
    check_final_may_open,
    host_of,
    impartiality,
    rubric_in_force,
    running,
)
from services.assessment.events import ItemKind, Level, RubricItem, RubricSection
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.personal import PersonalText
from shared.kernel.published import Stage, TieDeclared
from shared.kernel.values import Day, Label, Slug, Text, Whole

_HUNDRED, _ONE, _NONE = Whole(100), Whole(1), Whole(0)


@command
class Item:
    """An item of the rubric; see `ItemKind` for what each kind needs."""

    title: Label
    guidance: tuple[Text, ...]
    kind: ItemKind = "points"
    full: Whole = _HUNDRED
    unit: Whole = _ONE
    floor: Whole = _NONE
    cap: Whole | None = None
    levels: tuple[Level, ...] = ()


@command
class Section:
    title: Label
    items: tuple[Item, ...]
    weight: Whole | None = None
    mode: Literal["mean", "sum"] = "mean"


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
                title=section.title, weight=weight or _NONE, mode=section.mode,
                items=tuple(
                    RubricItem(
                        title=item.title, guidance=item.guidance, kind=item.kind, full=item.full, unit=item.unit,
                        floor=item.floor, cap=item.cap, levels=item.levels,
                    )
                    for item in section.items
                ),
            )
            for section, weight in zip(asked.sections, weights, strict=True)
        )
    )  # fmt: skip
    return [rubric]


@command
class AppointExpert:
    """`department` is the expert's own: who shares the host's steps aside (SIL-02)."""

    person_id: UUID
    until: Day
    department: Slug | None = None


def appoint_expert(asked: AppointExpert, history: History, context: Context) -> Sequence[Aggregate]:
    appointment = history.find(Appointment, Appointment.id_for(context.school, asked.person_id))
    appointment.appoint(asked.person_id, asked.until, asked.department)
    return [appointment]


@command
class DeclareTie:
    """Kin for ever; joint work for some years after `last_on` (SIL-02)."""

    expert_id: UUID
    person_id: UUID
    relation: Literal["spouse", "lineal_kin", "collateral_kin", "in_law", "adoptive", "co_author", "co_lead"]
    last_on: Day | None = None


def declare_tie(asked: DeclareTie, history: History, context: Context) -> Sequence[Aggregate]:
    ties = history.find(Ties, Ties.id_for(context.school, asked.expert_id))
    ties.declare(
        TieDeclared(
            expert_id=asked.expert_id, person_id=asked.person_id, relation=asked.relation, last_on=asked.last_on
        )
    )
    return [ties]


@command
class SeatPanel:
    studio_id: UUID
    stage: Stage
    experts: tuple[UUID, ...]


def seat_panel(asked: SeatPanel, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = running(asked.studio_id, asked.stage, history)
    for expert in asked.experts:
        check_appointed(expert, "ASM-02", history, context)
    known = impartiality(asked.studio_id, asked.experts, history, context)
    evaluation.seat(asked.experts, known, context.settings)
    return [evaluation]


@command
class Recuse:
    """An expert steps aside for a reason of their own or one that an office has found (SIL-02)."""

    studio_id: UUID
    stage: Stage
    expert_id: UUID
    reason: PersonalText


def recuse(asked: Recuse, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = running(asked.studio_id, asked.stage, history)
    evaluation.recuse(asked.expert_id, asked.reason)
    return [evaluation]


@command
class SubmitSheet:
    """One entry for each item of the rubric, in its order; its kind says what is entered."""

    studio_id: UUID
    stage: Stage
    points: tuple[Whole, ...]


def submit_sheet(asked: SubmitSheet, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = running(asked.studio_id, asked.stage, history)
    check_appointed(context.person, "A.9-19", history, context)
    rubric = rubric_in_force(history, context)
    known = impartiality(asked.studio_id, (context.person,), history, context)
    check_final_may_open(evaluation, known.case, history)
    evaluation.submit(context.person, asked.points, rubric, known)
    return [evaluation]


@command
class PostScore:
    studio_id: UUID
    stage: Stage


def post_score(asked: PostScore, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = running(asked.studio_id, asked.stage, history)
    rubric = rubric_in_force(history, context)
    known = impartiality(asked.studio_id, evaluation.sitting.everyone(), history, context, done=True)
    check_final_may_open(evaluation, known.case, history)
    evaluation.check_open(context.on)
    evaluation.post_score(rubric, known)
    return [evaluation]


@command
class TakeEffect:
    studio_id: UUID
    stage: Stage


def take_effect(asked: TakeEffect, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = history.load(Evaluation, Evaluation.id_for(asked.studio_id, asked.stage))
    case = history.find(Case, Case.id_for(asked.studio_id))
    evaluation.take_effect(case, context.on, context.settings)
    return [evaluation]


@command
class CloseRectification:
    studio_id: UUID


def close_rectification(asked: CloseRectification, history: History, context: Context) -> Sequence[Aggregate]:
    """The time for rectification is over: without a second score the first failure stands (AMB-15)."""
    evaluation = history.load(Evaluation, Evaluation.id_for(asked.studio_id, "midterm"))
    evaluation.close_rectification(history.find(Case, Case.id_for(asked.studio_id)), context.settings)
    return [evaluation]


@command
class AlarmMidterm:
    studio_id: UUID


def alarm_midterm(asked: AlarmMidterm, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = history.load(Evaluation, Evaluation.id_for(asked.studio_id, "midterm"))
    evaluation.alarm()
    return [evaluation]


@command
class ExtendFinal:
    studio_id: UUID
    until: Day
    reason: PersonalText


def extend_final(asked: ExtendFinal, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = running(asked.studio_id, "final", history)
    months = context.settings.final_extension_months
    if not months:
        raise Refused(
            "extension-off", rule="SIL-11", months=months,
            zh="学校设置终期评估不得延期", en="the school's settings allow no extension of the final",
        )  # fmt: skip
    evaluation.extend(asked.until, asked.reason, host_of(asked.studio_id, history), months)
    return [evaluation]
