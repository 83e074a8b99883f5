"""Whether a candidate may apply: annex 1, and what keeps a person out."""

from collections.abc import Iterable, Iterator

from services.applications.aggregates.annex_one import CONSULTED, Judgement, judge, met
from services.applications.aggregates.application import Application
from services.applications.aggregates.candidate import Duty, Recommendation
from services.applications.aggregates.round import Round
from services.applications.aggregates.standing import Conduct, Failures, Standing
from services.applications.events import (
    Applied,
    ConductNoted,
    DutyChanged,
    LeadFailed,
    RecommendationNoted,
    Resubmitted,
    RoundOpened,
)
from services.applications.explanations.deciding import deciding_settings
from shared.kernel.calendar import business_date
from shared.kernel.context import Context
from shared.kernel.explaining import Explanation, Input, Past, Told, source_of, told
from shared.kernel.model import Happened

FLAGS = {
    "P1": ("APP-12", "班主任能力比赛", "contests of homeroom teachers"),
    "P2": ("APP-13", "个人荣誉", "personal honours"),
    "P3": ("APP-14", "课题与论文", "research and publications"),
    "P4": ("APP-15", "优秀学员推荐", "recommended as an excellent trainee"),
}


def explain_eligibility(happened: Happened, past: Past, context: Context) -> Iterator[Explanation]:
    form: Applied | Resubmitted = happened.event
    if isinstance(form, Applied):
        round_id, person = form.round_id, form.applicant_id
    else:
        known = past.load(Application, form.application_id)
        round_id, person = known.round_id, known.applicant_id
    opened, school = past.load(Round, round_id), context.school
    recommendation = Recommendation.id_for(school, person)
    judged = judge(
        form, deciding_settings(opened, happened, past, context), anchor=opened.deadline,
        day=max(happened.on, business_date(happened.at)), standing=Standing.of(person, past, school, happened.on),
        is_recommended=past.find(Recommendation, recommendation).exists,
    )  # fmt: skip
    handed_in = (source_of("applications", happened),)
    beside = {
        "on_duty": past.sources(Duty.id_for(school, person), DutyChanged),
        "failed_on": past.sources(Failures.id_for(school, person), LeadFailed),
        "violations": past.sources(Conduct.id_for(school, person), ConductNoted),
        "P4": past.sources(recommendation, RecommendationNoted),
    }
    conditions = (
        Input(
            name=one.name, value=one.given, zh=one.zh, en=one.en, unit="semesters" if one.name == "semesters" else "",
            sources=(() if one.name in {"failed_on", "violations"} else handed_in) + beside.get(one.name, ()),
        )
        for one in judged.findings
    )  # fmt: skip
    flags = (
        Input(
            name=one.flag, value=one.state, zh=FLAGS[one.flag][1], en=FLAGS[one.flag][2],
            sources=beside["P4"] if one.flag == "P4" else handed_in,
        )
        for one in judged.preferences
    )  # fmt: skip
    deadline = Input(
        name="deadline", value=opened.deadline.isoformat(), zh="申报截止日", en="deadline of the round",
        sources=past.sources(round_id, RoundOpened),
    )  # fmt: skip
    said = _eligible_told(judged)
    yield Explanation(
        kind="eligibility", subject={"application_id": form.application_id, "person_id": person},
        outcome="not_eligible" if judged.first_unmet else "eligible", rules=_rules(judged),
        inputs=(*_in_semesters(conditions, judged), *flags, deadline),
        steps=tuple(one.step for one in judged.findings), settings=CONSULTED, zh=said["zh"], en=said["en"],
    )  # fmt: skip


def _rules(judged: Judgement) -> tuple[str, ...]:
    """The condition that decided first, then the others, then the preferences."""
    unmet = [one.rule for one in judged.findings if not one.met]
    rules = (*unmet, *(one.rule for one in judged.findings), *(FLAGS[one.flag][0] for one in judged.preferences))
    return tuple(dict.fromkeys(rules))


def _in_semesters(inputs: Iterable[Input], judged: Judgement) -> Iterator[Input]:
    """Service in the unit in which it was counted."""
    years = any(one.unit == "years" for one in judged.findings)
    for one in inputs:
        if years and one.name == "semesters":
            yield Input(
                name=one.name, value=one.value, unit="years", sources=one.sources,
                zh="担任班主任的整年数", en="whole years as homeroom teacher",
            )  # fmt: skip
        else:
            yield one


def _eligible_told(judged: Judgement) -> Told:
    unmet = judged.first_unmet
    if unmet is None:
        return told(
            zh="符合附件1全部条件，优先推荐条件{flags}项",
            en="meets every condition of annex 1, with {flags} preferences",
            flags=len(met(judged.preferences)),
        )  # fmt: skip
    return told(zh=unmet.refusal["zh"], en=unmet.refusal["en"], **unmet.numbers)
