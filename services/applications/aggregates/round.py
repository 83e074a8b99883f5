"""A round: who may apply until when, and the list that comes out of it."""

from datetime import date
from typing import Any, Self
from uuid import UUID

from services.applications.events import ListPosted, ListPublished, RoundOpened
from shared.kernel.model import Aggregate, Refused
from shared.kernel.values import Label, Points, Text, Whole


class Round(Aggregate):
    """One round of applications with its own settings."""

    opens = RoundOpened
    called = "申报轮次"

    deadline: date
    places: int
    min_score_points: int
    require_class_honor: bool
    posted: tuple[UUID, ...] = ()
    is_published = False

    @classmethod
    def open(
        cls, id: UUID, *, title: Label, deadline: date, places: Whole, min_score: Points,
        require_class_honor: bool, waiver_reason: Text | None,
    ) -> Self:  # fmt: skip
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
            )
        )  # fmt: skip
        return opened

    def check_open_on(self, day: date) -> None:
        if day > self.deadline:
            raise Refused(
                "round-closed", rule="A.5", on=day.isoformat(), deadline=self.deadline.isoformat(),
                zh="{on}已过申报截止日{deadline}", en="{on} is after the deadline {deadline}",
            )  # fmt: skip

    def post(self, application_ids: tuple[UUID, ...], day: date, notice_workdays: int) -> None:
        if self.posted:
            raise Refused(
                "list-already-posted", rule="APP-05",
                zh="本轮名单已公示", en="this round's list is posted already",
            )  # fmt: skip
        if day <= self.deadline:
            raise Refused(
                "round-still-open", rule="APP-05", on=day.isoformat(), deadline=self.deadline.isoformat(),
                zh="申报截止日{deadline}之后才能公示名单", en="the list is posted after the deadline, {deadline}",
            )  # fmt: skip
        if len(application_ids) > self.places:
            raise Refused(
                "more-than-places", rule="APP-04", chosen=len(application_ids), places=self.places,
                zh="名单有{chosen}人，名额为{places}", en="the list has {chosen} hosts for {places} places",
            )  # fmt: skip
        self.record(
            ListPosted(
                round_id=self.id, application_ids=application_ids, posted_on=day, notice_workdays=notice_workdays
            )
        )

    def publish(self) -> bool:
        """True when the list was published just now."""
        if self.is_published or not self.posted:
            return False
        self.record(ListPublished(round_id=self.id, application_ids=self.posted))
        return True

    def apply(self, happened: Any) -> None:
        match happened:
            case RoundOpened():
                self.deadline, self.places = happened.deadline, happened.places
                self.min_score_points = happened.min_score_points
                self.require_class_honor = happened.require_class_honor
            case ListPosted(application_ids=ids):
                self.posted = ids
            case ListPublished():
                self.is_published = True
