"""Each rule of the policy: the sentences it rests on, word by word, and what it demands here, in both languages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True)
class Rule:
    """`kind` is HARD, SOFT, DOC, REC or AIM for the 61 items, else ambiguity, expectation or settlement.

    `quotes` are the policy's own words, none where it is silent.
    """

    id: str
    kind: str
    quotes: tuple[str, ...]
    zh: str
    en: str


def _written() -> Mapping[str, Rule]:
    text = files("shared.kernel").joinpath("rules_data.json").read_text(encoding="utf-8")
    said = json.loads(text).items()
    return MappingProxyType({id: Rule(id, one["kind"], tuple(one["quotes"]), one["zh"], one["en"]) for id, one in said})


RULES = _written()


def rule(id: str) -> Rule | None:
    """The rule of this id, None if there is no such rule."""
    return RULES.get(id)
