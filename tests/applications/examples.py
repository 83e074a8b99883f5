"""People, days and streams that the tests of applications speak of."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.applications.aggregates.application import Application, Candidacy
from services.applications.aggregates.batch import Batch
from services.applications.aggregates.candidate import Duty, Recommendation
from services.applications.aggregates.expert import Expert
from services.applications.aggregates.round import Round
from services.applications.aggregates.studio import Studio, StudioName
from services.applications.events import (
    ApplicationEntered,
    ApplicationPublished,
    Applied,
    BatchEntry,
    BatchSubmitted,
    CandidacyReserved,
    Candidate,
    CandidatesRanked,
    Condition,
    Contest,
    DutyChanged,
    ExpertNoted,
    Honor,
    ListPosted,
    ListPublished,
    NameReserved,
    PanelScored,
    PlanDrafted,
    PlanReceived,
    Preference,
    RecommendationNoted,
    Research,
    Reviewed,
    RoundOpened,
)
from shared.kernel.model import Aggregate, Happened, ReadModel
from shared.kernel.published import PlanFiled, StudioEstablished
from tests.scenario import SCHOOL, stream

CHEN_JING, WANG_LEI, ZHAO_MIN = UUID(int=0xA1), UUID(int=0xA2), UUID(int=0xA3)
LIU_OF_PERSONNEL, SUN_OF_STUDENT_AFFAIRS, PRINCIPAL = UUID(int=0xB1), UUID(int=0xB2), UUID(int=0xB3)
EXPERTS = tuple(UUID(int=0xC00 + n) for n in range(37))

ROUND, NEXT_ROUND = UUID(int=1), UUID(int=2)
CHENS, WANGS, ZHAOS = UUID(int=0x11), UUID(int=0x12), UUID(int=0x13)
CHENS_STUDIO, WANGS_STUDIO = Studio.id_for(CHENS), Studio.id_for(WANGS)
HU_JUN, LI_NA = UUID(int=0xD1), UUID(int=0xD2)
"""Memberships of two trainees."""

DEADLINE = date(2023, 3, 31)
PLAN, ANOTHER_PLAN = "a" * 64, "b" * 64
TWELVE_A_YEAR = (12, 12, 12)
DIGESTS = ("1" * 64, "2" * 64, "3" * 64)
"""The keyed hashes of the host's name alone, with the department, with department and round."""
NAME_IDS = tuple(StudioName.id_for(SCHOOL, digest) for digest in DIGESTS)

OPENED = RoundOpened(
    round_id=ROUND,
    title="2023年名班主任工作室",
    deadline=DEADLINE,
    places=2,
    min_score_points=60,
    require_class_honor=True,
    waiver_reason=None,
)
WINDOW = {"since": date(2018, 3, 31), "until": DEADLINE}
NO_PREFERENCE = (
    Preference(flag="P1", state="unmet", because="none-given", **WINDOW),
    Preference(flag="P2", state="unmet", because="none-given"),
    Preference(flag="P3", state="unmet", because="none-given", **WINDOW),
    Preference(flag="P4", state="unmet", because="not-recommended"),
)


def conditions(
    semesters: int = 16, title: str = "senior", honor: str = "county", required: str = "county", tenure: int = 12
) -> tuple[Condition, ...]:
    """Annex 1's four conditions, met with these."""
    return (
        Condition(rule="APP-07", required="on_duty", given="on_duty", met=True),
        Condition(rule="APP-08", required=str(tenure), given=str(semesters), met=True),
        Condition(rule="APP-09", required="intermediate", given=title, met=True),
        Condition(rule="APP-10", required=required, given=honor, met=True),
    )


CHEN_APPLIED = Applied(
    application_id=CHENS,
    round_id=ROUND,
    applicant_id=CHEN_JING,
    department="mechanics",
    on_duty=True,
    semesters=16,
    title="senior",
    class_honor="county",
    evidence=None,
    eligibility=conditions(),
    preferences=NO_PREFERENCE,
)
ENTERED = ApplicationEntered(application_id=CHENS, department="mechanics")
BY_DEPARTMENT = Reviewed(
    application_id=CHENS, level="department", verdict="approved", score_hundredths=None, attests=True
)
BY_OFFICE = Reviewed(application_id=CHENS, level="office", verdict="approved", score_hundredths=None)
BY_PANEL = Reviewed(application_id=CHENS, level="panel", verdict="approved", score_hundredths=8000)
BY_SCHOOL = Reviewed(application_id=CHENS, level="school", verdict="approved", score_hundredths=None)
RECOMMENDED = (BY_DEPARTMENT, BY_OFFICE, BY_PANEL)
LISTED = (*RECOMMENDED, BY_SCHOOL)
PUBLISHED = ApplicationPublished(round_id=ROUND)

ESTABLISHED = StudioEstablished(
    studio_id=CHENS_STUDIO,
    round_id=ROUND,
    application_id=CHENS,
    host_id=CHEN_JING,
    department="mechanics",
    name_form="host",
    name_id=NAME_IDS[0],
)
DRAFTED = PlanDrafted(document=PLAN, sessions_a_year=TWELVE_A_YEAR)
AT_PERSONNEL = PlanReceived(office="personnel", receiver_id=LIU_OF_PERSONNEL)
AT_STUDENT_AFFAIRS = PlanReceived(office="student_affairs", receiver_id=SUN_OF_STUDENT_AFFAIRS)
FILED = PlanFiled(studio_id=CHENS_STUDIO, sessions_a_year=TWELVE_A_YEAR)
ON_FILE = (DRAFTED, AT_PERSONNEL, AT_STUDENT_AFFAIRS, FILED)


