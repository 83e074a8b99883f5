"""What other services say of a studio and its people, and what its host hands in."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from services.assessment.aggregates.award import Award
from services.assessment.aggregates.case import Case
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.aggregates.handed_in import Evidence, Publicity, SelfReport
from services.assessment.aggregates.rubric import Rubric
from services.assessment.commands.looking import known_case
from services.assessment.events import (
    Conduct,
    EvidenceEntered,
    Leaf,
    Occasion,
    ResultPublicised,
    Standing,
)
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.personal import PersonalText
from shared.kernel.published import LeadKind, Outcome, Stage
from shared.kernel.values import ChosenId, Day, Digest, Flag, Label, Slug

STAGES: tuple[Stage, ...] = ("midterm", "final")


@command
class OpenCase:
    studio_id: UUID
    host_id: UUID
    lead_kind: LeadKind = "host"
    department: Slug | None = None


def open_case(asked: OpenCase, history: History, context: Context) -> Sequence[Aggregate]:
    known = history.find(Case, Case.id_for(asked.studio_id))
    return [known if known.exists else Case.open(asked.studio_id, asked.host_id, asked.lead_kind, asked.department)]


@command
class NoteHost:
    studio_id: UUID
    host_id: UUID


def note_host(asked: NoteHost, history: History, context: Context) -> Sequence[Aggregate]:
    case = known_case(asked.studio_id, history)
    case.note_host(asked.host_id)
    return [case]


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
    case = known_case(asked.studio_id, history)
    case.note_party(asked.person_id, asked.standing)
    return [case]


@command
class NoteConduct:
    """How a violation of the code of conduct stands (SIL-07)."""

    violation_id: UUID
    studio_id: UUID
    person_id: UUID
    is_host: Flag
    standing: Conduct


def note_conduct(asked: NoteConduct, history: History, context: Context) -> Sequence[Aggregate]:
    """On record, awards wait. Confirmed, what was awarded is revoked, and a running studio ends with its host.

    A former host's violation is no longer the studio's.

    Dismissed, what waited is conferred.
    """
    case = known_case(asked.studio_id, history)
    case.note_conduct(asked.violation_id, asked.person_id, asked.standing)
    award = history.find(Award, Award.id_for(asked.studio_id))
    if asked.standing == "recorded":
        return [case]
    changed: list[Aggregate] = [case]
    if asked.standing == "confirmed":
        award.revoke_all(asked.studio_id, asked.person_id)
        if asked.person_id == case.host_id:
            changed += _disqualified(case, history, context)
    award.confer(case, context.settings)
    return [*changed, award]


def _disqualified(case: Case, history: History, context: Context) -> Sequence[Aggregate]:
    """Nothing for a studio that has ended or was disqualified already."""
    planned = _planned(case.studio_id, history)
    if any(one.is_disqualified or one.outcome or (one.stage == "final" and one.is_effective) for one in planned):
        return []
    case.disqualify_for_conduct()
    for evaluation in planned:
        evaluation.cancel("disqualified", context.on, context.calendar)
    return planned


@command
class CancelEvaluations:
    studio_id: UUID
    outcome: Outcome


def cancel_evaluations(asked: CancelEvaluations, history: History, context: Context) -> Sequence[Aggregate]:
    """A studio that ended before its plaque has none planned."""
    planned = _planned(asked.studio_id, history)
    for evaluation in planned:
        evaluation.cancel(asked.outcome, context.on, context.calendar)
    return planned


def _planned(studio_id: UUID, history: History) -> list[Evaluation]:
    found = history.find_all(Evaluation, [Evaluation.id_for(studio_id, stage) for stage in STAGES])
    return [evaluation for evaluation in found if evaluation.exists]


@command
class EnterEvidence:
    """`leaves` are codes of statements of the rubric in force."""

    evidence_id: ChosenId
    studio_id: UUID
    title: Label
    document: Digest
    happened_on: Day
    leaves: tuple[Leaf, ...]


def enter_evidence(asked: EnterEvidence, history: History, context: Context) -> Sequence[Aggregate]:
    history.load(Case, Case.id_for(asked.studio_id))
    history.find(Rubric, Rubric.id_for(context.school)).check_leaves(asked.leaves)
    _check_past(asked.happened_on, "SIL-15", context)
    evidence = history.find(Evidence, asked.evidence_id)
    evidence.enter(
        EvidenceEntered(
            evidence_id=asked.evidence_id, studio_id=asked.studio_id, title=asked.title, document=asked.document,
            happened_on=asked.happened_on, leaves=_sorted_leaves(asked.leaves),
        )
    )  # fmt: skip
    return [evidence]


def _sorted_leaves(codes: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the rubric's order."""
    return tuple(sorted(set(map(str, codes)), key=lambda code: [int(part) for part in code.split(".")]))


def _check_past(day: date, rule: str, context: Context) -> None:
    if day > context.done_on:
        raise Refused(
            "not-yet-happened", rule=rule, day=day.isoformat(), on=context.done_on.isoformat(),
            zh="{day}晚于今天{on}", en="{day} is after today, {on}",
        )  # fmt: skip


@command
class FileSelfReport:
    """Evidence is named by its id, however often it was used before (SIL-15)."""

    studio_id: UUID
    occasion: Occasion
    text: PersonalText
    evidence_ids: tuple[UUID, ...]


def file_self_report(asked: FileSelfReport, history: History, context: Context) -> Sequence[Aggregate]:
    studio, occasion = asked.studio_id, asked.occasion
    case = history.load(Case, Case.id_for(studio))
    found = [one.entered for one in history.find_all(Evidence, asked.evidence_ids)]
    strange = [
        str(id)
        for id, one in zip(asked.evidence_ids, found, strict=True)
        if one is None or one.studio_id != studio
    ]  # fmt: skip
    if strange:
        raise Refused(
            "evidence-unknown", rule="SIL-15", evidence=", ".join(strange[:5]),
            zh="本工作室没有这些佐证材料：{evidence}", en="this studio has no evidence {evidence}",
        )  # fmt: skip
    report = history.find(SelfReport, SelfReport.id_for(studio, occasion))
    if occasion not in ("midterm", "final"):
        report.file(studio, case.host_id, occasion, asked.text, asked.evidence_ids)
        return [report]
    evaluation = history.load(Evaluation, Evaluation.id_for(studio, occasion))
    evaluation.check_running()
    evaluation.note_report(_sorted_leaves(leaf for one in found if one for leaf in one.leaves))
    report.file(studio, case.host_id, occasion, asked.text, asked.evidence_ids)
    return [report, evaluation]


@command
class Publicise:
    """What an office made known of a studio's results, where and when (ASM-11)."""

    studio_id: UUID
    channel: Label
    title: Label
    document: Digest
    publicised_on: Day


def publicise(asked: Publicise, history: History, context: Context) -> Sequence[Aggregate]:
    history.load(Case, Case.id_for(asked.studio_id))
    _check_past(asked.publicised_on, "ASM-11", context)
    publicity = history.find(Publicity, Publicity.id_for(asked.studio_id, asked.document))
    publicity.make(
        ResultPublicised(
            studio_id=asked.studio_id, channel=asked.channel, title=asked.title, document=asked.document,
            publicised_on=asked.publicised_on,
        )
    )  # fmt: skip
    return [publicity]
