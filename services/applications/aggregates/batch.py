"""What a department hands in together: its one batch of a round."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from services.applications.aggregates.application import Application
from services.applications.events import BatchJoined, BatchSubmitted
from shared.kernel.model import Aggregate, Refused
from shared.kernel.values import Slug, derived_id


class Batch(Aggregate):
    """A department's batch (统一上报, annex 4)."""

    opens = BatchSubmitted
    called = "统一上报"

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.holds: set[UUID] = set()

    @staticmethod
    def id_for(round_id: UUID, department: str) -> UUID:
        return derived_id("batch", round_id, department)

    def submit(self, round_id: UUID, department: str, applications: Iterable[Application]) -> None:
        """All that the department approved, once each of its applications is reviewed."""
        if self.exists:
            return
        entered = list(applications)
        waiting = sum(application.due == "department" for application in entered)
        if waiting:
            raise Refused(
                "department-review-open", rule="APP-03", waiting=waiting,
                zh="本系部还有{waiting}份申报未审核，不能统一上报",
                en="{waiting} applications of the department wait for its review",
            )  # fmt: skip
        entries = tuple(application.as_entry() for application in entered if "department" in application.passed)
        if not entries:
            raise Refused(
                "batch-empty", rule="APP-03", zh="本系部没有审核通过的申报", en="the department approved no application"
            )
        self.record(BatchSubmitted(round_id=round_id, department=Slug(department), entries=entries))

    def join(self, application: Application, day: date, deadline: date) -> None:
        """What is approved after the batch went up joins it, until the deadline (A.9-14)."""
        if day > deadline:
            raise Refused(
                "batch-closed", rule="APP-03", on=day.isoformat(), deadline=deadline.isoformat(),
                zh="系部已统一上报，{on}已过截止日{deadline}，不能再补报",
                en="the department's batch is in, and {on} is after the deadline {deadline}: nothing joins it",
            )  # fmt: skip
        self.record(BatchJoined(entry=application.as_entry()))

    def check_holds(self, application_id: UUID) -> None:
        if application_id not in self.holds:
            raise Refused(
                "not-in-batch", rule="APP-03",
                zh="系部尚未统一上报该申报", en="the department has not handed this application in with its batch",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case BatchSubmitted(entries=entries):
                self.holds.update(entry.application_id for entry in entries)
            case BatchJoined(entry=entry):
                self.holds.add(entry.application_id)
