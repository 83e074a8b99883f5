"""What can happen in assessment, besides what is published (`shared.kernel.published`)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shared.kernel.model import event
from shared.kernel.published import RosterEntry, Stage
from shared.kernel.settings import Adopted
from shared.kernel.values import Label, Points, Text, Whole


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
    standing: Literal["joined", "evaluated", "left"]


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


@event("assessment.sheet-submitted")
class SheetSubmitted:
    """One expert's points for each item of the rubric, in its order."""

    expert_id: UUID
    rubric: int
    points: tuple[Points, ...]


@event("assessment.scored")
class Scored:
    """The panel's score, posted for objections; provisional, without consequence (A.9-1)."""

    studio_id: UUID
    stage: Stage
    score_hundredths: int
    totals: dict[UUID, str]
    rubric: int
    posted_on: date
    notice_workdays: int


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


@event("assessment.recommended")
class Recommended:
    """An excellent trainee comes first as host of the next batch (ASM-09)."""

    studio_id: UUID
    person_id: UUID
    rank: int


@event("assessment.awards-completed")
class AwardsCompleted:
    """Everything that follows from a passed studio was recorded."""

    studio_id: UUID
