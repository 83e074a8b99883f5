"""What events of applications needed to have come before, where no explanation says so."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.applications.events import (
    ApplicationPublished,
    Applied,
    CandidatesRanked,
    CandidateStruck,
    ListPosted,
    ListPublished,
    PanelRescored,
    PanelScored,
    PlanReceived,
    Resubmitted,
    Reviewed,
    TieDecided,
)
from shared.kernel.explaining import Past, Resting, Source, after
from shared.kernel.model import Happened
from shared.kernel.published import PlanFiled, StudioClosed, StudioEstablished, StudioPlaqued


def review(happened: Happened, past: Past) -> Iterator[Source]:
    """No level is skipped: on the one before, and the panel's on its sheets (APP-02)."""
    yield from past.sources(happened.stream, Applied, Reviewed, Resubmitted)[-1:]
    if happened.event.level == "panel":
        yield from past.sources(happened.stream, PanelScored)


GROUNDS: Mapping[type[Any], Resting] = {
    Reviewed: review,
    ListPosted: after(CandidatesRanked, TieDecided, CandidateStruck),
    ListPublished: after(ListPosted, CandidateStruck),
    ApplicationPublished: after(Reviewed, PanelRescored),
    PlanFiled: after(PlanReceived),
    StudioPlaqued: after(StudioEstablished, PlanFiled),
    StudioClosed: after(StudioPlaqued),
}
