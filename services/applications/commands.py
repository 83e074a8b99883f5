"""What applications can be asked to do."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from services.applications.aggregates.application import Application, Candidacy
from services.applications.aggregates.expert import Expert
from services.applications.aggregates.person import DirectoryEntry
from services.applications.aggregates.round import Round
from services.applications.aggregates.settings import PolicyBook
from services.applications.aggregates.studio import NameForm, Studio, StudioName
from services.applications.events import Applied, HonorLevel, TeacherTitle
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.people import Role
from shared.kernel.published import Outcome
from shared.kernel.settings import check_change
from shared.kernel.values import Day, Digest, Flag, Label, Points, Slug, Text, Whole

NAME_FORMS: tuple[NameForm, ...] = ("host", "department", "round")


@command
class AdoptSettings:
    effective_from: Day
    values: dict[str, Any]


def adopt_settings(asked: AdoptSettings, history: History, context: Context) -> Sequence[Aggregate]:
    check_change(asked.values)
    book = history.find(PolicyBook, PolicyBook.id_for(context.school))
    book.adopt(asked.effective_from, asked.values)
    return [book]


@command
class OpenRound:
    round_id: UUID
    title: Label
    deadline: Day
    places: Whole
    min_score_points: Points | None = None
    require_class_honor: Flag = True
    waiver_reason: Text | None = None


def open_round(asked: OpenRound, history: History, context: Context) -> Sequence[Aggregate]:
    known = history.find(Round, asked.round_id)
    if known.exists:
        return [known]
    least = asked.min_score_points
    if asked.deadline < context.on:
        raise Refused(
            "deadline-past", rule="A.5", deadline=asked.deadline.isoformat(), on=context.on.isoformat(),
            zh="截止日{deadline}早于{on}", en="the deadline {deadline} is before {on}",
        )  # fmt: skip
    opened = Round.open(
        asked.round_id, title=asked.title, deadline=asked.deadline, places=asked.places,
        min_score=Points(context.settings.selection_min_score_points if least is None else least),
        require_class_honor=asked.require_class_honor, waiver_reason=asked.waiver_reason,
    )  # fmt: skip
    return [opened]


@command
class Apply:
    application_id: UUID
    round_id: UUID
    department: Slug
    on_duty: Flag
    semesters: Whole
    title: TeacherTitle
    class_honor: HonorLevel | None = None
    evidence: Digest | None = None


def apply(asked: Apply, history: History, context: Context) -> Sequence[Aggregate]:
    applicant = context.person
    opened = history.load(Round, asked.round_id)
    candidacy = history.find(Candidacy, Candidacy.id_for(asked.round_id, applicant))
    known = history.find(Application, asked.application_id)
    if known.exists and candidacy.application_id == asked.application_id:
        return [known]
    if known.exists:
        raise Refused("id-taken", rule=None, zh="这个申报编号已被使用", en="this application id is taken already")
    opened.check_open_on(context.on)
    candidacy.reserve(asked.round_id, asked.application_id)
    applied = Applied(
        application_id=asked.application_id, round_id=asked.round_id, applicant_id=applicant,
        department=asked.department, on_duty=asked.on_duty, semesters=asked.semesters, title=asked.title,
        class_honor=asked.class_honor, evidence=asked.evidence,
    )  # fmt: skip
    return [Application.submit(applied, opened, context.settings), candidacy]


@command
class ReviewApplication:
    application_id: UUID
    level: Literal["department", "office"]
    verdict: Literal["approved", "returned", "rejected"]


def review_application(asked: ReviewApplication, history: History, context: Context) -> Sequence[Aggregate]:
    application = history.load(Application, asked.application_id)
    application.review(asked.level, asked.verdict, context.actor.person, context.settings.review_chain)
    return [application]


@command
class ScoreApplication:
    application_id: UUID
    points: tuple[Points, ...]


def score_application(asked: ScoreApplication, history: History, context: Context) -> Sequence[Aggregate]:
    expert = context.person
    application = history.load(Application, asked.application_id)
    history.find(Expert, Expert.id_for(context.school, expert)).check_appointed(context.on)
    application.score(expert, asked.points, context.settings.review_chain)
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
    application.conclude_panel(history.load(Round, application.round_id), context.actor.person, context.settings)
    return [application]


@command
class PostList:
    round_id: UUID
    application_ids: tuple[UUID, ...]


def post_list(asked: PostList, history: History, context: Context) -> Sequence[Aggregate]:
    opened = history.load(Round, asked.round_id)
    chain = context.settings.review_chain
    for application in history.load_all(Application, asked.application_ids):
        if application.round_id != asked.round_id or not application.is_recommended(chain):
            raise Refused(
                "not-recommended", rule="APP-04", application_id=str(application.id),
                zh="{application_id}未经专家评审推荐，不能列入名单",
                en="{application_id} was not recommended by the panel and cannot be listed",
            )  # fmt: skip
    if not asked.application_ids or len(set(asked.application_ids)) != len(asked.application_ids):
        raise Refused(
            "list-empty-or-doubled", rule="APP-05",
            zh="名单不能为空，也不能重复", en="a list names at least one application, each once",
        )  # fmt: skip
    opened.post(asked.application_ids, context.on, context.settings.publication_notice_workdays)
    return [opened]


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
    for form, digest in zip(NAME_FORMS, asked.name_digests, strict=True):
        name = history.find(StudioName, StudioName.id_for(context.school, digest))
        if name.studio_id is None:
            studio = Studio.establish(application, form, name.id)
            name.reserve(studio.id)
            return [studio, name]
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
    studio.receive_plan("personnel" if context.actor.role == Role.PERSONNEL else "student_affairs", receiver)
    return [studio]


@command
class HangPlaque:
    studio_id: UUID


def hang_plaque(asked: HangPlaque, history: History, context: Context) -> Sequence[Aggregate]:
    studio = history.load(Studio, asked.studio_id)
    studio.hang_plaque(context.on, context.settings)
    return [studio]


@command
class NoteMember:
    studio_id: UUID
    membership_id: UUID
    standing: Literal["matched", "joined", "left"]


def note_member(asked: NoteMember, history: History, context: Context) -> Sequence[Aggregate]:
    studio = history.load(Studio, asked.studio_id)
    studio.note_member(asked.membership_id, asked.standing)
    return [studio]


@command
class CloseStudio:
    studio_id: UUID
    outcome: Outcome


def close_studio(asked: CloseStudio, history: History, context: Context) -> Sequence[Aggregate]:
    studio = history.load(Studio, asked.studio_id)
    studio.close(asked.outcome)
    name = history.find(StudioName, studio.name_id)
    name.release(studio.id)
    return [studio, name]


@command
class ErasePerson:
    person_id: UUID


def erase_person(asked: ErasePerson, history: History, context: Context) -> Sequence[Aggregate]:
    entry = history.find(DirectoryEntry, DirectoryEntry.id_for(context.school, asked.person_id))
    entry.erase(asked.person_id)
    return [entry]
