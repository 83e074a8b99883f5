"""When a roster may close, and what it then says of each trainee (A.9-3, A.9-15)."""

from collections.abc import Sequence
from typing import Literal

from services.membership.aggregates.attendance import tally
from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Roster
from services.membership.aggregates.session import Session
from shared.kernel.policy import PolicySettings
from shared.kernel.published import RosterEntry


def may_close(roster: Roster, trainees: Sequence[Membership], held: Sequence[Session]) -> bool:
    """The cycle is over, every roll closed, no removal pending, no violation of the code of conduct undecided.

    Each active trainee has the host's evaluation.
    """
    if not roster.is_cycle_over or roster.is_closed or roster.ended not in (None, "completed") or roster.undecided:
        return False
    settled = all(m.points is not None and m.removal is None for m in trainees if m.state == "joined")
    return settled and all(session.is_closed for session in held)


def member_record(
    member: Membership, held: Sequence[Session], roster: Roster, settings: PolicySettings
) -> RosterEntry:  # fmt: skip
    counted = tally(member.person_id, held, settings)
    marks = [session.mark_of(member.person_id) for session in held if member.person_id in session.obliged]
    standing: dict[str, Literal["active", "removed"]] = {"joined": "active", "removed": "removed"}
    return RosterEntry(
        person_id=member.person_id,
        membership_id=member.id,
        status=standing.get(member.state, "withdrawn"),
        attended_hours=counted.attended_hours,
        sessions_obliged=counted.obliged,
        sessions_attended=counted.attended,
        unexcused_absences=marks.count("unexcused"),
        host_points=member.points,
        plan_filed=member.development_plan is not None,
        hours_by_year=tuple(
            tally(member.person_id, [s for s in held if first <= s.held_on <= last], settings).attended_hours
            for first, last in roster.years
        ),
    )
