"""The directory of persons: names and contacts, erasable, never in an event."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal
from uuid import UUID

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, delete, select

from shared.chassis.tables import INSERT
from shared.kernel.values import Label, Slug, Whole

tables = MetaData()
persons = Table(
    "persons", tables,
    Column("school", String, primary_key=True),
    Column("person_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("department", String, nullable=False),
    Column("contact", String),
)  # fmt: skip
traits = Table(
    "person_traits", tables,
    Column("school", String, primary_key=True),
    Column("person_id", String, primary_key=True),
    Column("sex", String),
    Column("birth_year", Integer),
    Column("teaching_since", Integer),
    Column("homeroom_since", Integer),
    Column("title", String),
    Column("subject", String),
)  # fmt: skip
"""What a studio's structure is told by (MEM-15): optional, and erased with the person."""

TRAITS = ("sex", "birth_year", "teaching_since", "homeroom_since", "title", "subject")


class CalendarYear(Whole):
    """A year of a person's life."""

    least, most = 1900, 2200


@dataclass(frozen=True)
class Person:
    """A person as registered. `contact` and what follows is shown to the offices, the school and the person only."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    name: Label
    department: Slug
    contact: Label | None = None
    sex: Literal["female", "male"] | None = None
    birth_year: CalendarYear | None = None
    teaching_since: CalendarYear | None = None
    homeroom_since: CalendarYear | None = None
    title: Literal["junior", "intermediate", "senior", "professor"] | None = None
    subject: Label | None = None


class Directory:
    """Persons of all schools of the installation, each school its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(writes=True)

    def register(self, school: str, person_id: UUID, person: Person) -> None:
        """Add or correct."""
        values = {"name": person.name, "department": person.department, "contact": person.contact}
        with self._engine.begin() as conn:
            conn.execute(
                INSERT[conn.dialect.name](persons)
                .values(school=school, person_id=str(person_id), **values)
                .on_conflict_do_update(index_elements=["school", "person_id"], set_=values)
            )
            self._forget_traits(conn, school, person_id)
            told = {name: getattr(person, name) for name in TRAITS}
            if any(value is not None for value in told.values()):
                conn.execute(traits.insert().values(school=school, person_id=str(person_id), **told))

    def find(self, school: str, person_id: UUID) -> Person | None:
        return self.find_all(school, [person_id]).get(person_id)

    def find_all(self, school: str, person_ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Those whom the directory knows."""
        ids = [str(id) for id in person_ids]
        with self._engine.begin() as conn:
            rows = conn.execute(select(persons).where(persons.c.school == school, persons.c.person_id.in_(ids))).all()
            told = conn.execute(select(traits).where(traits.c.school == school, traits.c.person_id.in_(ids))).all()
        more = {row.person_id: row for row in told}
        return {UUID(row.person_id): _person(row, more.get(row.person_id)) for row in rows}

    def departments(self, school: str) -> list[str]:
        """Every department that somebody of the school belongs to."""
        with self._engine.begin() as conn:
            return list(conn.scalars(select(persons.c.department).where(persons.c.school == school).distinct()))

    def erase(self, school: str, person_id: UUID) -> None:
        known = persons.c.school == school, persons.c.person_id == str(person_id)
        with self._engine.begin() as conn:
            conn.execute(delete(persons).where(*known))
            self._forget_traits(conn, school, person_id)

    def _forget_traits(self, conn: Connection, school: str, person_id: UUID) -> None:
        conn.execute(delete(traits).where(traits.c.school == school, traits.c.person_id == str(person_id)))


def _person(row: Any, told: Any) -> Person:
    known = {name: getattr(told, name) for name in TRAITS} if told else {}
    return Person(Label(row.name), Slug(row.department), Label(row.contact) if row.contact else None, **known)


def name_digests(secret: bytes, person: Person, round_title: str) -> tuple[str, str, str]:
    """Keyed hashes of the names a studio may bear: host; host, department; host, department, round (A.9-9)."""
    forms = (
        (person.name,),
        (person.name, person.department),
        (person.name, person.department, round_title),
    )
    first, second, third = (hmac.new(secret, "\0".join(form).encode(), hashlib.sha256).hexdigest() for form in forms)
    return first, second, third


def display_name(person: Person | None, form: str, round_title: str) -> str | None:
    """The studio's name as shown; None once the host's entry is erased."""
    if person is None:
        return None
    parts = {"host": (), "department": (person.department,), "round": (person.department, round_title)}[form]
    return f"{person.name}名班主任工作室" + (f"（{'，'.join(parts)}）" if parts else "")
