"""A stage from its plan to its effect: panels, sheets, scores, objections, what comes later."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.assessment.events.words import SetAside
from shared.kernel.model import event
from shared.kernel.personal import PersonalText, whom
from shared.kernel.published import Grade, Outcome, Stage
from shared.kernel.values import Whole


@event("assessment.evaluation-planned")
class EvaluationPlanned:
    """A stage lies ahead of a studio: it opens, and for the mid-term closes, on these days."""

    studio_id: UUID
    stage: Stage
    opens_on: date
    closes_on: date | None


@event("assessment.final-extended")
class FinalExtended:
    """The school gave the final more time after the cycle's end (SIL-11)."""

    about: ClassVar[str] = "host_id"

    until: date
    reason: PersonalText
    host_id: UUID | None = whom()


@event("assessment.self-report-in")
class SelfReportIn:
    """The studio's self-report for this stage, with the statements of the rubric that its evidence speaks to."""

    leaves: tuple[str, ...]


@event("assessment.panel-seated")
class PanelSeated:
    """Who judges: an odd number of appointed experts (A.9-25)."""

    experts: tuple[UUID, ...]


@event("assessment.recused")
class Recused:
    """An expert steps aside, by own word or the office's: no sheet of theirs counts (SIL-02)."""

    about: ClassVar[str] = "expert_id"

    expert_id: UUID
    reason: PersonalText


@event("assessment.midterm-overdue")
class MidtermOverdue:
    """The window closed without a score: an alarm, no refusal (A.9-13)."""

    studio_id: UUID
    closes_on: date


@event("assessment.evaluation-cancelled")
class EvaluationCancelled:
    """The studio ended before this stage took effect: it is judged no more (AMB-16)."""

    studio_id: UUID
    stage: Stage
    outcome: Outcome


@event("assessment.sheet-submitted")
class SheetSubmitted:
    """One expert's entry for each item of the rubric, in its order: points, a count, a level, or 1 for a veto."""

    expert_id: UUID
    rubric: int
    points: tuple[Whole, ...]


@event("assessment.scored")
class Scored:
    """The panel's score, posted for objections; provisional, without consequence (A.9-1).

    `totals` are the experts' that count, as exact fractions of 100; of these `trimmed` are left out of the mean.
    `pass_points` is the mark that it will be held against. `vetoes` are the experts' who say that a veto item is met.
    """

    studio_id: UUID
    stage: Stage
    score_hundredths: int
    totals: dict[UUID, str]
    rubric: int
    posted_on: date
    notice_workdays: int
    trimmed: tuple[UUID, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    pass_points: int | None = None
    vetoes: tuple[UUID, ...] = ()
    is_vetoed: bool = False


@event("assessment.sheet-voided")
class SheetVoided:
    """A conflict of an expert came to light later: the sheet is kept and counts no more (SIL-02)."""

    about: ClassVar[str] = "expert_id"

    expert_id: UUID
    reason: PersonalText


@event("assessment.rescored")
class Rescored:
    """Another score in place of the stream's version `supersedes`: by a re-check, or because a sheet was voided.

    It takes effect with the first score's notice, or on `takes_effect_on` when that is over. One that is
    `for_the_record` came after the result took effect and changes nothing by itself (A.9-1).
    """

    studio_id: UUID
    stage: Stage
    score_hundredths: int
    totals: dict[UUID, str]
    rubric: int
    supersedes: int
    trimmed: tuple[UUID, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    pass_points: int | None = None
    vetoes: tuple[UUID, ...] = ()
    is_vetoed: bool = False
    by_recheck: bool = False
    for_the_record: bool = False
    takes_effect_on: date | None = None


@event("assessment.score-withdrawn")
class ScoreWithdrawn:
    """A voided sheet left a provisional score without its quorum: the panel scores on (A.9-25).

    `closes_on` is the last day of the mid-term's window, or of the time for rectification.
    """

    studio_id: UUID
    stage: Stage
    is_second: bool
    closes_on: date | None


@event("assessment.recheck-requested")
class RecheckRequested:
    """The host asked for other experts: the result waits for their score (SIL-03)."""

    about: ClassVar[str] = "host_id"

    reason: PersonalText
    host_id: UUID | None = whom()


@event("assessment.result-objected")
class ResultObjected:
    """Somebody objected to a posted result: it waits for the office's answer (SIL-01)."""

    about: ClassVar[str] = "host_id"

    objection_id: UUID
    reason: PersonalText
    objector_id: UUID | None = None
    host_id: UUID | None = whom()


@event("assessment.objection-answered")
class ObjectionAnswered:
    """An office answered; upheld, a re-check follows. `takes_effect_on`: nothing else is open, the notice is over."""

    about: ClassVar[str] = "host_id"

    objection_id: UUID
    upheld: bool
    reason: PersonalText
    takes_effect_on: date | None = None
    host_id: UUID | None = whom()


@event("assessment.notice-extended")
class NoticeExtended:
    """An objection was open when the notice ended: so many working days in all, once (SIL-01)."""

    workdays: int


@event("assessment.recheck-panel-seated")
class RecheckPanelSeated:
    """Who judges again: none of those who judged first (SIL-03)."""

    experts: tuple[UUID, ...]


@event("assessment.rectification-ordered")
class RectificationOrdered:
    """A first failure may be put right: a second acceptance follows, at the latest on `until` (AMB-15)."""

    studio_id: UUID
    stage: Stage
    score_hundredths: int
    until: date


@event("assessment.evaluation-revised")
class EvaluationRevised:
    """The school decided again on a result in effect, from this event's own date; money already paid stands (A.9-1)."""

    about: ClassVar[str] = "host_id"

    studio_id: UUID
    stage: Stage
    passed: bool
    score_hundredths: int
    grade: Grade
    reason: PersonalText
    host_id: UUID | None = whom()
