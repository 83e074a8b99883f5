"""Words that stand in the log and in rows as they are: each with the reason why it is no text about a person.

What is shown beyond those whom it concerns, in a notice (公示) or an export for auditors, holds of written words only
these: everything else that somebody writes is a `PersonalText`, boxed in the log and erasable.
"""

from collections.abc import Mapping

TITLES = "the name of a work or an occasion, of which the field's value is: it says nothing of a person's conduct"
PUBLIC = "said to the whole school, about a rule or a round"
THINGS = "what was bought for public money, kept for the audit: a voucher's summary"
SCHEDULE = "where and about what people meet"
SCHOOL = "words of the policy itself, as the school adopted them"
CODES = "a code out of a closed list that the code defines"
NUMBERS = "a number, as text"

EVENTS: Mapping[str, str] = {
    "applications.applied/contests.title": TITLES,
    "applications.applied/honors.title": TITLES,
    "applications.applied/research.title": TITLES,
    "applications.applied/results.title": TITLES,
    "applications.applied/preferences.title": TITLES,
    "applications.applied/preferences.because": CODES,
    "applications.applied/eligibility.required": CODES,
    "applications.applied/eligibility.given": CODES,
    "applications.resubmitted/contests.title": TITLES,
    "applications.resubmitted/honors.title": TITLES,
    "applications.resubmitted/research.title": TITLES,
    "applications.resubmitted/results.title": TITLES,
    "applications.resubmitted/preferences.title": TITLES,
    "applications.resubmitted/preferences.because": CODES,
    "applications.resubmitted/eligibility.required": CODES,
    "applications.resubmitted/eligibility.given": CODES,
    "applications.successor-approved/contests.title": TITLES,
    "applications.successor-approved/honors.title": TITLES,
    "applications.successor-approved/research.title": TITLES,
    "applications.successor-approved/results.title": TITLES,
    "applications.successor-approved/preferences.title": TITLES,
    "applications.successor-approved/preferences.because": CODES,
    "applications.successor-approved/eligibility.required": CODES,
    "applications.successor-approved/eligibility.given": CODES,
    "applications.duty-delegated/role": CODES,
    "applications.round-opened/title": PUBLIC,
    "applications.round-opened/waiver_reason": PUBLIC,
    "applications.round-opened/overrides": SCHOOL,
    "applications.settings-adopted/values": SCHOOL,
    "applications.tie-noted/relation": CODES,
    "applications.year-announced/notice": PUBLIC,
    "membership.delegation-followed/role": CODES,
    "membership.output-recorded/title": TITLES,
    "membership.regulation-filed/title": TITLES,
    "membership.session-held/place": SCHEDULE,
    "membership.session-held/topic": SCHEDULE,
    "membership.session-planned/place": SCHEDULE,
    "membership.session-planned/topic": SCHEDULE,
    "membership.settings-followed/values": SCHOOL,
    "membership.training-item-filed/title": TITLES,
    "membership.workplace-assigned/room": SCHEDULE,
    "membership.year-followed/notice": PUBLIC,
    "membership.yearly-plan-filed/tasks.title": TITLES,
    "assessment.backbone-designated/grounds.service": CODES,
    "assessment.certificate-issued/grounds.service": CODES,
    "assessment.delegation-followed/role": CODES,
    "assessment.evidence-entered/title": TITLES,
    "assessment.evidence-entered/leaves": SCHOOL,
    "assessment.final-noted/source.service": CODES,
    "assessment.rescored/totals": NUMBERS,
    "assessment.result-publicised/channel": PUBLIC,
    "assessment.result-publicised/title": TITLES,
    "assessment.roster-noted/source.service": CODES,
    "assessment.rubric-adopted/sections.title": SCHOOL,
    "assessment.rubric-adopted/sections.items.title": SCHOOL,
    "assessment.rubric-adopted/sections.items.guidance": SCHOOL,
    "assessment.scored/totals": NUMBERS,
    "assessment.self-report-in/leaves": SCHOOL,
    "assessment.settings-followed/values": SCHOOL,
    "assessment.title-awarded/grounds.service": CODES,
    "assessment.year-followed/notice": PUBLIC,
    "finance.asset-registered/name": THINGS,
    "finance.delegation-followed/role": CODES,
    "finance.expense-claimed/purpose": THINGS,
    "finance.expense-claimed/asset.name": THINGS,
    "finance.settings-followed/values": SCHOOL,
    "finance.year-followed/notice": PUBLIC,
}
"""By event and field."""

ROWS: Mapping[str, str] = {
    "title": TITLES, "items.title": TITLES, "contests.title": TITLES, "honors.title": TITLES,
    "research.title": TITLES, "results.title": TITLES, "preferences.title": TITLES, "outputs.title": TITLES,
    "years.tasks.title": TITLES, "regulations": TITLES,
    "waiver_reason": PUBLIC, "notice": PUBLIC, "channel": PUBLIC,
    "purpose": THINGS, "name": THINGS, "asset.name": THINGS,
    "place": SCHEDULE, "topic": SCHEDULE, "room": SCHEDULE, "schedule.place": SCHEDULE, "schedule.topic": SCHEDULE,
    "overrides": SCHOOL, "values": SCHOOL, "leaves": SCHOOL, "sections.title": SCHOOL, "sections.items.title": SCHOOL,
    "sections.items.guidance": SCHOOL, "preferences.zh": SCHOOL, "preferences.en": SCHOOL,
    "explained.exact": NUMBERS, "explained.total": NUMBERS, "years": NUMBERS,
}  # fmt: skip
"""By the field's name in rows."""

ROW_CODES = frozenset((
    "absent", "applied", "ask", "body", "bound_to", "chain", "chosen_by", "class_honor", "contest_min_level",
    "decisions.failed_rule", "decisions.level", "decisions.verdict", "department", "designation",
    "eligibility.given", "eligibility.required", "evidence", "document", "expert_rank", "explained.set_aside",
    "category", "fee_check", "figures", "former_hosts.name_form", "grade", "grounds.service", "honor_min_level",
    "host_standing", "items.document", "items.kind", "kind", "kinds", "lead_kind", "level", "members", "name_form",
    "occasion", "open_claims", "outcome", "outputs.document", "outputs.kind", "period", "plan", "preferences.because",
    "preferences.flag", "preferences.state", "proofs", "reason_code", "receipt", "receipts", "recency_mode",
    "refused_because", "removal.objection", "reports_filed", "research_min_level", "review_chain", "role",
    "scanned_by", "schedule.state", "signed_by", "spent_by_category", "stage", "standing", "state", "state_before",
    "status", "tenure_unit", "ties.relation", "undecided", "used_for", "years.over_budget",
    "years.plan", "years.planned", "years.summary", "years.tasks.document", "years.used", "years.uses",
    "years.uses.category",
))  # fmt: skip
"""Fields of rows that hold a code, a digest or a period as text."""
