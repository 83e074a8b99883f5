"""Which departments bring applications into a round, and which bring none: who encourages (APP-21)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from services.applications.read_models.applications import ApplicationRow


@dataclass(frozen=True)
class Participation:
    """A department in a round: `approved` and `rejected` are its own level's decisions that stand."""

    department: str
    applied: int
    approved: int
    rejected: int
    published: int


def participation(rows: Collection[ApplicationRow], departments: Iterable[str]) -> list[Participation]:
    """Every department that applied or that the directory knows; the most active first."""
    known = sorted({*departments, *(row.department for row in rows)})
    found = [_of(department, [row for row in rows if row.department == department]) for department in known]
    return sorted(found, key=lambda one: -one.applied)


def _of(department: str, rows: Collection[ApplicationRow]) -> Participation:
    last = [row.decisions and [one for one in row.decisions if one.level == "department"][-1:] for row in rows]
    verdicts = [said[0].verdict for said in last if said]
    return Participation(
        department=department, applied=len(rows), approved=verdicts.count("approved"),
        rejected=verdicts.count("rejected"), published=sum(row.state == "published" for row in rows),
    )  # fmt: skip
