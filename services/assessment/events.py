"""What can happen in assessment, besides what is published (`shared.kernel.published`)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shared.kernel.model import event
from shared.kernel.published import Outcome, RosterEntry, Stage
from shared.kernel.settings import Adopted
from shared.kernel.values import Label, Points, Text, Whole, derived_id

Standing = Literal["joined", "evaluated", "left", "removed", "supplementary"]
"""How a person stands in a studio; only who `joined` still needs the host's closing evaluation (A.9-15)."""

WhyNot = Literal["recused", "party", "not_seated", "other_rubric"]


def certificate_id(studio_id: UUID, person_id: UUID) -> UUID:
    """One certificate a person and studio: what the register gathers under it is found without a search."""
    return derived_id("certificate", studio_id, person_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class RubricItem:
    """A level-2 indicator: what an expert scores, and the statements that guide them."""

    title: Label
    guidance: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RubricSection:
    """A level-1 indicator with its weight of 100 and its scored items."""

    title: Label
    weight: Whole
    items: tuple[RubricItem, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EventId:
    """An event that justifies another: its stream and version in the log of `service`."""

    service: str
    stream: UUID
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SetAside:
    """A sheet that was given and does not count, and why."""

    expert_id: UUID
    reason: WhyNot


@event("assessment.settings-followed")
class SettingsFollowed(Adopted):
    """A version of the school's settings, as applications published it."""


@event("assessment.rubric-adopted")
class RubricAdopted:
    """The management office wrote the assessment rules (ASM-01); the newest counts for what is scored after it."""

    number: int
    sections: tuple[RubricSection, ...]


@event("assessment.case-opened")
class CaseOpened:
    """A studio was established: what assessment will know of it begins."""

    studio_id: UUID
    host_id: UUID


@event("assessment.party-noted")
class PartyNoted:
    """Membership said how a person stands in the studio: parties do not judge it (SIL-02)."""

    person_id: UUID
    standing: Standing


@event("assessment.roster-noted")
class RosterNoted:
    """The closed roster, as membership published it (A.9-3), and where it stands in membership's log."""

    members: tuple[RosterEntry, ...]
    source: EventId


@event("assessment.final-noted")
class FinalNoted:
    """The final took effect; awards may follow."""

    passed: bool
    source: EventId


@event("assessment.evaluation-planned")
class EvaluationPlanned:
    """A stage lies ahead of a studio: it opens, and for the mid-term closes, on these days."""

    studio_id: UUID
    stage: Stage
    opens_on: date
    closes_on: date | None


@event("assessment.panel-seated")
class PanelSeated:
    """Who judges: an odd number of appointed experts (A.9-25)."""

    experts: tuple[UUID, ...]


@event("assessment.recused")
class Recused:
    """An expert steps aside, by own word or the office's: no sheet of theirs counts (SIL-02)."""

    expert_id: UUID
    reason: Text


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
    """One expert's points for each item of the rubric, in its order."""

    expert_id: UUID
    rubric: int
    points: tuple[Points, ...]


@event("assessment.scored")
class Scored:
    """The panel's score, posted for objections; provisional, without consequence (A.9-1).

    `totals` are the experts' that count, as exact fractions of 100; of these `trimmed` are left out of the mean.
    `pass_points` is the mark that it will be held against.
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


@event("assessment.title-awarded")
class TitleAwarded:
    """The host of a passed studio is 名班主任 (ASM-05)."""

    studio_id: UUID
    person_id: UUID
    grounds: tuple[EventId, ...]


@event("assessment.backbone-designated")
class BackboneDesignated:
    """A qualified trainee of a passed studio is 学校骨干班主任 (ASM-06)."""

    studio_id: UUID
    person_id: UUID
    grounds: tuple[EventId, ...]


@event("assessment.certificate-issued")
class CertificateIssued:
    """The training certificate of a qualified trainee (ASM-07)."""

    certificate_id: UUID
    studio_id: UUID
    person_id: UUID
    grounds: tuple[EventId, ...]


@event("assessment.credits-granted")
class CreditsGranted:
    """School-level training credits in hundredths, from attended class hours (ASM-08, A.9-17)."""

    studio_id: UUID
    person_id: UUID
    class_hours: int
    credits_hundredths: int
    scope: Literal["school"] = "school"


@event("assessment.awards-completed")
class AwardsCompleted:
    """Everything that follows from a passed studio was recorded."""

    studio_id: UUID
