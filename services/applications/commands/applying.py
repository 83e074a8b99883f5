"""A teacher applies, and what is known of a person beside the application."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from services.applications.aggregates.annex_one import judge
from services.applications.aggregates.application import Application, Candidacy
from services.applications.aggregates.candidate import Duty, Recommendation
from services.applications.aggregates.round import Round
from services.applications.aggregates.standing import Conduct, Standing
from services.applications.events import Applied, Form, Resubmitted
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.values import ChosenId, Day, Flag


@command
class Apply(Form):
    application_id: ChosenId
    round_id: UUID


def apply(asked: Apply, history: History, context: Context) -> Sequence[Aggregate]:
    applicant = context.person
    opened = history.load(Round, asked.round_id)
    candidacy = history.find(Candidacy, Candidacy.id_for(asked.round_id, applicant))
    known = history.find(Application, asked.application_id)
    if known.exists and candidacy.application_id == asked.application_id:
        return [known]
    if known.exists:
        raise Refused("id-taken", rule=None, zh="这个申报编号已被使用", en="this application id is taken already")
    opened.check_open_on(context.done_on)
    candidacy.reserve(asked.round_id, asked.application_id)
    applied = Applied(
        application_id=asked.application_id, round_id=asked.round_id, applicant_id=applicant,
        review_chain=opened.review_chain, **_checked(asked, opened, applicant, history, context),
    )  # fmt: skip
    opened.enter(asked.application_id, asked.department)
    return [Application.submit(applied), candidacy, opened]


@command
class Resubmit(Apply):
    """A returned application again, in the same round and department."""


def resubmit(asked: Resubmit, history: History, context: Context) -> Sequence[Aggregate]:
    application = history.load(Application, asked.application_id)
    opened = history.load(Round, application.round_id)
    if asked.round_id != application.round_id:
        raise Refused(
            "another-round", rule="A.9-18", zh="该申报属于另一轮次", en="the application belongs to another round"
        )
    if application.takes_back(asked):
        opened.check_open_on(context.done_on)
        form = _checked(asked, opened, application.applicant_id, history, context)
        application.resubmit(Resubmitted(application_id=application.id, **form))
    return [application]


def _checked(asked: Apply, opened: Round, applicant: UUID, history: History, context: Context) -> dict[str, Any]:
    recommendation = history.find(Recommendation, Recommendation.id_for(context.school, applicant))
    judged = judge(
        asked, opened.settings(context.settings), anchor=opened.deadline, day=context.done_on,
        standing=Standing.of(applicant, history, context.school, context.on), is_recommended=recommendation.exists,
    )  # fmt: skip
    return judged.submission(asked)


@command
class ReportDuty:
    """From `since` on, a person is or is not on duty as homeroom teacher (APP-07)."""

    person_id: UUID
    on_duty: Flag
    since: Day


def report_duty(asked: ReportDuty, history: History, context: Context) -> Sequence[Aggregate]:
    duty = history.find(Duty, Duty.id_for(context.school, asked.person_id))
    duty.report(asked.person_id, asked.since, on_duty=asked.on_duty)
    return [duty]


@command
class NoteRecommendation:
    person_id: UUID
    studio_id: UUID
    rank: int


def note_recommendation(asked: NoteRecommendation, history: History, context: Context) -> Sequence[Aggregate]:
    recommendation = history.find(Recommendation, Recommendation.id_for(context.school, asked.person_id))
    recommendation.note(asked.person_id, asked.studio_id, asked.rank)
    return [recommendation]


@command
class NoteConduct:
    person_id: UUID
    violation_id: UUID
    standing: Literal["recorded", "confirmed", "dismissed"]


def note_conduct(asked: NoteConduct, history: History, context: Context) -> Sequence[Aggregate]:
    conduct = history.find(Conduct, Conduct.id_for(context.school, asked.person_id))
    conduct.note(asked.person_id, asked.violation_id, asked.standing)
    return [conduct]
