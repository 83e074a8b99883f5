"""A published host's studio: its name, plan, plaque and end."""

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from services.applications.aggregates.application import Application
from services.applications.aggregates.candidate import Duty
from services.applications.aggregates.hosting import Hosting
from services.applications.aggregates.round import Round
from services.applications.aggregates.standing import Failures
from services.applications.aggregates.studio import NameForm, Studio, StudioName
from services.applications.events import MemberKind
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.people import office_of
from shared.kernel.personal import PersonalLine, PersonalText
from shared.kernel.published import Outcome
from shared.kernel.values import Digest, Flag, Whole

NAME_FORMS: tuple[NameForm, ...] = ("host", "department", "round")


@command
class EstablishStudio:
    """`name_digests`: keyed hashes of the host's name alone, with department, with department and round."""

    application_id: UUID
    name_digests: tuple[Digest, Digest, Digest]


def establish_studio(asked: EstablishStudio, history: History, context: Context) -> Sequence[Aggregate]:
    application = history.load(Application, asked.application_id)
    studio = history.find(Studio, Studio.id_for(asked.application_id))
    if studio.exists:
        return [studio]
    if application.ended != "published":
        raise Refused(
            "list-not-published", rule="APP-05",
            zh="名单公布之前不能设立工作室", en="no studio is established before the list is published",
        )  # fmt: skip
    form, name = free_name(asked.name_digests, history, context.school)
    studio = Studio.establish(application, form, name.id)
    name.reserve(studio.id)
    hosting = history.find(Hosting, Hosting.id_for(context.school, studio.host_id))
    hosting.begin(studio.host_id, studio.id)
    return [studio, name, hosting]


def free_name(
    digests: tuple[Digest, Digest, Digest], history: History, school: str, own: UUID | None = None
) -> tuple[NameForm, StudioName]:
    """The shortest name that no running studio bears, or that is the studio's `own`."""
    for form, digest in zip(NAME_FORMS, digests, strict=True):
        name = history.find(StudioName, StudioName.id_for(school, digest))
        if name.studio_id in (None, own):
            return form, name
    raise Refused("name-taken", rule="APP-19", zh="同名工作室正在运行", en="a running studio bears this name already")


@command
class DraftPlan:
    studio_id: UUID
    document: Digest
    sessions_a_year: tuple[Whole, ...]


def draft_plan(asked: DraftPlan, history: History, context: Context) -> Sequence[Aggregate]:
    studio = history.load(Studio, asked.studio_id)
    studio.draft_plan(asked.document, asked.sessions_a_year, -(-context.settings.cycle_months // 12))
    return [studio]


@command
class FilePlan:
    studio_id: UUID


def file_plan(asked: FilePlan, history: History, context: Context) -> Sequence[Aggregate]:
    receiver, studio = context.person, history.load(Studio, asked.studio_id)
    studio.receive_plan(office_of(context.actor), receiver, needs_review=context.settings.plan_party_review)
    return [studio]


@command
class ReviewPlan:
    """The school's Party organisation passes the plan as drafted, or not (A.9-19)."""

    studio_id: UUID
    passed: Flag
    reason: PersonalText | None = None


def review_plan(asked: ReviewPlan, history: History, context: Context) -> Sequence[Aggregate]:
    reviewer, studio = context.person, history.load(Studio, asked.studio_id)
    studio.review_plan(reviewer, asked.reason, passed=asked.passed)
    return [studio]


@command
class HangPlaque:
    studio_id: UUID


def hang_plaque(asked: HangPlaque, history: History, context: Context) -> Sequence[Aggregate]:
    studio = history.load(Studio, asked.studio_id)
    duty = history.find(Duty, Duty.id_for(context.school, studio.host_id))
    starts_on = None
    if context.settings.cycle_start == "publication_date":
        starts_on = _published_on(history.load(Round, studio.round_id), context)
    studio.hang_plaque(context.on, context.settings, on_duty=duty.is_on(context.on), starts_on=starts_on)
    return [studio]


def _published_on(opened: Round, context: Context) -> date | None:
    """The day of the publication; lists published before it was recorded stood when their notice was over."""
    if opened.published_on or opened.notice is None:
        return opened.published_on
    return context.calendar.takes_effect_on(*opened.notice)


@command
class NoteMember:
    studio_id: UUID
    membership_id: UUID
    standing: Literal["matched", "joined", "left"]
    kind: MemberKind | None = None
    person_id: UUID | None = None


def note_member(asked: NoteMember, history: History, context: Context) -> Sequence[Aggregate]:
    studio = history.load(Studio, asked.studio_id)
    studio.note_member(asked.membership_id, asked.standing, asked.kind, asked.person_id)
    return [studio]


@command
class CloseStudio:
    studio_id: UUID
    outcome: Outcome
    reason: PersonalLine | None = None


def close_studio(asked: CloseStudio, history: History, context: Context) -> Sequence[Aggregate]:
    studio = history.load(Studio, asked.studio_id)
    studio.close(asked.outcome, asked.reason)
    name = history.find(StudioName, studio.name_id)
    name.release(studio.id)
    hosting = history.find(Hosting, Hosting.id_for(context.school, studio.host_id))
    hosting.end(studio.host_id, studio.id)
    failures = history.find(Failures, Failures.id_for(context.school, studio.host_id))
    if asked.outcome in {"disqualified", "failed_final"} and studio.outcome == asked.outcome:
        failures.note(studio.host_id, studio.id, asked.outcome, context.on)
    return [studio, name, hosting, failures]
