"""Why each person of a studio that ended received what they did, or did not (ASM-05 to ASM-09)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from uuid import UUID

from services.assessment.aggregates import merit
from services.assessment.aggregates.award import Award
from services.assessment.aggregates.case import Case
from services.assessment.aggregates.merit import Ending
from services.assessment.events import (
    BackboneDesignated,
    CaseOpened,
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
    ConductNoted,
    CreditsGranted,
    FinalNoted,
    HostNoted,
    RosterNoted,
    TitleAwarded,
    TitleRevoked,
)
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation, Input, Past, Source, Step, Told, source_of, step, told
from shared.kernel.model import Happened
from shared.kernel.policy import PolicySettings
from shared.kernel.published import Recommended, RosterEntry

QUALIFYING = ("trainee_award_requires_studio_pass", "trainee_pass_points")
EXCELLING = ("trainee_excellent_points", "excellent_quota_percent", "excellent_max_unexcused")
CREDITING = ("credit_hours", "credits_cap_per_year")

WHY_NOT = {
    "final_passed": ("工作室未通过终期评估", "the studio did not pass its final"),
    "lead_is_host": ("负责人只负责统筹协调", "who leads it coordinates only"),
    "conduct_confirmed": ("违反教师职业行为准则", "a violation of the code of conduct was confirmed"),
    "status_active": ("未参加到结业", "was not active to the end"),
    "host_evaluated": ("没有主持人的结业评价", "the host's closing evaluation is missing"),
    "host_points": ("结业评价{left}分，不足{right}分", "the closing evaluation of {left} is below {right}"),
    "plan_filed": ("没有个人发展规划", "no development plan is filed"),
    "unexcused_absences": ("无故缺勤{left}次，超过{right}次", "{left} unexcused absences are more than {right}"),
    "rank": ("排名第{left}，名额{right}人", "rank {left} is beyond the quota of {right}"),
}
"""What a failed step means, by the first word of its text."""

SAID = {
    "awarded": ("授予名班主任称号", "the title is awarded"),
    "not_awarded": ("不授予名班主任称号", "the title is not awarded"),
    "issued": ("颁发培训合格证书", "the training certificate is issued"),
    "not_issued": ("不颁发培训合格证书", "no training certificate is issued"),
    "granted": ("认定校级培训学分", "school-level credits are granted"),
    "not_granted": ("不认定校级培训学分", "no credits are granted"),
    "recommended": ("优先推荐为下一批主持人", "recommended first as host of the next batch"),
    "not_recommended": ("不列入优先推荐", "not recommended"),
}


@dataclass(frozen=True)
class Closing:
    """A studio at the moment when roster and final are both known. `open` are persons of whom too little is known."""

    case: Case
    ending: Ending
    open: frozenset[UUID]
    happened: Happened
    past: Past
    settings: PolicySettings

    def sources(self, *facts: type[object]) -> tuple[Source, ...]:
        """Events of the case, the present one included."""
        now = self.happened
        mine = (source_of("assessment", now),) if isinstance(now.event, facts) else ()
        return self.past.sources(now.stream, *facts) + mine

    def concerns(self, person_id: UUID) -> bool:
        """A violation is noted: only who it is about is judged again, unless that was conferred already."""
        if not isinstance(self.happened.event, ConductNoted):
            return True
        award = self.past.find(Award, Award.id_for(self.case.studio_id))
        conferred = {*award.titles, *award.newest}
        return person_id == self.happened.event.person_id and person_id not in conferred

    def outcome(self, person_id: UUID, steps: Sequence[Step], yes: str, no: str) -> str:
        """Open while a violation waits for its decision, or nobody evaluated who would have stayed."""
        if person_id in self.open:
            return "open"
        if not merit.holds(steps):
            return no
        return yes if self.ending.is_clear(person_id) else "open"


def closing(happened: Happened, past: Past, context: Context) -> Closing | None:
    """None while one of both is missing (A.9-3)."""
    case = deepcopy(past.load(Case, happened.stream))
    case.apply(happened.event)
    if case.roster is None or case.final_passed is None:
        return None
    supposed = past.supposed("evaluation", studio_id=case.studio_id, stage="final")
    final_passed = case.final_passed if supposed is None else supposed == "passed"
    final_held = supposed != "not_held"
    kept, roster = set[UUID](), list[RosterEntry]()
    for entry in case.roster:
        removal = past.supposed(
            "removal", membership_id=entry.membership_id, studio_id=case.studio_id, person_id=entry.person_id
        )
        if removal == "kept" and entry.status == "removed":
            kept.add(entry.person_id)
        gone = removal == "removal_due" and entry.status == "active"
        roster.append(replace(entry, status="removed") if gone else entry)
    ending = Ending.of(case, tuple(roster), final_passed=final_passed, final_held=final_held)
    return Closing(case, ending, frozenset(kept), happened, past, context.settings)


def explain_title(happened: Happened, past: Past, context: Context) -> Iterator[Explanation]:
    known = closing(happened, past, context)
    if known is None:
        return
    person, steps = known.case.host_id, known.ending.title()
    if not known.concerns(person):
        return
    outcome = known.outcome(person, steps, "awarded", "not_awarded")
    said = _said(outcome, steps)
    leading = known.sources(CaseOpened, HostNoted)
    lead = Input(name="lead_kind", value=known.case.lead_kind, zh="负责方式", en="who leads", sources=leading)
    yield Explanation(
        kind="title", subject={"studio_id": known.case.studio_id, "person_id": person}, outcome=outcome,
        rules=("ASM-05", "AMB-28", "A.9-3", "SIL-07"), steps=steps,
        inputs=(_final(known), lead, *_conduct(known, person)), zh=said["zh"], en=said["en"],
    )  # fmt: skip


def explain_certificates(happened: Happened, past: Past, context: Context) -> Iterator[Explanation]:
    return _of_everybody(happened, past, context, _certificate)


def explain_credits(happened: Happened, past: Past, context: Context) -> Iterator[Explanation]:
    return _of_everybody(happened, past, context, _credit)


def explain_recommendations(happened: Happened, past: Past, context: Context) -> Iterator[Explanation]:
    return _of_everybody(happened, past, context, _recommendation)


def _of_everybody(
    happened: Happened, past: Past, context: Context, one: Callable[[Closing, RosterEntry], Explanation]
) -> Iterator[Explanation]:
    if known := closing(happened, past, context):
        yield from (one(known, entry) for entry in known.ending.roster if known.concerns(entry.person_id))


def _certificate(known: Closing, entry: RosterEntry) -> Explanation:
    steps = _qualifying(known, entry)
    outcome = known.outcome(entry.person_id, steps, "issued", "not_issued")
    said = _said(outcome, steps)
    return Explanation(
        kind="certificate", subject=_subject(known, entry), outcome=outcome,
        rules=("ASM-07", "AMB-22", "AMB-23", "A.9-15"), inputs=tuple(_inputs(known, entry)), steps=steps,
        settings=QUALIFYING, zh=said["zh"], en=said["en"],
    )  # fmt: skip


def _credit(known: Closing, entry: RosterEntry) -> Explanation:
    steps = _qualifying(known, entry)
    outcome = known.outcome(entry.person_id, steps, "granted", "not_granted")
    said = _said(outcome, steps)
    credits = merit.credits_of(entry, known.settings)
    hours = Input(
        name="hours_by_year", value=list(merit.hours_by_year(entry)), unit="class hours", zh="各项目年学时",
        en="class hours by project year", sources=known.sources(RosterNoted),
    )  # fmt: skip
    return Explanation(
        kind="credit", subject=_subject(known, entry), outcome=outcome, rules=("ASM-08", "A.9-17", "AMB-24", "AMB-22"),
        inputs=(*_inputs(known, entry), hours), steps=(*steps, *_crediting(entry, credits, known.settings)),
        settings=QUALIFYING + CREDITING, amounts={"credits_hundredths": credits if outcome == "granted" else 0},
        zh=said["zh"], en=said["en"],
    )  # fmt: skip


def _crediting(entry: RosterEntry, credits: int, settings: PolicySettings) -> Iterable[Step]:
    """A year's hours against the cap; then the credits, rounded half up: the most that twice the hours give."""
    per, cap = settings.credit_hours, settings.credits_cap_per_year
    years = merit.hours_by_year(entry)
    for year, hours in enumerate(years, start=1):
        if cap:
            text = f"hours_of_year_{year} × 100 ≤ credits_cap_per_year × credit_hours"
            yield step("AMB-24", text, hours * 100, "≤", cap * per)
    counted = sum(min(hours * 100, cap * per) if cap else hours * 100 for hours in years)
    text = "credits_hundredths × credit_hours × 2 ≤ hours × 100 × 2 + credit_hours"
    yield step("A.9-17", text, credits * per * 2, "≤", counted * 2 + per)


