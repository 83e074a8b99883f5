"""Who may sit on a panel, as assessment published it."""

from datetime import date
from typing import Any
from uuid import UUID

from services.applications.events import ExpertNoted
from shared.kernel.model import Aggregate, Refused
from shared.kernel.values import Slug, derived_id


class Expert(Aggregate):
    """A person appointed as expert until a day."""

    opens = ExpertNoted
    called = "专家"

    until: date | None = None
    department: Slug | None = None

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("noted-expert", school, person_id)

    def note(self, person_id: UUID, until: date, department: Slug | None = None) -> None:
        if (self.until, self.department) != (until, department):
            self.record(ExpertNoted(person_id=person_id, until=until, department=department))

    def is_appointed(self, day: date) -> bool:
        return self.until is not None and day <= self.until

    def check_appointed(self, day: date) -> None:
        if not self.is_appointed(day):
            raise Refused(
                "not-appointed", rule="A.9-19", zh="您未被聘为专家或聘期已满",
                en="you are not appointed as expert, or your term is over",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        self.until, self.department = happened.until, happened.department
