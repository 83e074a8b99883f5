"""How applications reacts to what other services publish."""

from collections.abc import Iterator
from typing import Literal

from services.applications.commands import (
    CloseStudio,
    NoteConduct,
    NoteExpert,
    NoteMember,
    NoteRecommendation,
    NoteTie,
)
from shared.kernel.model import Happened
from shared.kernel.published import (
    ConductViolationDecided,
    ConductViolationRecorded,
    Evaluated,
    ExpertAppointed,
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    PairMatched,
    Recommended,
    StudioDisqualified,
    TieDeclared,
)


def note_pair_after_match(happened: Happened) -> Iterator[NoteMember]:
    pair: PairMatched = happened.event
    yield NoteMember(
        studio_id=pair.studio_id, membership_id=pair.membership_id, standing="matched", person_id=pair.person_id
    )


def note_member_after_joining(happened: Happened) -> Iterator[NoteMember]:
    joined: MemberJoined = happened.event
    yield NoteMember(
        studio_id=joined.studio_id, membership_id=joined.membership_id, standing="joined", kind=joined.kind,
        person_id=joined.person_id,
    )  # fmt: skip


def note_member_after_leaving(happened: Happened) -> Iterator[NoteMember]:
    left: MemberLeft | MemberRemoved = happened.event
    yield NoteMember(
        studio_id=left.studio_id, membership_id=left.membership_id, standing="left", person_id=left.person_id
    )


def note_member_after_reinstatement(happened: Happened) -> Iterator[NoteMember]:
    back: MemberReinstated = happened.event
    yield NoteMember(
        studio_id=back.studio_id, membership_id=back.membership_id, standing="joined", person_id=back.person_id
    )


def note_expert_after_appointment(happened: Happened) -> Iterator[NoteExpert]:
    appointed: ExpertAppointed = happened.event
    yield NoteExpert(person_id=appointed.person_id, until=appointed.until, department=appointed.department)


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


def note_tie_after_declaration(happened: Happened) -> Iterator[NoteTie]:
    tie: TieDeclared = happened.event
    yield NoteTie(expert_id=tie.expert_id, person_id=tie.person_id, relation=tie.relation, last_on=tie.last_on)


def note_conduct_after_record(happened: Happened) -> Iterator[NoteConduct]:
    recorded: ConductViolationRecorded = happened.event
    yield NoteConduct(person_id=recorded.person_id, violation_id=recorded.violation_id, standing="recorded")


def note_conduct_after_decision(happened: Happened) -> Iterator[NoteConduct]:
    decided: ConductViolationDecided = happened.event
    standing: Literal["confirmed", "dismissed"] = "confirmed" if decided.confirmed else "dismissed"
    yield NoteConduct(person_id=decided.person_id, violation_id=decided.violation_id, standing=standing)
