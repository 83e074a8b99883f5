"""The assessment rules of a school (考核细则), and who is appointed to judge by them."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from services.assessment.events import RubricAdopted, RubricSection
from shared.kernel.model import Aggregate, Refused
from shared.kernel.published import ExpertAppointed
from shared.kernel.values import derived_id


class Rubric(Aggregate):
    """All versions of a school's rubric; the newest is used."""

    opens = RubricAdopted

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.versions: list[tuple[RubricSection, ...]] = []

    @staticmethod
    def id_for(school: str) -> UUID:
        return derived_id("rubric", school)

    def adopt(self, sections: tuple[RubricSection, ...]) -> None:
        total = sum(section.weight for section in sections)
        if total != 100 or not all(section.items for section in sections):  # noqa: PLR2004 - per cent
            raise Refused(
                "weights-not-100", rule="ASM-10", total=total,
                zh="一级指标权重之和须为100且各有评分项，现为{total}",
                en="the sections' weights sum to 100 and each has items, the sum is {total}",
            )  # fmt: skip
        if not self.versions or self.versions[-1] != sections:
            self.record(RubricAdopted(number=len(self.versions) + 1, sections=sections))

    @property
    def item_count(self) -> int:
        return sum(len(section.items) for section in self.versions[-1])

    def total(self, number: int, points: Sequence[int]) -> Fraction:
        """One expert's total of 100, exact: a section is the mean of its items (A.9-16)."""
        rest, total = list(points), Fraction(0)
        for section in self.versions[number - 1]:
            mine, rest = rest[: len(section.items)], rest[len(section.items) :]
            total += Fraction(section.weight * sum(mine), 100 * len(mine))
        return total

    def apply(self, happened: Any) -> None:
        self.versions.append(happened.sections)


class Appointment(Aggregate):
    """A person's appointment as expert; a later one replaces the term."""

    opens = ExpertAppointed

    until: date | None = None

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("expert", school, person_id)

    def appoint(self, person_id: UUID, until: date) -> None:
        if self.until != until:
            self.record(ExpertAppointed(person_id=person_id, until=until))

    def covers(self, day: date) -> bool:
        return self.until is not None and day <= self.until

    def apply(self, happened: Any) -> None:
        self.until = happened.until
