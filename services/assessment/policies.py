"""How assessment reacts to what other services publish, and to its own log."""

from collections.abc import Iterator

from services.assessment.commands import (
    CancelEvaluations,
    NoteConduct,
    NoteFinal,
    NoteHost,
    NoteParty,
    NoteRoster,
    OpenCase,
    PlanEvaluations,
)
from services.assessment.events import EvaluationRevised, EventId, Standing
from shared.kernel.model import Happened
from shared.kernel.published import (
    ConductViolationDecided,
    ConductViolationRecorded,
    Evaluated,
    HostChanged,
    MemberJoined,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    StudioClosed,
    StudioEstablished,
    StudioPlaqued,
    StudioRosterClosed,
    TraineeEvaluated,
)


def open_case_after_establishment(happened: Happened) -> Iterator[OpenCase]:
    studio: StudioEstablished = happened.event
    yield OpenCase(
        studio_id=studio.studio_id, host_id=studio.host_id, lead_kind=studio.lead_kind, department=studio.department
    )


def note_host_after_its_change(happened: Happened) -> Iterator[NoteHost]:
    changed: HostChanged = happened.event
    yield NoteHost(studio_id=changed.studio_id, host_id=changed.host_id)


def plan_evaluations_after_plaque(happened: Happened) -> Iterator[PlanEvaluations]:
    studio: StudioPlaqued = happened.event
    yield PlanEvaluations(
        studio_id=studio.studio_id, midterm_opens_on=studio.midterm_opens_on,
        midterm_closes_on=studio.midterm_closes_on, ends_on=studio.ends_on,
    )  # fmt: skip


def cancel_evaluations_after_closure(happened: Happened) -> Iterator[CancelEvaluations]:
    """A studio that passed or failed its final ended by our own result: nothing of it is open."""
    closed: StudioClosed = happened.event
    if closed.outcome in ("disqualified", "closed"):
        yield CancelEvaluations(studio_id=closed.studio_id, outcome=closed.outcome)


def note_party_after_joining(happened: Happened) -> Iterator[NoteParty]:
    joined: MemberJoined = happened.event
    standing: Standing = "joined" if joined.kind == "trainee" else "supplementary"
    yield NoteParty(studio_id=joined.studio_id, person_id=joined.person_id, standing=standing)


def note_party_after_evaluation(happened: Happened) -> Iterator[NoteParty]:
    evaluated: TraineeEvaluated = happened.event
    yield NoteParty(studio_id=evaluated.studio_id, person_id=evaluated.person_id, standing="evaluated")


def note_party_after_leaving(happened: Happened) -> Iterator[NoteParty]:
    left: MemberLeft = happened.event
    yield NoteParty(studio_id=left.studio_id, person_id=left.person_id, standing="left")


def note_party_after_removal(happened: Happened) -> Iterator[NoteParty]:
    removed: MemberRemoved = happened.event
    yield NoteParty(studio_id=removed.studio_id, person_id=removed.person_id, standing="removed")


def note_party_after_reinstatement(happened: Happened) -> Iterator[NoteParty]:
    back: MemberReinstated = happened.event
    standing: Standing = "evaluated" if back.is_evaluated else "joined"
    yield NoteParty(studio_id=back.studio_id, person_id=back.person_id, standing=standing)


def note_conduct_after_its_record(happened: Happened) -> Iterator[NoteConduct]:
    recorded: ConductViolationRecorded = happened.event
    yield NoteConduct(
        violation_id=recorded.violation_id, studio_id=recorded.studio_id, person_id=recorded.person_id,
        is_host=recorded.is_host, standing="recorded",
    )  # fmt: skip


def note_conduct_after_its_decision(happened: Happened) -> Iterator[NoteConduct]:
    decided: ConductViolationDecided = happened.event
    yield NoteConduct(
        violation_id=decided.violation_id, studio_id=decided.studio_id, person_id=decided.person_id,
        is_host=decided.is_host, standing="confirmed" if decided.confirmed else "dismissed",
    )  # fmt: skip


def note_roster_after_its_closing(happened: Happened) -> Iterator[NoteRoster]:
    closed: StudioRosterClosed = happened.event
    source = EventId(service="membership", stream=happened.stream, version=happened.version)
    yield NoteRoster(studio_id=closed.studio_id, members=closed.members, source=source)


def note_final_after_evaluation(happened: Happened) -> Iterator[NoteFinal]:
    """Also after the school has revised it."""
    evaluated: Evaluated | EvaluationRevised = happened.event
    if evaluated.stage == "final":
        source = EventId(service="assessment", stream=happened.stream, version=happened.version)
        yield NoteFinal(studio_id=evaluated.studio_id, passed=evaluated.passed, source=source)
