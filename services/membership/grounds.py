"""What events of membership needed to have come before, where no explanation says so."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.membership.aggregates.roster import Roster
from services.membership.events import (
    AgreementDrafted,
    AgreementReceived,
    AgreementSigned,
    CycleEnded,
    DevelopmentPlanFiled,
    MemberExcluded,
    ObjectionAnswered,
    Proposed,
    RemovalLifted,
    RemovalPending,
    RollCorrected,
    SessionHeld,
    SessionMissed,
)
from shared.kernel.explaining import Past, Resting, Source, after
from shared.kernel.model import Happened
from shared.kernel.published import (
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    PairMatched,
    SessionAttended,
    StudioRosterClosed,
    TraineeEvaluated,
)

STANDINGS = (MemberJoined, MemberLeft, MemberRemoved, MemberReinstated, DevelopmentPlanFiled, TraineeEvaluated)
ROLLS = (SessionHeld, SessionAttended, SessionMissed, RollCorrected)


def closing(happened: Happened, past: Past) -> Iterator[Source]:
    """Who was a member and how it ended, and who was at which session (A.9-3)."""
    closed: StudioRosterClosed = happened.event
    yield from past.sources(happened.stream, CycleEnded)
    for member in closed.members:
        yield from past.sources(member.membership_id, *STANDINGS)
    for session_id in sorted(past.load(Roster, happened.stream).settled):
        yield from past.sources(session_id, *ROLLS)


GROUNDS: Mapping[type[Any], Resting] = {
    PairMatched: after(Proposed),
    AgreementDrafted: after(PairMatched),
    MemberJoined: after(AgreementDrafted, AgreementSigned, AgreementReceived),
    RemovalPending: after(MemberJoined),
    RemovalLifted: after(RemovalPending, ObjectionAnswered),
    MemberRemoved: after(MemberJoined, RemovalPending, MemberExcluded),
    MemberReinstated: after(MemberRemoved),
    MemberLeft: after(Proposed, MemberJoined),
    StudioRosterClosed: closing,
}
