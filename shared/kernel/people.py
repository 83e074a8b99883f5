"""People act in roles; a role may be bound to a department or an office."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from shared.kernel.model import History


class Role(StrEnum):
    TEACHER = "teacher"
    HOST = "host"
    TRAINEE = "trainee"
    DEPARTMENT = "department"
    PERSONNEL = "personnel"
    STUDENT_AFFAIRS = "student_affairs"
    EXPERT = "expert"
    SCHOOL = "school"
    PAYER = "payer"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    FOLLOWER = "follower"
    SYSTEM = "system"


OFFICES = (Role.PERSONNEL, Role.STUDENT_AFFAIRS)
"""人事处 and 学工处: the two filing offices, together the management office."""


OVERSEEING = (*OFFICES, Role.SCHOOL, Role.AUDITOR)
"""Who sees all of a school: its offices, the school itself, its auditor."""


Office = Literal["personnel", "student_affairs"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person in one role. `bound_to` is the department of a department's reviewer.

    `instead_of` is whose duty this person does for the time being. The system itself has no person: it acts by
    timer, or because another service's event says so.
    """

    person: UUID | None
    role: Role
    bound_to: str | None = None
    instead_of: UUID | None = None


def office_of(actor: Actor) -> Office:
    """The office that a person of one of the two acts for."""
    return "personnel" if actor.role == Role.PERSONNEL else "student_affairs"


SYSTEM = Actor(person=None, role=Role.SYSTEM)


Relation = Callable[[Actor, Any, History], bool]
Table = Mapping[type[Any], Mapping[Role, Relation]]


def anyone(_actor: Actor, _asked: Any, _history: History) -> bool:
    """The role alone suffices."""
    return True


SYSTEM_ALONE: Mapping[Role, Relation] = {Role.SYSTEM: anyone}


def by_offices(relation: Relation = anyone) -> dict[Role, Relation]:
    """Either of the two filing offices may."""
    return dict.fromkeys(OFFICES, relation)


def by_table(table: Table) -> Relation:
    """An `authorize` that allows what the table names and nothing else."""

    def authorize(actor: Actor, asked: Any, history: History) -> bool:
        relation = table.get(type(asked), {}).get(actor.role)
        return relation is not None and relation(actor, asked, history)

    return authorize
