"""The directory of persons: names and contacts, erasable, never in an event."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Column, Engine, MetaData, String, Table, delete, select

from shared.chassis.tables import INSERT
from shared.kernel.values import Label, Slug

tables = MetaData()
persons = Table(
    "persons", tables,
    Column("school", String, primary_key=True),
    Column("person_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("department", String, nullable=False),
    Column("contact", String),
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A person as registered. `contact` is shown to the offices, the school and the person only."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    name: Label
    department: Slug
    contact: Label | None = None


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

    def find(self, school: str, person_id: UUID) -> Person | None:
        known = persons.c.school == school, persons.c.person_id == str(person_id)
        with self._engine.begin() as conn:
            row = conn.execute(select(persons).where(*known)).first()
        if row is None:
            return None
        return Person(Label(row.name), Slug(row.department), Label(row.contact) if row.contact else None)

    def erase(self, school: str, person_id: UUID) -> None:
        known = persons.c.school == school, persons.c.person_id == str(person_id)
        with self._engine.begin() as conn:
            conn.execute(delete(persons).where(*known))


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
