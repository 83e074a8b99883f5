"""Appointed experts score, and the panel concludes."""

from collections.abc import Sequence
from uuid import UUID

from services.applications.aggregates.application import Application
from services.applications.aggregates.candidate import Duty
from services.applications.aggregates.expert import Expert
from services.applications.aggregates.round import Round
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command
from shared.kernel.values import Day, Points


@command
class ScoreApplication:
    application_id: UUID
    points: tuple[Points, ...]


def score_application(asked: ScoreApplication, history: History, context: Context) -> Sequence[Aggregate]:
    expert = context.person
    application = history.load(Application, asked.application_id)
    history.find(Expert, Expert.id_for(context.school, expert)).check_appointed(context.on)
    application.score(expert, asked.points)
    return [application]


@command
class NoteExpert:
    person_id: UUID
    until: Day


def note_expert(asked: NoteExpert, history: History, context: Context) -> Sequence[Aggregate]:
    expert = history.find(Expert, Expert.id_for(context.school, asked.person_id))
    expert.note(asked.person_id, asked.until)
    return [expert]


@command
class ConcludePanel:
    application_id: UUID


def conclude_panel(asked: ConcludePanel, history: History, context: Context) -> Sequence[Aggregate]:
    application = history.load(Application, asked.application_id)
    opened = history.load(Round, application.round_id)
    duty = history.find(Duty, Duty.id_for(context.school, application.applicant_id))
    application.conclude_panel(
        opened.min_score_points, context.actor.person,
        least_experts=context.settings.panel_min_experts, on_duty=duty.is_on(context.on),
    )  # fmt: skip
    return [application]
