"""The roster that each decision begins with."""

from uuid import UUID

from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Engagement, Roster
from shared.kernel.context import Context
from shared.kernel.model import History, awaited


def known_roster(studio_id: UUID, history: History) -> Roster:
    return awaited(history, Roster, Roster.id_for(studio_id), "applications", "studio-established")


def own_roster(membership: Membership, history: History) -> Roster:
    return history.load(Roster, Roster.id_for(membership.studio_id))


def barred_by(
    engagement: Engagement, studio_id: UUID, person_id: UUID, history: History, context: Context
) -> UUID | None:
    """Another studio that keeps the person from joining this one: as its trainee, or as its host (AMB-25)."""
    for other in sorted(engagement.studios - {studio_id}):
        led = history.find(Roster, Roster.id_for(other))
        is_host = led.exists and led.host_id == person_id
        if not context.settings.host_may_be_trainee if is_host else context.settings.membership_exclusive:
            return other
    return None
