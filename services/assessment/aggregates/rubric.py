"""The assessment rules of a school (考核细则), and who is appointed to judge by them."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from services.assessment.aggregates import scoring
from services.assessment.events import RubricAdopted, RubricItem, RubricSection, leaves
from shared.kernel.model import Aggregate, Refused
from shared.kernel.published import ExpertAppointed
from shared.kernel.values import Slug, derived_id


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
        if fault := next(scoring.faults(sections), None):
            item, problem = fault
            zh, en = scoring.WRONG[problem]
            raise Refused(
                "rubric-invalid", rule="ASM-10", item=item, problem=problem,
                zh="细则第{item}项" + zh, en="item {item} of the rubric " + en,
            )  # fmt: skip
        if not self.versions or self.versions[-1] != sections:
            self.record(RubricAdopted(number=len(self.versions) + 1, sections=sections))

    @property
    def number(self) -> int:
        return len(self.versions)

    @property
    def items(self) -> list[RubricItem]:
        return [item for section in self.versions[-1] for item in section.items]

    def check_entries(self, entries: Sequence[int]) -> None:
        """One for each item, in its order, as its kind takes them (A.9-16)."""
        if len(entries) != len(self.items):
            raise Refused(
                "items-differ", rule="A.9-16", given=len(entries), items=len(self.items),
                zh="细则有{items}个评分项，给出了{given}个", en="the rubric has {items} items, {given} were scored",
            )  # fmt: skip
        for place, (item, entry) in enumerate(zip(self.items, entries, strict=True), start=1):
            if not scoring.takes(item, entry):
                raise Refused(
                    "entry-invalid", rule="A.9-16", item=place, given=entry,
                    zh="第{item}个评分项不能为{given}", en="item {item} of the sheet cannot be {given}",
                )  # fmt: skip

    def check_leaves(self, codes: Sequence[str]) -> None:
        """The statements that evidence speaks to are statements of the rubric in force (SIL-15)."""
        if not codes:
            raise Refused(
                "no-leaf", rule="SIL-15", zh="请至少写明一项三级指标", en="name at least one statement of the rubric"
            )  # fmt: skip
        known = set(leaves(self.versions[-1])) if self.versions else set[str]()
        if strange := sorted(set(codes) - known):
            raise Refused(
                "leaf-unknown", rule="SIL-15", leaves=", ".join(strange)[:200],
                zh="细则中没有这些三级指标：{leaves}", en="the rubric has no statements {leaves}",
            )  # fmt: skip

    def total(self, number: int, entries: Sequence[int]) -> Fraction:
        """One expert's total of 100 by a version, exact (A.9-16)."""
        return scoring.total(self.versions[number - 1], entries)

    def apply(self, happened: Any) -> None:
        self.versions.append(happened.sections)


class Appointment(Aggregate):
    """A person's appointment as expert; a later one replaces the term."""

    opens = ExpertAppointed

    until: date | None = None
    department: Slug | None = None

    @staticmethod
    def id_for(school: str, person_id: UUID) -> UUID:
        return derived_id("expert", school, person_id)

    def appoint(self, person_id: UUID, until: date, department: Slug | None) -> None:
        if (self.until, self.department) != (until, department):
            self.record(ExpertAppointed(person_id=person_id, until=until, department=department))

    def covers(self, day: date) -> bool:
        return self.until is not None and day <= self.until

    def apply(self, happened: Any) -> None:
        self.until, self.department = happened.until, happened.department
