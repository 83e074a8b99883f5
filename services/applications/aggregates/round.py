"""A round: who may apply until when, on which conditions, and the list that comes out of it."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any, Self, cast
from uuid import UUID

from services.applications.events import (
    SHORTEST_CHAIN,
    ApplicationEntered,
    Candidate,
    CandidatesRanked,
    CandidateStruck,
    HonorLevel,
    Level,
    ListPosted,
    ListPublished,
    RoundOpened,
    TieDecided,
)
from shared.kernel.model import Aggregate, Refused
from shared.kernel.policy import PolicySettings
from shared.kernel.settings import DEFAULTS
from shared.kernel.values import Label, Points, Slug, Text, Whole


class Round(Aggregate):
    """One round of applications with its own settings."""

    opens = RoundOpened
    called = "申报轮次"

    deadline: date
    places: int
    min_score_points: Points
    require_class_honor: bool
    review_chain: tuple[Level, ...]
    tenure_semesters: int
    honor_min_level: HonorLevel
    contest_min_level: HonorLevel
    research_min_level: HonorLevel
    recency_years: int
    order: tuple[UUID, ...] = ()
    """The ranking with the decided ties in it."""

    tied: tuple[tuple[UUID, ...], ...] = ()
    """Groups that nobody has put in order yet."""

    is_ranked = False
    posted: tuple[UUID, ...] = ()
    is_published = False

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.entered: dict[UUID, str] = {}
        self.decided: list[tuple[UUID, ...]] = []
        self.struck: dict[UUID, Text] = {}

    @classmethod
    def open(
        cls, id: UUID, *, title: Label, deadline: date, places: Whole, min_score: Points,
        require_class_honor: bool, waiver_reason: Text | None,
        review_chain: tuple[Level, ...] = SHORTEST_CHAIN, settings: PolicySettings = DEFAULTS.values,
    ) -> Self:  # fmt: skip
        """The settings in force become the round's own: they decide in it, whatever is adopted later."""
        if not require_class_honor and waiver_reason is None:
            raise Refused(
                "waiver-without-reason", rule="AMB-07",
                zh="免除班集体荣誉条件须记录理由", en="waiving the class honour needs a recorded reason",
            )  # fmt: skip
        opened = cls(id)
        opened.record(
            RoundOpened(
                round_id=id, title=title, deadline=deadline, places=places, min_score_points=min_score,
                require_class_honor=require_class_honor, waiver_reason=waiver_reason,
                review_chain=review_chain, tenure_semesters=settings.tenure_semesters,
                honor_min_level=cast("HonorLevel", settings.honor_min_level),
                contest_min_level=cast("HonorLevel", settings.contest_min_level),
                research_min_level=cast("HonorLevel", settings.research_min_level),
                recency_years=settings.recency_years,
            )
        )  # fmt: skip
        return opened

    def check_open_on(self, day: date) -> None:
        if day > self.deadline:
            raise Refused(
                "round-closed", rule="A.5", on=day.isoformat(), deadline=self.deadline.isoformat(),
                zh="{on}已过申报截止日{deadline}", en="{on} is after the deadline {deadline}",
            )  # fmt: skip
        if self.is_ranked:
            raise Refused(
                "round-ranked", rule="APP-04", zh="本轮已排名，不再受理申报", en="the round is ranked and takes no more"
            )

    def enter(self, application_id: UUID, department: Slug) -> None:
        if application_id not in self.entered:
            self.record(ApplicationEntered(application_id=application_id, department=department))

    def of_department(self, department: str) -> list[UUID]:
        return [id for id, own in self.entered.items() if own == department]

    def rank(self, day: date, waiting: int, candidates: Iterable[Candidate]) -> None:
        """By score, then the number of flags met, then semesters (A.9-7)."""
        if self.is_ranked:
            return
        if day <= self.deadline:
            raise Refused(
                "round-still-open", rule="APP-04", on=day.isoformat(), deadline=self.deadline.isoformat(),
                zh="申报截止日{deadline}之后才能排名", en="candidates are ranked after the deadline, {deadline}",
            )  # fmt: skip
        if waiting:
            raise Refused(
                "panel-not-concluded", rule="APP-04", waiting=waiting,
                zh="还有{waiting}份申报未经专家组评定，不能排名",
                en="{waiting} applications are still before the panel's conclusion",
            )  # fmt: skip
        ranking = sorted(candidates, key=lambda one: (*_merit(one), str(one.application_id)))
        groups = (tuple(one.application_id for one in group) for _, group in groupby(ranking, _merit))
        tied = tuple(group for group in groups if len(group) > 1)
        self.record(CandidatesRanked(round_id=self.id, ranking=tuple(ranking), tied=tied))

    def decide_tie(self, application_ids: tuple[UUID, ...], reason: Text) -> None:
        """The whole tied group in the order that the school decided."""
        self._check_ranked()
        if application_ids in self.decided:
            return
        self._check_unposted()
        if not any(sorted(group) == sorted(application_ids) for group in self.tied):
            raise Refused(
                "not-the-tied-group", rule="A.9-7", given=len(application_ids), tied=[len(one) for one in self.tied],
                zh="须给出一组并列者的全体（所给{given}人；待定并列组人数{tied}）",
                en="exactly one tied group is put in order ({given} were given; groups still tied are of {tied})",
            )  # fmt: skip
        self.record(TieDecided(round_id=self.id, application_ids=application_ids, reason=reason))

    def strike(self, application_id: UUID, reason: Text) -> None:
        """Only a name that would be on the list, and nobody takes its place."""
        self._check_ranked()
        if application_id in self.struck:
            return
        self._check_unposted()
        self._check_last_place()
        if application_id not in self.order[: self.places]:
            raise Refused(
                "not-on-list", rule="A.9-7", places=self.places,
                zh="只能从前{places}名中划去，不能增补", en="only one of the first {places} can be struck",
            )  # fmt: skip
        self.record(CandidateStruck(round_id=self.id, application_id=application_id, reason=reason))

    def post(self, day: date, notice_workdays: int) -> bool:
        """The first of the ranking, as many as there are places, less the struck. True when posted just now."""
        if self.posted:
            return False
        self._check_ranked()
        self._check_last_place()
        listed = tuple(id for id in self.order[: self.places] if id not in self.struck)
        if not listed:
            raise Refused(
                "list-empty", rule="APP-05", ranked=len(self.order), struck=len(self.struck),
                zh="名单为空：推荐{ranked}人，划去{struck}人",
                en="nobody is left for the list: {ranked} recommended, {struck} struck",
            )  # fmt: skip
        self.record(
            ListPosted(round_id=self.id, application_ids=listed, posted_on=day, notice_workdays=notice_workdays)
        )
        return True

    def publish(self) -> bool:
        """True when the list was published just now."""
        if self.is_published or not self.posted:
            return False
        self.record(ListPublished(round_id=self.id, application_ids=self.posted))
        return True

    def _check_ranked(self) -> None:
        if not self.is_ranked:
            raise Refused(
                "not-ranked", rule="APP-04", zh="本轮尚未排名", en="the round's candidates are not ranked yet"
            )

    def _check_unposted(self) -> None:
        if self.posted:
            raise Refused(
                "list-already-posted", rule="APP-05",
                zh="本轮名单已公示", en="this round's list is posted already",
            )  # fmt: skip

    def _check_last_place(self) -> None:
        across = next(
            (one for one in self.tied if 0 < len([id for id in self.order[: self.places] if id in one]) < len(one)), ()
        )
        if across:
            raise Refused(
                "tie-open", rule="A.9-7", tied=len(across), places=self.places,
                zh="第{places}名处有{tied}人并列，须由学校决定先后",
                en="{tied} are tied across the last of {places} places, the school decides their order first",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case RoundOpened():
                self.deadline, self.places = happened.deadline, happened.places
                self.min_score_points = happened.min_score_points
                self.require_class_honor = happened.require_class_honor
                self.review_chain, self.tenure_semesters = happened.review_chain, happened.tenure_semesters
                self.honor_min_level, self.contest_min_level = happened.honor_min_level, happened.contest_min_level
                self.research_min_level, self.recency_years = happened.research_min_level, happened.recency_years
            case ApplicationEntered(application_id=id, department=department):
                self.entered[id] = department
            case CandidatesRanked(ranking=ranking, tied=tied):
                self.is_ranked, self.tied = True, tied
                self.order = tuple(one.application_id for one in ranking)
            case TieDecided(application_ids=ids):
                first = min(self.order.index(id) for id in ids)
                self.order = self.order[:first] + ids + self.order[first + len(ids) :]
                self.tied = tuple(group for group in self.tied if set(group) != set(ids))
                self.decided.append(ids)
            case CandidateStruck(application_id=id, reason=reason):
                self.struck[id] = reason
            case ListPosted(application_ids=ids):
                self.posted = ids
            case ListPublished():
                self.is_published = True


def _merit(candidate: Candidate) -> tuple[int, int, int]:
    """What ranks, the best first; equal in all three is tied."""
    return -candidate.score_hundredths, -len(candidate.flags), -candidate.semesters
