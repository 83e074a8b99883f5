"""Applications: who applied where, which level is next, what was decided."""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from services.applications.events import ApplicationPublished, Applied, PanelScored, Reviewed
from shared.kernel.model import Happened, ReadModel

State = Literal["submitted", "in_review", "returned", "rejected", "recommended", "published"]


@dataclass(frozen=True)
class Decision:
    level: str
    verdict: str
    score_hundredths: int | None


@dataclass(frozen=True)
class ApplicationRow:
    round_id: UUID
    applicant_id: UUID
    department: str
    semesters: int
    title: str
    class_honor: str | None
    state: State = "submitted"
    decisions: tuple[Decision, ...] = ()
    scored_by: tuple[UUID, ...] = ()

    @property
    def sheets(self) -> int:
        return len(self.scored_by)


STATES: dict[str, State] = {"returned": "returned", "rejected": "rejected"}


def fold(_key: str, row: ApplicationRow | None, happened: Happened) -> ApplicationRow | None:
    match happened.event:
        case Applied() as applied:
            return ApplicationRow(
                round_id=applied.round_id, applicant_id=applied.applicant_id, department=applied.department,
                semesters=applied.semesters, title=applied.title, class_honor=applied.class_honor,
            )  # fmt: skip
        case PanelScored(expert_id=expert) if row:
            return replace(row, scored_by=tuple(dict.fromkeys((*row.scored_by, expert))))
        case Reviewed() as reviewed if row:
            decision = Decision(reviewed.level, reviewed.verdict, reviewed.score_hundredths)
            approved: State = "recommended" if reviewed.level == "panel" else "in_review"
            state = STATES.get(reviewed.verdict, approved)
            return replace(row, state=state, decisions=(*row.decisions, decision))
        case ApplicationPublished() if row:
            return replace(row, state="published")
    return row


applications = ReadModel(
    "applications", row=ApplicationRow, fold=fold, filters=("round_id", "applicant_id", "department", "state"),
    facts=(Applied, PanelScored, Reviewed, ApplicationPublished),
)  # fmt: skip
