"""Applications: who applied where, on what grounds, which level is next, what was decided."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast
from uuid import UUID

from services.applications.events import (
    ApplicationPublished,
    Applied,
    Condition,
    Contest,
    Honor,
    PanelRecused,
    PanelRescored,
    PanelScored,
    PanelScoreVoided,
    Preference,
    Research,
    Resubmitted,
    Result,
    Reviewed,
    Submission,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText

State = Literal["submitted", "in_review", "returned", "rejected", "recommended", "listed", "published"]

BECAUSE = {
    "at-level": ("达到级别要求", "of the level asked for"),
    "in-window": ("级别和时间均符合", "of the level asked for, within the years that count"),
    "recommended": ("经考核推荐为下一批主持人", "recommended as a next host by the assessment"),
    "county-level": ("江阴市级，是否视同市级须由人判断", "of Jiangyin level: people judge whether it counts"),
    "outside-window": ("不在计算年限内", "outside the years that count"),
    "minor-part": ("非主持或主要参与", "neither led nor mainly taken part in"),
    "below-level": ("未达到级别要求", "below the level asked for"),
    "none-given": ("未填报", "nothing was given"),
    "not-recommended": ("未获推荐", "not recommended by an assessment"),
}
"""Each reason of a preference flag, in Chinese and English."""


@dataclass(frozen=True)
class Explained:
    """A preference flag with its reason: a stable code, and a sentence in both languages."""

    flag: str
    state: str
    because: str
    title: str | None
    since: date | None
    until: date | None
    zh: str
    en: str


@dataclass(frozen=True)
class Decision:
    level: str
    verdict: str
    score_hundredths: int | None
    on: date
    attests: bool = False
    reason: PersonalText | None = None
    failed_rule: str | None = None


@dataclass(frozen=True)
class ApplicationRow:
    """Annex 3's content, and how far it came. `level` decides next; None while the applicant has it, and at the end.

    `designation` is what a host on the published list is from then on (APP-20).
    """

    round_id: UUID
    applicant_id: UUID
    department: str
    semesters: int
    title: str
    class_honor: str | None
    chain: tuple[str, ...]
    level: str | None
    submitted_on: date
    evidence: str | None = None
    contests: tuple[Contest, ...] = ()
    honors: tuple[Honor, ...] = ()
    research: tuple[Research, ...] = ()
    results: tuple[Result, ...] = ()
    eligibility: tuple[Condition, ...] = ()
    preferences: tuple[Explained, ...] = ()
    state: State = "submitted"
    decisions: tuple[Decision, ...] = ()
    scored_by: tuple[UUID, ...] = ()
    on_duty: bool = True
    lead_kind: str = "host"
    recused: tuple[UUID, ...] = ()
    designation: str | None = None

    @property
    def sheets(self) -> int:
        return len(self.scored_by)


DESIGNATED = "名班主任培养人选"
APPROVED: dict[str, State] = {"panel": "recommended", "school": "listed"}


def fold(_key: str, row: ApplicationRow | None, happened: Happened) -> ApplicationRow | None:
    match happened.event:
        case Applied() as applied:
            fresh = ApplicationRow(
                round_id=applied.round_id, applicant_id=applied.applicant_id, department=applied.department,
                semesters=applied.semesters, title=applied.title, class_honor=applied.class_honor,
                chain=applied.review_chain, level=applied.review_chain[0], submitted_on=happened.on,
            )  # fmt: skip
            return _handed_in(fresh, applied, happened.on)
        case Resubmitted() as again if row:
            return _handed_in(row, again, happened.on)
        case PanelScored(expert_id=expert) if row:
            return replace(row, scored_by=tuple(dict.fromkeys((*row.scored_by, expert))))
        case PanelRecused(expert_id=expert) | PanelScoreVoided(expert_id=expert) if row:
            scored = tuple(one for one in row.scored_by if one != expert)
            return replace(row, scored_by=scored, recused=tuple(dict.fromkeys((*row.recused, expert))))
        case Reviewed() as reviewed if row:
            decision = Decision(
                reviewed.level, reviewed.verdict, reviewed.score_hundredths, happened.on, reviewed.attests,
                reviewed.reason, reviewed.failed_rule,
            )  # fmt: skip
            return _decided(row, decision)
        case PanelRescored() as again if row:
            return _decided(
                row,
                Decision("panel", again.verdict, again.score_hundredths, happened.on, failed_rule=again.failed_rule),
            )
        case ApplicationPublished() if row:
            return replace(row, state="published", level=None, designation=DESIGNATED)
    return row


def _handed_in(row: ApplicationRow, form: Submission, day: date) -> ApplicationRow:
    return replace(
        row, semesters=form.semesters, title=form.title, class_honor=form.class_honor, evidence=form.evidence,
        contests=form.contests, honors=form.honors, research=form.research, results=form.results,
        eligibility=form.eligibility, preferences=tuple(_explained(one) for one in form.preferences),
        state="submitted", level=row.chain[0], submitted_on=day, scored_by=(), on_duty=form.on_duty,
        lead_kind=form.lead_kind,
    )  # fmt: skip


def _explained(one: Preference) -> Explained:
    zh, en = BECAUSE[one.because]
    return Explained(one.flag, one.state, one.because, one.title, one.since, one.until, zh, en)


def _decided(row: ApplicationRow, decision: Decision) -> ApplicationRow:
    decided = replace(row, decisions=(*row.decisions, decision), level=None)
    if decision.verdict != "approved":
        return replace(decided, state=cast("State", decision.verdict))
    after = row.chain[row.chain.index(decision.level) + 1 :] if decision.level in row.chain else ()
    return replace(decided, state=APPROVED.get(decision.level, "in_review"), level=after[0] if after else None)


applications = ReadModel(
    "applications", row=ApplicationRow, fold=fold, edition=3,
    filters=("round_id", "applicant_id", "department", "state", "level"),
    facts=(
        Applied, Resubmitted, PanelScored, PanelRecused, PanelScoreVoided, Reviewed, PanelRescored,
        ApplicationPublished,
    ),
)  # fmt: skip
