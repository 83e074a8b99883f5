"""The round's candidates are ranked, ties decided, names struck, and the list posted and published."""

from collections.abc import Sequence
from uuid import UUID

from services.applications.aggregates.application import Application
from services.applications.aggregates.round import Round
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command
from shared.kernel.values import Text


@command
class RankCandidates:
    round_id: UUID


def rank_candidates(asked: RankCandidates, history: History, context: Context) -> Sequence[Aggregate]:
    opened = history.load(Round, asked.round_id)
    entered = history.load_all(Application, opened.entered)
    waiting = sum(application.is_before_panel for application in entered)
    opened.rank(context.on, waiting, [one.as_candidate() for one in entered if one.is_recommended])
    return [opened]


@command
class DecideTie:
    """The whole tied group, in the order decided."""

    round_id: UUID
    application_ids: tuple[UUID, ...]
    reason: Text


def decide_tie(asked: DecideTie, history: History, context: Context) -> Sequence[Aggregate]:
    opened = history.load(Round, asked.round_id)
    opened.decide_tie(asked.application_ids, asked.reason)
    return [opened]


@command
class StrikeCandidate:
    round_id: UUID
    application_id: UUID
    reason: Text


def strike_candidate(asked: StrikeCandidate, history: History, context: Context) -> Sequence[Aggregate]:
    opened = history.load(Round, asked.round_id)
    opened.strike(asked.application_id, asked.reason)
    return [opened]


@command
class PostList:
    round_id: UUID


def post_list(asked: PostList, history: History, context: Context) -> Sequence[Aggregate]:
    """The school's level of each listed and each struck application is decided with it (APP-02)."""
    opened = history.load(Round, asked.round_id)
    if not opened.post(context.done_on, context.settings.publication_notice_workdays):
        return [opened]
    listed = history.load_all(Application, opened.posted)
    struck = history.load_all(Application, opened.struck)
    for application in listed:
        application.decide_finally("approved")
    for application in struck:
        application.decide_finally("rejected", opened.struck[application.id])
    return [opened, *listed, *struck]


@command
class PublishList:
    round_id: UUID


def publish_list(asked: PublishList, history: History, context: Context) -> Sequence[Aggregate]:
    opened = history.load(Round, asked.round_id)
    if not opened.publish():
        return [opened]
    listed = history.load_all(Application, opened.posted)
    for application in listed:
        application.publish()
    return [opened, *listed]
