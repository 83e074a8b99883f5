"""Databases and roles of an installation on PostgreSQL: owner, writer, sealer, auditor; keys of persons apart."""

from collections.abc import Sequence

import psycopg
from psycopg.sql import SQL, Identifier, Literal

ROLES = ("owner", "writer", "sealer", "auditor")
KEYS = "_keys"
"""At the end of a database's name: where the keys of persons lie."""


def provision(admin_url: str, prefix: str, services: list[str], passwords: dict[str, str]) -> None:
    """Make `{prefix}_{role}`, and a database `{prefix}_{service}` each and one for its keys of persons, `…_keys`.

    Owned by owner; the keys are the writer's alone.

    Needs an address that may create roles and databases. Safe to run again.
    """
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for role in ROLES:
            name, known = f"{prefix}_{role}", "SELECT 1 FROM pg_roles WHERE rolname = %s"
            verb = "ALTER" if admin.execute(known, (name,)).fetchone() else "CREATE"
            admin.execute(
                SQL("{} ROLE {} LOGIN INHERIT PASSWORD {}").format(
                    SQL(verb), Identifier(name), Literal(passwords[role])
                )
            )
        owner, writer = f"{prefix}_owner", f"{prefix}_writer"
        # The owner makes the rows' schema for the writer, which needs the membership.
        admin.execute(SQL("GRANT {} TO {}").format(Identifier(writer), Identifier(owner)))
        for service in services:
            _database(admin, prefix, f"{prefix}_{service}", ROLES)
            _database(admin, prefix, f"{prefix}_{service}{KEYS}", ("owner", "writer"))


def _database(admin: psycopg.Connection, prefix: str, name: str, roles: Sequence[str]) -> None:
    if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
        owner = Identifier(f"{prefix}_owner")
        admin.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), owner))
    admin.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(name)))
    for role in roles:
        admin.execute(
            SQL("GRANT CONNECT ON DATABASE {} TO {}").format(Identifier(name), Identifier(f"{prefix}_{role}"))
        )


def deprovision(admin_url: str, prefix: str, services: list[str]) -> None:
    """Drop what `provision` made: for tests and rehearsals."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for service in services:
            for name in (f"{prefix}_{service}", f"{prefix}_{service}{KEYS}"):
                admin.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
        for role in ROLES:
            admin.execute(SQL("DROP ROLE IF EXISTS {}").format(Identifier(f"{prefix}_{role}")))
