"""Why a stage passed or failed: whose sheets counted, what their mean was, which mark it was held against."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from services.assessment.aggregates.case import Case
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.aggregates.impartiality import Impartiality, Ties
from services.assessment.aggregates.judging import SETTINGS, Judgement, judge
from services.assessment.aggregates.rubric import Appointment, Rubric
from services.assessment.aggregates.sitting import Sitting
from services.assessment.events import (
    CaseOpened,
    EvaluationRevised,
    HostNoted,
    PanelSeated,
    PartyNoted,
    RecheckPanelSeated,
    Recused,
    Rescored,
    RubricAdopted,
    Scored,
    SetAside,
    SheetSubmitted,
    SheetVoided,
)
from shared.kernel.calendar import business_date
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation, Input, Past, Source, Step, Told, step, told
from shared.kernel.model import Happened
from shared.kernel.money import in_hundredths
from shared.kernel.published import Evaluated, ExpertAppointed, StudioDisqualified, TieDeclared


def explain(happened: Happened, past: Past, context: Context) -> Iterator[Explanation]:
    """A score for the record alone decides nothing: the school's revision does."""
    posted: Scored | Rescored | EvaluationRevised = happened.event
    if isinstance(posted, Rescored) and posted.for_the_record:
        return
    evaluation = past.load(Evaluation, happened.stream)
    subject = {"studio_id": posted.studio_id, "stage": posted.stage}
    if posted.stage == "final" and past.supposed("evaluation", studio_id=posted.studio_id, stage="midterm") == "failed":
        yield Explanation(
            kind="evaluation", subject=subject, outcome="not_held", rules=("A.9-13", "ASM-03"),
            zh="中期考核不合格，没有终期评估", en="after a failed mid-term there is no final",
        )  # fmt: skip
        return
    is_anew = isinstance(posted, Scored) or (isinstance(posted, Rescored) and posted.by_recheck)
    sitting = evaluation.sitting if is_anew else evaluation.scored or evaluation.sitting
    rubric = past.load(Rubric, Rubric.id_for(context.school))
    number = rubric.number if is_anew or evaluation.score is None else evaluation.score.rubric
    known = Impartiality.of(
        past.load(Case, Case.id_for(posted.studio_id)), sitting.everyone(), past, context.school,
        _day(posted, happened), context.settings,
    )  # fmt: skip
    judgement = judge(sitting, number, rubric.versions[number - 1], known)
    said = _said(judgement, context)
    yield Explanation(
        kind="evaluation",
        subject=subject,
        outcome=_outcome(judgement),
        rules=("AMB-14", "A.9-16", "A.9-25", "SIL-02"),
        inputs=tuple(_inputs(judgement, sitting, happened, past, known)),
        steps=tuple(_steps(judgement, context)),
        settings=SETTINGS,
        zh=said["zh"],
        en=said["en"],
    )


def _day(posted: Scored | Rescored | EvaluationRevised, happened: Happened) -> date:
    """The day on which ties were looked at: that of posting, or of doing."""
    return posted.posted_on if isinstance(posted, Scored) else max(happened.on, business_date(happened.at))


def _outcome(judgement: Judgement) -> str:
    if judgement.hundredths is None:
        return "not_held"
    return "passed" if judgement.passed else "failed"


def _steps(judgement: Judgement, context: Context) -> Iterator[Step]:
    yield judgement.quorum
    if judgement.hundredths is None or judgement.passing is None:
        return
    if judgement.vetoes:
        yield judgement.veto
    yield judgement.passing
    mark = context.settings.excellent_score_points * 100
    yield step("AMB-14", "score_hundredths ≥ excellent_score_points × 100", judgement.hundredths, "≥", mark)


