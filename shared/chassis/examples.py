"""An example body for each command, made from its types: OpenAPI shows what a payload looks like."""

from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from shared.kernel.values import Text, Whole

ID = "0192f0c4-0000-7000-8000-000000000001"
DAY = "2023-04-24"


def example(kind: Any) -> Any:
    """A value of `kind` as it stands in JSON: its own example, else what may be left out is shown too, unless null."""
    if is_dataclass(kind) and hasattr(kind, "example"):
        return kind.example
    if is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        shown = {field.name: example(hints[field.name]) for field in fields(kind)}
        needed = {field.name for field in fields(kind) if field.default is MISSING}
        return {name: value for name, value in shown.items() if value is not None or name in needed}
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return example(parts[0])
    if origin is Literal:
        return parts[0]
    if origin in (Union, UnionType):
        return None if NoneType in parts else example(parts[0])
    if origin is tuple:
        return [example(part) for part in parts if part is not ...]
    return _plain(kind)


def _plain(kind: Any) -> Any:
    if not isinstance(kind, type):
        return {}
    for known, shown in ((UUID, ID), (date, DAY), (bool, True)):
        if issubclass(kind, known):
            return shown
    if issubclass(kind, Text):
        return kind.example
    if issubclass(kind, Whole):
        return max(kind.least, min(4, kind.most))
    return {}
