"""Deadlines of membership: rolls that close by time, cycles that end."""

from datetime import timedelta

from services.membership.events import CycleEnded, RollClosed, RosterEnded, SessionHeld, StudioActivated
from shared.kernel.model import Due, Happened, ReadModel


def fold(_key: str, row: Due | None, happened: Happened) -> Due | None:
    match happened.event:
        case SessionHeld() as held:
            body = {"session_id": str(held.session_id)}
            return Due(ask="CloseRoll", body=body, on=held.closes_on, rules=happened.rules)
        case StudioActivated() as active:
            body = {"studio_id": str(active.studio_id)}
            due_on = active.ends_on + timedelta(days=1)
            return Due(ask="EndCycle", body=body, on=due_on, rules=happened.rules)
        case RosterEnded(reason="completed"):
            # A final in effect at once: the cycle's end still closes the roster.
            return row
        case RollClosed() | CycleEnded() | RosterEnded():
            return None
    return row


agenda = ReadModel(
    "agenda",
    row=Due,
    facts=(SessionHeld, StudioActivated, RollClosed, CycleEnded, RosterEnded),
    fold=fold,
    filters=("on",),
)