def _inputs(
    judgement: Judgement, sitting: Sitting, happened: Happened, past: Past, known: Impartiality
) -> Iterator[Input]:
    stream, school = happened.stream, happened.school
    seats = past.sources(stream, PanelSeated, RecheckPanelSeated, only=lambda e: e.experts == sitting.experts)
    yield Input(
        name="experts", value=len(sitting.experts), zh="专家组人数", en="experts on the panel", sources=seats[-1:]
    )
    yield Input(
        name="sheets", value=len(judgement.totals), zh="有效评分份数", en="sheets that count",
        sources=past.sources(stream, SheetSubmitted, only=lambda e: e.expert_id in judgement.totals),
    )  # fmt: skip
    adopted = past.sources(Rubric.id_for(school), RubricAdopted, only=lambda e: e.number == judgement.rubric)
    yield Input(name="rubric", value=judgement.rubric, zh="细则版本", en="version of the rubric", sources=adopted)
    for place, (expert, total) in enumerate(judgement.totals.items(), start=1):
        is_trimmed = expert in judgement.trimmed
        yield Input(
            name=f"total_{place}", value=str(total), unit="points",
            zh=f"第{place}份评分的总分" + ("（去掉）" if is_trimmed else ""),
            en=f"total of sheet {place}" + (", left out of the mean" if is_trimmed else ""),
            sources=_sheet_of(expert, stream, past),
        )  # fmt: skip
    for place, aside in enumerate(judgement.set_aside, start=1):
        yield Input(
            name=f"set_aside_{place}", value=aside.reason, zh=f"第{place}份不计的评分", en=f"sheet {place} set aside",
            sources=(*_sheet_of(aside.expert_id, stream, past), *_grounds(aside, happened, past, known)),
        )  # fmt: skip


def _sheet_of(expert: UUID, stream: UUID, past: Past) -> tuple[Source, ...]:
    """The newest of the expert's sheets: it replaced those before."""
    return past.sources(stream, SheetSubmitted, only=lambda e: e.expert_id == expert)[-1:]


def _grounds(aside: SetAside, happened: Happened, past: Past, known: Impartiality) -> tuple[Source, ...]:
    expert, stream, school = aside.expert_id, happened.stream, happened.school
    match aside.reason:
        case "voided":
            return past.sources(stream, SheetVoided, only=lambda e: e.expert_id == expert)
        case "recused":
            return past.sources(stream, Recused, only=lambda e: e.expert_id == expert)
        case "party":
            noted = past.sources(known.case.id, PartyNoted, only=lambda e: e.person_id == expert)
            leading = past.sources(known.case.id, CaseOpened, HostNoted, only=lambda e: e.host_id == expert)
            return (*leading, *noted)
        case "same_department":
            opened = past.sources(known.case.id, CaseOpened)
            return (*past.sources(Appointment.id_for(school, expert), ExpertAppointed)[-1:], *opened)
        case "tie":
            return past.sources(Ties.id_for(school, expert), TieDeclared)
    return ()


def _said(judgement: Judgement, context: Context) -> Told:
    part, whole = context.settings.panel_quorum
    if judgement.hundredths is None:
        return told(
            "有效评分{sheets}份，未达专家组的{part}/{whole}，不能形成成绩",
            "{sheets} valid sheets are less than {part}/{whole} of the panel, so there is no score",
            sheets=len(judgement.totals), part=part, whole=whole,
        )  # fmt: skip
    score = in_hundredths(judgement.hundredths)
    mark = context.settings.pass_score_points
    zh, en = "不合格", "fails"
    if judgement.passed:
        zh, en = ("优秀", "is excellent") if judgement.grade == "excellent" else ("合格", "passes")
    veto_zh = "" if judgement.veto.holds else "，{vetoes}份评分一票否决"
    veto_en = "" if judgement.veto.holds else ", {vetoes} sheets name a veto"
    return told(
        "{sheets}份有效评分去掉{trimmed}份后得{score}分，合格线{mark}分" + veto_zh + "：" + zh,
        "{sheets} valid sheets, {trimmed} left out, give {score} against a mark of {mark}" + veto_en + ": it " + en,
        sheets=len(judgement.totals), trimmed=len(judgement.trimmed), score=score, mark=mark,
        vetoes=len(judgement.vetoes),
    )  # fmt: skip


EVALUATION = Decision(
    kind="evaluation", facts=(Scored, Rescored, EvaluationRevised), explain=explain,
    records=(Scored, Rescored, EvaluationRevised, Evaluated, StudioDisqualified),
)  # fmt: skip
