"""The policy's rules as data: all are there, rest on its very words, and are said in both languages."""

import re
from collections import Counter
from pathlib import Path

import pytest

from shared.kernel.policy import CATALOGUE
from shared.kernel.rules import RULES, Rule, rule
from tests.rules import KIND_OF

POLICY = (Path(__file__).parents[2] / "docs" / "policy" / "plan-2023.zh.txt").read_text(encoding="utf-8")
CHINESE = re.compile(r"[\u4e00-\u9fff]")

every_rule = pytest.mark.parametrize("one", [pytest.param(one, id=id) for id, one in RULES.items()])


def test_the_61_items_are_there_with_their_kinds() -> None:
    assert {id: one.kind for id, one in RULES.items() if one.kind.isupper()} == KIND_OF
    assert len(KIND_OF) == 61


def test_each_service_has_its_number_of_items_and_the_rest_is_complete() -> None:
    assert Counter(id.partition("-")[0] for id in RULES) == {
        "APP": 21, "MEM": 21, "ASM": 11, "FIN": 8, "AMB": 30, "SIL": 15, "A.5": 1, "A.7": 1, "A.9": 27,
    }  # fmt: skip


def test_the_rules_stand_in_the_order_of_the_policy() -> None:
    numbered = [("APP", 21), ("MEM", 21), ("ASM", 11), ("FIN", 8), ("AMB", 30), ("SIL", 15)]
    ids = [f"{group}-{number:02}" for group, most in numbered for number in range(1, most + 1)]
    assert list(RULES) == [*ids, "A.5", "A.7", *(f"A.9-{number}" for number in range(1, 28))]


def test_what_is_no_item_is_an_ambiguity_an_expectation_or_a_settlement() -> None:
    kinds = {"AMB": "ambiguity", "SIL": "expectation", "A.5": "settlement", "A.7": "settlement", "A.9": "settlement"}
    others = {id: one.kind for id, one in RULES.items() if id not in KIND_OF}
    assert others == {id: kinds[id[:3]] for id in others}


@every_rule
def test_every_quote_stands_word_by_word_in_the_policy(one: Rule) -> None:
    assert [quote for quote in one.quotes if not quote or "\n" in quote or quote not in POLICY] == []


@every_rule
def test_an_item_and_an_ambiguity_rest_on_one_to_three_sentences(one: Rule) -> None:
    least = 1 if one.id in KIND_OF or one.kind == "ambiguity" else 0
    assert least <= len(one.quotes) <= 3
    assert len(set(one.quotes)) == len(one.quotes)


@every_rule
def test_both_sentences_are_there_each_in_its_language(one: Rule) -> None:
    assert one.zh.endswith("。")
    assert one.zh.count("。") == 1
    assert CHINESE.search(one.zh)
    assert one.en.endswith(".")
    assert len(CHINESE.findall(one.en)) < len(one.en) / 5


@every_rule
def test_a_rule_is_found_by_its_id(one: Rule) -> None:
    assert rule(one.id) is one


def test_every_rule_that_a_setting_names_is_known() -> None:
    assert {setting.rule for setting in CATALOGUE.values()} <= RULES.keys()


@pytest.mark.parametrize("id", ["", "APP-22", "APP-1", "app-01", "A.9", "A.9-28"])
def test_an_unknown_rule_is_none(id: str) -> None:
    assert rule(id) is None
