"""Whom and what an event speaks of, read once from its class: persons, studios, rules of the policy."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints
from uuid import UUID

from shared.kernel.rules import RULES

PERSONS = frozenset(
    {
        "absent", "answered_by", "applicant_id", "applicant_ids", "approver_id", "claimant_id", "expert_id",
        "experts", "former_host_id", "from_person", "host_id", "keeper_id", "objector_id", "obliged", "office_id",
        "payee_id", "payer_id", "person_id", "present", "proofs", "receiver_id", "reviewer_id", "signer_id",
        "to_person", "totals", "trimmed", "vetoes",
    }
)  # fmt: skip
STUDIOS = frozenset({"from_studio_id", "studio_id"})
THINGS = frozenset(
    {
        "application_id", "application_ids", "asset_id", "asset_ids", "assets", "certificate_id", "delegation_id",
        "dropped", "evidence_id", "evidence_ids", "excuse_id", "expense_id", "feedback_id", "item_id",
        "known_session_ids", "membership_id", "name_id", "objection_id", "open_expenses", "output_id", "replaces",
        "round_id", "session_id", "session_ids", "stream", "supersedes", "task_id", "tied", "violation_id",
    }
)  # fmt: skip
"""Every id of an event stands under a name of exactly one of these three; what is under a name is of its kind."""

DECIDED_BY = frozenset({"failed_rule", "rule"})
"""Fields that hold the id of a rule."""

EACH, KEY = "*", "#"
RULE_ID = re.compile(r"\b[A-Z]+(?:\.\d+(?:-\d+)?|-\d+)\b")

Path = tuple[str, ...]
"""Names from an event's body inwards; EACH stands for all items or values, KEY for all keys."""


class References(NamedTuple):
    """Where an event's body names persons, studios and rules; `rules` are those that its docstring names."""

    persons: tuple[Path, ...] = ()
    studios: tuple[Path, ...] = ()
    decided_by: tuple[Path, ...] = ()
    rules: tuple[str, ...] = ()


NOTHING = References()


@cache
def references(event: type[Any]) -> References:
    leaves = list(_leaves(event, ()))
    ids = [path for path, kind in leaves if kind is UUID]
    named = dict.fromkeys(RULE_ID.findall(event.__doc__ or ""))
    return References(
        persons=_under(PERSONS, ids),
        studios=_under(STUDIOS, ids),
        decided_by=_under(DECIDED_BY, (path for path, _ in leaves)),
        rules=tuple(id for id in named if id in RULES),
    )


def unclassed(event: type[Any]) -> list[str]:
    """The names of ids of which nobody has said what they are ids of."""
    names = {_name(path) for path, kind in _leaves(event, ()) if kind is UUID}
    return sorted(names - PERSONS - STUDIOS - THINGS)


def values_at(body: Any, path: Path) -> Iterator[Any]:
    """What stands at a path of a body as JSON gives it; nothing where a part is missing."""
    if not path:
        yield body
        return
    first, rest = path[0], path[1:]
    inner: Iterable[Any] = ()
    if isinstance(body, dict):
        inner = body if first == KEY else body.values() if first == EACH else [body.get(first)]
    elif isinstance(body, list) and first == EACH:
        inner = body
    for one in inner:
        if one is not None:
            yield from values_at(one, rest)


def _under(names: frozenset[str], paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(path for path in paths if _name(path) in names))


def _name(path: Path) -> str:
    return next(part for part in reversed(path) if part not in (EACH, KEY))


def _leaves(kind: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every plain value inside a type, with the way to it."""
    kind = getattr(kind, "__supertype__", kind)
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        for one in fields(kind):
            yield from _leaves(hints[one.name], (*path, one.name))
    elif origin is dict:
        yield from _leaves(inner[0], (*path, KEY))
        yield from _leaves(inner[1], (*path, EACH))
    elif origin in (tuple, list, frozenset):
        for one in dict.fromkeys(inner):
            yield from _leaves(one, (*path, EACH))
    elif inner and origin is not Literal:
        for one in inner:
            yield from _leaves(one, path)
    else:
        yield path, kind