def _recommendation(known: Closing, entry: RosterEntry) -> Explanation:
    qualified = known.ending.qualified(known.settings)
    places = merit.quota(len(qualified), known.settings)
    order = [one.person_id for one in merit.ranked(qualified, known.settings)]
    steps = _qualifying(known, entry) + merit.excellence(entry, known.settings)
    if entry.person_id in order:
        rank = order.index(entry.person_id) + 1
        steps = (*steps, step("A.9-15", "rank ≤ quota", rank, "≤", places))
    outcome = known.outcome(entry.person_id, steps, "recommended", "not_recommended")
    said = _said(outcome, steps)
    count = Input(
        name="qualified", value=len(qualified), zh="合格学员人数", en="qualified trainees",
        sources=known.sources(RosterNoted),
    )  # fmt: skip
    return Explanation(
        kind="recommendation", subject=_subject(known, entry), outcome=outcome,
        rules=("ASM-09", "AMB-23", "A.9-15", "AMB-22"), inputs=(*_inputs(known, entry), count), steps=steps,
        settings=QUALIFYING + EXCELLING, zh=said["zh"], en=said["en"],
    )  # fmt: skip


def _qualifying(known: Closing, entry: RosterEntry) -> tuple[Step, ...]:
    return (known.ending.admission(known.settings), *known.ending.qualification(entry, known.settings))


