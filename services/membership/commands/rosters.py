"""The roster that each decision begins with."""

from uuid import UUID

from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Roster
from shared.kernel.model import History, awaited


def known_roster(studio_id: UUID, history: History) -> Roster:
    return awaited(history, Roster, Roster.id_for(studio_id), "applications", "studio-established")


def own_roster(membership: Membership, history: History) -> Roster:
    return history.load(Roster, Roster.id_for(membership.studio_id))
