"""How finance reacts to what other services publish."""

from collections.abc import Iterator

from services.finance.commands import (
    CutFunding,
    LayOutYears,
    NoteHost,
    NoteHostStanding,
    NoteMember,
    OpenFund,
    PassMidterm,
    WindDown,
)
from services.finance.events import HostStanding
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
    StudioDisqualified,
    StudioEstablished,
    StudioPlaqued,
)


def open_fund_after_establishment(happened: Happened) -> Iterator[OpenFund]:
    studio: StudioEstablished = happened.event
    yield OpenFund(studio_id=studio.studio_id, host_id=studio.host_id)


def lay_out_years_after_plaque(happened: Happened) -> Iterator[LayOutYears]:
    studio: StudioPlaqued = happened.event
    yield LayOutYears(studio=studio)


def wind_down_after_closure(happened: Happened) -> Iterator[WindDown]:
    """The host is gone: the studio ends without a cut (A.9-2)."""
    closed: StudioClosed = happened.event
    if closed.outcome == "closed":
        yield WindDown(studio_id=closed.studio_id)


def end_without_host_after_closure(happened: Happened) -> Iterator[WindDown | NoteHostStanding]:
    """An office signs what is still open (A.9-8)."""
    for asked in wind_down_after_closure(happened):
        yield asked
        yield NoteHostStanding(studio_id=asked.studio_id, standing="gone")


def note_host_after_change(happened: Happened) -> Iterator[NoteHost]:
    changed: HostChanged = happened.event
    yield NoteHost(studio_id=changed.studio_id, host_id=changed.host_id, changed_on=changed.changed_on)


def suspend_host_after_violation(happened: Happened) -> Iterator[NoteHostStanding]:
    """At once; a member's suspension is membership's (SIL-07)."""
    violation: ConductViolationRecorded = happened.event
    if violation.is_host:
        yield NoteHostStanding(
            studio_id=violation.studio_id, host_id=violation.person_id, standing="suspended"
        )  # fmt: skip


def note_host_after_decided_violation(happened: Happened) -> Iterator[NoteHostStanding]:
    decided: ConductViolationDecided = happened.event
    if decided.is_host:
        standing: HostStanding = "gone" if decided.confirmed else "present"
        yield NoteHostStanding(studio_id=decided.studio_id, host_id=decided.person_id, standing=standing)


def note_member_after_joining(happened: Happened) -> Iterator[NoteMember]:
    joined: MemberJoined = happened.event
    yield NoteMember(studio_id=joined.studio_id, person_id=joined.person_id, standing="joined", kind=joined.kind)


def note_member_after_leaving(happened: Happened) -> Iterator[NoteMember]:
    left: MemberLeft | MemberRemoved = happened.event
    yield NoteMember(studio_id=left.studio_id, person_id=left.person_id, standing="left")


def note_member_after_reinstatement(happened: Happened) -> Iterator[NoteMember]:
    reinstated: MemberReinstated = happened.event
    yield NoteMember(studio_id=reinstated.studio_id, person_id=reinstated.person_id, standing="joined")


def release_held_years_after_passed_midterm(happened: Happened) -> Iterator[PassMidterm]:
    evaluated: Evaluated = happened.event
    if evaluated.stage == "midterm" and evaluated.passed:
        yield PassMidterm(studio_id=evaluated.studio_id)


def cut_funding_after_disqualification(happened: Happened) -> Iterator[CutFunding]:
    disqualified: StudioDisqualified = happened.event
    yield CutFunding(studio_id=disqualified.studio_id, cause=disqualified.cause)
