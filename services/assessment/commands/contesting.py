"""Against a posted result: objections and re-checks; later: voided sheets and a new decision."""

from collections.abc import Sequence
from uuid import UUID

from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.commands.looking import check_appointed, host_of, impartiality, rubric_in_force, running
from services.assessment.events import ResultObjected
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command
from shared.kernel.personal import PersonalText
from shared.kernel.published import Stage
from shared.kernel.values import ChosenId, Flag


@command
class RequestRecheck:
    studio_id: UUID
    stage: Stage
    reason: PersonalText


def request_recheck(asked: RequestRecheck, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = running(asked.studio_id, asked.stage, history)
    host, workdays = host_of(asked.studio_id, history), context.settings.recheck_workdays
    evaluation.request_recheck(asked.reason, host, context.done_on, context.calendar, workdays)
    return [evaluation]


@command
class ObjectToResult:
    objection_id: ChosenId
    studio_id: UUID
    stage: Stage
    reason: PersonalText


def object_to_result(asked: ObjectToResult, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = running(asked.studio_id, asked.stage, history)
    objection = ResultObjected(
        objection_id=asked.objection_id, reason=asked.reason, objector_id=context.person,
        host_id=host_of(asked.studio_id, history),
    )  # fmt: skip
    evaluation.object(objection, context.done_on, context.calendar)
    return [evaluation]


@command
class AnswerObjection:
    studio_id: UUID
    stage: Stage
    objection_id: UUID
    upheld: Flag
    reason: PersonalText


def answer_objection(asked: AnswerObjection, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = running(asked.studio_id, asked.stage, history)
    evaluation.answer(
        asked.objection_id, context.person, asked.reason, context.done_on, context.calendar,
        host_id=host_of(asked.studio_id, history), upheld=asked.upheld,
    )  # fmt: skip
    return [evaluation]


@command
class SeatRecheckPanel:
    studio_id: UUID
    stage: Stage
    experts: tuple[UUID, ...]


def seat_recheck_panel(asked: SeatRecheckPanel, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = running(asked.studio_id, asked.stage, history)
    for expert in asked.experts:
        check_appointed(expert, "ASM-02", history, context)
    known = impartiality(asked.studio_id, asked.experts, history, context)
    evaluation.seat_recheck(asked.experts, known, context.settings)
    return [evaluation]


@command
class PostRecheck:
    studio_id: UUID
    stage: Stage


def post_recheck(asked: PostRecheck, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = running(asked.studio_id, asked.stage, history)
    known = impartiality(asked.studio_id, evaluation.sitting.everyone(), history, context, done=True)
    evaluation.post_recheck(rubric_in_force(history, context), known, context.calendar)
    return [evaluation]


@command
class VoidSheet:
    """A conflict of an expert that came to light after the sheet (SIL-02)."""

    studio_id: UUID
    stage: Stage
    expert_id: UUID
    reason: PersonalText


def void_sheet(asked: VoidSheet, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = history.load(Evaluation, Evaluation.id_for(asked.studio_id, asked.stage))
    known = impartiality(asked.studio_id, scoring_experts(evaluation), history, context, done=True)
    evaluation.void(asked.expert_id, asked.reason, rubric_in_force(history, context), known)
    return [evaluation]


@command
class ReviseEvaluation:
    """A new decision on a result in effect whose sheets were voided since (A.9-1)."""

    studio_id: UUID
    stage: Stage
    reason: PersonalText


def revise_evaluation(asked: ReviseEvaluation, history: History, context: Context) -> Sequence[Aggregate]:
    evaluation = history.load(Evaluation, Evaluation.id_for(asked.studio_id, asked.stage))
    final = history.load(Evaluation, Evaluation.id_for(asked.studio_id, "final"))
    known = impartiality(asked.studio_id, scoring_experts(evaluation), history, context, done=True)
    is_running = not final.is_effective and final.outcome is None
    host = host_of(asked.studio_id, history)
    evaluation.revise(asked.reason, host, rubric_in_force(history, context), known, is_running=is_running)
    return [evaluation]


def scoring_experts(evaluation: Evaluation) -> tuple[UUID, ...]:
    """Who wrote or should have written the score that stands."""
    return (evaluation.scored or evaluation.sitting).everyone()
