"""Instants as signed texts write them: RFC 3339 in UTC, whole seconds, one way only."""

import re
from datetime import UTC, datetime

from shared.audit.note import BadNote

_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


def written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_instant(text: str) -> datetime:
    """Raises `BadNote`."""
    try:
        if _WRITTEN.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    msg = f"an instant is written such as 2026-11-24T01:42:47Z, not {text[:40]!r}"
    raise BadNote(msg)
