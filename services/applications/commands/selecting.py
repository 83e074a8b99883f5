"""The round's candidates are ranked, ties decided, names struck, and the list posted and published."""

from collections.abc import Collection, Sequence
from uuid import UUID

from services.applications.aggregates.annex_one import met, preferences
from services.applications.aggregates.application import Application
from services.applications.aggregates.candidate import Recommendation
from services.applications.aggregates.objection import Objection
from services.applications.aggregates.round import Round
from services.applications.aggregates.standing import Conduct
from services.applications.events import Candidate
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command
from shared.kernel.personal import PersonalText

ON_RECORD = PersonalText("有师德问题在案")


@command
class RankCandidates:
    round_id: UUID


def rank_candidates(asked: RankCandidates, history: History, context: Context) -> Sequence[Aggregate]:
    opened = history.load(Round, asked.round_id)
    entered = history.load_all(Application, opened.entered)
    waiting = sum(application.is_before_panel for application in entered)
    opened.rank(context.on, waiting, candidates(opened, history, context))
    return [opened]


def candidates(opened: Round, history: History, context: Context) -> list[Candidate]:
    """Whom the panel approved, their preferences counted now: a recommendation may have come since (APP-15)."""
    approved = [one for one in history.load_all(Application, opened.entered) if one.is_recommended]
    known = history.find_all(
        Recommendation, (Recommendation.id_for(context.school, one.applicant_id) for one in approved)
    )
    settings = opened.settings(context.settings)
    return [
        one.as_candidate(met(preferences(one.form, settings, opened.deadline, is_recommended=recommended.exists)))
        for one, recommended in zip(approved, known, strict=True)
    ]


@command
class DecideTie:
    """The whole tied group, in the order decided."""

    round_id: UUID
    application_ids: tuple[UUID, ...]
    reason: PersonalText


def decide_tie(asked: DecideTie, history: History, context: Context) -> Sequence[Aggregate]:
    opened = history.load(Round, asked.round_id)
    tied = (applicant(id, history) for id in asked.application_ids)
    opened.decide_tie(asked.application_ids, asked.reason, tuple(one for one in tied if one))
    return [opened]


@command
class StrikeCandidate:
    round_id: UUID
    application_id: UUID
    reason: PersonalText


def strike_candidate(asked: StrikeCandidate, history: History, context: Context) -> Sequence[Aggregate]:
    opened = history.load(Round, asked.round_id)
    opened.strike(asked.application_id, asked.reason, applicant(asked.application_id, history))
    return [opened]


def applicant(application_id: UUID, history: History) -> UUID | None:
    """Who is behind an application; None where there is none, which is for the round to refuse."""
    found = history.find(Application, application_id)
    return found.applicant_id if found.exists else None


@command
class PostList:
    round_id: UUID


def post_list(asked: PostList, history: History, context: Context) -> Sequence[Aggregate]:
    """The school's level of each listed, struck and barred application is decided with it (APP-02)."""
    opened = history.load(Round, asked.round_id)
    first = history.load_all(Application, opened.order[: opened.places])
    barred = barred_by_conduct(first, history, context.school)
    if not opened.post(context.done_on, opened.settings(context.settings).publication_notice_workdays, barred):
        return [opened]
    listed = history.load_all(Application, opened.posted)
    # A score that fell after the strike has ended an application already.
    struck = [one for one in history.load_all(Application, opened.struck) if one.is_recommended]
    out = [one for one in first if one.id in barred and one.id not in opened.struck]
    for application in listed:
        application.decide_finally("approved")
    for application in struck:
        application.decide_finally("rejected", opened.struck[application.id])
    for application in out:
        application.decide_finally("rejected", failed_rule="SIL-07")
    return [opened, *listed, *struck, *out]


def barred_by_conduct(applications: Collection[Application], history: History, school: str) -> set[UUID]:
    """Whose person has a violation on record (SIL-07)."""
    known = history.find_all(Conduct, (Conduct.id_for(school, one.applicant_id) for one in applications))
    return {one.id for one, conduct in zip(applications, known, strict=True) if conduct.violations}


@command
class PublishList:
    round_id: UUID


def publish_list(asked: PublishList, history: History, context: Context) -> Sequence[Aggregate]:
    """At the end of the notice; an open objection holds it up, and extends the notice once (SIL-01)."""
    opened = history.load(Round, asked.round_id)
    if not opened.is_noticed:
        return [opened]
    if any(one.is_open for one in history.load_all(Objection, opened.objections)):
        until = opened.notice_end(context.calendar)
        if until:
            opened.extend_notice(until, opened.settings(context.settings).notice_extension_workdays)
        return [opened]
    return published(opened, history, context)


def published(opened: Round, history: History, context: Context) -> Sequence[Aggregate]:
    """The list stands, without those whom conduct bars since it was posted."""
    on_list = history.load_all(Application, opened.standing)
    barred = barred_by_conduct(on_list, history, context.school)
    for application in on_list:
        if application.id in barred:
            opened.strike_posted(application.id, ON_RECORD, application.applicant_id)
            application.strike_from_posted(ON_RECORD, "SIL-07")
        else:
            application.publish()
    opened.publish(context.on)
    return [opened, *on_list]
