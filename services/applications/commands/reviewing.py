"""Department and offices review, and the department hands in its batch."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from services.applications.aggregates.application import Application
from services.applications.aggregates.batch import Batch
from services.applications.aggregates.round import Round
from services.applications.events import Verdict
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, command
from shared.kernel.personal import PersonalText
from shared.kernel.values import Flag


@command
class ReviewApplication:
    """`attests`: the department vouches for conditions 1, 2, 4 and 6 of annex 1 (APP-16)."""

    application_id: UUID
    level: Literal["department", "office", "student_affairs", "personnel"]
    verdict: Verdict
    attests: Flag = False
    reason: PersonalText | None = None


def review_application(asked: ReviewApplication, history: History, context: Context) -> Sequence[Aggregate]:
    application = history.load(Application, asked.application_id)
    batch = history.find(Batch, Batch.id_for(application.round_id, application.department))
    application.check_due(asked.level)
    if asked.level != "department":
        batch.check_holds(application.id)
    application.review(asked.level, asked.verdict, context.actor.person, attests=asked.attests, reason=asked.reason)
    if asked.level == "department" and asked.verdict == "approved" and batch.exists:
        batch.join(application, context.done_on, history.load(Round, application.round_id).deadline)
    return [application, batch]


@command
class SubmitBatch:
    """Asked by a department for itself."""

    round_id: UUID


def submit_batch(asked: SubmitBatch, history: History, context: Context) -> Sequence[Aggregate]:
    department = context.actor.bound_to or ""
    opened = history.load(Round, asked.round_id)
    batch = history.find(Batch, Batch.id_for(opened.id, department))
    batch.submit(opened.id, department, history.load_all(Application, opened.of_department(department)))
    return [batch]
