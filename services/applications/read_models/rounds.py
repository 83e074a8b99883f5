"""Rounds: until when, on which conditions, how the candidates rank, whose names are on the list."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.applications.events import (
    ApplicationEntered,
    Candidate,
    CandidatesRanked,
    CandidateStruck,
    ListPosted,
    ListPublished,
    NoticeExtended,
    ObjectionEntered,
    RoundOpened,
    TieDecided,
)
from shared.kernel.model import Happened, ReadModel
from shared.kernel.personal import PersonalText


@dataclass(frozen=True)
class DecidedTie:
    """A tied group in the order that the school decided."""

    application_ids: tuple[UUID, ...]
    reason: PersonalText


@dataclass(frozen=True)
class Strike:
    application_id: UUID
    reason: PersonalText


@dataclass(frozen=True)
class RoundRow:
    """`applied` counts applications by department; `tied` are the groups that nobody has put in order yet.

    `overrides` are settings that the round has of its own. `objections` counts those to the posted list;
    `extended_since` is the day from which the notice runs on, for `notice_workdays` more.
    """

    title: str
    deadline: date
    places: int
    min_score_points: int
    require_class_honor: bool
    waiver_reason: str | None
    review_chain: tuple[str, ...]
    tenure_semesters: int
    honor_min_level: str
    contest_min_level: str
    research_min_level: str
    recency_years: int
    applied: dict[str, int] = field(default_factory=dict)
    ranked_on: date | None = None
    ranking: tuple[Candidate, ...] = ()
    tied: tuple[tuple[UUID, ...], ...] = ()
    tie_decisions: tuple[DecidedTie, ...] = ()
    struck: tuple[Strike, ...] = ()
    posted_on: date | None = None
    published_on: date | None = None
    listed: tuple[UUID, ...] = ()
    tenure_unit: str = "semester"
    recency_mode: str = "date"
    overrides: dict[str, Any] = field(default_factory=dict)
    notice_workdays: int | None = None
    extended_since: date | None = None
    objections: int = 0


def fold(_key: str, row: RoundRow | None, happened: Happened) -> RoundRow | None:
    match happened.event:
        case RoundOpened() as opened:
            return RoundRow(
                title=opened.title, deadline=opened.deadline, places=opened.places,
                min_score_points=opened.min_score_points, require_class_honor=opened.require_class_honor,
                waiver_reason=opened.waiver_reason, review_chain=opened.review_chain,
                tenure_semesters=opened.tenure_semesters, honor_min_level=opened.honor_min_level,
                contest_min_level=opened.contest_min_level, research_min_level=opened.research_min_level,
                recency_years=opened.recency_years, tenure_unit=opened.tenure_unit, recency_mode=opened.recency_mode,
                overrides=opened.overrides,
            )  # fmt: skip
        case ApplicationEntered(department=department) if row:
            return replace(row, applied=row.applied | {department: row.applied.get(department, 0) + 1})
        case CandidatesRanked(ranking=ranking, tied=tied) if row:
            return replace(row, ranked_on=happened.on, ranking=ranking, tied=tied, tie_decisions=())
        case TieDecided(application_ids=ids, reason=reason) if row:
            return _with_tie(row, DecidedTie(ids, reason))
        case CandidateStruck(application_id=id, reason=reason) if row:
            listed = tuple(one for one in row.listed if one != id)
            return replace(row, struck=(*row.struck, Strike(id, reason)), listed=listed)
        case ListPosted(application_ids=ids, posted_on=day) if row:
            return replace(row, posted_on=day, listed=ids, notice_workdays=happened.event.notice_workdays)
        case ObjectionEntered() if row:
            return replace(row, objections=row.objections + 1)
        case NoticeExtended(since=since, workdays=workdays) if row:
            return replace(row, extended_since=since, notice_workdays=workdays)
        case ListPublished(application_ids=ids) if row:
            return replace(row, published_on=happened.on, listed=ids)
    return row


def _with_tie(row: RoundRow, tie: DecidedTie) -> RoundRow:
    """The ranking in the order decided, and the group tied no more."""
    place = {id: number for number, id in enumerate(tie.application_ids)}
    group = iter(
        sorted((c for c in row.ranking if c.application_id in place), key=lambda one: place[one.application_id])
    )
    ranking = tuple(next(group) if one.application_id in place else one for one in row.ranking)
    still = tuple(ids for ids in row.tied if set(ids) != set(place))
    return replace(row, ranking=ranking, tied=still, tie_decisions=(*row.tie_decisions, tie))


rounds = ReadModel(
    "rounds", row=RoundRow, fold=fold, edition=4,
    facts=(
        RoundOpened, ApplicationEntered, CandidatesRanked, TieDecided, CandidateStruck, ListPosted, ObjectionEntered,
        NoticeExtended, ListPublished,
    ),
)  # fmt: skip
