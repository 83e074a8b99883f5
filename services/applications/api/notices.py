"""What of a posted list and of a studio everybody sees (公示): these fields and no others."""

from services.applications.read_models.studios import StudioRow
from shared.chassis.identity import Identity
from shared.chassis.questions import Notice
from shared.kernel.people import OVERSEEING


def who_oversees(identity: Identity, _row: object) -> bool:
    return identity.has(*OVERSEEING)


def who_oversees_or_hosts(identity: Identity, row: StudioRow) -> bool:
    return identity.has(*OVERSEEING) or identity.person == row.host_id


ROUND = Notice(
    frozenset((
        "title", "deadline", "places", "min_score_points", "require_class_honor", "waiver_reason", "review_chain",
        "tenure_semesters", "honor_min_level", "contest_min_level", "research_min_level", "recency_years", "applied",
        "ranked_on", "posted_on", "published_on", "listed", "tenure_unit", "recency_mode", "overrides",
        "notice_workdays", "extended_since", "objections",
    )),
    concerns=who_oversees,
)  # fmt: skip
"""Scores, ties and struck names are for those who decide (SIL-14)."""

STUDIO = Notice(
    frozenset((
        "host_id", "round_id", "department", "name_form", "state", "sessions_a_year", "receipts", "members", "kinds",
        "plaqued_on", "ends_on", "midterm_due_on", "outcome", "lead_kind", "starts_on", "people", "former_hosts",
        "name",
    )),
    concerns=who_oversees_or_hosts,
)  # fmt: skip
"""Why the school closed a studio, and what the Party organisation said of its plan, is the host's."""
