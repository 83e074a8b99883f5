"""How applications reacts to what other services publish."""

from collections.abc import Iterator

from services.applications.commands import CloseStudio, NoteExpert, NoteMember, NoteRecommendation
from shared.kernel.model import Happened
from shared.kernel.published import (
    Evaluated,
    ExpertAppointed,
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    PairMatched,
    Recommended,
    StudioDisqualified,
)


def note_pair_after_match(happened: Happened) -> Iterator[NoteMember]:
    pair: PairMatched = happened.event
    yield NoteMember(studio_id=pair.studio_id, membership_id=pair.membership_id, standing="matched")


def note_member_after_joining(happened: Happened) -> Iterator[NoteMember]:
    joined: MemberJoined = happened.event
    yield NoteMember(
        studio_id=joined.studio_id, membership_id=joined.membership_id, standing="joined", kind=joined.kind
    )


def note_member_after_leaving(happened: Happened) -> Iterator[NoteMember]:
    left: MemberLeft | MemberRemoved = happened.event
    yield NoteMember(studio_id=left.studio_id, membership_id=left.membership_id, standing="left")


def note_member_after_reinstatement(happened: Happened) -> Iterator[NoteMember]:
    back: MemberReinstated = happened.event
    yield NoteMember(studio_id=back.studio_id, membership_id=back.membership_id, standing="joined")


def note_expert_after_appointment(happened: Happened) -> Iterator[NoteExpert]:
    appointed: ExpertAppointed = happened.event
    yield NoteExpert(person_id=appointed.person_id, until=appointed.until)


def note_recommendation_of_a_next_host(happened: Happened) -> Iterator[NoteRecommendation]:
    said: Recommended = happened.event
    yield NoteRecommendation(person_id=said.person_id, studio_id=said.studio_id, rank=said.rank)


def close_studio_after_disqualification(happened: Happened) -> Iterator[CloseStudio]:
    disqualified: StudioDisqualified = happened.event
    yield CloseStudio(studio_id=disqualified.studio_id, outcome="disqualified")


def close_studio_after_final(happened: Happened) -> Iterator[CloseStudio]:
    evaluated: Evaluated = happened.event
    if evaluated.stage == "final":
        yield CloseStudio(studio_id=evaluated.studio_id, outcome="passed" if evaluated.passed else "failed_final")
