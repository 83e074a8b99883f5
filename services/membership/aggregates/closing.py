"""When a roster may close, and what it then says of each member (A.9-3, A.9-15)."""

from collections.abc import Sequence

from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Roster
from services.membership.aggregates.session import Session
from shared.kernel.published import RosterEntry

EXCLUDED = ("statutory_leave", "official_duty")
"""In neither count (AMB-04)."""


def may_close(roster: Roster, members: Sequence[Membership], held: Sequence[Session]) -> bool:
    """The cycle is over, every roll is closed, each active trainee has the host's evaluation."""
    if not roster.is_cycle_over or roster.is_closed or roster.ended not in (None, "completed"):
        return False
    evaluated = all(m.points is not None for m in members if m.state == "joined")
    return evaluated and all(session.is_closed for session in held)


def member_record(member: Membership, held: Sequence[Session]) -> RosterEntry:
    mine = [
        session
        for session in held
        if member.person_id in session.obliged and session.absent.get(member.person_id) not in EXCLUDED
    ]
    attended = [session for session in mine if member.person_id in session.present]
    missed = [session for session in mine if member.person_id not in session.present]
    return RosterEntry(
        person_id=member.person_id,
        membership_id=member.id,
        status="active" if member.state == "joined" else "withdrawn",
        attended_hours=sum(session.class_hours for session in attended),
        sessions_obliged=len(mine),
        sessions_attended=len(attended),
        unexcused_absences=sum(s.absent.get(member.person_id, "unexcused") == "unexcused" for s in missed),
        host_points=member.points,
        plan_filed=member.development_plan is not None,
    )
