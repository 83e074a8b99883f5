"""Find the one item that a page cannot digest, without knowing why."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError

from shared.chassis.log import OUTAGE

Item = TypeVar("Item")


def digest(page: Sequence[Item], take: Callable[[Sequence[Item]], bool], park: Callable[[Item, str], bool]) -> bool:
    """Take the page whole, or in halves down to the one item that fails, which is parked.

    `take` and `park` each move the position in their own transaction and say False when another worker
    was faster: then the rest of the page is left to it. An outage of the store is nobody's poison.
    """
    try:
        return take(page)
    except Exception as failure:
        if is_outage(failure):
            raise
        if len(page) == 1:
            return park(page[0], f"{type(failure).__name__}: {failure}"[:500])
    middle = len(page) // 2
    return digest(page[:middle], take, park) and digest(page[middle:], take, park)


AWAY = (psycopg.OperationalError, psycopg.InterfaceError, OSError, *OUTAGE)
BUSY_FILE = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM,
    }
)  # fmt: skip
"""What SQLite says of a file it cannot work on now; its other errors lie in the statement."""


def is_outage(failure: BaseException) -> bool:
    """A driver's word for an absent, restarting or busy store, in whatever library's dress."""
    if isinstance(failure, DBAPIError) and failure.orig is not None:
        failure = failure.orig
    said = failure if isinstance(failure, sqlite3.Error) else failure.__cause__
    if isinstance(said, sqlite3.OperationalError):
        return (said.sqlite_errorcode & 0xFF) in BUSY_FILE
    return isinstance(failure, AWAY)
