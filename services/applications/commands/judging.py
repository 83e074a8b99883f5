"""Appointed experts are seated, score or step aside, and the panel concludes."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.applications.aggregates.application import Application
from services.applications.aggregates.candidate import Duty
from services.applications.aggregates.expert import Expert
from services.applications.aggregates.panel import SelectionPanel, Tie, check_conflict
from services.applications.aggregates.round import Round
from services.applications.commands.selecting import candidates
from services.applications.events import TieNoted
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.panels import quorum
from shared.kernel.personal import PersonalText
from shared.kernel.values import Day, Points, Slug


@command
class SeatPanel:
    """An odd number of appointed experts; without a seated panel, any appointed expert scores."""

    round_id: UUID
    experts: tuple[UUID, ...]


def seat_panel(asked: SeatPanel, history: History, context: Context) -> Sequence[Aggregate]:
    opened = history.load(Round, asked.round_id)
    known = history.find_all(Expert, (Expert.id_for(context.school, id) for id in asked.experts))
    strangers = sum(not expert.is_appointed(context.on) for expert in known)
    if strangers:
        raise Refused(
            "experts-not-appointed", rule="A.9-19", strangers=strangers,
            zh="其中{strangers}人未被聘为专家或聘期已满", en="{strangers} of them are not appointed as experts",
        )  # fmt: skip
    panel = history.find(SelectionPanel, SelectionPanel.id_for(opened.id))
    panel.seat(opened.id, asked.experts, opened.settings(context.settings).panel_min_experts)
    return [panel]


@command
class ScoreApplication:
    application_id: UUID
    points: tuple[Points, ...]


def score_application(asked: ScoreApplication, history: History, context: Context) -> Sequence[Aggregate]:
    person = context.person
    application = history.load(Application, asked.application_id)
    expert = history.find(Expert, Expert.id_for(context.school, person))
    expert.check_appointed(context.on)
    history.find(SelectionPanel, SelectionPanel.id_for(application.round_id)).check_seated(person)
    tie = history.find(Tie, Tie.id_for(context.school, person, application.applicant_id))
    check_conflict(application, expert, tie, context.settings, context.on)
    application.score(person, asked.points)
    return [application]


@command
class RecuseExpert:
    application_id: UUID
    expert_id: UUID
    reason: PersonalText


def recuse_expert(asked: RecuseExpert, history: History, context: Context) -> Sequence[Aggregate]:
    application = history.load(Application, asked.application_id)
    history.find(SelectionPanel, SelectionPanel.id_for(application.round_id)).check_seated(asked.expert_id)
    application.recuse(asked.expert_id, asked.reason)
    return [application]


@command
class VoidPanelScore:
    """A conflict was found after the sheet came in: what rests on it is worked out again, until the list is posted."""

    application_id: UUID
    expert_id: UUID
    reason: PersonalText


def void_panel_score(asked: VoidPanelScore, history: History, context: Context) -> Sequence[Aggregate]:
    application = history.load(Application, asked.application_id)
    opened = history.load(Round, application.round_id)
    panel = history.find(SelectionPanel, SelectionPanel.id_for(opened.id))
    settings = opened.settings(context.settings)
    if opened.posted and asked.expert_id in application.sheets:
        raise Refused(
            "list-already-posted", rule="APP-05", zh="本轮名单已公示", en="this round's list is posted already"
        )
    least = quorum(application.seats(panel.experts), settings.panel_quorum)
    if not application.void(asked.expert_id, context.actor.person, asked.reason, least):
        return [application]
    if application.concluded_by is None:
        return [application]
    application.rescore(settings)
    if opened.is_ranked:
        opened.rank_again(candidates(opened, history, context))
    return [application, opened]


@command
class NoteExpert:
    person_id: UUID
    until: Day
    department: Slug | None = None


def note_expert(asked: NoteExpert, history: History, context: Context) -> Sequence[Aggregate]:
    expert = history.find(Expert, Expert.id_for(context.school, asked.person_id))
    expert.note(asked.person_id, asked.until, asked.department)
    return [expert]


@command
class NoteTie:
    expert_id: UUID
    person_id: UUID
    relation: str
    last_on: date | None = None


def note_tie(asked: NoteTie, history: History, context: Context) -> Sequence[Aggregate]:
    tie = history.find(Tie, Tie.id_for(context.school, asked.expert_id, asked.person_id))
    tie.note(
        TieNoted(
            expert_id=asked.expert_id, person_id=asked.person_id, relation=asked.relation, last_on=asked.last_on
        )
    )  # fmt: skip
    return [tie]


@command
class ConcludePanel:
    application_id: UUID


def conclude_panel(asked: ConcludePanel, history: History, context: Context) -> Sequence[Aggregate]:
    application = history.load(Application, asked.application_id)
    opened = history.load(Round, application.round_id)
    panel = history.find(SelectionPanel, SelectionPanel.id_for(opened.id))
    duty = history.find(Duty, Duty.id_for(context.school, application.applicant_id))
    application.conclude_panel(
        opened.settings(context.settings), context.actor.person,
        seated=len(panel.experts) if panel.exists else None, on_duty=duty.is_on(context.on),
    )  # fmt: skip
    return [application]