def round_(*events: Any, opened: RoundOpened = OPENED) -> Aggregate:
    """The round of 2023, and what happened in it."""
    return stream(Round, opened.round_id, opened, *events)


def posted(*application_ids: UUID, workdays: int = 5) -> ListPosted:
    return ListPosted(
        round_id=ROUND, application_ids=application_ids, posted_on=date(2023, 4, 10), notice_workdays=workdays
    )


def published(*application_ids: UUID, on: date = date(2023, 4, 18)) -> ListPublished:
    return ListPublished(round_id=ROUND, application_ids=application_ids, published_on=on)


def application(*events: Any, applied: Applied = CHEN_APPLIED) -> Aggregate:
    """Chen Jing's application, and what happened to it."""
    return stream(Application, applied.application_id, applied, *events)


def recommended(
    application_id: UUID, applicant_id: UUID, *events: Any, score: int = 9000, flags: int = 0, semesters: int = 20
) -> Aggregate:
    """Somebody's application with all levels up to the panel behind it; as many of P1 to P3 as `flags` are met."""
    proof = {
        "contests": (Contest(title="班主任能力比赛", level="nation", won_on=DEADLINE),),
        "honors": (Honor(title="优秀教师", level="nation"),),
        "research": (Research(title="德育课题", form="project", level="nation", part="led", on=DEADLINE),),
    }
    applied = Applied(
        application_id=application_id, round_id=ROUND, applicant_id=applicant_id, department="nursing",
        on_duty=True, semesters=semesters, title="senior", class_honor="nation", evidence=None,
        **dict(list(proof.items())[:flags]),
    )  # fmt: skip
    levels = [
        Reviewed(application_id=application_id, level=level, verdict="approved", score_hundredths=points)
        for level, points in (("department", None), ("office", None), ("panel", score))
    ]
    return stream(Application, application_id, applied, *levels, *events)


def entered(*application_ids: UUID) -> list[ApplicationEntered]:
    return [ApplicationEntered(application_id=id, department="nursing") for id in application_ids]


def ranked(*application_ids: UUID, tied: tuple[tuple[UUID, ...], ...] = ()) -> CandidatesRanked:
    ranking = tuple(
        Candidate(application_id=id, score_hundredths=9000, flags=(), semesters=20) for id in application_ids
    )
    return CandidatesRanked(round_id=ROUND, ranking=ranking, tied=tied)


CHENS_ENTRY = BatchEntry(
    application_id=CHENS, applicant_id=CHEN_JING, semesters=16, title="senior", class_honor="county", flags=()
)


def batch(*entries: BatchEntry, department: str = "mechanics") -> Aggregate:
    """A department's batch, with Chen Jing's application unless others are named."""
    submitted = BatchSubmitted(round_id=ROUND, department=department, entries=entries or (CHENS_ENTRY,))
    return stream(Batch, Batch.id_for(ROUND, department), submitted)


def off_duty(person_id: UUID, since: date) -> Aggregate:
    changed = DutyChanged(person_id=person_id, on_duty=False, since=since)
    return stream(Duty, Duty.id_for(SCHOOL, person_id), changed)


def next_host(person_id: UUID) -> Aggregate:
    """Somebody whom assessment recommended as a next host."""
    noted = RecommendationNoted(person_id=person_id, studio_id=WANGS_STUDIO, rank=1)
    return stream(Recommendation, Recommendation.id_for(SCHOOL, person_id), noted)


def candidacy(person_id: UUID, application_id: UUID) -> Aggregate:
    reserved = CandidacyReserved(round_id=ROUND, application_id=application_id)
    return stream(Candidacy, Candidacy.id_for(ROUND, person_id), reserved)


def appointed(person_id: UUID, until: date = date(2026, 12, 31)) -> Aggregate:
    """A person whom assessment appointed as expert."""
    return stream(Expert, Expert.id_for(SCHOOL, person_id), ExpertNoted(person_id=person_id, until=until))


def sheet(expert_id: UUID, *points: int) -> PanelScored:
    return PanelScored(expert_id=expert_id, points=points)


def studio(*events: Any) -> Aggregate:
    """Chen Jing's studio, and what happened to it."""
    return stream(Studio, CHENS_STUDIO, ESTABLISHED, *events)


def borne(name_id: UUID, studio_id: UUID, *events: Any) -> Aggregate:
    """A name that a running studio bears."""
    return stream(StudioName, name_id, NameReserved(studio_id=studio_id), *events)


def happened(event: Any, stream_id: UUID = ROUND, *, on: str = "2023-04-18", version: int = 1) -> Happened:
    """An event as the log tells of it."""
    return Happened(
        position=7, stream=stream_id, version=version, name=event.__event_name__, event=event, person=None,
        role="system", school=SCHOOL, on=date.fromisoformat(on), at=datetime(2023, 4, 18, 1, tzinfo=UTC),
        correlation="test", causation="test", rules=0,
    )  # fmt: skip


def folded(model: ReadModel[Any], *told: Happened) -> Mapping[str, Any]:
    """The rows after these events, as the projection makes them: a model is shown its facts alone."""
    rows: dict[str, Any] = {}
    for one in told:
        for key in model.keys(one) if type(one.event) in model.facts else ():
            rows[key] = model.fold(key, rows.get(key), one)
    return rows
