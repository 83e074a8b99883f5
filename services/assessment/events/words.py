"""Words that several events of assessment are made of."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from shared.kernel.values import derived_id

Standing = Literal["joined", "evaluated", "left", "removed", "supplementary"]
"""How a person stands in a studio; only who `joined` still needs the host's closing evaluation (A.9-15)."""

WhyNot = Literal["recused", "party", "not_seated", "other_rubric", "same_department", "tie", "voided"]
"""Why a sheet that was given does not count."""

Conduct = Literal["recorded", "confirmed", "dismissed"]
"""How a violation of the code of conduct stands: on record, or decided by the school (SIL-07)."""

ReasonCode = Literal["ethics", "error", "fraud"]
"""Why something that was awarded no longer holds (SIL-08)."""

Occasion = Literal["year-1", "year-2", "year-3", "midterm", "final"]
"""What a studio's self-report is for (SIL-15)."""


def certificate_id(studio_id: UUID, person_id: UUID, issue: int = 1) -> UUID:
    """One certificate a person and studio: what the register gathers under it is found without a search."""
    again = (issue,) if issue > 1 else ()
    return derived_id("certificate", studio_id, person_id, *again)


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