def _subject(known: Closing, entry: RosterEntry) -> Mapping[str, UUID]:
    return {"studio_id": known.case.studio_id, "person_id": entry.person_id}


def _final(known: Closing) -> Input:
    passed = known.ending.final_passed
    return Input(
        name="final_passed", value=passed, zh="终期评估通过", en="final passed", sources=known.sources(FinalNoted)
    )


def _conduct(known: Closing, person: UUID) -> Iterator[Input]:
    if standing := known.ending.conduct.get(person):
        noted = known.past.sources(known.happened.stream, ConductNoted, only=lambda e: e.person_id == person)
        now = known.happened.event
        mine = isinstance(now, ConductNoted) and now.person_id == person
        sources = noted + (known.sources(ConductNoted)[-1:] if mine else ())
        yield Input(name="conduct", value=standing, zh="师德记录", en="violation on record", sources=sources)


def _inputs(known: Closing, entry: RosterEntry) -> Iterator[Input]:
    roster = known.sources(RosterNoted)
    yield _final(known)
    for name, value, unit, zh, en in (
        ("status", entry.status, "", "结业时的状态", "standing at the end"),
        ("host_points", entry.host_points, "points", "主持人结业评价", "the host's closing evaluation"),
        ("plan_filed", entry.plan_filed, "", "个人发展规划已备案", "development plan filed"),
        ("unexcused_absences", entry.unexcused_absences, "sessions", "无故缺勤次数", "unexcused absences"),
        ("sessions_attended", entry.sessions_attended, "sessions", "出勤次数", "sessions attended"),
        ("sessions_obliged", entry.sessions_obliged, "sessions", "应到次数", "sessions obliged"),
    ):
        yield Input(name=name, value=value, unit=unit, zh=zh, en=en, sources=roster)
    yield from _conduct(known, entry.person_id)


def _said(outcome: str, steps: Sequence[Step]) -> Told:
    if outcome == "open":
        return told(
            "尚无定论：有待学校认定，或缺少主持人的结业评价",
            "open: the school has still to decide, or nobody evaluated the person at the end",
        )
    zh, en = SAID[outcome]
    failed = next((one for one in steps if not one.holds), None)
    if failed is None:
        return told(zh + "：各项条件均符合", en + ": all conditions are met")
    why_zh, why_en = WHY_NOT[failed.text.split()[0]]
    return told(zh + "：" + why_zh, en + ": " + why_en, left=failed.left, right=failed.right)


def explain_endings(happened: Happened, past: Past, _context: Context) -> Iterator[Explanation]:
    """Revoked with its reason, or superseded by a new number: what was conferred is no more what holds (SIL-08)."""
    event: TitleRevoked | CertificateRevoked | CertificateReissued = happened.event
    is_new = isinstance(event, CertificateReissued)
    code = "" if isinstance(event, CertificateReissued) else event.reason_code
    told_of = Input(
        name="reason", value=event.reason, zh="理由", en="the reason", sources=(source_of("assessment", happened),)
    )
    said = (
        told("已换发新证书，原证书失效", "a new certificate took its place")
        if is_new
        else told("已撤销（{code}）", "it was revoked ({code})", code=code)
    )
    kinds = ("title",) if isinstance(event, TitleRevoked) else ("certificate",) if is_new else ("certificate", "credit")
    for kind in kinds:
        subject = {"studio_id": event.studio_id, "person_id": event.person_id}
        # Who would never have held it cannot lose it.
        supposed = past.supposed(kind, **subject)
        yield Explanation(
            kind=kind, subject=subject, outcome=supposed or ("reissued" if is_new else "revoked"),
            rules=("SIL-08",), inputs=(told_of,), zh=said["zh"], en=said["en"],
        )  # fmt: skip


FACTS = (RosterNoted, FinalNoted, ConductNoted)

ENDING = Decision(
    kind="certificate", facts=(TitleRevoked, CertificateRevoked, CertificateReissued), explain=explain_endings
)
"""Judged after what it ends: title, certificate, credits."""

TITLE = Decision(kind="title", facts=FACTS, explain=explain_title, records=(TitleAwarded, TitleRevoked))
CERTIFICATE = Decision(
    kind="certificate", facts=FACTS, explain=explain_certificates,
    records=(BackboneDesignated, CertificateIssued, CertificateRevoked, CertificateReissued),
)  # fmt: skip
CREDIT = Decision(kind="credit", facts=FACTS, explain=explain_credits, records=(CreditsGranted, CertificateRevoked))
RECOMMENDATION = Decision(kind="recommendation", facts=FACTS, explain=explain_recommendations, records=(Recommended,))
