"""A round: who may apply until when, on which conditions, and the list that comes out of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Self, cast
from uuid import UUID

from services.applications.aggregates.selection import across_last_place, on_list, put_in_order, ranked
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
    NoticeExtended,
    ObjectionEntered,
    RecencyMode,
    RoundOpened,
    TenureUnit,
    TieDecided,
)
from shared.kernel.calendar import WorkCalendar
from shared.kernel.model import Aggregate, Refused
from shared.kernel.personal import PersonalText
from shared.kernel.policy import PolicySettings
from shared.kernel.settings import DEFAULTS
from shared.kernel.values import Label, Points, Slug, Text, Whole

ROUND_SCOPED = (
    "review_chain", "tenure_semesters", "tenure_unit", "require_class_honor", "honor_min_level", "contest_min_level",
    "research_min_level", "recency_years", "recency_mode", "selection_min_score_points", "panel_min_experts",
    "panel_quorum", "panel_trim_from", "publication_notice_workdays", "notice_extension_workdays", "ban_years",
)  # fmt: skip
"""The settings that a round may have of its own."""


class Round(Aggregate):
    """One round of applications with its own settings."""

    opens = RoundOpened
    called = "申报轮次"

    deadline: date
    places: int
    review_chain: tuple[Level, ...]
    own: Mapping[str, Any]
    """The settings with which it was opened, by name."""

    order: tuple[UUID, ...] = ()
    """The ranking with the decided ties in it."""

    tied: tuple[tuple[UUID, ...], ...] = ()
    """Groups that nobody has put in order yet."""

    is_ranked = False
    posted: tuple[UUID, ...] = ()
    notice: tuple[date, int] | None = None
    """From when the notice runs, or runs on, and for how many working days."""

    is_extended = False
    is_published = False
    published_on: date | None = None

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.entered: dict[UUID, str] = {}
        self.decided: list[tuple[UUID, ...]] = []
        self.struck: dict[UUID, PersonalText] = {}
        self.objections: list[UUID] = []

    @classmethod
    def open(
        cls, id: UUID, *, title: Label, deadline: date, places: Whole, min_score: Points,
        require_class_honor: bool, waiver_reason: Text | None,
        review_chain: tuple[Level, ...] = SHORTEST_CHAIN, settings: PolicySettings = DEFAULTS.values,
        overrides: Mapping[str, Any] | None = None,
    ) -> Self:  # fmt: skip
        """The settings in force become the round's own: they decide in it, whatever is adopted later.

        Those that are not stored beside `overrides` are the school's of the day on which they are needed.
        """
        if settings.require_class_honor and not require_class_honor and waiver_reason is None:
            raise Refused(
                "waiver-without-reason", rule="AMB-07",
                zh="免除班集体荣誉条件须记录理由", en="waiving the class honour needs a recorded reason",
            )  # fmt: skip
        opened, settings = cls(id), settings.overlaid(overrides or {})
        opened.record(
            RoundOpened(
                round_id=id, title=title, deadline=deadline, places=places, min_score_points=min_score,
                require_class_honor=require_class_honor, waiver_reason=waiver_reason,
                review_chain=review_chain, tenure_semesters=settings.tenure_semesters,
                honor_min_level=cast("HonorLevel", settings.honor_min_level),
                contest_min_level=cast("HonorLevel", settings.contest_min_level),
                research_min_level=cast("HonorLevel", settings.research_min_level),
                recency_years=settings.recency_years, tenure_unit=cast("TenureUnit", settings.tenure_unit),
                recency_mode=cast("RecencyMode", settings.recency_mode), overrides=dict(overrides or {}),
            )
        )  # fmt: skip
        return opened

    def settings(self, in_force: PolicySettings, supposed: Collection[str] = ()) -> PolicySettings:
        """What decides in this round: its own settings over those in force, but for what is supposed otherwise."""
        return replace(in_force, **{name: value for name, value in self.own.items() if name not in supposed})

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
        self.rank_again(candidates)

    def rank_again(self, candidates: Iterable[Candidate]) -> None:
        """Also when a score changed after the ranking; what the school decided of ties is open again then."""
        ranking, tied = ranked(candidates)
        self.record(CandidatesRanked(round_id=self.id, ranking=ranking, tied=tied))

    def decide_tie(
        self, application_ids: tuple[UUID, ...], reason: PersonalText, applicant_ids: tuple[UUID, ...] = ()
    ) -> None:
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
        self.record(
            TieDecided(
                round_id=self.id, application_ids=application_ids, reason=reason, applicant_ids=applicant_ids
            )
        )  # fmt: skip

    def strike(self, application_id: UUID, reason: PersonalText, applicant_id: UUID | None) -> None:
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
        self._strike(application_id, reason, applicant_id)

    def post(self, day: date, notice_workdays: int, barred: Collection[UUID] = ()) -> bool:
        """The first of the ranking, as many as there are places, less the struck and those whom conduct bars.

        True when posted just now.
        """
        if self.posted:
            return False
        self._check_ranked()
        self._check_last_place()
        listed = on_list(self.order, self.places, {*self.struck, *barred})
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

    @property
    def is_noticed(self) -> bool:
        """The list is up for objections."""
        return bool(self.posted) and not self.is_published

    @property
    def standing(self) -> tuple[UUID, ...]:
        """The posted names that nobody struck since."""
        return tuple(id for id in self.posted if id not in self.struck)

    def notice_end(self, calendar: WorkCalendar) -> date | None:
        """The last day of the notice; None while the calendar does not reach that far (A.9-5)."""
        assert self.notice is not None
        return calendar.period_end(*self.notice)

    def take_objection(self, objection_id: UUID, application_id: UUID, day: date, calendar: WorkCalendar) -> None:
        """Against a name on the list, through the notice's last day (SIL-01)."""
        if not self.is_noticed:
            raise Refused(
                "no-notice", rule="SIL-01", zh="名单不在公示期", en="no list is up for objections in this round"
            )
        until = self.notice_end(calendar)
        if until and day > until:
            raise Refused(
                "notice-over", rule="SIL-01", on=day.isoformat(), until=until.isoformat(),
                zh="公示已于{until}结束，{on}不能再提出异议", en="the notice ended on {until}: no objection on {on}",
            )  # fmt: skip
        if application_id not in self.standing:
            raise Refused(
                "not-listed", rule="SIL-01", listed=len(self.standing),
                zh="公示名单的{listed}人中没有该申报", en="the application is none of the {listed} on the posted list",
            )  # fmt: skip
        self.record(ObjectionEntered(objection_id=objection_id))

    def extend_notice(self, since: date, workdays: int) -> None:
        """Once, by the working days of the settings; 0 is never."""
        if workdays and not self.is_extended:
            self.record(NoticeExtended(round_id=self.id, since=since, workdays=workdays))

    def strike_posted(self, application_id: UUID, reason: PersonalText, applicant_id: UUID) -> None:
        """A name leaves the posted list: an objection was upheld, or conduct bars the person."""
        if application_id not in self.struck:
            self._strike(application_id, reason, applicant_id)

    def _strike(self, application_id: UUID, reason: PersonalText, applicant_id: UUID | None) -> None:
        struck = CandidateStruck(
            round_id=self.id, application_id=application_id, reason=reason, applicant_id=applicant_id
        )
        self.record(struck)

    def publish(self, day: date) -> bool:
        """True when the list was published just now: whoever was not struck."""
        if not self.is_noticed:
            return False
        self.record(ListPublished(round_id=self.id, application_ids=self.standing, published_on=day))
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
        across = across_last_place(self.order, self.tied, self.places)
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
                self.review_chain, self.own = happened.review_chain, own_settings(happened)
            case ApplicationEntered(application_id=id, department=department):
                self.entered[id] = department
            case CandidatesRanked(ranking=ranking, tied=tied):
                self.is_ranked, self.tied, self.decided = True, tied, []
                self.order = tuple(one.application_id for one in ranking)
            case TieDecided(application_ids=ids):
                self.order, self.tied = put_in_order(self.order, self.tied, ids)
                self.decided.append(ids)
            case CandidateStruck(application_id=id, reason=reason):
                self.struck[id] = reason
            case ListPosted(application_ids=ids):
                self.posted, self.notice = ids, (happened.posted_on, happened.notice_workdays)
            case ObjectionEntered(objection_id=id):
                self.objections.append(id)
            case NoticeExtended():
                self.is_extended, self.notice = True, (happened.since, happened.workdays)
            case ListPublished():
                self.is_published, self.published_on = True, happened.published_on


def own_settings(opened: RoundOpened) -> dict[str, Any]:
    """The settings that a round recorded when it was opened, by their names."""
    recorded = {
        "review_chain": opened.review_chain, "tenure_semesters": opened.tenure_semesters,
        "tenure_unit": opened.tenure_unit, "require_class_honor": opened.require_class_honor,
        "honor_min_level": opened.honor_min_level, "contest_min_level": opened.contest_min_level,
        "research_min_level": opened.research_min_level, "recency_years": opened.recency_years,
        "recency_mode": opened.recency_mode, "selection_min_score_points": opened.min_score_points,
    }  # fmt: skip
    if not opened.overrides:
        return recorded
    known = PolicySettings.read(opened.overrides)
    return {name: getattr(known, name) for name in opened.overrides if name in ROUND_SCOPED} | recorded
