"""How membership reacts to what other services publish, and to its own log."""

from collections.abc import Iterator

from services.membership.commands import (
    ActivateRoster,
    ChangeHost,
    CloseRoster,
    EndJoining,
    EndRoster,
    NotePlan,
    OpenRoster,
)
from services.membership.events import CycleEnded, RemovalLifted, RollClosed, RollCorrected
from shared.kernel.model import Happened
from shared.kernel.published import (
    ConductViolationDecided,
    Evaluated,
    HostChanged,
    MemberLeft,
    MemberReinstated,
    MemberRemoved,
    PlanFiled,
    StudioClosed,
    StudioDisqualified,
    StudioEstablished,
    StudioPlaqued,
    TraineeEvaluated,
)

WaitedFor = (
    CycleEnded
    | RollClosed
    | RollCorrected
    | TraineeEvaluated
    | MemberLeft
    | MemberRemoved
    | MemberReinstated
    | RemovalLifted
    | ConductViolationDecided
)
"""What a roster's closing may have waited for."""


def open_roster_after_establishment(happened: Happened) -> Iterator[OpenRoster]:
    studio: StudioEstablished = happened.event
    yield OpenRoster(studio_id=studio.studio_id, host_id=studio.host_id)


def note_plan_after_filing(happened: Happened) -> Iterator[NotePlan]:
    plan: PlanFiled = happened.event
    yield NotePlan(studio_id=plan.studio_id, sessions_a_year=plan.sessions_a_year)


def activate_roster_after_plaque(happened: Happened) -> Iterator[ActivateRoster]:
    studio: StudioPlaqued = happened.event
    yield ActivateRoster(
        studio_id=studio.studio_id, plaqued_on=studio.plaqued_on, ends_on=studio.ends_on, starts_on=studio.starts_on
    )


def change_host_after_change(happened: Happened) -> Iterator[ChangeHost]:
    changed: HostChanged = happened.event
    yield ChangeHost(
        studio_id=changed.studio_id, former_host_id=changed.former_host_id, host_id=changed.host_id,
        changed_on=changed.changed_on,
    )  # fmt: skip


def end_roster_after_closure(happened: Happened) -> Iterator[EndRoster]:
    closed: StudioClosed = happened.event
    if closed.outcome == "closed":
        yield EndRoster(studio_id=closed.studio_id, reason="studio_closed")
    elif closed.outcome != "disqualified":
        yield EndRoster(studio_id=closed.studio_id, reason="completed")


def end_roster_after_disqualification(happened: Happened) -> Iterator[EndRoster]:
    disqualified: StudioDisqualified = happened.event
    yield EndRoster(studio_id=disqualified.studio_id, reason="studio_disqualified")


def end_joining_after_midterm(happened: Happened) -> Iterator[EndJoining]:
    evaluated: Evaluated = happened.event
    if evaluated.stage == "midterm" and evaluated.passed:
        yield EndJoining(studio_id=evaluated.studio_id)


def close_roster_when_cycle_is_over(happened: Happened) -> Iterator[CloseRoster]:
    """Each of these may have been what the roster waited for (A.9-3)."""
    event: WaitedFor = happened.event
    yield CloseRoster(studio_id=event.studio_id)
