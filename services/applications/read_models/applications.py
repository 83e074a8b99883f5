"""Applications: who applied where, on what grounds, which level is next, what was decided."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from services.applications.events import (
    ApplicationPublished,
    Applied,
    Condition,
    Contest,
    Honor,
    PanelScored,
    Preference,
    Research,
    Resubmitted,
    Result,
    Reviewed,
    Submission,
)
from shared.kernel.model import Happened, ReadModel

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
    reason: str | None = None
    failed_rule: str | None = None


@dataclass(frozen=True)
class ApplicationRow:
    """`level` decides next; None while the applicant has it, and once all is decided."""

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

    @property
    def sheets(self) -> int:
        return len(self.scored_by)


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
        case Reviewed() as reviewed if row:
            return _decided(row, reviewed, happened.on)
        case ApplicationPublished() if row:
            return replace(row, state="published", level=None)
    return row


def _handed_in(row: ApplicationRow, form: Submission, day: date) -> ApplicationRow:
    return replace(
        row, semesters=form.semesters, title=form.title, class_honor=form.class_honor, evidence=form.evidence,
        contests=form.contests, honors=form.honors, research=form.research, results=form.results,
        eligibility=form.eligibility, preferences=tuple(_explained(one) for one in form.preferences),
        state="submitted", level=row.chain[0], submitted_on=day, scored_by=(),
    )  # fmt: skip


def _explained(one: Preference) -> Explained:
    zh, en = BECAUSE[one.because]
    return Explained(one.flag, one.state, one.because, one.title, one.since, one.until, zh, en)


def _decided(row: ApplicationRow, reviewed: Reviewed, day: date) -> ApplicationRow:
    decision = Decision(
        reviewed.level, reviewed.verdict, reviewed.score_hundredths, day, reviewed.attests, reviewed.reason,
        reviewed.failed_rule,
    )  # fmt: skip
    decided = replace(row, decisions=(*row.decisions, decision), level=None)
    if reviewed.verdict != "approved":
        return replace(decided, state=reviewed.verdict)
    after = row.chain[row.chain.index(reviewed.level) + 1 :] if reviewed.level in row.chain else ()
    return replace(decided, state=APPROVED.get(reviewed.level, "in_review"), level=after[0] if after else None)


applications = ReadModel(
    "applications", row=ApplicationRow, fold=fold, edition=2,
    filters=("round_id", "applicant_id", "department", "state", "level"),
    facts=(Applied, Resubmitted, PanelScored, Reviewed, ApplicationPublished),
)  # fmt: skip
